"""An inventory works every patent out for a day, stands when it is whole, and shows each person what is theirs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from calls import Called
from desk.people.made_people import MACHINE, NOW, RULES, organisation, person, uscc
from panhuo.terms.errors import DomainError
from panhuo.terms.numbers import cn_application_check_digit
from panhuo.terms.roles import OrganisationKind as Kind
from panhuo.terms.roles import Right, Role

Panhuo = Callable[..., Called]
HEAD = "申请号,公开（公告）号,名称,申请（专利权）人,申请日,授权公告日,法律状态\n"
WHO = {"actor": MACHINE, "at": NOW, "rules": RULES}


def number(serial: int, year: int = 2016) -> str:
    body = f"{year}1{serial:07d}"
    return f"{body}.{cn_application_check_digit(body)}"


def row(serial: int, owner: str, *, granted: str = "2018-01-21", state: str = "授权") -> str:
    return f"{number(serial)},CN10600{serial:04d}B,合成样例{serial},{owner},2016-01-11,{granted},{state}\n"


@pytest.fixture
def city(panhuo: Panhuo, tmp_path: Path) -> Callable[..., Any]:
    """Import rows, found two universities with a college each, take stock of a day."""

    def build(*rows: str, at: str = "2026-11-23") -> Any:
        file = tmp_path / "stock.csv"
        file.write_text(HEAD + "".join(rows), encoding="utf-8")
        panhuo("import", file, "--as-of", "2026-11-01")
        university = organisation("云湖大学", Kind.UNIVERSITY, 12, region="990101")
        organisation("松原大学", Kind.UNIVERSITY, 22, region="990201")
        organisation("云湖大学化工学院", Kind.COLLEGE, parent=university)
        return panhuo("inventory", "--at", at).answer

    return build


FOUR = (row(1, "云湖大学"), row(2, "云湖大学", state="未缴年费终止"), row(3, "松原大学"), row(4, "某某有限公司"))


def by_name(name: str) -> Any:
    from panhuo.desk.people.models import Organisation

    return Organisation.objects.get(name=name)


def patents(**told: Any) -> list[Any]:
    from panhuo.desk.inventory.access import current_inventory
    from panhuo.desk.inventory.models import StockPatent

    return list(StockPatent.objects.filter(inventory=current_inventory(), **told))


def test_each_patent_is_told_with_status_dormancy_and_fee(city: Any) -> None:
    told = city(*FOUR)
    assert (told["patents"], told["figures"]["status"]) == (4, {"granted_in_force": 3, "lapsed_unpaid_fee": 1})
    living, lapsed, _, firm = patents()
    assert (living.unit.name, living.dormancy, living.number) == ("云湖大学", "dormancy_candidate", number(1))
    assert (firm.unit, firm.owner_type) == (None, "enterprise")
    assert (lapsed.status, lapsed.dormancy, lapsed.fee_state) == ("lapsed_unpaid_fee", "not_considered", "")
    # filed on 2016-01-11: year 11 begins on 2026-01-11, year 12 falls due on 2027-01-11; 4,000 yuan in years 10 to 12
    assert (living.fee_year, living.fee_due_on, living.fee_full_cny) == (12, date(2027, 1, 11), Decimal("4000.00"))
    assert (living.fee_payable_cny, living.fee_is_assumed) == (Decimal("600.00"), True)


def test_counts_say_the_same_as_counting_the_rows(city: Any) -> None:
    from panhuo.desk.inventory.models import StockCount

    city(*FOUR)
    assert sum(StockCount.objects.values_list("patents", flat=True)) == len(patents()) == 4


def test_the_same_register_and_day_is_not_worked_out_again(city: Any, panhuo: Panhuo) -> None:
    first = city(*FOUR)["inventory"]
    assert panhuo("inventory", "--at", "2026-11-23").answer["inventory"] == first
    assert panhuo("inventory", "--at", "2026-11-24").answer["inventory"] != first
    assert len(patents()) == 4


def test_an_organisation_founded_later_gets_its_patents_with_the_next_inventory(city: Any, tmp_path: Path) -> None:
    from panhuo.adapters.files.home import existing_home
    from panhuo.desk.inventory.actions import take_inventory
    from panhuo.desk.inventory.models import Inventory

    city(*FOUR)
    firm = organisation("某某有限公司", Kind.FIRM, 40, region="990101")
    made = Inventory.objects.get()
    Inventory.objects.update(made_at=NOW - timedelta(hours=1))
    home = existing_home(tmp_path / "home")
    assert home is not None
    again = take_inventory(home, RULES, actor=MACHINE, at=NOW + timedelta(hours=1))
    assert again.pk != made.pk
    assert patents(unit=firm)[0].owner_name == "某某有限公司"


def test_what_a_killed_inventory_left_is_never_shown_and_goes_with_the_next(
    city: Any, panhuo: Panhuo, monkeypatch: Any
) -> None:
    from panhuo.desk.inventory import actions
    from panhuo.desk.inventory.models import Inventory, StockPatent

    first = city(*FOUR)["inventory"]
    monkeypatch.setattr(actions, "BATCH", 2)
    monkeypatch.setattr(actions, "_count", _killed)
    with pytest.raises(KeyError):
        panhuo("inventory", "--at", "2026-11-24")
    assert StockPatent.objects.count() == 8, "the control: rows of the killed one are there"
    assert {one.inventory_id for one in patents()} == {first}
    monkeypatch.undo()
    told = panhuo("inventory", "--at", "2026-11-25").answer
    assert (StockPatent.objects.count(), len(patents())) == (4, 4)
    assert set(Inventory.objects.values_list("pk", flat=True)) == {first, told["inventory"]}


def _killed(_inventory: Any) -> None:
    raise KeyError("killed")


def test_two_owners_of_one_name_are_told_apart_by_code_and_never_guessed(city: Any) -> None:
    from panhuo.desk.inventory.rows import PatentUnits

    city(*FOUR)
    namesake = organisation("云湖大学", Kind.UNIVERSITY, 77, region="990201")
    units = PatentUnits()
    assert units.of(1, None, "云湖大学") is None
    assert units.of(1, uscc(77), "云湖大学") == namesake
    assert units.of(1, uscc(99), "松原大学") is None, "the code speaks against the name"


def test_a_patent_placed_in_a_college_is_the_colleges_until_it_is_sold(city: Any, panhuo: Panhuo) -> None:
    from panhuo.desk.inventory.actions import place_patents
    from panhuo.desk.inventory.models import StockCount
    from panhuo.desk.inventory.rows import PatentUnits

    city(*FOUR)
    college = by_name("云湖大学化工学院")
    officer = person("officer", Role.UNIVERSITY_OFFICER, by_name("云湖大学"))
    mine = patents()[0]
    assert place_patents([mine.asset_id], college, actor=officer, at=NOW, rules=RULES) == 1
    assert place_patents([mine.asset_id], college, actor=officer, at=NOW, rules=RULES) == 0
    assert [one.asset_id for one in patents(unit=college)] == [mine.asset_id]
    assert StockCount.objects.get(unit=college).patents == 1
    panhuo("inventory", "--at", "2026-11-24")
    assert [one.asset_id for one in patents(unit=college)] == [mine.asset_id]
    assert PatentUnits().of(mine.asset_id, None, "松原大学") == by_name("松原大学")


def test_nobody_places_what_another_owns_or_in_a_college_of_another(city: Any) -> None:
    from panhuo.desk.inventory.actions import place_patents

    city(*FOUR)
    stranger = person("other", Role.UNIVERSITY_OFFICER, by_name("松原大学"))
    college = by_name("云湖大学化工学院")
    with pytest.raises(DomainError, match="not_allowed|may not") as refused:
        place_patents([patents()[0].asset_id], college, actor=stranger, at=NOW, rules=RULES)
    assert refused.value.code == "not_allowed"
    with pytest.raises(DomainError) as refused:
        place_patents([patents()[2].asset_id], college, actor=stranger, at=NOW, rules=RULES)
    assert refused.value.code == "other_owner"


WHOM = {
    "city": (Role.CITY_OFFICER, Kind.CITY_OFFICE, "9901", {1, 2}),
    "province": (Role.PROVINCE_OFFICER, Kind.PROVINCE_OFFICE, "99", {1, 2, 3}),
    "own": (Role.UNIVERSITY_OFFICER, None, "云湖大学", {1, 2}),
    "college": (Role.COLLEGE_OFFICER, None, "云湖大学化工学院", set()),
    "inventor": (Role.INVENTOR, None, "云湖大学化工学院", {3}),
    "expert": (Role.EXPERT, None, "", set()),
}


@pytest.mark.parametrize("name", WHOM)
def test_a_list_holds_just_what_the_single_question_allows(city: Any, name: str) -> None:
    from panhuo.desk.inventory.access import (
        counts_for,
        current_inventory,
        is_countable,
        stock_for,
        stock_patent_for,
    )
    from panhuo.desk.inventory.actions import confirm_inventorship
    from panhuo.desk.people.access import standing_of
    from panhuo.rules.reachable import reachable
    from panhuo.rules.rights import read_rights

    city(*FOUR)
    role, kind, where, serials = WHOM[name]
    unit = organisation(f"{where}局", kind, 90, region=where) if kind else by_name(where) if where else None
    somebody = person(name, role, unit)
    if name == "inventor":
        confirm_inventorship(patents()[2].asset_id, somebody, **WHO)
    book = read_rights(RULES)
    standing = standing_of(somebody, at=NOW, rules=RULES)
    found = reachable(standing, Right.READ_STOCK, book=book)
    listed = {one.asset_id for one in stock_for(found, current_inventory())}
    assert listed == {one.asset_id for one in patents() if one.number in {number(serial) for serial in serials}}
    for one in patents():
        if one.asset_id in listed:
            stock_patent_for(standing, one.asset_id, Right.READ_STOCK, book=book)
            continue
        with pytest.raises(DomainError) as refused:
            stock_patent_for(standing, one.asset_id, Right.READ_STOCK, book=book)
        assert refused.value.code == "not_there"
    if is_countable(found):
        counted = sum(counts_for(found, current_inventory()).values_list("patents", flat=True))
        assert counted == len(listed)


def test_who_may_not_run_the_grading_takes_no_stock(city: Any, tmp_path: Path) -> None:
    from panhuo.adapters.files.home import existing_home
    from panhuo.desk.inventory.actions import take_inventory

    city(*FOUR)
    home = existing_home(tmp_path / "home")
    assert home is not None
    with pytest.raises(DomainError) as refused:
        take_inventory(home, RULES, actor=person("nobody", Role.EXPERT), at=NOW)
    assert refused.value.code == "not_allowed"
