"""The only place where organisations, memberships and invitations are written; accounts: account_actions, what was
revealed or exported: disclosure_actions.

Each action checks the right of its actor as at `at`, and logs in its own transaction.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from panhuo.desk.history.actions import log_action
from panhuo.desk.people.access import (
    MOST_LEVELS,
    Actor,
    Operator,
    account_subject,
    is_open,
    parents_of,
    require,
    standing_of,
    subject_of,
)
from panhuo.desk.people.models import Account, Invitation, Membership, Organisation
from panhuo.desk.people.scopes import bad_scope, checked_scope
from panhuo.rules.regions import words
from panhuo.rules.rights import INSTALLATION, judge, read_rights, sides_mixed
from panhuo.terms.codes import parse_region_code, parse_uscc
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import OrganisationKind, Right, Role, Side

if TYPE_CHECKING:
    from panhuo.rules import InForce, Row

LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{1,59}")


def write_log(subject: str, act: str, *, actor: Actor, at: datetime, **told: Any) -> None:
    """One entry on the day of `at` in the installation's time zone. told: data, reason, before, after of log_action."""
    data = dict(told.pop("data", None) or {})
    told.setdefault("reason", data.pop("reason", ""))
    log_action(subject, act, actor=actor.login, at=timezone.localdate(at), made_at=at, data=data, **told)


@transaction.atomic
def found_organisation(
    *, name: str, kind: OrganisationKind, uscc: str = "", region: str = "", parent: Organisation | None = None,
    actor: Actor, at: datetime, rules: InForce,
) -> Organisation:  # fmt: skip
    """A new organisation, open from the day of `at`; region as in parse_region_code.

    Raises: BadValue bad_uscc, bad_region_code; DomainError no_name, no_uscc, uscc_taken, no_region, closed_parent,
    too_deep, not_allowed.
    """
    require(actor, Right.MANAGE_ORGANISATIONS, INSTALLATION, at=at, rules=rules)
    row = _row(rules, "organisation_kinds", "kind", kind)
    if not name.strip():
        raise DomainError("An organisation needs a name. Give it.", code="no_name")
    code = parse_uscc(uscc) if uscc.strip() else ""
    if not code and parent is None and row["needs_uscc"] == "true":
        raise DomainError(
            f"{name} needs its unified social credit code (18 characters) to be founded. Give it.", code="no_uscc"
        )
    if code and Organisation.objects.filter(uscc=code).exists():
        raise DomainError(
            f"An organisation with the code {code} is there already. Use it.", code="uscc_taken", uscc=code
        )
    place = parse_region_code(region) if region.strip() else (parent.region_code if parent else "")
    if not place and row["sees"] == "region":
        raise DomainError(f"{name} sees a region and needs its code, such as 440700. Give it.", code="no_region")
    _check_parent(parent, at)
    made = Organisation.objects.create(
        name=name.strip(), uscc=code, kind=kind.value, region_code=place, parent=parent,
        open_from=timezone.localdate(at), made_at=at,
    )  # fmt: skip
    told = {
        "name": made.name,
        "kind": kind.value,
        "uscc": code,
        "region": place,
        "parent": parent.pk if parent else None,
    }
    write_log(f"organisation:{made.pk}", "organisation.founded", actor=actor, at=at, data=told)
    return made


@transaction.atomic
def rename_organisation(
    organisation: Organisation, *, name: str, reason: str, actor: Actor, at: datetime, rules: InForce
) -> Organisation:
    """Another name for the same organisation from `at` on; what was printed under the old one stays as it is.

    Raises: DomainError no_reason, no_name, same_name, not_allowed.
    """
    require(actor, Right.MANAGE_ORGANISATIONS, INSTALLATION, at=at, rules=rules)
    why, wanted = asked_reason(reason), name.strip()
    if not wanted:
        raise DomainError("An organisation needs a name. Give it.", code="no_name")
    old = Organisation.objects.select_for_update().get(pk=organisation.pk).name
    if wanted == old:
        raise DomainError(f"{old} is its name already. Give another, or leave it.", code="same_name")
    Organisation.objects.filter(pk=organisation.pk).update(name=wanted)
    organisation.name = wanted
    subject = f"organisation:{organisation.pk}"
    told = {"before": {"name": old}, "after": {"name": wanted}}
    write_log(subject, "organisation.renamed", actor=actor, at=at, reason=why, **told)
    return organisation


