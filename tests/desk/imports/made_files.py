"""Made-up lists of patents for imports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from table_files import application, csv_bytes, workbook

HEAD = ("申请号", "专利名称", "申请（专利权）人", "申请日", "发明人")
WRONG = {
    "申请号": "202110000001.0",  # a wrong check digit
    "申请日": "2021-02-30",
}


def patent(number: int, owner: str, *, day: str = "2021-03-04") -> list[Any]:
    return [application(number), f"合成样例装置{number}", owner, day, f"张三{number}"]


def stock(
    owner: str, rows: int = 20, *, bad: Sequence[int] = (), head: Sequence[str] = HEAD, before: int = 0
) -> list[list[Any]]:
    """Rows under a heading; those at the places of bad have a wrong number or a day that never was, in turn.

    before: so many patents are left out, so that two lists have none in common.
    """
    found: list[list[Any]] = [list(head)]
    for number in range(1, rows + 1):
        row = patent(before + number, owner)
        if number in bad and bad.index(number) % 2 == 0:
            good = str(row[0])
            row[0] = good[:-1] + str((int(good[-1]) + 1) % 10) if good[-1].isdigit() else good[:-1] + "1"
        elif number in bad:
            row[3] = "2021-02-30"
        found.append(row)
    return found


def as_csv(rows: Sequence[Sequence[Any]]) -> bytes:
    return csv_bytes(rows, encoding="utf-8-sig")


def as_workbook(rows: Sequence[Sequence[Any]], name: str = "清单") -> bytes:
    return workbook({name: rows})
