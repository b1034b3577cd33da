"""Answers speed: Xapian on the same texts, in a process of its own.

    speed_xapian.py TEXTS

TEXTS has a text a line. Then each line of standard input is a question, any of its words,
and is answered by the seconds that get_mset took: Xapian itself, not what Python adds.
"""
import sys
import tempfile
import time

import xapian

BEST = 100


def main(texts):
    with tempfile.TemporaryDirectory() as folder:
        db = xapian.WritableDatabase(folder, xapian.DB_CREATE)
        with open(texts) as f:
            for line in f:
                d = xapian.Document()
                for w in line.split():
                    d.add_term(w)
                db.add_document(d)
        db.commit()
        print(xapian.version_string(), flush=True)
        for line in sys.stdin:
            enquire = xapian.Enquire(db)
            enquire.set_query(xapian.Query(xapian.Query.OP_OR, line.split()))
            began = time.perf_counter()
            enquire.get_mset(0, BEST)
            print(time.perf_counter() - began, flush=True)


if __name__ == '__main__':
    main(*sys.argv[1:])
