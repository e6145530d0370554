"""Automatic rules of a valuation scheme: facts of a right as at a day -> points in hundredths, null where unsaid.

A scheme names a rule at an indicator, the pack gives points to its findings (scheme_points); nothing here knows
which indicators there are. What is not recorded is scored only where the rule has a finding for it (none, free).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

import ibis
from ibis import Table
from ibis.expr.types import BooleanValue, IntegerValue

from panhuo.engine.grading import sei
from panhuo.engine.grading.cohorts import SCALE
from panhuo.engine.grading.family_abroad import place
from panhuo.engine.grading.fields_of import TREND_SCALE
from panhuo.engine.grading.scheme import BadScheme, whole
from panhuo.engine.grading.verdicts import share_of
from panhuo.rules import InForce

_READINESS_LEVELS = 9  # GB/T 22900


@dataclass(slots=True)
class Points:
    """Points of findings, hundredths; bands: rule -> (figure from which, points), highest figure first."""

    of: dict[tuple[str, str], int] = field(default_factory=dict)
    bands: dict[str, list[tuple[Decimal, int]]] = field(default_factory=dict)

    def at(self, rule: str, finding: str) -> int:
        """Raises: BadScheme where the pack has no points for a finding."""
        if (rule, finding) not in self.of:
            raise BadScheme(
                f"Rule {rule} may find {finding}, for which scheme_points has no points. Add a row.", indicator=rule
            )
        return self.of[rule, finding]

    def ladder(self, rule: str, *steps: tuple[BooleanValue, str], otherwise: str | None = None) -> IntegerValue:
        """Points of the first finding that holds."""
        last = ibis.null("int32") if otherwise is None else self.at(rule, otherwise)
        return ibis.cases(*((when, self.at(rule, finding)) for when, finding in steps), else_=last).cast("int32")

    def band(
        self, rule: str, figure: IntegerValue, *, scale: int = 1, before: Iterable[tuple[BooleanValue, str]] = ()
    ) -> IntegerValue:
        """Points of the highest band that a figure (units of 1/scale) reaches; null below the lowest."""
        first = [(when, self.at(rule, finding)) for when, finding in before]
        steps = [(figure >= whole(limit, scale), points) for limit, points in self.bands.get(rule, [])]
        if not steps:
            raise BadScheme(f"scheme_points has no band for rule {rule}. Add rows with from.", indicator=rule)
        return ibis.cases(*first, *steps, else_=ibis.null("int32")).cast("int32")


def read_points(rules: InForce) -> Points:
    """scheme_points of the day. Raises: OutOfRange for points finer than hundredths."""
    found = Points()
    for row in rules.table("scheme_points"):
        points = whole(Decimal(row["points"]), 100)
        found.of[row["rule"], row["finding"]] = points
        if row["from"]:
            found.bands.setdefault(row["rule"], []).append((Decimal(row["from"]), points))
    for bands in found.bands.values():
        bands.sort(reverse=True)
    return found


def automatic_points(facts: Table, points: Points, rules: Iterable[str]) -> dict[str, IntegerValue]:
    """Points of the rules that are asked for, by rule. Raises: BadScheme for a rule that there is not.

    Args:
        facts: facts.gather_facts with cohort indices (cohorts.cohort_indices) and verdicts (high_value.high_value).
    """
    found = {}
    for rule in rules:
        if rule not in AUTOMATIC:
            raise BadScheme(f"The engine has no rule {rule}. It has {', '.join(AUTOMATIC)}.", indicator=rule)
        found[rule] = AUTOMATIC[rule](facts, points)
    return found


def _examination(facts: Table, points: Points) -> IntegerValue:
    return points.ladder(
        "examination",
        (facts.is_invention, "invention"),
        (facts.is_utility_model & facts.paired, "utility_model_pair"),
        (facts.is_utility_model, "utility_model"),
    )


def _disputes(facts: Table, points: Points) -> IntegerValue:
    return points.ladder(
        "disputes",
        (facts.partly_invalidated, "partly_invalidated"),
        (facts.invalidation_started, "invalidation_started"),
        (facts.litigated, "litigated"),
        otherwise="none",
    )


def _claims(facts: Table, _points: Points) -> IntegerValue:
    return facts.claims_percentile_e4  # 0.1154 of the peers are 11.54 points


def _claim_breadth(facts: Table, _points: Points) -> IntegerValue:
    return facts.first_claim_percentile_e4  # the shorter a first claim, the less limits it


def _claim_type(facts: Table, points: Points) -> IntegerValue:
    return points.ladder("claim_type", (facts.is_utility_model, "product"))


def _encumbrances(facts: Table, points: Points) -> IntegerValue:
    return points.ladder(
        "encumbrances",
        (facts.preservation_active | facts.suspension_active, "held"),
        (facts.exclusive_active | facts.sole_active, "licensed_exclusively"),
        (facts.pledge_active, "pledged"),
        (facts.co_owned, "co_owned"),
        otherwise="free",
    )


def _citations_awards(facts: Table, points: Points) -> IntegerValue:
    return facts.award.ifelse(points.at("citations_awards", "award"), facts.citations_percentile_e4)


def _field_breadth(facts: Table, points: Points) -> IntegerValue:
    return points.band("field_breadth", facts.subclasses)


def _readiness(facts: Table, points: Points) -> IntegerValue:
    stated = share_of(facts.maturity, ibis.literal(_READINESS_LEVELS, "int32"), scale=SCALE)
    in_use = ibis.greatest(stated.fill_null(0), points.at("readiness", "exploited"))
    return facts.exploited.ifelse(in_use, stated)


def _filing_trend(facts: Table, points: Points) -> IntegerValue:
    return points.band("filing_trend", facts.filing_trend, scale=TREND_SCALE)


def _sei(facts: Table, points: Points) -> IntegerValue:
    return points.ladder(
        "sei",
        (facts.sei_confirmed, sei.CONFIRMED),
        (facts.sei_candidate, sei.CANDIDATE),
        (facts.has_symbols, sei.NOT_SEI),
    )


def _remaining_term(facts: Table, points: Points) -> IntegerValue:
    return points.band("remaining_term", facts.months_left, before=[(facts.has_ended, "ended")])


def _products(facts: Table, points: Points) -> IntegerValue:
    return points.ladder("products", (facts.exploited, "exploited"))


def _deal_history(facts: Table, points: Points) -> IntegerValue:
    return points.ladder(
        "deal_history",
        (facts.licensed, "licensed"),
        (facts.pledged, "pledged"),
        (facts.transferred, "transferred"),
        otherwise="none",
    )


def _family_layout(facts: Table, points: Points) -> IntegerValue:
    return points.ladder(
        "family_layout",
        (facts.family_abroad == place("granted_abroad"), "granted_abroad"),
        (facts.is_published_abroad, "pending_abroad"),
        (facts.family_abroad == place("home_only"), "home_only"),
    )


AUTOMATIC: dict[str, Callable[[Table, Points], IntegerValue]] = {
    "examination": _examination,
    "disputes": _disputes,
    "claims": _claims,
    "claim_breadth": _claim_breadth,
    "claim_type": _claim_type,
    "encumbrances": _encumbrances,
    "citations_awards": _citations_awards,
    "field_breadth": _field_breadth,
    "readiness": _readiness,
    "filing_trend": _filing_trend,
    "sei": _sei,
    "remaining_term": _remaining_term,
    "products": _products,
    "deal_history": _deal_history,
    "family_layout": _family_layout,
}
"""Rules that a scheme may name, by name."""
