"""Needs as columns: each word of a need is a slot, and the words of texts in which it is heard lead to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from panhuo.engine.matching.columns import Bytes, Places, WordTable
from panhuo.engine.matching.kernel import MOST_SLOTS, NEAR, SCORED
from panhuo.engine.matching.query import Query
from panhuo.engine.ports import Encoder, Floats, Ids

TOP_WORDS = 20
"""A need is measured by its so many weightiest words, those that no text holds included."""
NEAR_SHARE = 0.5
"""Words that keep less than this share of their weight are general or boilerplate: they have no near words."""
FUNCTION = 0.15
"""Single characters that keep less are words of function (不, 的): no line may rest on them, and none shows them."""
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

    def _look_up(self, words: Sequence[str]) -> None:
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

    def of(self, words: Sequence[str]) -> tuple[Ids, Places, Floats]:
        """Where the near words of each word begin, their numbers and likeness, near_from..1; the word itself may be
        among them.
        """
        self._look_up(words)
        found = [self._found[word] for word in words]
        starts = np.cumsum([0, *(len(ids) for ids, _ in found)]).astype(np.int64)
        ids = np.concatenate([np.zeros(0, np.int32), *(ids for ids, _ in found)])
        return starts, ids, np.concatenate([np.zeros(0, np.float32), *(likes for _, likes in found)])


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
    need, words, numbers, worths, flags = _slots(queries, table, scored_words, near_words)
    starts = np.searchsorted(need, np.arange(len(queries) + 1)).astype(np.int64)
    heard, places = _heard(words, numbers, flags, near)
    # places: the slot of each entry among all slots; entries stand by need, then by word, then by slot
    of_need = need[places]
    order = np.lexsort((places, heard[0], of_need))
    of_need, places = of_need[order], places[order]
    return AskedBlock(
        starts,
        numbers,
        worths.astype(np.float32),
        flags,
        np.stack([_best(need, worths, flags & flag > 0, len(queries)) for flag in (SCORED, NEAR)], axis=1),
        np.searchsorted(of_need, np.arange(len(queries) + 1)).astype(np.int64),
        heard[0][order],
        (places - starts[of_need]).astype(np.int32),
        heard[1][order],
        heard[2][order],
    )


def _slots(
    queries: Sequence[Query], table: WordTable, scored_words: int, near_words: int
) -> tuple[Ids, list[str], Places, NDArray[np.float64], Bytes]:
    """Need, word, number, worth and flags of each slot, by need, the weightiest of a need first."""
    told = [query.all_words for query in queries]
    words = [word for one in told for word in one]
    plain = np.array([word in query.words for query, one in zip(queries, told, strict=True) for word in one], np.bool_)
    need = np.repeat(np.arange(len(told), dtype=np.int64), [len(one) for one in told])
    distinct = list(dict.fromkeys(words))
    numbers, shares, worths, held = table.facts(distinct)
    place_of = dict(zip(distinct, range(len(distinct)), strict=True))
    places = np.fromiter(map(place_of.__getitem__, words), np.int64, len(words))
    weighed = np.fromiter((weight for one in told for weight in one.values()), np.float64, len(words)) * worths[places]
    by_text = np.empty(len(distinct), np.int64)
    by_text[sorted(range(len(distinct)), key=distinct.__getitem__)] = np.arange(len(distinct))

    function = (shares < FUNCTION) & np.array([len(word) == 1 for word in distinct], np.bool_)
    order = np.lexsort((by_text[places], -weighed, need))
    order = order[(weighed[order] > 0) & ~function[places[order]]]
    need, places, weighed = need[order], places[order], weighed[order]
    known = held[places] >= 0
    flags = np.where(_before(need, known) < scored_words, SCORED * known, 0)
    flags |= np.where(_before(need, ~known) < scored_words, SCORED * ~known, 0)
    telling = plain[order] & (shares[places] >= NEAR_SHARE)
    telling &= known | (_before(need, telling & ~known) < MAX_UNKNOWN)
    flags |= np.where(_before(need, telling) < near_words, NEAR * telling, 0)

    kept = np.flatnonzero(flags)
    kept = kept[_before(need[kept], np.ones(len(kept), np.bool_)) < MOST_SLOTS]
    return (
        need[kept],
        [distinct[place] for place in places[kept].tolist()],
        numbers[places[kept]],
        weighed[kept],
        flags[kept].astype(np.uint8),
    )


def _before(need: Ids, which: NDArray[np.bool_]) -> Ids:
    """How many of `which` stand before each entry among those of its need; entries stand by need."""
    count: Ids = np.cumsum(which, dtype=np.int64) - which
    return count - count[np.searchsorted(need, need)] if len(count) else count


def _best(need: Ids, worths: NDArray[np.float64], which: NDArray[np.bool_], needs: int) -> Floats:
    """(needs,) what the TOP_WORDS first of `which` are worth together."""
    top = which & (_before(need, which) < TOP_WORDS)
    found: Floats = np.bincount(need[top], worths[top], minlength=needs).astype(np.float32)
    return found


def _heard(
    words: Sequence[str], own: Places, flags: Bytes, near: NearTable
) -> tuple[tuple[Places, Floats, Bytes], Ids]:
    """Entries of all slots: word, likeness, whether it is the slot's own word; and the slot of each entry."""
    at = np.flatnonzero(flags & NEAR)
    told = [words[place] for place in at.tolist()]
    distinct = list(dict.fromkeys(told))
    starts, near_ids, near_likes = near.of(distinct)
    place_of = dict(zip(distinct, range(len(distinct)), strict=True))
    begin, entries = picked(starts, np.fromiter(map(place_of.__getitem__, told), np.int64, len(told)))
    places = np.repeat(at, np.diff(begin))
    ids, likes = near_ids[entries], near_likes[entries]
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
