"""Maintain, license, sell or abandon: the first rule of the pack that surely holds, and nothing on ignorance.

A rule is a set of conditions on named facts, all of which must hold. A fact that nobody can say leaves a rule open.
Advice stands only where no filling of what is unknown would change it: if an open rule before the first that holds
says otherwise, the answer is cannot_say with what is missing. docs/algorithms/advice.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from panhuo.rules import InForce, Row
from panhuo.terms.errors import DomainError

Fact = bool | str | Decimal | None


class BadAdvice(DomainError):
    """Rules of advice that are sound cell by cell and cannot be used together; fields: rule."""

    code = "bad_advice_rules"


class Action(StrEnum):
    """What is advised."""

    MAINTAIN = "maintain"  # 维持
    LICENSE = "license"  # 许可
    SELL = "sell"  # 转让
    ABANDON = "abandon"  # 放弃
    NONE = "none"  # there is no right to decide on
    CANNOT_SAY = "cannot_say"  # facts are missing that decide; kept in force until they are told


@dataclass(frozen=True, slots=True)
class RightFacts:
    """What is known of one right on a day; None: nobody can say.

    living: granted and in force. held: preserved by a court or suspended. disputed: invalidation or litigation told.
    in_use: exploitation told. events_known: the register tells its legal events up to about the day; never False,
    because silence says nothing. dormancy: DormancyState or not_considered. wish: what the owner last stated
    (transfer, licence, negotiable, unwilling, not_told). grade, score (0..100): of the scene management. months_left:
    of the term. high_value, good_market, ready_to_use: verdicts of the grade.
    """

    living: bool | None = None
    held: bool | None = None
    pledged: bool | None = None
    licensed: bool | None = None
    open_licence: bool | None = None
    disputed: bool | None = None
    in_use: bool | None = None
    events_known: bool | None = None
    high_value: bool | None = None
    good_market: bool | None = None
    ready_to_use: bool | None = None
    dormancy: str | None = None
    wish: str | None = None
    grade: str | None = None
    score: Decimal | None = None
    months_left: Decimal | None = None


FACTS: Mapping[str, type] = MappingProxyType(
    dict.fromkeys(RightFacts.__dataclass_fields__, bool)
    | dict.fromkeys(("dormancy", "wish", "grade"), str)
    | dict.fromkeys(("score", "months_left"), Decimal)
)
"""Facts that conditions may name, with their kind."""
_TESTS: Mapping[str, tuple[type, Callable[[str], object]]] = MappingProxyType(
    {
        "is": (bool, lambda text: {"true": True, "false": False}[text]),
        "in": (str, lambda text: frozenset(part for part in text.split(";") if part)),
        "below": (Decimal, Decimal),
        "from": (Decimal, Decimal),
    }
)


@dataclass(frozen=True, slots=True)
class Condition:
    """One fact under one test. wanted: a flag, a set of codes, or a limit in the unit of the fact."""

    fact: str
    test: str
    wanted: object

    def holds(self, facts: RightFacts) -> bool | None:
        """Whether the fact passes; None where nobody can say."""
        found: Fact = getattr(facts, self.fact)
        if found is None:
            return None
        if isinstance(self.wanted, frozenset):
            return found in self.wanted
        if isinstance(self.wanted, Decimal) and isinstance(found, Decimal):
            return found < self.wanted if self.test == "below" else found >= self.wanted
        return found is self.wanted


@dataclass(frozen=True, slots=True)
class AdviceRule:
    """All conditions must hold; a rule without any holds always."""

    code: str
    action: Action
    conditions: tuple[Condition, ...]

    def holds(self, facts: RightFacts) -> bool | None:
        told = [condition.holds(facts) for condition in self.conditions]
        if any(one is False for one in told):
            return False
        return None if None in told else True

    def missing(self, facts: RightFacts) -> tuple[str, ...]:
        """Facts of its conditions that nobody can say."""
        return tuple(one.fact for one in self.conditions if one.holds(facts) is None)


@dataclass(frozen=True, slots=True)
class Advice:
    """What is advised and the rule that says so. Where nobody can say: the actions between which the answer lies, in
    the order of the rules, and the facts that are missing."""

    action: Action
    rule: str
    between: tuple[Action, ...] = ()
    missing: tuple[str, ...] = ()


def advice_rules(rules: InForce) -> tuple[AdviceRule, ...]:
    """Tables advice_rules and advice_conditions in the order of their positions.

    Raises: BadAdvice for a test that does not fit its fact, a value that cannot be read, a position that stands twice,
    a last rule with conditions.
    """
    conditions: dict[str, list[Condition]] = {}
    for row in rules.table("advice_conditions"):
        conditions.setdefault(row["rule"], []).append(_condition(row))
    ordered = sorted(rules.table("advice_rules"), key=lambda row: int(row["position"]))
    found = tuple(
        AdviceRule(row["rule"], Action(row["advice"]), tuple(conditions.get(row["rule"], ()))) for row in ordered
    )
    if len({row["position"] for row in ordered}) < len(ordered):
        raise BadAdvice("Two rules of advice_rules have one position. Give each its own.", rule="")
    if not found or found[-1].conditions:
        last = found[-1].code if found else ""
        raise BadAdvice(
            f"The last rule of advice_rules ({last or 'there is none'}) must hold always, so that each right gets an "
            "answer. Take its conditions out, or add a rule without any behind it.",
            rule=last,
        )
    return found


def advise(facts: RightFacts, rules: Sequence[AdviceRule]) -> Advice:
    """The advice on one right. rules: advice_rules, the last of which holds always."""
    waiting: list[AdviceRule] = []
    for rule in rules:
        held = rule.holds(facts)
        if held is None:
            waiting.append(rule)
        elif held:
            others = [one for one in waiting if one.action is not rule.action]
            if not others:
                return Advice(rule.action, rule.code)
            between = tuple(dict.fromkeys([*(one.action for one in waiting), rule.action]))
            missing = tuple(dict.fromkeys(name for one in others for name in one.missing(facts)))
            return Advice(Action.CANNOT_SAY, others[0].code, between, missing)
    raise BadAdvice("No rule holds: the last one must hold always.", rule="")


def _condition(row: Row) -> Condition:
    fact, test, value = row["fact"], row["test"], row["value"]
    kind, read = _TESTS[test]
    if FACTS[fact] is not kind:
        raise BadAdvice(
            f"Rule {row['rule']} of advice_conditions tests {fact} by {test!r}, which is for a {kind.__name__}; "
            f"{fact} is a {FACTS[fact].__name__}. Choose another test.",
            rule=row["rule"],
        )
    try:
        return Condition(fact, test, read(value))
    except (KeyError, ArithmeticError):
        raise BadAdvice(
            f"Rule {row['rule']} of advice_conditions wants {fact} {test} {value!r}, which cannot be read. "
            "Write true or false, codes parted by ;, or a number.",
            rule=row["rule"],
        ) from None
