"""Scores of teams and firms by hand, boosts with both their facts or none, needs that may be one."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.matching.alike import alike_pairs
from panhuo.engine.matching.firm_ranking import (
    FirmFacts,
    FirmText,
    PatentFacts,
    boosts,
    firm_rules,
    firm_score,
    holding,
)
from panhuo.engine.matching.ranking import Match
from panhuo.engine.matching.scoring import Score
from panhuo.engine.matching.team_ranking import TeamScoreRules, best_teams, team_score
from panhuo.engine.matching.teams import Team
from panhuo.rules import load_pack

RULES = load_pack("national").at(date(2026, 11, 22))
SCORES = TeamScoreRules(counted=5, damping=0.3)
TOTALS = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def test_a_team_scores_its_best_patent_and_the_others_damped() -> None:
    assert team_score([0.6], SCORES) == 0.6
    # 1 - 0.4 · (1 - 0.3·0.5) · (1 - 0.09·0.4) = 1 - 0.4 · 0.85 · 0.964
    assert team_score([0.4, 0.6, 0.5], SCORES) == pytest.approx(0.67224)


@given(TOTALS)
def test_a_team_is_never_below_its_best_and_never_above_one(totals: list[float]) -> None:
    assert max(totals) - 1e-6 <= team_score(totals, SCORES) <= 1.0
    assert team_score(totals, SCORES) == team_score(totals[::-1], SCORES)
    assert team_score([0.1] * 12, SCORES) < 0.15, "many weak patents do not make a good team"


def test_teams_stand_by_score_and_patents_without_a_team_are_left_out() -> None:
    teams = {key: Team(key, "n:x", "甲", 1, ()) for key in "ab"}
    told = [("a", 4, 0.5), ("", 1, 0.9), ("b", 2, 0.5), ("a", 3, 0.4)]
    matches = [Match("N", 1, number, Score(total, ()), (), team=key) for key, number, total in told]
    found = best_teams("N", matches, teams, SCORES, top=5)
    assert [(one.rank, one.team.key, [match.asset_id for match in one.matches]) for one in found] == [
        (1, "a", [4, 3]),
        (2, "b", [2]),
    ]
    assert [one.team.key for one in best_teams("N", matches[2:3], teams, SCORES, top=1)] == ["b"]


RICE, KILN = (
    PatentFacts(frozenset({"A01G0024000000"}), frozenset()),
    PatentFacts(frozenset({"F27D0017000000"}), frozenset()),
)
STATE = PatentFacts(frozenset(), frozenset({"local_soe"}))
COUNTIES = (
    "440781", "441322", "510981", "429004", "469021", "429021", "150122", "500230", "990150", "659001", "659010",
)  # fmt: skip
"""Counties, banners, county-level cities, those of a province itself; also such as no table of the pack names."""
ELSEWHERE = ("440305", "441900", "440000", "440700", "990101", "110118", "990171", "", "44078", "4407811", "县")
NOBODY = FirmFacts(False, "", frozenset())


@pytest.mark.parametrize(
    ("patent", "firm", "expected"),
    [
        (KILN, NOBODY, []),
        (KILN, FirmFacts(True, "", frozenset()), ["filed_products"]),
        (RICE, NOBODY, []),
        *((RICE, FirmFacts(False, code, frozenset()), ["agriculture_to_counties"]) for code in COUNTIES),
        *((RICE, FirmFacts(False, code, frozenset()), []) for code in ELSEWHERE),
        *((KILN, FirmFacts(False, code, frozenset()), []) for code in COUNTIES),
        (RICE, FirmFacts(False, "", frozenset({"farm_park"})), ["agriculture_to_parks"]),
        (KILN, FirmFacts(False, "990121", frozenset({"farm_park"})), []),
        (STATE, FirmFacts(False, "", frozenset({"small"})), ["state_owned_to_small"]),
        (STATE, FirmFacts(False, "", frozenset({"large"})), []),
        (KILN, FirmFacts(False, "", frozenset({"small"})), []),
        (RICE, FirmFacts(True, "990123", frozenset()), ["filed_products", "agriculture_to_counties"]),
    ],
)
def test_a_boost_asks_for_its_facts_on_both_sides(patent: PatentFacts, firm: FirmFacts, expected: list[str]) -> None:
    assert [boost.boost for boost in holding(boosts(RULES), patent, firm)] == expected


def test_each_boost_names_the_row_it_stands_on() -> None:
    assert {boost.source_row for boost in boosts(RULES)} == {"JM-023", "SC-027", "SC-020"}


def test_a_firm_scores_by_its_texts_and_boosts_lift_only_what_fits() -> None:
    rules = firm_rules(RULES)
    parts = {FirmText.NEED: 0.5, FirmText.PRODUCTS: 0.5}
    given = [rules.boosts[0]]
    # need 1, products 0.6: 1 - 0.5 · 0.7 = 0.65; a boost of 0.1: 1 - 0.35 · 0.9
    assert firm_score(parts, [], rules.weights) == pytest.approx(0.65)
    assert firm_score(parts, given, rules.weights) == pytest.approx(0.685)
    assert firm_score({}, given, rules.weights) == 0.0


def test_needs_are_alike_as_the_weaker_direction_says() -> None:
    scores = {(0, 0): 0.8, (1, 1): 0.9, (2, 2): 0.5, (0, 1): 0.6, (1, 0): 0.45, (0, 2): 0.7, (1, 2): 0.4, (2, 1): 0.4}
    told = [(pair.left, pair.right, pair.likeness) for pair in alike_pairs(scores, least=0.1)]
    assert told == [(0, 1, 0.5), (1, 2, 0.4444)], "2 does not find 0, so they are no pair"
    assert alike_pairs(scores, least=0.6) == []
    assert alike_pairs({}, least=0.1) == []
