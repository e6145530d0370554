"""Terms that an installation's own texts use and the cutter takes apart: neighbouring words that belong together.

A run of two to four words becomes a term when it is frequent, when its words meet far more often than by chance
(normalised pointwise mutual information, the weakest place to split it decides), and when what stands before and
after it varies (branching entropy): a run that always goes on in the same way is only a piece of a longer one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import chain

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


@dataclass(slots=True)
class Miner:
    """Takes token lists one by one. share: part of its weight that a token keeps (Lexicon.share)."""

    rules: MiningRules
    share: Callable[[str], float]
    most_tokens: int = MOST_TOKENS
    _ids: dict[str, int] = field(default_factory=dict)
    _texts: list[NDArray[np.int32]] = field(default_factory=list)
    _held: int = 0
    _seen: int = 0
    _stride: int = 1

    def add(self, tokens: Sequence[str]) -> None:
        """One text as the cutter gives it, marks included: they end a run."""
        self._seen += 1
        if (self._seen - 1) % self._stride:
            return
        ids = self._ids
        for token in set(tokens).difference(ids):
            least = self.rules.min_share if len(token) > 1 else PAIRED
            ids[token] = len(ids) + 1 if _is_hanzi(token) and self.share(token) >= least else -1
        found = np.fromiter((ids[token] for token in tokens), np.int32, len(tokens))
        np.maximum(found, 0, out=found)
        self._texts.append(found)
        self._held += len(found) + 1
        while self._held > self.most_tokens and len(self._texts) > 1:
            self._texts = self._texts[::2]
            self._stride *= 2
            self._held = sum(len(text) + 1 for text in self._texts)

    def terms(self) -> list[MinedTerm]:
        """The terms, firmest and most frequent first; the same for the same texts in the same order."""
        if not self.rules.terms or not self._texts:
            return []
        stop = np.zeros(1, np.int32)
        flow = np.concatenate([stop, *chain.from_iterable((text, stop) for text in self._texts)])
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
