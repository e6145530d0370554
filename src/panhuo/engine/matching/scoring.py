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
"""The words part is measured by the so many weightiest words of the need, those that no text holds included."""
NEAR_SHARE = 0.5
"""Words that keep less than this share of their weight are general or boilerplate: they have no near words."""
SHOWN_GAIN = 0.1
"""A shared word is shown as a reason when it brings at least this share of what the best one brings."""
MAX_UNKNOWN = 16
"""Words of a need that no text holds and that are embedded for it, the weightiest: each costs ten milliseconds."""


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
    least: float


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
        least=float(rules.decimal("matching.least")),
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

    def _unheld(self, query: Query) -> list[float]:
        """Values of the need's own words that no text holds: what the index cannot answer lowers every score."""
        return [
            self.value(word, weight)
            for word, weight in query.words.items()
            if word not in self._counts.in_texts and self._share(word) >= NEAR_SHARE
        ]

    def scores(self, query: Query, texts: Sequence[IndexedText], sense: Floats) -> tuple[list[Score], NearWords]:
        """One score for each text, and the near words they rest on. sense: inner products with the texts, in order."""
        ranked = self._ranked(query.all_words)[: self.rules.scored_words]
        best = sum(sorted([*(value for _, value in ranked), *self._unheld(query)], reverse=True)[:TOP_WORDS])
        near = self._near(query, texts)
        found = []
        for text, closeness, product in zip(texts, near.closeness(texts), sense, strict=True):
            gains = self._gains(ranked, text)
            words = min(1.0, sum(gains.values()) / best) if best else 0.0
            warm = min(1.0, max(0.0, float(product)))
            total = (
                self.rules.words_weight * words
                + self.rules.near_weight * float(closeness)
                + self.rules.sense_weight * warm
            )
            found.append(
                Score(round(total, 6), round(words, 6), round(float(closeness), 6), round(warm, 6), _shown(gains))
            )
        return found, near

    def _gains(self, ranked: Sequence[tuple[str, float]], text: IndexedText) -> dict[str, float]:
        """What each shared word brings: its value, growing with its count and shrinking with the text's length."""
        worth = dict(ranked)
        counts: dict[str, float] = {}
        for word in text.title:
            if word in worth:
                counts[word] = counts.get(word, 0.0) + self.rules.title_factor
        for words in (text.body, text.parts):
            for word in words:
                if word in worth:
                    counts[word] = counts.get(word, 0.0) + 1.0
        length = len(text.title) + len(text.body) + len(text.parts)
        mean = self._counts.mean_words or 1.0
        damp = self.rules.saturation * (1 - self.rules.length_share + self.rules.length_share * length / mean)
        return {word: worth[word] * count / (count + damp) for word, count in counts.items()}

    def _near(self, query: Query, texts: Sequence[IndexedText]) -> NearWords:
        """Likeness of the need's words to those of the texts; boilerplate on either side is near to nothing."""
        words, values = self._near_words(query)
        others = sorted({word for text in texts for word in (*text.title, *text.body)})
        found = np.zeros((len(words), len(others)), np.float32)
        if words and others:
            found = self._encoder.terms(words, asked=True) @ self._encoder.terms(others).T
            found[found < self.rules.near_from] = 0.0
            found[:, [column for column, other in enumerate(others) if self._share(other) < NEAR_SHARE]] = 0.0
        place = {other: column for column, other in enumerate(others)}
        for row, word in enumerate(words):
            if word in place:
                found[row, place[word]] = 1.0
        return NearWords(words, values, place, found)

    def _near_words(self, query: Query) -> tuple[list[str], Floats]:
        worth = [
            (word, self.value(word, weight)) for word, weight in query.words.items() if self._share(word) >= NEAR_SHARE
        ]
        worth.sort(key=lambda pair: (-pair[1], pair[0]))
        chosen, unknown = [], 0
        for word, value in worth:
            unknown += word not in self._counts.in_texts
            if word in self._counts.in_texts or unknown <= MAX_UNKNOWN:
                chosen.append((word, value))
        chosen = chosen[: self.rules.near_words]
        return [word for word, _ in chosen], np.array([value for _, value in chosen], np.float32)


@dataclass(frozen=True, slots=True)
class NearWords:
    """Words of one need against the words of its candidates.

    words with their values; place: word of the texts -> column; likeness: cosines, 1 for the same word, 0 where
    not near.
    """

    words: list[str]
    values: Floats
    place: Mapping[str, int]
    likeness: Floats

    def closeness(self, texts: Sequence[IndexedText]) -> Floats:
        """For each text the share of the need's weight that it says in the same or a near word, 0..1."""
        out = np.zeros(len(texts), np.float32)
        plain = [list({*text.title, *text.body}) for text in texts]
        filled = [row for row, words in enumerate(plain) if words]
        best = float(np.sort(self.values)[::-1][:TOP_WORDS].sum())
        if not filled or best <= 0:
            return out
        columns = [self.place[word] for row in filled for word in plain[row]]
        starts = np.cumsum([0] + [len(plain[row]) for row in filled[:-1]])
        nearest = np.maximum.reduceat(self.likeness[:, columns], starts, axis=1)
        out[filled] = np.minimum(1.0, (self.values @ nearest) / best)
        return out

    def pairs(self, text: IndexedText, *, count: int) -> list[NearPair]:
        """Words of the need that the text says in another word, the weightiest first."""
        others = sorted({*text.title, *text.body})
        if not self.words or not others:
            return []
        part = self.likeness[:, [self.place[word] for word in others]]
        have = {*others, *text.parts}
        nearest = part.argmax(axis=1)
        found = []
        for row, word in enumerate(self.words):
            likeness = float(part[row, nearest[row]])
            if word not in have and likeness > 0:
                pair = NearPair(word, others[int(nearest[row])], round(likeness, 4))
                found.append((-float(self.values[row]) * likeness, word, pair))
        return [pair for _, _, pair in sorted(found, key=lambda one: one[:2])[:count]]


def _shown(gains: Mapping[str, float]) -> tuple[str, ...]:
    """Words that bring something, the best first."""
    least = SHOWN_GAIN * max(gains.values(), default=0.0)
    return tuple(word for word in sorted(gains, key=lambda word: (-gains[word], word)) if gains[word] >= least)
