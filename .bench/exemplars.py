"""What it costs that only some tickets of a problem are kept in memory.

    exemplars.py DATA OUT

banking77 in one drawn order, its intents being the problems that people confirm: whether
the problem of a contact is among those that its candidates name, each intent counted
once. 3,000 contacts drawn by a fixed seed are asked, of those with an earlier one of
their intent.
"""
import json
import os
import random
import subprocess
import sys

import table

KEPT = (2, 8, 32, 1_000_000)
ASKED = 3000


def main(data, out):
    replay = table.program(out)
    s = table.Set(data, out, 'banking77')
    label = dict(zip(s.ids, (r['label'] for r in s.rows)))
    run = os.path.join(out, 'exemplars.trec')
    print('| exemplars | hit@1 | hit@10 | MRR | index, MB |\n| --- | --- | --- | --- | --- |')
    for kept in KEPT:
        said = subprocess.run([replay, '-in', s.gold, '-confirm', 'label', '-shuffle', '1', '-exemplars', str(kept), '-k', '300',
                               '-run', run, '-json'], check=True, capture_output=True, text=True)
        found = [place(ranked, label[q], label) for q, ranked in asked(s.evaluate.read_run(run), label)]
        hit = [sum(0 < p <= n for p in found) / len(found) for n in (1, 10)]
        mrr = sum(1 / p for p in found if p) / len(found)
        size = json.loads(said.stdout)['index_bytes'] / 1e6
        print(f'| {kept} | {hit[0]:.3f} | {hit[1]:.3f} | {mrr:.3f} | {size:.1f} |', flush=True)
    os.remove(run)


def asked(run, label):
    """The contacts that are asked, with their candidates: those logged after one of their intent have some."""
    seen = sorted(q for q in run if q in label)
    return [(q, run[q]) for q in random.Random(1).sample(seen, ASKED)]


def place(ranked, intent, label):
    """The place of an intent among ranked candidates, 0 for none."""
    order = list(dict.fromkeys(label[d] for d in ranked))
    return order.index(intent) + 1 if intent in order else 0


if __name__ == '__main__':
    main(*sys.argv[1:])
