"""The bank's card, worked by hand; all figures are made up, points and levels are assumptions of the pack."""

from __future__ import annotations

import shutil
from copy import deepcopy
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.valuation.test_record import AT, FILE, RULES, stated
from panhuo.engine.valuation import BadInputs, read_record
from panhuo.engine.valuation.bank_card import BankCard, band_points, bank_card, read_card_request
from panhuo.engine.valuation.card_outcome import read_outcome, read_override
from panhuo.rules import InForce, load_pack, packs_folder
from panhuo.terms.errors import OutOfRange

D = Decimal
REQUEST: dict[str, Any] = {
    "record": "GZ000001",
    "bank": "合成银行",
    "debt": {"until": "2028-11-30", "asked_cny": "500000"},
    "precheck": {"outcome": "clear", "day": "2026-01-15", "source": "预审单"},
    "facts": {
        "grade_score": {"value": "72", "day": "2026-01-10", "source": "分级 2026-01-10"},
        "product_income_share": {"value": "0.2", "day": "2025-12-31", "source": "合成审计报告"},
        "dealings": {"value": "1", "day": "2026-01-10", "source": "登记簿"},
    },
}


def request(**changes: Any) -> dict[str, Any]:
    """The request with entries changed; None leaves one out. debt__until goes into a group."""
    found = deepcopy(REQUEST)
    for name, value in changes.items():
        *groups, last = name.split("__")
        place = found
        for group in groups:
            place = place[group]
        if value is None:
            place.pop(last, None)
        else:
            place[last] = value
    return found


def card(at: date = AT, record: dict[str, Any] | None = None, **changes: Any) -> BankCard:
    asked = read_card_request(request(**changes), RULES, at=at)
    return bank_card(asked, read_record(record or stated(), RULES, at=AT, file=FILE), "GZ000001", RULES, at=at)


def test_the_worked_card() -> None:
    """72 points of grade: 60 x 0.25; (3322 days x 12 / 365 = 109 months: 100) x 0.20; 700,000 / 500,000 = 1.4: 60 x
    0.25; 20 % of income: 70 x 0.15; one dealing: 60 x 0.15. 15 + 20 + 15 + 10.5 + 9 = 69.5: level B, 90 % of 1,000,000;
    disposal 630,000, cap 30 %: 270,000."""
    found = card()
    assert {one.driver: (one.points, one.brought) for one in found.drivers} == {
        "grade_score": (D(60), D(15)),
        "spare_term_months": (D(100), D(20)),
        "disposal_cover": (D(60), D(15)),
        "product_income_share": (D(70), D("10.5")),
        "dealings": (D(60), D(9)),
    }
    assert [one.driver for one in found.drivers][0] == "spare_term_months", "what brings most stands first"
    assert (found.points, found.confidence, found.level) == (D("69.5"), D(1), "B")
    assert (found.value_cny, found.proposed_value_cny) == (D(1_000_000), D(900_000))
    assert (found.held.disposal_cny, found.held.cap, found.proposed_loan_cny) == (D(630_000), D("0.30"), D(270_000))
    assert (found.refusals, found.valid_until) == ((), date(2026, 7, 20))


def test_no_more_is_proposed_than_is_asked_for() -> None:
    """Asked 100,000: cover 7, 100 x 0.25: 79.5 points, level B still; the loan is what is asked."""
    found = card(debt__asked_cny="100000")
    assert (found.points, found.proposed_loan_cny) == (D("79.5"), D(100_000))


def test_what_is_not_told_is_left_out_and_lowers_the_confidence() -> None:
    """(15 + 20 + 15) / 0.70 = 71.43; without the grade 35 / 0.45 and nothing is proposed."""
    fewer = card(facts__product_income_share=None, facts__dealings=None)
    assert (round(fewer.points or D(0), 2), fewer.confidence, fewer.level) == (D("71.43"), D("0.70"), "B")
    too_few = card(facts=None)
    assert (too_few.confidence, too_few.refusals) == (D("0.45"), ("too_little_known",))
    assert (too_few.proposed_value_cny, too_few.proposed_loan_cny) == (None, None)


def test_a_fact_older_than_its_limit_does_not_count() -> None:
    """365 days for a grade: on its last day it counts, a day later it is stale."""
    for day, state in (("2025-01-20", "counted"), ("2025-01-19", "stale")):
        found = card(facts__grade_score__day=day)
        [grade] = [one for one in found.drivers if one.driver == "grade_score"]
        assert grade.state == state


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"debt__until": "2038-01-05"}, "term_exceeds_patent"),
        ({"precheck__outcome": "fails"}, "precheck_fails"),
        ({"precheck__outcome": "unknown"}, "precheck_unknown"),
        ({"precheck__day": "2025-10-21"}, "precheck_stale"),  # 91 days before the card
        ({"debt__asked_cny": "5000000", "facts__grade_score__value": "0", "facts__product_income_share__value": "0",
          "facts__dealings__value": "0"}, "level_lends_nothing"),
    ],
)  # fmt: skip
def test_a_refusal_proposes_no_loan_and_says_why(changes: dict[str, Any], code: str) -> None:
    found = card(**changes)
    assert code in found.refusals
    assert found.proposed_loan_cny == 0


