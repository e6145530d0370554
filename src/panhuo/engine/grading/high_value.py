"""高价值发明专利 as at a day: preconditions, five cases with their evidence, and the verdict over them.

Which cases are on, for what kinds of patent, and what each asks for stands in the pack (high_value.*): national
cnipa_2021 and Shenzhen sz_2021 are two packs over the same expressions. docs/algorithms/grading.md, section 2.
Source: 国发〔2021〕20号, indicator note; 深市监政案函〔2021〕67号.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_

import ibis
from ibis import Table
from ibis.expr.types import BooleanValue, StringValue

from panhuo.engine.grading import sei
from panhuo.engine.grading.family_abroad import FINDINGS, place
from panhuo.engine.grading.verdicts import codes_where
from panhuo.engine.records.packing import AS_IS, Packed, Told, Word, first_of
from panhuo.rules import InForce
from panhuo.terms.dates import add_years

CASES = ("sei", "overseas_family", "maintained_over_10y", "high_pledge_amount", "award")
"""The five cases by their machine names, in the order of the definition."""
VERDICTS = {
    "high_value": "boolean",
    "high_value_reason": "string",  # why not, or why nobody can say; "" where it is one
    **{
        column: kind
        for case in CASES
        for column, kind in ((case, "boolean"), (f"{case}_reason", "string"), (f"{case}_evidence", "string"))
    },
}
"""Columns that high_value adds; a null verdict is cannot_say."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One case over the facts: three-valued verdict, the reason's code, and the evidence where it is met or near."""

    verdict: BooleanValue
    reason: Told
    evidence: StringValue


def high_value(facts: Table, rules: InForce) -> tuple[Table, dict[str, Packed]]:
    """Add the columns VERDICTS, packed, to a table of facts (facts.py), as at rules.day; and how they are packed.

    Each case is judged for every patent, so that a near miss is seen; the verdict asks for the preconditions
    too: granted by CNIPA and in force on the day, owner resident at home. A case that the pack leaves off, or
    has no threshold for, is null with reason case_off and takes no part in the verdict.
    """
    off = [name for name in CASES if name not in rules.words("high_value.dimensions")]
    if rules.value_or_none("high_value.pledge_threshold_cny") is None:
        off.append("high_pledge_amount")
    columns: dict[str, ibis.Value] = {}
    packing: dict[str, Packed] = {"high_value": AS_IS, "high_value_reason": AS_IS}
    for name in CASES:
        case = _OFF if name in off else _of_right_kind(_JUDGE[name](facts, rules), name, facts, rules)
        columns |= {name: case.verdict, f"{name}_reason": case.reason.value, f"{name}_evidence": case.evidence}
        packing |= {name: AS_IS, f"{name}_reason": case.reason.packed, f"{name}_evidence": AS_IS}
    judged, reason = _verdict(facts.mutate(**columns), [name for name in CASES if name not in off], rules)
    return judged, packing | {"high_value_reason": reason.packed}


def cases_met(grades: Table) -> StringValue:
    """Cases that a row of GRADES meets, joined by ;, whatever the preconditions say."""
    return codes_where(*((grades[name], name) for name in CASES))


def last_day_filed(at: date, *, years: int) -> date:
    """The latest filing day that lies more than so many years before a day.

    >>> last_day_filed(date(2025, 11, 30), years=10)
    datetime.date(2015, 11, 29)
    """
    eve = at - timedelta(days=1)
    day = add_years(eve, -years)
    later = day + timedelta(days=1)  # 29 February reaches its years on the 28th as well
    return later if add_years(later, years) <= eve else day


def _verdict(judged: Table, on: Sequence[str], rules: InForce) -> tuple[Table, Told]:
    is_met = reduce(or_, (judged[name] for name in on)) if on else _FALSE
    wrong_kind = ibis.literal(rules.flag("high_value.invention_only")) & ~judged.is_invention
    reason = first_of(
        (~judged.by_cnipa, "not_granted_by_cnipa"),
        (wrong_kind, "not_invention"),
        (~judged.in_force, "not_in_force"),
        (~judged.at_home, "owner_abroad"),
        (~is_met, "no_case"),
        (judged.in_force.isnull(), "status_unknown"),
        (judged.at_home.isnull(), "residence_unknown"),
        (is_met.isnull(), "case_unknown"),
        otherwise="",
    )
    verdict = judged.by_cnipa & ~wrong_kind & judged.in_force & judged.at_home & is_met
    return judged.mutate(high_value=verdict, high_value_reason=reason.value), reason