def _check_parent(parent: Organisation | None, at: datetime) -> None:
    if parent is None:
        return
    if not is_open(parent, at=at):
        raise DomainError(f"{parent} is closed and can have no parts. Choose another.", code="closed_parent")
    if len(parents_of(parent)) + 2 > MOST_LEVELS:
        raise DomainError(
            f"{parent} lies {MOST_LEVELS} levels down; nothing can be founded below it. Put it under the one above.",
            code="too_deep",
        )


@transaction.atomic
def close_organisation(
    organisation: Organisation, *, last_day: date, reason: str, actor: Actor, at: datetime, rules: InForce
) -> Organisation:
    """Close an organisation after a day; rights of its members end with it, rows stay.

    Raises: DomainError no_reason, closed_already, bad_day, not_allowed.
    """
    require(actor, Right.MANAGE_ORGANISATIONS, INSTALLATION, at=at, rules=rules)
    why = asked_reason(reason)
    if last_day < organisation.open_from:
        raise DomainError(
            f"{organisation} opened on {organisation.open_from}, after {last_day}. Give a later last day.",
            code="bad_day",
        )
    if not Organisation.objects.filter(pk=organisation.pk, open_to=None).update(open_to=last_day):
        raise DomainError(f"{organisation} has its last day already.", code="closed_already")
    organisation.open_to = last_day
    told = {"last_day": last_day.isoformat(), "reason": why}
    write_log(f"organisation:{organisation.pk}", "organisation.closed", actor=actor, at=at, data=told)
    return organisation


@transaction.atomic
def join(
    account: Account, role: Role, *, organisation: Organisation | None, scope: Mapping[str, Any] | None = None,
    until: datetime | None = None, actor: Actor, at: datetime, rules: InForce,
) -> Membership:  # fmt: skip
    """Give an account a role from `at` on.

    Raises: DomainError bad_role (role and organisation do not fit), sides_mixed, held_already, bad_scope, bad_day,
    account_closed, not_allowed.
    """
    kept = checked_scope(scope or {})
    require_granting(actor, role, organisation, kept, to=account, at=at, rules=rules)
    return _joined(account, role, organisation, kept, until=until, granted_by=actor, at=at, rules=rules)


def require_granting(
    actor: Actor, role: Role, organisation: Organisation | None, scope: Mapping[str, Any], *, to: Account | None = None,
    at: datetime, rules: InForce,
) -> None:  # fmt: skip
    """Whether an actor may give out a role: the security administrator any that is not the machine's to give, a unit's
    administrator those of table roles that are his to give, within his unit. Nobody gives himself a role.

    Raises: DomainError not_allowed, bad_scope.
    """
    if isinstance(actor, Operator):
        return
    if to is not None and to.pk == actor.pk:
        raise _refused(actor, "nobody gives himself a role")
    granted_by = _row(rules, "roles", "role", role)["granted_by"]
    if granted_by == "installation":
        raise _refused(actor, f"{role.value} is given at the machine only, by panhuo people")
    standing, book = standing_of(actor, at=at, rules=rules), read_rights(rules)
    if judge(standing, Right.GRANT_ROLES, INSTALLATION, book=book).allowed:
        return
    if organisation is None or granted_by != "unit":
        raise _refused(actor, f"{role.value} is given by the security administrator")
    require(actor, Right.MANAGE_UNIT_ACCOUNTS, subject_of(organisation), at=at, rules=rules)
    if scope and not _within_unit(scope, organisation):
        raise bad_scope("a unit's administrator gives no more than the unit. Leave the scope out.")


def _within_unit(scope: Mapping[str, Any], organisation: Organisation) -> bool:
    units = scope.get("units", [])
    found = Organisation.objects.filter(pk__in=units).select_related("parent__parent")
    inside = [one for one in found if organisation.pk in (one.pk, *parents_of(one))]
    return bool(units) and len(inside) == len(set(units))


def _refused(actor: Actor, why: str) -> DomainError:
    return DomainError(
        f"{actor.login} may not give this role: {why}. Ask who may.",
        code="not_allowed",
        right="grant_roles",
        reason=why,
    )


