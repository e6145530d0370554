"""From the ranked texts of each need to its list: families and series shown once, few of one team; by columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from panhuo.engine.matching.bulk import Ranked
from panhuo.engine.matching.columns import Places
from panhuo.engine.ports import Ids


@dataclass(frozen=True, slots=True)
class Group:
    """What a patent is shown with; "" for nothing.

    key: its family or same-day pair, of which the member with the greatest `preferred` is shown. series: serial
    filings of one team, of which the best is shown. team: of which a few are shown.
    """

    key: str
    preferred: int
    series: str = ""
    team: str = ""


@dataclass(frozen=True, slots=True)
class GroupColumns:
    """Groups by number, -1 for none. ids: ascending, one row each; a text that is not in it is alone."""

    ids: Ids
    families: Places
    preferred: Ids
    series: Places
    teams: Places
    team_names: tuple[str, ...]

    def at(self, ids: Ids) -> tuple[Any, ...]:
        """families, preferred, series, teams of texts, in the shape of ids; -1 and 0 for those that are alone."""
        if not len(self.ids):
            none = np.full(ids.shape, -1, np.int32)
            return none, np.zeros(ids.shape, np.int64), none, none
        rows = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        held = self.ids[rows] == ids
        return (
            np.where(held, self.families[rows], -1),
            np.where(held, self.preferred[rows], 0),
            np.where(held, self.series[rows], -1),
            np.where(held, self.teams[rows], -1),
        )


def group_columns(groups: Mapping[int, Group]) -> GroupColumns:
    """Groups by asset_id as columns."""
    ids = sorted(groups)
    families, series, teams = (_Numbers() for _ in range(3))
    rows = [groups[one] for one in ids]
    return GroupColumns(
        np.array(ids, np.int64),
        families.of(row.key for row in rows),
        np.array([row.preferred for row in rows], np.int64),
        series.of(row.series for row in rows),
        teams.of(row.team for row in rows),
        tuple(teams.names),
    )


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists of n needs. counts: (n,) lines of each; ids: (n, keep) what was ranked, -1 behind it.

    places: (n, top) where each line stands among the ranked, -1 where there are no more; line_of: (n, keep) the line
    on which a ranked text stands or is named, -1 for none; in_series: (n, keep) whether it is named there as one of a
    series; teams: (n, top) numbers of team_names, -1 for none; more_of_team: (n, top), texts of the line's team that
    were ranked and are on no line of their own.
    """

    counts: Places
    ids: Ids
    places: Places
    line_of: Places
    in_series: NDArray[np.bool_]
    teams: Places
    more_of_team: Places
    team_names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.counts)

    def named(self, need: int) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
        """For each line of a need the ids of its family and of its series beside it, ascending."""
        found: list[tuple[list[int], list[int]]] = [([], []) for _ in range(int(self.counts[need]))]
        lines = self.line_of[need]
        for place in np.flatnonzero(lines >= 0).tolist():
            line = int(lines[place])
            if place != self.places[need, line]:
                found[line][int(self.in_series[need, place])].append(int(self.ids[need, place]))
        return [(tuple(sorted(family)), tuple(sorted(series))) for family, series in found]

    def team(self, need: int, line: int) -> str:
        """Name of the team of a line, "" where it has none."""
        number = int(self.teams[need, line])
        return self.team_names[number] if number >= 0 else ""


def lists_of(ranked: Ranked, groups: GroupColumns, *, top: int, team_rows: int | None = None) -> Lists:
    """The first `top` of each need, each family and each series once, of one team `team_rows` at most.

    A family stands by the preferred of its members that were ranked, at that one's score; a series then by the best
    of its patents. team_rows: None for any number.
    """
    needs, keep = ranked.ids.shape
    families, preferred, series, teams = groups.at(ranked.ids)
    lists = Lists(
        np.zeros(needs, np.int32),
        ranked.ids,
        np.full((needs, top), -1, np.int32),
        np.full((needs, keep), -1, np.int32),
        np.zeros((needs, keep), np.bool_),
        np.full((needs, top), -1, np.int32),
        np.zeros((needs, top), np.int32),
        groups.team_names,
    )
    _list_needs(
        ranked.counts[:, 0],
        families,
        preferred,
        series,
        teams,
        keep if team_rows is None else team_rows,
        (lists.counts, lists.places, lists.line_of, lists.in_series, lists.teams, lists.more_of_team),
    )
    return lists


