"""What each part of grouping earns: the figures with the part off.

    ablation.py DATA OUT [NAME...]

A part is off when the source is built with one thing changed (go build -overlay; the
tree stays as it is). The weights are not fitted again without it, so that a part whose
work another could take over looks better than it is. Ranking and pairs are titanium's,
topics banking77's in one order; features change the ranking alone. NAME picks parts.
"""
import concurrent.futures
import json
import math
import os
import re
import subprocess
import sys

import table

CLUSTER = os.path.join(table.ROOT, 'tracker', 'cluster')

# Name, file, and what is replaced in it: a regular expression that must be found.
PARTS = [
    ('everything on', None, None, None),
    ('recency', 'rank.go', r'(recency +=) 1\.0', r'\1 0.0'),
    ('titles weigh more', 'rank.go', r'(weightTitle +=) 3\.0', r'\1 0.2'),
    ('length of titles', 'rank.go', r'(lengthTitle +=) 1\.0', r'\1 0.0'),
    ('length of bodies', 'rank.go', r'(lengthBody +=) 0\.8', r'\1 0.0'),
    ('saturation of the query', 'rank.go', r'(querySat +=) 0\.2', r'\1 1e6'),
    ('10 terms, not 25', 'rank.go', r'(queryTerms +=) 25', r'\1 10'),
    ('stop words left out', 'token.go', r'p\.stop\[folded\] \|\| len\(folded\) == 1', 'len(folded) == 1'),
    ('stems', 'token.go', r'stem := p\.stem\(folded\)', 'stem := folded'),
    ('parts of identifiers', 'token.go', r'\n\t\tp\.parts\(s\)', ''),
    ('placeholders', 'token.go', r'\n\t\tp\.value\(s, v\)', r'\n\t\tp.split(s)'),
    ('fault tokens', 'token.go', r'fault\(s\); ok \{', 'fault(s); ok && false {'),
    ('rivals', 'rivals.go', r'(rivalShare +=) 0\.6', r'\1 0.0'),
    ('title grams in similarity', 'features.go', r'(gramShare +=) 0\.35', r'\1 0.0'),
    ('doubt', 'features.go', r'(doubt +=) 20 ', r'\1 0 '),
    ('fingerprints', 'near.go', r'(fingerprintWords =) 4', r'\1 1 << 30'),
    ('near copies', 'near.go', r'(nearCopy +=) 0\.9', r'\1 2.0'),
    ('31 neighbours, one instead', 'topic.go', r'(neighbours =) 31', r'\1 1'),
    ('counterweight of large topics', 'topic.go', r'math\.Sqrt\(math\.Sqrt\(float64\(w\.topic\(x\.topic\)\)\)\)',
     'math.Sqrt(1+0*float64(w.topic(x.topic)))'),
]


def with_features():
    """Adds a part for each feature that is shipped with a weight."""
    with open(os.path.join(CLUSTER, 'features.go'), encoding='utf-8') as f:
        rows = re.findall(r'\t(f[A-Z]\w*): +\{"(\w+)", ([-\d.]+),', f.read())
    if not rows:
        sys.exit('ablation: features.go has no table of features any more')
    return PARTS + [
        (f'feature {name}', 'features.go', rf'({row}: +\{{"{name}",) {re.escape(weight)},', r'\1 0,')
        for row, name, weight in rows if float(weight) != 0 and name != 'title_words'
    ]


def build(out, n, part):
    """Builds examples/replay without the part and returns the program."""
    _, file, old, new = part
    program = os.path.join(out, f'replay-{n}')
    args = ['go', 'build', '-o', program]
    if file:
        path = os.path.join(CLUSTER, file)
        with open(path, encoding='utf-8') as f:
            source, found = re.subn(old, new, f.read())
        if not found:
            sys.exit(f'ablation: {file} has no {old} any more')
        changed = os.path.join(out, f'{n}-{file}')
        with open(changed, 'w', encoding='utf-8') as f:
            f.write(source)
        overlay = os.path.join(out, f'{n}.json')
        with open(overlay, 'w', encoding='utf-8') as f:
            json.dump({'Replace': {path: changed}}, f)
        args += ['-overlay', overlay]
    subprocess.run(args + ['./examples/replay'], cwd=table.ROOT, check=True)
    return program


def evaluate(data, *args):
    said = subprocess.run([sys.executable, os.path.join(data, '..', 'eval', 'evaluate.py'), *args],
                          check=True, capture_output=True, text=True)
    return json.loads(said.stdout.strip().splitlines()[0])


def measure(data, out, n, part):
    program = build(out, n, part)
    tickets = os.path.join(data, 'titanium', 'tickets.jsonl.gz')
    groups, run = os.path.join(out, f'{n}.jsonl'), os.path.join(out, f'{n}.trec')
    subprocess.run([program, '-in', tickets, '-out', groups, '-run', run], check=True, capture_output=True)
    rank = evaluate(data, 'dup', run, os.path.join(data, 'titanium', 'dup.qrels.tsv'), tickets)
    pairs = evaluate(data, 'groups', groups, tickets, '--field', 'dup_group', '--alone', 'yes')
    os.remove(run)
    if part[0].startswith('feature '):
        return rank, pairs, {'B3-F': math.nan}
    s = table.Set(data, out, 'banking77')
    path = os.path.join(out, f'{n}.banking77.jsonl')
    subprocess.run([program, '-in', s.gold, '-out', path, '-shuffle', '1'], check=True, capture_output=True)
    return rank, pairs, s.score(path)


def main(data, out, *names):
    data, out = os.path.abspath(data), os.path.join(os.path.abspath(out), 'ablation')
    os.makedirs(out, exist_ok=True)
    parts = [p for p in with_features() if not names or p[0] in names]
    print('| off | hit@1 | hit@10 | MRR | pairs: precision | recall | topics: B³-F |')
    print('| --- | --- | --- | --- | --- | --- | --- |')
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        work = [pool.submit(measure, data, out, n, p) for n, p in enumerate(parts)]
        for part, done in zip(parts, work):
            rank, pairs, topics = done.result()
            print(f'| {part[0]} | {rank["hit@1"]:.3f} | {rank["hit@10"]:.3f} | {rank["MRR"]:.3f} |'
                  f' {pairs["pair-P"]:.3f} | {pairs["pair-R"]:.3f} | {topics["B3-F"]:.3f} |', flush=True)


if __name__ == '__main__':
    main(*sys.argv[1:])
