"""How well a text answers a need: shared words, near words, sense; each part 0..1 and open to inspection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from panhuo.engine.matching.query import Query
from panhuo.engine.matching.space import WordCounts
from panhuo.engine.ports import Encoder, Floats, IndexedText
from panhuo.rules import InForce

TOP_WORDS = 20
"""A text that held the so many weightiest words of a need alone would have all of its words part."""
NEAR_SHARE = 0.3
"""Words that keep less than this share of their weight are boilerplate: they have no near words."""


@dataclass(frozen=True, slots=True)
class ScoreRules:
    """Numbers of a pack. words_weight + near_weight + sense_weight = 1."""

    words_weight: float
    near_weight: float
    sense_weight: float
    near_from: float
    candidates: int
    asked_words: int
    scored_words: int
    near_words: int
    title_factor: float
    saturation: float
    length_share: float
    weak_below: float


def score_rules(rules: InForce) -> ScoreRules:
    """Read matching.* of the pack."""
    return ScoreRules(
        words_weight=float(rules.decimal("matching.score.words")),
        near_weight=float(rules.decimal("matching.score.near")),
        sense_weight=float(rules.decimal("matching.score.sense")),
        near_from=float(rules.decimal("matching.near_from")),
        candidates=rules.integer("matching.candidates"),
        asked_words=rules.integer("matching.asked_words"),
        scored_words=rules.integer("matching.scored_words"),
        near_words=rules.integer("matching.near_words"),
        title_factor=float(rules.decimal("matching.title_factor")),
        saturation=float(rules.decimal("matching.saturation")),
        length_share=float(rules.decimal("matching.length_share")),
        weak_below=float(rules.decimal("matching.weak_below")),
    )


@dataclass(frozen=True, slots=True)
class Score:
    """Parts 0..1 and their weighted sum; shared: words of the need in the text, the weightiest first."""

    total: float
    words: float
    near: float
    sense: float
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NearPair:
    """A word of the need and the nearest other word of the text, with the cosine of their vectors."""

    ours: str
    theirs: str
    likeness: float


class Scorer:
    """Scores texts for needs; counts: of the whole index, so that a filter does not change a score."""

    def __init__(self, rules: ScoreRules, counts: WordCounts, share: Callable[[str], float], encoder: Encoder) -> None:
        self.rules = rules
        self._counts = counts
        self._share = share
        self._encoder = encoder

    def value(self, word: str, weight: float) -> float:
        """What a word of a need is worth: its weight, the share it keeps, its rarity in the index."""
        held = self._counts.in_texts.get(word, 0)
        return weight * self._share(word) * log(1 + (self._counts.texts - held + 0.5) / (held + 0.5))

    def asked(self, query: Query) -> list[str]:
        """Words to ask the full text for: those of the index that are worth most."""
        return [word for word, _ in self._ranked(query.all_words)[: self.rules.asked_words]]

    def _ranked(self, words: Mapping[str, float]) -> list[tuple[str, float]]:
        known = ((word, self.value(word, weight)) for word, weight in words.items() if word in self._counts.in_texts)
        return sorted(((word, value) for word, value in known if value > 0), key=lambda pair: (-pair[1], pair[0]))

    def scores(self, query: Query, texts: Sequence[IndexedText], sense: Floats) -> list[Score]:
        """One score for each text. sense: inner products of the need with the texts, same order."""
        ranked = self._ranked(query.all_words)[: self.rules.scored_words]
        best = sum(value for _, value in ranked[:TOP_WORDS])
        near = self._near(query, texts)
        found = []
        for text, closeness, product in zip(texts, near, sense, strict=True):
            gains = self._gains(ranked, text)
            words = min(1.0, sum(gains.values()) / best) if best else 0.0
            warm = min(1.0, max(0.0, float(product)))
            total = (
                self.rules.words_weight * words
                + self.rules.near_weight * float(closeness)
                + self.rules.sense_weight * warm
            )
            shared = tuple(sorted(gains, key=lambda word: (-gains[word], word)))
            found.append(Score(round(total, 6), round(words, 6), round(float(closeness), 6), round(warm, 6), shared))
        return found

    def _gains(self, ranked: Sequence[tuple[str, float]], text: IndexedText) -> dict[str, float]:
        """What each shared word brings: its value, growing with its count and shrinking with the text's length."""
        counts: dict[str, float] = {}
        for word in text.title:
            counts[word] = counts.get(word, 0.0) + self.rules.title_factor
        for word in (*text.body, *text.parts):
            counts[word] = counts.get(word, 0.0) + 1.0
        length = len(text.title) + len(text.body) + len(text.parts)
        mean = self._counts.mean_words or 1.0
        damp = self.rules.saturation * (1 - self.rules.length_share + self.rules.length_share * length / mean)
        return {word: value * counts[word] / (counts[word] + damp) for word, value in ranked if word in counts}

    def _near(self, query: Query, texts: Sequence[IndexedText]) -> Floats:
        """For each text the share of the need's words that it holds or has a near word for."""
        words, values = self._near_words(query)
        if not words or not texts:
            return np.zeros(len(texts), np.float32)
        plain = [sorted({*text.title, *text.body}) for text in texts]
        places = {word: place for place, word in enumerate(sorted({word for row in plain for word in row}))}
        if not places:
            return np.zeros(len(texts), np.float32)
        likeness = self._likeness(words, list(places))
        filled = [row for row in range(len(plain)) if plain[row]]
        columns = [places[word] for row in filled for word in plain[row]]
        starts = np.cumsum([0] + [len(plain[row]) for row in filled[:-1]])
        nearest = np.maximum.reduceat(likeness[:, columns], starts, axis=1)
        best = np.sort(values)[::-1][:TOP_WORDS].sum()
        out = np.zeros(len(texts), np.float32)
        out[filled] = np.minimum(1.0, (values @ nearest) / best) if best > 0 else 0.0
        return out

    def _near_words(self, query: Query) -> tuple[list[str], Floats]:
        worth = [
            (word, self.value(word, weight)) for word, weight in query.words.items() if self._share(word) >= NEAR_SHARE
        ]
        worth.sort(key=lambda pair: (-pair[1], pair[0]))
        worth = worth[: self.rules.near_words]
        return [word for word, _ in worth], np.array([value for _, value in worth], np.float32)

    def _likeness(self, words: Sequence[str], others: Sequence[str]) -> Floats:
        """Cosines, zero below near_from; the same word is 1, boilerplate of the text is never near."""
        found: Floats = self._encoder.terms(words, asked=True) @ self._encoder.terms(others).T
        found[found < self.rules.near_from] = 0.0
        dull = [column for column, other in enumerate(others) if self._share(other) < NEAR_SHARE]
        found[:, dull] = 0.0
        place = {other: column for column, other in enumerate(others)}
        for row, word in enumerate(words):
            if word in place:
                found[row, place[word]] = 1.0
        return found

    def near_pairs(self, query: Query, text: IndexedText, *, count: int) -> list[NearPair]:
        """Words of the need that the text says in another word, the weightiest first."""
        words, values = self._near_words(query)
        others = sorted({*text.title, *text.body})
        if not words or not others:
            return []
        likeness = self._likeness(words, others)
        have = set(others) | set(text.parts)
        pairs = [
            (
                float(values[row] * likeness[row].max()),
                NearPair(word, others[int(likeness[row].argmax())], round(float(likeness[row].max()), 4)),
            )
            for row, word in enumerate(words)
            if word not in have and likeness[row].max() > 0
        ]
        pairs.sort(key=lambda pair: (-pair[0], pair[1].ours))
        return [pair for _, pair in pairs[:count]]
