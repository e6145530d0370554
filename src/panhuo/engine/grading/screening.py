"""One screening grade, A to D: nine parts of 0 to 100 points, weighed by the pack, with what is missing.

The weights are placeholders (scheme panhuo-default), never those of GB/T 42748; who prints a grade prints
screening.notice beside it. A part that nobody can say is left out, the rest is weighed anew and the confidence
falls. No part is a bare count. docs/algorithms/grading.md, section 4.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import reduce
from operator import add

import ibis
from ibis import Table
from ibis.expr.types import IntegerValue, StringValue

from panhuo.engine.grading import sei
from panhuo.engine.grading.cohorts import SCALE
from panhuo.engine.grading.family_abroad import place
from panhuo.engine.grading.verdicts import codes_where, in_units, share_of
from panhuo.rules import InForce
from panhuo.terms.errors import OutOfRange

PARTS = (
    "right_stability",
    "protection_scope",
    "dependency",
    "advancement",
    "field_trend",
    "maturity",
    "remaining_life",
    "operation",
    "family_layout",
)
SCREENING = {
    **{f"part_{part}": "float64" for part in PARTS},  # points 0..100, null where nobody can say
    "screening_score": "float64",  # points 0..100, two decimals
    "screening_confidence": "float64",  # share of the weights that is known, 0..1
    "flags": "string",  # findings that block nothing here and must be seen, joined by ;
    "grade": "string",  # A B C D, null where there is none
    "grade_reason": "string",  # why there is none: not_patent, design_outside_scheme, not_granted, too_little_known
}
"""The screening grade as it is written."""


def screening_grade(facts: Table, rules: InForce) -> Table:
    """Add grade, grade_reason, flags and what spelled_out needs to facts that carry the indices and verdicts.

    Points are counted in hundredths and weights in ten-thousandths, whole numbers up to the written score.
    """
    points = _parts(facts, rules)
    scored = facts.mutate(**{f"{part}_e2": points[part] for part in PARTS})
    weights = {part: _whole(rules.decimal(f"screening.weight.{part}"), 10_000) for part in PARTS}
    found = {part: scored[f"{part}_e2"] for part in PARTS}
    scored = scored.mutate(
        known_e4=_sum(found[part].notnull().ifelse(weights[part], 0) for part in PARTS),
        weighed=_sum(found[part].fill_null(0).cast("int64") * weights[part] for part in PARTS),
    )
    scored = scored.mutate(score_e2=share_of(scored.weighed, scored.known_e4, scale=1))
    return _grade(scored, rules)


def spelled_out(graded: Table) -> dict[str, ibis.Value]:
    """The columns SCREENING of a table that screening_grade made."""
    in_points = {f"part_{part}": in_units(graded[f"{part}_e2"], 100) for part in PARTS}
    score, confidence = in_units(graded.score_e2, 100), in_units(graded.known_e4, 10_000)
    said = {"screening_score": score, "screening_confidence": confidence, **in_points}
    return {name: said[name] if name in said else graded[name] for name in SCREENING}


def missing_parts(grades: Table) -> StringValue:
    """Parts of a row of GRADES that nobody can say, joined by ;."""
    return codes_where(*((grades[f"part_{part}"].isnull(), part) for part in PARTS))


def _grade(scored: Table, rules: InForce) -> Table:
    a, b, c = (_whole(Decimal(text), 100) for text in rules.words("screening.grade_limits"))
    reason = ibis.cases(
        (scored.is_design, "design_outside_scheme"),
        (~(scored.is_invention | scored.is_utility_model), "not_patent"),
        (scored.never_granted, "not_granted"),
        (scored.known_e4 < _whole(rules.decimal("screening.min_confidence"), 10_000), "too_little_known"),
        else_="",
    )
    score = scored.score_e2
    letter = ibis.cases((score >= a, "A"), (score >= b, "B"), (score >= c, "C"), else_="D")
    return scored.mutate(grade=(reason == "").ifelse(letter, None), grade_reason=reason, flags=_flags(scored))


def _parts(facts: Table, rules: InForce) -> dict[str, IntegerValue]:
    """Points of each part in hundredths, null where nobody can say."""
    rows = rules.table("screening_points")
    points = {(row["part"], row["finding"]): _whole(Decimal(row["points"]), 100) for row in rows}

    def ladder(part: str, *steps: tuple[ibis.Value, str], otherwise: str | None = None) -> IntegerValue:
        last = ibis.null("int32") if otherwise is None else points[part, otherwise]
        return ibis.cases(*((when, points[part, finding]) for when, finding in steps), else_=last).cast("int32")

    readiness = share_of(facts.maturity, ibis.literal(9, "int32"), scale=SCALE)  # levels 1 to 9
    in_use = points["maturity", "exploited"]
    return {
        "right_stability": ladder(
            "right_stability",
            (facts.partly_invalidated, "partly_invalidated"),
            (facts.is_invention, "invention"),
            (facts.is_utility_model, "utility_model"),
        ),
        "protection_scope": facts.claims_percentile_e4,  # 0.1154 of the peers are 11.54 points
        "dependency": ladder(
            "dependency",
            (facts.preservation_active | facts.suspension_active, "held"),
            (facts.exclusive_active | facts.sole_active, "licensed_exclusively"),
            (facts.pledge_active, "pledged"),
            (facts.co_owned, "co_owned"),
            otherwise="free",
        ),
        "advancement": facts.award.ifelse(points["advancement", "award"], facts.citations_percentile_e4),
        "field_trend": ladder(
            "field_trend",
            (facts.sei_confirmed, sei.CONFIRMED),
            (facts.sei_candidate, sei.CANDIDATE),
            (facts.has_symbols, sei.NOT_SEI),
        ),
        "maturity": facts.exploited.ifelse(ibis.greatest(readiness.fill_null(0), in_use), readiness),
        "remaining_life": _remaining_life(facts, rules),
        "operation": ladder(
            "operation",
            (facts.licensed, "licensed"),
            (facts.pledged, "pledged"),
            (facts.transferred, "transferred"),
            otherwise="none",
        ),
        "family_layout": ladder(
            "family_layout",
            (facts.family_abroad == place("granted_abroad"), "granted_abroad"),
            (facts.is_published_abroad, "pending_abroad"),
            (facts.family_abroad == place("home_only"), "home_only"),
        ),
    }


def _remaining_life(facts: Table, rules: InForce) -> IntegerValue:
    limits = [int(text) * 12 for text in rules.words("screening.remaining_life_years")]
    *bands, lowest = (_whole(Decimal(text), 100) for text in rules.words("screening.remaining_life_points"))
    left = facts.months_left
    return ibis.cases(
        (facts.has_ended, 0),
        *((left >= limit, points) for limit, points in zip(limits, bands, strict=True)),
        (left.notnull(), lowest),
    ).cast("int32")


def _flags(facts: Table) -> StringValue:
    return codes_where(
        (facts.has_ended, "not_in_force"),
        (facts.in_force.isnull(), "status_unknown"),
        (facts.pledge_active, "pledged"),
        (facts.exclusive_active, "licensed_exclusively"),
        (facts.sole_active, "licensed_solely"),
        (facts.preservation_active, "preserved"),
        (facts.suspension_active, "suspended"),
        (facts.partly_invalidated, "partly_invalidated"),
        (facts.invalidation_started, "invalidation_started"),
        (facts.co_owned, "co_owned"),
    )


def _sum(values: Iterable[IntegerValue]) -> IntegerValue:
    return reduce(add, values)


def _whole(value: Decimal, scale: int) -> int:
    """A value of the pack in units of 1/scale. Raises: OutOfRange where it is finer than that."""
    scaled = value * scale
    if scaled != scaled.to_integral_value():
        raise OutOfRange(f"{value} is finer than 1/{scale}, in which scores are counted. Round it in the pack.")
    return int(scaled)
