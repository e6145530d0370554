"""What a workbook would cost and what calamine does not tell, read from its parts before calamine opens it.

Calamine lays a sheet out as a dense block from its first to its last cell and copies a shared text into every
cell that uses it: a file of a few kilobytes can ask for all memory there is. It also gives an empty cell
where Excel shows an error.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from panhuo.adapters.readers.archives import check_zip_directory
from panhuo.adapters.readers.protocol import RefusedFile, Source

CHUNK = 1 << 20
DENSE_CELLS = 4_000_000
"""Blocks up to here are laid out without a second look (128 MB)."""
SPARSE = 8
"""A larger block may have so many places for each cell that stands in it."""
MANY_CELLS = 16_000_000
"""More go through the slow streaming reader (memory); more than MOST_CELLS are refused (time)."""
MOST_CELLS = 40_000_000
MOST_TEXT = 1 << 30
"""Bytes of shared texts, each counted as often as a cell may use it."""
LONGEST_TEXT = 1 << 18
"""Bytes of one shared text with its markup; a cell of Excel holds 32,767 characters."""
MOST_ERRORS = 200_000
MOST_MERGES = 200_000
LARGEST_DIRECTORY = 4 << 20

# cells whose reference is not one letter and up to five digits, whatever else is odd about them
_ODD_CELL = re.compile(rb"<(?:\w{1,20}:)?c\s(?!r=\"[A-Z]\d{1,5}\")([^>]*)")
_ODD_PLAIN_CELL = re.compile(rb"<c\s(?!r=\"[A-Z]\d{1,5}\")([^>]*)")
_REFERENCE = re.compile(rb"\br\s*=\s*[\"']\s*([A-Za-z]{0,4})(\d{0,10})")
_ERROR_CELL = re.compile(
    rb"<(?:\w{1,20}:)?c\s([^>]*\bt\s*=\s*[\"']e[\"'][^>]*)>.{0,4000}?<(?:\w{1,20}:)?v>([^<]{1,40})<", re.S
)
_UNCALCULATED = re.compile(
    rb"<(?:\w{1,20}:)?c\s([^>]*)>\s*<(?:\w{1,20}:)?f\b[^>]*(?:/>|>[^<]*</(?:\w{1,20}:)?f>)\s*"
    rb"(?:<(?:\w{1,20}:)?v\s*(?:/>|>\s*</(?:\w{1,20}:)?v>)\s*)?</(?:\w{1,20}:)?c>"
)
"""A formula whose result was never stored, as programs that do not calculate leave it."""
NOT_CALCULATED = "not calculated"
_MERGE = re.compile(
    rb"<(?:\w{1,20}:)?mergeCell\s[^>]{0,200}?\bref\s*=\s*[\"']\$?([A-Za-z]{1,3})\$?(\d{1,7}):"
    rb"\$?([A-Za-z]{1,3})\$?(\d{1,7})[\"']"
)
_NAMED_PREFIX = re.compile(rb"<\w{1,20}:c\s")
_SHARED = re.compile(rb"\bt\s*=\s*[\"']s[\"'][^>]*>\s*<(?:\w{1,20}:)?v[^>]*>\s*(\d{1,9})")
_TEXT_START = re.compile(rb"<(?:\w{1,20}:)?si\b")


@dataclass(slots=True)
class SheetFacts:
    """One sheet as its XML says.

    cells: those with a value, about. rows, columns: no cell stands beyond. errors: (row, column), both from 0
    -> "#N/A" or NOT_CALCULATED; at most MOST_ERRORS. merges: (first row, last row, first column) of cells merged
    downwards, from 0, as the file tells them; at most MOST_MERGES.
    """

    cells: int = 0
    rows: int = 0
    columns: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[tuple[int, int, int]] = field(default_factory=list)

    @property
    def is_dense(self) -> bool:
        """Whether calamine may lay it out."""
        places = self.rows * self.columns
        return places <= DENSE_CELLS or places <= SPARSE * self.cells


@dataclass(frozen=True, slots=True)
class BookFacts:
    """What the guard found. sheets: by sheet name. is_safe: calamine may open it; else stream it. own: by us."""

    sheets: dict[str, SheetFacts]
    is_safe: bool
    own: bool


def check_workbook(source: Source) -> BookFacts:
    """Look through an XLSX file before it is opened.

    Raises: RefusedFile for bombs and damage (archives.check_zip_directory), too_many_cells, or what is no
        XLSX workbook (not_a_workbook).
    """
    check_zip_directory(source)
    try:
        with source.open() as handle, zipfile.ZipFile(handle) as book:
            return _book_facts(source, book)
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        ValueError,
        LookupError,
        NotImplementedError,
        RuntimeError,
    ):
        raise RefusedFile(
            f"{source.name} is a damaged workbook. Open it in Excel, save it anew and import that.",
            code="damaged_workbook",
            file=source.name,
        ) from None


def _book_facts(source: Source, book: zipfile.ZipFile) -> BookFacts:
    names = set(book.namelist())
    if "xl/workbook.xml" not in names or "xl/workbook.bin" in names or "content.xml" in names:
        raise RefusedFile(
            f"{source.name} is an office document but no XLSX workbook. Save the table as .xlsx or .csv.",
            code="not_a_workbook",
            file=source.name,
        )
    paths = _sheet_paths(book, names)
    facts = {name: _sheet_facts(book, path) for name, path in paths.items() if path in names}
    # a sheet that a relation hides from us would still be opened by its own path
    others = [_sheet_facts(book, path) for path in names - set(paths.values()) if path.startswith("xl/worksheets/")]
    cells = sum(sheet.cells for sheet in (*facts.values(), *others))
    if cells > MOST_CELLS:
        raise RefusedFile(
            f"{source.name} holds more than {MOST_CELLS:,} cells. Split it, or save its sheets as CSV.",
            code="too_many_cells",
            file=source.name,
        )
    dense = all(sheet.is_dense for sheet in (*facts.values(), *others))
    is_safe = dense and cells <= MANY_CELLS and _copied_text(source, book, names, cells) <= MOST_TEXT
    own = "docProps/core.xml" in names and b"Panhuo" in _read(book, "docProps/core.xml")
    return BookFacts(facts, is_safe, own)


def _sheet_paths(book: zipfile.ZipFile, names: set[str]) -> dict[str, str]:
    """Sheet name -> part, as the workbook's relations say; empty where they cannot be read."""
    relations = "xl/_rels/workbook.xml.rels"
    if relations not in names:
        return {}
    try:
        targets = {
            node.get("Id", ""): node.get("Target", "")
            for node in fromstring(_read(book, relations)).iter()
            if node.get("Id")
        }
        found: dict[str, str] = {}
        for node in fromstring(_read(book, "xl/workbook.xml")).iter():
            if node.tag.rpartition("}")[2] != "sheet":
                continue
            rid = next((value for key, value in node.attrib.items() if key.rpartition("}")[2] == "id"), "")
            target = targets.get(rid, "")
            found[node.get("name", "")] = posixpath.normpath(posixpath.join("xl", target)).lstrip("/")
        return found
    except (ParseError, DefusedXmlException, LookupError, ValueError):
        return {}


