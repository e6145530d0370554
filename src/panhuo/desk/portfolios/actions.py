"""The only place where portfolios are written: stated, patents added and removed; each act is logged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from panhuo.desk.history import log_action
from panhuo.desk.portfolios.models import Portfolio, PortfolioMember, PortfolioStatement
from panhuo.desk.portfolios.reading import portfolio_of, statement_on
from panhuo.engine.portfolios.stated import Stated, StatedMember, check_member
from panhuo.rules import InForce
from panhuo.terms.errors import DomainError


@transaction.atomic
def state_portfolio(
    stated: Stated,
    keys: Mapping[str, str],
    *,
    number: str | None = None,
    actor: str,
    rules: InForce,
    made_at: datetime,
) -> Portfolio:
    """Make a portfolio, or state one anew from rules.day on; patents of the statement are added.

    Args: keys: number of each stated patent -> its asset_key. number: of the portfolio that is stated anew.
    Raises: DomainError unknown_portfolio, earlier_day, feature_in_use, known_member, no_actor.
    """
    at = rules.day
    portfolio = portfolio_of(number) if number else _new(at, made_at)
    if number:
        _check_restated(portfolio, stated, at)
    PortfolioStatement.objects.create(
        portfolio=portfolio,
        stated_on=at,
        name=stated.name,
        theme=stated.theme,
        product=stated.product,
        centre=stated.centre,
        features=[{"code": one.code, "name": one.name, "weight": str(one.weight)} for one in stated.features],
        gaps=list(stated.gaps),
        made_at=made_at,
    )
    log_action(_subject(portfolio), "stated", actor=actor, at=at, made_at=made_at, data={"name": stated.name})
    for member in stated.members:
        _add(portfolio, member, keys[member.number], actor=actor, at=at, made_at=made_at)
    return portfolio


@transaction.atomic
def add_members(
    number: str, members: Sequence[StatedMember], keys: Mapping[str, str], *, actor: str, rules: InForce,
    made_at: datetime,
) -> Portfolio:  # fmt: skip
    """Put patents into a portfolio from rules.day on.

    Raises: DomainError unknown_portfolio, known_member, earlier_day, no_actor; BadValue bad_portfolio.
    """
    portfolio = portfolio_of(number)
    codes = [one["code"] for one in statement_on(portfolio, rules.day).features]
    roles = [row["role"] for row in rules.table("portfolio_roles")]
    for member in members:
        check_member(member, codes, roles)
        _add(portfolio, member, keys[member.number], actor=actor, at=rules.day, made_at=made_at)
    return portfolio


@transaction.atomic
def remove_member(number: str, asset_key: str, *, reason: str, actor: str, at: date, made_at: datetime) -> Portfolio:
    """Take a patent out of a portfolio from a day on; it stays a member of the days before.

    Raises: DomainError unknown_portfolio, no_member, no_reason, earlier_day, no_actor.
    """
    portfolio = portfolio_of(number)
    if not reason.strip():
        raise DomainError("Taking a patent out needs a reason: --reason WORDS.", code="no_reason")
    member = portfolio.members.filter(asset_key=asset_key, removed_on__isnull=True).first()
    if member is None:
        raise DomainError(f"{asset_key} is no member of {number}.", code="no_member")
    if at < member.added_on:
        raise DomainError(f"{asset_key} was added on {member.added_on}, after {at}.", code="earlier_day")
    member.removed_on, member.reason = at, reason.strip()
    member.save(update_fields=["removed_on", "reason"])
    data = {"asset_key": asset_key, "reason": reason.strip()}
    log_action(_subject(portfolio), "removed", actor=actor, at=at, made_at=made_at, reason=reason, data=data)
    return portfolio


def _new(at: date, made_at: datetime) -> Portfolio:
    last = Portfolio.objects.aggregate(last=Max("pk"))["last"] or 0
    return Portfolio.objects.create(number=f"PF{last + 1:06d}", made_on=at, made_at=made_at)


def _check_restated(portfolio: Portfolio, stated: Stated, at: date) -> None:
    last = portfolio.statements.last()
    if last is not None and at < last.stated_on:
        raise DomainError(
            f"{portfolio.number} was last stated for {last.stated_on}; {at} lies before it. Take that day or a later.",
            code="earlier_day",
        )
    codes = {one.code for one in stated.features}
    for member in portfolio.members.filter(removed_on__isnull=True):
        gone = sorted(set(member.features) - codes)
        if gone:
            raise DomainError(
                f"{member.asset_key} covers {gone[0]}, which the new statement leaves out. Keep the feature, or remove "
                "the patent and add it anew.",
                code="feature_in_use",
            )


def _add(
    portfolio: Portfolio, member: StatedMember, asset_key: str, *, actor: str, at: date, made_at: datetime
) -> None:
    if portfolio.members.filter(asset_key=asset_key, removed_on__isnull=True).exists():
        raise DomainError(
            f"{member.number} is a member of {portfolio.number} already. Remove it first to change its role.",
            code="known_member",
        )
    left_later = portfolio.members.filter(asset_key=asset_key, removed_on__gt=at).last()
    if left_later is not None:
        raise DomainError(
            f"{member.number} was a member of {portfolio.number} to {left_later.removed_on}, after {at}. Take that day "
            "or a later.",
            code="earlier_day",
        )
    PortfolioMember.objects.create(
        portfolio=portfolio,
        asset_key=asset_key,
        role=member.role,
        features=list(member.features),
        added_on=at,
        made_at=made_at,
    )
    data = {"asset_key": asset_key, "role": member.role, "features": list(member.features)}
    log_action(_subject(portfolio), "added", actor=actor, at=at, made_at=made_at, data=data)


def _subject(portfolio: Portfolio) -> str:
    return f"portfolio:{portfolio.number}"
