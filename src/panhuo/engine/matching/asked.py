"""Needs as columns: each word of a need is a slot, and the words of texts in which it is heard lead to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from panhuo.engine.matching.columns import Bytes, Places, WordTable
from panhuo.engine.matching.kernel import MOST_SLOTS, NEAR, SCORED
from panhuo.engine.matching.query import Query
from panhuo.engine.ports import Encoder, Floats, Ids

TOP_WORDS = 20
"""A need is measured by its so many weightiest words, those that no text holds included."""
NEAR_SHARE = 0.5
"""Words that keep less than this share of their weight are general or boilerplate: they have no near words."""
MAX_UNKNOWN = 16
"""Words of a need that no text held and that are embedded for it, the weightiest: each costs ten milliseconds."""
MOST_NEAR = 48
"""Near words of one word at most, the nearest."""


class NearTable:
    """Words of texts near to a word of a need, looked up once each.

    words: those of the space, in the order of vectors; general words among them are near to nothing.
    """

    def __init__(self, encoder: Encoder, words: Sequence[str], table: WordTable, *, near_from: float) -> None:
        self._encoder = encoder
        self._near_from = near_from
        told = [word for word in words if table.share(word) >= NEAR_SHARE]
        self._ids = np.array([table.id(word) for word in told], np.int32)
        self._vectors = encoder.terms(told)
        self._found: dict[str, tuple[Places, Floats]] = {}

    def look_up(self, words: Sequence[str]) -> None:
        """Find the near words of all of them at once."""
        wanted = [word for word in dict.fromkeys(words) if word not in self._found]
        for start in range(0, len(wanted), 1_000):
            block = wanted[start : start + 1_000]
            likes = self._encoder.terms(block, asked=True) @ self._vectors.T
            near, every = np.nonzero(likes >= self._near_from)
            cuts = np.searchsorted(near, np.arange(len(block) + 1))
            for at, word in enumerate(block):
                row, places = likes[at], every[cuts[at] : cuts[at + 1]]
                if len(places) > MOST_NEAR:
                    order = np.lexsort((self._ids[places], -row[places]))[:MOST_NEAR]
                    places = places[order]
                self._found[word] = (self._ids[places], row[places])

    def of(self, word: str) -> tuple[Places, Floats]:
        """Numbers of near words and their likeness, near_from..1; the word itself may be among them."""
        return self._found[word]


@dataclass(frozen=True, slots=True)
class AskedBlock:
    """n needs. slots of need i stand from starts[i] to starts[i + 1], the weightiest first.

    words: numbers of the slots' words in the WordTable; worths: weight × share × rarity; flags: see kernel; bests:
    (n, 2), what the best words and near words of a need are worth together. heard_*: words of texts, ascending by
    number within a need, with the slot they lead to and their likeness; exact: the word itself.
    """

    starts: Ids
    words: Places
    worths: Floats
    flags: Bytes
    bests: Floats
    heard_starts: Ids
    heard_words: Places
    heard_slots: Places
    likes: Floats
    exact: Bytes

    def slots_of(self, need: int) -> list[int]:
        """Numbers of the words of its slots."""
        found: list[int] = self.words[self.starts[need] : self.starts[need + 1]].tolist()
        return found

    def some(self, needs: Ids) -> AskedBlock:
        """Some of the needs, in the order given."""
        starts, slots = picked(self.starts, needs)
        heard_starts, heard = picked(self.heard_starts, needs)
        return AskedBlock(
            starts,
            self.words[slots],
            self.worths[slots],
            self.flags[slots],
            self.bests[needs],
            heard_starts,
            self.heard_words[heard],
            self.heard_slots[heard],
            self.likes[heard],
            self.exact[heard],
        )

    @property
    def slots(self) -> tuple[Any, ...]:
        return self.starts, self.worths, self.flags, self.bests

    @property
    def heard(self) -> tuple[Any, ...]:
        return self.heard_starts, self.heard_words, self.heard_slots, self.likes, self.exact


def asked_block(
    queries: Sequence[Query], table: WordTable, near: NearTable, *, scored_words: int, near_words: int
) -> AskedBlock:
    """Columns of needs.

    The scored_words weightiest words of a need count as shared words, and all of its own that no text held, so that
    a later text with them is found; the near_words weightiest that are no general words have near words.
    """
    needs = [_slots(query, table, scored_words, near_words) for query in queries]
    near.look_up([word for slots in needs for word, _, flags in slots if flags & NEAR])
    starts = np.cumsum([0, *(len(slots) for slots in needs)])
    words = [word for slots in needs for word, _, _ in slots]
    numbers = np.array([table.id(word) for word in words], np.int32)
    flags = np.array([flags for slots in needs for _, _, flags in slots], np.uint8)
    heard, places = _heard(words, numbers, flags, near)
    # places: the slot of each entry among all slots; entries stand by need, then by word, then by slot
    need = np.searchsorted(starts, places, side="right") - 1
    order = np.lexsort((places, heard[0], need))
    need, places = need[order], places[order]
    return AskedBlock(
        starts.astype(np.int64),
        numbers,
        np.array([worth for slots in needs for _, worth, _ in slots], np.float32),
        flags,
        np.array([_bests(slots) for slots in needs], np.float32).reshape(len(needs), 2),
        np.searchsorted(need, np.arange(len(needs) + 1)).astype(np.int64),
        heard[0][order],
        (places - starts[need]).astype(np.int32),
        heard[1][order],
        heard[2][order],
    )


def _slots(query: Query, table: WordTable, scored_words: int, near_words: int) -> list[tuple[str, float, int]]:
    """(word, worth, flags) of a need's words, the weightiest first."""
    ranked = sorted(
        ((word, weight * table.worth(word)) for word, weight in query.all_words.items()),
        key=lambda pair: (-pair[1], pair[0]),
    )
    flags = {word: 0 for word, worth in ranked if worth > 0}
    for place, word in enumerate([word for word in flags if word in table.in_texts]):
        if place < scored_words:
            flags[word] |= SCORED
    new = [word for word in flags if word not in table.in_texts]
    for word in new[:scored_words]:
        flags[word] |= SCORED
    unknown = 0
    chosen = 0
    for word in flags:
        if word not in query.words or table.share(word) < NEAR_SHARE:
            continue
        unknown += word not in table.in_texts
        if chosen < near_words and (word in table.in_texts or unknown <= MAX_UNKNOWN):
            flags[word] |= NEAR
            chosen += 1
    return [(word, worth, flags[word]) for word, worth in ranked if flags.get(word)][:MOST_SLOTS]


