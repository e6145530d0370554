"""疑似沉睡 and what becomes of it: situations gathered, transfers judged, the rule read."""

from panhuo.engine.dormancy.reading import DormancyRules, Verdict, dormancy_rules, read
from panhuo.engine.dormancy.situations import OwnerAnswer, Situation, situations
from panhuo.engine.dormancy.transfers import Relation, Relations, Transfer

__all__ = [
    "DormancyRules",
    "OwnerAnswer",
    "Relation",
    "Relations",
    "Situation",
    "Transfer",
    "Verdict",
    "dormancy_rules",
    "read",
    "situations",
]