def shown(ranked: Ranked, lists: Lists) -> Ranked:
    """What stands on the lists, line by line; as many texts scored as before."""
    there = lists.places >= 0
    places = np.maximum(lists.places, 0)
    if not ranked.ids.shape[1]:
        return Ranked(ranked.counts, np.full(there.shape, -1, np.int64), np.zeros(there.shape, np.float64))
    ids, totals = (np.take_along_axis(one, places, axis=1) for one in (ranked.ids, ranked.totals))
    counts = np.stack([lists.counts, ranked.counts[:, 1]], axis=1).astype(np.int32)
    return Ranked(counts, np.where(there, ids, -1), np.where(there, totals, 0.0))


class _Numbers:
    """Numbers names as they come; "" is -1."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._numbers: dict[str, int] = {"": -1}

    def of(self, names: Iterable[str]) -> Places:
        return np.array([self._number(name) for name in names], np.int32)

    def _number(self, name: str) -> int:
        if name not in self._numbers:
            self._numbers[name] = len(self.names)
            self.names.append(name)
        return self._numbers[name]


@njit(nogil=True, cache=True)
def _list_needs(counts: Any, families: Any, preferred: Any, series: Any, teams: Any, team_rows: int, out: Any) -> None:
    """Fill Lists. The ranked of a need stand by falling score, equal ones by id, so that the first of any is its best.

    families, preferred, series, teams: (needs, keep).
    """
    out_counts, out_places, line_of, in_series, out_teams, more_of_team = out
    keep, top = line_of.shape[1], out_places.shape[1]
    head = np.empty(keep, np.int32)  # first of its family
    best = np.empty(keep, np.int32)  # of the family of which it is the first: who stands for it
    stands = np.empty(keep, np.int32)  # who stands for the text: itself, or one of its family
    first = np.empty(keep, np.int32)  # of one who stands: the first of its series
    line = np.empty(keep, np.int32)
    for need in range(len(counts)):
        count = counts[need]
        for place in range(count):
            head[place] = best[place] = place
            if families[need, place] < 0:
                continue
            for other in range(place):
                if families[need, other] == families[need, place]:
                    head[place] = head[other]
                    break
            if preferred[need, place] > preferred[need, best[head[place]]]:
                best[head[place]] = place
        for place in range(count):
            stands[place] = best[head[place]]
        for place in range(count):
            first[place] = place
            line[place] = -1
            if stands[place] != place or series[need, place] < 0:
                continue
            for other in range(place):
                if stands[other] == other and series[need, other] == series[need, place]:
                    first[place] = first[other]
                    break
        listed = 0
        for place in range(count):
            if listed == top:
                break
            if stands[place] != place or first[place] != place:
                continue
            team = teams[need, place]
            if team >= 0:
                taken = 0
                for other in range(listed):
                    taken += out_teams[need, other] == team
                if taken >= team_rows:
                    continue
            line[place] = listed
            out_places[need, listed] = place
            out_teams[need, listed] = team
            listed += 1
        out_counts[need] = listed
        for place in range(count):
            who = stands[place]
            line_of[need, place] = line[first[who]]
            in_series[need, place] = first[who] != who
        for one in range(listed):
            team = out_teams[need, one]
            if team < 0:
                continue
            held = 0
            for place in range(count):
                held += stands[place] == place and first[place] == place and teams[need, place] == team
            for other in range(listed):
                held -= out_teams[need, other] == team
            more_of_team[need, one] = held
