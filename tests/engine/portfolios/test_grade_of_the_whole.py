"""The grade of a portfolio: best patent for each feature, never a sum; hand-worked, and what must hold of any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.portfolios import PARTS, Feature, FeatureState, Member, flows_end, grade_whole, whole_rules
from panhuo.engine.portfolios.stated import read_stated
from panhuo.rules import load_pack
from panhuo.terms.errors import BadValue, DomainError

RULES = whole_rules(load_pack("national").at(date(2025, 11, 30)))
FEATURES = (Feature("seal", Decimal(3)), Feature("drive", Decimal(1)))
STRONG = Member(
    "p1",
    Decimal(1),
    frozenset({"seal"}),
    living=True,
    score=Decimal(80),
    months_left=60,
    granted_abroad=True,
    blocked=False,
    burdened=True,
)
PLAIN = Member(
    "p2",
    Decimal("0.5"),
    frozenset({"seal", "drive"}),
    living=True,
    score=Decimal(60),
    months_left=240,
    granted_abroad=False,
    blocked=False,
    burdened=False,
)


def test_each_part_takes_the_best_patent_of_each_feature() -> None:
    """seal weighs 3, drive 1.

    coverage 1; strength (3 x 0.80 + 1 x 0.5 x 0.60) / 4 = 0.675; lasting: both 240 of 120 months, 1; abroad 3/4;
    unblocked 1; unburdened 1 by p2. 30 + 0.30 x 67.5 + 15 + 7.5 + 10 + 5 = 87.75.
    """
    found = grade_whole(FEATURES, [STRONG, PLAIN], RULES)
    assert {part: str(share) for part, share in found.parts.items()} == {
        "coverage": "1", "strength": "0.675", "abroad": "0.75", "lasting": "1", "unblocked": "1", "unburdened": "1",
    }  # fmt: skip
    assert (found.score, found.grade, found.confidence) == (Decimal("87.75"), "A", Decimal("1.0000"))
    assert found.gaps == ()


def test_what_a_patent_adds_is_what_goes_without_it() -> None:
    """Without p1: strength (3 x 0.30 + 0.30) / 4 = 0.30, abroad 0: 30 + 9 + 15 + 0 + 10 + 5 = 69.00."""
    [first, second] = grade_whole(FEATURES, [STRONG, PLAIN], RULES).added
    assert (first.points, first.alone) == (Decimal("18.75"), ())
    assert second.alone == ("drive",)
    assert first.points + second.points != grade_whole(FEATURES, [STRONG, PLAIN], RULES).score


def test_a_lapse_is_a_gap_on_its_day_and_an_unknown_standing_is_told_as_such() -> None:
    lapsed = grade_whole(FEATURES, [STRONG, replace(PLAIN, living=False)], RULES)
    assert [(one.feature, one.state) for one in lapsed.covers] == [
        ("seal", FeatureState.COVERED), ("drive", FeatureState.GAP),
    ]  # fmt: skip
    unsure = grade_whole(FEATURES, [STRONG, replace(PLAIN, living=None)], RULES)
    assert unsure.gaps == ("drive",)
    assert unsure.covers[1].state is FeatureState.UNSURE
    assert unsure.confidence < 1
    assert unsure.score == lapsed.score, "what nobody can say counts as not there"


def test_too_little_known_gives_no_letter_and_no_features_no_score() -> None:
    blank = Member("p3", Decimal(1), frozenset({"seal", "drive"}), living=True)
    found = grade_whole(FEATURES, [blank], RULES)  # only coverage, 0.30, is known
    assert (found.grade, found.reason, found.confidence) == ("", "too_little_known", Decimal("0.3000"))
    assert (grade_whole((), [STRONG], RULES).score, grade_whole((), [STRONG], RULES).reason) == (None, "no_features")
    assert grade_whole(FEATURES, [], RULES).reason == "no_member"


flag = st.none() | st.booleans()
a_member = st.builds(
    Member,
    st.sampled_from(["p1", "p2", "p3", "p4", "p5", "p6"]),
    st.sampled_from([Decimal(1), Decimal("0.8"), Decimal("0.5")]),
    st.frozensets(st.sampled_from(["seal", "drive", "coat"])),
    living=flag,
    score=st.none() | st.integers(0, 100).map(Decimal),
    months_left=st.none() | st.integers(0, 240),
    granted_abroad=flag,
    blocked=flag,
    burdened=flag,
)
members = st.lists(a_member, min_size=1, max_size=6, unique_by=lambda one: one.key)
THREE = (*FEATURES, Feature("coat", Decimal("0.5")))


@given(members)
def test_no_patent_that_goes_raises_coverage_or_any_part(found: list[Member]) -> None:
    whole = grade_whole(THREE, found, RULES)
    less = grade_whole(THREE, found[1:], RULES)
    for part in PARTS:
        assert less.parts[part] <= whole.parts[part]
    assert less.score is not None
    assert whole.score is not None
    assert less.score <= whole.score
    assert set(whole.gaps) <= set(less.gaps)
    assert all(one.points >= 0 for one in whole.added)


@given(members)
def test_a_second_patent_of_the_same_kind_raises_nothing(found: list[Member]) -> None:
    again = [*found, found[0], replace(found[0], key="p7")]
    twice, once = grade_whole(THREE, again, RULES), grade_whole(THREE, found, RULES)
    assert (twice.score, twice.parts) == (once.score, once.parts)


@given(members, st.randoms(use_true_random=False))
def test_the_order_of_patents_and_features_says_nothing(found: list[Member], shuffle: Any) -> None:
    mixed, turned = list(found), list(THREE)
    shuffle.shuffle(mixed)
    shuffle.shuffle(turned)
    first, second = grade_whole(THREE, found, RULES), grade_whole(turned, mixed, RULES)
    assert (first.score, first.confidence, first.grade) == (second.score, second.confidence, second.grade)
    assert {one.key: one.points for one in first.added} == {one.key: one.points for one in second.added}


ENDS = {"p1": date(2030, 5, 31), "p2": date(2034, 1, 1)}


def test_flows_end_when_the_first_feature_they_rest_on_loses_its_last_patent() -> None:
    assert flows_end(["seal"], [STRONG, PLAIN], ENDS).end == date(2034, 1, 1)
    early = replace(PLAIN, features=frozenset({"drive"}))
    found = flows_end(["seal", "drive"], [STRONG, early], ENDS)
    assert (found.key, found.feature, found.end) == ("p1", "seal", date(2030, 5, 31))


@pytest.mark.parametrize(
    ("rests_on", "ends", "code"),
    [
        (["coat"], ENDS, "flows_uncovered"),
        ([], ENDS, "flows_uncovered"),
        (["drive"], {"p1": date(2030, 1, 1)}, "no_term"),
    ],
)
def test_flows_without_cover_or_without_an_end_are_refused(
    rests_on: list[str], ends: Mapping[str, date], code: str
) -> None:
    with pytest.raises(DomainError) as caught:
        flows_end(rests_on, [STRONG, PLAIN], ends)
    assert caught.value.code == code


SOUND: dict[str, Any] = {
    "name": "组合", "product": "球阀", "centre": "中心",
    "features": [{"code": "seal", "name": "密封", "weight": "3"}, {"code": "drive", "name": "驱动"}],
    "gaps": ["海外"],
    "patents": [{"number": "CN1", "role": "core", "features": ["seal"]}],
}  # fmt: skip


def test_a_statement_is_read_with_its_defaults() -> None:
    found = read_stated(SOUND, ["core"])
    assert [(one.code, one.weight) for one in found.features] == [("seal", Decimal(3)), ("drive", Decimal(1))]
    assert (found.theme, found.gaps, found.members[0].features) == ("", ("海外",), ("seal",))


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"product": ""}, "product"),
        ({"colour": "red"}, "colour"),
        ({"features": [{"code": "se al", "name": "x"}]}, "features[1].code"),
        ({"features": [{"code": "a", "name": "x", "weight": "0"}]}, "features[1].weight"),
        ({"features": [{"code": "a", "name": "x", "weight": "many"}]}, "features[1].weight"),
        ({"features": [{"code": "seal", "name": "x"}, {"code": "seal", "name": "y"}]}, "features"),
        ({"patents": [{"number": "CN1", "role": "star", "features": []}]}, "patents[1].role"),
        ({"patents": [{"number": "CN1", "role": "core", "features": ["coat"]}]}, "patents[1].features"),
        ({"gaps": "海外"}, "gaps"),
        ({"features": "seal"}, "features"),
    ],
)
def test_a_slip_in_a_statement_is_named_with_its_place(changed: dict[str, Any], place: str) -> None:
    with pytest.raises(BadValue) as caught:
        read_stated({**SOUND, **changed}, ["core"])
    assert (caught.value.code, caught.value.fields["place"]) == ("bad_portfolio", place)
