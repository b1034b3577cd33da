"""Times Xapian on the texts and questions that speed left in OUT.

    speed_xapian.py OUT

The time is that of get_mset alone: C++, not what Python adds to it.
"""
import os
import sys
import tempfile
import time

import xapian

BEST = 100


def main(out):
    with tempfile.TemporaryDirectory() as folder:
        db = xapian.WritableDatabase(folder, xapian.DB_CREATE)
        with open(os.path.join(out, 'speed.docs')) as f:
            for line in f:
                d = xapian.Document()
                for w in line.split():
                    d.add_term(w)
                db.add_document(d)
        db.commit()
        took = []
        with open(os.path.join(out, 'speed.queries')) as f:
            for line in f:
                enquire = xapian.Enquire(db)
                enquire.set_query(xapian.Query(xapian.Query.OP_OR, line.split()))
                began = time.perf_counter()
                enquire.get_mset(0, BEST)
                took.append(time.perf_counter() - began)
    took.sort()
    p50, p99 = (took[int(share * len(took))] * 1000 for share in (.5, .99))
    print(f'Xapian {xapian.version_string()}, any of the same terms, after the run above: p50 {p50:.3f} ms, p99 {p99:.3f} ms')


if __name__ == '__main__':
    main(*sys.argv[1:])
