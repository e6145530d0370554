"""What later money is worth on the base date, and the rate that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from panhuo.engine.valuation.arithmetic import ONE, ZERO, counted
from panhuo.engine.valuation.lives import Period
from panhuo.terms.errors import OutOfRange

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Kept:
    """value_cny: of the flows up to the year in which the right is last kept; years: how many periods that are."""

    value_cny: Decimal
    years: int


@counted
def discount_factors(rate: Decimal, years: Sequence[Period], *, mid_year: bool) -> tuple[Decimal, ...]:
    """Worth on the base date of one yuan in each period.

    Args:
        rate: effective per year, 0..1. years: lives.periods, in order.
        mid_year: money arrives in the middle of a period, else at its end.
    Raises: OutOfRange. Source: practice of the income approach, end of year (1 + r)^-t, middle (1 + r)^-(t - 0.5).

    >>> [round(f, 6) for f in discount_factors(Decimal("0.10"), periods(Decimal(2)), mid_year=False)]
    [Decimal('0.909091'), Decimal('0.826446')]
    """
    if not ZERO <= rate <= ONE:
        raise OutOfRange(f"A discount rate lies between 0 and 1 a year, not {rate}.", code="bad_rate", rate=rate)
    growth = ONE + rate
    factors = []
    whole = ONE  # of the years that have passed before the period
    for period in years:
        share = period.length / 2 if mid_year else period.length
        factors.append(whole / (growth if share == ONE else growth**share))
        whole /= growth
    return tuple(factors)


@counted
def worth_while_kept(flows_cny: Sequence[Decimal], factors: Sequence[Decimal]) -> Kept:
    """Present value of flows while it pays to keep the right: an owner may stop at the end of any year.

    Args:
        flows_cny: yuan of each period, may be negative. factors: discount_factors of the same periods.
    Returns: the greatest sum of the first n present values, n from 0 to all; of equal ones the longest. It is never
        negative, never falls with a longer life and never rises with a dearer rate.

    >>> worth_while_kept([Decimal(100), Decimal(-30)], [Decimal("0.9"), Decimal("0.8")])
    Kept(value_cny=Decimal('90.0'), years=1)
    """
    best, total = Kept(ZERO, 0), ZERO
    for number, (flow, factor) in enumerate(zip(flows_cny, factors, strict=True), start=1):
        total += flow * factor
        if total >= best.value_cny:
            best = Kept(total, number)
    return best


@counted
def risk_premium(score: Decimal, *, low: Decimal, high: Decimal) -> Decimal:
    """Premium of one risk by its score: 100 points are the lowest premium, 0 the highest, evenly between.

    >>> risk_premium(Decimal(60), low=Decimal(0), high=Decimal("0.05"))
    Decimal('0.0200')
    """
    if not ZERO <= score <= HUNDRED:
        raise OutOfRange(f"A score lies between 0 and 100, not {score}.", code="bad_score", score=score)
    return high - (high - low) * score / HUNDRED


@counted
def built_up_rate(risk_free: Decimal, premiums: Mapping[str, Decimal]) -> Decimal:
    """Risk-free rate and the premiums for technology, market, funding and management, added up.

    Source: build-up method as Chinese appraisers use it for patents (professional knowledge).
    """
    return risk_free + sum(premiums.values(), ZERO)


@counted
def share_rate(low: Decimal, high: Decimal, score: Decimal) -> Decimal:
    """Share of sales or profit that the technology earns: K = m + (n - m) q.

    Args:
        low, high: m and n, the range of the industry, 0..1. score: 0..100 points; q is a hundredth of it.
    Source: 综合评价法, professional knowledge; links the score of the indicators to money.

    >>> share_rate(Decimal("0.015"), Decimal("0.03"), Decimal(60))
    Decimal('0.02400')
    """
    if not ZERO <= low <= high <= ONE or not ZERO <= score <= HUNDRED:
        raise OutOfRange(
            f"A share lies in a range 0 <= m <= n <= 1 with 0 to 100 points, not in {low} to {high} with {score}.",
            code="bad_share",
        )
    return low + (high - low) * score / HUNDRED
