"""Lists from ranked texts: families and series once, few of one team, the same as by a slow and plain way."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.engine.matching.bulk import Ranked
from panhuo.engine.matching.listing import Group, group_columns, lists_of, shown

Line = tuple[int, tuple[int, ...], tuple[int, ...], str, int]
"""asset_id, family, series, team, more_of_team."""


def of(*scored: tuple[int, float], keep: int = 0) -> Ranked:
    """One need; texts with their totals, best first."""
    behind = max(0, keep - len(scored))
    return Ranked(
        np.array([[len(scored), len(scored)]], np.int32),
        np.array([[one for one, _ in scored] + [-1] * behind], np.int64),
        np.array([[total for _, total in scored] + [0.0] * behind], np.float64),
    )


def lines(ranked: Ranked, groups: dict[int, Group], top: int, team_rows: int | None) -> list[Line]:
    lists = lists_of(ranked, group_columns(groups), top=top, team_rows=team_rows)
    kept = shown(ranked, lists)
    assert kept.counts[0].tolist() == [lists.counts[0], ranked.counts[0, 1]]
    return [
        (int(kept.ids[0, line]), family, series, lists.team(0, line), int(lists.more_of_team[0, line]))
        for line, (family, series) in enumerate(lists.named(0))
    ]


def plainly(scored: list[tuple[int, float]], groups: dict[int, Group], top: int, team_rows: int | None) -> list[Line]:
    """The same by sorting and dictionaries."""
    alone = Group("", 0)
    families: dict[str, list[tuple[int, float]]] = {}
    for asset_id, total in scored:
        families.setdefault(groups.get(asset_id, alone).key or f"alone {asset_id}", []).append((asset_id, total))
    standing: list[tuple[float, int, tuple[int, ...]]] = []
    for members in families.values():
        one, total = max(members, key=lambda member: (groups.get(member[0], alone).preferred, member[1], -member[0]))
        standing.append((-total, one, tuple(sorted(other for other, _ in members if other != one))))
    serial: dict[str, list[tuple[float, int, tuple[int, ...]]]] = {}
    for line in sorted(standing):
        serial.setdefault(groups.get(line[1], alone).series or f"alone {line[1]}", []).append(line)
    once = sorted(
        (best[0], best[1], best[2], tuple(sorted(one for line in rest for one in (line[1], *line[2]))))
        for best, *rest in serial.values()
    )
    teams = [groups.get(one, alone).team for _, one, _, _ in once]
    found: list[Line] = []
    for (_, one, family, series), team in zip(once, teams, strict=True):
        if len(found) == top:
            break
        if not team or team_rows is None or sum(line[3] == team for line in found) < team_rows:
            found.append((one, family, series, team, 0))
    taken = [line[3] for line in found]
    return [(*line[:4], teams.count(line[3]) - taken.count(line[3]) if line[3] else 0) for line in found]


TEXTS = st.lists(st.tuples(st.integers(1, 30), st.integers(0, 4)), max_size=14, unique_by=lambda one: one[0])
GROUPS = st.dictionaries(
    st.integers(1, 30),
    st.builds(
        Group,
        st.sampled_from(["", "f", "g", "h"]),
        st.integers(0, 2),
        st.sampled_from(["", "s", "t"]),
        st.sampled_from(["", "a", "b"]),
    ),
)


@settings(max_examples=300, deadline=None)
@given(TEXTS, GROUPS, st.integers(1, 6), st.sampled_from([None, 1, 2]), st.integers(0, 3))
def test_a_list_is_what_sorting_and_dictionaries_give(
    scored: list[tuple[int, int]], groups: dict[int, Group], top: int, team_rows: int | None, behind: int
) -> None:
    ordered = sorted(((one, total / 4) for one, total in scored), key=lambda pair: (-pair[1], pair[0]))
    found = lines(of(*ordered, keep=len(ordered) + behind), groups, top, team_rows)
    assert found == plainly(ordered, groups, top, team_rows)


def test_the_preferred_member_stands_at_its_own_score() -> None:
    ranked = of((1, 0.9), (2, 0.8), (3, 0.7))
    groups = {1: Group("f", 1), 3: Group("f", 2)}
    assert lines(ranked, groups, 5, None) == [(2, (), (), "", 0), (3, (1,), (), "", 0)]
    assert lines(ranked, {}, 5, None) == [(1, (), (), "", 0), (2, (), (), "", 0), (3, (), (), "", 0)]


def test_needs_do_not_see_one_another() -> None:
    two = Ranked(
        np.array([[2, 2], [2, 2]], np.int32), np.array([[1, 2], [2, 1]], np.int64), np.array([[0.9, 0.8], [0.7, 0.6]])
    )
    lists = lists_of(two, group_columns({1: Group("f", 1), 2: Group("f", 1)}), top=5)
    assert shown(two, lists).ids[:, 0].tolist() == [1, 2]
    assert (lists.named(0), lists.named(1)) == ([((2,), ())], [((1,), ())])


def test_nothing_ranked_is_an_empty_list() -> None:
    empty = Ranked(np.zeros((1, 2), np.int32), np.zeros((1, 0), np.int64), np.zeros((1, 0), np.float64))
    assert lines(empty, {1: Group("f", 1)}, 3, 1) == []
