"""CSV and TSV as grids: delimiter told from the heading, rows streamed, line numbers as an editor shows them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TextIO

from panhuo.adapters.readers.encodings import NOW_ENCODED, TextShape, open_text
from panhuo.adapters.readers.protocol import BATCH_ROWS, RefusedFile, Source
from panhuo.adapters.readers.tables_grid import HEAD_ROWS, Chunk, HeadRow
from panhuo.engine.records.raw import Reject

DELIMITERS = (",", "\t", ";", "|")
LONGEST_CELL = 1 << 22
"""Characters; what is longer comes from a quotation mark that nobody closed."""
_HEAD_CHARACTERS = 1 << 18
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(slots=True)
class CsvGrid:
    """A text file cut at one delimiter. quoting: False where quotation marks are plain characters."""

    source: Source
    shape: TextShape
    delimiter: str
    quoting: bool
    head: Sequence[HeadRow]
    name: str = ""
    container: str = "csv"
    own_mark: bool = False

    @property
    def marks(self) -> frozenset[str]:
        """See Grid."""
        return self.shape.marks

    def chunks(self, *, skip: int, header: Sequence[str]) -> Iterator[Chunk]:
        """See Grid. A row of fewer or more cells than the heading is a reject; blank rows are left out."""
        with open_text(self.source, self.shape) as lines:
            reader = _reader(_lines(lines, self), self.delimiter, quoting=self.quoting)
            try:
                for _ in islice(reader, skip):
                    pass
                yield from self._chunks(reader, len(header))
            except csv.Error as error:
                raise self._broken(reader.line_num, str(error)) from None
            except UnicodeDecodeError as error:
                raise self._broken(reader.line_num, f"it no longer decodes as {error.encoding}") from None

    def _chunks(self, reader: Any, width: int) -> Iterator[Chunk]:
        line = reader.line_num
        while rows := list(islice(reader, BATCH_ROWS)):
            numbers: Sequence[int] = range(line + 1, line + 1 + len(rows))
            if reader.line_num - line != len(rows):
                numbers = _first_lines(rows, line)
            line = reader.line_num
            problems: list[Reject] = []
            if set(map(len, rows)) != {width} or self.shape.has_nul:
                rows, numbers = self._mend(rows, numbers, width, problems)
            yield Chunk(list(zip(*rows, strict=True)) or [()] * width, numbers, problems)

    def _mend(
        self, rows: list[list[str]], numbers: Sequence[int], width: int, problems: list[Reject]
    ) -> tuple[list[list[str]], list[int]]:
        """Only rows of the heading's width; the others become rejects, blank ones nothing."""
        kept: list[list[str]] = []
        kept_numbers: list[int] = []
        for row, number in zip(rows, numbers, strict=True):
            if len(row) > width and not any(cell.strip() for cell in row[width:]):
                row = row[:width]
            if not any(cell.strip() for cell in row):
                continue
            trouble = self._trouble(row, width)
            if trouble:
                code, why = trouble
                value = " | ".join(cell for cell in row if cell)[:120].replace("\x00", "␀")
                problems.append(Reject(number, "", value, code, why, file=self.source.name))
                continue
            kept.append(row)
            kept_numbers.append(number)
        return kept, kept_numbers

    def _trouble(self, row: list[str], width: int) -> tuple[str, str] | None:
        if self.shape.has_nul and any("\x00" in cell for cell in row):
            return "nul_character", "The row holds a zero character, as damaged files do."
        if len(row) < width:
            open_quote = any("\n" in cell or "\r" in cell for cell in row)
            hint = " A quotation mark may be open." if open_quote else " A line break may cut it in two."
            return "short_row", f"The row has {len(row)} cells where the heading has {width}.{hint}"
        if len(row) > width:
            return (
                "long_row",
                f"The row has {len(row)} cells where the heading has {width}. "
                "A cell that holds the delimiter needs quotation marks.",
            )
        return None

    def _broken(self, line: int, why: str) -> RefusedFile:
        if "field larger" in why:
            why = "a quotation mark is opened before it and not closed"
        return RefusedFile(
            f"{self.source.name} cannot be read beyond line {line:,}: {why}.",
            code="damaged_table",
            file=self.source.name,
            line=line,
        )


def _first_lines(rows: list[list[str]], before: int) -> list[int]:
    """The line on which each row begins; rows go on over as many lines as their cells hold line ends."""
    found = []
    for row in rows:
        found.append(before + 1)
        before += 1 + sum(len(_LINE_END.findall(cell)) for cell in row if "\n" in cell or "\r" in cell)
    return found


def csv_grids(source: Source, shape: TextShape) -> Iterator[CsvGrid]:
    """The file cut at each delimiter that its first lines hold; most frequent first."""
    with open_text(source, shape) as handle:
        text = handle.read(_HEAD_CHARACTERS)
    cut = len(text) == _HEAD_CHARACTERS
    if shape.has_private:
        text = text.translate(NOW_ENCODED)
    lines = list(islice(io.StringIO(text, newline=""), HEAD_ROWS * 20))  # splitlines would cut at U+0085, too
    if cut and len(lines) > 1:
        lines.pop()
    for delimiter in sorted(DELIMITERS, key=lambda mark: -text.count(mark)):
        if delimiter not in text and delimiter != ",":
            continue
        for quoting in (True, False) if delimiter == "\t" else (True,):  # inches stand in tab-separated texts
            head = _head(lines, delimiter, quoting=quoting)
            if head:
                yield CsvGrid(source, shape, delimiter, quoting, head)


def _head(lines: list[str], delimiter: str, *, quoting: bool) -> tuple[HeadRow, ...]:
    reader = _reader(iter(lines), delimiter, quoting=quoting)
    rows: list[HeadRow] = []
    line = 0
    try:
        for index, row in enumerate(islice(reader, HEAD_ROWS)):
            if any(cell.strip() for cell in row):
                rows.append(HeadRow(line + 1, index, tuple(cell.strip() for cell in row)))
            line = reader.line_num
    except csv.Error:
        pass  # the rows before it stand; reading meets the same place and says so
    return tuple(rows)


def _reader(lines: Iterator[str], delimiter: str, *, quoting: bool) -> Any:
    csv.field_size_limit(LONGEST_CELL)
    return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoting else csv.QUOTE_NONE)


def _lines(handle: TextIO, grid: CsvGrid) -> Iterator[str]:
    """Lines of a text with characters where Unicode has them now."""
    return (line.translate(NOW_ENCODED) for line in handle) if grid.shape.has_private else handle
