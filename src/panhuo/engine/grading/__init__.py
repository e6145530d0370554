"""Grading: strategic industries, high-value verdicts, peers, screening grade, statistics. Siblings are not imported."""

from __future__ import annotations

from panhuo.engine.grading.grade import GRADES, grade
from panhuo.engine.grading.sei import SEI, SEI_EVIDENCE, sei_by_asset, sei_evidence

__all__ = ["GRADES", "SEI", "SEI_EVIDENCE", "grade", "sei_by_asset", "sei_evidence"]
