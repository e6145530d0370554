"""Grading: strategic industries, high value, peers, valuation schemes, statistics. Siblings are not imported."""

from __future__ import annotations

from panhuo.engine.grading.cohorts import too_few_peers
from panhuo.engine.grading.experts import EXPERT_SCORES, expert_faults
from panhuo.engine.grading.grade import GRADES, Grades, grade, grade_columns
from panhuo.engine.grading.high_value import CASES, cases_met
from panhuo.engine.grading.scheme import DEFAULT_SCENE, BadScheme, Scheme, UnknownScene, read_scheme
from panhuo.engine.grading.scheme_explained import Driver, Explainer, WeightChange, explain_scene, strongest, weakest
from panhuo.engine.grading.scheme_scores import missing_indicators, points_of
from panhuo.engine.grading.sei import SEI, SEI_EVIDENCE, sei_by_asset, sei_evidence
from panhuo.engine.grading.statistics import Population, Statistics, ripening, stock, stock_figures

__all__ = [
    "BadScheme",
    "CASES",
    "DEFAULT_SCENE",
    "Driver",
    "Explainer",
    "EXPERT_SCORES",
    "GRADES",
    "Grades",
    "Population",
    "SEI",
    "SEI_EVIDENCE",
    "Scheme",
    "Statistics",
    "UnknownScene",
    "WeightChange",
    "cases_met",
    "expert_faults",
    "explain_scene",
    "grade",
    "grade_columns",
    "missing_indicators",
    "points_of",
    "read_scheme",
    "ripening",
    "sei_by_asset",
    "sei_evidence",
    "stock",
    "stock_figures",
    "strongest",
    "too_few_peers",
    "weakest",
]