def _joined(
    account: Account, role: Role, organisation: Organisation | None, scope: dict[str, Any], *,
    until: datetime | None, granted_by: Actor, at: datetime, rules: InForce,
) -> Membership:  # fmt: skip
    account = Account.objects.select_for_update().get(pk=account.pk)
    if not account.is_active:
        raise DomainError(f"{account} is closed. Reopen the account first.", code="account_closed")
    check_fits(role, organisation, at=at, rules=rules)
    if until is not None and until <= at:
        raise DomainError(f"A role from {at} on cannot end at {until}. Give a later end.", code="bad_day")
    held = Membership.objects.filter(account=account).filter(Q(valid_to=None) | Q(valid_to__gt=at))
    sides = {Role(row["role"]): Side(row["side"]) for row in rules.table("roles")}
    if sides_mixed([role, *(Role(one) for one in held.values_list("role", flat=True))], sides):
        raise DomainError(
            f"{account} holds roles of another side: system, security and audit administration and all other work are "
            "kept apart. Use an account of its own.",
            code="sides_mixed",
        )
    if held.filter(role=role.value, organisation=organisation).exists():
        raise DomainError(f"{account} is {role.value} there already.", code="held_already")
    made = Membership.objects.create(
        account=account, organisation=organisation, role=role.value, scope=scope, valid_from=at, valid_to=until,
        granted_by=granted_by.login, made_at=at,
    )  # fmt: skip
    told = {
        "membership": made.pk,
        "role": role.value,
        "organisation": organisation.pk if organisation else None,
        "scope": scope,
        "until": until.isoformat() if until else None,
    }
    write_log(f"account:{account.pk}", "membership.begun", actor=granted_by, at=at, data=told)
    return made


def check_fits(role: Role, organisation: Organisation | None, *, at: datetime, rules: InForce) -> None:
    """Whether a role can be held there at all. Raises: DomainError bad_role, closed_organisation."""
    row = _row(rules, "roles", "role", role)
    kinds = words(row["kinds"])
    if role is Role.PUBLIC:
        raise DomainError("Everybody is public; nobody is given it. Choose another role.", code="bad_role")
    if organisation is None:
        if row["needs_organisation"] == "true":
            raise DomainError(f"{role.value} is held in an organisation. Name it.", code="bad_role")
        return
    if organisation.kind not in kinds:
        where = ", ".join(kinds) or "no organisation"
        raise DomainError(
            f"{role.value} cannot be held in a {organisation.kind}, only in {where}. Choose another role.",
            code="bad_role",
        )
    if not is_open(organisation, at=at):
        raise DomainError(f"{organisation} is closed. Choose an open organisation.", code="closed_organisation")


@transaction.atomic
def leave(membership: Membership, *, reason: str, actor: Actor, at: datetime, rules: InForce) -> Membership:
    """End a membership at `at`; its rights end at that moment. One's own may always be given up, but an
    administrator's, which ends at the machine only.

    Raises: DomainError no_reason, ended_already, not_allowed.
    """
    why = asked_reason(reason)
    _require_ending(membership, actor, at=at, rules=rules)
    open_ones = Membership.objects.filter(pk=membership.pk).filter(Q(valid_to=None) | Q(valid_to__gt=at))
    ended = max(at, membership.valid_from)
    if not open_ones.update(valid_to=ended, ended_by=actor.login, end_reason=why):
        raise DomainError("This membership has ended already.", code="ended_already")
    membership.refresh_from_db()
    told = {"membership": membership.pk, "role": membership.role, "reason": why}
    write_log(f"account:{membership.account_id}", "membership.ended", actor=actor, at=at, data=told)
    return membership


@transaction.atomic
def change_scope(
    membership: Membership, *, scope: Mapping[str, Any], reason: str, actor: Actor, at: datetime, rules: InForce
) -> Membership:
    """Another scope from `at` on: the membership ends and a new one of the same role begins, so that the past stays.

    Raises: as leave and join.
    """
    why, kept = asked_reason(reason), checked_scope(scope)
    account, role = membership.account, Role(membership.role)
    require_granting(actor, role, membership.organisation, kept, to=account, at=at, rules=rules)
    until = membership.valid_to
    ended = Membership.objects.filter(pk=membership.pk).filter(Q(valid_to=None) | Q(valid_to__gt=at))
    if not ended.update(valid_to=max(at, membership.valid_from), ended_by=actor.login, end_reason=why):
        raise DomainError("This membership has ended already.", code="ended_already")
    told = {"membership": membership.pk, "from": membership.scope, "to": kept, "reason": why}
    write_log(f"account:{account.pk}", "membership.scope_changed", actor=actor, at=at, data=told)
    return _joined(account, role, membership.organisation, kept, until=until, granted_by=actor, at=at, rules=rules)


