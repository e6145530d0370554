"""Requests and outcomes of banks' cards from a YAML file, one each, or from a table, a row each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from panhuo.engine.records.raw import Reject
from panhuo.engine.valuation import BadInputs
from panhuo.terms.dates import parse_date
from panhuo.terms.errors import BadValue, DomainError

if TYPE_CHECKING:
    from panhuo.rules import InForce

YAML = (".yaml", ".yml")
CARD_FIELDS = ("record", "bank", "until", "asked_cny", "precheck", "precheck_day", "precheck_source")
OUTCOME_FIELDS = (
    "card", "lent_cny", "lent_on", "end", "unpaid_cny", "disposal_cny", "right_event", "known_on", "source",
)  # fmt: skip
DAYS = ("until", "lent_on", "known_on")
FACT_PARTS = {"": "", "_day": "数据日", "_source": "来源"}
"""Columns of a stated driver: the ends of its field and of its heading."""


@dataclass(slots=True)
class RowsTaken:
    """done: what each good row gave; rejects: the others, with row and reasons. left_out: headings nobody knows."""

    done: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


Act = Callable[[Mapping[str, Any]], dict[str, Any]]


def take_cards(path: Path, rules: InForce, act: Act) -> RowsTaken:
    """Requests of cards. Raises: RefusedFile; DomainError bad_inputs for the one of a YAML file."""
    drivers = [row for row in rules.table("bank_card_drivers") if row["by"] == "people"]
    headings = _headings(rules, "card_heading", CARD_FIELDS)
    for row in drivers:
        for end, said in FACT_PARTS.items():
            headings[f"{row['zh']}{said}"] = headings[f"{row['driver']}{end}"] = f"{row['driver']}{end}"
    names = [row["driver"] for row in drivers]
    return _take(path, rules, headings, ("record", "bank", "until"), lambda cells: _card(cells, names), act)


def take_outcomes(path: Path, rules: InForce, act: Act) -> RowsTaken:
    """Outcomes of cards. Raises: as take_cards."""
    headings = _headings(rules, "outcome_heading", OUTCOME_FIELDS)
    return _take(path, rules, headings, ("card", "end", "known_on"), dict, act)


def _take(
    path: Path,
    rules: InForce,
    headings: Mapping[str, str],
    needed: tuple[str, ...],
    shape: Callable[[Mapping[str, str]], Mapping[str, Any]],
    act: Act,
) -> RowsTaken:
    from panhuo.adapters.readers.form_rows import read_form
    from panhuo.cli.inputs_file import InputsFile

    if path.suffix.lower() in YAML:
        file = InputsFile(path)
        try:
            return RowsTaken([act(file.told)])
        except BadInputs as error:
            raise file.refused(error) from error
    read = read_form(path, headings, needed=needed)
    found = RowsTaken(rejects=list(read.rejects), left_out=read.left_out)
    for row in read.rows:
        told = {key: text for key, text in _in_codes(row.cells, rules).items() if text}
        try:
            found.done.append({"row": row.row, **act(shape(told))})
        except DomainError as error:
            if error.code == "no_actor":
                raise
            found.rejects.append(Reject(row.row, "", "", error.code, _said(error), row.member, str(path)))
    return found


def _said(error: DomainError) -> str:
    """All faults of a row in one text."""
    problems = error.fields.get("problems") if isinstance(error, BadInputs) else None
    return "; ".join(f"{place} {message}" for place, message in problems) if problems else error.message


def _headings(rules: InForce, kind: str, fields: tuple[str, ...]) -> dict[str, str]:
    words = {row["word"]: row["code"] for row in rules.table("valuation_words") if row["kind"] == kind}
    return {name: name for name in fields} | {word: code for word, code in words.items() if code in fields}


def _in_codes(cells: Mapping[str, str], rules: InForce) -> dict[str, str]:
    kinds = {"precheck": "precheck", "end": "loan_end", "right_event": "right_event"}
    words = {(row["kind"], row["word"]): row["code"] for row in rules.table("valuation_words")}
    told = {key: words.get((kinds[key], text), text) if key in kinds else text for key, text in cells.items()}
    return {key: _day(text) if key in DAYS or key.endswith("_day") else text for key, text in told.items()}


def _day(text: str) -> str:
    """A day as a spreadsheet writes it (2028/11/30) in the one shape that is read; what is no day stays."""
    try:
        return parse_date(text).isoformat()
    except BadValue:
        return text


def _card(cells: Mapping[str, str], drivers: list[str]) -> dict[str, Any]:
    """The groups of a request from the cells of a row."""
    facts = {}
    for name in drivers:
        parts = {"value": cells.get(name), "day": cells.get(f"{name}_day"), "source": cells.get(f"{name}_source")}
        if any(parts.values()):
            facts[name] = {key: text for key, text in parts.items() if text}
    debt = {"until": cells.get("until"), "asked_cny": cells.get("asked_cny")}
    sheet = {"outcome": "precheck", "day": "precheck_day", "source": "precheck_source"}
    found: dict[str, Any] = {key: cells[key] for key in ("record", "bank") if key in cells}
    found["debt"] = {key: text for key, text in debt.items() if text}
    found["precheck"] = {key: cells[name] for key, name in sheet.items() if name in cells}
    return found | ({"facts": facts} if facts else {})
