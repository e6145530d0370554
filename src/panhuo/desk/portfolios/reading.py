"""What is read of portfolios as at a day; nothing is written here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from panhuo.adapters.tables.protocol import Tables
from panhuo.desk.history import logged_actions
from panhuo.desk.portfolios.models import Portfolio, PortfolioMember, PortfolioStatement
from panhuo.desk.registry.export import Projection
from panhuo.desk.registry.models import AssetKey
from panhuo.desk.registry.standing_facts import Standing, any_of, standings
from panhuo.engine.portfolios import Feature, Member
from panhuo.rules import InForce
from panhuo.terms.errors import DomainError

BLOCKING = ("invalidation_started", "sued_over", "fee_unpaid")
"""What happened to a right that may block its use."""
OTHER_KINDS = ("not_invention", "not_patent")
"""Reasons of the case overseas_family by which nobody looked at the family."""


@dataclass(frozen=True, slots=True)
class PortfolioDay:
    """A portfolio on a day: its statement then, its members then, and how each right stands."""

    portfolio: Portfolio
    statement: PortfolioStatement
    members: tuple[tuple[PortfolioMember, Standing], ...]

    @property
    def features(self) -> tuple[Feature, ...]:
        return tuple(Feature(one["code"], Decimal(one["weight"])) for one in self.statement.features)

    def names(self) -> dict[str, str]:
        """Code of each feature -> its name."""
        return {one["code"]: one["name"] for one in self.statement.features}


def portfolio_of(number: str) -> Portfolio:
    """Raises: DomainError unknown_portfolio."""
    found = Portfolio.objects.filter(number=number).first()
    if found is None:
        raise DomainError(
            f"There is no portfolio {number}. panhuo portfolio list names them.", code="unknown_portfolio"
        )
    return found


def statement_on(portfolio: Portfolio, at: date) -> PortfolioStatement:
    """The statement that holds on a day. Raises: DomainError not_yet_stated for a day before the first."""
    found = portfolio.statements.filter(stated_on__lte=at).last()
    if found is None:
        raise DomainError(
            f"{portfolio.number} was first stated on {portfolio.made_on}; nothing is known of it on {at}. "
            "Take a later day.",
            code="not_yet_stated",
        )
    return found


def members_on(portfolio: Portfolio, at: date) -> list[PortfolioMember]:
    """Members of a day: added by it and not removed by it."""
    removed_later = Q(removed_on__isnull=True) | Q(removed_on__gt=at)
    return list(portfolio.members.filter(removed_later, added_on__lte=at))


def portfolios_on(at: date) -> list[tuple[Portfolio, PortfolioStatement, int]]:
    """Portfolios stated by a day, with their statement and the number of members then."""
    found = []
    for portfolio in Portfolio.objects.filter(statements__stated_on__lte=at).distinct():
        found.append((portfolio, statement_on(portfolio, at), len(members_on(portfolio, at))))
    return found


def history_of(portfolio: Portfolio) -> list[dict[str, object]]:
    """What was done to it, in order: day, act, data."""
    return [
        {"day": one.day, "act": one.act, "actor": one.actor, "data": one.data}
        for one in logged_actions(f"portfolio:{portfolio.number}")
    ]


def portfolio_on(number: str, projection: Projection, tables: Tables, rules: InForce) -> PortfolioDay:
    """A portfolio on rules.day with the standing of its members. Raises: DomainError unknown_portfolio,
    not_yet_stated, unknown_patent where a member is no longer in the register."""
    portfolio = portfolio_of(number)
    statement = statement_on(portfolio, rules.day)
    members = members_on(portfolio, rules.day)
    ids = asset_ids([one.asset_key for one in members])
    found = {one.cells["asset_id"]: one for one in standings(projection, tables, rules, ids=list(ids.values()))}
    return PortfolioDay(portfolio, statement, tuple((one, found[ids[one.asset_key]]) for one in members))


def asset_ids(keys: Sequence[str]) -> dict[str, int]:
    """asset_key -> asset_id. Raises: DomainError unknown_patent."""
    found = dict(AssetKey.objects.filter(key__in=list(keys)).values_list("key", "asset_id"))
    for key in keys:
        if key not in found:
            raise DomainError(f"The register no longer holds {key}. Import it again.", code="unknown_patent")
    return found


def engine_members(day: PortfolioDay, rules: InForce) -> tuple[Member, ...]:
    """Members as the engine grades them, under their asset_key. Raises: DomainError unknown_role."""
    factors = {row["role"]: Decimal(row["factor"]) for row in rules.table("portfolio_roles")}
    for member, _ in day.members:
        if member.role not in factors:
            raise DomainError(
                f"Pack {rules.pack} has no role {member.role}, which {member.asset_key} has in {day.portfolio.number}. "
                "Add it to portfolio_roles.",
                code="unknown_role",
            )
    return tuple(_member(member, standing, factors[member.role], rules.day) for member, standing in day.members)


def _member(member: PortfolioMember, standing: Standing, factor: Decimal, at: date) -> Member:
    cells, burdens, marks = standing.cells, standing.burdens, standing.marks
    owners = cells["owners"] or ()
    abroad = None if cells["overseas_family_reason"] in OTHER_KINDS else cells["overseas_family"]
    return Member(
        member.asset_key,
        factor,
        frozenset(member.features),
        standing.living,
        standing.score,
        standing.months_left(at),
        abroad,
        blocked=any_of(burdens["preservation"], burdens["suspension"], *(marks[one] for one in BLOCKING)),
        burdened=any_of(burdens["pledge"], burdens["exclusive"], burdens["sole"], len(owners) > 1 if owners else None),
    )
