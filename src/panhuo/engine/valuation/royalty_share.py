"""A share that the operator's royalty reference states for an industry and a year, in place of one that is typed.

Whoever holds the reference looks it up and adds what was found (reference_found); the reading here asks that it is
there, so that a sealed case carries its own source.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from panhuo.engine.valuation.arithmetic import ZERO
from panhuo.engine.valuation.discounting import share_rate
from panhuo.engine.valuation.royalty_reference import EARLIEST_YEAR, LATEST_YEAR, IndustryRoyalty
from panhuo.engine.valuation.told import Told
from panhuo.rules import InForce

REFERENCE = "reference"
STATED = ("industry", "year", "score")
"""What a person writes; all else is looked up."""


def reference_found(row: IndustryRoyalty, *, table: str, name: str, loaded_on: date) -> dict[str, str]:
    """What is added to a stated reference.

    Args:
        table: sha256 of the file that was loaded. name: of that file. loaded_on: day on which it was.
    """
    found: dict[str, str] = {
        "table": table,
        "name": name,
        "loaded_on": loaded_on.isoformat(),
        "contracts": str(row.contracts),
        "free_contracts": str(row.free_contracts),
    }
    if row.royalty_of is not None:
        found["of"] = row.royalty_of.value
    shares: Mapping[str, Decimal | None] = {
        "low": row.royalty_low,
        "mean": row.royalty_mean,
        "high": row.royalty_high,
    }
    return found | {key: f"{value:f}" for key, value in shares.items() if value is not None}


def reference_share(told: Told, of: str, rules: InForce) -> Decimal:
    """The mean of the industry, or with a score the share within its range: K = low + (high - low) x score / 100.

    Args:
        told: the group that holds `reference`. of: what the share is taken of, sales or profit.
    Returns: 0..1; 0 after a fault.
    """
    part = told.part(REFERENCE)
    part.text("industry", "industry of the royalty reference")
    year = part.whole("year", "year of the royalty reference", low=EARLIEST_YEAR, high=LATEST_YEAR)
    score = part.number_or_none("score", "score of the patent, 0 to 100", high="100")
    if not part.has("table"):
        part.fault("table", "is missing: the industry was not looked up; load the reference by panhuo royalty load")
        part.only(STATED)
        return ZERO
    found = _looked_up(part, year, of, rules)
    if score is None:
        return part.share("mean", "mean royalty; the reference has none for this industry: state the share")
    low, high = part.share("low", "lower end of the range"), part.share("high", "upper end of the range")
    if low > high:
        part.fault("low", f"{low} lies above high {high}")
    return share_rate(low, high, score) if found and low <= high else ZERO


def _looked_up(part: Told, year: int, of: str, rules: InForce) -> bool:
    before = len(part.problems)
    for key in ("table", "name", "loaded_on"):
        part.text(key, "where the figures come from")
    contracts = part.whole("contracts", "contracts of the industry", low=0, high=10**9)
    part.whole("free_contracts", "free ones among them", low=0, high=10**9)
    few = rules.integer("valuation.royalty_suppressed_upto")
    if contracts <= few:
        part.fault("contracts", f"{contracts} are too few to be told ({few} or fewer are suppressed)")
    if year > rules.day.year:
        part.fault("year", f"{year} lies after the base date {rules.day}")
    told_of = part.text("of", "what the royalty is taken of")
    if told_of != of:
        part.fault("of", f"is {told_of}, the share is asked of {of}")
    part.only((*STATED, "low", "mean", "high"))
    return len(part.problems) == before
