"""A bulk match over shards of the search table: bounded memory, resumed after a kill, from yesterday's candidates.

A folder holds what is done: a file per shard while the work goes on, and of the last whole match its candidates with
the texts and needs they speak for. What has not changed since is not matched again: of the old candidates those whose
text went or changed are dropped, the new texts are matched alone, and both are put together, which gives what a match
of the whole would give. More candidates are kept than are ranked, so that dropped ones can be made up for; a need that
has lost more than that is matched anew.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from panhuo.adapters.files.settled import UNREADABLE
from panhuo.adapters.search.lance import LanceIndex
from panhuo.adapters.search.shard import Shard
from panhuo.engine.matching.bulk import (
    Candidates,
    Kept,
    NeedColumns,
    Ranked,
    candidates_of,
    merged,
    no_candidates,
    ranked,
    rows_of,
    stacked_candidates,
    untold,
)
from panhuo.engine.matching.bulk import tell as tell_lines
from panhuo.engine.matching.scoring import ScoreRules
from panhuo.engine.ports import Floats, Ids, Progress

SHARD_TEXTS = 1_000_000
"""Texts in memory at once: some 3 GB of words, postings and vectors of 256 axes."""
RESERVE = 0.15
"""Candidates kept beyond those that are ranked, as a share of them."""
COMPLETE = np.float32(-np.inf)
Names = NDArray[np.bytes_]


@dataclass(frozen=True, slots=True)
class Worked:
    """What a match cost. reused: needs whose old candidates served; texts: how many the others and the new were."""

    needs: int
    reused: int
    texts: int
    fresh_texts: int


class ShardRunner(Protocol):
    """Works out the candidates of one shard after the other: in this process, or in the tasks of a cluster."""

    @property
    def shard_texts(self) -> int:
        """Texts of a shard, the last one apart; what has been found of a whole shard outlives a kill."""

    def candidates(
        self, needs: NeedColumns, ids: Ids, *, most: int, told: Callable[[int], None], only: bool
    ) -> Candidates:
        """Those of the texts named (ascending). told: hears how many needs are done; only: there is no other shard."""

    def held(self, ids: Ids) -> Shard | None:
        """A shard still in memory that has all these texts, None where there is none."""


class Embedded:
    """The ShardRunner of this process."""

    def __init__(self, index: LanceIndex, rules: ScoreRules, *, threads: int) -> None:
        self._index = index
        self._rules = rules
        self._threads = threads
        self._held: Shard | None = None

    @property
    def shard_texts(self) -> int:
        return SHARD_TEXTS

    def candidates(
        self, needs: NeedColumns, ids: Ids, *, most: int, told: Callable[[int], None], only: bool
    ) -> Candidates:
        self._held = None
        shard = self._index.in_memory(ids, self._rules)
        found = candidates_of(
            needs, shard.columns, self._index.words, self._rules, most=most, threads=self._threads, told=told
        )
        self._held = shard if only else None  # one of several would stand in memory beside the lines' own
        return found

    def held(self, ids: Ids) -> Shard | None:
        return self._held if self._held is not None and _among(ids, self._held.ids).all() else None


class BulkRun:
    """One match of many needs. recipe: changes whenever the same need and text may get another score.

    runner: who works out the candidates; Embedded with so many threads where none is given.
    """

    def __init__(
        self,
        folder: Path,
        index: LanceIndex,
        rules: ScoreRules,
        recipe: str,
        *,
        threads: int,
        runner: ShardRunner | None = None,
    ) -> None:
        self._folder = folder
        self._index = index
        self._rules = rules
        self._recipe = recipe
        self._threads = threads
        self._runner = runner or Embedded(index, rules, threads=threads)
        self._texts = b""  # of the call at hand: a shard done before a text changed is not read
        self._most = rules.candidates + max(1, int(rules.candidates * RESERVE))

    def match(
        self, needs: NeedColumns, names: Names, ids: Ids, versions: Names, *, progress: Progress | None = None
    ) -> tuple[Candidates, Worked]:
        """What comes into question for each need.

        names: a digest of each need. ids: of the texts that may be found, ascending, with their versions.
        """
        self._texts = blake2b(ids.tobytes() + versions.tobytes(), digest_size=12).digest()
        before = _Before.read(self._folder, self._recipe)
        found, floors, worked = self._from(before, needs, names, ids, versions, progress)
        _Before(names, ids, versions, found, floors).write(self._folder, self._recipe)
        shutil.rmtree(self._folder / "shards", ignore_errors=True)
        return _first(found, self._rules.candidates), worked

    def ranked(self, found: Candidates) -> Ranked:
        """All candidates of each need by their whole score."""
        return ranked(found, self._rules, keep=2 * self._rules.candidates, threads=self._threads)

    def told(self, needs: NeedColumns, lines: Ranked, *, progress: Progress | None = None) -> Kept:
        """Lines with what brought them; their texts are looked up in the table where they are not in memory."""
        kept = untold(lines)
        wanted = np.unique(kept.ids[kept.ids >= 0])
        for start in range(0, len(wanted), SHARD_TEXTS):
            if progress:
                progress("tell", start, len(wanted))
            some = wanted[start : start + SHARD_TEXTS]
            shard = self._runner.held(some) or self._index.in_memory(some, self._rules, postings=False)
            tell_lines(
                needs,
                kept,
                shard.ids,
                shard.texts,
                shard.vectors,
                self._index.words,
                self._rules,
                threads=self._threads,
            )
        return kept

    # -- candidates ------------------------------------------------------------------------------------------

    def _from(
        self,
        before: _Before | None,
        needs: NeedColumns,
        names: Names,
        ids: Ids,
        versions: Names,
        progress: Progress | None,
    ) -> tuple[Candidates, _Floors, Worked]:
        if before is None or not len(before.names):
            found = self._whole(needs, ids, names, progress)
            return found, _floors(found), Worked(len(needs), 0, len(ids), 0)
        stays = _same(before.ids, before.versions, ids, versions)
        fresh = ids[~_same(ids, versions, before.ids, before.versions)]
        at = {name: place for place, name in enumerate(before.names.tolist())}
        places = np.array([at.get(name, -1) for name in names.tolist()], np.int64)
        old = _without(rows_of(before.found, np.maximum(places, 0)), before.ids[stays])
        floors = before.floors.some(np.maximum(places, 0))
        short = ((floors.scores > COMPLETE) & (old.counts < self._rules.candidates)).any(axis=1)
        anew, reused = np.flatnonzero((places < 0) | short), np.flatnonzero((places >= 0) & ~short)
        parts = [(anew, self._whole(needs.some(anew), ids, names[anew], progress))]
        floors.put(anew, _floors(parts[0][1]))
        if len(reused):
            kept = rows_of(old, reused)
            if len(fresh):
                new = _above(self._whole(needs.some(reused), fresh, names[reused], progress), floors.some(reused))
                kept = merged([kept, new])
                floors.put(reused, floors.some(reused).higher(_floors(kept)))
            parts.append((reused, kept))
        every = stacked_candidates([part for _, part in parts])
        order = np.argsort(np.concatenate([rows for rows, _ in parts]), kind="stable")
        return rows_of(every, order), floors, Worked(len(needs), len(reused), len(ids), len(fresh))

    def _whole(self, needs: NeedColumns, ids: Ids, names: Names, progress: Progress | None) -> Candidates:
        """Candidates of all texts named, shard by shard; a shard that is done already is read."""
        if not len(needs):
            return no_candidates(0, self._most)
        told = blake2b(digest_size=12)
        for piece in (self._recipe.encode(), self._texts, names.tobytes(), ids.tobytes()):
            told.update(piece)
        folder = self._folder / "shards" / told.hexdigest()
        folder.mkdir(parents=True, exist_ok=True)
        found: Candidates | None = None
        size = self._runner.shard_texts
        starts = range(0, len(ids), size)
        for place, start in enumerate(starts):
            some = ids[start : start + size]
            kept = folder / f"{start}-{start + len(some)}.npz"
            part: Candidates | None = _load(kept, Candidates)
            if part is None:

                def tell(done: int, first: int = place) -> None:
                    if progress:
                        progress("match", first * len(needs) + done, len(starts) * len(needs))

                part = self._runner.candidates(needs, some, most=self._most, told=tell, only=len(starts) == 1)
                _save(kept, part)
            found = part if found is None else merged([found, part])
        return no_candidates(len(needs), self._most) if found is None else found


@dataclass(frozen=True, slots=True)
class _Floors:
    """By sense and by words the candidate down to which all are known: of equal scores those of smaller ids.

    scores, ids: (needs, 2); COMPLETE and 0 where all candidates there are are known.
    """

    scores: Floats
    ids: Ids

    def some(self, needs: Ids) -> _Floors:
        """Of some needs, as a copy."""
        return _Floors(self.scores[needs], self.ids[needs])

    def put(self, needs: Ids, others: _Floors) -> None:
        self.scores[needs], self.ids[needs] = others.scores, others.ids

    def higher(self, other: _Floors) -> _Floors:
        """The higher of the two for each."""
        better = (other.scores > self.scores) | ((other.scores == self.scores) & (other.ids < self.ids))
        return _Floors(np.where(better, other.scores, self.scores), np.where(better, other.ids, self.ids))


@dataclass(frozen=True, slots=True)
class _Before:
    """The last whole match. names: of its needs; ids and versions: of the texts it could find.

    floors: down to which all candidates are known.
    """

    names: Names
    ids: Ids
    versions: Names
    found: Candidates
    floors: _Floors

    @classmethod
    def read(cls, folder: Path, recipe: str) -> _Before | None:
        """None where there is none of this recipe that can be read."""
        found = _load(
            folder / "last.npz", Candidates, also=("recipe", "names", "ids", "versions", "floor_scores", "floor_ids")
        )
        if found is None:
            return None
        candidates, more = found
        if str(more["recipe"]) != recipe:
            return None
        return cls(
            more["names"], more["ids"], more["versions"], candidates, _Floors(more["floor_scores"], more["floor_ids"])
        )

    def write(self, folder: Path, recipe: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        more = {
            "recipe": np.array(recipe),
            "names": self.names,
            "ids": self.ids,
            "versions": self.versions,
            "floor_scores": self.floors.scores,
            "floor_ids": self.floors.ids,
        }
        _save(folder / "last.npz", self.found, more)


def need_names(queries: Any) -> Names:
    """A digest of each query: of all that its score hangs on."""
    return np.array(
        [
            blake2b(repr((sorted(query.words.items()), sorted(query.parts_of_words.items()), sorted(
                (word, tuple(part.value for part in parts)) for word, parts in query.heard_in.items()
            ), query.said)).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
            for query in queries
        ],
        "S24",
    )  # fmt: skip


def _same(ids: Ids, versions: Names, others: Ids, their_versions: Names) -> NDArray[np.bool_]:
    """For each of ids (ascending) whether others (ascending) hold it in the same version."""
    if not len(others):
        return np.zeros(len(ids), np.bool_)
    places = np.minimum(np.searchsorted(others, ids), len(others) - 1)
    found: NDArray[np.bool_] = (others[places] == ids) & (their_versions[places] == versions)
    return found


def _without(found: Candidates, stays: Ids) -> Candidates:
    """Candidates without the texts that are not in `stays` (ascending); the others move up."""
    return _where(found, {kind: _among(getattr(found, f"{kind}_ids"), stays) for kind in ("sense", "word")})


def _above(found: Candidates, floors: _Floors) -> Candidates:
    """Candidates that stand no lower than the floors."""
    kept = {}
    for column, kind in enumerate(("sense", "word")):
        scores, ids = getattr(found, f"{kind}_scores"), getattr(found, f"{kind}_ids")
        score, last = floors.scores[:, column : column + 1], floors.ids[:, column : column + 1]
        kept[kind] = (scores > score) | ((scores == score) & (ids <= last))
    return _where(found, kept)


def _where(found: Candidates, kept: Mapping[str, NDArray[np.bool_]]) -> Candidates:
    counts = found.counts.copy()
    lists: dict[str, Any] = {}
    for column, kind in enumerate(("sense", "word")):
        there = kept[kind] & (getattr(found, f"{kind}_ids") >= 0)
        order = np.argsort(~there, axis=1, kind="stable")
        counts[:, column] = there.sum(axis=1)
        behind = np.arange(there.shape[1]) >= counts[:, column : column + 1]
        for name in ("ids", "scores", "totals"):
            moved = np.take_along_axis(getattr(found, f"{kind}_{name}"), order, axis=1)
            moved[behind] = -1 if name == "ids" else 0
            lists[f"{kind}_{name}"] = moved
    return Candidates(counts, **lists)


def _among(ids: Ids, stays: Ids) -> NDArray[np.bool_]:
    if not len(stays):
        return np.zeros(ids.shape, np.bool_)
    found: NDArray[np.bool_] = stays[np.minimum(np.searchsorted(stays, ids), len(stays) - 1)] == ids
    return found


def _floors(found: Candidates) -> _Floors:
    """The last candidate where a list is full; COMPLETE where it holds all there are."""
    full = found.counts == found.sense_ids.shape[1]
    scores = np.stack([found.sense_scores[:, -1], found.word_scores[:, -1]], axis=1)
    ids = np.stack([found.sense_ids[:, -1], found.word_ids[:, -1]], axis=1)
    return _Floors(np.where(full, scores, COMPLETE).astype(np.float32), np.where(full, ids, 0))


def _first(found: Candidates, most: int) -> Candidates:
    """The first `most` of each list."""
    return Candidates(
        np.minimum(found.counts, most), *(getattr(found, one.name)[:, :most] for one in fields(Candidates)[1:])
    )


def _save(path: Path, found: Candidates, more: Mapping[str, Any] | None = None) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as handle:
        np.savez(handle, **{one.name: getattr(found, one.name) for one in fields(found)}, **(more or {}))
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(draft, path)


def _load(path: Path, kind: type[Candidates], also: tuple[str, ...] = ()) -> Any:
    """What _save wrote, None where there is nothing or it is spoilt; with the arrays named in `also` beside it."""
    try:
        with path.open("rb") as handle, np.load(handle, allow_pickle=False) as kept:
            found = kind(*(kept[one.name] for one in fields(kind)))
            return (found, {name: kept[name] for name in also}) if also else found
    except UNREADABLE:
        return None
