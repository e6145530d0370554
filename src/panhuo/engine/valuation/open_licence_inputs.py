"""Stated facts of an open licence, each with its source; the shape is shown in docs/algorithms/valuation.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from panhuo.engine.valuation.arithmetic import ZERO, counted
from panhuo.engine.valuation.income import Forecast, ShareOf
from panhuo.engine.valuation.open_licence_fee import OpenLicence
from panhuo.engine.valuation.royalty_share import REFERENCE, reference_share
from panhuo.engine.valuation.told import Told
from panhuo.rules import InForce

LONGEST_YEARS, MOST_LICENSEES = "20", 10_000


@dataclass(frozen=True, slots=True)
class StatedLicence:
    """patents: as they are called, may be none. sources: fact -> where it comes from."""

    asked: OpenLicence
    patents: tuple[str, ...]
    sources: Mapping[str, str]


@counted
def read_open_licence(inputs: Mapping[str, Any], rules: InForce) -> StatedLicence:
    """The licence that a mapping states, under the rules of its base date. Raises: BadInputs with every fault."""
    told = Told(inputs)
    told.day("base_date", "day for which the fee is estimated")
    of = told.choice("of", ShareOf, "what the royalty is taken of")
    income = told.numbers("income_cny", f"{of} of one licensee in yuan, year by year")
    growth = told.number_or_none("growth_after", "growth of later years", low="-1", high="1")
    if told.has("share") and told.has(REFERENCE):
        told.fault(REFERENCE, "stands beside share; state one of them")
    by_reference = told.has(REFERENCE) and not told.has("share")
    share = (
        reference_share(told, of, rules) if by_reference else told.share("share", f"royalty of {of}, or {REFERENCE}")
    )
    years = told.number("years", "years of the licence", low="0.01", high=LONGEST_YEARS)
    rate = told.share("rate", "discount rate a year")
    licensees = told.whole("licensees", "how many licensees are expected", low=1, high=MOST_LICENSEES)
    if growth is None and len(income) < years:
        told.fault("income_cny", f"ends before the {years} years of the licence; go on or state growth_after")
    facts = ("income_cny", "years", "rate", "licensees", *(() if by_reference else ("share",)))
    part = told.part("sources")
    sources = {fact: part.text(fact, "where this fact comes from") for fact in facts}
    part.only()
    patents = told.texts("patents", "patents") if told.has("patents") else ()
    told.only()
    told.check()
    if by_reference:
        found = inputs[REFERENCE]
        sources["share"] = f"{found['name']} {found['loaded_on']} sha256:{found['table'][:16]}"
    return StatedLicence(
        OpenLicence(Forecast(income or (ZERO,), growth), share, of, years, rate, licensees), patents, sources
    )
