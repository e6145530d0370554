"""The pool (专利转化资源库): its workflow, complete cards, entries confirmed in time, samples, alerts."""

from __future__ import annotations

from panhuo.engine.pool.card import CardPart, Completeness, card_parts, completeness
from panhuo.engine.pool.keeping import (
    ConfirmRules,
    Showing,
    agreement_share,
    alert_year,
    confirm_rules,
    draw_sample,
    last_confirmed,
    showing,
)
from panhuo.engine.pool.moves import FILLABLE, MOVES, Act, Move, Stage, WrongStage, move_of, moves_from

__all__ = [
    "FILLABLE",
    "MOVES",
    "Act",
    "CardPart",
    "Completeness",
    "ConfirmRules",
    "Move",
    "Showing",
    "Stage",
    "WrongStage",
    "agreement_share",
    "alert_year",
    "card_parts",
    "completeness",
    "confirm_rules",
    "draw_sample",
    "last_confirmed",
    "move_of",
    "moves_from",
    "showing",
]
