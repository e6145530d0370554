"""Two twin cities with offices, universities and colleges, and people in them. All names and codes are made up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from panhuo.desk.people.access import Operator
from panhuo.desk.people.account_actions import make_account
from panhuo.desk.people.actions import found_organisation, join
from panhuo.desk.people.models import Account, Membership, Organisation
from panhuo.rules import load_pack
from panhuo.terms.codes import uscc_check_character
from panhuo.terms.roles import OrganisationKind, Role

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Nine in the morning in the installation's time zone."""
RULES = load_pack("national").at(date(2026, 11, 23))
MACHINE = Operator("test")
WHO = {"actor": MACHINE, "at": NOW, "rules": RULES}
FIRST_SECRET = "Gui-hua-Xiang-7"  # noqa: S105 - a made-up account's
NEW_SECRET = "Ke-ji-Chu-2026"  # noqa: S105


def hours(count: float) -> datetime:
    return NOW + timedelta(hours=count)


def uscc(number: int) -> str:
    """A code of the made-up region 9901 whose check character is right."""
    first = f"91990100{number:09d}"
    return first + uscc_check_character(first)


def organisation(
    name: str, kind: OrganisationKind, number: int = 0, *, region: str = "", parent: Organisation | None = None
) -> Organisation:
    code = uscc(number) if number else ""
    return found_organisation(name=name, kind=kind, uscc=code, region=region, parent=parent, **WHO)


def account(login: str) -> Account:
    return make_account(login=login, name=f"{login}某", phone="13800000000", password=FIRST_SECRET, **WHO)


def person(login: str, role: Role, unit: Organisation | None = None, **more: object) -> Account:
    made = account(login)
    member(made, role, unit, **more)
    return made


def member(made: Account, role: Role, unit: Organisation | None = None, **more: object) -> Membership:
    return join(made, role, organisation=unit, **{**WHO, **more})
