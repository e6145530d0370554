"""State firms share patents of their own, an office confirms, and the list of them goes the way of every edition."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from desk.editions.made_drafts import TODAY, approve, publish, told, work
from desk.listings.made_register import Register
from desk.people.made_people import MACHINE, NOW, RULES, organisation, person
from panhuo.adapters.files.home import Home
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import OrganisationKind as Kind
from panhuo.terms.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
FIRM = "云湖国投示例有限公司"


@pytest.fixture
def firm(register: Register, home: Home, office: dict[str, Any]) -> dict[str, Any]:
    """A state firm with three patents, one of them pledged; its officer; another firm's officer."""
    from panhuo.desk.inventory.actions import take_inventory
    from panhuo.desk.inventory.models import StockPatent

    for title in ("甲电池", "乙电池", "丙电池"):
        asset = register.right(title, owners=[FIRM])
    register.event(asset, "pledge_registered", date(2024, 3, 1), number="Y1")
    register.tag(FIRM, "国有企业")
    register.commit()
    unit = organisation(FIRM, Kind.STATE_FIRM, 904, region="990101")
    other = organisation("云湖城投示例有限公司", Kind.STATE_FIRM, 905, region="990101")
    officer, stranger = (
        person(login, Role.STATE_FIRM_OFFICER, one) for login, one in (("officer", unit), ("foreign", other))
    )
    take_inventory(home, RULES, actor=MACHINE, at=NOW)
    patents = {one.title: one for one in StockPatent.objects.select_related("unit__parent__parent")}
    return {"unit": unit, "officer": officer, "foreign": stranger, "patents": patents}


def share(firm: dict[str, Any], title: str, **changed: Any) -> Any:
    from panhuo.desk.editions.sharing_actions import share_patent

    terms = {"mode": "ordinary_licence", "consideration": "use_first", "until": TODAY + timedelta(days=90)}
    who = changed.pop("actor", firm["officer"])
    return share_patent(firm["patents"][title], **{**terms, **changed}, **told(who))


def refused(code: str, act: Any) -> None:
    with pytest.raises(DomainError) as caught:
        act()
    assert caught.value.code == code


def test_a_firm_shares_its_own_once_and_nobody_elses(firm: dict[str, Any]) -> None:
    from panhuo.desk.editions.sharing_actions import withdraw_sharing

    refused("not_allowed", lambda: share(firm, "甲电池", actor=firm["foreign"]))
    refused("past_day", lambda: share(firm, "甲电池", until=TODAY - timedelta(days=1)))
    refused("unknown_terms", lambda: share(firm, "甲电池", consideration="perhaps"))
    made = share(firm, "甲电池")
    refused("shared_already", lambda: share(firm, "甲电池"))
    refused("not_allowed", lambda: withdraw_sharing(made, **told(firm["foreign"])))
    withdraw_sharing(made, **told(firm["officer"]))
    assert share(firm, "甲电池").state == "offered"


def test_the_sharing_list_holds_what_was_confirmed_and_may_be_offered(
    firm: dict[str, Any], home: Home, office: dict[str, Any]
) -> None:
    from panhuo.desk.editions.draft_actions import make_draft
    from panhuo.desk.editions.sharing_actions import confirm_sharing, withdraw_sharing

    made = [share(firm, title) for title in ("甲电池", "乙电池", "丙电池")]
    yes = {"is_confirmed": True, "office": office["unit"]}
    refused("not_allowed", lambda: confirm_sharing(made[0], **yes, **told(office["stranger"])))
    refused(
        "no_reason",
        lambda: confirm_sharing(made[0], is_confirmed=False, office=office["unit"], **told(office["author"])),
    )

    def draft() -> Any:
        found = make_draft(
            kind="sharing_list",
            title="共享清单",
            day=TODAY,
            audience="firms",
            unit=office["unit"],
            **told(office["author"]),
        )
        work(home)
        found.refresh_from_db()
        return found

    assert draft().listed == 0, "nothing was confirmed yet"
    for one in made:
        confirm_sharing(one, **yes, **told(office["author"]))
    full = draft()
    listed = {row.cells[1]: row.cells for row in full.rows.filter(part="list")}
    assert set(listed) == {"甲电池", "乙电池"}
    assert ("普通许可" in listed["甲电池"], "先使用后付费" in listed["甲电池"], "国有企业" in listed["甲电池"]) == (
        True,
    ) * 3
    assert [row.why for row in full.rows.filter(part="annex")] == ["pledged"]
    approve(full, office)
    withdraw_sharing(made[1], **told(firm["officer"]))
    edition = publish(home, full, office).edition
    assert (edition.kind, edition.number) == ("sharing_list", 1)
    assert [row.cells[1] for row in edition.rows.filter(part="list")] == ["甲电池"], "withdrawn meanwhile"
