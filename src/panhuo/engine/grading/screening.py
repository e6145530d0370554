"""One screening grade, A to D: nine parts of 0 to 100 points, weighed by the pack, with what is missing.

The weights are placeholders (scheme panhuo-default), never those of GB/T 42748; who prints a grade prints
screening.notice beside it. A part that nobody can say is left out, the rest is weighed anew and the confidence
falls. No part is a bare count. docs/algorithms/grading.md, section 4.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import add

import ibis
from ibis import Table
from ibis.expr.types import FloatingValue, StringValue

from panhuo.engine.grading import sei
from panhuo.engine.grading.verdicts import codes_where, rounded
from panhuo.rules import InForce
from panhuo.terms.kinds import IpType, LegalStatus

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
    "screening_missing": "string",  # parts without points, joined by ;
    "flags": "string",  # findings that block nothing here and must be seen, joined by ;
    "grade": "string",  # A B C D, null where there is none
    "grade_reason": "string",  # why there is none: not_patent, design_outside_scheme, not_granted, too_little_known
}
"""Columns that screening_grade adds."""
_NEVER_GRANTED = (
    LegalStatus.PENDING,
    LegalStatus.PUBLISHED,
    LegalStatus.EXAMINATION,
    LegalStatus.REJECTED,
    LegalStatus.WITHDRAWN,
)


def screening_grade(facts: Table, rules: InForce) -> Table:
    """Add the columns SCREENING to facts that carry the indices and verdicts."""
    parts = _parts(facts, rules)
    scored = facts.mutate(**{f"part_{part}": rounded(parts[part], 2) for part in PARTS})
    weights = {part: float(rules.decimal(f"screening.weight.{part}")) for part in PARTS}
    points = [scored[f"part_{part}"] for part in PARTS]
    known = _sum(ibis.ifelse(p.notnull(), w, 0.0) for p, w in zip(points, weights.values(), strict=True))
    weighed = _sum(p.fill_null(0.0) * w for p, w in zip(points, weights.values(), strict=True))
    scored = scored.mutate(
        screening_score=rounded(weighed / known.nullif(0.0), 2),
        screening_confidence=rounded(known, 2),
        screening_missing=codes_where(*((scored[f"part_{part}"].isnull(), part) for part in PARTS)),
        flags=_flags(facts),
    )
    return _grade(scored, rules)


def _grade(scored: Table, rules: InForce) -> Table:
    a, b, c = (float(text) for text in rules.words("screening.grade_limits"))
    reason = ibis.cases(
        (scored.ip_type == IpType.DESIGN, "design_outside_scheme"),
        (~scored.ip_type.isin([IpType.INVENTION, IpType.UTILITY_MODEL]), "not_patent"),
        (scored.status.isin([*_NEVER_GRANTED]), "not_granted"),
        (scored.screening_confidence < float(rules.decimal("screening.min_confidence")), "too_little_known"),
        else_="",
    )
    score = scored.screening_score
    letter = ibis.cases((score >= a, "A"), (score >= b, "B"), (score >= c, "C"), else_="D")
    return scored.mutate(grade=ibis.ifelse(reason == "", letter, ibis.null("string")), grade_reason=reason)


def _parts(facts: Table, rules: InForce) -> dict[str, FloatingValue]:
    rows = rules.table("screening_points")
    points = {(row["part"], row["finding"]): float(row["points"]) for row in rows}

    def ladder(part: str, *steps: tuple[ibis.Value, str], otherwise: str | None = None) -> FloatingValue:
        last = ibis.null("float64") if otherwise is None else points[part, otherwise]
        return ibis.cases(*((when, points[part, finding]) for when, finding in steps), else_=last)

    readiness = facts.maturity.cast("float64") * 100.0 / 9.0  # levels 1 to 9
    return {
        "right_stability": ladder(
            "right_stability",
            (facts.partly_invalidated, "partly_invalidated"),
            (facts.ip_type == IpType.INVENTION, "invention"),
            (facts.ip_type == IpType.UTILITY_MODEL, "utility_model"),
        ),
        "protection_scope": facts.claims_percentile * 100.0,
        "dependency": ladder(
            "dependency",
            (facts.preservation_active | facts.suspension_active, "held"),
            (facts.exclusive_active | facts.sole_active, "licensed_exclusively"),
            (facts.pledge_active, "pledged"),
            (facts.co_owned, "co_owned"),
            otherwise="free",
        ),
        "advancement": ibis.ifelse(
            facts.award.fill_null(False),
            points["advancement", "award"],
            facts.citations_percentile * 100.0,  # noqa: FBT003
        ),
        "field_trend": ladder(
            "field_trend",
            (facts.sei_class == sei.CONFIRMED, sei.CONFIRMED),
            (facts.sei_class == sei.CANDIDATE, sei.CANDIDATE),
            (facts.has_symbols, sei.NOT_SEI),
        ),
        "maturity": ibis.ifelse(
            facts.exploited & (readiness.fill_null(0.0) < points["maturity", "exploited"]),
            points["maturity", "exploited"],
            readiness,
        ),
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
            (facts.family_abroad == "granted_abroad", "granted_abroad"),
            (facts.is_published_abroad, "pending_abroad"),
            (facts.family_abroad == "home_only", "home_only"),
        ),
    }


def _remaining_life(facts: Table, rules: InForce) -> FloatingValue:
    limits = [int(text) * 12 for text in rules.words("screening.remaining_life_years")]
    *bands, lowest = (float(text) for text in rules.words("screening.remaining_life_points"))
    left = facts.months_left
    return ibis.cases(
        (facts.has_ended, 0.0),
        (left.isnull(), ibis.null("float64")),
        *((left >= limit, points) for limit, points in zip(limits, bands, strict=True)),
        else_=lowest,
    )


def _flags(facts: Table) -> StringValue:
    return codes_where(
        (facts.has_ended, "not_in_force"),
        (facts.status.fill_null(LegalStatus.CANNOT_SAY) == LegalStatus.CANNOT_SAY, "status_unknown"),
        (facts.pledge_active, "pledged"),
        (facts.exclusive_active, "licensed_exclusively"),
        (facts.sole_active, "licensed_solely"),
        (facts.preservation_active, "preserved"),
        (facts.suspension_active, "suspended"),
        (facts.partly_invalidated, "partly_invalidated"),
        (facts.invalidation_started, "invalidation_started"),
        (facts.co_owned, "co_owned"),
    )


def _sum(values: Iterable[FloatingValue]) -> FloatingValue:
    return reduce(add, values)
