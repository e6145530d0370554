"""What the code asks of packs by name stands in rules.required, so that the check can prove packs supply it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import panhuo
from panhuo.rules import required
from panhuo.rules.values import NAME, Unit

SOURCES = Path(panhuo.__file__).parent
ASKED_AS = {
    "value": tuple(Unit),
    "value_or_none": tuple(Unit),
    "decimal": (Unit.SHARE, Unit.WEIGHT, Unit.NUMBER, Unit.CNY, Unit.POINTS, Unit.YEARS, Unit.COUNT),
    "integer": (Unit.YEARS, Unit.MONTHS, Unit.DAYS, Unit.COUNT),
    "flag": (Unit.FLAG,),
    "text": (Unit.TEXT,),
    "words": (Unit.WORDS, Unit.NUMBERS),
}


def calls() -> Iterator[tuple[str, str, str]]:
    """(file, method, name) of each call such as rules.integer("dormancy.years_granted") in the product."""
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
                continue
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield path.relative_to(SOURCES).as_posix(), node.func.attr, first.value


def test_each_rule_that_the_code_reads_is_declared_with_a_unit_that_fits() -> None:
    declared = {name: need.unit for needs in required.PARAMETERS.values() for name, need in needs.items()}
    groups = {name.partition(".")[0] for name in declared}
    read = [
        (file, method, name)
        for file, method, name in calls()
        if method in ASKED_AS and NAME.fullmatch(name) and "." in name and name.partition(".")[0] in groups
    ]
    assert len(read) > 10, "the negative control: calls are found"
    for file, method, name in read:
        assert name in declared, f"{file} reads {name}: declare it in rules/required.py"
        assert declared[name] in ASKED_AS[method], f"{file} reads {name} as {method}, declared in {declared[name]}"


def test_each_table_that_the_rooms_below_desk_read_is_declared() -> None:
    declared = {name for tables in required.TABLES.values() for name in tables}
    lower = [
        (file, name) for file, method, name in calls() if method == "table" and file.startswith(("engine/", "rules/"))
    ]
    assert len(lower) > 5, "the negative control: calls are found"
    for file, name in lower:
        assert name in declared, f"{file} reads the table {name}: declare it in rules/required.py"
