"""The four criteria of SC-011: 技术先进, 质量较高, 市场前景好, 具备实施条件.

Each is met, not met, or cannot be said, with the codes of the evidence. The seed names the four and measures
none: what counts is our reading (pack criteria.*). That something is not recorded, a citation or a
licence, never speaks against a patent. docs/algorithms/grading.md, section 5.
"""

from __future__ import annotations

from functools import reduce
from operator import or_

import ibis
from ibis import Table
from ibis.expr.types import BooleanValue

from panhuo.engine.grading.cohorts import SCALE
from panhuo.engine.grading.family_abroad import place
from panhuo.engine.records.packing import AS_IS, Packed, codes_of
from panhuo.rules import InForce

CRITERIA = ("advanced", "good_quality", "good_market", "ready_to_use")
CRITERIA_COLUMNS = {
    column: kind
    for name in CRITERIA
    for column, kind in ((f"criterion_{name}", "boolean"), (f"criterion_{name}_evidence", "string"))
}
"""Columns that supply_criteria adds; a null criterion is cannot_say."""

Codes = list[tuple[BooleanValue, str]]


def supply_criteria(facts: Table, rules: InForce) -> tuple[Table, dict[str, Packed]]:
    """Add CRITERIA_COLUMNS, packed, to facts that carry the indices and verdicts; and how they are packed."""
    top = int(rules.decimal("criteria.top_share") * SCALE)
    level = rules.integer("criteria.maturity_level")
    months = rules.integer("criteria.remaining_months")
    met: dict[str, Codes] = {
        "advanced": [
            (facts.award, "national_award"),
            (facts.citations_percentile_e4 >= top, "cited_more_than_peers"),
        ],
        "good_quality": [
            (facts.is_invention & facts.in_force & (facts.claims_percentile_e4 >= top), "more_claims_than_peers"),
            (facts.is_invention & facts.in_force & facts.maintained_over_10y, "kept_over_ten_years"),
        ],
        "good_market": [
            (facts.sei_confirmed, "strategic_industry"),
            (facts.family_abroad == place("granted_abroad"), "granted_abroad"),
            (facts.licensed, "was_licensed"),
            (facts.pledged, "was_pledged"),
        ],
        "ready_to_use": [(facts.exploited, "in_use"), (facts.maturity >= level, "readiness_stated")],
    }
    against: dict[str, Codes] = {
        "good_quality": [(facts.partly_invalidated, "partly_invalidated")],
        "ready_to_use": [
            (facts.has_ended, "not_in_force"),
            (facts.preservation_active | facts.suspension_active, "held"),
            (facts.exclusive_active | facts.sole_active, "licensed_exclusively"),
            (facts.months_left < months, "ends_soon"),
            (facts.maturity < level, "readiness_low"),
        ],
    }
    columns: dict[str, ibis.Value] = {}
    packing: dict[str, Packed] = {}
    for name in CRITERIA:
        contra = against.get(name, [])
        columns[f"criterion_{name}"] = ibis.cases(
            *(((_any(contra), False),) if contra else ()),  # noqa: FBT003 - a verdict
            (_any(met[name]), True),  # noqa: FBT003 - a verdict
            else_=ibis.null("boolean"),
        )
        evidence = codes_of(*contra, *met[name])
        columns[f"criterion_{name}_evidence"] = evidence.value
        packing |= {f"criterion_{name}": AS_IS, f"criterion_{name}_evidence": evidence.packed}
    return facts.mutate(**columns), packing


def _any(codes: Codes) -> BooleanValue:
    return reduce(or_, (when for when, _ in codes))
