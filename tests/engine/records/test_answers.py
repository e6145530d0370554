"""Answers of owners: lists, dates, contradictions, strangers; return rate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.records.answers import (
    FILLED,
    Answer,
    AnswerRules,
    answer_rules,
    booklet_number,
    return_rates,
    validate_answer,
)
from panhuo.rules import load_pack

AT = date(2025, 12, 20)
OWNER = "云湖大学"
RULES: AnswerRules = answer_rules(load_pack("national").at(AT))
HEAD = {"owner": OWNER, "booklet": booklet_number(OWNER, date(2025, 11, 30)), "answered_on": "2025-12-10"}
DORMANT = {
    **HEAD,
    "implemented": "否",
    "willingness": "愿意转化",
    "intended_mode": "普通许可",
    "maturity": "6",
}
EXPLOITED = {
    **HEAD,
    "implemented": "是",
    "implementation_mode": "自行实施",
    "since": "2023年5月28日",
    "evidence": "横向课题合同",
}
EXCUSED = {
    **HEAD,
    "implemented": "否",
    "reason": "战略储备",
    "valid_to": "2026-11-30",
    "approver": "科研处",
    "evidence": "校长办公会纪要",
}


def codes(raw: Mapping[str, str], *, owner: str = OWNER) -> list[tuple[str, str]]:
    found = validate_answer(raw, RULES, owner=owner, at=AT)
    assert isinstance(found, tuple), found
    return [(problem.column, problem.code) for problem in found]


def accepted(raw: Mapping[str, str]) -> Answer:
    found = validate_answer(raw, RULES, owner=OWNER, at=AT)
    assert isinstance(found, Answer), found
    return found


def test_a_right_that_was_not_exploited_is_an_answer_with_its_offer() -> None:
    answer = accepted({**DORMANT, "price_wan": "12.5", "contact": "成果转化中心", "consent": "同意"})
    assert (answer.exploited, answer.reason, answer.consent) == ("no", "", "yes")
    assert (answer.maturity, answer.price_cny, answer.intended_mode) == (
        6,
        Decimal(125000),
        "ordinary_licence",
    )
    assert answer.answered_on == date(2025, 12, 10)


def test_an_exploited_right_tells_mode_since_and_evidence() -> None:
    answer = accepted(EXPLOITED)
    assert (answer.exploited, answer.mode, answer.since) == ("yes", "own_use", date(2023, 5, 28))


def test_a_proper_reason_comes_with_evidence_approver_and_an_end() -> None:
    answer = accepted(EXCUSED)
    assert (answer.reason, answer.reason_valid_to) == ("strategic_reserve_declared", date(2026, 11, 30))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"implemented": "也许"}, [("implemented", "not_in_list")]),
        ({"implemented": ""}, [("implemented", "missing")]),
        ({"maturity": "10"}, [("maturity", "not_in_list")]),
        ({"intended_mode": "赠送"}, [("intended_mode", "not_in_list")]),
        ({"price_wan": "很贵"}, [("price_wan", "bad_amount")]),
        ({"price_wan": "-3"}, [("price_wan", "bad_amount")]),
        ({"price_wan": "NaN"}, [("price_wan", "bad_amount")]),
        ({"answered_on": "2025-13-01"}, [("answered_on", "bad_date")]),
        ({"answered_on": "2026-01-01"}, [("answered_on", "date_out_of_range")]),
        ({"implementation_mode": "自行实施"}, [("implementation_mode", "contradiction")]),
        ({"owner": "另一大学"}, [("owner", "not_the_owner")]),
        ({"booklet": "HS20251130-00000000"}, [("booklet", "not_the_owner")]),
        ({"booklet": ""}, [("booklet", "not_the_owner")]),
    ],
)
def test_a_bad_row_is_refused_and_the_cell_named(changed: dict[str, str], expected: list[tuple[str, str]]) -> None:
    assert codes({**DORMANT, **changed}) == expected


@pytest.mark.parametrize("missing", ["implementation_mode", "since", "evidence"])
def test_an_exploited_right_without_its_proof_is_refused(missing: str) -> None:
    assert codes({**EXPLOITED, missing: ""}) == [(missing, "missing")]


@pytest.mark.parametrize("missing", ["valid_to", "approver", "evidence"])
def test_a_reason_without_its_proof_is_refused(missing: str) -> None:
    assert codes({**EXCUSED, missing: ""}) == [(missing, "missing")]


def test_a_reason_holds_a_year_at_most_and_a_day_more_is_refused() -> None:
    assert accepted({**EXCUSED, "valid_to": "2026-12-10"}).reason_valid_to == date(2026, 12, 10)
    assert codes({**EXCUSED, "valid_to": "2026-12-11"}) == [("valid_to", "date_out_of_range")]
    assert codes({**EXCUSED, "valid_to": "2025-12-09"}) == [("valid_to", "date_out_of_range")]


def test_an_answer_by_another_school_is_refused_even_with_its_own_booklet() -> None:
    stranger = {**DORMANT, "owner": "另一大学", "booklet": booklet_number("另一大学", date(2025, 11, 30))}
    assert codes(stranger) == [("owner", "not_the_owner"), ("booklet", "not_the_owner")]


def test_the_owner_may_be_spelt_with_other_blanks_and_brackets() -> None:
    owner = "示例研究院（云湖）"
    raw = {**DORMANT, "owner": "示例研究院(云湖) ", "booklet": booklet_number(owner, date(2025, 11, 30))}
    assert isinstance(validate_answer(raw, RULES, owner=owner, at=AT), Answer)


def test_a_row_not_filled_is_no_answer_even_with_the_day_in_it() -> None:
    assert validate_answer(HEAD, RULES, owner=OWNER, at=AT) is None


@given(st.dictionaries(st.sampled_from([*FILLED, "owner", "booklet", "answered_on"]), st.text(max_size=12)))
def test_whatever_is_typed_is_an_answer_a_problem_or_nothing(raw: dict[str, str]) -> None:
    found = validate_answer(raw, RULES, owner=OWNER, at=AT)
    assert found is None or isinstance(found, Answer) or all(problem.code for problem in found)


def test_two_hundred_asked_and_three_of_150_bad_is_three_quarters_returned() -> None:
    # features.md CHECK-01: 147 states change, 3 rows are named, return rate 75 %
    [rate] = return_rates({OWNER: 200}, [OWNER] * 147, [OWNER] * 3)
    assert (rate.answered, rate.refused, rate.still_open, rate.share) == (147, 3, 53, 0.75)


def test_an_owner_who_did_not_answer_has_rate_zero() -> None:
    assert [rate.share for rate in return_rates({"甲大学": 10, "乙大学": 0}, ["丙大学"])] == [0.0, 0.0]


def test_without_a_day_of_answer_the_booklets_day_stands_whatever_the_day_of_import() -> None:
    for at in (AT, date(2031, 1, 1)):
        found = validate_answer({**DORMANT, "answered_on": ""}, RULES, owner=OWNER, at=at)
        assert isinstance(found, Answer)
        assert found.answered_on == date(2025, 11, 30)
    later = validate_answer({**EXPLOITED, "answered_on": "", "since": "2025-12-15"}, RULES, owner=OWNER, at=AT)
    assert isinstance(later, Answer)
    assert later.answered_on == date(2025, 12, 15), "told before it was so"
    named = validate_answer({**DORMANT, "answered_on": ""}, RULES, owner=OWNER, at=AT, spoken_on=date(2025, 12, 1))
    assert isinstance(named, Answer)
    assert named.answered_on == date(2025, 12, 1)


def test_without_any_day_a_row_is_refused() -> None:
    for booklet in ("", "HS2025", "HS20259999-00000000"):
        assert ("booklet", "not_the_owner") in codes({**DORMANT, "answered_on": "", "booklet": booklet})
