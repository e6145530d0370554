"""What the engine's areas answer to the worked cases of packs: the key under `expect` -> function.

A case gives texts; each function here turns them into what its area takes, asks it, and hands the answer back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from panhuo.engine.advice import FACTS, Advice, RightFacts, advice_rules, advise
from panhuo.engine.assessment import assess_filing, assess_first, check_answers, first_rules, prefiling_rules
from panhuo.engine.dormancy import Situation, Verdict, dormancy_rules, read
from panhuo.engine.grading import CASES
from panhuo.engine.records.terms_and_fees import FeeFacts, FeeRow, annual_fee_cny, annual_fee_row, fee_rules
from panhuo.rules import InForce
from panhuo.rules.cases import CaseFunction
from panhuo.terms.dates import parse_date
from panhuo.terms.errors import BadValue
from panhuo.terms.kinds import IpType, OwnerType

if TYPE_CHECKING:
    from panhuo.cli.high_value_case import Judge

Given = Mapping[str, object]


def case_functions() -> Mapping[str, CaseFunction]:
    """All that packs may expect, by name."""
    return {
        "annual_fee_cny": _annual_fee,
        "annual_fee_payable_cny": _of_fee_row(lambda row: row.payable_fee_cny),
        "annual_fee_late_cny": _of_fee_row(lambda row: row.late_fee_cny),
        "annual_fee_due_date": _of_fee_row(lambda row: row.due_date),
        "annual_fee_state": _of_fee_row(lambda row: row.state.value),
        "expiry_date": _of_fee_row(lambda row: row.expiry_date),
        "high_value": _HighValue(lambda verdict: verdict["high_value"]),
        "high_value_reason": _HighValue(lambda verdict: verdict["high_value_reason"]),
        "high_value_cases": _HighValue(lambda verdict: {case for case in CASES if verdict[case]}),
        "filing_advice": _filing_advice,
        "first_assessment": _first_assessment,
        "patent_advice": _of_advice(lambda advice: advice.action.value),
        "patent_advice_rule": _of_advice(lambda advice: advice.rule),
        "patent_advice_missing": _of_advice(lambda advice: advice.missing),
        "dormancy_state": _of_verdict(lambda verdict: verdict.state.value if verdict.state else "not_considered"),
        "dormancy_reasons": _of_verdict(lambda verdict: verdict.reasons),
        "dormancy_flags": _of_verdict(lambda verdict: verdict.flags),
    }


def _filing_advice(rules: InForce, given: Given) -> object:
    asked = prefiling_rules(rules)
    grade = assess_filing(check_answers(asked.form, {key: _text(value) for key, value in given.items()}), asked).grade
    return grade.value if grade else "unfinished"


def _first_assessment(rules: InForce, given: Given) -> object:
    """Which of value and prospect pass: their names, a question mark behind what is undecided."""
    asked = first_rules(rules)
    found = assess_first(check_answers(asked.form, {key: _text(value) for key, value in given.items()}), asked)
    told = (("high_value", found.value_is_high), ("good_prospect", found.prospect_is_good))
    return {name if passes else f"{name}?" for name, passes in told if passes is not False}


def _of_advice(part: Callable[[Advice], object]) -> CaseFunction:
    def answer(rules: InForce, given: Given) -> object:
        read: Mapping[type, Callable[[str], Any]] = {bool: lambda text: text == "true", str: str, Decimal: Decimal}
        facts = RightFacts(**{name: read[FACTS[name]](_text(value)) for name, value in given.items()})
        return part(advise(facts, advice_rules(rules)))

    return answer


class _HighValue:
    """One part of the verdict on high value."""

    def __init__(self, part: Callable[[Mapping[str, Any]], object]) -> None:
        self._part = part

    def __call__(self, rules: InForce, given: Given) -> object:
        return self._part(_judge().verdict(rules, given))

    def prepare(self, asked: Sequence[tuple[InForce, Given]]) -> None:
        _judge().prepare(asked)


@cache
def _judge() -> Judge:
    from panhuo.cli.high_value_case import Judge  # brings the table engine, which few packs' cases need

    return Judge()


def _annual_fee(rules: InForce, given: Given) -> object:
    return annual_fee_cny(
        IpType(_text(given["ip_type"])),
        parse_date(_text(given["filing_date"])),
        int(_text(given["year"])),
        rules=fee_rules(rules),
    )


def _of_fee_row(part: Callable[[FeeRow], object]) -> CaseFunction:
    def answer(rules: InForce, given: Given) -> object:
        row = annual_fee_row(_filled(FeeFacts, given, {}), at=rules.day, rules=fee_rules(rules))
        return part(row) if row else None

    return answer


_UNTOLD: dict[str, Any] = {
    "asset_id": 1,
    "ip_type": "invention",
    "jurisdiction": "CN",
    "owner_type": "university",
    "status": "granted_in_force",
    "status_basis": "",
    "marks": (),
}
"""A university's living Chinese invention about which nothing else is known."""


def _of_verdict(part: Callable[[Verdict], object]) -> CaseFunction:
    def answer(rules: InForce, given: Given) -> object:
        told = dict(given)
        asked = dormancy_rules(rules, profile=_text(told.pop("profile")), any_owner=told.pop("owner", "") == "any")
        return part(read(_filled(Situation, told, _UNTOLD), rules.day, asked))

    return answer


def _filled(kind: type[Any], given: Given, untold: Mapping[str, Any]) -> Any:
    """A dataclass from texts by what its fields are; what is not given is false, none or as untold says.

    Raises: BadValue for a name that the dataclass does not have.
    """
    names = {one.name for one in fields(kind)}
    for name in given:
        if name not in names:
            raise BadValue(f"a case gives {name!r}, known are {', '.join(sorted(names))}", code="unknown_given")
    values: dict[str, Any] = {}
    for one in fields(kind):
        declared = str(one.type)
        if one.name in given:
            values[one.name] = _typed(given[one.name], declared)
        elif one.name in untold:
            values[one.name] = untold[one.name]
        elif one.default.__class__.__name__ == "_MISSING_TYPE":
            values[one.name] = False if declared == "bool" else None
    return kind(**values)


def _typed(value: object, declared: str) -> Any:
    if isinstance(value, list):
        return tuple(OwnerType(_text(one)) if "OwnerType" in declared else _text(one) for one in value)
    text = _text(value)
    if "date" in declared:
        return parse_date(text)
    if declared == "bool":
        return text == "true"
    if "int" in declared.split(" | ") or declared == "int":
        return int(text)
    return IpType(text) if declared == "IpType" else text


def _text(value: object) -> str:
    if not isinstance(value, (str, date)):
        raise BadValue(f"{value!r} is not a text", code="unknown_given")
    return str(value)
