"""Patent portfolios: what a group of patents covers of a product, its gaps, its grade and its life as a whole."""

from __future__ import annotations

from panhuo.engine.portfolios.lives import FlowsEnd, flows_end
from panhuo.engine.portfolios.whole import (
    PARTS,
    Added,
    Cover,
    Feature,
    FeatureState,
    Member,
    Whole,
    WholeRules,
    grade_whole,
    whole_rules,
)

__all__ = [
    "Added",
    "Cover",
    "Feature",
    "FeatureState",
    "FlowsEnd",
    "Member",
    "PARTS",
    "Whole",
    "WholeRules",
    "flows_end",
    "grade_whole",
    "whole_rules",
]