def _sheet_facts(book: zipfile.ZipFile, path: str) -> SheetFacts:
    facts = SheetFacts(columns=26, rows=99_999)
    some = False
    for piece in _pieces(book, path):
        prefixed = b":c" in piece and _NAMED_PREFIX.search(piece) is not None
        facts.cells += piece.count(b"</c")
        if prefixed:
            facts.cells += len(_NAMED_PREFIX.findall(piece))
        some = some or facts.cells > 0
        for attributes in (_ODD_CELL if prefixed else _ODD_PLAIN_CELL).findall(piece):
            _extend(facts, attributes)
        if b'"e"' in piece or b"'e'" in piece:
            _note_errors(facts, _ERROR_CELL, piece)
        if b"f>" in piece:
            _note_errors(facts, _UNCALCULATED, piece)
        if b"mergeCell " in piece:
            _note_merges(facts, piece)
    if not some:
        facts.rows = facts.columns = 0
    return facts


def _extend(facts: SheetFacts, attributes: bytes) -> None:
    match = _REFERENCE.search(attributes)
    if match is None:
        return  # placed after its neighbour: a file of n such cells is no wider than n
    column, row = _position(match)
    facts.columns = max(facts.columns, column + 1)
    facts.rows = max(facts.rows, row + 1)


def _position(match: re.Match[bytes]) -> tuple[int, int]:
    return _column(match[1]), max(int(match[2] or b"1") - 1, 0)


