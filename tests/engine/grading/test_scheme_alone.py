"""A right scored alone has the digits that it has in a table; what is no points of the scheme is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from grading_register import DAY, event, graded, right, rules_of
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.grading import read_scheme
from panhuo.engine.grading.scheme_alone import score_alone
from panhuo.terms.errors import BadValue, OutOfRange

MANAGEMENT = read_scheme(rules_of())
POINTS = st.decimals(0, 100, places=2)
SOME = st.dictionaries(st.sampled_from([one.code for one in MANAGEMENT.leaves]), POINTS)


def points_of_row(row: dict[str, Any]) -> dict[str, Decimal]:
    told = {one.code: row[f"score_{one.code}"] for one in MANAGEMENT.leaves}
    return {code: Decimal(str(points)) for code, points in told.items() if points is not None}


def test_a_right_scored_alone_has_the_digits_of_the_table() -> None:
    kinds = ("licence_recorded", "pledge_registered", "preserved", "transferred", "product_filed", "invalidated_part")
    assets = [
        right(n, *["A47G19/22", "G06F40/30"][: 1 + n % 2], claims_count=n % 7, cited_by_count=n % 5)
        for n in range(1, 25)
    ]
    assets[3] |= {"ip_type": "design"}
    rows = graded(assets, [event(n, kind, DAY) for n, kind in enumerate(kinds, start=6)])
    for row in rows.values():
        outside = row["grade_reason"] if row["grade_reason"] != "too_little_known" else ""
        alone = score_alone(MANAGEMENT, points_of_row(row), is_vetoed=bool(row["vetoes"]), outside=outside)
        assert (alone.letter or None, alone.reason) == (row["grade"], row["grade_reason"])
        assert float(alone.confidence) == row["value_confidence"]
        assert (None if alone.score is None else float(alone.score)) == row["value_score"]
        for one in MANAGEMENT.indicators:
            points = alone.points[one.code]
            assert (None if points is None else float(points)) == row[f"score_{one.code}"], one.code
    assert len({row["value_score"] for row in rows.values()}) > 8


@given(SOME)
def test_a_score_lies_between_its_points_and_more_points_never_lower_it(told: dict[str, Decimal]) -> None:
    found = score_alone(MANAGEMENT, told)
    if not told:
        assert (found.score, found.confidence, found.reason) == (None, 0, "too_little_known")
        return
    assert found.score is not None
    assert min(told.values()) - Decimal("0.02") <= found.score <= max(told.values()) + Decimal("0.02")
    lifted = score_alone(MANAGEMENT, dict.fromkeys(told, Decimal(100)))
    assert lifted.score == 100
    assert lifted.confidence == found.confidence


def test_a_veto_caps_the_score_and_a_design_has_none() -> None:
    told = dict.fromkeys((one.code for one in MANAGEMENT.leaves), Decimal(90))
    free = score_alone(MANAGEMENT, told)
    assert (free.score, free.confidence, free.letter) == (90, 1, "A")
    vetoed = score_alone(MANAGEMENT, told, is_vetoed=True)
    assert (vetoed.score, vetoed.letter) == (Decimal(MANAGEMENT.veto_cap) / 100, "D")
    design = score_alone(MANAGEMENT, told, outside="design_outside_scheme")
    assert (design.score, design.letter, design.reason) == (None, "", "design_outside_scheme")


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"no_such_leaf": Decimal(5)}, BadValue),
        ({"legal": Decimal(5)}, BadValue),
        ({"claim_tree": Decimal("100.01")}, OutOfRange),
        ({"claim_tree": Decimal(-1)}, OutOfRange),
        ({"claim_tree": Decimal("1.005")}, OutOfRange),
    ],
)
def test_points_that_no_scheme_has_are_refused(told: dict[str, Decimal], error: type[Exception]) -> None:
    with pytest.raises(error):
        score_alone(MANAGEMENT, told)
