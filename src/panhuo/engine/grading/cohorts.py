"""How a patent stands among its peers: indices and exact percentiles in the manner of the OECD.

Peers are the patents of one office and kind with the same main IPC subclass and filing year whose figure is
known. Each figure is counted once per cohort and distinct value, and the shares are joined back: rows are never
sorted (docs/adr/0001-table-language.md). docs/algorithms/grading.md, section 3.
Source: Squicciarini, Dernis, Criscuolo, Measuring Patent Quality, OECD STI Working Papers 2013/03.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import reduce

import ibis
from ibis import Table, _
from ibis.expr.types import IntegerValue, StringValue

from panhuo.engine.grading.verdicts import rounded
from panhuo.rules import InForce
from panhuo.terms.kinds import PATENT_TYPES


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure that peers are compared by, a column of the facts: whole numbers, null where not known."""

    name: str
    more_is_better: bool = True


MEASURES = (
    Measure("citations"),  # documents that cite it
    Measure("claims"),
    Measure("family"),  # applications in its simple family
    Measure("grant_lag", more_is_better=False),  # whole months from filing to grant
    Measure("remaining_term"),  # whole months that a right in force may still run
)
INDICES = {
    column: kind
    for measure in MEASURES
    for column, kind in (
        (f"{measure.name}_index", "float64"),  # 0..1 of the cohort's trimmed maximum; 1 is best
        (f"{measure.name}_percentile", "float64"),  # 0..1, share of the other peers that do worse; ties count half
        (f"{measure.name}_peers", "int32"),  # patents of the cohort whose figure is known, itself included
    )
}
"""Columns that cohort_indices adds. No index: see index_reason."""
_YEAR_SPAN = 1000  # years from 1500 on; keeps the numbers of a cohort's name apart


def cohort_indices(facts: Table, rules: InForce) -> Table:
    """Add the columns INDICES to a table of facts; index and percentile are null with fewer peers than asked."""
    valued = facts.mutate(cohort=_cohort(facts, rules.day))
    joined = reduce(lambda so_far, measure: _join(so_far, valued, measure, rules), MEASURES, valued)
    return joined.select(*facts.columns, *INDICES)


def index_reason(grades: Table, measure: Measure) -> StringValue:
    """Why a row of GRADES has no index for a measure: too_few_peers, not_told (or no cohort), "" where it has one."""
    peers = grades[f"{measure.name}_peers"]
    return ibis.cases(
        (grades[f"{measure.name}_index"].notnull(), ""), (peers.notnull(), "too_few_peers"), else_="not_told"
    )


def _cohort(facts: Table, at: date) -> IntegerValue:
    """The cohort as one number: office, subclass, filing year, kind; null where there is none.

    Only patents filed by the day have peers. A number groups and joins quicker than the four columns.
    """
    letters = [facts.jurisdiction.substr(n, 1) for n in (0, 1)] + [facts.ipc_main.substr(n, 1) for n in range(4)]
    name = reduce(lambda so_far, letter: so_far * 128 + letter.ascii_str().cast("int64"), letters, ibis.literal(0))
    kind = ibis.cases(*((facts.ip_type == kind, n) for n, kind in enumerate(PATENT_TYPES)), else_=len(PATENT_TYPES))
    number = (name * _YEAR_SPAN + facts.filing_date.year() - 1500) * (len(PATENT_TYPES) + 1) + kind
    has_peers = facts.ip_type.isin([*PATENT_TYPES]) & (facts.ipc_main.length() >= 4) & (facts.filing_date <= at)
    return has_peers.ifelse(number, None)


def _join(so_far: Table, valued: Table, measure: Measure, rules: InForce) -> Table:
    name = measure.name
    standing = _standing(valued, measure, rules)
    return so_far.left_join(standing, ["cohort", name], rname=f"{name}_{{name}}")


def _standing(valued: Table, measure: Measure, rules: InForce) -> Table:
    """Per cohort and distinct value: peers, percentile and index."""
    name = measure.name
    known = valued.filter(valued.cohort.notnull(), valued[name].notnull())
    counted = known.group_by("cohort", name).agg(equal=_.count().cast("int32"))
    counted = counted.mutate(
        upto=counted.equal.sum().over(group_by="cohort", order_by=name, rows=(None, 0)).cast("int32"),
        peers=counted.equal.sum().over(group_by="cohort").cast("int32"),
    )
    kept, whole = rules.decimal("cohorts.trim_share").as_integer_ratio()
    is_kept = counted.upto.cast("int64") * whole >= counted.peers.cast("int64") * kept
    counted = counted.mutate(top=is_kept.ifelse(counted[name], None).min().over(group_by="cohort"))
    worse = counted.upto - counted.equal if measure.more_is_better else counted.peers - counted.upto
    halves = worse * 2 + counted.equal - 1  # ties count half: whole numbers, divided once
    percentile = halves.cast("float64") / ((counted.peers - 1) * 2).nullif(0).cast("float64")
    share = (counted.top == 0).ifelse(0.0, ibis.least(counted[name], counted.top).cast("float64") / counted.top)
    enough = counted.peers >= rules.integer("cohorts.min_peers")
    return counted.select(
        "cohort",
        name,
        **{
            f"{name}_peers": counted.peers,
            f"{name}_percentile": enough.ifelse(rounded(percentile, 4), None),
            f"{name}_index": enough.ifelse(rounded(share if measure.more_is_better else 1.0 - share, 4), None),
        },
    )
