"""Scores of indicators, their weighing level by level, confidence and grade; worked by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from grading_register import DAY, Register, event, graded, right, rules_of
from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.engine.grading import missing_indicators, read_scheme
from panhuo.engine.grading.scheme import Scheme
from panhuo.terms.errors import OutOfRange

BEFORE = date(2024, 5, 6)
MANAGEMENT = read_scheme(rules_of())


def half_up(value: Fraction, places: int) -> Fraction:
    scaled = value * 10**places
    return Fraction((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator), 10**places)


def weighed_by_hand(row: Mapping[str, Any], scheme: Scheme, code: str = "") -> tuple[Fraction | None, Fraction]:
    """Score of a node (two decimals) and the known share of its weight, from the leaves of a row."""
    sisters = scheme.children(code)
    if not sisters:
        points = row[f"score_{code}"]
        return (None, Fraction(0)) if points is None else (Fraction(Decimal(str(points))), Fraction(1))
    below = [(Fraction(one.weight, 10_000), *weighed_by_hand(row, scheme, one.code)) for one in sisters]
    known = [(weight, points) for weight, points, _share in below if points is not None]
    share = sum((weight * share for weight, _points, share in below), Fraction(0))
    if not known:
        return None, share
    mean = sum(weight * points for weight, points in known) / sum(weight for weight, _points in known)
    return half_up(mean, 2), share


def test_a_score_is_weighed_anew_level_by_level() -> None:
    """Right 1 in the management scene (legal 0.30, technical 0.40, economic 0.30), of which only facts are known.

    legal: stability (75 + 75) / 2 = 75, dependency 60 (pledged), the others unknown: (75 + 60) / 2 = 67.50.
    technical: breadth 40, field trend 40 (not SEI): 40.00. economic: life 90, operation (75 + 40) / 2 = 57.50:
    73.75. Score 0.30 x 67.50 + 0.40 x 40 + 0.30 x 73.75 = 58.375, rounded half up to 58.38.
    Confidence: 0.30 x 0.25 x (0.6667 + 0.5) + 0.40 x 0.1666 x 1.5 + 0.30 x 0.25 x 1.5 = 0.29996, shown as 0.3.
    """
    row = graded([right(1)], [event(1, "pledge_registered", BEFORE)])[1]
    assert (row["score_right_stability"], row["score_dependency"], row["score_legal"]) == (75, 60, 67.5)
    assert (row["score_technical"], row["score_operation_status"], row["score_economic"]) == (40, 57.5, 73.75)
    assert (row["value_score"], row["value_confidence"], row["grade"]) == (58.38, 0.3, "C")
    assert (row["scene"], row["disclosures"], row["vetoes"]) == ("management", "pledged", "")


@pytest.fixture(scope="module")
def thirty() -> dict[int, dict[str, Any]]:
    assets = [
        right(
            n,
            *["A47G19/22", "G06F40/30", "H01M4/04", "B60L50/60"][: 1 + n % 4],
            claims_count=n % 7,
            cited_by_count=n % 5,
            filing_date=date(2018, 1 + n % 12, 3),
            ip_type="utility_model" if n % 6 == 0 else "invention",
        )
        for n in range(1, 31)
    ]
    kinds = ("licence_recorded", "pledge_registered", "preserved", "transferred", "product_filed", "invalidated_part")
    return graded(assets, [event(n, kind, BEFORE) for n, kind in enumerate(kinds, start=4)])


def test_every_score_is_that_of_a_calculator(thirty: dict[int, dict[str, Any]]) -> None:
    for row in thirty.values():
        score, share = weighed_by_hand(row, MANAGEMENT)
        assert (row["value_score"], row["value_confidence"]) == (float(score or 0), float(half_up(share, 4)))
        for one in MANAGEMENT.indicators:
            by_hand, _share = weighed_by_hand(row, MANAGEMENT, one.code)
            assert row[f"score_{one.code}"] == (None if by_hand is None else float(by_hand)), one.code
    assert len({row["value_score"] for row in thirty.values()}) > 15


def test_a_row_alone_has_the_numbers_that_it_has_in_a_table() -> None:
    """The register that it is compared with stays whole; only what is written is one row."""
    with Register(assets=[right(n, claims_count=n) for n in range(1, 13)]) as register:
        status = [{"asset_id": n, "status": "granted_in_force"} for n in range(1, 13)]
        register.put("status", status, {"asset_id": "int64", "status": "string"})
        rules = rules_of()
        whole = register.graded(rules)
        found = register.tables
        from panhuo.engine.grading import grade

        expression = grade(
            found["assets"], found["status"], found["events"], found["sei"], rules, offers=found["offers"]
        ).unpacked()
        alone = register.rows(expression.filter(expression.asset_id == 7))
    assert alone == [whole[7]]
    assert whole[7]["score_claim_tree"] == 54.55  # six of eleven peers do worse: 6/11


def test_what_nobody_can_say_is_named_and_not_counted_as_nothing() -> None:
    row = graded([right(1)])[1]
    missing = [one.code for one in MANAGEMENT.leaves if row[f"score_{one.code}"] is None]
    assert len(missing) == 27 - 8
    assert {"claim_tree", "effect", "readiness", "products_revenue"} <= set(missing)
    with Register() as register:
        table = register.put("rows", [row], {f"score_{one.code}": "float64" for one in MANAGEMENT.leaves})
        said = register.rows(table.select(missing=missing_indicators(table, MANAGEMENT)))
    assert said == [{"missing": ";".join(missing)}]


def test_below_the_confidence_that_the_pack_asks_there_is_no_grade_but_a_score() -> None:
    """Right 1 knows 0.3 of its weight; without symbols and family 0.30 x 0.2917 + 0.30 x 0.25 = 0.1625."""
    found = graded([right(1), right(2, family_count=None, ipc_main="", ipc_keys=[])])
    assert (found[1]["value_confidence"], found[1]["grade_reason"], found[1]["grade"]) == (0.3, "", "B")
    assert (found[2]["value_confidence"], found[2]["grade_reason"], found[2]["grade"]) == (
        0.1625,
        "too_little_known",
        None,
    )
    assert found[2]["value_score"] is not None
    exact = rules_of(scheme__min_confidence=Decimal("0.3000"))
    above = rules_of(scheme__min_confidence=Decimal("0.3001"))
    assert [graded([right(1)], rules=rules)[1]["grade"] for rules in (exact, above)] == ["B", None]


def test_a_score_equal_to_a_limit_reaches_it() -> None:
    """58.75 of a right without a pledge: legal (75 + 100) / 2 = 87.5, technical 40, economic (90 + 40) / 2 = 65."""
    limits = [rules_of(scheme__grade_limits=("90", lowest, "10")) for lowest in ("61.75", "61.76")]
    assert graded([right(1)])[1]["value_score"] == 61.75
    assert [graded([right(1)], rules=rules)[1]["grade"] for rules in limits] == ["B", "C"]


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
    assert [found[n]["value_score"] is None for n in (1, 2, 3, 4)] == [True, True, False, False]


FINDINGS: list[tuple[list[tuple[str, str]], dict[str, Any], str, float | None]] = [
    ([("preserved", "")], {}, "encumbrances", 20),
    ([("licence_recorded", "exclusive")], {}, "encumbrances", 40),
    ([("licence_recorded", "ordinary")], {}, "encumbrances", 100),
    ([("pledge_registered", "")], {}, "encumbrances", 60),
    ([("pledge_registered", ""), ("preserved", "")], {}, "encumbrances", 20),
    ([], {"co_owner_types": ["enterprise"]}, "encumbrances", 80),
    ([("licence_recorded", "ordinary")], {}, "deal_history", 90),
    ([("pledge_registered", "")], {}, "deal_history", 75),
    ([("transferred", "")], {}, "deal_history", 75),
    ([], {}, "deal_history", 40),
    ([("own_exploitation", "")], {}, "readiness", 90),
    ([("own_exploitation", "")], {}, "products_revenue", 90),
    ([], {}, "products_revenue", None),
    ([("invalidated_part", "")], {}, "dispute_history", 40),
    ([("invalidation_started", "")], {}, "dispute_history", 40),
    ([("litigation", "")], {}, "dispute_history", 60),
    ([], {"litigation_count": 2}, "dispute_history", 60),
    ([], {"litigation_count": 2, "data_day": date(2025, 12, 1)}, "dispute_history", 75),
    ([], {"litigation_count": 0}, "dispute_history", 75),
    ([], {"ip_type": "utility_model"}, "examination_record", 50),
    ([], {"ip_type": "utility_model", "same_day_pair": 7}, "examination_record", 40),
    ([], {"same_day_pair": 7}, "examination_record", 75),
    ([], {"ip_type": "utility_model"}, "feature_comparability", 75),
    ([], {}, "feature_comparability", None),
    ([], {"awards": ["第二十三届中国专利优秀奖"]}, "citations_awards", 100),
    ([], {"family_members": ["US10000001B2"], "family_count": 2}, "family_layout", 90),
    ([], {"family_members": ["US20200000001A1"], "family_count": 2}, "family_layout", 70),
    ([], {}, "family_layout", 40),
]


@pytest.fixture(scope="module")
def by_finding() -> dict[int, dict[str, Any]]:
    """One right for each of FINDINGS, numbered from 0."""
    events = [
        event(n, kind, BEFORE, terms=terms, number=f"N{n}-{place}")
        for n, (told, _columns, _indicator, _points) in enumerate(FINDINGS)
        for place, (kind, terms) in enumerate(told)
    ]
    return graded([right(n, **columns) for n, (_told, columns, _i, _p) in enumerate(FINDINGS)], events)


@pytest.mark.parametrize("number", range(len(FINDINGS)))
def test_each_finding_gives_the_points_of_the_pack(by_finding: dict[int, dict[str, Any]], number: int) -> None:
    _told, _columns, indicator, points = FINDINGS[number]
    assert by_finding[number][f"score_{indicator}"] == points


def test_breadth_counts_subclasses_and_not_symbols() -> None:
    symbols = [
        ["A47G19/22", "A47G19/00"],
        ["A47G19/22", "G06F40/30"],
        ["A47G1/00", "G06F1/00", "H01M4/04", "H01M10/05"],
    ]
    found = graded([right(n, *each) for n, each in enumerate(symbols, start=1)])
    assert [found[n]["score_field_breadth"] for n in (1, 2, 3)] == [40, 60, 75]


def test_the_years_left_fall_into_bands_and_an_ended_right_has_none() -> None:
    """Twenty years from filing; exactly ten, five, three and one year left are still in the higher band."""
    filed = ["2015-11-30", "2015-11-29", "2010-11-30", "2008-11-30", "2006-11-30", "2006-11-29"]
    assets = [right(n, filing_date=date.fromisoformat(day)) for n, day in enumerate(filed, start=1)]
    found = graded([*assets, right(9, filing_date=date(2015, 11, 30))], status={9: "lapsed_unpaid_fee"})
    assert [found[n]["score_legal_term"] for n in (1, 2, 3, 4, 5, 6, 9)] == [90, 75, 75, 60, 40, 20, 0]
    assert found[1]["term_end"] == date(2035, 11, 30)


def test_a_stated_readiness_level_counts_in_ninths_and_the_latest_one_holds() -> None:
    offers = [
        {"asset_id": 1, "stated_on": date(2023, 1, 1), "maturity": 3},
        {"asset_id": 1, "stated_on": date(2024, 1, 1), "maturity": 6},
        {"asset_id": 1, "stated_on": date(2024, 1, 1), "maturity": 7},  # of one day: the lower
        {"asset_id": 1, "stated_on": date(2026, 1, 1), "maturity": 9},  # after the day
    ]
    assert graded([right(1)], offers=offers)[1]["score_readiness"] == 66.67


TRENDS = [(18, 12, 90), (18, 13, 75), (15, 15, 60), (10, 20, 40), (9, 21, 20), (14, 15, None), (30, 0, None),
          (23, 21, 60)]  # fmt: skip
FIELDS = ["A47G19/22", "G06F40/30", "H01M4/04", "B60L50/60", "C08F4/00", "D01F9/12", "E01B2/00", "H02J7/00"]


def test_the_trend_of_a_field_compares_two_spans_of_five_years() -> None:
    """On 2025-11-30 the later span is 2018-12-01 to 2023-11-30; 18/12 = 1.5, 18/13 = 1.38, 10/20 = 0.5, 9/21 = 0.42.

    23/21 = 1.095 does not reach 1.1. 29 filings are too few (scheme.trend_filings 30), and none before gives no share.
    The first and last day of the two spans count, the days around them do not.
    """
    days = {"later": (date(2018, 12, 1), date(2023, 11, 30)), "earlier": (date(2013, 12, 1), date(2018, 11, 30))}
    outside = (date(2023, 12, 1), date(2013, 11, 30))
    assets = []
    for field, (later, earlier, _points) in zip(FIELDS, TRENDS, strict=True):
        filed = [days["later"][n % 2] for n in range(later)] + [days["earlier"][n % 2] for n in range(earlier)]
        assets += [(field, day) for day in (*filed, *outside)]
    found = graded([right(n, field, filing_date=day) for n, (field, day) in enumerate(assets)])
    told = {field: row["score_filing_trend"] for (field, _day), row in zip(assets, found.values(), strict=True)}
    assert told == {field: points for field, (_later, _earlier, points) in zip(FIELDS, TRENDS, strict=True)}


def test_a_pack_finer_than_the_count_is_refused() -> None:
    with pytest.raises(OutOfRange):
        graded([right(1)], rules=rules_of(scheme__min_confidence=Decimal("0.14001")))
    assert rules_of().day == DAY


def test_the_shorter_the_first_claim_of_peers_the_broader_it_is() -> None:
    """Lengths 100, 110 ... 200 of eleven peers: two are longer than the third longest, of ten others: 20 points.

    The scope of protection is the mean of the breadth and the number of claims, where both are told.
    """
    rows = graded([right(n, first_claim_length=90 + 10 * n, claims_count=n) for n in range(1, 12)])
    assert [rows[n]["score_claim_breadth"] for n in (1, 9, 11)] == [100, 20, 0]
    assert rows[9]["score_claim_tree"] == 80
    assert rows[9]["score_protection_scope"] == 50
    assert graded([right(n, claims_count=n) for n in range(1, 12)])[9]["score_claim_breadth"] is None


def test_an_empty_claim_is_not_the_shortest() -> None:
    rows = graded([right(n, first_claim_length=None if n == 1 else 90 + 10 * n) for n in range(1, 13)])
    assert rows[1]["score_claim_breadth"] is None
    assert rows[2]["score_claim_breadth"] == 100


@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(st.sampled_from(["A01B", "A01C", "B60L", "C07D", "G06N", "H04L"]), max_size=8), min_size=1))
def test_breadth_counts_the_subclasses_of_any_number_of_symbols(fields: list[list[str]]) -> None:
    """Few symbols are compared, many are listed and counted: one rule whichever way."""
    rights = [
        right(
            n,
            ipc_main="" if not one else f"{one[0]}1/00",
            ipc_keys=[f"{field}{place:010d}" for place, field in enumerate(one)],
        )
        for n, one in enumerate(fields, start=1)
    ]
    bands = {1: 40.0, 2: 60.0, 3: 75.0}
    rows = graded(rights)
    for n, one in enumerate(fields, start=1):
        assert rows[n]["score_field_breadth"] == (bands.get(len(set(one)), 90.0) if one else None)
