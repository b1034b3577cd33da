"""Queries as people type them: each with one typo, or with its last word unfinished.

    mistype.py typo|typing QUERIES > MISTYPED

QUERIES are JSON Lines with id and text, .gz allowed; what is written is the same with the text
changed. A typo is one letter left out, put in, taken for another, or swapped with the next, all
equally likely and at any place, in one word of at least four letters, drawn from those of the
query. A put-in or wrong letter is any of a to z. "typing" cuts the last word to 60 % of its
letters, rounded up, and drops what follows. Each query's draw depends on the seed and its id alone.
"""
import gzip
import json
import random
import re
import string
import sys

SEED = 1
LEAST = 4  # letters of a word that gets a typo, if the query has one


def typo(text, draw):
    words = list(re.finditer(r'[^\W\d_]+', text))
    long = [w for w in words if len(w.group()) >= LEAST] or words
    if not long:
        return text
    at = draw.choice(long)
    word = at.group()
    wrong = word
    while wrong == word:
        i, letter = draw.randrange(len(word)), draw.choice(string.ascii_lowercase)
        wrong = draw.choice((
            lambda: word[:i] + word[i + 1:],
            lambda: word[:i] + letter + word[i:],
            lambda: word[:i] + letter + word[i + 1:],
            lambda: word[:i] + word[i + 1:i + 2] + word[i:i + 1] + word[i + 2:]))()
    return text[:at.start()] + wrong + text[at.end():]


def typing(text, _):
    words = list(re.finditer(r'[^\W_]+', text))
    if not words:
        return text
    last = words[-1]
    return text[:last.start() + -(-len(last.group()) * 6 // 10)]


def main(how, path):
    change = {'typo': typo, 'typing': typing}[how]
    with (gzip.open if path.endswith('.gz') else open)(path, 'rt', encoding='utf-8') as f:
        for line in f:
            query = json.loads(line)
            query['text'] = change(query['text'], random.Random(f'{SEED} {query["id"]}'))
            print(json.dumps(query, ensure_ascii=False))


if __name__ == '__main__':
    main(*sys.argv[1:])
