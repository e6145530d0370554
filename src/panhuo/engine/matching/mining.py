"""Terms that an installation's own texts use and the cutter takes apart: neighbouring words that belong together.

A run of two to four words becomes a term when it is frequent, when its words meet far more often than by chance
(normalised pointwise mutual information, the weakest place to split it decides), and when what stands before and
after it varies (branching entropy): a run that always goes on in the same way is only a piece of a longer one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from panhuo.engine.matching.words import PAIRED
from panhuo.rules import InForce

LONGEST = 4
"""Words of a term at most."""
LONGEST_TERM = 12
"""Characters of a term at most."""
MOST_TOKENS = 30_000_000
"""Held at once; of more texts every second, fourth ... is read. Measured: 50 MB a million, 1.5 GB at most."""

Codes = NDArray[np.int64]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MiningRules:
    """Thresholds of a pack.

    terms: at most so many, 0 for none. min_count: times a term occurs. min_likeness: normalised pointwise mutual
    information, 0..1. min_branching: entropy of the neighbours on either side, in nats. min_share: part of its weight
    that every word of a term must keep (Lexicon.share), so that no boilerplate enters; for single characters PAIRED.
    """

    terms: int
    min_count: int
    min_likeness: float
    min_branching: float
    min_share: float


NONE = MiningRules(0, 1, 1.0, 0.0, 1.0)
"""Nothing is mined."""


def mining_rules(rules: InForce) -> MiningRules:
    """Read matching.mined.* of the pack."""
    return MiningRules(
        terms=rules.integer("matching.mined.terms"),
        min_count=rules.integer("matching.mined.min_count"),
        min_likeness=float(rules.decimal("matching.mined.min_likeness")),
        min_branching=float(rules.decimal("matching.mined.min_branching")),
        min_share=float(rules.decimal("matching.mined.min_share")),
    )


@dataclass(frozen=True, slots=True)
class MinedTerm:
    """A term, how often it occurs in the texts read, and how firmly its words hold together, 0..1."""

    term: str
    count: int
    score: float


def digest(terms: Iterable[MinedTerm]) -> str:
    """Of the words of a list, whatever their order."""
    return blake2b("\n".join(sorted(one.term for one in terms)).encode(), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True)
class _Flow:
    """Some texts one after the other. numbers: of words, 0 for what ends a run; starts: (texts + 1,) of numbers.

    order: (texts,) number of each text among all.
    """

    numbers: NDArray[np.int32]
    starts: Codes
    order: Codes

    def only(self, texts: NDArray[np.bool_]) -> _Flow:
        if texts.all():
            return self
        lengths = np.diff(self.starts)
        numbers = self.numbers[np.repeat(texts, lengths)]
        starts = np.concatenate([[0], np.cumsum(lengths[texts])]).astype(np.int64)
        return _Flow(numbers, starts, self.order[texts])

    def __len__(self) -> int:
        return len(self.order)


@dataclass(slots=True)
class Miner:
    """Takes token lists one by one or in blocks. share: part of its weight that a token keeps (Lexicon.share).

    What it finds hangs on the texts and their order alone, not on how they were cut into blocks.
    """

    rules: MiningRules
    share: Callable[[str], float]
    most_tokens: int = MOST_TOKENS
    _ids: dict[str, int] = field(default_factory=dict)
    _texts: list[_Flow] = field(default_factory=list)
    _held: int = 0
    _seen: int = 0
    _stride: int = 1

    def add(self, tokens: Sequence[str]) -> None:
        """One text as the cutter gives it, marks included: they end a run."""
        words = dict.fromkeys(tokens)
        places = {word: place for place, word in enumerate(words)}
        numbers = np.fromiter((places[token] for token in tokens), np.int32, len(tokens))
        self.add_block(list(words), numbers, np.array([0, len(tokens)], np.int64))

    @property
    def stride(self) -> int:
        """Of the texts to come only every so many are read: those whose number divides by it. It only grows."""
        return self._stride

    def add_block(self, words: Sequence[str], tokens: NDArray[np.int32], starts: Codes) -> None:
        """Texts one after the other. tokens: places in `words`, -1 for what ends a run; starts: (texts + 1,).

        Texts that `stride` passes over may be left empty, but not out.
        """
        ids = self._ids
        codes = np.zeros(len(words) + 1, np.int32)  # the last for -1
        for place, word in enumerate(words):
            code = ids.get(word)
            if code is None:
                least = self.rules.min_share if len(word) > 1 else PAIRED
                code = ids[word] = len(ids) + 1 if _is_hanzi(word) and self.share(word) >= least else 0
            codes[place] = code
        flow = _Flow(codes[tokens], np.asarray(starts, np.int64), self._seen + np.arange(len(starts) - 1))
        flow = flow.only((flow.order % self._stride == 0) & (np.diff(flow.starts) > 0))
        self._seen += len(starts) - 1
        self._texts.append(flow)
        self._held += len(flow.numbers) + len(flow)
        while self._held > self.most_tokens and sum(map(len, self._texts)) > 1:
            self._stride *= 2
            self._texts = [one.only(one.order % self._stride == 0) for one in self._texts]
            self._held = sum(len(one.numbers) + len(one) for one in self._texts)

    def terms(self) -> list[MinedTerm]:
        """The terms, firmest and most frequent first; the same for the same texts in the same order."""
        if not self.rules.terms or not self._texts:
            return []
        flow = np.zeros(1 + sum(len(one.numbers) + len(one) for one in self._texts), np.int32)  # 0 around each text
        at = 1
        for one in self._texts:
            texts = np.repeat(np.arange(len(one)), np.diff(one.starts))
            flow[at + np.arange(len(one.numbers)) + texts] = one.numbers
            at += len(one.numbers) + len(one)
        counts = np.bincount(flow, minlength=len(self._ids) + 1)
        counts[0] = 0
        words = [""] * (len(self._ids) + 1)
        for word, code in self._ids.items():
            if code > 0:
                words[code] = word
        return _mine(flow, counts, words, self.rules)


def _is_hanzi(token: str) -> bool:
    return all("\u3400" <= mark <= "\u9fff" for mark in token)


@dataclass(slots=True)
class _Level:
    """Frequent runs of one length. at: the run that begins at each place of the flow or -1; first: a place of each."""

    at: Codes
    counts: Codes
    first: Codes


def _mine(flow: NDArray[np.int32], counts: Codes, words: Sequence[str], rules: MiningRules) -> list[MinedTerm]:
    total = float(counts.sum())
    frequent = np.flatnonzero(counts >= rules.min_count)
    if not total or not len(frequent):
        return []
    renumbered = np.full(len(counts), -1, np.int64)
    renumbered[frequent] = np.arange(len(frequent))
    levels = [_Level(renumbered[flow], counts[frequent], np.zeros(0, np.int64))]
    found: list[MinedTerm] = []
    for size in range(2, LONGEST + 1):
        level = _longer(levels[-1], rules.min_count)
        if level is None:
            break
        levels.append(level)
        likeness = _likeness(levels, total)
        branching = np.minimum(_branching(level, flow, -1), _branching(level, flow, size))
        kept = np.flatnonzero((likeness >= rules.min_likeness) & (branching >= rules.min_branching))
        for run in kept.tolist():
            place = int(level.first[run])
            term = "".join(words[code] for code in flow[place : place + size])
            if len(term) <= LONGEST_TERM:
                found.append(MinedTerm(term, int(level.counts[run]), round(float(likeness[run]), 4)))
    # two runs may spell one term (热|回收, 热回|收): the firmer one stands
    best: dict[str, MinedTerm] = {}
    for one in sorted(found, key=lambda one: (-one.score * np.log(one.count), one.term)):
        best.setdefault(one.term, one)
    return list(best.values())[: rules.terms]


def _longer(shorter: _Level, min_count: int) -> _Level | None:
    """Runs one word longer, made of two frequent runs that overlap; None when none is frequent."""
    left, right = shorter.at[:-1], shorter.at[1:]
    places = np.flatnonzero((left >= 0) & (right >= 0))
    keys = left[places] * len(shorter.counts) + right[places]
    runs, first, counts = np.unique(keys, return_index=True, return_counts=True)
    kept = counts >= min_count
    if not kept.any():
        return None
    runs, first, counts = runs[kept], first[kept], counts[kept]
    nearest = np.clip(np.searchsorted(runs, keys), 0, len(runs) - 1)
    hit = runs[nearest] == keys
    at = np.full(len(shorter.at), -1, np.int64)
    at[places[hit]] = nearest[hit]
    return _Level(at, counts, places[first])


def _likeness(levels: Sequence[_Level], total: float) -> Numbers:
    """Normalised pointwise mutual information of the last level's runs at their weakest split, at most 1."""
    level, size = levels[-1], len(levels)
    share = level.counts / total
    weakest = np.full(len(share), np.inf)
    for cut in range(1, size):
        left, right = levels[cut - 1], levels[size - cut - 1]
        heads = left.counts[left.at[level.first]] / total
        tails = right.counts[right.at[level.first + cut]] / total
        weakest = np.minimum(weakest, np.log(share / (heads * tails)))
    # a text of nothing but one run has share 1 and says nothing of chance
    return np.clip(weakest / np.maximum(-np.log(share), 1e-9), 0.0, 1.0)


def _branching(level: _Level, flow: NDArray[np.int32], offset: int) -> Numbers:
    """Entropy in nats of what stands `offset` places from each run's beginning; a break is each time another one."""
    places = np.flatnonzero(level.at >= 0)
    runs, beside = level.at[places], flow[places + offset].astype(np.int64)
    told = beside > 0
    pairs, counts = np.unique(runs[told] * (int(flow.max()) + 1) + beside[told], return_counts=True)
    weight = np.bincount(pairs // (int(flow.max()) + 1), counts * np.log(counts), minlength=len(level.counts))
    entropy: Numbers = np.log(level.counts) - weight / level.counts
    return entropy
