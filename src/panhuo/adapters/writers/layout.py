"""Columns of our own lists, read from the pack: machine keys, Chinese headings, widths, what each means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from panhuo.adapters.writers.columns import Column, Kind
from panhuo.rules import InForce
from panhuo.terms.errors import DomainError

KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns in order and column key -> explanation."""

    columns: tuple[Column, ...]
    explain: dict[str, str]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(column.key for column in self.columns)


def layout_of(rules: InForce, output: str) -> Layout:
    """The layout of one output (pack table output_columns). Raises: DomainError code unknown_output."""
    rows = [row for row in rules.table("output_columns") if row["output"] == output]
    if not rows:
        raise DomainError(
            f"Pack {rules.pack} has no columns for {output} in output_columns. Add them.",
            code="unknown_output",
            output=output,
        )
    columns = tuple(
        Column(row["key"], row["heading"], column_kind(row["kind"]), int(row["width"]), row["hidden"] == "yes")
        for row in rows
    )
    return Layout(columns, {row["key"]: row["explain"] for row in rows if row["explain"]})


def column_kind(text: str) -> Kind:
    """The kind of a column as a pack table names it."""
    return next(kind for kind in KINDS if kind == text)


def notes_of(rules: InForce, output: str, **values: object) -> list[str]:
    """Sentences printed beside an output (pack table output_notes), {names} filled in from values."""
    rows = [row for row in rules.table("output_notes") if row["output"] == output]
    return [row["text"].format(**values) for row in sorted(rows, key=lambda row: int(row["position"]))]


def phrase(rules: InForce, name: str, **values: object) -> str:
    """The one sentence of a name in output_notes. Raises: DomainError code unknown_output."""
    found = notes_of(rules, name, **values)
    if not found:
        raise DomainError(f"Pack {rules.pack} has no text {name} in output_notes. Add it.", code="unknown_output")
    return found[0]