def _column(letters: bytes) -> int:
    column = 0
    for letter in letters.upper():
        column = column * 26 + letter - 64
    return max(column - 1, 0)


def _note_merges(facts: SheetFacts, piece: bytes) -> None:
    for match in _MERGE.finditer(piece):
        (column, first), last = _position(match), int(match[4]) - 1
        if last > first and len(facts.merges) < MOST_MERGES:
            facts.merges.append((first, last, column))


def _note_errors(facts: SheetFacts, pattern: re.Pattern[bytes], piece: bytes) -> None:
    for found in pattern.finditer(piece):
        match = _REFERENCE.search(found[1])
        if match is not None and len(facts.errors) < MOST_ERRORS:
            column, row = _position(match)
            facts.errors[row, column] = found[2].decode("ascii", "replace") if found.re.groups > 1 else NOT_CALCULATED


def _copied_text(source: Source, book: zipfile.ZipFile, names: set[str], cells: int) -> int:
    """Bytes that shared texts take once each cell has its own copy; an upper bound where that is small enough."""
    path = next((name for name in names if name.lower() == "xl/sharedstrings.xml"), "")
    sizes = _text_sizes(book, path) if path else array("Q")
    longest = max(sizes, default=0)
    if longest > LONGEST_TEXT:
        raise RefusedFile(
            f"{source.name} holds a text longer than a cell may hold. Save the table as CSV and import that.",
            code="endless_text",
            file=source.name,
        )
    if longest * cells <= MOST_TEXT:
        return longest * cells
    total = 0
    for sheet in sorted(names):
        if not sheet.startswith("xl/worksheets/") or not sheet.endswith(".xml"):
            continue
        for piece in _pieces(book, sheet):
            if b"<![CDATA[" in piece:
                return longest * cells  # an index may hide in it
            total += sum(sizes[place] for place in map(int, _SHARED.findall(piece)) if place < len(sizes))
    return total


def _text_sizes(book: zipfile.ZipFile, path: str) -> array[int]:
    """Bytes of each shared text with its markup, in order."""
    sizes = array("Q")
    since = -1  # bytes seen of the text begun last, -1 before the first
    for piece in _pieces(book, path):
        at = 0
        for match in _TEXT_START.finditer(piece):
            if since >= 0:
                sizes.append(since + match.start() - at)
            since, at = 0, match.start()
        if since >= 0:
            since += len(piece) - at
    if since >= 0:
        sizes.append(since)
    return sizes


def _pieces(book: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    """A part in pieces that end behind a tag, so that no tag is cut in two; an endless tag is cut."""
    kept = b""
    with book.open(path) as part:
        while block := part.read(CHUNK):
            piece = kept + block
            end = piece.rfind(b"</") if len(piece) < 4 * CHUNK else len(piece)
            end = end if end > 0 else len(piece)
            kept = piece[end:]
            yield piece[:end]
    yield kept


def _read(book: zipfile.ZipFile, path: str) -> bytes:
    with book.open(path) as part:
        return part.read(LARGEST_DIRECTORY)
