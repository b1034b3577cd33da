"""Search engines beside this library, on queries as they are, with a typo, and while typing.

    peers.py DATA OUT [XAPIAN-PYTHON [LUCENE-CLASSPATH]]

Every engine answers the same queries, which mistype.py made; a cell is nDCG@10. After each set the
difference of this library to the best peer of each column, query by query, with its 95 % interval.
"""
import gzip
import json
import os
import subprocess
import sys

import table

SETS = ('stackfaq', 'feedbackqa-australia', 'emanual-s10')
FORMS = {'clean': 'as they are', 'typo': 'with a typo', 'typing': 'while typing'}
NAMES = {
    'bleve': 'bleve, match query',
    'bleve-fuzzy': 'bleve, match query with fuzziness 1',
    'sqlite': 'SQLite FTS5, bm25',
    'tantivy': 'Tantivy, BM25',
    'tantivy-fuzzy': 'Tantivy, every word with one edit',
    'xapian': 'Xapian, BM25',
    'lucene': 'Lucene, BM25',
    'lucene-fuzzy': 'Lucene, every word a FuzzyQuery of one edit',
    'ours': 'supportloop',
}
HERE = os.path.dirname(os.path.abspath(__file__))


def rows(path):
    with (gzip.open if path.endswith('.gz') else open)(path, 'rt', encoding='utf-8') as f:
        for line in f:
            yield json.loads(line)


def tabs(path, rows, columns):
    """Lines of fields parted by tabs, for Java, which reads no JSON by itself."""
    with open(path, 'w', encoding='utf-8') as f:
        for r in rows:
            print('\t'.join(' '.join((r.get(c) or '').split()) for c in columns), file=f)


def main(data, out, xapian='', lucene=''):
    evaluate = table.evaluator(data)
    out = os.path.join(out, 'peers')
    os.makedirs(out, exist_ok=True)
    search, others = (os.path.join(out, p) for p in ('search', 'others'))
    subprocess.run(['go', 'build', '-o', search, './examples/search'], cwd=table.ROOT, check=True)
    subprocess.run(['go', 'build', '-o', others, './peers'], cwd=HERE, check=True)

    def call(*args):
        subprocess.run(args, cwd=HERE, check=True)

    for name in SETS:
        corpus, queries, qrels = (os.path.join(data, name, f) for f in ('corpus.jsonl.gz', 'queries.jsonl.gz', 'qrels.tsv'))
        run = lambda form, engine: os.path.join(out, f'{name}.{form}.{engine}.trec')
        for form in FORMS:
            asked = os.path.join(out, f'{name}.{form}.jsonl')
            with open(asked, 'w', encoding='utf-8') as f:
                if form == 'clean':
                    f.writelines(json.dumps(q) + '\n' for q in rows(queries))
                else:
                    subprocess.run([sys.executable, 'mistype.py', form, queries], cwd=HERE, stdout=f, check=True)
            call(search, '-corpus', corpus, '-queries', asked, '-k', '10', '-run', run(form, 'ours'))
            call(others, corpus, asked, os.path.join(out, f'{name}.{form}'))
            call(sys.executable, 'peers_tantivy.py', 'plain', corpus, asked, run(form, 'tantivy'))
            call(sys.executable, 'peers_tantivy.py', 'fuzzy', corpus, asked, run(form, 'tantivy-fuzzy'))
            if xapian:
                call(xapian, 'peers_xapian.py', corpus, asked, run(form, 'xapian'))
            if lucene:
                files = [os.path.join(out, f) for f in ('corpus.tsv', 'queries.tsv')]
                tabs(files[0], rows(corpus), ('id', 'title', 'text'))
                tabs(files[1], rows(asked), ('id', 'text'))
                call('java', '-cp', lucene, 'lucene/Peer.java', 'plain', *files, run(form, 'lucene'))
                call('java', '-cp', lucene, 'lucene/Peer.java', 'fuzzy', *files, run(form, 'lucene-fuzzy'))
        report(evaluate, name, qrels, run)


def report(evaluate, name, qrels, run):
    score = {}
    for engine in NAMES:
        for form in FORMS:
            if os.path.exists(run(form, engine)):
                score[engine, form] = evaluate.search(run(form, engine), qrels)['nDCG@10']
    print(f'| {name} | {" | ".join(FORMS.values())} |\n| --- | --- | --- | --- |')
    for engine, title in NAMES.items():
        if (engine, 'clean') in score:
            print(f'| {title} | {" | ".join(f"{score[engine, form]:.3f}" for form in FORMS)} |')
    cells = []
    for form in FORMS:
        best = max((e for e in NAMES if e != 'ours' and (e, form) in score), key=lambda e: score[e, form])
        diff = evaluate.compare('search', run(form, best), run(form, 'ours'), qrels)['nDCG@10']
        cells.append(f'{diff["B-A"]:+.3f} ({diff["low"]:+.3f} to {diff["high"]:+.3f}), {NAMES[best].split(",")[0]}')
    print(f'| against the best peer | {" | ".join(cells)} |\n', flush=True)


if __name__ == '__main__':
    main(*sys.argv[1:])
