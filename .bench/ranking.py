"""Scores the runs in OUT: how high each ranks an older duplicate.

    ranking.py DATA OUT

The later half is of the queries, by time, as in evaluate.py: REP was trained on the earlier
one. "Over 30 days" are the queries of which no known duplicate is newer than that.
"""
import os
import sys
from datetime import datetime, timedelta

import table

RUNS = {
    'newest': 'the newest first',
    'bleve': 'bleve, match query',
    'sqlite': 'SQLite FTS5, bm25',
    'xapian': 'Xapian, BM25',
    'rep-published': 'REP, untrained: the parameters it starts from',
    'rep-trained': 'REP, trained on the earlier half',
    'ours': 'supportloop, nothing learned',
    'ours-learned': 'supportloop, learning as it goes',
}
PAIRS = (('rep-trained', 'ours'), ('ours', 'ours-learned'))


def main(data, out):
    evaluate = table.evaluator(data)
    qrels, tickets = (os.path.join(data, 'titanium', f) for f in ('dup.qrels.tsv', 'tickets.jsonl.gz'))
    far = over_30_days(evaluate, tickets)
    print('| ranking | queries | number | hit@1 | hit@10 | MRR |')
    print('| --- | --- | ---: | --- | --- | --- |')
    for run, method in RUNS.items():
        path = os.path.join(out, run + '.trec')
        if not os.path.exists(path):
            continue
        each = evaluate.dup_each(path, qrels, tickets)
        order = sorted(each, key=lambda q: (each[q]['time'], q))
        half = len(order) // 2
        for part, queries in (('all', order), ('earlier half', order[:half]), ('later half', order[half:]),
                              ('over 30 days', [q for q in order if q in far]),
                              ('over 30 days, later half', [q for q in order[half:] if q in far])):
            if not queries:
                continue
            cells = (f'{sum(each[q][c] for q in queries) / len(queries):.3f}' for c in ('hit@1', 'hit@10', 'MRR'))
            print(f'| {method} | {part} | {len(queries)} | {" | ".join(cells)} |')

    print('\n| later half, the difference with its 95 % interval | hit@1 | hit@10 | MRR |\n| --- | --- | --- | --- |')
    for a, b in PAIRS:
        paths = [os.path.join(out, run + '.trec') for run in (a, b)]
        if all(map(os.path.exists, paths)):
            diff = evaluate.compare('dup', *paths, qrels, tickets, half='later')
            cells = (f'{diff[c]["B-A"]:+.3f} ({diff[c]["low"]:+.3f} to {diff[c]["high"]:+.3f})' for c in ('hit@1', 'hit@10', 'MRR'))
            print(f'| {RUNS[b]}, against {RUNS[a]} | {" | ".join(cells)} |')


def over_30_days(evaluate, tickets):
    """The tickets whose newest older duplicate is more than 30 days older."""
    last, far = {}, set()
    for t in sorted(evaluate.rows(tickets), key=lambda t: t['time']):
        at, group = datetime.fromisoformat(t['time'].replace('Z', '+00:00')), t.get('dup_group')
        if group in last and at - last[group] > timedelta(days=30):
            far.add(t['id'])
        if group:
            last[group] = at
    return far


if __name__ == '__main__':
    main(*sys.argv[1:])
