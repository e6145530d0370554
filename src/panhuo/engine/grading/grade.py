"""The grade of every patent in one scene: verdicts, indices, indicators, findings and criteria, one row each."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
from ibis import Table

from panhuo.engine.grading.cohorts import INDICES, INDICES_PACKED, cohort_indices, written
from panhuo.engine.grading.criteria import CRITERIA_COLUMNS, supply_criteria
from panhuo.engine.grading.facts import gather_facts
from panhuo.engine.grading.figures import figured
from panhuo.engine.grading.high_value import VERDICTS, high_value
from panhuo.engine.grading.scheme import DEFAULT_SCENE, read_scheme
from panhuo.engine.grading.scheme_scores import SCENE_GRADE, indicator_columns, scene_grade
from panhuo.engine.grading.sei import CANDIDATE, CONFIRMED, NOT_SEI
from panhuo.engine.records.packing import AS_IS, Packed, Packing, first_of, kept_columns, unpacked
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


@dataclass(frozen=True, slots=True)
class Grades:
    """Grades as they are kept: packed has kept_columns(packing), packing names all of grade_columns."""

    packed: Table
    packing: Packing

    def unpacked(self) -> Table:
        """One row per asset with the columns grade_columns."""
        return unpacked(self.packed, self.packing)


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
) -> Grades:
    """The grade of every asset as at rules.day, the base date, one row each, packed (engine.records.packing).

    Args:
        assets, events, offers: records.fields tables of the projection.
        status: records.status.legal_status on the same day. sei: grading.sei.SEI, stored beforehand.
        experts: experts.EXPERT_SCORES. then: legal_status on the day of an infringement, for the remedy scene.
        all_are_peers: the list is one field and tells no years: every right is compared with every other.
    Nothing that became known after the day changes a row, except where a source states a bare count or list
    that grew since: such counts are then not used. Raises: NotInForce where the pack has no rule for the day,
    UnknownScene, BadScheme.
    """
    rights = figured(assets, status, rules)
    if all_are_peers:
        rights = rights.mutate(cohort=ibis.literal(0, "int64"))
    facts = gather_facts(rights, assets, events, sei, rules, offers=offers)
    if then is not None:
        facts = _standing_then(facts, then)
    graded = cohort_indices(facts, rights, rules)
    graded, verdicts = high_value(graded, rules)
    graded, scored = scene_grade(graded, rules, scene, experts=experts)
    graded, criteria = supply_criteria(graded, rules)
    industry = first_of(
        (graded.sei_confirmed, CONFIRMED), (graded.sei_candidate, CANDIDATE), (graded.has_symbols, NOT_SEI)
    )
    told: dict[str, Packed] = {**dict.fromkeys(GRADES, AS_IS), "sei_class": industry.packed}
    told |= verdicts | INDICES_PACKED | scored | criteria
    columns = grade_columns(rules, scene, with_experts=experts is not None)
    packing = {name: told[name] for name in columns}
    said = written(graded) | {"sei_class": industry.value}
    kept = kept_columns(packing)
    return Grades(graded.select(**{name: said[name] if name in said else graded[name] for name in kept}), packing)


def _standing_then(facts: Table, then: Table) -> Table:
    known = then.status.nullif(LegalStatus.CANNOT_SAY)
    standing = then.select("asset_id", in_force_then=is_in_force(known))
    return facts.left_join(standing, "asset_id", rname="then_{name}").drop("then_asset_id")
