"""Small files for tests of the table readers: made-up patents with right check digits, in any container."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter

from panhuo.adapters.readers.detect import detect
from panhuo.adapters.readers.protocol import Detection, ReadOptions, Source
from panhuo.engine.records.raw import Cell, RawBatch, RawEvent, Reject
from panhuo.terms.numbers import cn_application_check_digit


def application(serial: int, *, year: int = 2021, kind: int = 1) -> str:
    """A made-up Chinese application number with its check digit, 202110000007.5 and so on."""
    body = f"{year}{kind}{serial:07d}"
    return f"{body}.{cn_application_check_digit(body)}"


def publication(serial: int, kind: str = "B") -> str:
    """A made-up Chinese publication number."""
    return f"CN{ {'A': 1, 'B': 1, 'U': 2, 'S': 3}[kind] }{serial:08d}{kind}"


def source_of(data: bytes, name: str = "file.csv") -> Source:
    return Source(name, len(data), lambda: io.BytesIO(data))


def csv_bytes(
    rows: Sequence[Sequence[Any]], *, encoding: str = "utf-8", delimiter: str = ",", end: str = "\r\n"
) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue().encode(encoding)


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """An XLSX file; datetime cells are written as days, texts that begin with "=" as texts."""
    data = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(data, options) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for index, row in enumerate(rows):
                sheet.write_row(index, 0, row)
    return data.getvalue()


@dataclass
class Reading:
    """All that reading a file gave. rows: dictionaries of what is not missing, with "row" and "member"."""

    detection: Detection
    rows: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    events: list[list[RawEvent]] = field(default_factory=list)
    batches: list[RawBatch] = field(default_factory=list)

    @property
    def format(self) -> str:
        return self.detection.reader.name

    @property
    def codes(self) -> list[str]:
        return [reject.code for reject in self.rejects]

    def column(self, name: str) -> list[Cell]:
        return [row.get(name) for row in self.rows]


def read(data: bytes | Source, *, name: str = "file.csv", forced: str | None = None) -> Reading:
    """Detect, read, and put the batches back into rows."""
    source = data if isinstance(data, Source) else source_of(data, name)
    found = Reading(detect(source, forced=forced))
    for item in found.detection.reader.read(source, ReadOptions(forced=forced is not None)):
        if isinstance(item, Reject):
            found.rejects.append(item)
            continue
        found.batches.append(item)
        found.events += list(item.events or [])
        for index, number in enumerate(item.rows):
            cells = {name: column[index] for name, column in item.columns.items() if column[index] is not None}
            found.rows.append({"row": number, "member": item.member, **cells})
    return found


def pledge_of(number: str) -> str:
    """A list of registered pledges with one row."""
    return f"登记号,专利号,出质人,质权人,登记日\nY2023980000001,{number},云湖大学,云湖银行,2023-05-06\n"
