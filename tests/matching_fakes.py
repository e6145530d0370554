"""Stand-ins for the matching ports: a small dictionary, terms embedded by their characters, an index in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b

import numpy as np
import pyarrow as pa

from panhuo.adapters.search.shard import Shard, load_shard
from panhuo.engine.matching.columns import WordTable
from panhuo.engine.matching.scoring import ScoreRules
from panhuo.engine.matching.space import StaticEncoder, StaticSpace, WordCounts, fit_space
from panhuo.engine.matching.words import Lexicon, WordRules, passage_bag
from panhuo.engine.ports import Floats, Ids, SpaceId

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

    def taught(self, terms: Sequence[str]) -> DictionaryCutter:
        return DictionaryCutter([*self._words, *terms])


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
        self.written = {asset_id: f"{title}\n{body}" for asset_id, title, body in rows}
        self.counts = WordCounts()
        for text in self.texts.values():
            self.counts.add(text)
        self.words = WordTable(self.counts.texts, self.counts.mean_words, self.counts.in_texts, cut.share)
        terms = sorted(self.counts.occurrences)
        self.fitted: StaticSpace = fit_space(self.counts, terms, CharacterTerms(), dimensions=8, share=cut.share)
        self.space: SpaceId = self.fitted.id
        encoder = StaticEncoder(self.fitted, share=cut.share)
        self.vectors = encoder.encode([passage_bag(text, title_factor=2.0) for text in self.texts.values()]).matrix

    def within(self, allowed: Ids, rules: ScoreRules) -> Shard:
        """Those rows in memory, as a bulk match holds them."""
        texts = list(self.texts.values())
        batch = pa.record_batch(
            {
                "asset_id": pa.array(self.texts, pa.int64()),
                "words": pa.array([" ".join((*text.title, *text.body, *text.parts)) for text in texts], pa.string()),
                "title_words": pa.array([len(text.title) for text in texts], pa.int32()),
                "body_words": pa.array([len(text.body) for text in texts], pa.int32()),
                "vector": pa.FixedSizeListArray.from_arrays(pa.array(self.vectors.ravel(), pa.float32()), 8),
            }
        )
        allowed = np.unique(allowed)
        return load_shard(iter([batch]), 8, self.space, self.words, rules, allowed=allowed, written=self.said)

    def said(self, ids: Ids) -> dict[int, str]:
        return {int(one): self.written[int(one)] for one in ids}
