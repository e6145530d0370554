"""Grades in a dossier: worked out again from their points, and placing the share of an income where asked."""

from __future__ import annotations

from typing import Any

import pytest

from panhuo.engine.flows import appraise, bridge, make_dossier, read_dossier, verify
from panhuo.engine.valuation import BadInputs
from valuation_inputs import RULES, told

GRADE: dict[str, Any] = {
    "number": "CN2018100000018",
    "points": {"examination_record": "75", "dispute_history": "75", "encumbrances": "100", "field_breadth": "40"},
    "disclosures": ["licensed_exclusively"],
}
ROYALTY = "methods__royalty_relief__"


def with_grade(**changes: Any) -> dict[str, Any]:
    return told(grades=[GRADE | changes])


def by_score(score: object, **changes: Any) -> dict[str, Any]:
    found = with_grade(**changes)
    relief = found["methods"]["royalty_relief"]
    del relief["royalty_rate"]
    relief["royalty_range"] = {"low": "0.02", "high": "0.06", "score": score}
    return found


def test_a_grade_is_worked_out_from_its_points() -> None:
    """Finance: legal 0.35 (stability (75 + 75) / 2 and no encumbrance 100: 87.5), technical 0.25 (breadth 40)...

    Of legal, stability and dependency weigh alike: 87.50; technical is 40.00; the weights are those of the pack's
    scene finance: (87.5 x 0.35 + 40 x w) / (0.35 + w).
    """
    [grade] = appraise(with_grade(), RULES)["grades"]
    weights = {one["code"]: one["weight"] for one in grade["indicators"]}
    points = {one["code"]: one["points"] for one in grade["indicators"]}
    assert (points["legal"], points["technical"], points["economic"]) == ("87.5", "40", None)
    legal, technical = float(weights["legal"]), float(weights["technical"])
    assert float(grade["score"]) == pytest.approx((87.5 * legal + 40 * technical) / (legal + technical), abs=0.005)
    assert grade["scene"] == "finance"
    assert grade["notice"] == "非GB/T 42748附录权重"
    assert grade["disclosures"] == ["licensed_exclusively"]
    assert {one["from"] for one in grade["indicators"] if one["code"] == "encumbrances"} == {"encumbrances"}


def test_points_add_up_to_the_score_but_for_the_rounding_of_levels() -> None:
    [grade] = appraise(with_grade(), RULES)["grades"]
    brought = sum(float(one["contribution"]) for one in grade["indicators"] if one["contribution"] is not None)
    assert brought == pytest.approx(float(grade["score"]), abs=0.05)


def test_a_dossier_with_a_grade_is_verified_and_a_changed_point_is_named() -> None:
    made = make_dossier(with_grade(), RULES, engine="1")
    found = verify(read_dossier(made), RULES, engine="1")
    assert (found.changed, found.figures) == ((), {})
    spoilt = made.replace(b'"field_breadth": "40"', b'"field_breadth": "41"')
    assert verify(read_dossier(spoilt), RULES, engine="1").changed == ("inputs.grades[1].points.field_breadth",)


def test_the_score_of_the_grade_may_place_the_rate_within_its_range() -> None:
    graded = appraise(by_score("grade"), RULES)
    [grade] = graded["grades"]
    assert graded["methods"] == appraise(by_score(grade["score"]), RULES)["methods"]
    assert graded["methods"] != appraise(by_score("100"), RULES)["methods"]


def test_a_better_grade_is_a_step_of_the_bridge() -> None:
    old = read_dossier(make_dossier(by_score("grade"), RULES, engine="1"))
    better = by_score("grade", points=GRADE["points"] | {"field_breadth": "90"})
    new = read_dossier(make_dossier(better, RULES, engine="1"))
    [step] = bridge(old, new, {"old": RULES, "new": RULES}).steps
    assert step.names == ("grades",)
    assert step.moved_cny > 0


@pytest.mark.parametrize(
    ("inputs", "place"),
    [
        (with_grade(points={"claim_tree": "101"}), "grades[1].points.claim_tree"),
        (with_grade(points={"claim_tree": "1.005"}), "grades[1].points.claim_tree"),
        (with_grade(points={"legal": "50"}), "grades[1].points.legal"),
        (with_grade(points={"no_such": "50"}), "grades[1].points.no_such"),
        (with_grade(points=["50"]), "grades[1].points"),
        (with_grade(number=""), "grades[1].number"),
        (with_grade(outside="whatever"), "grades[1].outside"),
        (with_grade(vetoes="pledged"), "grades[1].vetoes"),
        (told(grades={"number": "1"}), "grades"),
        (told(grades=["1"]), "grades[1]"),
        (by_score("grade", points={}), "methods.royalty_relief.royalty_range.score"),
    ],
)
def test_what_is_no_grade_is_told_with_its_place(inputs: dict[str, Any], place: str) -> None:
    with pytest.raises(BadInputs) as caught:
        appraise(inputs, RULES)
    assert place in [at for at, _why in caught.value.fields["problems"]]


def test_a_veto_forbids_a_sum_of_money_and_is_named() -> None:
    fine, vetoed = GRADE, GRADE | {"number": "CN2018100000026", "vetoes": ["pledged", "not_in_force"]}
    both = [{"number": one["number"], "ip_type": "invention", "legal_end": "2038-01-05"} for one in (fine, vetoed)]
    with pytest.raises(BadInputs) as caught:
        appraise(told(patents=both, grades=[fine, vetoed]), RULES)
    [(place, said)] = caught.value.fields["problems"]
    assert place == "grades[2].vetoes"
    assert "pledged, not_in_force of CN2018100000026: in the scene finance no sum of money" in said


def test_a_score_is_not_taken_from_one_of_several_grades() -> None:
    inputs = by_score("grade")
    inputs["grades"] = [GRADE, GRADE | {"number": "CN2018100000026"}]
    with pytest.raises(BadInputs, match="one graded patent, there are 2"):
        appraise(inputs, RULES)
