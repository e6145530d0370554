"""Who may do what: a pure question over plain values. Rights are rows of a pack, guards are here.

A grant comes from a row of role_rights for a role that the person holds now. It is taken away, whatever other grants
there are, by a row that denies, by mixed administrators' roles, by the person's own step in the case, by a conflict,
by being of the unit that reports, or by the account being the person's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from panhuo.rules.regions import Scope, region_in_scope
from panhuo.terms.roles import Condition, Effect, Guard, Reach, Right, Role, Side, Step, Visibility

if TYPE_CHECKING:
    from panhuo.rules.pack import InForce


class Denial(StrEnum):
    """Why something may not be done though a role would allow it; NO_GRANT: no role allows it."""

    NO_GRANT = "no_grant"
    SIDES_MIXED = "sides_mixed"
    ROLE_DENIES = "role_denies"
    OTHER_STEP = "other_step"
    OWN_CASE = "own_case"
    CONFLICT = "conflict"
    OWN_UNIT = "own_unit"
    OWN_ACCOUNT = "own_account"


@dataclass(frozen=True, slots=True)
class Grant:
    """A row of role_rights."""

    role: Role
    right: Right
    reach: Reach
    effect: Effect = Effect.ALLOW
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class RightRule:
    """A row of rights."""

    right: Right
    step: Step | None = None
    guard: Guard | None = None


@dataclass(frozen=True, slots=True)
class RightsBook:
    """The rights of a day: grants by right, in the order of Reach; sides of roles."""

    grants: Mapping[Right, tuple[Grant, ...]]
    rules: Mapping[Right, RightRule]
    sides: Mapping[Role, Side]


@dataclass(frozen=True, slots=True)
class Extent:
    """What a membership was given: regions with parts taken out, units, units with all below them, named things
    (kind:number), or everything. Several of them add up."""

    regions: Scope | None = None
    units: frozenset[int] = frozenset()
    trees: frozenset[int] = frozenset()
    objects: frozenset[str] = frozenset()
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody holds. parents: the organisation's, nearest first; extent: what reach `scope` means."""

    role: Role
    membership: int = 0
    organisation: int | None = None
    parents: tuple[int, ...] = ()
    extent: Extent = Extent()


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody at a moment: only roles that he holds then. account: None for a stranger.

    former: organisations that he left within the years in which they are a conflict.
    """

    account: int | None = None
    held: tuple[Held, ...] = ()
    former: frozenset[int] = frozenset()

    @property
    def organisations(self) -> frozenset[int]:
        return frozenset(one.organisation for one in self.held if one.organisation is not None)


STRANGER = Standing()


@dataclass(frozen=True, slots=True)
class Subject:
    """What a question is about.

    name: kind:number; parents: of the owner, nearest first; region: six digits or ""; persons: accounts whose thing it
    is (inventors, or the account itself); steps: who has taken which step of its case; parties: organisations of its
    deal or report; conflicted: accounts with a known or declared conflict; consented: organisations to which the owner
    consented.
    """

    name: str = ""
    owner: int | None = None
    parents: tuple[int, ...] = ()
    region: str = ""
    persons: frozenset[int] = frozenset()
    assigned: frozenset[int] = frozenset()
    leads: frozenset[int] = frozenset()
    co_units: frozenset[int] = frozenset()
    parties: frozenset[int] = frozenset()
    steps: frozenset[tuple[Step, int]] = frozenset()
    conflicted: frozenset[int] = frozenset()
    consented: frozenset[int] = frozenset()
    visibility: Visibility = Visibility.INTERNAL


INSTALLATION = Subject(name="installation:")
"""What has no owner: the log, backups, policy. Only reach `everything` gets there."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """The grant that allows something, and the role held by which it does; held: None for what everybody may."""

    grant: Grant
    held: Held | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """allowed, or the first reason against it."""

    allowed: Allowed | None
    denial: Denial | None = field(default=None)


def read_rights(rules: InForce) -> RightsBook:
    """The tables roles, rights and role_rights of a day. Raises: UnknownRule."""
    grants: dict[Right, list[Grant]] = {right: [] for right in Right}
    for row in rules.table("role_rights"):
        condition = Condition(row["condition"]) if row["condition"] else None
        right = Right(row["right"])
        grants[right].append(Grant(Role(row["role"]), right, Reach(row["reach"]), Effect(row["effect"]), condition))
    order = list(Reach)
    rows = rules.table("rights")
    return RightsBook(
        {right: tuple(sorted(found, key=lambda one: order.index(one.reach))) for right, found in grants.items()},
        {
            Right(row["right"]): RightRule(
                Right(row["right"]),
                Step(row["step"]) if row["step"] else None,
                Guard(row["guard"]) if row["guard"] else None,
            )
            for row in rows
        },
        {Role(row["role"]): Side(row["side"]) for row in rules.table("roles")},
    )


def may(standing: Standing, right: Right, of: Subject, *, book: RightsBook) -> Allowed | None:
    """The grant that allows somebody a thing, None where nothing does. See judge for why not."""
    return judge(standing, right, of, book=book).allowed


def judge(standing: Standing, right: Right, of: Subject, *, book: RightsBook) -> Verdict:
    """Whether somebody may do something to a thing, with the grant or the reason against.

    A right that the book does not know is nobody's.
    """
    reached = [one for one in applying(standing, right, book) if _reaches(one, standing, of)]
    allowed = next((one for one in reached if one.grant.effect is Effect.ALLOW), None)
    if allowed is None:
        return Verdict(None, Denial.NO_GRANT)
    denial = Denial.ROLE_DENIES if any(one.grant.effect is Effect.DENY for one in reached) else None
    denial = denial or _guarded(standing, book.rules.get(right, RightRule(right)), of, book)
    return Verdict(None, denial) if denial else Verdict(allowed)


def holds(standing: Standing, right: Right, *, book: RightsBook) -> bool:
    """Whether a role of somebody has this right over anything at all; over what, the thing says."""
    if sides_mixed((one.role for one in standing.held), book.sides):
        return False
    return any(one.grant.effect is Effect.ALLOW for one in applying(standing, right, book))


def applying(standing: Standing, right: Right, book: RightsBook) -> Iterator[Allowed]:
    """Rows of a right for the roles that somebody holds, and for everybody; narrow reaches first, nothing is asked of
    the thing yet."""
    for grant in book.grants.get(right, ()):
        if grant.role is Role.PUBLIC:
            yield Allowed(grant, None)
        for held in standing.held:
            if held.role is grant.role is not Role.PUBLIC:
                yield Allowed(grant, held)


def sides_mixed(roles: Iterable[Role], sides: Mapping[Role, Side]) -> bool:
    """Whether roles of one account lie on several sides (system, security, audit administrators, all others).

    >>> sides_mixed([Role.SYSTEM_ADMINISTRATOR, Role.LEADER],
    ...     {Role.SYSTEM_ADMINISTRATOR: Side.SYSTEM, Role.LEADER: Side.BUSINESS})
    True
    """
    return len({sides[role] for role in roles if role is not Role.PUBLIC}) > 1


def in_extent(extent: Extent, of: Subject) -> bool:
    """Whether a thing lies in what a membership was given."""
    chain = set(of.parents) if of.owner is None else {of.owner, *of.parents}
    return (
        extent.everything
        or (extent.regions is not None and region_in_scope(of.region, extent.regions))
        or of.owner in extent.units
        or not chain.isdisjoint(extent.trees)
        or (of.name != "" and of.name in extent.objects)
    )


def _reaches(allowed: Allowed, standing: Standing, of: Subject) -> bool:
    grant, held = allowed.grant, allowed.held
    if grant.reach is Reach.PUBLIC:
        return of.visibility is Visibility.PUBLIC
    if held is None:
        return False
    if of.visibility is Visibility.PARTIES and grant.reach in (Reach.SCOPE, Reach.EVERYTHING):
        return False
    if grant.condition is Condition.CONSENTED and held.organisation not in of.consented:
        return False
    account, unit = standing.account, held.organisation
    match grant.reach:
        case Reach.OWN:
            return account is not None and account in of.persons
        case Reach.ASSIGNED:
            return account is not None and account in of.assigned
        case Reach.SCOPE:
            return in_extent(held.extent, of)
        case Reach.EVERYTHING:
            return True
    if unit is None:
        return False
    match grant.reach:
        case Reach.UNIT:
            return unit == of.owner
        case Reach.UNIT_AND_CHILDREN:
            return unit == of.owner or unit in of.parents
        case Reach.LEAD:
            return unit in of.leads
        case Reach.CO_UNIT:
            return unit in of.co_units
        case Reach.PARTY:
            return unit in of.parties
    raise AssertionError(grant.reach)  # a reach that was added to the set and not here


def _guarded(standing: Standing, rule: RightRule, of: Subject, book: RightsBook) -> Denial | None:
    account = standing.account
    if sides_mixed((one.role for one in standing.held), book.sides):
        return Denial.SIDES_MIXED
    if rule.step is not None:
        if any(who == account and step is not rule.step for step, who in of.steps):
            return Denial.OTHER_STEP
        if rule.step is not Step.APPLY and account in of.persons:
            return Denial.OWN_CASE
    match rule.guard:
        case Guard.NO_CONFLICT:
            return Denial.CONFLICT if _in_conflict(standing, of) else None
        case Guard.OTHER_UNIT:
            return Denial.OWN_UNIT if _of_the_unit(standing, of) else None
        case Guard.NOT_SELF:
            return Denial.OWN_ACCOUNT if account in of.persons else None
        case None:
            return None


def _in_conflict(standing: Standing, of: Subject) -> bool:
    """Own thing, declared conflict, or an organisation, now or of late, that is owner, above or below it, or party."""
    if standing.account in of.persons | of.conflicted:
        return True
    sides = {of.owner, *of.parents, *of.parties} - {None}
    own = {*standing.organisations, *standing.former}
    return not own.isdisjoint(sides) or any(of.owner in one.parents for one in standing.held if of.owner is not None)


def _of_the_unit(standing: Standing, of: Subject) -> bool:
    if of.owner is None:
        return False
    chains = [{one.organisation, *one.parents} for one in standing.held]
    return any(of.owner in chain for chain in chains) or not standing.organisations.isdisjoint(of.parents)
