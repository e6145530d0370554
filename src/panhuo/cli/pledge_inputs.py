"""What the parties of a pledge tell, from a YAML file: texts with lines, so that a slip is named at its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar

from panhuo.engine.grading.pledge_case import Consent, PledgeCase
from panhuo.rules import InForce
from panhuo.rules.yaml_tree import Node, read_yaml
from panhuo.terms.errors import DomainError

KEYS = (
    "told_on",
    "pledgor",
    "debt_ends_on",
    "contract",
    "co_owner_consent",
    "same_day_invention",
    "other",
    "paid_through_year",
    "consents",
)
_T = TypeVar("_T")


class BadInputs(DomainError):
    """A file of inputs says what cannot be read; fields: file, line."""

    code = "bad_inputs"


def read_pledge_inputs(path: Path | None, rules: InForce) -> tuple[PledgeCase, int | None]:
    """The case and the last patent year that is shown to be paid; nothing told without a file. Raises: BadInputs."""
    if path is None:
        return PledgeCase(), None
    node = read_yaml(path, shown=path.name)
    reader = _Reader(path.name)
    reader.only(node, KEYS)
    case = PledgeCase(
        told_on=reader.one(node, "told_on", _day),
        pledgor=reader.one(node, "pledgor", str) or "",
        debt_ends_on=reader.one(node, "debt_ends_on", _day),
        contract=reader.contents(node, rules),
        co_owner_consent=reader.one(node, "co_owner_consent", _flag),
        same_day_invention=reader.one(node, "same_day_invention", _flag),
        other=reader.other(node),
        consents=reader.consents(node),
    )
    return case, reader.one(node, "paid_through_year", int)


class _Reader:
    """Reads keys of one file."""

    def __init__(self, file: str) -> None:
        self._file = file

    def only(self, node: Node, known: tuple[str, ...]) -> None:
        if node.value is not None and not isinstance(node.value, dict):
            raise self._bad(node.line, "is not a mapping of names to values")
        for key, line in node.doubled:
            raise self._bad(line, f"{key} stands twice")
        for key, item in node.pairs.items():
            if key not in known:
                raise self._bad(item.line, f"{key} is not known; known are {', '.join(known)}")

    def one(self, node: Node, key: str, read: Callable[[str], _T]) -> _T | None:
        item = node.pairs.get(key)
        if item is None or item.value is None:
            return None
        if item.text is None:
            raise self._bad(item.line, f"{key} is one value, not a list or mapping")
        try:
            return read(item.text.strip())
        except ValueError as error:
            raise self._bad(item.line, f"{key} {item.text!r} cannot be read") from error

    def other(self, node: Node) -> str | None:
        """ "" for none: the word none says that somebody looked and found nothing."""
        told = self.one(node, "other", str)
        return "" if told == "none" else told or None

    def contents(self, node: Node, rules: InForce) -> frozenset[str] | None:
        item = node.pairs.get("contract")
        if item is None or item.value is None:
            return None
        if not isinstance(item.value, list):
            raise self._bad(item.line, "contract is a list of the contents that it has")
        known = [row["content"] for row in rules.table("pledge_contract_content")]
        for one in item.items:
            if one.text not in known:
                raise self._bad(one.line, f"contract names {one.text!r}; known are {', '.join(known)}")
        return frozenset(one.text or "" for one in item.items)

    def consents(self, node: Node) -> Mapping[str, Consent]:
        item = node.pairs.get("consents")
        found = {}
        for ground, told in (item.pairs if item else {}).items():
            self.only(told, ("document", "day"))
            document, day = self.one(told, "document", str), self.one(told, "day", _day)
            if not document or day is None:
                raise self._bad(told.line, f"the consent to {ground} needs its document and its day")
            found[ground] = Consent(document, day)
        return found

    def _bad(self, line: int, what: str) -> BadInputs:
        return BadInputs(f"{self._file} line {line}: {what}. Mend the file.", file=self._file, line=line)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"
