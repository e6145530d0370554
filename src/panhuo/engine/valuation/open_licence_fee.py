"""What an open licence may cost: estimated fee, split into entry fee and royalty, against the usual limits.

Estimator: our own default (assumption); limits as the CNIPA notice on open licences is restated (pack).
docs/algorithms/valuation.md, section 9.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from panhuo.engine.valuation.arithmetic import ONE, ZERO, counted
from panhuo.engine.valuation.discounting import discount_factors
from panhuo.engine.valuation.income import Forecast, ShareOf
from panhuo.engine.valuation.lives import periods
from panhuo.rules import InForce
from panhuo.terms.errors import OutOfRange


@dataclass(frozen=True, slots=True)
class OpenLicence:
    """sales: of one licensee, yuan a year. share: royalty of that, 0..1. years: of the licence. rate: 0..1 a year.

    of: what the royalty is taken of. licensees: how many are expected, 1 or more.
    """

    sales: Forecast
    share: Decimal
    of: ShareOf
    years: Decimal
    rate: Decimal
    licensees: int


@dataclass(frozen=True, slots=True)
class UsualLimit:
    """One usual limit of open-licence fees. name: fixed_amount, royalty_of_sales or royalty_of_profit; found: the
    figure it is held against, in its unit (yuan or a share). source, status: where the limit was read."""

    name: str
    found: Decimal
    limit: Decimal
    source: str
    status: str

    @property
    def binds(self) -> bool:
        return self.found > self.limit

    @property
    def within(self) -> Decimal:
        """The figure, or the limit where that is less."""
        return min(self.found, self.limit)


@dataclass(frozen=True, slots=True)
class OpenLicenceFee:
    """Yuan, unrounded. fixed_*: one payment for the whole licence; entry_*: the part of it paid at once.

    limits: those of the fixed fee and of the royalty; a limit is usual, not law, so that figures beyond it stand.
    """

    stream_cny: Decimal
    fixed_low_cny: Decimal
    fixed_cny: Decimal
    fixed_high_cny: Decimal
    entry_low_cny: Decimal
    entry_high_cny: Decimal
    royalty: Decimal
    limits: tuple[UsualLimit, ...]

    @property
    def beyond(self) -> tuple[str, ...]:
        """Names of the limits that are passed."""
        return tuple(one.name for one in self.limits if one.binds)


@counted
def open_licence_fee(asked: OpenLicence, rules: InForce) -> OpenLicenceFee:
    """Fee of one licensee: its discounted royalties x scope factor, spread over the licensees expected.

    fixed = sum(sales x share x (1 + r)^-t) x scope / spread, spread = 1 + (licensees - 1) x licensee_step: each
    further licensee lowers what one is ready to pay. Raises: OutOfRange for less than one licensee.
    """
    if asked.licensees < 1:
        raise OutOfRange("An open licence is estimated for one licensee or more.", code="no_licensee")
    years = periods(asked.years)
    factors = discount_factors(asked.rate, years, mid_year=False)
    stream = sum(
        (
            sold * asked.share * year.length * factor
            for sold, year, factor in zip(asked.sales.over(years), years, factors, strict=True)
        ),
        ZERO,
    )
    spread = ONE + (asked.licensees - 1) * rules.decimal("valuation.open_licence.licensee_step")
    [row] = [row for row in rules.table("scope_factors") if row["right"] == "open"]
    low, usual, high = (stream * Decimal(row[key]) / spread for key in ("low", "base", "high"))
    entry = [Decimal(text) for text in rules.words("valuation.open_licence.entry_share")]
    return OpenLicenceFee(
        stream, low, usual, high, usual * entry[0], usual * entry[1], asked.share, _limits(asked, usual, rules)
    )


def _limits(asked: OpenLicence, fixed: Decimal, rules: InForce) -> tuple[UsualLimit, ...]:
    figures = {
        "fixed_amount": ("most_fixed_cny", fixed),
        f"royalty_of_{asked.of}": (f"most_of_{asked.of}", asked.share),
    }
    found = []
    for name, (rule, figure) in figures.items():
        rule = f"valuation.open_licence.{rule}"
        source = rules.source_of(rule)
        found.append(UsualLimit(name, figure, rules.decimal(rule), source.title, source.status.value))
    return tuple(found)
