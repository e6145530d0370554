"""What people score: kept apart, put in the place of a rule's score or mixed with it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from grading_register import DAY, Register, graded, right, rules_of

from panhuo.engine.grading import EXPERT_SCORES, expert_faults, read_scheme


def said(
    indicator: str, points: float | None, scorer: str = "甲", day: date | None = DAY, asset: int = 1
) -> dict[str, Any]:
    return {"asset_id": asset, "indicator": indicator, "points": points, "scorer": scorer, "day": day}


def test_an_expert_fills_what_facts_cannot_say_and_the_confidence_rises() -> None:
    """Right 1 alone: 61.75 of 0.3 known. effect 90 makes technical (90 + 40 + 40) / 3 with weights 0.1670, 0.1666,
    0.1666: 28.358 / 0.5002 = 56.69 (half of advancement is known, its share of the weight 0.0835).

    Score 0.30 x 87.5 + 0.40 x 56.69 + 0.30 x 65 = 68.426; confidence 0.29996 + 0.40 x 0.0835 = 0.33336.
    """
    row = graded([right(1)], experts=[said("effect", 90)])[1]
    assert (row["score_effect"], row["expert_effect"], row["score_technical"]) == (90, 90, 56.69)
    assert (row["value_score"], row["value_confidence"]) == (68.43, 0.3334)


def test_an_expert_stands_for_a_rule_and_mixes_where_the_indicator_is_mixed() -> None:
    """encumbrances is automatic (100 by rule); feature_comparability is mixed (75 by rule for a utility model)."""
    scores = [said("encumbrances", 60), said("feature_comparability", 60), said("claim_tree", 70)]
    row = graded([right(1, ip_type="utility_model")], experts=scores)[1]
    assert (row["automatic_encumbrances"], row["expert_encumbrances"], row["score_encumbrances"]) == (100, 60, 60)
    assert (row["automatic_feature_comparability"], row["score_feature_comparability"]) == (75, 67.5)
    assert (row["automatic_claim_tree"], row["score_claim_tree"]) == (None, 70)


def test_the_share_of_the_expert_in_a_mixed_indicator_is_the_packs() -> None:
    rules = rules_of(scheme__expert_share=Decimal("0.8"))
    row = graded([right(1, ip_type="utility_model")], experts=[said("feature_comparability", 60)], rules=rules)[1]
    assert row["score_feature_comparability"] == 63  # 0.8 x 60 + 0.2 x 75


def test_of_one_scorer_the_latest_counts_and_scorers_count_alike() -> None:
    scores = [
        said("effect", 10, "甲", date(2025, 1, 1)),
        said("effect", 80, "甲", date(2025, 6, 1)),
        said("effect", 60, "乙", date(2024, 1, 1)),
        said("effect", 65, "乙", date(2024, 1, 1)),  # of one day: the lower
        said("effect", 71, "丙", date(2025, 6, 1)),
        said("effect", 0, "丙", date(2025, 12, 1)),  # after the day
    ]
    assert graded([right(1)], experts=scores)[1]["score_effect"] == 70.33  # (80 + 60 + 71) / 3


def test_rows_that_count_for_nothing_are_told_with_the_reason() -> None:
    leaves = [one.code for one in read_scheme(rules_of()).leaves]
    rows = [
        said("effect", 101),
        said("effect", -1),
        said("effect", None),
        said("legal", 50),
        said("effects", 50),
        said("effect", 50, ""),
        said("effect", 50, day=None),
        said("effect", 100),
    ]
    with Register(experts=rows) as register:
        told = register.rows(expert_faults(register.tables["experts"], leaves))
    assert sorted(row["fault"] for row in told) == [
        "no_day",
        "no_scorer",
        *["out_of_range"] * 3,
        *["unknown_indicator"] * 2,
    ]
    assert graded([right(1)], experts=rows)[1]["score_effect"] == 100
    assert set(EXPERT_SCORES) <= set(told[0])


def test_no_score_by_people_changes_nothing() -> None:
    plain, asked = graded([right(1)])[1], graded([right(1)], experts=[])[1]
    assert {name: asked[name] for name in plain} == plain
    assert asked["expert_effect"] is None
