"""Who somebody is at a moment, and the ways by which a page gets people and organisations.

What one may not see looks like what is not there: DomainError not_there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils import timezone

from panhuo.desk.people.models import Account, Invitation, LocalSignInRule, Membership, Organisation
from panhuo.desk.people.scopes import extent_of
from panhuo.rules.reachable import NOWHERE, Reachable, Reaches, reachable
from panhuo.rules.regions import Scope
from panhuo.rules.rights import STRANGER, Held, RightsBook, Standing, Subject, holds, judge, may, read_rights
from panhuo.terms.codes import region_prefix
from panhuo.terms.dates import add_years
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Right, Role, Side

if TYPE_CHECKING:
    from panhuo.rules import InForce

NOTHING = Q(pk__in=())
MOST_LEVELS = 3
"""University, college, and one below: queries follow parents that far."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Who works at the machine itself, by the command line: he could change the register by hand as well, so rights are
    not asked, but what he does is logged under his name."""

    name: str

    @property
    def login(self) -> str:
        return f"operator:{self.name}"[:60]


Actor = Account | Operator


def is_open(organisation: Organisation, *, at: datetime) -> bool:
    """Whether an organisation exists on the day of a moment (in the installation's time zone)."""
    day = timezone.localdate(at)
    return organisation.open_from <= day and (organisation.open_to is None or day <= organisation.open_to)


def parents_of(organisation: Organisation) -> tuple[int, ...]:
    """Numbers of the organisations above one, nearest first."""
    found: list[int] = []
    above = organisation.parent
    while above is not None and above.pk not in found:
        found.append(above.pk)
        above = above.parent
    return tuple(found)


def standing_of(account: Account | None, *, at: datetime, rules: InForce) -> Standing:
    """What somebody is at a moment: memberships that hold then, in organisations that are open then.

    A closed account, and nobody, has the standing of a stranger.
    """
    if account is None or not account.is_active:
        return STRANGER
    sees = {row["kind"]: row["sees"] for row in rules.table("organisation_kinds")}
    rows = Membership.objects.filter(account=account, valid_from__lte=at).select_related("organisation__parent__parent")
    started = timezone.localdate(at)
    since = add_years(started, -rules.integer("people.conflict_years"))
    held, former = [], set()
    for row in rows:
        unit = row.organisation
        if row.valid_to is not None and row.valid_to <= at:
            if unit is not None and timezone.localdate(row.valid_to) >= since:
                former.add(unit.pk)
        elif unit is None or all(is_open(one, at=at) for one in _chain(unit)):
            held.append(_held(row, unit, sees))
    return Standing(account.pk, tuple(held), frozenset(former))


def _chain(unit: Organisation) -> Iterable[Organisation]:
    one: Organisation | None = unit
    while one is not None:
        yield one
        one = one.parent


def _held(row: Membership, unit: Organisation | None, sees: Mapping[str, str]) -> Held:
    region, kind = (unit.region_code, unit.kind) if unit is not None else ("", "")
    number = unit.pk if unit is not None else None
    extent = extent_of(row.scope, organisation=number, region=region, sees=sees.get(kind, "unit"))
    return Held(Role(row.role), row.pk, number, parents_of(unit) if unit is not None else (), extent)


def needs_second_factor(account: Account, *, at: datetime, rules: InForce) -> bool:
    """Whether a role that somebody holds at a moment asks for a second factor (table roles)."""
    asked = {row["role"] for row in rules.table("roles") if row["second_factor"] == "true"}
    return any(held.role in asked for held in standing_of(account, at=at, rules=rules).held)


def may_sign_in_locally(account: Account, *, at: datetime, rules: InForce) -> bool:
    """Whether somebody may sign in with a password of ours: his account is open and local, and local sign-in is not
    closed at that moment, which never holds for administrators."""
    if not (account.is_active and account.is_local):
        return False
    latest = LocalSignInRule.objects.filter(since__lte=at).last()
    if latest is None or latest.is_allowed:
        return True
    sides = {Role(row["role"]): Side(row["side"]) for row in rules.table("roles")}
    return any(sides[held.role] is not Side.BUSINESS for held in standing_of(account, at=at, rules=rules).held)


def subject_of(organisation: Organisation) -> Subject:
    """An organisation as a question of rights is put about it: its own owner."""
    return Subject(
        name=f"organisation:{organisation.pk}",
        owner=organisation.pk,
        parents=parents_of(organisation),
        region=organisation.region_code,
    )


def owner_filter(reaches: Reaches, *, owner: str = "", name: str = "") -> Q:
    """Filters as a condition on a model: owner is the path to its Organisation, such as "owner__"; "" on Organisation.

    name: kind of its things where memberships may name them. What hangs on the thing itself (persons, assigned, lead,
    co-units, parties, visibility) is the model's own to add. A model of things that are kept between their parties
    leaves out the wide_* filters.
    """
    said = Q(pk__in=())
    said |= Q(**{f"{owner}pk__in": reaches.units | reaches.wide_units})
    trees = reaches.trees | reaches.wide_trees
    for level in range(MOST_LEVELS):
        said |= Q(**{f"{owner}{'parent__' * level}pk__in": trees}) if trees else Q(pk__in=())
    for scope in reaches.wide_regions:
        said |= region_filter(scope, f"{owner}region_code")
    if name:
        named = (one.removeprefix(f"{name}:") for one in reaches.wide_objects if one.startswith(f"{name}:"))
        said |= Q(pk__in=[int(number) for number in named if number.isdecimal()])
    return said | ~Q(pk__in=()) if reaches.wide_everything else said


def units_filter(reaches: Reaches, *, unit: str = "unit", region: str = "region_code") -> Q:
    """Filters as a condition on a model that has its organisation in `unit` (which may be empty) and a region of its
    own in `region`: no joins, and ranges that an index answers, so that it cuts a million rows.

    What hangs on persons, assignments and names is the model's own to add.
    """
    if reaches.wide_everything:
        return ~NOTHING
    units = _with_children(reaches.trees | reaches.wide_trees) | reaches.units | reaches.wide_units
    said = Q(**{f"{unit}__in": sorted(units)}) if units else NOTHING
    for scope in reaches.wide_regions:
        said |= _region_ranges(scope, region)
    return said


_REMEMBERED: ContextVar[dict[frozenset[int], frozenset[int]] | None] = ContextVar("units_remembered", default=None)


@contextmanager
def units_remembered() -> Iterator[None]:
    """Ask the register once which organisations lie below others, while a page is read and nothing written."""
    token = _REMEMBERED.set({})
    try:
        yield
    finally:
        _REMEMBERED.reset(token)


def _with_children(roots: Iterable[int]) -> frozenset[int]:
    found, known = frozenset(roots), _REMEMBERED.get()
    if not found:
        return found
    if known is None:
        return _asked_children(found)
    if found not in known:
        known[found] = _asked_children(found)
    return known[found]


def _asked_children(found: frozenset[int]) -> frozenset[int]:
    below = Q()
    for level in range(1, MOST_LEVELS):
        below |= Q(**{f"{'parent__' * level}pk__in": found})
    return found | frozenset(Organisation.objects.filter(below).values_list("pk", flat=True))


def _region_ranges(scope: Scope, field: str) -> Q:
    inside, outside = NOTHING, NOTHING
    for code in scope.includes:
        inside |= _range(code, field)
    for code in scope.excludes:
        outside |= _range(code, field)
    return inside & ~outside if scope.excludes else inside


def _range(code: str, field: str) -> Q:
    """Codes that begin with a region's; "" lies nowhere."""
    prefix = region_prefix(code)
    last = prefix[:-1] + chr(ord(prefix[-1]) + 1) if prefix else ":"
    return Q(**{f"{field}__gte": prefix or "0", f"{field}__lt": last})


def region_filter(scope: Scope, field: str) -> Q:
    """Regions with parts taken out as a condition on a field of six digits; "" lies nowhere."""
    inside, outside = Q(pk__in=()), Q(**{field: ""})
    for code in scope.includes:
        inside |= Q(**{f"{field}__startswith": region_prefix(code)})
    for code in scope.excludes:
        outside |= Q(**{f"{field}__startswith": region_prefix(code)})
    return inside & ~outside


def filter_of(found: Reachable, *, owner: str = "", name: str = "") -> Q:
    """What is allowed without what is denied; see owner_filter."""
    return owner_filter(found.allowed, owner=owner, name=name) & ~owner_filter(found.denied, owner=owner, name=name)


def organisations_for(standing: Standing, right: Right, *, book: RightsBook) -> QuerySet[Organisation]:
    """The organisations to which somebody may do a right."""
    return Organisation.objects.filter(filter_of(reachable(standing, right, book=book), name="organisation"))


def organisation_for(standing: Standing, number: int, right: Right, *, book: RightsBook) -> Organisation:
    """One organisation. Raises: DomainError not_there, alike for one that is not and one that may not be seen."""
    found = Organisation.objects.select_related("parent__parent").filter(pk=number).first()
    if found is None or may(standing, right, subject_of(found), book=book) is None:
        raise not_there(f"organisation:{number}")
    return found


def account_subject(account: Account, *, at: datetime) -> Subject:
    """An account as a question of rights is put about it.

    It belongs to an organisation with all below it if everything that it is at the moment, it is there: a unit's
    administrator does not get at an account that also works elsewhere, or that is nobody's.
    """
    units = list(
        Membership.objects.filter(account=account, valid_from__lte=at)
        .filter(Q(valid_to=None) | Q(valid_to__gt=at))
        .select_related("organisation__parent__parent")
    )
    chains = [(row.organisation.pk, *parents_of(row.organisation)) if row.organisation else () for row in units]
    shared = [one for one in chains[0] if all(one in chain for chain in chains)] if chains else []
    return Subject(
        name=f"account:{account.pk}",
        owner=shared[0] if shared else None,
        parents=tuple(shared[1:]),
        persons=frozenset({account.pk}),
    )


PEOPLE_RIGHTS = (
    Right.MANAGE_ORGANISATIONS, Right.MANAGE_ACCOUNTS, Right.GRANT_ROLES, Right.MANAGE_UNIT_ACCOUNTS,
)  # fmt: skip
"""Who holds one of them sees the organisations that it reaches."""
ACCOUNT_RIGHTS = (Right.MANAGE_ACCOUNTS, Right.GRANT_ROLES, Right.MANAGE_UNIT_ACCOUNTS)
GRANTING_RIGHTS = (Right.GRANT_ROLES, Right.MANAGE_UNIT_ACCOUNTS)


def organisations_seen(
    standing: Standing, rights: Iterable[Right] = PEOPLE_RIGHTS, *, book: RightsBook
) -> QuerySet[Organisation]:
    """The organisations to which somebody may do one of several rights."""
    return Organisation.objects.filter(_reached(standing, rights, book, owner="", name="organisation"))


def memberships_seen(standing: Standing, *, book: RightsBook) -> QuerySet[Membership]:
    """The memberships that who administers accounts or roles sees: all, or those in the units that he reaches."""
    return Membership.objects.filter(_reached(standing, ACCOUNT_RIGHTS, book, owner="organisation__"))


def invitations_seen(standing: Standing, *, book: RightsBook) -> QuerySet[Invitation]:
    """The invitations of who gives roles: all, or those into the units that he reaches."""
    return Invitation.objects.filter(_reached(standing, GRANTING_RIGHTS, book, owner="organisation__"))


def accounts_seen(standing: Standing, *, at: datetime, book: RightsBook) -> QuerySet[Account]:
    """The accounts that somebody administers: all, or those that hold a role at the moment in the units that he
    reaches. What he may do to one is asked of the act: it may work elsewhere, too."""
    if any(reachable(standing, right, book=book).allowed.wide_everything for right in ACCOUNT_RIGHTS):
        return Account.objects.all()
    held = memberships_seen(standing, book=book).filter(Q(valid_to=None) | Q(valid_to__gt=at), valid_from__lte=at)
    return Account.objects.filter(pk__in=held.values("account"))


def _reached(standing: Standing, rights: Iterable[Right], book: RightsBook, *, owner: str, name: str = "") -> Q:
    said = Q(pk__in=())
    for right in rights:
        found = reachable(standing, right, book=book)
        if found.allowed.wide_everything and found.denied == NOWHERE:
            return ~Q(pk__in=())
        said |= filter_of(found, owner=owner, name=name)
    return said


def require(actor: Actor, right: Right, of: Subject, *, at: datetime, rules: InForce) -> None:
    """Let an act pass or stop it. Raises: DomainError not_allowed with the right and the reason as fields."""
    if isinstance(actor, Operator):
        return
    verdict = judge(standing_of(actor, at=at, rules=rules), right, of, book=read_rights(rules))
    if verdict.allowed is None:
        reason = verdict.denial.value if verdict.denial else ""
        raise DomainError(
            f"{actor.login} may not do this: {right.value} on {of.name or 'this'} ({reason}). "
            "Ask an administrator for a role that holds the right.",
            code="not_allowed",
            right=right.value,
            reason=reason,
        )


def require_any(actor: Actor, right: Right, *, at: datetime, rules: InForce) -> None:
    """Let an act pass that is about no thing of anybody's, for who holds the right over something.

    Raises: DomainError not_allowed.
    """
    if isinstance(actor, Operator):
        return
    standing, book = standing_of(actor, at=at, rules=rules), read_rights(rules)
    if not holds(standing, right, book=book):
        raise DomainError(
            f"{actor.login} may not do this: {right.value}. Ask an administrator for a role that holds the right.",
            code="not_allowed",
            right=right.value,
            reason="no_grant",
        )


def not_there(subject: str) -> DomainError:
    return DomainError(
        f"There is no {subject} here. See the list for what there is.", code="not_there", subject=subject
    )
