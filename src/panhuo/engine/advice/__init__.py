"""Advice on what to do with a right: maintain, license, sell, abandon; and what must be done first."""

from __future__ import annotations

from panhuo.engine.advice.duties import Duty, DutyFacts, DutyRules, DutyState, duties_before, duty_rules
from panhuo.engine.advice.rules import FACTS, Action, Advice, AdviceRule, BadAdvice, RightFacts, advice_rules, advise

__all__ = [
    "Action",
    "Advice",
    "AdviceRule",
    "BadAdvice",
    "Duty",
    "DutyFacts",
    "DutyRules",
    "DutyState",
    "FACTS",
    "RightFacts",
    "advice_rules",
    "advise",
    "duties_before",
    "duty_rules",
]
