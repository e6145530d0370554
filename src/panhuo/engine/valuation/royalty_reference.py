"""Published licence statistics as the operator loads them: what an industry pays, where enough contracts say so.

Columns after the statistics of CNIPA (国知办函运字〔2024〕1070号), whose tables are not part of this program.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from panhuo.engine.valuation.income import ShareOf
from panhuo.rules import InForce
from panhuo.terms.errors import BadValue

COLUMNS = (
    "year",
    "industry",
    "contracts",
    "free_contracts",
    "royalty_of",
    "royalty_low",
    "royalty_mean",
    "royalty_high",
    "fixed_mean_cny",
)

LONGEST_INDUSTRY = 200
EARLIEST_YEAR, LATEST_YEAR = 1985, 2200
MOST_DIGITS, MOST_DECIMALS = 15, 12


@dataclass(frozen=True, slots=True)
class IndustryRoyalty:
    """One industry in one year. contracts: all, free ones among them. Shares 0..1; None where not published.

    royalty_of: what the shares are taken of; None where there is none. priced: contracts with a price, on which mean
    and range stand.
    """

    year: int
    industry: str
    contracts: int
    free_contracts: int
    royalty_of: ShareOf | None
    royalty_low: Decimal | None
    royalty_mean: Decimal | None
    royalty_high: Decimal | None
    fixed_mean_cny: Decimal | None

    @property
    def priced(self) -> int:
        return self.contracts - self.free_contracts


@dataclass(frozen=True, slots=True)
class RoyaltyAnswer:
    """What may be told of an industry: its row, or the reason why not (too_few_contracts, not_in_table)."""

    found: IndustryRoyalty | None
    reason: str
    contracts: int


def royalty_rows(
    rows: Iterable[tuple[int, Mapping[str, str]]],
) -> tuple[tuple[IndustryRoyalty, ...], tuple[tuple[int, str], ...]]:
    """The good rows, and (row, what is wrong) of the others; rows: number in the file, and its cells."""
    good: list[IndustryRoyalty] = []
    bad: list[tuple[int, str]] = []
    seen: dict[tuple[int, str], int] = {}
    for number, row in rows:
        try:
            read = _read(row)
        except BadValue as error:
            bad.append((number, error.message))
            continue
        first = seen.setdefault((read.year, read.industry), number)
        if first != number:
            bad.append((number, f"{read.industry} {read.year} stands in row {first} already"))
        else:
            good.append(read)
    return tuple(good), tuple(bad)


def royalty_of(rows: Iterable[IndustryRoyalty], industry: str, year: int, rules: InForce) -> RoyaltyAnswer:
    """An industry's figures; suppressed with as many contracts as valuation.royalty_suppressed_upto or fewer."""
    for row in rows:
        if (row.industry, row.year) == (industry, year):
            if row.contracts <= rules.integer("valuation.royalty_suppressed_upto"):
                return RoyaltyAnswer(None, "too_few_contracts", row.contracts)
            return RoyaltyAnswer(row, "", row.contracts)
    return RoyaltyAnswer(None, "not_in_table", 0)


def _read(row: Mapping[str, str]) -> IndustryRoyalty:
    industry = row.get("industry", "").strip()
    if not industry or len(industry) > LONGEST_INDUSTRY:
        raise BadValue(f"industry is longer than {LONGEST_INDUSTRY} characters" if industry else "industry is empty")
    year = _count(row, "year")
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise BadValue(f"year {year} lies outside {EARLIEST_YEAR} to {LATEST_YEAR}")
    low, mean, high = (_number(row, key, most=Decimal(1)) for key in ("royalty_low", "royalty_mean", "royalty_high"))
    known = [share for share in (low, mean, high) if share is not None]
    if known != sorted(known):
        raise BadValue("royalty_low, royalty_mean and royalty_high do not rise")
    contracts, free = _count(row, "contracts"), _count(row, "free_contracts")
    if free > contracts:
        raise BadValue(f"free_contracts {free} exceed contracts {contracts}")
    fixed = _number(row, "fixed_mean_cny", most=None)
    if contracts == free and (known or fixed is not None):
        raise BadValue("all contracts are free, so that no mean of prices can stand on them")
    of = _royalty_of(row, needed=bool(known))
    return IndustryRoyalty(year, industry, contracts, free, of, low, mean, high, fixed)


def _royalty_of(row: Mapping[str, str], *, needed: bool) -> ShareOf | None:
    told = row.get("royalty_of", "").strip()
    if not told and not needed:
        return None
    if told not in tuple(ShareOf):
        raise BadValue(f"royalty_of {told!r} is not {' or '.join(ShareOf)}")
    return ShareOf(told)


def _count(row: Mapping[str, str], key: str) -> int:
    text = row.get(key, "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise BadValue(f"{key} {text!r} is no whole number")
    return int(text)


def _number(row: Mapping[str, str], key: str, *, most: Decimal | None) -> Decimal | None:
    text = row.get(key, "").strip()
    if not text:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise BadValue(f"{key} {text!r} is no number") from None
    if found.is_finite() and (found.adjusted() > MOST_DIGITS or found != round(found, MOST_DECIMALS)):
        raise BadValue(f"{key} {text} has more digits than a published figure")
    if not found.is_finite() or found < 0 or (most is not None and found > most):
        raise BadValue(f"{key} {text} lies outside 0 to {most or 'any'}; shares are written 0.05, not 5")
    return found
