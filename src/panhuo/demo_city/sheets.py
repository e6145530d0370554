"""Tables written so that the same rows give the same bytes: workbooks, CSV, JSON lines, archives."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import xlsxwriter

CREATED = datetime(2025, 11, 30, tzinfo=UTC).replace(tzinfo=None)  # workbooks hold local time without a zone
Value = str | int | float


class Table(Protocol):
    """A table that takes rows one by one."""

    rows: int

    def add(self, values: Sequence[Value]) -> None: ...

    def close(self) -> None: ...


class Workbook:
    """One sheet, streamed; titles are lines above the heading, as official lists have them."""

    def __init__(
        self, path: Path, heading: Sequence[str], *, titles: Sequence[str] = (), sheet: str = "sheet1"
    ) -> None:
        self.rows = 0
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._book.set_properties({"created": CREATED, "comments": "合成数据 synthetic"})
        self._sheet = self._book.add_worksheet(sheet)
        bold = self._book.add_format({"bold": True})
        self._line = 0
        for title in titles:
            self._sheet.write_string(self._line, 0, title, bold)
            self._line += 1
        for column, text in enumerate(heading):
            self._sheet.write_string(self._line, column, text, bold)
        self._line += 1

    def add(self, values: Sequence[Value]) -> None:
        """One row; empty texts leave the cell empty."""
        line, write_string = self._line, self._sheet.write_string
        for column, value in enumerate(values):
            if isinstance(value, str):
                if value:
                    write_string(line, column, value)
            else:
                self._sheet.write_number(line, column, value)
        self._line += 1
        self.rows += 1

    def close(self) -> None:
        self._book.close()


class Csv:
    """A comma-separated file in the encoding its source would use."""

    def __init__(self, path: Path, heading: Sequence[str], *, encoding: str = "utf-8-sig") -> None:
        self.rows = 0
        self._file = path.open("w", encoding=encoding, newline="")
        self._writer = csv.writer(self._file, lineterminator="\r\n")
        self._writer.writerow(heading)

    def add(self, values: Sequence[Value]) -> None:
        self._writer.writerow(values)
        self.rows += 1

    def close(self) -> None:
        self._file.close()


class JsonLines:
    """One object a line; empty values are left out."""

    def __init__(self, path: Path) -> None:
        self.rows = 0
        self._file = path.open("w", encoding="utf-8", newline="\n")

    def add(self, row: Mapping[str, object]) -> None:
        kept = {key: value for key, value in row.items() if value not in ("", [], None)}
        self._file.write(json.dumps(kept, ensure_ascii=False) + "\n")
        self.rows += 1

    def close(self) -> None:
        self._file.close()


class Archive:
    """A zip whose members bear one fixed date."""

    def __init__(self, path: Path) -> None:
        self.rows = 0
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)

    def add(self, name: str, text: str) -> None:
        info = zipfile.ZipInfo(name, (2025, 11, 30, 0, 0, 0))
        info.compress_type = zipfile.ZIP_DEFLATED
        info.create_system = 3
        self._zip.writestr(info, text.encode("utf-8"))
        self.rows += 1

    def close(self) -> None:
        self._zip.close()


def write_table(path: Path, heading: Sequence[str], rows: Iterable[Sequence[Value]], *, titles: Sequence[str]) -> int:
    """A whole small workbook. Returns: number of rows."""
    book = Workbook(path, heading, titles=titles)
    for row in rows:
        book.add(row)
    book.close()
    return book.rows
