"""Months of the conversion ledger as they are kept: the numbers of the command line, each with its rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_register import NOW, UNIVERSITY, Register

from panhuo.adapters.files.home import Home
from panhuo.desk.listings.ledger_actions import MOST_MONTHS, keep_ledger, months_between
from panhuo.desk.listings.monthly import make_ledger
from panhuo.rules import InForce
from panhuo.terms.errors import DomainError

pytestmark = pytest.mark.django_db(transaction=True)
SMALL, ASSETS_FIRM = "甲示例有限公司", "云湖大学资产经营有限公司"
MONTHS = (date(2025, 10, 1), date(2025, 11, 1))
Keep = Callable[..., list[Any]]


@pytest.fixture
def ledgers(register: Register) -> Register:
    """Two months: licences of a right that is known and of one that is not, an inside transfer, contracts."""
    register.tag(SMALL, "小型企业", valid_from=date(2025, 1, 1), valid_to=date(2025, 12, 31))
    register.tag(ASSETS_FIRM, controller=UNIVERSITY)
    known = register.right("一种固态电池", region_code="990102")

    def row(event: str, ledger: str, number: str, asset: Any = known, **fields: Any) -> None:
        base = {"from_party": UNIVERSITY, "to_party": SMALL, "ledger": ledger, "number": number}
        day = fields.pop("day", date(2025, 11, 12))
        register.event(asset, event, day, **{**base, **fields})

    row("licence_recorded", "licence", "X0", day=date(2025, 10, 9))
    row("licence_recorded", "licence", "X1", terms="ordinary")
    row("licence_recorded", "licence", "X2", None, waiting_key="a:CN202099000001", from_party="某某研究所")
    row("transferred", "transfer", "T1", to_party=ASSETS_FIRM)
    row("technology_contract", "technology_contract", "H1", text="专利实施许可", amount_cny="100000.00")
    row("technology_contract", "technology_contract", "H2", None, waiting_key="c:technology_contract:H2")
    register.commit()
    return register


@pytest.fixture
def keep(home: Home, rules: InForce) -> Keep:
    from panhuo.desk.people.access import Operator

    def kept(*months: date) -> list[Any]:
        return keep_ledger(home, rules, months or MONTHS, actor=Operator("shell"), at=NOW)

    return kept


def test_rows_sum_to_the_figures_that_the_command_line_counts(
    ledgers: Register, home: Home, rules: InForce, tmp_path: Path, keep: Keep
) -> None:
    _, november = keep()
    counted, run = make_ledger(
        home, rules, first=date(2025, 11, 1), last=date(2025, 11, 30), out=tmp_path / "out.csv", made_at=NOW
    )
    assert (november.run_id, november.figures) == (run.id, {one.code: str(one.value) for one in counted.figures})
    rows = november.entries.filter(kind__in=("licence", "transfer"))
    assert rows.filter(counts=True).count() == counted.value("all.counted") == 2
    assert rows.filter(strike="inside_group").count() == counted.value("transfer.struck.inside_group") == 1
    assert rows.filter(is_university_to_msme=True).count() == counted.value("all.university_to_msme")
    contracts = november.entries.filter(kind="technology_contract")
    assert contracts.filter(reconciled="missing").count() == counted.value("contract.missing") == 1


def test_a_row_stands_where_who_gives_is_known_else_where_the_right_is(ledgers: Register, keep: Keep) -> None:
    from desk.people.made_people import organisation
    from panhuo.desk.listings.models import LedgerEntry
    from panhuo.terms.roles import OrganisationKind

    keep()
    places = dict(LedgerEntry.objects.values_list("number", "region_code"))
    assert (places["X1"], places["X2"]) == ("990102", ""), "nothing tells where the second one is"
    university = organisation(UNIVERSITY, OrganisationKind.UNIVERSITY, 12, region="990101")
    ledgers.commit()
    keep()
    found = LedgerEntry.objects.get(number="X1")
    assert (found.region_code, found.unit) == ("990101", university)


def test_what_was_counted_stands_until_the_register_changes_and_its_figures_stay(ledgers: Register, keep: Keep) -> None:
    from panhuo.desk.history.models import LoggedAction
    from panhuo.desk.listings.models import LedgerMonth

    first = keep()
    assert [one.pk for one in keep()] == [one.pk for one in first], "the same register is not counted again"
    ledgers.event(
        None, "licence_recorded", date(2025, 11, 20), ledger="licence", number="X9", waiting_key="a:CN202099000009",
        from_party=UNIVERSITY, to_party=SMALL,
    )  # fmt: skip
    ledgers.commit()
    again = keep(date(2025, 11, 1))
    assert again[0].figures["licence.counted"] == "3"
    former = LedgerMonth.objects.get(pk=first[1].pk)
    assert (former.stands, former.figures["licence.counted"], former.entries.count()) == (False, "2", 0)
    assert LedgerMonth.objects.filter(stands=True).count() == 2
    assert LoggedAction.objects.filter(act="ledger.kept").count() == 3


@pytest.mark.parametrize(
    ("months", "code"),
    [((), "no_months"), ((date(2025, 12, 1),), "month_ahead"), (tuple(MONTHS) * MOST_MONTHS, "too_many_months")],
)
def test_months_that_make_no_sense_are_refused(
    ledgers: Register, home: Home, rules: InForce, months: tuple[date, ...], code: str
) -> None:
    from panhuo.desk.people.access import Operator

    with pytest.raises(DomainError) as caught:
        keep_ledger(home, rules, months, actor=Operator("shell"), at=NOW)
    assert caught.value.code == code


def test_who_keeps_no_ledger_counts_none(ledgers: Register, home: Home, rules: InForce) -> None:
    from desk.people.made_people import organisation, person
    from panhuo.desk.listings.models import LedgerMonth
    from panhuo.terms.roles import OrganisationKind, Role

    reader = person("reader", Role.UNIVERSITY_OFFICER, organisation(UNIVERSITY, OrganisationKind.UNIVERSITY, 12))
    with pytest.raises(DomainError) as caught:
        keep_ledger(home, rules, MONTHS, actor=reader, at=NOW)
    assert caught.value.code == "not_allowed"
    assert not LedgerMonth.objects.exists()


@given(st.dates(date(2000, 1, 1), date(2030, 12, 31)), st.dates(date(2000, 1, 1), date(2030, 12, 31)))
def test_months_follow_each_other_without_a_gap(one: date, other: date) -> None:
    found = months_between(one, other)
    assert (found == []) == ((other.year, other.month) < (one.year, one.month))
    if found:
        assert (found[0], found[-1]) == (one.replace(day=1), other.replace(day=1))
        numbers = [month.year * 12 + month.month for month in found]
        assert numbers == list(range(numbers[0], numbers[-1] + 1))
