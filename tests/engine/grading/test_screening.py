"""One screening grade, worked by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from grading_register import DAY, Register, event, graded, right, rules_of

from panhuo.engine.grading import missing_parts
from panhuo.engine.grading.screening import PARTS
from panhuo.terms.errors import OutOfRange

BEFORE = date(2024, 5, 6)


def score_by_hand(row: Mapping[str, Any]) -> tuple[float, float]:
    """Weighted mean of the parts that are known, and the share of the weights that they have."""
    rules = rules_of()
    known = [
        (Decimal(str(row[f"part_{part}"])), rules.decimal(f"screening.weight.{part}"))
        for part in PARTS
        if row[f"part_{part}"] is not None
    ]
    weights = sum(weight for _, weight in known)
    mean = sum(points * weight for points, weight in known) / weights
    return float(mean.quantize(Decimal("0.01"), ROUND_HALF_UP)), float(weights)


def test_the_weights_make_one() -> None:
    assert sum(rules_of().decimal(f"screening.weight.{part}") for part in PARTS) == 1


def test_a_score_is_the_weighted_mean_of_what_is_known() -> None:
    """Right 1: 75 + 100 + 40 + 90 + 40 + 40 = 385 points over six parts of weight 0.10: 64.17 of 0.60 known.

    Right 2 is filed in a product, 90 x 0.14 more: (38.5 + 12.6) / 0.74 = 69.05.
    Right 3 has an award, 100 x 0.16 more: (38.5 + 16) / 0.76 = 71.71.
    """
    found = graded(
        [right(1), right(2), right(3, awards=["第二十三届中国专利优秀奖"])], [event(2, "product_filed", BEFORE)]
    )
    shown = {n: (row["screening_score"], row["screening_confidence"], row["grade"]) for n, row in found.items()}
    assert shown == {1: (64.17, 0.6, "B"), 2: (69.05, 0.74, "B"), 3: (71.71, 0.76, "B")}


def test_every_score_is_that_of_a_calculator() -> None:
    assets = [
        right(n, claims_count=n % 7, cited_by_count=n % 5, filing_date=date(2018, 1 + n % 12, 3)) for n in range(1, 31)
    ]
    events = [
        event(n, kind, BEFORE)
        for n, kind in enumerate(
            ("licence_recorded", "pledge_registered", "preserved", "transferred", "product_filed", "invalidated_part"),
            start=4,
        )
    ]
    found = graded(assets, events)
    for row in found.values():
        assert (row["screening_score"], row["screening_confidence"]) == score_by_hand(row)
    assert len({row["screening_score"] for row in found.values()}) > 15


def test_a_part_that_nobody_can_say_is_named_and_not_counted_as_nothing() -> None:
    row = graded([right(1)])[1]
    assert {part for part in PARTS if row[f"part_{part}"] is None} == {"protection_scope", "advancement", "maturity"}
    with Register() as register:
        table = register.put("rows", [row], {f"part_{part}": "float64" for part in PARTS})
        said = register.rows(table.select(missing=missing_parts(table)))
    assert said == [{"missing": "protection_scope;advancement;maturity"}]


def test_half_of_the_weights_is_enough_for_a_grade_and_less_is_not() -> None:
    """Right 1 lacks scope, advance, maturity and family: 0.50. Right 2 lacks its symbols too: 0.40."""
    found = graded([right(1, family_count=None), right(2, family_count=None, ipc_main="", ipc_keys=[])])
    assert (found[1]["screening_confidence"], found[1]["grade"], found[1]["grade_reason"]) == (0.5, "B", "")
    assert (found[2]["screening_confidence"], found[2]["grade"]) == (0.4, None)
    assert found[2]["grade_reason"] == "too_little_known"


def test_a_score_equal_to_a_limit_reaches_it() -> None:
    limits = {n: rules_of(screening__grade_limits=("90", lowest, "10")) for n, lowest in enumerate(("64.17", "64.18"))}
    assert [graded([right(1)], rules=rules)[1]["grade"] for rules in limits.values()] == ["B", "C"]


def test_a_design_a_trademark_and_an_application_have_no_grade_and_say_why() -> None:
    found = graded(
        [right(1, ip_type="design"), right(2, ip_type="trademark"), right(3, grant_date=None), right(4)],
        status={3: "examination"},
    )
    assert [found[n]["grade_reason"] for n in (1, 2, 3, 4)] == [
        "design_outside_scheme",
        "not_patent",
        "not_granted",
        "",
    ]
    assert [found[n]["grade"] for n in (1, 2, 3, 4)] == [None, None, None, "B"]


FINDINGS: list[tuple[list[tuple[str, str]], str, float]] = [
    ([("preserved", "")], "dependency", 20),
    ([("licence_recorded", "exclusive")], "dependency", 40),
    ([("licence_recorded", "ordinary")], "dependency", 100),
    ([("pledge_registered", "")], "dependency", 60),
    ([("pledge_registered", ""), ("preserved", "")], "dependency", 20),
    ([("licence_recorded", "ordinary")], "operation", 90),
    ([("pledge_registered", "")], "operation", 75),
    ([("transferred", "")], "operation", 75),
    ([], "operation", 40),
    ([("own_exploitation", "")], "maturity", 90),
    ([("invalidated_part", "")], "right_stability", 40),
]


@pytest.fixture(scope="module")
def by_finding() -> dict[int, dict[str, Any]]:
    """One right for each of FINDINGS, numbered from 0."""
    events = [
        event(n, kind, BEFORE, terms=terms, number=f"N{n}-{place}")
        for n, (told, _part, _points) in enumerate(FINDINGS)
        for place, (kind, terms) in enumerate(told)
    ]
    return graded([right(n) for n in range(len(FINDINGS))], events)


@pytest.mark.parametrize("number", range(len(FINDINGS)))
def test_each_finding_gives_the_points_of_the_pack(by_finding: dict[int, dict[str, Any]], number: int) -> None:
    _told, part, points = FINDINGS[number]
    assert by_finding[number][f"part_{part}"] == points


def test_the_years_left_fall_into_bands_and_an_ended_right_has_none() -> None:
    """Twenty years from filing; exactly ten, five, three and one year left are still in the higher band."""
    filed = [
        date(2015, 11, 30),
        date(2015, 11, 29),
        date(2010, 11, 30),
        date(2008, 11, 30),
        date(2006, 11, 30),
        date(2006, 11, 29),
    ]
    assets = [right(n, filing_date=day) for n, day in enumerate(filed, start=1)]
    found = graded([*assets, right(9, filing_date=date(2015, 11, 30))], status={9: "lapsed_unpaid_fee"})
    assert [found[n]["part_remaining_life"] for n in (1, 2, 3, 4, 5, 6, 9)] == [90, 75, 75, 60, 40, 20, 0]
    assert found[1]["term_end"] == date(2035, 11, 30)


def test_a_stated_readiness_level_counts_in_ninths_and_the_latest_one_holds() -> None:
    offers = [
        {"asset_id": 1, "stated_on": date(2023, 1, 1), "maturity": 3},
        {"asset_id": 1, "stated_on": date(2024, 1, 1), "maturity": 6},
        {"asset_id": 1, "stated_on": date(2024, 1, 1), "maturity": 7},  # of one day: the lower
        {"asset_id": 1, "stated_on": date(2026, 1, 1), "maturity": 9},  # after the day
    ]
    assert graded([right(1)], offers=offers)[1]["part_maturity"] == 66.67


def test_flags_tell_what_must_be_seen_and_block_nothing() -> None:
    events = [
        event(1, "pledge_registered", BEFORE),
        event(1, "licence_recorded", BEFORE, terms="sole"),
        event(1, "invalidation_started", BEFORE),
    ]
    found = graded([right(1, co_owner_types=["enterprise"]), right(2)], events, status={2: "cannot_say"})
    assert found[1]["flags"] == "pledged;licensed_solely;invalidation_started;co_owned"
    assert found[2]["flags"] == "status_unknown"
    assert found[1]["grade"] is not None


def test_a_pack_finer_than_the_count_is_refused() -> None:
    with pytest.raises(OutOfRange):
        graded([right(1)], rules=rules_of(screening__weight__maturity=Decimal("0.14001")))
    assert rules_of().day == DAY
