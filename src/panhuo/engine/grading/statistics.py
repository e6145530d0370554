"""Statistics of high-value inventions as at a day: stock, the five cases with overlaps, districts, what ripens.

The base are living domestic rights: granted by CNIPA, in force on the day, first owner resident. A store counts
them; from the counts to the figures is arithmetic over a few hundred rows. docs/algorithms/grading.md, section 6.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

import ibis
from ibis import Table, _

from panhuo.engine.grading.figures import is_resident, region_of
from panhuo.engine.grading.high_value import CASES, cases_met, last_day_filed
from panhuo.rules import InForce
from panhuo.terms.codes import is_within
from panhuo.terms.dates import add_months
from panhuo.terms.kinds import PATENT_TYPES, IpType, LegalStatus

STOCK = {
    "region_code": "string",  # of the first owner, else inside its USCC
    "is_invention": "boolean",
    "high_value": "boolean",  # null: nobody can say
    "cases": "string",  # cases that a high-value right meets, joined by ;
    "patents": "int64",
}
"""Columns of stock: each living domestic right is in exactly one row."""
RIPENING = {
    "asset_id": "int64",
    "passes_on": "date",  # first day on which it is kept longer than asked
    "high_value": "boolean",  # already, by another case
}
"""Columns of ripening."""


class NoRatio(StrEnum):
    """Why a district's ratio is missing, or what to mind."""

    NO_POPULATION = "no_population"
    EARLIER_YEAR = "earlier_year"  # the year asked for is not there: the latest before it divides


@dataclass(frozen=True, slots=True)
class Population:
    region_code: str
    region_name: str
    year: int
    persons: int


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """One case. patents: high-value rights that meet it; alone: that meet no other. Shares are 0..1, four decimals."""

    case: str
    patents: int
    alone: int
    share_of_high_value: float | None
    share_of_inventions: float | None


