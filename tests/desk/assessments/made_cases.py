"""Cases made by hand: one patent of a fictitious university with two inventors, and short ways through the actions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from desk.listings.made_register import AT, NOW, UNIVERSITY, Register
from panhuo.adapters.files.attachments import KeptFile
from panhuo.desk.assessments.case_actions import (
    Opened,
    assess_case_first,
    attach_report,
    open_case,
    self_grade,
)
from panhuo.desk.assessments.models import AssessmentCase, CaseReport, FirstAssessment, Panel, PanelExpert
from panhuo.desk.assessments.panel_actions import assign_expert, give_score, open_panel
from panhuo.engine.assessment import first_rules, self_grade_scale
from panhuo.engine.assessment.rows import ExpertRow, FirstRow, ScoreRow, SelfGradeRow
from panhuo.rules import load_pack

RULES = load_pack("national").at(AT)
WHO: dict[str, Any] = {"actor": "评议中心", "at": AT, "made_at": NOW}
GOOD = {
    "right_state": "clear",
    "right_quality": "usable",
    "advancement": "above",
    "market_outlook": "clear",
    "conditions": "laboratory",
    "takers": "known",
}
"""High value (76 points) and good prospect (67 points)."""


def kiln(register: Register, **changed: Any) -> str:
    """A patent whose texts name its owner and an inventor; its application number."""
    fields = {
        "abstract": "云湖大学材料学院方甲提出石灰窑供风装置。",
        "inventors": ["方甲", "圆乙"],
        "agency": "望岭代理所",
    }
    return register.right("云湖大学石灰窑供风装置", **{**fields, **changed}).application_number


def opened(register: Register, **changed: Any) -> AssessmentCase:
    done: Opened = open_case(kiln(register, **changed), departments=["材料学院"], **WHO)
    return done.case


def graded(case: AssessmentCase, *, level: int = 4, willingness: str = "willing", inventor: str = "方甲",
           on: date | None = None) -> bool:  # fmt: skip
    row = SelfGradeRow(case.number, level, willingness, inventor, "", on)
    return self_grade(case, row, scale=self_grade_scale(RULES), rules=RULES, **WHO)


def assessed(case: AssessmentCase, **answers: str) -> tuple[FirstAssessment, bool]:
    row = FirstRow(case.number, {**GOOD, **answers}, "直丙", "", None)
    return assess_case_first(case, row, form=first_rules(RULES), rules=RULES, **WHO)


def reported(case: AssessmentCase, which: str, *, digest: str = "d", issuer: str = "") -> tuple[CaseReport, bool]:
    return attach_report(case, which, KeptFile("报告.pdf", digest * 64, 9), issuer=issuer, rules=RULES, **WHO)


def expert(code: str = "E1", name: str = "曲丁", organisation: str = "江城学院", **changed: Any) -> ExpertRow:
    fields: dict[str, Any] = {"weight": Decimal(1), "has_declared": True, "relations": (), "dealings": ()}
    return ExpertRow(code, name, organisation, **{**fields, **changed})


def panel(case: AssessmentCase, experts: int = 5) -> Panel:
    """An open panel with so many experts without ties."""
    made, _ = open_panel(case, due=None, rules=RULES, **WHO)
    for place in range(1, experts + 1):
        assign_expert(made, expert(f"E{place}", f"专家{place}"), rules=RULES, **WHO)
    return made


def scored(one: PanelExpert, points: str, *, at: date = AT) -> set[str]:
    """The same points for every indicator."""
    return {
        give_score(ScoreRow(one.sheet, item["code"], Decimal(points), ""), actor="评议中心", at=at, made_at=NOW)
        for item in one.panel.indicators
    }


__all__ = [
    "AT",
    "GOOD",
    "NOW",
    "RULES",
    "UNIVERSITY",
    "WHO",
    "Register",
    "assessed",
    "expert",
    "graded",
    "kiln",
    "opened",
    "panel",
    "reported",
    "scored",
]
