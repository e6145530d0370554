"""The grade of every patent in one scene: verdicts, indices, indicators, findings and criteria, one row each."""

from __future__ import annotations

import ibis
from ibis import Table

from panhuo.engine.grading.cohorts import INDICES, cohort_indices, written
from panhuo.engine.grading.criteria import CRITERIA_COLUMNS, supply_criteria
from panhuo.engine.grading.facts import gather_facts
from panhuo.engine.grading.figures import figured
from panhuo.engine.grading.high_value import VERDICTS, high_value
from panhuo.engine.grading.scheme import DEFAULT_SCENE, read_scheme
from panhuo.engine.grading.scheme_scores import SCENE_GRADE, indicator_columns, scene_grade, spelled_out
from panhuo.engine.grading.sei import NOT_SEI
from panhuo.engine.records.status import is_in_force
from panhuo.rules import InForce
from panhuo.terms.kinds import LegalStatus

GRADES = {
    "asset_id": "int64",
    "status": "string",  # LegalStatus on the day
    "sei_class": "string",  # sei_confirmed | sei_candidate | not_sei, null without symbols
    "sei_branches": "string",
    "term_end": "date",  # 期满终止日: stated, else filing date and the term by law
    **VERDICTS,
    **INDICES,
    **SCENE_GRADE,
    **CRITERIA_COLUMNS,
}
"""Columns of a grade by machine name and type that every scheme has; grade_columns adds those of its indicators."""


def grade_columns(rules: InForce, scene: str = DEFAULT_SCENE, *, with_experts: bool = False) -> dict[str, str]:
    """All columns of a grade in a scene by machine name and type: the one list of what grade() gives."""
    return GRADES | indicator_columns(read_scheme(rules, scene), with_experts=with_experts)


def grade(
    assets: Table,
    status: Table,
    events: Table,
    sei: Table,
    rules: InForce,
    *,
    scene: str = DEFAULT_SCENE,
    offers: Table | None = None,
    experts: Table | None = None,
    then: Table | None = None,
    all_are_peers: bool = False,
) -> Table:
    """One row per asset with the columns grade_columns, as at rules.day, the base date.

    Args:
        assets, events, offers: records.fields tables of the projection.
        status: records.status.legal_status on the same day. sei: grading.sei.SEI, stored beforehand.
        experts: experts.EXPERT_SCORES. then: legal_status on the day of an infringement, for the remedy scene.
        all_are_peers: the list is one field and tells no years: every right is compared with every other.
    Nothing that became known after the day changes a row, except where a source states a bare count or list
    that grew since: such counts are then not used. Raises: NotInForce where the pack has no rule for the day,
    UnknownScene, BadScheme.
    """
    scheme = read_scheme(rules, scene)
    rights = figured(assets, status, rules)
    if all_are_peers:
        rights = rights.mutate(cohort=ibis.literal(0, "int64"))
    facts = gather_facts(rights, assets, events, sei, rules, offers=offers)
    if then is not None:
        facts = _standing_then(facts, then)
    graded = cohort_indices(facts, rights, rules)
    graded = high_value(graded, rules)
    graded = scene_grade(graded, rules, scene, experts=experts)
    graded = supply_criteria(graded, rules)
    said = written(graded) | spelled_out(graded, scheme, with_experts=experts is not None)
    said["sei_class"] = graded.sei_class.coalesce(graded.has_symbols.ifelse(NOT_SEI, None))
    names = GRADES | indicator_columns(scheme, with_experts=experts is not None)
    return graded.select(**{name: said[name] if name in said else graded[name] for name in names})


def _standing_then(facts: Table, then: Table) -> Table:
    known = then.status.nullif(LegalStatus.CANNOT_SAY)
    standing = then.select("asset_id", in_force_then=is_in_force(known))
    return facts.left_join(standing, "asset_id", rname="then_{name}").drop("then_asset_id")
