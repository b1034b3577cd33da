"""Answers queries by Tantivy as it comes: its English stemmer, BM25, any of the words in title or
text; with "fuzzy", every word with one edit.

    peers_tantivy.py plain|fuzzy CORPUS QUERIES RUN
"""
import sys

import tantivy

import peers

BEST = 100


def main(how, corpus, queries, run):
    schema = tantivy.SchemaBuilder()
    schema.add_text_field('id', stored=True, tokenizer_name='raw')
    for field in ('title', 'text'):
        schema.add_text_field(field, tokenizer_name='en_stem')
    schema = schema.build()
    index = tantivy.Index(schema)
    writer = index.writer(num_threads=1)
    for d in peers.rows(corpus):
        writer.add_document(tantivy.Document(id=d['id'], title=d.get('title') or '', text=d['text']))
    writer.commit()
    index.reload()
    searcher = index.searcher()
    stem = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.remove_long(40)).filter(
        tantivy.Filter.lowercase()).filter(tantivy.Filter.stemmer('english')).build()

    def one(field, word):
        if how == 'fuzzy':
            return tantivy.Query.fuzzy_term_query(schema, field, word, distance=1)
        return tantivy.Query.term_query(schema, field, word)

    with open(run, 'w') as out:
        for q in peers.rows(queries):
            words = stem.analyze(q['text'])
            any_of = tantivy.Query.boolean_query([(tantivy.Occur.Should, one(f, w)) for w in words for f in ('title', 'text')])
            for rank, (score, at) in enumerate(searcher.search(any_of, BEST).hits, 1):
                print(q['id'], 'Q0', searcher.doc(at)['id'][0], rank, score, 'bench', file=out)


if __name__ == '__main__':
    main(*sys.argv[1:])
