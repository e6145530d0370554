"""Vetoes, disclosures and flags of a scene, tested on the base date: what blocks in one scene is told in another.

Which finding does what is the pack's (scheme_vetoes). A finding that nobody can say on the day is told as unsettled
and never passes for absent. What only the parties know (consents, the debt, who claims to be the owner) is tested
for one patent by the pledge check, not in a table.
"""

from __future__ import annotations

from ibis import Table
from ibis.expr.types import BooleanValue

from panhuo.engine.grading.scheme import REMEDY
from panhuo.engine.records.packing import Told, codes_of
from panhuo.rules import InForce
from panhuo.terms.kinds import LegalStatus

EFFECTS = {"vetoes": "veto", "disclosures": "disclosure", "flags": "flag"}
FINDINGS = {
    **dict.fromkeys(EFFECTS, "string"),  # findings that block, must be disclosed, are a risk; joined by ;
    "unsettled": "string",  # findings of which nobody can say whether they hold
}
"""Columns that scene_findings adds."""


def scene_findings(facts: Table, rules: InForce, scene: str) -> dict[str, Told]:
    """The columns FINDINGS of facts. In the remedy scene facts may carry in_force_then, of the infringement's day."""
    effects = {row["finding"]: row["effect"] for row in rules.table("scheme_vetoes") if row["scene"] == scene}
    found = _found(facts)
    said = {
        column: codes_of(
            *((found[name], name) for name, effect in effects.items() if effect == wanted and name in found)
        )
        for column, wanted in EFFECTS.items()
    }
    said["unsettled"] = codes_of(*_unsettled(facts, effects, scene))
    return said


def _found(facts: Table) -> dict[str, BooleanValue]:
    found = {
        "not_in_force": facts.has_ended,
        "invalidated": facts.status == LegalStatus.INVALIDATED_ALL,
        "not_granted": facts.never_granted,
        "preserved": facts.preservation_active,
        "suspended": facts.suspension_active,
        "fee_unpaid": facts.fee_unpaid & facts.in_force,
        "pledged": facts.pledge_active,
        "invalidation_started": facts.invalidation_pending,  # a concluded one is history: partly_invalidated
        "partly_invalidated": facts.partly_invalidated,
        "licensed_exclusively": facts.exclusive_active,
        "licensed_solely": facts.sole_active,
        "same_day_pair": facts.is_utility_model & facts.paired,
    }
    if "in_force_then" in facts.columns:
        found["not_in_force_then"] = ~facts.in_force_then
    return found


def _unsettled(facts: Table, effects: dict[str, str], scene: str) -> list[tuple[BooleanValue, str]]:
    found = [(facts.in_force.isnull(), "status_unknown")]
    if effects.get("co_owner_consent") == "veto":
        found.append((facts.co_owned, "co_owner_consent"))
    if scene == REMEDY and "not_in_force_then" in effects:
        is_unsaid = facts.in_force_then.isnull() if "in_force_then" in facts.columns else facts.has_ended
        found.append((is_unsaid, "not_in_force_then"))
    return found
