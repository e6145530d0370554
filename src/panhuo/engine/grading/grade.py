"""The first grade of every patent: verdicts, indices, screening grade and criteria, one row each."""

from __future__ import annotations

from ibis import Table

from panhuo.engine.grading.cohorts import INDICES, cohort_indices, written
from panhuo.engine.grading.criteria import CRITERIA_COLUMNS, screening_criteria
from panhuo.engine.grading.facts import gather_facts
from panhuo.engine.grading.figures import figured
from panhuo.engine.grading.high_value import VERDICTS, high_value
from panhuo.engine.grading.screening import SCREENING, screening_grade, spelled_out
from panhuo.engine.grading.sei import NOT_SEI
from panhuo.rules import InForce

GRADES = {
    "asset_id": "int64",
    "status": "string",  # LegalStatus on the day
    "sei_class": "string",  # sei_confirmed | sei_candidate | not_sei, null without symbols
    "sei_branches": "string",
    "term_end": "date",  # 期满终止日: stated, else filing date and the term by law
    **VERDICTS,
    **INDICES,
    **SCREENING,
    **CRITERIA_COLUMNS,
}
"""All columns of a grade by machine name and type: the one list of what grade() gives."""


def grade(
    assets: Table, status: Table, events: Table, sei: Table, rules: InForce, *, offers: Table | None = None
) -> Table:
    """One row per asset with the columns GRADES, as at rules.day.

    Args:
        assets, events, offers: records.fields tables of the projection.
        status: records.status.legal_status on the same day. sei: grading.sei.SEI, stored beforehand.
    Nothing that became known after the day changes a row, except where a source states a bare count or list
    that grew since: such counts are then not used. Raises: NotInForce where the pack has no rule for the day.
    """
    rights = figured(assets, status, rules)
    facts = gather_facts(rights, assets, events, sei, rules, offers=offers)
    graded = cohort_indices(facts, rights, rules)
    graded = high_value(graded, rules)
    graded = screening_grade(graded, rules)
    graded = screening_criteria(graded, rules)
    said = written(graded) | spelled_out(graded)
    said["sei_class"] = graded.sei_class.coalesce(graded.has_symbols.ifelse(NOT_SEI, None))
    return graded.select(**{name: said[name] if name in said else graded[name] for name in GRADES})
