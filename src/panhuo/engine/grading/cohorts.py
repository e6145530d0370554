"""How a patent stands among its peers: indices and exact percentiles in the manner of the OECD.

Peers are the patents of one office and kind with the same main IPC subclass and filing year whose figure is
known. In cohorts that are large enough each figure is counted once per distinct value, and the shares are joined
back: rows are never sorted (docs/adr/0001-table-language.md). docs/algorithms/grading.md, section 3.
Source: Squicciarini, Dernis, Criscuolo, Measuring Patent Quality, OECD STI Working Papers 2013/03.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis
from ibis import Table, _
from ibis.expr.types import StringValue

from panhuo.engine.grading.verdicts import codes_where, share_of
from panhuo.engine.records.packing import AS_IS, Packed, Scaled
from panhuo.rules import InForce


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure that peers are compared by, a column of the facts: whole numbers, null where not known."""

    name: str
    more_is_better: bool = True


MEASURES = (
    Measure("citations"),  # documents that cite it
    Measure("claims"),
    Measure("first_claim", more_is_better=False),  # characters of the first claim
    Measure("family"),  # applications in its simple family
    Measure("grant_lag", more_is_better=False),  # whole months from filing to grant
    Measure("remaining_term"),  # whole months that a right in force may still run
)
SCALE = 10_000
"""Indices and percentiles are kept as whole numbers of 1/SCALE (suffix _e4) until they are read."""
INDICES_E4 = {
    column: "int32"
    for measure in MEASURES
    for column in (f"{measure.name}_index_e4", f"{measure.name}_percentile_e4", f"{measure.name}_peers")
}
"""Columns that cohort_indices adds."""
INDICES = {
    column: kind
    for measure in MEASURES
    for column, kind in (
        (f"{measure.name}_index", "float64"),  # 0..1 of the cohort's trimmed maximum; 1 is best
        (f"{measure.name}_percentile", "float64"),  # 0..1, share of the other peers that do worse; ties count half
        (f"{measure.name}_peers", "int32"),  # patents of the cohort whose figure is known, itself included
    )
}
"""The same as they are read. No index, but peers: too_few_peers; neither: not told."""

INDICES_PACKED: dict[str, Packed] = {name: AS_IS if name in INDICES_E4 else Scaled(SCALE) for name in INDICES}


def cohort_indices(facts: Table, peers: Table, rules: InForce) -> Table:
    """Add the columns INDICES_E4 to a table of facts; index and percentile are null with fewer peers than asked.

    Args:
        facts: any table with cohort and FIGURES. peers: the same columns of all patents that are compared.
    """
    with_cohort = peers.filter(peers.cohort.notnull())
    sizes = with_cohort.group_by("cohort").agg(**{_size(measure): _[measure.name].count() for measure in MEASURES})
    joined = facts.view().left_join(sizes, "cohort", rname="sizes_{name}")
    for measure in MEASURES:
        standing = _standing(peers, sizes, measure, rules)
        joined = joined.left_join(standing, ["cohort", measure.name], rname=f"{measure.name}_{{name}}")
    shown: dict[str, ibis.Value] = {name: joined[name] for name in INDICES_E4}
    for measure in MEASURES:
        shown[_size(measure)] = joined[measure.name].notnull().ifelse(joined[_size(measure)], None).cast("int32")
    return joined.select(*facts.columns, **shown)


def too_few_peers(grades: Table) -> StringValue:
    """Measures of a row of GRADES whose figure is known, but not of enough peers to compare, joined by ;."""
    return codes_where(
        *(
            (grades[_size(measure)].notnull() & grades[f"{measure.name}_index"].isnull(), measure.name)
            for measure in MEASURES
        )
    )


def _size(measure: Measure) -> str:
    return f"{measure.name}_peers"


def _standing(peers: Table, sizes: Table, measure: Measure, rules: InForce) -> Table:
    """Percentile and index per cohort and distinct value, of cohorts that are large enough."""
    name = measure.name
    enough = sizes.filter(sizes[_size(measure)] >= rules.integer("cohorts.min_peers"))
    enough = enough.select("cohort", peers=enough[_size(measure)])
    known = peers.filter(peers[name].notnull()).select("cohort", name)
    counted = known.join(enough, "cohort").group_by("cohort", name, "peers").agg(equal=_.count())
    upto = counted.equal.sum().over(group_by="cohort", order_by=name, rows=(None, 0)).cast("int32").cast("int64")
    counted = counted.mutate(upto=upto)
    kept, whole = rules.decimal("cohorts.trim_share").as_integer_ratio()
    is_kept = counted.upto * whole >= counted.peers * kept
    counted = counted.mutate(top=is_kept.ifelse(counted[name], None).min().over(group_by="cohort"))
    worse = counted.upto - counted.equal if measure.more_is_better else counted.peers - counted.upto
    halves = worse * 2 + counted.equal - 1  # those alike count half
    reached = ibis.least(counted[name], counted.top)
    good = reached if measure.more_is_better else counted.top - reached
    index = (counted.top == 0).ifelse(0 if measure.more_is_better else SCALE, share_of(good, counted.top, scale=SCALE))
    return counted.select(
        "cohort",
        name,
        **{
            f"{name}_percentile_e4": share_of(halves, (counted.peers - 1) * 2, scale=SCALE),
            f"{name}_index_e4": index.cast("int32"),
        },
    )


def written(indexed: Table) -> dict[str, ibis.Value]:
    """The columns INDICES, packed as INDICES_PACKED, of a table with INDICES_E4."""
    return {name: indexed[name] if name in INDICES_E4 else indexed[f"{name}_e4"] for name in INDICES}