def test_a_pre_check_stands_to_its_last_day() -> None:
    assert card(precheck__day="2025-10-22").refusals == (), "90 days before the card"


def test_a_card_is_used_no_longer_than_its_record() -> None:
    assert card(at=date(2026, 7, 1)).valid_until == date(2026, 11, 29)


@pytest.mark.parametrize(
    ("changes", "place", "said"),
    [
        ({"record": None}, "record", "is missing"),
        ({"debt__until": "2026-01-20"}, "debt.until", "is not after the day of the card"),
        ({"precheck": None}, "precheck.outcome", "is missing"),
        ({"facts__grade_score__source": None}, "facts.grade_score.source", "is missing"),
        ({"facts__grade_score__day": "2026-01-21"}, "facts.grade_score.day", "after the day of the card"),
        ({"facts__grade_score__value": "101"}, "facts.grade_score.value", "outside 0 to 100"),
        ({"facts__disposal_cover": {"value": "9"}}, "facts.disposal_cover", "never typed"),
        ({"facts__patent_count": {"value": "9"}}, "facts.patent_count", "is read by nobody"),
    ],
)
def test_no_value_enters_without_its_source_and_day(changes: dict[str, Any], place: str, said: str) -> None:
    with pytest.raises(BadInputs) as caught:
        read_card_request(request(**changes), RULES, at=AT)
    assert said in dict(caught.value.fields["problems"])[place]


@given(st.decimals("0", "100", places=2), st.decimals("0", "100", places=2))
def test_a_better_grade_never_lowers_the_loan(one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    assert band_points("grade_score", low, RULES) <= band_points("grade_score", high, RULES)
    loans = [card(facts__grade_score__value=str(value)).proposed_loan_cny or D(0) for value in (low, high)]
    assert loans[0] <= loans[1]


def own_pack(folder: Path, table: str, old: str, new: str) -> InForce:
    """The national pack with one text of one table changed, as a bank would."""
    shutil.copytree(packs_folder() / "national", folder / "national")
    path = folder / "national" / "tables" / table
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return load_pack(folder / "national").at(AT)


def test_a_bank_sets_its_own_levels_without_a_program(tmp_path: Path) -> None:
    """Level B at half the value: 500,000, of which 30 % are 150,000."""
    rules = own_pack(tmp_path, "bank_card_levels.csv", "pledge,B,65,0.9", "pledge,B,65,0.5")
    record = read_record(stated(), rules, at=AT, file=FILE)
    found = bank_card(read_card_request(request(), rules, at=AT), record, "GZ000001", rules, at=AT)
    assert (found.level, found.proposed_loan_cny) == ("B", D(150_000))


def test_a_band_of_more_than_a_hundred_points_is_refused(tmp_path: Path) -> None:
    rules = own_pack(tmp_path, "bank_card_bands.csv", "grade_score,60,60", "grade_score,60,101")
    assert band_points("grade_score", D(59), rules) == 40
    with pytest.raises(OutOfRange, match="gives grade_score 101 points"):
        band_points("grade_score", D(60), rules)


def test_an_override_needs_a_reason_a_name_and_a_figure() -> None:
    days = {"made_on": AT, "valid_until": date(2026, 7, 20)}
    good = {"loan_cny": "300000", "reason": "有新订单", "name": "审批人"}
    assert read_override(good, **days, at=AT).loan_cny == 300_000  # type: ignore[arg-type]
    for lacking in ("reason", "name", "loan_cny"):
        with pytest.raises(BadInputs):
            read_override({**good, lacking: ""}, **days, at=AT)  # type: ignore[arg-type]
    for day in (date(2026, 1, 19), date(2026, 7, 21)):
        with pytest.raises(BadInputs, match="outside the card's days"):
            read_override(good, **days, at=day)  # type: ignore[arg-type]


OUTCOME: dict[str, Any] = {
    "card": "YK000001",
    "lent_cny": "270000",
    "lent_on": "2026-02-01",
    "end": "overdue",
    "unpaid_cny": "100000",
    "disposal_cny": "60000",
    "known_on": "2027-02-01",
    "source": "合成台账",
}
LATER = date(2027, 3, 1)


def test_a_loss_is_counted_never_typed() -> None:
    found = read_outcome(OUTCOME, made_on=AT, at=LATER)
    assert (found.loss_cny, round(found.loss_share, 4)) == (D(40_000), D("0.1481"))
    assert read_outcome({**OUTCOME, "disposal_cny": "150000"}, made_on=AT, at=LATER).loss_cny == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"unpaid_cny": "270001"}, "exceed the loan"),
        ({"end": "repaid"}, "is not 0 for a loan that was repaid"),
        ({"unpaid_cny": "0"}, "is 0 for a loan that is overdue"),
        ({"end": "repaid", "unpaid_cny": "0"}, "nothing was to be sold"),
        ({"lent_on": "2026-01-19"}, "days do not follow"),
        ({"known_on": "2027-03-02"}, "days do not follow"),
        ({"source": ""}, "is missing"),
        ({"loss_cny": "1"}, "is read by nobody"),
    ],
)
def test_an_outcome_that_cannot_be_is_refused(change: dict[str, str], said: str) -> None:
    with pytest.raises(BadInputs, match=said):
        read_outcome({**OUTCOME, **change}, made_on=AT, at=LATER)
