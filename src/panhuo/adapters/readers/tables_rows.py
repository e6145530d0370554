"""A table under a known layout, as batches of raw rows and rejects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

from panhuo.adapters.formula_guard import MARK
from panhuo.adapters.readers.headings import aliases, ledger_words, normal_heading
from panhuo.adapters.readers.protocol import Source
from panhuo.adapters.readers.tables_cells import (
    DAYS,
    EXCEL_ERRORS,
    as_text,
    cells,
    excel_days,
    first_characters,
    listed,
    with_semicolons,
)
from panhuo.adapters.readers.tables_grid import Chunk, Grid
from panhuo.adapters.readers.tables_layout import Layout
from panhuo.adapters.readers.tables_schemas import NUMBERS
from panhuo.adapters.readers.tables_shapes import ADAPT, counted_citations, inpadoc_events, split_patent_numbers
from panhuo.engine.records.fields import MANY
from panhuo.engine.records.raw import Cell, RawBatch, RawEvent, Reject
from panhuo.terms.kinds import RecordKind

TOTALS = frozenset(
    f"{word}{mark}"
    for word in ("合计", "总计", "小计", "共计", "总数", "合 计", "总 计", "小 计", "合  计", "Total", "total", "TOTAL")
    for mark in ("", ":", "：")
)
_NOT_KEPT = frozenset(("link",))
"""Fields that only tell numbers and titles apart; the formula of a link costs no row."""
_NUMBERS = frozenset(("publication_number", "application_number", "grant_publication_number"))
_SEPARATORS = {"patsnap": " | ", "lens": ";;"}
_QUOTED_FORMULA = re.compile(r'="[^"]*"')
"""="202110123456.7", by which exporters make a spreadsheet keep every digit of a CSV."""
_LISTS = MANY | {"labels"}
_PLAIN = frozenset(("patsnap", "lens", "google"))
"""Vendors whose cells are cut at their own mark, or by their own rule, and at nothing else."""
_WHY = {
    "no_number": "The row has no patent number.",
    "no_party": "The row names no organisation.",
    "no_value": "The row has no number of residents.",
    "no_text": "The row says no need.",
}


def read_rows(source: Source, grid: Grid, layout: Layout) -> Iterator[RawBatch | Reject]:
    """Batches of a table, each after its rejects; blank rows and repeated headings are left out.

    Raises: RefusedFile where the file breaks off.
    """
    table = _Table(source, grid, layout)
    for chunk in grid.chunks(skip=layout.skip, header=layout.header):
        if chunk.rows:
            yield from table.batch(chunk)
        else:
            yield from chunk.problems


@dataclass(frozen=True, slots=True)
class _Table:
    source: Source
    grid: Grid
    layout: Layout

    def batch(self, chunk: Chunk) -> Iterator[RawBatch | Reject]:
        """The rejects of one chunk, then its rows."""
        rows, rejects = chunk.rows, list(chunk.problems)
        spoiled = self._spoiled(chunk)
        columns, events = self._fields(chunk)
        keep = self._kept(chunk, columns, spoiled, rejects)
        if chunk.merged and any(keep):
            columns, events = self._fields(self._filled(chunk, keep))
        yield from sorted(rejects, key=lambda reject: reject.row)
        if not all(keep):
            columns = {name: list(compress(column, keep)) for name, column in columns.items()}
            rows = list(compress(rows, keep))
            events = list(compress(events, keep)) if events is not None else None
        if rows:
            yield self._raw(columns, rows, events)

    def _fields(self, chunk: Chunk) -> tuple[dict[str, list[Cell]], list[list[RawEvent]] | None]:
        """Cells by field, and the events that the table tells, None where it has no column of them."""
        columns = {name: self._column(name, places, chunk) for name, places in self.layout.columns.items()}
        for name, said in self.layout.constants.items():
            columns.setdefault(name, [said] * len(chunk.rows))
        told = columns.pop("inpadoc_events", None)
        events = None if told is None else [inpadoc_events(cell) for cell in told]
        self._adapt(columns, len(chunk.rows))
        return columns, events

    def _filled(self, chunk: Chunk, keep: Sequence[bool]) -> Chunk:
        """What stands in a merged cell holds for each row under it that is a row of its own.

        A number of a patent does not: the rows under it tell more of the one patent, and count once.
        """
        numbers = {place for name in NUMBERS & self.layout.columns.keys() for place in self.layout.columns[name]}
        columns = list(chunk.columns)
        for place, told in chunk.merged.items():
            if place not in numbers:
                columns[place] = [
                    told.get(number, cell) if kept and cell in ("", None) else cell
                    for number, kept, cell in zip(chunk.rows, keep, chunk.columns[place], strict=True)
                ]
        return Chunk(columns, chunk.rows)

    def _raw(
        self, columns: dict[str, list[Cell]], rows: Sequence[int], events: Sequence[list[RawEvent]] | None
    ) -> RawBatch:
        separator = _SEPARATORS.get(self.layout.vendor, ";")
        return RawBatch(self.layout.schema.kind, dict(columns), rows, self.grid.name, separator, events)

    def _adapt(self, columns: dict[str, list[Cell]], rows: int) -> None:
        """Fields that stand in others' columns, and what single sources put into their cells."""
        split_patent_numbers(columns, rows)
        if self.layout.schema.kind is RecordKind.PATENT:
            counted_citations(columns)
        if self.layout.vendor in ADAPT:
            ADAPT[self.layout.vendor](columns)
        if "ledger" in columns:
            words = ledger_words()
            columns["ledger"] = [words.get(str(cell), cell) for cell in columns["ledger"]]
        for name in _NUMBERS & columns.keys():
            columns[name] = _without_apostrophes(columns[name])

    def _column(self, name: str, places: Sequence[int], chunk: Chunk) -> list[Cell]:
        """The cells of a field: the preferred column's, gaps filled from the others; status words of all of them."""
        found = self._cells(name, places[0], chunk)
        for place in places[1:]:
            other = self._cells(name, place, chunk)
            if name == "status_words":
                found = [self._joined(one, two) for one, two in zip(found, other, strict=True)]
            else:
                found = [two if one is None else one for one, two in zip(found, other, strict=True)]
        return found

    def _joined(self, one: Cell, two: Cell) -> Cell:
        if not isinstance(one, str) or not isinstance(two, str) or one == two:
            return two if one is None else one
        return f"{one}{_SEPARATORS.get(self.layout.vendor, ';')}{two}"

    def _cells(self, name: str, place: int, chunk: Chunk) -> list[Cell]:
        column, marks = chunk.columns[place], self.grid.marks
        if name in _LISTS and self.grid.container in ("jsonl", "parquet") and _holds_lists(column):
            return listed(column)
        if '="' in marks:
            column = [cell[2:-1] if _QUOTED_FORMULA.fullmatch(cell) else cell for cell in column]
        if self.grid.container == "xlsx" and name in DAYS:
            column = excel_days(column)
        found = cells(column, marked=MARK in marks, typed=self.grid.container != "csv")
        pattern = next((content.pattern for content in self.layout.by_content if content.field == name), None)
        if pattern is not None:
            matches = (pattern.search(cell) if cell else None for cell in found)
            found = [match[1] if match else None for match in matches]
        if name in MANY and self.layout.vendor not in _PLAIN:
            found = with_semicolons(name, found)
        return list(found)

    def _kept(
        self, chunk: Chunk, columns: dict[str, list[Cell]], spoiled: dict[int, Reject], rejects: list[Reject]
    ) -> list[bool]:
        """Which rows of the chunk are taken; for each other one that says anything one reject is added."""
        needed = [columns[name] for name in self.layout.schema.row_needs if name in columns]
        if any(None not in column for column in needed):
            keep = [True] * len(chunk.rows)
        else:
            keep = [any(found) for found in zip(*needed, strict=True)] or [False] * len(chunk.rows)
        for index in self._headings_and_totals(chunk):
            keep[index] = False
        if self.grid.container != "csv":  # its grid has looked for them
            _drop_zero_characters(columns, keep)
        for index in spoiled:
            keep[index] = False
        if all(keep):
            return keep
        heading = [normal_heading(cell) for cell in self.layout.header]
        for index, kept in enumerate(keep):
            if kept:
                continue
            raw = [as_text(column[index]).strip() for column in chunk.columns]
            blank = not any(raw) and index not in spoiled
            if blank or [normal_heading(cell) for cell in raw] == heading:
                continue
            code, why = self._why(raw)
            if index in spoiled and code != "total_row":
                rejects.append(spoiled[index])
                continue
            value = " | ".join(cell for cell in raw if cell)[:120].replace("\x00", "␀")
            rejects.append(Reject(chunk.rows[index], "", value, code, why, self.grid.name, self.source.name))
        return keep

    def _why(self, raw: Sequence[str]) -> tuple[str, str]:
        if not TOTALS.isdisjoint(raw[:3]):
            return "total_row", "The row sums up others and is no record of its own."
        if any("\x00" in cell for cell in raw):
            return "nul_character", "The row holds a zero character, as damaged files do."
        return self.layout.schema.without, _WHY[self.layout.schema.without]

    def _headings_and_totals(self, chunk: Chunk) -> set[int]:
        """Rows that repeat the heading, or whose first cells say that they sum up."""
        found: set[int] = set()
        first = next(iter(self.layout.columns.values()))[0]
        said, column = self.layout.header[first], chunk.columns[first]
        if said in column:
            found.update(index for index, cell in enumerate(column) if cell == said)
        for column in chunk.columns[:3] if self.grid.container in ("csv", "xlsx") else ():
            if not TOTALS.isdisjoint(column):
                found.update(index for index, cell in enumerate(column) if cell in TOTALS)
        return found

    def _spoiled(self, chunk: Chunk) -> dict[int, Reject]:
        """Rows of which a cell that would be read cannot be: index -> the first such cell as the row's one reject.

        Taken with a gap, such a row would change the register and stand among the rejects, too.
        """
        kept = {place for name, places in self.layout.columns.items() if name not in _NOT_KEPT for place in places}
        said = [reject for place, reject in chunk.spoiled if place in kept or (place < 0 and self._fills(reject))]
        if "#" in self.grid.marks:
            for place in sorted(kept):
                said += self._errors(place, chunk)
        if not said:
            return {}
        index = {number: place for place, number in enumerate(chunk.rows)}
        found: dict[int, Reject] = {}
        for reject in said:
            found.setdefault(index[reject.row], reject)
        return found

    def _fills(self, reject: Reject) -> bool:
        alias = aliases(self.layout.schema.name).get(normal_heading(reject.column))
        return alias is not None and bool(alias.field) and alias.field not in _NOT_KEPT

    def _errors(self, place: int, chunk: Chunk) -> Iterator[Reject]:
        """Cells of a CSV in which a spreadsheet wrote an error."""
        if "#" not in first_characters(chunk.columns[place]):
            return
        for number, cell in zip(chunk.rows, chunk.columns[place], strict=True):
            if cell in EXCEL_ERRORS:
                why = f"The cell holds {cell}, the error of a formula; mend it, or empty the cell, and import again."
                heading = self.layout.header[place]
                yield Reject(number, heading, cell, "formula_error", why, self.grid.name, self.source.name)


def _holds_lists(column: Sequence[Any]) -> bool:
    return any(isinstance(cell, (list, tuple)) for cell in column)


def _without_apostrophes(column: list[Cell]) -> list[Cell]:
    """People type an apostrophe before a number so that Excel leaves its digits alone."""
    if first_characters(cell for cell in column if isinstance(cell, str)).isdisjoint("'’"):
        return column
    return [cell.lstrip("'’") or None if isinstance(cell, str) else cell for cell in column]


def _drop_zero_characters(columns: dict[str, list[Cell]], keep: list[bool]) -> None:
    for column in columns.values():
        for index, cell in enumerate(column):
            if isinstance(cell, str) and "\x00" in cell:
                keep[index] = False
