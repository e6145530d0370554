"""What readers hand over: rows as text under the field's names, and what could not be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from panhuo.terms.kinds import RecordKind

Cell = str | list[str] | None
"""One raw value: text as found (stripped), or several values where the source is structured. None is missing."""


@dataclass(slots=True)
class RawEvent:
    """One event as a source tells it, before its code or word is mapped to an EventType.

    date and effective_on are text as found; code is the office's code (TR01) or "", text its words.
    """

    code: str = ""
    text: str = ""
    date: str = ""
    country: str = ""
    effective_on: str = ""
    from_party: str = ""
    to_party: str = ""
    number: str = ""
    details: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class RawBatch:
    """Rows of one kind, column-wise, in file order.

    columns: canonical field name (engine.records.fields) -> one Cell per row; all the same length.
    rows: 1-based row, line or record numbers as a person would find them in the file.
    member: sheet name, archive member, or "".
    separator: what joins several values inside a text cell (" | ", ";", "; "), "" when cells are lists.
    events: per row the structured events (patents only); empty list when the source tells none.
    """

    kind: RecordKind
    columns: dict[str, Sequence[Cell]]
    rows: Sequence[int]
    member: str = ""
    separator: str = ""
    events: Sequence[list[RawEvent]] | None = None

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Reject:
    """A row or cell that was not taken, with where and why; kept, never dropped.

    code: stable word (bad_application_number, no_number, bad_date, short_row, ...).
    message: one sentence for the person who mends the file.
    """

    row: int
    column: str
    value: str
    code: str
    message: str
    member: str = ""
    file: str = ""
