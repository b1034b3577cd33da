"""What the scripts share: the sets with labels, and lines of a table of how well they were grouped."""
import json
import os
import random
import statistics
import subprocess
import sys

NOISE = {'clinc150': 'oos'}
SETS = ('dstc11-insurance', 'banking77', 'clinc150')
COLUMNS = ('B3-F', 'ARI', 'V')
ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))


def evaluator(data):
    """evaluate.py, which lies beside the data."""
    sys.path.insert(0, os.path.join(data, '..', 'eval'))
    import evaluate
    return evaluate


def program(out):
    """Builds examples/replay and returns its path."""
    path = os.path.join(out, 'replay')
    subprocess.run(['go', 'build', '-o', path, './examples/replay'], cwd=ROOT, check=True)
    return path


def head():
    print('| data | method | version | runs | B3-F | ARI | V | noise grouped |')
    print('| --- | --- | --- | ---: | --- | --- | --- | --- |', flush=True)


def row(name, method, of, scores):
    """Prints mean and deviation of what evaluate.groups returned for each run."""
    cells = [spread([s[c] for s in scores]) for c in COLUMNS]
    noise = [s['noise grouped'] for s in scores if 'noise grouped' in s]
    print(f'| {name} | {method} | {of} | {len(scores)} | {" | ".join(cells)} | {spread(noise) if noise else ""} |', flush=True)


def spread(values):
    text = f'{statistics.mean(values):.3f}'
    return text + (f' ± {statistics.stdev(values):.3f}' if len(values) > 1 else '')


class Set:
    """A set of texts with labels."""

    def __init__(self, data, out, name):
        self.evaluate, self.out, self.name, self.noise = evaluator(data), out, name, NOISE.get(name)
        self.gold = os.path.join(data, name, 'contacts.jsonl.gz')
        self.hold(list(self.evaluate.rows(self.gold)))

    def hold(self, rows):
        self.rows = rows
        self.ids, self.texts = [r['id'] for r in rows], [r['text'] for r in rows]
        self.k = len({r['label'] for r in rows} - {self.noise})

    def sample(self, n):
        """The set cut down to n texts drawn by a fixed seed."""
        self.hold(random.Random(1).sample(self.rows, n))
        self.name += f', {n} drawn'
        self.gold = os.path.join(self.out, slug(self.name) + '.gold.jsonl')
        self.write(self.gold, self.rows)

    def line(self, method, of, runs):
        """Scores runs, each a list of groups in the order of the ids with None for alone, and prints the line."""
        scores = []
        for n, groups in enumerate(runs):
            path = os.path.join(self.out, f'{slug(self.name)}.{slug(method)}.{n}.jsonl')
            self.write(path, ({'id': i, 'topic': g} for i, g in zip(self.ids, groups)))
            scores.append(self.score(path))
        row(self.name, method, of, scores)

    def score(self, path):
        return self.evaluate.groups(path, self.gold, noise=self.noise, by_key='topic')

    @staticmethod
    def write(path, rows):
        with open(path, 'w', encoding='utf-8') as f:
            for r in rows:
                f.write(json.dumps(r) + '\n')


def slug(text):
    return '-'.join(''.join(c if c.isalnum() else ' ' for c in text.lower()).split())