def _require_ending(membership: Membership, actor: Actor, *, at: datetime, rules: InForce) -> None:
    sides = {row["role"]: Side(row["side"]) for row in rules.table("roles")}
    if isinstance(actor, Account) and actor.pk == membership.account_id:
        if sides[membership.role] is Side.BUSINESS:
            return
        raise _refused(actor, "an administrator's role is given up at the machine")
    require_granting(
        actor, Role(membership.role), membership.organisation, {}, to=membership.account, at=at, rules=rules
    )


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation with its token, which is told this once and not kept."""

    invitation: Invitation
    token: str


@transaction.atomic
def invite(
    *, name: str, email: str = "", role: Role, organisation: Organisation | None,
    scope: Mapping[str, Any] | None = None, actor: Actor, at: datetime, rules: InForce,
) -> Invited:  # fmt: skip
    """Offer somebody a role; the token is for him alone and good for people.invitation_days.

    Raises: as join; DomainError no_name.
    """
    kept = checked_scope(scope or {})
    require_granting(actor, role, organisation, kept, at=at, rules=rules)
    check_fits(role, organisation, at=at, rules=rules)
    if not name.strip():
        raise DomainError("An invitation needs the name of who is invited. Give it.", code="no_name")
    token = secrets.token_urlsafe(24)
    made = Invitation.objects.create(
        token_hash=_hashed(token), name=name.strip(), email=email.strip(), organisation=organisation, role=role.value,
        scope=kept, invited_by=actor.login, made_at=at,
        ends_at=at + timedelta(days=rules.integer("people.invitation_days")),
    )  # fmt: skip
    told = {"role": role.value, "organisation": organisation.pk if organisation else None, "scope": kept}
    write_log(f"invitation:{made.pk}", "invitation.made", actor=actor, at=at, data=told)
    return Invited(made, token)


def invitation_of(token: str, *, at: datetime) -> Invitation:
    """The open invitation of a token. Raises: DomainError no_invitation, alike for unknown, taken and ended ones."""
    found = Invitation.objects.filter(
        token_hash=_hashed(token), taken_at=None, withdrawn_at=None, made_at__lte=at, ends_at__gt=at
    ).first()
    if found is None:
        raise DomainError(
            "This invitation cannot be taken: it is unknown, taken already, or has ended. Ask for a new one.",
            code="no_invitation",
        )
    return found


@transaction.atomic
def take_invitation(token: str, *, account: Account, at: datetime, rules: InForce) -> Membership:
    """Take up the role that was offered, once; account_actions.take_as_newcomer makes the account first.

    Raises: DomainError no_invitation; as join.
    """
    found = invitation_of(token, at=at)
    if not Invitation.objects.filter(pk=found.pk, taken_at=None).update(taken_at=at, taken_by=account):
        raise DomainError("This invitation was taken at this moment. Ask for a new one.", code="no_invitation")
    write_log(f"invitation:{found.pk}", "invitation.taken", actor=account, at=at, data={"account": account.pk})
    role = Role(found.role)
    joined = _joined(account, role, found.organisation, found.scope, until=None, granted_by=account, at=at, rules=rules)
    Membership.objects.filter(pk=joined.pk).update(granted_by=found.invited_by)
    joined.refresh_from_db()
    return joined


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, actor: Actor, at: datetime, rules: InForce) -> None:
    """Take an offer back. Raises: DomainError no_invitation, not_allowed."""
    require_granting(actor, Role(invitation.role), invitation.organisation, {}, at=at, rules=rules)
    still = Invitation.objects.filter(pk=invitation.pk, taken_at=None, withdrawn_at=None)
    if not still.update(withdrawn_at=at):
        raise DomainError("This invitation was taken or withdrawn before.", code="no_invitation")
    write_log(f"invitation:{invitation.pk}", "invitation.withdrawn", actor=actor, at=at)


def require_account(actor: Actor, account: Account, *, at: datetime, rules: InForce) -> None:
    """Whether an actor may close, reopen or reset an account: the system administrator any but his own, a unit's
    administrator those that work in his unit only. Raises: DomainError not_allowed."""
    if isinstance(actor, Operator):
        return
    standing, book, of = standing_of(actor, at=at, rules=rules), read_rights(rules), account_subject(account, at=at)
    if not judge(standing, Right.MANAGE_ACCOUNTS, of, book=book).allowed:
        require(actor, Right.MANAGE_UNIT_ACCOUNTS, of, at=at, rules=rules)


def asked_reason(reason: str) -> str:
    """A reason, stripped. Raises: DomainError no_reason."""
    if not reason.strip():
        raise DomainError("This needs a reason, which is kept. Give it.", code="no_reason")
    return reason.strip()


def _row(rules: InForce, table: str, column: str, value: str) -> Row:
    found = next((row for row in rules.table(table) if row[column] == value), None)
    if found is None:
        raise DomainError(
            f"Pack {rules.pack} says nothing of {value} in its table {table}. Add the row.", code="unknown_row"
        )
    return found


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
