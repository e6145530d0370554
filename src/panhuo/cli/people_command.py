"""panhuo people: the first administrators, organisations, invitations, who is there, closing an account."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.cli.frame import Answer, command, home_to_write, now, say, show
from panhuo.terms.errors import DomainError
from panhuo.terms.masking import masked_email, masked_phone
from panhuo.terms.roles import OrganisationKind, Role

if TYPE_CHECKING:
    from panhuo.desk.people.access import Operator
    from panhuo.desk.people.models import Organisation
    from panhuo.rules import InForce

ACTOR = click.option("--actor", default="", metavar="NAME", help="who does it; kept in the log [name at this machine]")


@dataclass(frozen=True, slots=True)
class _Desk:
    """The opened register: who works at the machine, when, by which rules."""

    operator: Operator
    at: datetime
    rules: InForce

    @property
    def who(self) -> dict[str, Any]:
        return {"actor": self.operator, "at": self.at, "rules": self.rules}


@contextmanager
def _desk(home: Path, actor: str = "", *, writes: bool = True) -> Iterator[_Desk]:
    from panhuo.desk.people.access import Operator
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack

    place, at = home_to_write(home), now()
    with place.writing() if writes else nullcontext():
        open_register(place, write=writes)
        yield _Desk(Operator(actor.strip() or getpass.getuser()), at, load_pack(place.pack).at(at.date()))


@click.group("people")
def people() -> None:
    """Accounts, organisations and roles, for who works at the machine itself.

    \b
    Example: panhuo people first-admins
    panhuo people add-organisation 云湖大学 --kind university --uscc CODE --region 990101
    panhuo people invite --name 赵某 --role university_officer --organisation 云湖大学
    """


@command("first-admins")
@click.option("--system", "system", default="sysadmin", show_default=True, metavar="LOGIN", help="system administrator")
@click.option("--security", default="secadmin", show_default=True, metavar="LOGIN", help="security administrator")
@click.option("--audit", default="auditadmin", show_default=True, metavar="LOGIN", help="audit administrator")
@ACTOR
def first_admins(*, home: Path, system: str, security: str, audit: str, actor: str) -> Answer:
    """Make the three separate administrators of a new installation; their one-time passwords are shown this once."""
    from panhuo.desk.people.account_actions import ADMINISTRATORS, make_first_administrators

    logins = dict(zip(ADMINISTRATORS, (system, security, audit), strict=True))
    with _desk(home, actor) as desk:
        made = make_first_administrators(logins, actor=desk.operator, at=desk.at, rules=desk.rules)
        names = {row["role"]: row["zh"] for row in desk.rules.table("roles")}
    for one in made:
        show(f"{names[one.role]}　{one.account.login}　{one.password}")
    say("These passwords are shown this once. Each of the three hands in a new one at the first sign-in.")
    told = [{"role": one.role, "login": one.account.login, "password": one.password} for one in made]
    return Answer(administrators=told)


@command("add-organisation")
@click.argument("name")
@click.option("--kind", required=True, type=click.Choice([kind.value for kind in OrganisationKind]))
@click.option("--uscc", default="", metavar="CODE", help="unified social credit code, 18 characters")
@click.option("--region", default="", metavar="CODE", help="region, such as 440700 [the parent's]")
@click.option("--parent", metavar="ORGANISATION", help="number, code or name of the organisation above")
@ACTOR
def add_organisation(
    *, home: Path, name: str, kind: str, uscc: str, region: str, parent: str | None, actor: str
) -> Answer:
    """Add an organisation; its code is checked."""
    from panhuo.desk.people.actions import found_organisation

    with _desk(home, actor) as desk:
        above = _organisation(parent) if parent else None
        made = found_organisation(
            name=name, kind=OrganisationKind(kind), uscc=uscc, region=region, parent=above, **desk.who
        )
    say(f"Organisation {made.pk}: {made.name}.")
    return Answer(organisation=made.pk, name=made.name, kind=made.kind, uscc=made.uscc, region=made.region_code)


@command("invite")
@click.option("--name", required=True, help="name of who is invited")
@click.option("--email", default="", help="mail address, for the account")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role if role is not Role.PUBLIC]))
@click.option("--organisation", metavar="ORGANISATION", help="number, code or name")
@click.option("--region", "regions", multiple=True, metavar="CODE", help="scope: a region, more than once for several")
@click.option("--without", multiple=True, metavar="CODE", help="scope: a part that is taken out of the regions")
@ACTOR
def invite_person(
    *, home: Path, name: str, email: str, role: str, organisation: str | None, regions: tuple[str, ...],
    without: tuple[str, ...], actor: str,
) -> Answer:  # fmt: skip
    """Offer somebody a role; the token, shown this once, is for that person alone."""
    from panhuo.desk.people.actions import invite
    from panhuo.desk.people.scopes import regions_scope

    with _desk(home, actor) as desk:
        if without and not regions:
            raise DomainError("--without takes parts out of regions. Name them with --region.", code="wrong_call")
        made = invite(
            name=name,
            email=email,
            role=Role(role),
            organisation=_organisation(organisation) if organisation else None,
            scope=regions_scope(regions, without) if regions else None,
            **desk.who,
        )
    show(made.token)
    say(f"Invitation {made.invitation.pk} for {name} as {role}, until {made.invitation.ends_at:%Y-%m-%d %H:%M}.")
    return Answer(invitation=made.invitation.pk, token=made.token, role=role, ends_at=made.invitation.ends_at)


@command("list")
def list_people(*, home: Path) -> Answer:
    """List organisations, accounts and the roles that they hold now; mail addresses and numbers are masked."""
    from django.db.models import Q

    from panhuo.desk.people.models import Account, Membership, Organisation

    with _desk(home, writes=False) as desk:
        words = {row["role"]: row["zh"] for row in desk.rules.table("roles")}
        units = [
            {"organisation": one.pk, "name": one.name, "kind": one.kind, "uscc": one.uscc, "region": one.region_code,
             "parent": one.parent_id, "open_to": one.open_to}
            for one in Organisation.objects.all()
        ]  # fmt: skip
        held: dict[int, list[dict[str, Any]]] = {}
        now_held = Membership.objects.filter(Q(valid_to=None) | Q(valid_to__gt=desk.at), valid_from__lte=desk.at)
        for row in now_held.select_related("organisation"):
            told = {"role": row.role, "organisation": row.organisation_id, "scope": row.scope}
            held.setdefault(row.account_id, []).append(told)
        accounts: list[dict[str, Any]] = [
            {"login": one.login, "name": one.name, "email": masked_email(one.email), "phone": masked_phone(one.phone),
             "open": one.is_active, "local": one.is_local, "roles": held.get(one.pk, [])}
            for one in Account.objects.order_by("login")
        ]  # fmt: skip
    for unit in units:
        show(f"{unit['organisation']}　{unit['name']}　{unit['kind']}　{unit['uscc'] or '-'}　{unit['region'] or '-'}")
    for account in accounts:
        roles = "、".join(words[one["role"]] for one in account["roles"]) or "无角色 no role"
        show(f"{account['login']}　{account['name']}　{roles}{'' if account['open'] else '　已停用 closed'}")
    return Answer(organisations=units, accounts=accounts)


@command("close")
@click.argument("login")
@click.option("--reason", required=True, help="why; kept in the log")
@ACTOR
def close(*, home: Path, login: str, reason: str, actor: str) -> Answer:
    """Close the account LOGIN: no sign-in and no rights any more; what it did stays on record."""
    from panhuo.desk.people.account_actions import close_account
    from panhuo.desk.people.models import Account

    with _desk(home, actor) as desk:
        found = Account.objects.filter(login__iexact=login.strip()).first()
        if found is None:
            raise DomainError(f"There is no account {login}. See panhuo people list.", code="not_there")
        close_account(found, reason=reason, **desk.who)
    say(f"{found.login} is closed.")
    return Answer(login=found.login, open=False)


def _organisation(told: str) -> Organisation:
    """An organisation by number, unified code or full name. Raises: DomainError not_there, several."""
    from panhuo.desk.people.models import Organisation

    wanted = told.strip()
    number = Organisation.objects.filter(pk=int(wanted)) if wanted.isdecimal() and len(wanted) < 10 else None
    found = list(number or Organisation.objects.filter(uscc=wanted.upper()).exclude(uscc=""))
    found = found or list(Organisation.objects.filter(name=wanted))
    if len(found) == 1:
        return found[0]
    if found:
        numbers = ", ".join(str(one.pk) for one in found)
        raise DomainError(
            f"Several organisations are called {told}: {numbers}. Name one by its number.", code="several"
        )
    raise DomainError(f"There is no organisation {told}. See panhuo people list.", code="not_there")


for _one in (first_admins, add_organisation, invite_person, list_people, close):
    people.add_command(_one)
