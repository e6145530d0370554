"""One rule value: its unit, the day from which it holds, and where it comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from panhuo.rules.problems import Problems
from panhuo.rules.yaml_tree import Node

Value = Decimal | int | str | bool | tuple[str, ...]


class Unit(StrEnum):
    """What a value is measured in, which decides its Python type."""

    SHARE = "share"  # Decimal, 0..1
    WEIGHT = "weight"  # Decimal, 0..1; all weights of one dotted prefix sum to one
    NUMBER = "number"  # Decimal
    CNY = "cny"  # Decimal, yuan
    YEARS = "years"  # int, as the next four
    MONTHS = "months"
    DAYS = "days"
    COUNT = "count"
    POINTS = "points"  # Decimal
    FLAG = "flag"  # bool
    TEXT = "text"  # str
    WORDS = "words"  # tuple of str, in the order of the file
    NUMBERS = "numbers"  # tuple of str that are all numbers, such as the limits of bands


class Status(StrEnum):
    """How sure a value is; a claim printed from less than official or quoted says so."""

    OFFICIAL = "official"  # read in the official text
    QUOTED = "quoted"  # read in a text that restates the official one
    UNCONFIRMED = "unconfirmed"  # second-hand or professional knowledge, not re-read
    ASSUMPTION = "assumption"  # ours, because no official value is known
    EXAMPLE = "example"  # for demonstration only


WHOLE = (Unit.YEARS, Unit.MONTHS, Unit.DAYS, Unit.COUNT)
LISTS = (Unit.WORDS, Unit.NUMBERS)
NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a value was read, by which article, when it was last looked up, and how sure it is."""

    title: str
    status: Status
    checked: date | None
    article: str = ""


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value from a day on; None repeals the rule from that day."""

    since: date
    value: Value | None
    source: Provenance


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named rule with its values, earliest first; pack, file and line say where it stands."""

    name: str
    label: Mapping[str, str]
    unit: Unit
    values: tuple[DatedValue, ...]
    pack: str
    file: str
    line: int

    def on(self, day: date) -> DatedValue | None:
        """The value that holds on a day; None before the first."""
        found = None
        for dated in self.values:
            if dated.since > day:
                break
            found = dated
        return found


PARAMETER_KEYS = ("label", "unit", "values", "note")
VALUE_KEYS = ("since", "value", "source", "note")
SOURCE_KEYS = ("title", "article", "checked", "status", "note")


def read_parameter(name: str, node: Node, *, pack: str, problems: Problems) -> Parameter | None:
    """One parameter of a file; what is wrong goes to problems, and None says that nothing usable is left."""
    where = problems.at(node.line, name)
    if not NAME.fullmatch(name):
        where.add(f"{name!r} is no name for a rule; use small letters, digits, _ and dots")
    where.only_keys(node, PARAMETER_KEYS)
    label = read_label(node.pairs.get("label"), where)
    unit = _unit(node.pairs.get("unit"), where)
    listed = node.pairs.get("values")
    if listed is None or not listed.items:
        where.add("has no values")
        return None
    if unit is None:
        return None
    values = [_dated(item, unit, name, problems) for item in listed.items]
    kept = tuple(value for value in values if value is not None)
    for earlier, later in zip(kept, kept[1:], strict=False):
        if later.since <= earlier.since:
            where.add(f"dates are out of order: {later.since} stands after {earlier.since}")
    return Parameter(name, label, unit, kept, pack, problems.file, node.line) if kept else None


def read_label(node: Node | None, where: Problems.Place) -> dict[str, str]:
    """Chinese and English name of something; both are asked for."""
    pairs = node.pairs if node else {}
    found = {key: item.text or "" for key, item in pairs.items()}
    for language in ("zh", "en"):
        if not found.get(language, "").strip():
            where.note(f"has no label in {language}")
    return found


def read_source(node: Node | None, where: Problems.Place) -> Provenance:
    """Source of a value; title, checked and status are asked for."""
    if node is None or not node.pairs:
        where.add("has no source")
        return Provenance("", Status.UNCONFIRMED, None)
    where.only_keys(node, SOURCE_KEYS)
    text = {key: (item.text or "").strip() for key, item in node.pairs.items()}
    if not text.get("title"):
        where.add("source has no title")
    checked = read_day(text.get("checked", ""))
    if checked is None:
        where.add("source has no day on which it was checked (checked: YYYY-MM-DD)")
    status = read_status(text.get("status", ""), where)
    return Provenance(text.get("title", ""), status, checked, text.get("article", ""))


def read_status(text: str, where: Problems.Place) -> Status:
    if text in tuple(Status):
        return Status(text)
    said = f"unknown status {text!r}" if text else "has no status"
    where.add(f"{said}; one of {', '.join(Status)}")
    return Status.UNCONFIRMED


def read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _unit(node: Node | None, where: Problems.Place) -> Unit | None:
    text = node.text if node else None
    if text is not None and text in tuple(Unit):
        return Unit(text)
    where.add(f"unknown unit {text!r}; one of {', '.join(Unit)}" if text else "has no unit")
    return None


def _dated(node: Node, unit: Unit, name: str, problems: Problems) -> DatedValue | None:
    where = problems.at(node.line, name)
    where.only_keys(node, VALUE_KEYS)
    since = read_day((node.pairs["since"].text or "") if "since" in node.pairs else "")
    if since is None:
        where.add("a value has no day from which it holds (since: YYYY-MM-DD)")
    source = read_source(node.pairs.get("source"), where)
    if "value" not in node.pairs:
        where.add("a value is missing; a repeal is written value: null")
        return None
    written = node.pairs["value"]
    value = None if written.value is None else read_value(written, unit, where)
    if since is None or (value is None and written.value is not None):
        return None
    return DatedValue(since, value, source)


def read_value(node: Node, unit: Unit, where: Problems.Place) -> Value | None:
    """A written value as its unit's type; None after a problem was noted."""
    if unit in LISTS:
        return _list(node, unit, where)
    text = node.text
    if text is None:
        where.add(f"a value in {unit} is one text, not a list or mapping")
        return None
    if unit is Unit.FLAG:
        if text not in ("true", "false"):
            where.add(f"a flag is true or false, not {text!r}")
            return None
        return text == "true"
    if unit is Unit.TEXT:
        return text
    if not node.quoted:
        where.note(f'the number {text} stands without quotes; write "{text}" so that it is read exactly')
    return _number(text, unit, where)


def _list(node: Node, unit: Unit, where: Problems.Place) -> tuple[str, ...] | None:
    if not isinstance(node.value, list):
        where.add(f"a value in {unit} is a list")
        return None
    texts = tuple(item.text or "" for item in node.items)
    if len(set(texts)) != len(texts) and unit is Unit.WORDS:
        where.add("a word stands twice in the list")
    if any(not text.strip() for text in texts):
        where.add("the list has an empty entry")
    if unit is Unit.NUMBERS and any(_decimal(text) is None for text in texts):
        where.add("the list has an entry that is no number")
        return None
    return texts


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _number(text: str, unit: Unit, where: Problems.Place) -> Value | None:
    number = _decimal(text)
    if number is None:
        where.add(f"{text!r} is no number")
        return None
    if unit in (Unit.SHARE, Unit.WEIGHT) and not 0 <= number <= 1:
        where.add(f"a {unit} lies between 0 and 1, not {text}")
        return None
    if unit in WHOLE:
        if number != number.to_integral_value() or abs(number) > 1_000_000_000:
            where.add(f"{unit} are whole numbers, not {text}")
            return None
        return int(number)
    return number