@dataclass(frozen=True, slots=True)
class RegionFigures:
    """One region with all that lies in it. per_residents: high-value rights per high_value.per_residents, two decimals.

    persons, year: the population that divides, None where none is known. share_of_inventions: high-value inventions
    among its own living inventions; share_of_high_value: its high-value rights among those of the whole register.
    """

    region_code: str
    region_name: str
    high_value: int
    inventions: int
    patents: int
    persons: int | None
    year: int | None
    per_residents: float | None
    share_of_inventions: float | None
    share_of_high_value: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures of one day. combinations: cases met together -> rights, each right once, most first."""

    patents: int
    inventions: int
    high_value: int
    high_value_inventions: int
    cannot_say: int
    share_of_inventions: float | None
    share_of_patents: float | None
    combinations: Mapping[tuple[str, ...], int]
    cases: tuple[CaseFigures, ...]
    regions: tuple[RegionFigures, ...]


def stock(assets: Table, graded: Table, rules: InForce) -> Table:
    """Living domestic patents counted by region, kind, verdict and cases; columns STOCK.

    Args: graded: columns of GRADES on rules.day.
    """
    living = _living(assets, graded, rules)
    return (
        living.select(
            "high_value",
            region_code=region_of(living).fill_null(""),
            is_invention=living.ip_type == IpType.INVENTION,
            cases=living.high_value.ifelse(cases_met(living), "").fill_null(""),
        )
        .group_by("region_code", "is_invention", "high_value", "cases")
        .agg(patents=_.count())
        .select(*STOCK)
    )


def ripening(assets: Table, graded: Table, rules: InForce) -> Table:
    """Living domestic inventions that pass the years of the case maintained_over_10y after the day, within the months
    of the pack; columns RIPENING.
    """
    years = rules.integer("high_value.maintained_years")
    until = add_months(rules.day, rules.integer("high_value.ripe_within_months"))
    living = _living(assets, graded, rules)
    passing = living.filter(
        living.ip_type == IpType.INVENTION,
        living.filing_date > last_day_filed(rules.day, years=years),
        living.filing_date <= last_day_filed(until, years=years),
    )
    reached = (passing.filing_date.cast("timestamp") + ibis.interval(years=years)).date()
    return passing.select(
        "asset_id", "high_value", passes_on=(reached.cast("timestamp") + ibis.interval(days=1)).date()
    ).select(*RIPENING)


def stock_figures(
    counted: Iterable[Mapping[str, object]], population: Iterable[Population], rules: InForce
) -> Statistics:
    """Figures of the rows of stock.

    Args: population: any regions and years; regions are those of the population and those that rights name themselves.
    """
    rows = [_Row.of(one) for one in counted]
    high = [row for row in rows if row.high_value]
    total = sum(row.patents for row in high)
    inventions = sum(row.patents for row in rows if row.is_invention)
    patents = sum(row.patents for row in rows)
    combinations: Counter[tuple[str, ...]] = Counter()
    for row in high:
        combinations[row.cases] += row.patents
    of_inventions = sum(row.patents for row in high if row.is_invention)
    return Statistics(
        patents=patents,
        inventions=inventions,
        high_value=total,
        high_value_inventions=of_inventions,
        cannot_say=sum(row.patents for row in rows if row.high_value is None),
        share_of_inventions=_share(of_inventions, inventions),
        share_of_patents=_share(total, patents),
        combinations=dict(sorted(combinations.items(), key=lambda one: (-one[1], one[0]))),
        cases=tuple(_case(case, high, total, inventions) for case in CASES),
        regions=tuple(_regions(rows, list(population), total, rules)),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    region_code: str
    is_invention: bool
    high_value: bool | None
    cases: tuple[str, ...]
    patents: int

    @classmethod
    def of(cls, row: Mapping[str, object]) -> _Row:
        said = row["high_value"]
        cases = tuple(code for code in str(row["cases"]).split(";") if code)
        verdict = None if said is None else bool(said)
        return cls(str(row["region_code"]), bool(row["is_invention"]), verdict, cases, int(str(row["patents"])))


def _living(assets: Table, graded: Table, rules: InForce) -> Table:
    home = assets.filter(
        assets.jurisdiction == "CN", assets.ip_type.isin([*PATENT_TYPES]), is_resident(assets, rules)
    ).select("asset_id", "ip_type", "region_code", "owner_code", "filing_date")
    in_force = graded.filter(graded.status == LegalStatus.GRANTED_IN_FORCE)
    return home.join(in_force.select("asset_id", "high_value", *CASES), "asset_id")


def _case(case: str, high: Sequence[_Row], total: int, inventions: int) -> CaseFigures:
    met = [row for row in high if case in row.cases]
    patents = sum(row.patents for row in met)
    return CaseFigures(
        case=case,
        patents=patents,
        alone=sum(row.patents for row in met if len(row.cases) == 1),
        share_of_high_value=_share(patents, total),
        share_of_inventions=_share(sum(row.patents for row in met if row.is_invention), inventions),
    )


def _regions(rows: Sequence[_Row], people: Sequence[Population], total: int, rules: InForce) -> Iterable[RegionFigures]:
    per = rules.integer("high_value.per_residents")
    same_year = rules.text("high_value.population_year") == "same_year_end"
    wanted = rules.day.year - (0 if same_year else 1)
    names = {one.region_code: one.region_name for one in sorted(people, key=lambda one: one.year)}
    for code in sorted(names.keys() | {row.region_code for row in rows if row.region_code}):
        inside = [row for row in rows if row.region_code and is_within(row.region_code, code)]
        high = sum(row.patents for row in inside if row.high_value)
        of_inventions = sum(row.patents for row in inside if row.high_value and row.is_invention)
        inventions = sum(row.patents for row in inside if row.is_invention)
        divides = max(
            (one for one in people if one.region_code == code and one.year <= wanted and one.persons > 0),
            key=lambda one: one.year,
            default=None,
        )
        yield RegionFigures(
            region_code=code,
            region_name=names.get(code, ""),
            high_value=high,
            inventions=inventions,
            patents=sum(row.patents for row in inside),
            persons=divides.persons if divides else None,
            year=divides.year if divides else None,
            per_residents=_rounded(Decimal(high) * per / divides.persons, "0.01") if divides else None,
            share_of_inventions=_share(of_inventions, inventions),
            share_of_high_value=_share(high, total),
            reason=_minded(divides, wanted),
        )


def _minded(divides: Population | None, wanted: int) -> str:
    if divides is None:
        return NoRatio.NO_POPULATION
    return "" if divides.year == wanted else NoRatio.EARLIER_YEAR


def _share(part: int, whole: int) -> float | None:
    return _rounded(Decimal(part) / whole, "0.0001") if whole else None


def _rounded(value: Decimal, step: str) -> float:
    return float(value.quantize(Decimal(step), ROUND_HALF_UP))
