"""What people would read in the files of a demo run."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from docx import Document
from openpyxl import load_workbook

EXPLAINING = ("说明", "选项")
HEAD_LINES = 8


def table(path: Path, sheet: str | int = 0, *, key: str) -> list[dict[str, Any]]:
    """Rows under the heading that holds `key`, by heading."""
    book = load_workbook(path, read_only=True)
    rows = (book.worksheets[sheet] if isinstance(sheet, int) else book[sheet]).iter_rows(values_only=True)
    heading = next(row for row in rows if key in row)
    found = [dict(zip(map(str, heading), row, strict=False)) for row in rows]
    book.close()
    return [row for row in found if row[key] is not None]


def tables_without_mark(path: Path, mark: str) -> list[str]:
    """Sheets with data whose first lines do not bear the mark."""
    book = load_workbook(path, read_only=True)
    bare = [sheet.title for sheet in book if sheet.title not in EXPLAINING and mark not in _head(sheet)]
    book.close()
    return bare


def _head(sheet: Any) -> str:
    return "\n".join(str(cell) for row in sheet.iter_rows(max_row=HEAD_LINES, values_only=True) for cell in row if cell)


def letter_text(path: Path) -> str:
    """A Word document with its page heads."""
    document = Document(str(path))
    heads = [one.text for section in document.sections for one in section.header.paragraphs]
    cells = [cell.text for one in document.tables for row in one.rows for cell in row.cells]
    return "\n".join([*heads, *(one.text for one in document.paragraphs), *cells])


@dataclass
class Page:
    """Text of an HTML page, the elements left open, and what it would fetch from elsewhere."""

    text: str
    left_open: list[str]
    fetched: list[str]


class _Reader(HTMLParser):
    EMPTY = frozenset(("meta", "br", "hr", "img", "link", "input", "col", "wbr"))

    def __init__(self) -> None:
        super().__init__()
        self.page = Page("", [], [])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.EMPTY:
            self.page.left_open.append(tag)
        self.page.fetched += [
            value or "" for name, value in attrs if name == "src" or (tag == "link" and name == "href")
        ]

    def handle_endtag(self, tag: str) -> None:
        if tag in self.page.left_open:
            while self.page.left_open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.page.text += data


def page(path: Path) -> Page:
    """An HTML page, parsed."""
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    return reader.page
