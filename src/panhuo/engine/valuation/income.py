"""The income approach: what a patent earns or spares in each year, and what that is worth on the base date.

Source: domain practice of 收益法 after 专利资产评估指导意见 (中评协〔2017〕49号), professional knowledge.
docs/algorithms/valuation.md, section 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from panhuo.engine.valuation.arithmetic import ONE, ZERO, counted
from panhuo.engine.valuation.discounting import discount_factors, worth_while_kept
from panhuo.engine.valuation.levers import BASE, Driver, Levers, moved, scoped
from panhuo.engine.valuation.lives import Bound, Life, Period, periods, remaining_life
from panhuo.terms.errors import OutOfRange


class Basis(StrEnum):
    """Whether flows and rate are counted before or after income tax."""

    AFTER_TAX = "after_tax"
    PRE_TAX = "pre_tax"


class ShareOf(StrEnum):
    """What a technology share is taken of."""

    SALES = "sales"
    PROFIT = "profit"


@dataclass(frozen=True, slots=True)
class Forecast:
    """Yuan of each year from the base date on; growth: share by which each later year exceeds the one before.

    growth None: nothing is said of later years, and asking for them is refused.
    """

    cny: tuple[Decimal, ...]
    growth: Decimal | None = None

    def over(self, years: tuple[Period, ...]) -> tuple[Decimal, ...]:
        """Yuan of each whole year that a period begins. Raises: OutOfRange code forecast_too_short."""
        told = list(self.cny[: len(years)])
        if len(told) < len(years) and (self.growth is None or not told):
            raise OutOfRange(
                f"The forecast covers {len(self.cny)} years, the life reaches into year {len(years)}. "
                "Add the later years, or state growth_after.",
                code="forecast_too_short",
                years=len(years),
            )
        while len(told) < len(years):
            told.append(told[-1] * (ONE + (self.growth or ZERO)))
        return tuple(told)


@dataclass(frozen=True, slots=True)
class RoyaltyRelief:
    """许可费节省法: sales x royalty rate x (1 - tax) less maintenance fees, after tax.

    royalty_rate: of sales, 0..1, of the first year. decay: what the rate loses each year, 0..1. tax_rate: 0..1.
    maintenance: annual fees of each year begun, paid whole.
    """

    sales: Forecast
    royalty_rate: Decimal
    tax_rate: Decimal
    decay: Decimal = ZERO
    maintenance: Forecast = Forecast((ZERO,), ZERO)

    @property
    def basis(self) -> Basis:
        return Basis.AFTER_TAX

    def flows(self, years: tuple[Period, ...], levers: Levers) -> tuple[Decimal, ...]:
        rate = moved(self.royalty_rate, Driver.SHARE, levers, most=ONE)
        left = ONE - moved(self.decay, Driver.DECAY, levers, most=ONE)
        sales, fees = self.sales.over(years), self.maintenance.over(years)
        return tuple(
            moved(sold, Driver.INCOME, levers) * rate * (ONE - self.tax_rate) * year.length - fee
            for year, sold, rate, fee in zip(years, sales, _decaying(rate, left, len(years)), fees, strict=True)
        )


@dataclass(frozen=True, slots=True)
class ExcessEarnings:
    """超额收益法: EBIT x (1 - tax) less charges for the other assets that the earnings need, after tax."""

    ebit: Forecast
    tax_rate: Decimal
    charges: Forecast

    @property
    def basis(self) -> Basis:
        return Basis.AFTER_TAX

    def flows(self, years: tuple[Period, ...], levers: Levers) -> tuple[Decimal, ...]:
        earned, charged = self.ebit.over(years), self.charges.over(years)
        return tuple(
            (moved(ebit, Driver.INCOME, levers) * (ONE - self.tax_rate) - moved(charge, Driver.CHARGES, levers))
            * year.length
            for year, ebit, charge in zip(years, earned, charged, strict=True)
        )


@dataclass(frozen=True, slots=True)
class TechnologyShare:
    """分成率法: a share of sales or of profit, on the basis that the profit is stated on.

    share: 0..1, of the first year. of: what it is taken of. decay: what the share loses each year, 0..1.
    """

    income: Forecast
    of: ShareOf
    share: Decimal
    basis: Basis
    decay: Decimal = ZERO

    def flows(self, years: tuple[Period, ...], levers: Levers) -> tuple[Decimal, ...]:
        share = moved(self.share, Driver.SHARE, levers, most=ONE)
        left = ONE - moved(self.decay, Driver.DECAY, levers, most=ONE)
        shares = _decaying(share, left, len(years))
        return tuple(
            moved(earned, Driver.INCOME, levers) * share * year.length
            for year, earned, share in zip(years, self.income.over(years), shares, strict=True)
        )


def _decaying(first: Decimal, left: Decimal, years: int) -> tuple[Decimal, ...]:
    """A share that keeps so much of itself from year to year."""
    shares = [first]
    while len(shares) < years:
        shares.append(shares[-1] * left)
    return tuple(shares[:years])


IncomeMethod = RoyaltyRelief | ExcessEarnings | TechnologyShare


@dataclass(frozen=True, slots=True)
class IncomeTerms:
    """What all income methods of a valuation share.

    rate: 0..1 a year. ends: years from the base date of each life that is named. scope_factor: share of the whole
    right that the valued right is worth, 0..1; 1 where the flows are those of the valued right itself.
    """

    rate: Decimal
    basis: Basis
    ends: Mapping[Bound, Decimal]
    mid_year: bool
    scope_factor: Decimal = ONE


@dataclass(frozen=True, slots=True)
class YearRow:
    """One row of the cash flow: number 1 begins on the base date, length in years, amounts in yuan."""

    number: int
    length: Decimal
    flow_cny: Decimal
    factor: Decimal
    present_cny: Decimal


@dataclass(frozen=True, slots=True)
class IncomeValue:
    """value_cny: unrounded. kept: years after which the right is given up because it no longer pays."""

    value_cny: Decimal
    life: Life
    kept: int
    rows: tuple[YearRow, ...]


@counted
def income_value(method: IncomeMethod, terms: IncomeTerms, levers: Levers = BASE) -> IncomeValue:
    """Present value of a method's flows over the remaining life, for the right that is valued.

    Raises: OutOfRange code basis_mixed where flows and rate stand on different bases, forecast_too_short, bad_rate.
    """
    if method.basis is not terms.basis:
        raise OutOfRange(
            f"The flows are {method.basis}, the discount rate is {terms.basis}: state both on one basis.",
            code="basis_mixed",
        )
    ends = {
        bound: moved(years, Driver.ECONOMIC_LIFE, levers) if bound is Bound.ECONOMIC else years
        for bound, years in terms.ends.items()
    }
    life = remaining_life(ends)
    years = periods(life.years)
    flows = method.flows(years, levers)
    rate = moved(terms.rate, Driver.DISCOUNT_RATE, levers, most=ONE)
    factors = discount_factors(rate, years, mid_year=terms.mid_year)
    kept = worth_while_kept(flows, factors)
    rows = tuple(
        YearRow(year.number, year.length, flow, factor, flow * factor)
        for year, flow, factor in zip(years, flows, factors, strict=True)
    )
    return IncomeValue(scoped(kept.value_cny, terms.scope_factor, levers), life, kept.years, rows)
