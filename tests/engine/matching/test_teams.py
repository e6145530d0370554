"""Teams: who files together at one owner; large laboratories fall apart, series are told. Names are made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.matching.teams import Filed, Team, TeamBook, bare_title, owner_identity, team_rules, teams
from panhuo.rules import load_pack

RULES = team_rules(load_pack("national").at(date(2026, 11, 22)))
ONE, OTHER = "n:云湖大学", "n:江城学院"


def book(*filed: tuple[int, str, str], titles: dict[int, str] | None = None, people: int = RULES.people) -> TeamBook:
    """filed: asset_id, owner, inventors as one letter each."""
    told = [Filed(one, owner, tuple(names), (titles or {}).get(one, "")) for one, owner, names in filed]
    return teams(told, replace(RULES, people=people))


def members(found: TeamBook) -> list[tuple[int, ...]]:
    return sorted(team.asset_ids for team in found.teams.values())


def test_the_pack_asks_for_two_shared_inventors_and_lists_three_patents() -> None:
    assert (RULES.shared, RULES.rows) == (2, 3)


def test_the_same_first_inventor_at_one_owner_is_one_team() -> None:
    assert members(book((1, ONE, "甲乙"), (2, ONE, "甲丙"), (3, ONE, "丁"))) == [(1, 2), (3,)]


def test_two_shared_inventors_join_what_different_people_lead_and_one_does_not() -> None:
    assert members(book((1, ONE, "甲乙丙"), (2, ONE, "丁乙丙"))) == [(1, 2)]
    assert members(book((1, ONE, "甲乙"), (2, ONE, "丁乙"))) == [(1,), (2,)], "the negative control"


def test_people_of_the_same_name_at_two_owners_are_two_teams() -> None:
    found = book((1, ONE, "甲乙丙"), (2, OTHER, "甲乙丙"))
    assert members(found) == [(1,), (2,)]
    assert len(found.teams) == 2


def test_an_owner_is_known_by_code_before_spelling() -> None:
    assert owner_identity("91510100000000001X", "云湖大学") == "u:91510100000000001X"
    assert owner_identity("", "云湖大学（东区）") == owner_identity("", "云湖大学(东区)")
    assert owner_identity("", " ") == ""


def test_who_is_not_named_makes_no_team() -> None:
    found = book((1, ONE, ""), (2, "", "甲"))
    hidden = teams([Filed(3, ONE, ("不公告发明人",)), Filed(4, ONE, ("不公告发明人", "甲"))], RULES)
    assert not found.teams
    assert hidden.team_of.keys() == {4}


def test_the_lead_is_the_most_frequent_first_inventor_and_names_the_key() -> None:
    found = book((1, ONE, "甲乙丙"), (2, ONE, "乙甲丙"), (3, ONE, "乙甲丙"))
    (team,) = found.teams.values()
    assert (team.lead, team.people, team.asset_ids) == ("乙", 3, (1, 2, 3))
    later = book((2, ONE, "乙甲丙"), (3, ONE, "乙甲丙"), (9, ONE, "乙丁"))
    assert [one.key for one in later.teams.values()] == [team.key], "patents come and go, the key stays"
    assert "乙" not in team.key


def laboratory(groups: int, each: int) -> list[tuple[int, str, str]]:
    """`groups` of three people with `each` patents, and one patent that two of every two groups filed together."""
    people = ["".join(chr(0x4E00 + 10 * group + one) for one in range(3)) for group in range(groups)]
    own = [(group * 100 + one, ONE, people[group]) for group in range(groups) for one in range(each)]
    joint = [
        (10_000 + place, ONE, people[left][:2] + people[right][:2])
        for place, (left, right) in enumerate(combinations(range(groups), 2))
    ]
    return own + joint


def test_a_big_laboratory_is_several_teams() -> None:
    whole = book(*laboratory(12, 6), people=1_000)
    assert len(whole.teams) == 1, "the negative control: all of them are linked"
    parts = book(*laboratory(12, 6))
    assert len(parts.teams) >= 2
    assert max(team.people for team in parts.teams.values()) <= RULES.people


def test_groups_that_file_more_together_are_joined_first() -> None:
    close = [(1, ONE, "甲乙丙"), (2, ONE, "丁乙丙"), (3, ONE, "丁乙丙")]
    loose = [(4, ONE, "戊己甲乙"), (5, ONE, "戊己庚")]
    assert members(book(*close, *loose, people=4)) == [(1, 2, 3), (4, 5)]


NAMES = st.text(alphabet="甲乙丙丁戊己庚辛", min_size=1, max_size=5)
FILED = st.lists(st.tuples(st.sampled_from([ONE, OTHER]), NAMES), max_size=25)


@given(FILED, st.randoms())
def test_the_order_of_the_patents_changes_nothing_and_each_has_one_team(
    told: list[tuple[str, str]], shuffler: object
) -> None:
    rows = [(place, owner, names) for place, (owner, names) in enumerate(told)]
    first = book(*rows)
    shuffler.shuffle(rows)  # type: ignore[attr-defined]
    assert book(*rows) == first
    listed = sorted(asset_id for team in first.teams.values() for asset_id in team.asset_ids)
    assert listed == list(range(len(told)))
    by_lead: set[tuple[str, str]] = {(team.owner, team.lead) for team in first.teams.values()}
    assert len(by_lead) == len(first.teams), "no lead leads two teams of one owner"


def series(*titles: str, inventors: str = "甲乙") -> list[set[int]]:
    found = book(*((place, ONE, inventors) for place, _ in enumerate(titles)), titles=dict(enumerate(titles))).series_of
    return sorted(({one for one, key in found.items() if key == wanted} for wanted in set(found.values())), key=min)


def test_serial_filings_of_one_team_are_one_series() -> None:
    assert series("一种石灰窑供风装置", "石灰窑供风装置（二）", "一种污泥干化方法") == [{0, 1}]
    assert series("一种大型石灰窑均匀供风装置", "一种大型石灰窑均匀供风的装置") == [{0, 1}]
    assert series("一种石灰窑供风装置", "一种污泥干化方法", "") == [], "the negative control"


def test_equal_titles_of_two_teams_are_no_series() -> None:
    found = book((1, ONE, "甲"), (2, ONE, "乙"), titles={1: "石灰窑供风装置", 2: "石灰窑供风装置"})
    assert not found.series_of


def test_a_series_is_found_among_many_titles_too() -> None:
    titles = [f"第{chr(0x5000 + 7 * place)}{chr(0x6000 + 5 * place)}号构件" for place in range(80)]
    titles[3], titles[70] = "一种大型石灰窑均匀供风装置", "大型石灰窑均匀供风装置及方法"
    assert {3, 70} in series(*titles)


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("一种石灰窑 供风装置（二）", "石灰窑供风装置"),
        ("二", "二"),
        ("", ""),
        ("※※", ""),
        ("一种", "一种"),
        ("LED灯2", "led灯"),
    ],
)
def test_a_title_is_compared_without_formulae_marks_and_numbers(title: str, bare: str) -> None:
    assert bare_title(title, ("一种",)) == bare


def test_a_team_is_a_value() -> None:
    assert Team("t", ONE, "甲", 1, (1,)) == Team("t", ONE, "甲", 1, (1,))