def _of_right_kind(case: _Case, name: str, facts: Table, rules: InForce) -> _Case:
    only = rules.flag("high_value.invention_only") or name in rules.words("high_value.invention_only_dimensions")
    wrong = ~facts.is_invention if only else ~(facts.is_invention | facts.is_utility_model | facts.is_design)
    return _Case(
        ibis.ifelse(wrong, _FALSE, case.verdict),
        case.reason.unless(wrong, "not_invention" if only else "not_patent"),
        case.evidence,
    )


def _sei(facts: Table, rules: InForce) -> _Case:
    counted = [facts[found] for found in rules.words("high_value.sei_classes")]
    return _Case(
        ibis.cases((reduce(or_, counted, _FALSE), _TRUE), (facts.has_symbols, _FALSE)),
        first_of(
            (facts.sei_confirmed, sei.CONFIRMED),
            (facts.sei_candidate, sei.CANDIDATE),
            (facts.has_symbols, sei.NOT_SEI),
            otherwise="no_ipc",
        ),
        facts.sei_evidence,
    )


def _overseas_family(facts: Table, rules: InForce) -> _Case:
    found = facts.family_abroad
    needs_grant = rules.flag("high_value.family_requires_grant")
    is_met = found == place("granted_abroad") if needs_grant else facts.is_published_abroad
    unsure = ["granted_later", "kind_unclear", "members_not_listed", "family_not_told"]
    if not needs_grant:
        unsure.append("pending_later")
    return _Case(
        ibis.cases((is_met, _TRUE), (found.isin([place(name) for name in unsure]), _UNSAID), else_=_FALSE),
        Told(found, Word(FINDINGS)),
        facts.member_abroad,
    )


def _maintained(facts: Table, rules: InForce) -> _Case:
    last = last_day_filed(rules.day, years=rules.integer("high_value.maintained_years"))
    is_longer = facts.filing_date <= last
    return _Case(
        is_longer,
        first_of((is_longer, "longer"), (facts.filing_date.isnull(), "no_filing_date"), otherwise="not_longer"),
        is_longer.ifelse(facts.filing_date.cast("string"), None),
    )


def _high_pledge(facts: Table, rules: InForce) -> _Case:
    return _Case(
        ibis.cases((facts.pledge_reached, _TRUE), (facts.pledge_untold, _UNSAID), else_=_FALSE),
        first_of(
            (facts.pledge_reached, "threshold_reached"),
            (facts.pledge_untold, "amount_not_told"),
            (facts.pledge_untold.notnull(), "below_threshold"),
            otherwise="no_pledge",
        ),
        facts.pledge_contract,
    )


def _award(facts: Table, rules: InForce) -> _Case:
    won, later, other = facts.award_won, facts.award_later, facts.award_other
    return _Case(
        ibis.cases((won.notnull(), _TRUE), (later.notnull(), _UNSAID), else_=_FALSE),
        first_of(
            (won.notnull(), "award_won"),
            (later.notnull(), "known_later"),
            (other.notnull(), "other_award"),
            otherwise="no_award_known",
        ),
        ibis.coalesce(won, later, other),
    )


_TRUE, _FALSE, _UNSAID = ibis.literal(True), ibis.literal(False), ibis.null("boolean")  # noqa: FBT003 - verdicts
_OFF = _Case(_UNSAID, first_of(otherwise="case_off"), ibis.null("string"))
_JUDGE: dict[str, Callable[[Table, InForce], _Case]] = {
    "sei": _sei,
    "overseas_family": _overseas_family,
    "maintained_over_10y": _maintained,
    "high_pledge_amount": _high_pledge,
    "award": _award,
}
