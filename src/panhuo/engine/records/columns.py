"""Raw columns parsed as a whole: each distinct text once per import, because exports repeat dates, owners and
symbols thousands of times. A cell that cannot be read becomes a problem of its row, never an exception."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from panhuo.engine.records.raw import Cell
from panhuo.terms.dates import parse_date
from panhuo.terms.errors import BadValue
from panhuo.terms.ipc import parse_ipc

MISSING = frozenset({"", "-", "--", "—", "无", "null", "NULL", "None", "N/A", "nan", "0000-00-00", "00000000", "/"})
_NOTHING: frozenset[str | None] = MISSING | {None}
MEMO_LIMIT = 300_000
"""Entries a memo may hold: bounds memory on files where nothing repeats."""
_T = TypeVar("_T")


class ColumnParser:
    """Parses columns of one import; problems: row index -> what is wrong with the row (the first thing found)."""

    def __init__(self) -> None:
        self.problems: dict[int, BadValue] = {}
        self._dates: dict[str, date | BadValue] = {}
        self._lists: dict[str, tuple[str, ...]] = {}
        self._symbols: dict[str, str] = {}
        self._symbol_lists: dict[str, tuple[str, ...]] = {}

    def texts(self, column: Sequence[Cell] | None, rows: int) -> Sequence[str]:
        """Stripped texts, "" for what stands for nothing."""
        if column is None:
            return [""] * rows
        try:
            return ["" if cell in _NOTHING else cell.strip() for cell in column]  # type: ignore[union-attr]
        except TypeError:  # a structured source: some cells are lists
            return [_text(cell) for cell in column]

    def dates(
        self, column: Sequence[Cell] | None, rows: int, name: str, *, minor: bool = False
    ) -> Sequence[date | None]:
        """Days, None where missing; a text that is no day is a problem of its row, or of its cell alone when minor."""
        if column is None:
            return [None] * rows
        found: list[date | None] = []
        memo = self._dates
        for index, text in enumerate(self.texts(column, rows)):
            day = memo.get(text) if text else None
            if day is None and text:
                day = self.date(text)
            if isinstance(day, BadValue):
                if not minor:
                    self.problem(index, name, day)
                day = None
            found.append(day)
        return found

    def date(self, text: str) -> date | BadValue:
        """One day through the memo."""
        found = self._dates.get(text)
        if found is None:
            try:
                found = parse_date(text)
            except BadValue as error:
                found = error
            _keep(self._dates, text, found)
        return found

    def lists(self, column: Sequence[Cell] | None, rows: int, separator: str) -> Sequence[tuple[str, ...]]:
        """Several values per cell; () where missing."""
        if column is None:
            return [()] * rows
        return [self.values(cell, separator) for cell in column]

    def values(self, cell: Cell, separator: str) -> tuple[str, ...]:
        if cell is None:
            return ()
        if not isinstance(cell, str):
            return tuple(value for value in (one.strip() for one in cell) if value not in MISSING)
        found = self._lists.get(cell)
        if found is None:
            found = _split(cell, separator)
            _keep(self._lists, cell, found)
        return found

    def symbols(self, column: Sequence[Cell] | None, rows: int, separator: str) -> Sequence[tuple[str, ...]]:
        """Class symbols in the house's form, in order, without doubles; free text among them is left out."""
        if column is None:
            return [()] * rows
        return [self._symbols_of(cell, separator) for cell in column]

    def counts(self, column: Sequence[Cell] | None, rows: int) -> Sequence[int | None]:
        """Whole numbers; None where missing or no number."""
        if column is None:
            return [None] * rows
        return [_count(text) for text in self.texts(column, rows)]

    def parsed(
        self, column: Sequence[Cell] | None, rows: int, name: str, parse: Callable[[str], _T]
    ) -> list[_T | None]:
        """Each text through `parse`; BadValue becomes a problem of the row."""
        if column is None:
            return [None] * rows
        found: list[_T | None] = []
        for index, text in enumerate(self.texts(column, rows)):
            value = None
            if text:
                try:
                    value = parse(text)
                except BadValue as error:
                    self.problem(index, name, error)
            found.append(value)
        return found

    def problem(self, index: int, column: str, error: BadValue) -> None:
        self.problems.setdefault(index, BadValue(error.message, code=error.code, column=column))

    def _symbols_of(self, cell: Cell, separator: str) -> tuple[str, ...]:
        if cell is None:
            return ()
        key = cell if isinstance(cell, str) else "\x1f".join(cell)
        found = self._symbol_lists.get(key)
        if found is None:
            parsed = (self._symbol(text) for text in self.values(cell, separator))
            found = tuple(dict.fromkeys(symbol for symbol in parsed if symbol))
            _keep(self._symbol_lists, key, found)
        return found

    def _symbol(self, text: str) -> str:
        found = self._symbols.get(text)
        if found is None:
            try:
                found = parse_ipc(text).text
            except BadValue:
                found = ""
            _keep(self._symbols, text, found)
        return found


def _text(cell: Cell) -> str:
    if isinstance(cell, list):
        return " ".join(one.strip() for one in cell)
    return "" if cell is None or cell in MISSING else cell.strip()


def _keep(memo: dict[str, _T], key: str, value: _T) -> None:
    if len(memo) > MEMO_LIMIT:
        memo.clear()
    memo[key] = value


def _split(text: str, separator: str) -> tuple[str, ...]:
    parts = text.split(separator.strip() or separator) if separator else [text]
    return tuple(value for value in (part.strip() for part in parts) if value not in MISSING)


def _count(text: str) -> int | None:
    if text.isdecimal():
        return int(text)
    if not text:
        return None
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        return None
