"""Stand-ins for the matching ports: a small dictionary, terms embedded by their characters, an index in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b

import numpy as np

from panhuo.engine.matching.space import StaticEncoder, StaticSpace, WordCounts, fit_space
from panhuo.engine.matching.words import Lexicon, WordRules, passage_bag
from panhuo.engine.ports import Floats, Ids, IndexedText, SpaceId, Vectors, same_space

DIMENSIONS = 16


class DictionaryCutter:
    """Longest match in a small dictionary, letters and digits kept together, all else one by one."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._words = sorted(words, key=lambda word: (-len(word), word))
        self.version = "dictionary-" + blake2b("|".join(self._words).encode(), digest_size=4).hexdigest()

    def words(self, text: str) -> list[str]:
        found, place = [], 0
        while place < len(text):
            word = next((word for word in self._words if text.startswith(word, place)), "")
            end = place + len(word)
            while not word and end < len(text) and text[end].isascii() and text[end].isalnum():
                end += 1
            found.append(text[place : max(end, place + 1)])
            place = max(end, place + 1)
        return found

    def parts(self, word: str) -> tuple[str, ...]:
        return tuple(one for one in self._words if one != word and one in word)

    def kind(self, word: str) -> str:
        return "n"


class CharacterTerms:
    """Vectors in which words that share characters are near; the same on every machine."""

    model = "characters-1"
    dimensions = DIMENSIONS

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, terms: Sequence[str]) -> Floats:
        self.asked += terms
        rows = [sum((_direction(mark) for mark in term), np.full(DIMENSIONS, 1e-3)) for term in terms]
        matrix = np.array(rows, np.float32).reshape(len(terms), DIMENSIONS)
        return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def _direction(mark: str) -> Floats:
    seed = int.from_bytes(blake2b(mark.encode(), digest_size=4).digest(), "big")
    return np.random.default_rng(seed).standard_normal(DIMENSIONS).astype(np.float32)


def lexicon(words: Iterable[str], shares: dict[str, float] | None = None) -> Lexicon:
    return Lexicon(DictionaryCutter(words), WordRules(shares or {}, {"single": 0.4, "ns": 0.1}, (), "fake"))


class MemoryIndex:
    """A TextIndex over (asset_id, title, body)."""

    def __init__(self, rows: Sequence[tuple[int, str, str]], cut: Lexicon) -> None:
        self.texts = {asset_id: cut.indexed(title, body) for asset_id, title, body in rows}
        self.said = {asset_id: f"{title}\n{body}" for asset_id, title, body in rows}
        self.counts = WordCounts()
        for text in self.texts.values():
            self.counts.add(text)
        terms = sorted(self.counts.occurrences)
        self.fitted: StaticSpace = fit_space(self.counts, terms, CharacterTerms(), dimensions=8, share=cut.share)
        self.space: SpaceId = self.fitted.id
        encoder = StaticEncoder(self.fitted, share=cut.share)
        self.vectors = encoder.encode([passage_bag(text, title_factor=2.0) for text in self.texts.values()]).matrix

    def within(self, allowed: Ids) -> MemorySelection:
        return MemorySelection(self, [one for one in self.texts if one in set(allowed.tolist())])


class MemorySelection:
    def __init__(self, index: MemoryIndex, ids: list[int]) -> None:
        self._index, self._ids = index, ids
        rows = {one: row for row, one in enumerate(index.texts)}
        self._matrix = index.vectors[[rows[one] for one in ids]]

    def __len__(self) -> int:
        return len(self._ids)

    def nearest(self, queries: Vectors, count: int) -> list[Ids]:
        same_space(queries.space, self._index.space)
        order = np.argsort(-(queries.matrix @ self._matrix.T), axis=1, kind="stable")[:, :count]
        return [np.array(self._ids, np.int64)[row] for row in order]

    def containing(self, words: Sequence[str], count: int) -> Ids:
        held = [one for one in self._ids if {*words} & {*self._all(one)}]
        return np.array(held[:count], np.int64)

    def _all(self, one: int) -> tuple[str, ...]:
        text = self._index.texts[one]
        return (*text.title, *text.body, *text.parts)

    def read(self, ids: Ids) -> tuple[dict[int, IndexedText], dict[int, int], Vectors]:
        wanted = [int(one) for one in ids if int(one) in self._ids]
        rows = {one: row for row, one in enumerate(wanted)}
        matrix = self._matrix[[self._ids.index(one) for one in wanted]]
        return {one: self._index.texts[one] for one in wanted}, rows, Vectors(self._index.space, matrix)

    def said(self, ids: Ids) -> dict[int, str]:
        return {int(one): self._index.said[int(one)] for one in ids}
