"""Consents that run out: told by the inventory as lists read them, confirmed by the owner, judged by the next list."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from made_register import AT, UNIVERSITY, Register

from panhuo.adapters.files.home import Home
from panhuo.adapters.tables.duck import open_tables
from panhuo.desk.inventory.rows import consent_ends
from panhuo.desk.listings.consent_actions import confirm_listings, latest_end
from panhuo.desk.listings.supply import JudgedList, judge_supply_list
from panhuo.desk.registry.export import current_projection
from panhuo.rules import InForce, load_pack
from panhuo.terms.errors import DomainError

pytestmark = pytest.mark.django_db(transaction=True)
SINCE = datetime(2025, 1, 5, tzinfo=UTC)
NOW = datetime(2025, 11, 30, 9, tzinfo=UTC)
AGAIN = date(2026, 11, 30)
People = dict[str, Any]


@pytest.fixture
def people(register: Register) -> People:
    """Officers of the owner and of another university."""
    from desk.people.made_people import MACHINE, uscc
    from panhuo.desk.people.actions import found_organisation, join
    from panhuo.desk.people.models import Account
    from panhuo.terms.roles import OrganisationKind, Role

    rules = load_pack("national").at(SINCE.date())
    found: People = {}
    for place, (login, name) in enumerate((("owner", UNIVERSITY), ("other", "松原大学"))):
        who: dict[str, Any] = {"actor": MACHINE, "at": SINCE, "rules": rules}
        unit = found_organisation(
            name=name, kind=OrganisationKind.UNIVERSITY, uscc=uscc(30 + place), region="990101", **who
        )
        account = Account.objects.create(login=login, name="某", made_at=SINCE)
        join(account, Role.UNIVERSITY_OFFICER, organisation=unit, **who)
        found[login] = account
    return found


@pytest.fixture
def listed(register: Register, people: People, home: Home, rules: InForce) -> dict[str, Any]:
    """Rights whose consent ran out, runs out soon, has no end, and was never given, in an inventory of the day."""
    from desk.people.made_people import MACHINE
    from panhuo.desk.inventory.actions import take_inventory

    found = {name: register.right(name) for name in ("过期", "将到期", "无期限", "未同意")}
    register.offer(found["过期"], valid_to=AT - timedelta(days=1), price_cny="80000.00")
    register.offer(found["将到期"], valid_to=AT + timedelta(days=20))
    register.offer(found["无期限"])
    register.commit()
    take_inventory(home, rules, actor=MACHINE, at=NOW)
    return found


def judged(home: Home, rules: InForce) -> JudgedList:
    return judge_supply_list(home, rules, projection=current_projection(home, rules), grades=None)


def where(list_: JudgedList, asset: Any) -> tuple[str, tuple[str, ...]]:
    """Part of the list in which a right stands, and what keeps it in the annex."""
    for part, rows in (("list", list_.listed), ("annex", list_.annex)):
        for row in rows:
            if asset.title in map(str, row.frozen.cells):
                return part, tuple(bar.value for bar in row.bars)
    return "", ()


def confirm(people: People, asset: Any, rules: InForce, *, login: str = "owner", until: date = AGAIN) -> Any:
    return confirm_listings([asset.pk], until, actor=people[login], at=NOW, rules=rules)


def ends(asset: Any) -> date | None:
    from panhuo.desk.inventory.models import StockPatent

    return StockPatent.objects.get(asset=asset).consent_until


def test_an_expired_consent_is_left_out_until_the_owner_confirms_it(
    listed: dict[str, Any], people: People, home: Home, rules: InForce
) -> None:
    before = judged(home, rules)
    assert where(before, listed["过期"]) == ("annex", ("consent_expired",))
    assert where(before, listed["将到期"])[0] == where(before, listed["无期限"])[0] == "list"
    confirm(people, listed["过期"], rules)
    after = judged(home, rules)
    assert where(after, listed["过期"]) == ("list", ())
    row = next(row for row in after.listed if "过期" in map(str, row.frozen.cells))
    assert any("8" in str(cell) for cell in row.frozen.cells[10:13]), "the price that was told before stays"


def test_the_inventory_tells_the_day_by_which_the_list_judges(
    listed: dict[str, Any], home: Home, rules: InForce
) -> None:
    told = {name: ends(asset) for name, asset in listed.items()}
    assert told == {
        "过期": AT - timedelta(days=1), "将到期": AT + timedelta(days=20), "无期限": None, "未同意": None,
    }  # fmt: skip


def test_a_consent_by_another_or_taken_back_has_no_end_to_confirm(
    register: Register, home: Home, rules: InForce
) -> None:
    """Negative controls."""
    sold, refused = register.right("他人所述"), register.right("已撤回")
    register.offer(sold, valid_to=AT, stated_owner="另一家公司")
    register.offer(refused, valid_to=AT)
    register.offer(refused, "no", stated_on=date(2025, 11, 1))
    register.commit()
    with open_tables(current_projection(home, rules).paths()) as tables:
        assert consent_ends(tables, rules) == {}


def test_a_confirmation_stands_in_the_page_and_in_the_next_inventory_and_is_logged(
    listed: dict[str, Any], people: People, home: Home, rules: InForce
) -> None:
    from desk.people.made_people import MACHINE
    from panhuo.desk.history.models import LoggedAction
    from panhuo.desk.inventory.actions import take_inventory

    confirm(people, listed["将到期"], rules)
    assert ends(listed["将到期"]) == AGAIN
    take_inventory(home, rules, actor=MACHINE, at=NOW)
    assert ends(listed["将到期"]) == AGAIN
    entry = LoggedAction.objects.get(act="listing.confirmed")
    assert (entry.subject, entry.actor) == (f"asset:{listed['将到期'].pk}", "owner")
    assert entry.data == {"until": "2026-11-30", "from": "2025-12-20"}


@pytest.mark.parametrize(
    ("name", "login", "until", "code"),
    [
        ("将到期", "other", AGAIN, "not_allowed"),
        ("将到期", "owner", AT, "consent_day"),
        ("将到期", "owner", date(2028, 1, 1), "consent_day"),
        ("无期限", "owner", AGAIN, "not_listed"),
        ("未同意", "owner", AGAIN, "not_listed"),
    ],
)
def test_what_may_not_be_confirmed_changes_nothing(
    listed: dict[str, Any], people: People, rules: InForce, name: str, login: str, until: date, code: str
) -> None:
    from panhuo.desk.registry.models import Offer

    count, day = Offer.objects.count(), ends(listed[name])
    with pytest.raises(DomainError) as caught:
        confirm(people, listed[name], rules, login=login, until=until)
    assert caught.value.code in (code, "not_there")
    assert (Offer.objects.count(), ends(listed[name])) == (count, day)


def test_of_several_rights_all_are_confirmed_or_none(listed: dict[str, Any], people: People, rules: InForce) -> None:
    from panhuo.desk.registry.models import Offer

    count = Offer.objects.count()
    both = [listed["将到期"].pk, listed["未同意"].pk]
    with pytest.raises(DomainError):
        confirm_listings(both, AGAIN, actor=people["owner"], at=NOW, rules=rules)
    assert (Offer.objects.count(), ends(listed["将到期"])) == (count, AT + timedelta(days=20))
    for chosen, code in (([], "none_chosen"), (list(range(1, 300)), "too_many")):
        with pytest.raises(DomainError) as caught:
            confirm_listings(chosen, AGAIN, actor=people["owner"], at=NOW, rules=rules)
        assert caught.value.code == code
    assert latest_end(AT, rules) == date(2027, 11, 30)
