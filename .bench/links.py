"""What the links of a tracker say, and what its joins are to be read for.

    links.py TICKETS              how many pairs have one title, and are linked as duplicates
    links.py TICKETS OUT [SEED]   200 joins of examples/replay's OUT, drawn at random, for reading
"""
import gzip
import json
import random
import re
import sys
from collections import defaultdict
from itertools import combinations


def rows(path):
    with (gzip.open if path.endswith('.gz') else open)(path, 'rt', encoding='utf-8') as f:
        return [json.loads(line) for line in f]


def linked(a, b):
    return bool(a.get('dup_group')) and a.get('dup_group') == b.get('dup_group')


def titles(tickets):
    by = defaultdict(list)
    for t in tickets:
        by[re.sub(r'\W+', ' ', t.get('title', '').lower()).strip()].append(t)
    pairs = [p for group in by.values() for p in combinations(group, 2)]
    others = [(a, b) for a, b in pairs if a.get('author') != b.get('author')]
    print(f'{len(pairs)} pairs with one title, {sum(linked(*p) for p in pairs)} linked')
    print(f'{len(others)} of these by different authors, {sum(linked(*p) for p in others)} linked')
    alone = sum(t.get('resolution') == 'Duplicate' and not t.get('dup_group') for t in tickets)
    print(f'{alone} tickets closed as duplicates without a link')


def joins(tickets, out, seed):
    ticket = {t['id']: t for t in tickets}
    members, all_joins = defaultdict(list), []
    for r in rows(out):
        if r.get('problem'):
            if members[r['problem']]:
                all_joins.append((r['id'], members[r['problem']][:2]))
            members[r['problem']].append(r['id'])
    random.Random(seed).shuffle(all_joins)
    for n, (new, with_) in enumerate(all_joins[:200], 1):
        print(f'### {n}')
        for what, t in [('NEW', new)] + [('JOINED WITH', w) for w in with_]:
            print(f'{what}: {ticket[t].get("title", "")}\n{ticket[t].get("text", "")[:900]}\n')


if __name__ == '__main__':
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if len(sys.argv) == 2:
        titles(rows(sys.argv[1]))
    else:
        joins(rows(sys.argv[1]), sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 1)
