"""Grading: strategic industries, high-value verdicts, peers, screening grade, statistics. Siblings are not imported."""

from __future__ import annotations

from panhuo.engine.grading.cohorts import too_few_peers
from panhuo.engine.grading.grade import GRADES, grade
from panhuo.engine.grading.high_value import CASES, cases_met
from panhuo.engine.grading.screening import missing_parts
from panhuo.engine.grading.sei import SEI, SEI_EVIDENCE, sei_by_asset, sei_evidence
from panhuo.engine.grading.statistics import Population, Statistics, ripening, stock, stock_figures

__all__ = [
    "CASES",
    "GRADES",
    "Population",
    "SEI",
    "SEI_EVIDENCE",
    "Statistics",
    "cases_met",
    "grade",
    "missing_parts",
    "ripening",
    "sei_by_asset",
    "sei_evidence",
    "stock",
    "stock_figures",
    "too_few_peers",
]
