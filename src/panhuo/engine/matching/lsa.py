"""Latent semantic analysis: vectors of words from the installation's own texts alone, where no model is at hand.

A matrix of texts by words (1 + ln of the count, times the word's rarity, rows of length one) is cut to its strongest
directions by a randomised range finder with power iterations (Halko, Martinsson, Tropp 2011). A word's vector is its
row of the right singular vectors, scaled by the singular values: words that stand in the same texts lie near.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import log

import numpy as np
from numpy.typing import NDArray

from panhuo.engine.matching.space import WordCounts, unit_rows
from panhuo.engine.ports import Floats, IndexedText

MOST_TEXTS = 40_000
"""Read of an installation, the first ones: half a minute; more hardly moves the directions."""
OVERSAMPLED = 20
POWERS = 2
CELLS_AT_ONCE = 100_000
"""Cells of the matrix multiplied at once: bounds memory to some hundred megabytes."""
SEED = 20_261_122


@dataclass(frozen=True, slots=True)
class Sparse:
    """Rows of a sparse matrix: cells of row i stand at starts[i]:starts[i + 1]."""

    starts: NDArray[np.int64]
    columns: NDArray[np.int64]
    cells: Floats
    width: int

    def times(self, dense: Floats) -> Floats:
        """The product with a dense matrix (width, k)."""
        out = np.zeros((len(self.starts) - 1, dense.shape[1]), np.float32)
        row = 0
        while row < len(out):
            limit = self.starts[row] + CELLS_AT_ONCE
            stop = max(row + 1, int(np.searchsorted(self.starts, limit, side="right")) - 1)
            low, high = int(self.starts[row]), int(self.starts[stop])
            filled = row + np.flatnonzero(np.diff(self.starts[row : stop + 1]))
            if high > low:
                scaled = dense[self.columns[low:high]] * self.cells[low:high, None]
                out[filled] = np.add.reduceat(scaled, self.starts[filled] - low, axis=0)
            row = stop
        return out

    def turned(self) -> Sparse:
        """Rows become columns."""
        rows = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        order = np.argsort(self.columns, kind="stable")
        held = np.bincount(self.columns, minlength=self.width)
        return Sparse(np.concatenate([[0], np.cumsum(held)]), rows[order], self.cells[order], len(self.starts) - 1)


def text_matrix(texts: Iterable[IndexedText], terms: Sequence[str], counts: WordCounts) -> Sparse:
    """Texts by terms, weighted; texts without any of the terms are empty rows."""
    index = {term: column for column, term in enumerate(terms)}
    rarity = [log(1 + counts.texts / max(1, counts.in_texts.get(term, 1))) for term in terms]
    starts, columns, cells = [0], list[int](), list[float]()
    for text in islice(texts, MOST_TEXTS):
        held = Counter(index[word] for word in (*text.title, *text.body) if word in index)
        weights = {column: (1 + log(count)) * rarity[column] for column, count in held.items()}
        length = sum(weight * weight for weight in weights.values()) ** 0.5
        columns += weights
        cells += [weight / length for weight in weights.values()]
        starts.append(len(columns))
    return Sparse(np.array(starts), np.array(columns, np.int64), np.array(cells, np.float32), len(terms))


def word_vectors(matrix: Sparse, dimensions: int) -> Floats:
    """(width, dimensions): unit rows of the words; zeros for words that no text holds and beyond the rank."""
    texts, width = len(matrix.starts) - 1, matrix.width
    out = np.zeros((width, dimensions), np.float32)
    size = min(dimensions + OVERSAMPLED, texts, width)
    if not size or not len(matrix.cells):
        return out
    turned = matrix.turned()
    basis = matrix.times(np.random.default_rng(SEED).standard_normal((width, size)).astype(np.float32))
    for _ in range(POWERS):
        basis = np.linalg.qr(basis)[0]
        basis = matrix.times(np.linalg.qr(turned.times(basis))[0])
    small = turned.times(np.linalg.qr(basis)[0])  # words by directions: the transpose of Q'A
    words, strengths, _ = np.linalg.svd(small.astype(np.float64), full_matrices=False)
    kept = min(dimensions, int((strengths > strengths[0] * 1e-6).sum()))
    # the sign of a direction is free: fix it, so that one set of texts gives one space
    signs = np.sign(words[np.abs(words).argmax(axis=0), np.arange(words.shape[1])])
    out[:, :kept] = (words * signs * strengths)[:, :kept]
    return unit_rows(out)


class LsaTerms:
    """A TermEncoder of the words that were fitted; others get zeros."""

    def __init__(self, model: str, index: Mapping[str, int], vectors: Floats) -> None:
        self.model = model
        self.dimensions = int(vectors.shape[1])
        self._index = index
        self._vectors = vectors

    def encode(self, terms: Sequence[str]) -> Floats:
        """(n, dimensions): unit length, zeros where unknown."""
        found = np.zeros((len(terms), self.dimensions), np.float32)
        for row, term in enumerate(terms):
            if term in self._index:
                found[row] = self._vectors[self._index[term]]
        return found


class LsaFit:
    """What an installation without a model uses: its TermEncoder is made from its texts."""

    def __init__(self, dimensions: int) -> None:
        self.model = f"lsa-1-{dimensions}-{MOST_TEXTS}"
        self._dimensions = dimensions

    def fitted(self, terms: Sequence[str], counts: WordCounts, texts: Iterable[IndexedText]) -> LsaTerms:
        """Vectors of the terms from the texts."""
        vectors = word_vectors(text_matrix(texts, terms, counts), self._dimensions)
        return LsaTerms(self.model, {term: row for row, term in enumerate(terms)}, vectors)