def _bests(slots: Sequence[tuple[str, float, int]]) -> tuple[float, float]:
    """Worth of the best words of a need: shared, near."""
    shared, near = ([worth for _, worth, flags in slots if flags & flag] for flag in (SCORED, NEAR))
    return sum(shared[:TOP_WORDS]), sum(near[:TOP_WORDS])


def _heard(
    words: Sequence[str], own: Places, flags: Bytes, near: NearTable
) -> tuple[tuple[Places, Floats, Bytes], Ids]:
    """Entries of all slots: word, likeness, whether it is the slot's own word; and the slot of each entry."""
    others: list[tuple[Places, Floats]] = []
    at: list[int] = []
    for place in np.flatnonzero(flags & NEAR).tolist():
        others.append(near.of(words[place]))
        at.append(place)
    places = np.repeat(np.array(at, np.int64), [len(ids) for ids, _ in others])
    ids = np.concatenate([np.zeros(0, np.int32), *(ids for ids, _ in others)])
    likes = np.concatenate([np.zeros(0, np.float32), *(likes for _, likes in others)])
    kept = ids != own[places]
    every = (
        np.concatenate([own, ids[kept]]),
        np.concatenate([np.ones(len(own), np.float32), likes[kept]]),
        np.concatenate([np.ones(len(own), np.uint8), np.zeros(int(kept.sum()), np.uint8)]),
    )
    return every, np.concatenate([np.arange(len(own)), places[kept]])


def picked(starts: Ids, rows: Ids) -> tuple[Ids, Ids]:
    """Where the entries of some rows begin when they stand one after the other, and the places of these entries."""
    sizes = np.diff(starts)[rows]
    begin = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    places = np.arange(begin[-1]) + np.repeat(starts[rows] - begin[:-1], sizes)
    return begin, places
