"""Who works in the made-up city: organisations joined to the owners that the register knows, an account per role."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml
from django.db import transaction
from django.db.models import Count

from panhuo.desk.people.access import Operator
from panhuo.desk.people.account_actions import make_account, open_demo_accounts
from panhuo.desk.people.actions import found_organisation, join
from panhuo.desk.people.models import Account, Organisation
from panhuo.terms.codes import uscc_check_character
from panhuo.terms.errors import BadValue, DomainError
from panhuo.terms.roles import OrganisationKind, Role

if TYPE_CHECKING:
    from panhuo.rules import InForce

_SAMPLE = 20


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Somebody to try the site as. to_try: one line, by language (zh, en)."""

    login: str
    role: Role
    to_try: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Owner:
    """An owner as the register has it: by how many rights, and where it is."""

    name: str
    code: str
    region: str


def demo_accounts() -> list[DemoAccount]:
    """All of them, one for each role that somebody can hold."""
    return [
        DemoAccount(one["login"], Role(one["role"]), {"zh": one["zh"], "en": one["en"]}) for one in _plan()["accounts"]
    ]


@transaction.atomic
def open_demo(password: str, *, home_kind: str, at: datetime, rules: InForce) -> int:
    """Make organisations and accounts where they are not there yet, and give all accounts this password.

    Returns how many accounts were made: 0 from the second time on. Raises: DomainError not_demo.
    """
    logins = [one.login for one in demo_accounts()]
    if home_kind == "demo" and not Account.objects.filter(login__in=logins).exists():
        _make_people(at=at, rules=rules)
        made = len(logins)
    else:
        made = 0
    open_demo_accounts(logins, password, home_kind=home_kind, at=at)
    return made


def _make_people(*, at: datetime, rules: InForce) -> None:
    who: dict[str, Any] = {"actor": Operator("demo"), "at": at, "rules": rules}
    plan, known = _plan(), {one.name: one for one in _owners(_plan()["most_firms"] + len(_plan()["owners"]))}
    units = {one.name: one for one in Organisation.objects.all()}
    wanted = {**plan["owners"], **plan["organisations"]}
    others = [one for name, one in known.items() if name not in wanted][: plan["most_firms"]]
    wanted |= {one.name: {"kind": "firm", "region": one.region} for one in others}
    for number, (name, told) in enumerate(wanted.items(), start=1):
        if name in units:
            continue
        parent = units[told["parent"]] if "parent" in told else None
        code = "" if parent else known[name].code if name in known else _made_up_code(number)
        units[name] = _founded(name, told, code, parent, number=number, who=who)
    for one in plan["accounts"]:
        made = make_account(login=one["login"], name=one["name"], password=None, **who)
        join(made, Role(one["role"]), organisation=units[one["at"]] if "at" in one else None, **who)


def _founded(
    name: str, told: dict[str, str], code: str, parent: Organisation | None, *, number: int, who: dict[str, Any]
) -> Organisation:
    kind, region = OrganisationKind(told["kind"]), told.get("region", "")
    try:
        with transaction.atomic():
            return found_organisation(name=name, kind=kind, uscc=code, region=region, parent=parent, **who)
    except (BadValue, DomainError) as error:
        if error.code not in ("bad_uscc", "uscc_taken"):
            raise
    return found_organisation(name=name, kind=kind, uscc=_made_up_code(number), region=region, parent=parent, **who)


def _owners(most: int) -> list[_Owner]:
    """Owners with the most rights, by unified code, each with its most usual name as first owner."""
    from panhuo.desk.registry.models import Asset

    coded = Asset.objects.exclude(owner_code="").values("owner_code").annotate(rights=Count("pk"))
    found = []
    for row in coded.order_by("-rights", "owner_code")[:most]:
        sample = Asset.objects.filter(owner_code=row["owner_code"]).order_by("pk")[:_SAMPLE]
        named = Counter((one.owners[0], one.region_code) for one in sample if one.owners)
        if named:
            (name, region), _ = named.most_common(1)[0]
            found.append(_Owner(name, row["owner_code"], region))
    return found


def _made_up_code(number: int) -> str:
    first = f"919901000000{number:05d}"
    return first + uscc_check_character(first)


@cache
def _plan() -> dict[str, Any]:
    text = files("panhuo.demo_city").joinpath("people.yaml").read_text(encoding="utf-8")
    told: dict[str, Any] = yaml.safe_load(text)
    return told
