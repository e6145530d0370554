"""Conversion ledger: counting by 件次, strikes, MSME by the roster of the day, contracts without recordal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.indicators.ledger import (
    CONTRACT,
    HISTORY,
    LICENCE,
    TRANSFER,
    Ledger,
    LedgerFact,
    LedgerRow,
    Reconciled,
    Size,
    Strike,
    ledger_rules,
    month_of,
    monthly_ledger,
)
from panhuo.engine.records.owners import OwnerSuffixes
from panhuo.engine.records.roster import Roster, RosterRow
from panhuo.rules import load_pack
from panhuo.terms.errors import BadValue
from panhuo.terms.kinds import OwnerType

UNIVERSITY, ASSETS_FIRM = "云湖大学", "云湖大学资产经营有限公司"
SMALL, LARGE, LAPSED, STRANGER = "甲示例有限公司", "乙示例有限公司", "丙示例有限公司", "丁示例有限公司"
DAY = date(2025, 11, 10)
RULES_OF_DAY = load_pack("national").at(DAY)
SUFFIXES = OwnerSuffixes(RULES_OF_DAY.table("owner_suffixes"))
ROSTER = Roster(
    [
        RosterRow(SMALL, "小型企业", valid_from=date(2025, 1, 1), valid_to=date(2025, 12, 31), source_name="市名录"),
        RosterRow(LARGE, "大型企业"),
        RosterRow(LAPSED, "微型企业", valid_to=date(2025, 11, 9)),
        RosterRow(ASSETS_FIRM, controller=UNIVERSITY, valid_from=date(2020, 1, 1), valid_to=date(2025, 11, 30)),
        RosterRow("戊示例有限公司", controller="示例控股集团有限公司"),
        RosterRow("己示例有限公司", controller="示例控股集团 有限公司"),
    ]
)


def owner_type(name: str) -> OwnerType:
    return SUFFIXES.judge(name).owner_type


RULES = ledger_rules(RULES_OF_DAY, roster=ROSTER, owner_type=owner_type)


def fact(ledger: str = LICENCE, patent: str = "p1", **more: object) -> LedgerFact:
    base = LedgerFact(ledger, DAY, patent, from_party=UNIVERSITY, to_party=SMALL)
    return replace(base, **more)  # type: ignore[arg-type]


def november(*facts: LedgerFact) -> Ledger:
    return monthly_ledger(facts, RULES, first=date(2025, 11, 1), last=date(2025, 11, 30))


def only(ledger: Ledger) -> LedgerRow:
    [row] = ledger.conversions
    return row


def test_three_patents_in_one_contract_are_three_pieces_and_one_contract() -> None:
    ledger = november(*(fact(patent=f"p{n}", number="X2025-1") for n in range(3)))
    assert (ledger.value("licence.counted"), ledger.value("licence.contracts")) == (3, 1)
    assert ledger.value("licence.patents") == 3


def test_one_patent_licensed_to_five_firms_is_five_pieces_and_one_patent() -> None:
    ledger = november(*(fact(number=f"X{n}", to_party=f"第{n}示例有限公司") for n in range(5)))
    assert (ledger.value("licence.counted"), ledger.value("licence.patents")) == (5, 1)


def test_only_the_days_of_the_month_count() -> None:
    days = [date(2025, 10, 31), date(2025, 11, 1), date(2025, 11, 30), date(2025, 12, 1)]
    ledger = november(*(fact(patent=f"p{n}", day=day) for n, day in enumerate(days)))
    assert ledger.value("licence.counted") == 2


@pytest.mark.parametrize(
    ("buyer", "size"),
    [(SMALL, Size.MSME), (LARGE, Size.LARGE), (LAPSED, Size.EXPIRED), (STRANGER, Size.UNKNOWN)],
)
def test_a_receiver_is_small_only_if_a_roster_of_that_day_says_so(buyer: str, size: Size) -> None:
    ledger = november(fact(to_party=buyer))
    assert only(ledger).size is size
    assert ledger.value("licence.university_to_msme") == (1 if size is Size.MSME else 0)
    assert ledger.value("licence.university_size_unknown") == (size in (Size.EXPIRED, Size.UNKNOWN))


def test_the_day_before_it_lapsed_the_same_firm_was_small() -> None:
    assert only(november(fact(to_party=LAPSED, day=date(2025, 11, 9)))).size is Size.MSME


def test_a_firm_that_sells_to_a_small_firm_is_no_university_conversion() -> None:
    ledger = november(fact(from_party=LARGE))
    assert (ledger.value("licence.counted"), ledger.value("licence.university_to_msme")) == (1, 0)


@pytest.mark.parametrize(
    ("seller", "buyer", "reason"),
    [
        (UNIVERSITY, ASSETS_FIRM, Strike.INSIDE_GROUP),
        (ASSETS_FIRM, UNIVERSITY, Strike.INSIDE_GROUP),
        ("戊示例有限公司", "己示例有限公司", Strike.INSIDE_GROUP),
        (f"{UNIVERSITY}；{LARGE}", UNIVERSITY, Strike.SHARED_PARTY),
        ("甲示例（云湖）有限公司", "甲示例(云湖) 有限公司", Strike.SHARED_PARTY),
        (UNIVERSITY, SMALL, None),
    ],
)
def test_inside_moves_are_struck_out_and_shown(seller: str, buyer: str, reason: Strike | None) -> None:
    ledger = november(fact(TRANSFER, from_party=seller, to_party=buyer))
    assert only(ledger).strike is reason
    assert ledger.value("transfer.official") == 1
    assert ledger.value("transfer.counted") == (1 if reason is None else 0)
    if reason:
        assert ledger.value(f"transfer.struck.{reason}") == 1


def test_control_that_ended_before_the_day_strikes_nothing() -> None:
    sold = fact(TRANSFER, to_party=ASSETS_FIRM, day=date(2025, 12, 1))
    ledger = monthly_ledger([sold], RULES, first=date(2025, 12, 1), last=date(2025, 12, 31))
    assert ledger.value("transfer.counted") == 1


def test_a_right_that_comes_back_within_24_months_is_a_circle_and_later_is_none() -> None:
    out = fact(TRANSFER, from_party=LARGE, to_party=STRANGER, day=date(2023, 11, 10))
    back = fact(TRANSFER, from_party=STRANGER, to_party=LARGE, day=date(2025, 11, 10))
    assert only(november(out, back)).strike is Strike.CIRCULAR
    late = replace(back, day=date(2025, 11, 11))
    assert only(november(out, late)).strike is None


def test_a_former_transfer_that_only_a_patent_file_tells_shows_the_circle_and_never_counts() -> None:
    told = fact(HISTORY, from_party=LARGE, to_party=STRANGER, day=date(2025, 11, 3))
    back = fact(TRANSFER, from_party=STRANGER, to_party=LARGE)
    ledger = november(told, back)
    assert only(ledger).strike is Strike.CIRCULAR
    assert ledger.value("transfer.official") == 1


def test_a_transfer_told_by_ledger_and_patent_file_is_no_chain() -> None:
    row = fact(TRANSFER, from_party=LARGE, to_party=STRANGER)
    assert only(november(row, replace(row, ledger=HISTORY))).strike is None


def test_both_halves_of_a_circle_inside_the_month_are_struck() -> None:
    out = fact(TRANSFER, from_party=LARGE, to_party=STRANGER, day=date(2025, 11, 3))
    back = fact(TRANSFER, from_party=STRANGER, to_party=LARGE, day=date(2025, 11, 20))
    assert {row.strike for row in november(out, back).conversions} == {Strike.CIRCULAR}


def test_a_return_after_the_month_is_not_known_to_it() -> None:
    out = fact(TRANSFER, from_party=LARGE, to_party=STRANGER)
    back = fact(TRANSFER, from_party=STRANGER, to_party=LARGE, day=date(2025, 12, 2))
    assert only(november(out, back)).strike is None


def test_of_a_chain_on_one_day_only_the_last_step_counts() -> None:
    first = fact(TRANSFER, from_party=UNIVERSITY, to_party=STRANGER, number="1")
    last = fact(TRANSFER, from_party=STRANGER, to_party=SMALL, number="2")
    strikes = {row.fact.number: row.strike for row in november(first, last).conversions}
    assert strikes == {"1": Strike.SAME_DAY, "2": None}


def test_two_patents_moving_on_one_day_are_no_chain() -> None:
    first = fact(TRANSFER, patent="p1", from_party=UNIVERSITY, to_party=STRANGER)
    last = fact(TRANSFER, patent="p2", from_party=STRANGER, to_party=SMALL)
    assert november(first, last).value("transfer.counted") == 2


def test_the_same_recordal_in_two_ledgers_counts_once() -> None:
    ledger = november(fact(number="X1"), fact(number="X1"))
    assert (ledger.value("licence.official"), ledger.value("licence.counted")) == (2, 1)
    assert ledger.value("licence.struck.duplicate") == 1


def contract(**more: object) -> LedgerFact:
    return fact(CONTRACT, **{"number": "HT1", "amount_cny": Decimal(100_000), **more})


@pytest.mark.parametrize(("gap", "state"), [(60, Reconciled.MATCHED), (61, Reconciled.MISSING)])
def test_a_recordal_within_the_window_answers_the_contract(gap: int, state: Reconciled) -> None:
    recordal = fact(number="X1", day=DAY + timedelta(days=gap))
    ledger = november(contract(), recordal)
    assert ledger.contracts[0].reconciled is state
    assert ledger.contracts[0].counterpart == ("X1" if state is Reconciled.MATCHED else "")


def test_a_contract_without_recordal_and_a_recordal_without_contract_are_both_listed() -> None:
    ledger = november(contract(patent="p1"), fact(patent="p2", number="X1"))
    assert ledger.contracts[0].reconciled is Reconciled.MISSING
    assert only(ledger).reconciled is Reconciled.MISSING
    assert (ledger.value("contract.missing"), ledger.value("recordal.missing")) == (1, 1)


def test_while_the_window_is_open_the_gap_is_said_to_be_open() -> None:
    assert november(contract()).contracts[0].window_open
    later = fact(patent="p9", day=DAY + timedelta(days=61))
    assert not november(contract(), later).contracts[0].window_open


def test_two_recordals_that_could_be_it_are_never_joined_silently() -> None:
    ledger = november(contract(), fact(number="X1"), fact(number="X2"))
    assert ledger.contracts[0].reconciled is Reconciled.AMBIGUOUS
    assert {row.reconciled for row in ledger.conversions} == {Reconciled.AMBIGUOUS}


def test_a_party_that_a_ledger_does_not_tell_makes_it_ambiguous_and_another_party_no_match() -> None:
    assert november(contract(), fact(to_party="")).contracts[0].reconciled is Reconciled.AMBIGUOUS
    assert november(contract(), fact(to_party=LARGE)).contracts[0].reconciled is Reconciled.MISSING


def test_a_contract_kind_that_needs_no_recordal_is_no_gap() -> None:
    ledger = november(contract(text="技术服务"), contract(number="HT2", text="专利实施许可", patent="p2"))
    assert [row.reconciled for row in ledger.contracts] == [Reconciled.NOT_EXPECTED, Reconciled.MISSING]
    assert ledger.value("contract.amount") == 200_000


def test_a_duplicate_recordal_does_not_make_its_contract_ambiguous() -> None:
    ledger = november(contract(), fact(number="X1"), fact(number="X1"))
    assert ledger.contracts[0].reconciled is Reconciled.MATCHED


def test_a_month_is_written_in_one_way() -> None:
    assert month_of("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))
    for text in ("2024-13", "2024", "24-02", "2024-2", "2024-02-01", ""):
        with pytest.raises(BadValue):
            month_of(text)


PARTY = st.sampled_from([UNIVERSITY, ASSETS_FIRM, SMALL, LARGE, STRANGER, ""])
FACTS = st.lists(
    st.builds(
        LedgerFact,
        ledger=st.sampled_from([LICENCE, TRANSFER, CONTRACT]),
        day=st.dates(date(2025, 9, 1), date(2026, 1, 31)),
        patent=st.sampled_from(["p1", "p2", ""]),
        number=st.sampled_from(["", "1", "2"]),
        from_party=PARTY,
        to_party=PARTY,
    ),
    max_size=12,
)


def _sum(ledger: Ledger, kind: str) -> int | Decimal:
    return ledger.value(f"{kind}.counted") + sum(ledger.value(f"{kind}.struck.{reason}") for reason in Strike)


@given(FACTS, st.randoms())
def test_what_counts_and_what_is_struck_is_what_stands_in_the_ledgers(
    facts: list[LedgerFact], order: Iterable[object]
) -> None:
    ledger = november(*facts)
    for kind in (LICENCE, TRANSFER):
        assert _sum(ledger, kind) == ledger.value(f"{kind}.official")
    total = ledger.value("licence.counted") + ledger.value("transfer.counted")
    assert ledger.value("all.counted") == total
    shuffled = list(facts)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert november(*shuffled).figures == ledger.figures


@given(FACTS)
def test_a_match_is_mutual(facts: list[LedgerFact]) -> None:
    ledger = monthly_ledger(facts, RULES, first=date(2025, 9, 1), last=date(2026, 1, 31))
    matched = [row for row in ledger.contracts if row.reconciled is Reconciled.MATCHED]
    answered = [row for row in ledger.conversions if row.reconciled is Reconciled.MATCHED]
    assert len(matched) == len(answered)
