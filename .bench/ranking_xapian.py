"""Ranks older tickets by Xapian, as Xapian's guide has it: every word stemmed, BM25 with its
defaults, any of the query's words.

    ranking_xapian.py DATA OUT
"""
import os
import sys
import tempfile

import xapian

import table

BEST = 100     # tickets ranked for a query
LIMIT = 4096   # bytes of a query's text


def main(data, out):
    evaluate = table.evaluator(data)
    tickets = sorted(evaluate.rows(os.path.join(data, 'titanium', 'tickets.jsonl.gz')), key=lambda t: t['time'])
    asked = set(evaluate.read_qrels(os.path.join(data, 'titanium', 'dup.qrels.tsv')))
    reader = xapian.TermGenerator()
    reader.set_stemmer(xapian.Stem('en'))
    reader.set_stemming_strategy(xapian.TermGenerator.STEM_ALL)

    def document(title, text):
        d = xapian.Document()
        reader.set_document(d)
        reader.index_text_without_positions(title)
        reader.index_text_without_positions(text)
        return d

    with tempfile.TemporaryDirectory() as folder, open(os.path.join(out, 'xapian.trec'), 'w') as run:
        db = xapian.WritableDatabase(folder, xapian.DB_CREATE)
        for t in tickets:
            title, text = t.get('title') or '', t.get('text') or ''
            if t['id'] in asked:
                words = document(title, text.encode()[:LIMIT].decode(errors='ignore')).termlist()
                enquire = xapian.Enquire(db)
                enquire.set_query(xapian.Query(xapian.Query.OP_OR, [xapian.Query(w.term, w.wdf) for w in words]))
                for hit in enquire.get_mset(0, BEST):
                    print(t['id'], 'Q0', hit.document.get_data().decode(), hit.rank + 1, hit.weight, 'xapian', file=run)
            d = document(title, text)
            d.set_data(t['id'])
            db.add_document(d)


if __name__ == '__main__':
    main(*sys.argv[1:])
