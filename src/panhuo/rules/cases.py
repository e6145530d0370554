"""Worked cases of a pack: given this on that day, the engine must say that.

rules may not import the engine, so the functions that answer are handed in by name: the name is the key that
stands under `expect`, such as annual_fee_payable_cny.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Protocol, runtime_checkable

from panhuo.rules.errors import BadPack
from panhuo.rules.pack import InForce, Pack
from panhuo.rules.problems import Problem, Problems, damage
from panhuo.rules.values import Value, read_day, read_value
from panhuo.rules.yaml_tree import Node, read_yaml
from panhuo.terms.errors import DomainError

CaseFunction = Callable[[InForce, Mapping[str, object]], object]
"""Takes the rules of the case's day and what is given (texts, lists, mappings of texts); gives what is expected."""


@runtime_checkable
class Preparing(Protocol):
    """A case function that is quicker when it sees all cases first."""

    def prepare(self, asked: Sequence[tuple[InForce, Mapping[str, object]]]) -> None: ...


NOT_WORKED_OUT = (DomainError, KeyError, TypeError, ValueError, ArithmeticError)
"""What a case function may raise for what it is given; all else is our own fault and is not hidden."""
CASE_KEYS = ("name", "at", "given", "suppose", "expect", "source", "note")


@dataclass(frozen=True, slots=True)
class Case:
    """One worked case; suppose: values that differ from the pack's, by the rule's name."""

    name: str
    at: date
    given: Mapping[str, object]
    suppose: Mapping[str, Node]
    expect: Mapping[str, object]
    source: str
    line: int


def read_cases(folder: Path) -> tuple[list[tuple[str, Case]], list[Problem]]:
    """Cases of a pack with their file, and what is wrong with how they are written."""
    found: list[tuple[str, Case]] = []
    problems: list[Problem] = []
    for path in sorted((folder / "cases").glob("**/*.yaml")):
        shown = path.relative_to(folder).as_posix()
        said = Problems(shown, problems)
        try:
            node = read_yaml(path, shown=shown)
        except BadPack as error:
            problems.append(damage(error, shown))
            continue
        if not isinstance(node.value, list):
            said.add("is no list of cases", line=node.line, fatal=False)
        names: set[str] = set()
        for item in node.items:
            case = _case(item, said)
            if case is None:
                continue
            if case.name in names:
                said.add("another case has this name", line=case.line, name=case.name, fatal=False)
            names.add(case.name)
            found.append((shown, case))
    return found, problems


def _case(node: Node, problems: Problems) -> Case | None:
    where = problems.at(node.line)
    where.only_keys(node, CASE_KEYS)
    pairs = node.pairs
    name = (pairs["name"].text or "") if "name" in pairs else ""
    at = read_day((pairs["at"].text or "") if "at" in pairs else "")
    expect = _mapping(pairs.get("expect"))
    source = (pairs["source"].text or "") if "source" in pairs else ""
    for missing, what in ((name, "name"), (source, "source"), (expect, "expect"), (at, "at (YYYY-MM-DD)")):
        if not missing:
            problems.add(f"a case has no {what}", line=node.line, name=name, fatal=False)
    if at is None or not expect:
        return None
    suppose = pairs["suppose"].pairs if "suppose" in pairs else {}
    return Case(name, at, _mapping(pairs.get("given")), suppose, expect, source, node.line)


def _mapping(node: Node | None) -> Mapping[str, object]:
    return {key: item.plain() for key, item in node.pairs.items()} if node else {}


def run_cases(pack: Pack, cases: list[tuple[str, Case]], functions: Mapping[str, CaseFunction]) -> Iterator[Problem]:
    """What does not come out as the pack's cases say."""
    _prepare(pack, cases, functions)
    for file, case in cases:
        where = f"line {case.line}, {case.name}"
        for name, expected in case.expect.items():
            if name not in functions:
                message = f"no engine area answers {name}; known are {', '.join(sorted(functions)) or 'none'}"
            else:
                message = _run(pack, case, functions[name], name, expected)
            if message:
                yield Problem(file, where, message, fatal=False, line=case.line)


def _prepare(pack: Pack, cases: list[tuple[str, Case]], functions: Mapping[str, CaseFunction]) -> None:
    """Tell functions that can work on many rights at once what they will be asked."""
    asked: dict[str, list[tuple[InForce, Mapping[str, object]]]] = {}
    for _, case in cases:
        with contextlib.suppress(*NOT_WORKED_OUT):  # told when the case itself is run
            rules = _rules(pack, case)
            for name in case.expect:
                asked.setdefault(name, []).append((rules, case.given))
    for name, given in asked.items():
        function = functions.get(name)
        if isinstance(function, Preparing):
            with contextlib.suppress(*NOT_WORKED_OUT):
                function.prepare(given)


def _run(pack: Pack, case: Case, function: CaseFunction, name: str, expected: object) -> str:
    try:
        result = function(_rules(pack, case), case.given)
    except DomainError as error:
        return "" if expected == f"refused: {error.code}" else f"{name} was refused: {error.message}"
    except NOT_WORKED_OUT as error:
        return f"{name} could not be worked out from what is given: {type(error).__name__} {error}"
    return "" if same(result, expected) else f"{name} should be {shown(expected)} but comes out as {shown(result)}"


def _rules(pack: Pack, case: Case) -> InForce:
    values: dict[str, Value | None] = {}
    problems = Problems("")
    for name, node in case.suppose.items():
        place = problems.at(node.line, name)
        values[name] = None if node.value is None else read_value(node, pack.parameter(name).unit, place)
    if problems.found:
        told = problems.found[0]
        raise BadPack(f"what is supposed of {told.where}: {told.message}", file="", line=told.line)
    return pack.at(case.at).supposing(values)


def same(result: object, expected: object) -> bool:
    """Whether a result is what a case's text says: numbers by value, flags as true or false, sets in any order."""
    if isinstance(expected, dict):
        return (
            isinstance(result, Mapping)
            and set(result) == set(expected)
            and all(same(result[key], value) for key, value in expected.items())
        )
    if isinstance(expected, list):
        if isinstance(result, (set, frozenset)):
            return {shown(one) for one in result} == {shown(one) for one in expected}
        if not isinstance(result, (list, tuple)) or len(result) != len(expected):
            return False
        return all(same(one, other) for one, other in zip(result, expected, strict=True))
    if isinstance(result, (int, float, Decimal)) and not isinstance(result, bool):
        return _number(str(result)) == _number(shown(expected))
    return shown(result) == shown(expected)


def shown(value: object) -> str:
    """A value as a case writes it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
