"""Answers queries by Xapian as its guide has it: every word stemmed, BM25 with its defaults, any
of the query's words.

    peers_xapian.py CORPUS QUERIES RUN
"""
import sys
import tempfile

import xapian

import peers

BEST = 100


def main(corpus, queries, run):
    reader = xapian.TermGenerator()
    reader.set_stemmer(xapian.Stem('en'))
    reader.set_stemming_strategy(xapian.TermGenerator.STEM_ALL)

    def document(*texts):
        d = xapian.Document()
        reader.set_document(d)
        for t in texts:
            reader.index_text_without_positions(t)
        return d

    with tempfile.TemporaryDirectory() as folder, open(run, 'w') as out:
        db = xapian.WritableDatabase(folder, xapian.DB_CREATE)
        for row in peers.rows(corpus):
            d = document(row.get('title') or '', row['text'])
            d.set_data(row['id'])
            db.add_document(d)
        for q in peers.rows(queries):
            enquire = xapian.Enquire(db)
            words = document(q['text']).termlist()
            enquire.set_query(xapian.Query(xapian.Query.OP_OR, [xapian.Query(w.term, w.wdf) for w in words]))
            for hit in enquire.get_mset(0, BEST):
                print(q['id'], 'Q0', hit.document.get_data().decode(), hit.rank + 1, hit.weight, 'bench', file=out)


if __name__ == '__main__':
    main(*sys.argv[1:])
