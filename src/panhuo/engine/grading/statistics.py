"""Statistics of high-value inventions as at a day: stock, the five cases with overlaps, districts, what ripens.

The base are living domestic rights: granted by CNIPA, in force on the day, first owner resident. Living rights of
which nobody says where their first owner lives are counted beside it and in no other figure. A store counts them;
from the counts to the figures is arithmetic over a few hundred rows. docs/algorithms/grading.md, section 6.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
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
    "residence_known": "boolean",  # false: outside the base
    "region_code": "string",  # of the first owner, else inside its USCC
    "is_invention": "boolean",
    "high_value": "boolean",  # null: nobody can say
    "cases": "string",  # cases that a high-value right meets, joined by ;
    "patents": "int64",
}
"""Columns of stock: each living right that is domestic, or may be, is in exactly one row."""
RIPENING = {
    "asset_id": "int64",
    "passes_on": "date",  # first day on which it is kept longer than asked
    "high_value": "boolean",  # already, by another case
}
"""Columns of ripening."""


class NoRatio(StrEnum):
    """Why a district's ratio is missing, or what to mind."""

    NO_POPULATION = "no_population"
    CONTRADICTS = "population_contradicts"  # sources give different numbers for the year that would divide
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

    persons, year: the population that divides, None where none is known; where sources give the year different
    numbers, the year alone stands and nothing divides. share_of_inventions: high-value inventions
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
    """Figures of one day. combinations: cases met together -> rights, each right once, most first.

    residence_unknown, inventions_residence_unknown: living rights outside the base because nobody says where the first
    owner lives; none of them is in another figure.
    """

    patents: int
    inventions: int
    high_value: int
    high_value_inventions: int
    cannot_say: int
    residence_unknown: int
    inventions_residence_unknown: int
    share_of_inventions: float | None
    share_of_patents: float | None
    combinations: Mapping[tuple[str, ...], int]
    cases: tuple[CaseFigures, ...]
    regions: tuple[RegionFigures, ...]


def stock(assets: Table, graded: Table, rules: InForce) -> Table:
    """Living patents that are or may be domestic, counted by region, kind, verdict and cases; columns STOCK.

    Args: graded: columns of GRADES on rules.day.
    """
    living = _living(assets, graded, rules)
    return (
        living.select(
            "high_value",
            "residence_known",
            region_code=region_of(living).fill_null(""),
            is_invention=living.ip_type == IpType.INVENTION,
            cases=living.high_value.ifelse(cases_met(living), "").fill_null(""),
        )
        .group_by("residence_known", "region_code", "is_invention", "high_value", "cases")
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
        living.residence_known,
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
    told = [_Row.of(one) for one in counted]
    rows, elsewhere = [row for row in told if row.residence_known], [row for row in told if not row.residence_known]
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
        residence_unknown=sum(row.patents for row in elsewhere),
        inventions_residence_unknown=sum(row.patents for row in elsewhere if row.is_invention),
        share_of_inventions=_share(of_inventions, inventions),
        share_of_patents=_share(total, patents),
        combinations=dict(sorted(combinations.items(), key=lambda one: (-one[1], one[0]))),
        cases=tuple(_case(case, high, total, inventions) for case in CASES),
        regions=tuple(_regions(rows, list(population), total, rules)),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    residence_known: bool
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
        return cls(
            bool(row["residence_known"]),
            str(row["region_code"]),
            bool(row["is_invention"]),
            verdict,
            cases,
            int(str(row["patents"])),
        )


def _living(assets: Table, graded: Table, rules: InForce) -> Table:
    """Living rights whose first owner is resident, or of whom nobody says where he lives."""
    resident = is_resident(assets, rules)
    home = assets.filter(
        assets.jurisdiction == "CN", assets.ip_type.isin([*PATENT_TYPES]), resident.fill_null(True)
    ).select("asset_id", "ip_type", "region_code", "owner_code", "filing_date", residence_known=resident.notnull())
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
    names = {one.region_code: one.region_name for one in sorted(people, key=lambda one: (one.year, one.region_name))}
    for code in sorted(names.keys() | {row.region_code for row in rows if row.region_code}):
        inside = [row for row in rows if row.region_code and is_within(row.region_code, code)]
        high = sum(row.patents for row in inside if row.high_value)
        of_inventions = sum(row.patents for row in inside if row.high_value and row.is_invention)
        inventions = sum(row.patents for row in inside if row.is_invention)
        known = [one for one in people if one.region_code == code and one.year <= wanted and one.persons > 0]
        year = max((one.year for one in known), default=None)
        told = {one.persons for one in known if one.year == year}
        persons = min(told) if len(told) == 1 else None
        yield RegionFigures(
            region_code=code,
            region_name=names.get(code, ""),
            high_value=high,
            inventions=inventions,
            patents=sum(row.patents for row in inside),
            persons=persons,
            year=year,
            per_residents=_rounded(Decimal(high) * per / persons, "0.01") if persons else None,
            share_of_inventions=_share(of_inventions, inventions),
            share_of_high_value=_share(high, total),
            reason=_minded(told, year, wanted),
        )


def _minded(told: Collection[int], year: int | None, wanted: int) -> str:
    """Why there is no ratio, or what to mind. Args: told: the numbers of persons told for the year."""
    if not told:
        return NoRatio.NO_POPULATION
    if len(told) > 1:
        return NoRatio.CONTRADICTS
    return "" if year == wanted else NoRatio.EARLIER_YEAR


def _share(part: int, whole: int) -> float | None:
    return _rounded(Decimal(part) / whole, "0.0001") if whole else None


def _rounded(value: Decimal, step: str) -> float:
    return float(value.quantize(Decimal(step), ROUND_HALF_UP))
