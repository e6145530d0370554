"""Maintain, license, sell, abandon: the first rule that surely holds, and never a word that rests on ignorance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.advice import FACTS, Action, BadAdvice, RightFacts, advice_rules, advise
from panhuo.rules import InForce, load_pack

RULES = advice_rules(load_pack("national").at(date(2025, 11, 30)))
WEAK = RightFacts(
    living=True,
    held=False,
    pledged=False,
    licensed=False,
    open_licence=False,
    disputed=False,
    in_use=False,
    events_known=True,
    high_value=False,
    good_market=False,
    ready_to_use=False,
    dormancy="dormant",
    wish="not_told",
    grade="D",
    score=Decimal(31),
    months_left=Decimal(80),
)
"""A right in force that the owner says is not used, graded D, with its legal events on file."""
FLAGS = [name for name, kind in FACTS.items() if kind is bool]
complete = st.builds(
    RightFacts,
    **dict.fromkeys(FLAGS, st.booleans()),
    dormancy=st.sampled_from(["dormancy_candidate", "to_verify", "dormant", "exploited", "proper_reason", "out"]),
    wish=st.sampled_from(["transfer", "licence", "negotiable", "unwilling", "not_told"]),
    grade=st.sampled_from("ABCD"),
    score=st.decimals(0, 100, places=2),
    months_left=st.integers(0, 240).map(Decimal),
)


def test_an_unused_d_with_its_events_on_file_is_advised_to_be_given_up() -> None:
    advice = advise(WEAK, RULES)
    assert (advice.action, advice.rule) == (Action.ABANDON, "weak_unused")


@pytest.mark.parametrize("name", [name for name in FACTS if name not in ("score", "good_market", "ready_to_use")])
def test_one_missing_fact_that_decides_stays_the_hand_and_is_named(name: str) -> None:
    advice = advise(replace(WEAK, **{name: None}), RULES)
    if name == "months_left":  # decides only between two rules that advise the same
        assert advice.action is Action.ABANDON
        return
    assert advice.action is Action.CANNOT_SAY
    assert name in advice.missing
    assert Action.ABANDON in advice.between


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"living": False}, "ended"),
        ({"held": True}, "held"),
        ({"pledged": True}, "pledged"),
        ({"disputed": True}, "disputed"),
        ({"licensed": True}, "licensed"),
        ({"dormancy": "dormancy_candidate"}, "keep"),
        ({"dormancy": "proper_reason"}, "reserved"),
        ({"high_value": True}, "keep"),
        ({"grade": "C"}, "keep"),
        ({"grade": "C", "months_left": Decimal("23")}, "short_unused"),
        ({"grade": "C", "months_left": Decimal("24")}, "keep"),
        ({"grade": "C", "good_market": True, "months_left": Decimal("36")}, "middling_unused"),
        ({"grade": "C", "good_market": True, "months_left": Decimal("35")}, "keep"),
        ({"grade": "B", "ready_to_use": True}, "good_unused"),
        ({"wish": "transfer"}, "owner_sells"),
        ({"wish": "licence"}, "owner_licenses"),
        ({"wish": "unwilling"}, "owner_keeps"),
    ],
)
def test_the_first_rule_that_holds_counts(changed: dict[str, Any], rule: str) -> None:
    assert advise(replace(WEAK, **changed), RULES).rule == rule


@given(complete, st.sets(st.sampled_from(sorted(FACTS))))
def test_no_filling_of_what_is_unknown_changes_what_was_advised(facts: RightFacts, hidden: set[str]) -> None:
    known = advise(facts, RULES)
    assert known.action is not Action.CANNOT_SAY
    told = advise(replace(facts, **dict.fromkeys(hidden)), RULES)
    assert told.action in (Action.CANNOT_SAY, known.action)
    if told.action is Action.CANNOT_SAY:
        assert known.action in told.between
        assert set(told.missing) & hidden


class Tables:
    """Rules of a day that hold the two tables and nothing else."""

    def __init__(self, rules: Sequence[tuple[str, int, str]], conditions: Sequence[tuple[str, str, str, str]]) -> None:
        self._tables: Mapping[str, list[dict[str, str]]] = {
            "advice_rules": [{"rule": r, "position": str(p), "advice": a} for r, p, a in rules],
            "advice_conditions": [dict(zip(("rule", "fact", "test", "value"), c, strict=True)) for c in conditions],
        }

    def table(self, name: str) -> list[dict[str, str]]:
        return self._tables[name]


@pytest.mark.parametrize(
    ("rules", "conditions", "said"),
    [
        ([("a", 1, "sell")], [("a", "living", "is", "true")], "must hold always"),
        ([], [], "there is none"),
        ([("a", 1, "sell"), ("b", 1, "maintain")], [], "one position"),
        ([("a", 1, "sell"), ("b", 2, "maintain")], [("a", "living", "below", "3")], "which is for a Decimal"),
        ([("a", 1, "sell"), ("b", 2, "maintain")], [("a", "living", "is", "yes")], "cannot be read"),
        ([("a", 1, "sell"), ("b", 2, "maintain")], [("a", "score", "from", "many")], "cannot be read"),
    ],
)
def test_rules_that_cannot_be_used_are_refused_with_the_reason(
    rules: list[tuple[str, int, str]], conditions: list[tuple[str, str, str, str]], said: str
) -> None:
    with pytest.raises(BadAdvice, match=said):
        advice_rules(cast(InForce, Tables(rules, conditions)))


def test_rules_count_by_position_and_not_by_their_place_in_the_file() -> None:
    told = advice_rules(
        cast(InForce, Tables([("b", 2, "maintain"), ("a", 1, "sell")], [("a", "living", "is", "true")]))
    )
    assert advise(WEAK, told).action is Action.SELL
