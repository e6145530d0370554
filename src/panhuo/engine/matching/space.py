"""Static vectors distilled from a sentence encoder: each term once, a text as the weighted mean of its terms.

The terms' vectors lose their common part (mean), are turned and scaled (SVD, each axis by one over the root of its
singular value) and cut to few dimensions; a text is the mean of its terms by smooth inverse frequency
a / (a + p(term)) (Arora et al. 2017). All meaning comes from the encoder, all weights from the installation's own
texts. A space is what was fitted once: terms that come later are turned into it, nothing else ever enters it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b

import numpy as np

from panhuo.engine.matching.numbered import NumberedTexts, passage_factors
from panhuo.engine.matching.text_loops import weighted_sums
from panhuo.engine.ports import Bag, Floats, Ids, IndexedText, SpaceId, TermEncoder, Vectors

SMOOTH = 3e-3
"""a of the smooth inverse frequency; 1e-3 to 1e-2 measured alike, see docs/matching.md."""
ROWS_AT_ONCE = 400
"""Texts summed at once: bounds memory to some ten megabytes."""


@dataclass(slots=True)
class WordCounts:
    """How often words occur in the indexed texts. occurrences: without the parts of longer words."""

    texts: int = 0
    words: int = 0
    in_texts: dict[str, int] = field(default_factory=dict)
    occurrences: dict[str, int] = field(default_factory=dict)

    def add(self, text: IndexedText) -> None:
        self.texts += 1
        plain = (*text.title, *text.body)
        self.words += len(plain) + len(text.parts)
        for word in plain:
            self.occurrences[word] = self.occurrences.get(word, 0) + 1
        for word in {*plain, *text.parts}:
            self.in_texts[word] = self.in_texts.get(word, 0) + 1

    @property
    def mean_words(self) -> float:
        """Words of a text on average, parts of longer words counted."""
        return self.words / self.texts if self.texts else 0.0


class CountedWords:
    """Collects the WordCounts of many blocks of texts."""

    def __init__(self) -> None:
        self._texts = 0
        self._words = 0
        self._ids: dict[str, int] = {}
        self._counts = np.zeros((2, 1 << 16), np.int64)

    def add(self, texts: int, words: int, distinct: Sequence[str], in_texts: Ids, occurrences: Ids) -> None:
        """One block: its texts, words of all of them, and the counts of its distinct words."""
        self._texts += texts
        self._words += words
        ids = self._ids
        places = np.fromiter((ids.setdefault(word, len(ids)) for word in distinct), np.int64, len(distinct))
        while len(ids) > self._counts.shape[1]:
            self._counts = np.concatenate([self._counts, np.zeros_like(self._counts)], axis=1)
        self._counts[0, places] += in_texts
        self._counts[1, places] += occurrences

    def all(self) -> WordCounts:
        """Counts of all blocks."""
        in_texts, occurrences = (one[: len(self._ids)].tolist() for one in self._counts)
        plain = {word: count for word, count in zip(self._ids, occurrences, strict=True) if count}
        return WordCounts(self._texts, self._words, dict(zip(self._ids, in_texts, strict=True)), plain)


def vocabulary(counts: WordCounts, *, size: int, min_texts: int, fill_to: int = 2_000) -> tuple[str, ...]:
    """At most `size` words by the number of texts that hold them, then by their letters.

    Words in fewer than min_texts texts are left out, unless there are so few words that fill_to is not reached.
    """
    ranked = sorted(counts.occurrences, key=lambda word: (-counts.in_texts[word], word))[:size]
    common = [word for word in ranked if counts.in_texts[word] >= min_texts]
    return tuple(common if len(common) >= fill_to else ranked[:fill_to])


@dataclass(frozen=True, slots=True)
class Projection:
    """mean: (d,); axes: (d, dimensions), scaled; columns beyond the rank are zeros."""

    mean: Floats
    axes: Floats

    def apply(self, vectors: Floats) -> Floats:
        turned: Floats = ((vectors - self.mean) @ self.axes).astype(np.float32)
        return turned


def fit_projection(vectors: Floats, dimensions: int) -> Projection:
    """Mean and scaled axes of term vectors (n, d). No terms give a projection on zeros."""
    size = vectors.shape[1]
    axes = np.zeros((size, dimensions))
    if len(vectors) < 2:
        return Projection(np.zeros(size, np.float32), axes.astype(np.float32))
    wide = vectors.astype(np.float64)
    mean = wide.mean(axis=0)
    centred = wide - mean
    # eigenvectors of the d x d product: the singular vectors of the n x d matrix at a fraction of the work
    values, turned = np.linalg.eigh(centred.T @ centred)
    order = np.argsort(values)[::-1][:dimensions]
    singular = np.sqrt(np.clip(values[order], 0.0, None))
    kept = singular > singular[0] * 1e-6 if singular[0] > 0 else np.zeros(len(singular), bool)
    # the sign of an axis is free: fix it, so that one set of terms gives one space
    chosen = turned[:, order]
    signs = np.sign(chosen[np.abs(chosen).argmax(axis=0), np.arange(chosen.shape[1])])
    count = int(kept.sum())
    axes[:, :count] = (chosen * signs)[:, kept] / np.sqrt(singular[kept])
    return Projection(mean.astype(np.float32), axes.astype(np.float32))


@dataclass(frozen=True, slots=True)
class StaticSpace:
    """A fitted space. index: term -> row; vectors: (n, dimensions); weights: (n,) of terms in a text.

    centre: (dimensions,), the mean of texts as unit rows: what all texts share says nothing, and is taken away.
    """

    id: SpaceId
    index: Mapping[str, int]
    vectors: Floats
    weights: Floats
    projection: Projection
    smooth: float
    centre: Floats

    @property
    def dimensions(self) -> int:
        return int(self.vectors.shape[1])


def fit_space(
    counts: WordCounts,
    terms: Sequence[str],
    encoder: TermEncoder,
    *,
    dimensions: int,
    share: Callable[[str], float],
) -> StaticSpace:
    """Embed the terms and fit their space. share: part of its weight that a word keeps (Lexicon.share)."""
    raw = encoder.encode(terms) if terms else np.zeros((0, encoder.dimensions), np.float32)
    projection = fit_projection(raw, dimensions)
    total = max(1, sum(counts.occurrences.values()))
    weights = np.array(
        [SMOOTH / (SMOOTH + counts.occurrences.get(term, 0) / total) * share(term) for term in terms], np.float32
    )
    told = blake2b(digest_size=8)
    for piece in (encoder.model.encode(), "\n".join(terms).encode(), np.float32(SMOOTH).tobytes()):
        told.update(piece)
    for array in (projection.mean, projection.axes, weights):
        told.update(np.ascontiguousarray(array).tobytes())
    return StaticSpace(
        SpaceId(f"static-{dimensions}-{told.hexdigest()}"),
        {term: row for row, term in enumerate(terms)},
        projection.apply(raw),
        weights,
        projection,
        SMOOTH,
        np.zeros(dimensions, np.float32),
    )


def centred(space: StaticSpace, texts: Sequence[Bag], *, share: Callable[[str], float]) -> StaticSpace:
    """The same space with its middle at the mean of these texts; no texts leave it as it is."""
    rows = StaticEncoder(space, share=share).encode(texts).matrix
    rows = rows[rows.any(axis=1)]
    if not len(rows):
        return space
    centre = rows.mean(axis=0, dtype=np.float64).astype(np.float32)
    told = blake2b(space.id.encode() + centre.tobytes(), digest_size=8).hexdigest()
    return replace(space, id=SpaceId(f"static-{space.dimensions}-{told}"), centre=centre)


class StaticEncoder:
    """Texts into a static space. Words outside its vocabulary are embedded on the fly where `unknown` is given.

    Passages of an index are encoded without it (fit and search agree on the vocabulary), needs with it.
    """

    def __init__(
        self,
        space: StaticSpace,
        *,
        share: Callable[[str], float],
        unknown: TermEncoder | None = None,
        max_unknown: int = 16,
    ) -> None:
        self.space = space.id
        self.dimensions = space.dimensions
        self._space = space
        self._share = share
        self._unknown = unknown
        self._max_unknown = max_unknown
        self._later: dict[str, Floats] = {}

    def encode(self, texts: Sequence[Bag]) -> Vectors:
        """Unit rows; zeros for a text without known words. What a text gets does not hang on the others."""
        rows = [self._sum(texts[start : start + ROWS_AT_ONCE]) for start in range(0, len(texts), ROWS_AT_ONCE)]
        return self._unit(np.concatenate(rows) if rows else np.zeros((0, self.dimensions), np.float32))

    def passages(self, texts: NumberedTexts, *, title_factor: float) -> Vectors:
        """What `encode` says of their passage_bags, to the last bit; words outside the vocabulary say nothing."""
        index = self._space.index
        rows = np.array([index.get(word, -1) for word in texts.words] or [-1], np.int32)
        starts, found, factors = passage_factors(texts, rows, self._space.weights, title_factor)
        matrix = np.zeros((len(texts), self.dimensions), np.float32)
        weighted_sums(starts, found, factors, self._space.vectors, matrix)
        return self._unit(matrix)

    def _unit(self, matrix: Floats) -> Vectors:
        unit = unit_rows(matrix)
        if self._space.centre.any():
            says = unit.any(axis=1)
            unit[says] = unit_rows(unit[says] - self._space.centre)
        return Vectors(self.space, unit)

    def terms(self, words: Sequence[str], *, asked: bool = False) -> Floats:
        """Unit vectors of words; zeros where unknown."""
        if asked:
            self._learn(words)
        found = np.zeros((len(words), self.dimensions), np.float32)
        for row, word in enumerate(words):
            place = self._space.index.get(word)
            if place is not None:
                found[row] = self._space.vectors[place]
            elif asked and word in self._later:
                found[row] = self._later[word]
        return unit_rows(found)

    def _sum(self, texts: Sequence[Bag]) -> Floats:
        index, weights = self._space.index, self._space.weights
        starts, places, factors = [0], list[int](), list[float]()
        for text in texts:
            for word, count in text.words.items():
                place = index.get(word)
                if place is not None:
                    places.append(place)
                    factors.append(count * float(weights[place]))
            starts.append(len(places))
        out = np.zeros((len(texts), self.dimensions), np.float32)
        rows, scale = np.array(places, np.int32), np.array(factors, np.float32)
        weighted_sums(np.array(starts, np.int64), rows, scale, self._space.vectors, out)
        if self._unknown is not None:
            self._add_unknown(texts, out)
        return out

    def _add_unknown(self, texts: Sequence[Bag], out: Floats) -> None:
        """Words that the vocabulary lacks, the weightiest of each text; they count as words never seen."""
        lacking = [self._lacking(text) for text in texts]
        self._learn([word for words in lacking for word in words])
        for row, (text, words) in enumerate(zip(texts, lacking, strict=True)):
            for word in words:
                out[row] += self._later[word] * np.float32(text.words[word] * self._share(word))

    def _lacking(self, text: Bag) -> list[str]:
        words = [word for word in text.words if word not in self._space.index]
        return sorted(words, key=lambda word: (-text.words[word] * self._share(word), word))[: self._max_unknown]

    def _learn(self, words: Sequence[str]) -> None:
        wanted = [word for word in dict.fromkeys(words) if word not in self._space.index and word not in self._later]
        if wanted and self._unknown is not None:
            turned = self._space.projection.apply(self._unknown.encode(wanted))
            self._later |= dict(zip(wanted, turned, strict=True))


def unit_rows(matrix: Floats) -> Floats:
    """Rows of length one; rows of zeros stay."""
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    scaled: Floats = (matrix / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)
    return scaled
