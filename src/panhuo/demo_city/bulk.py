"""Rows for measuring: as many as asked for, quickly, without files or traps."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from panhuo.demo_city.city import city_cast
from panhuo.demo_city.lists import tables
from panhuo.demo_city.patent_files import cnipr_row
from panhuo.demo_city.sheets import Csv, Value


def synthetic_rows(n: int, seed: int = 2025) -> Iterator[list[Value]]:
    """n rows of a CNIPR list (heading: bulk_heading()), one patent each; the same for the same n and seed."""
    _, _, lives = city_cast(min(n, 200_000), seed)
    return islice(map(cnipr_row, chain.from_iterable(lives.draw())), n)


def bulk_heading() -> list[str]:
    """Heading of the rows."""
    return list(tables()["cnipr"]["heading"])


def write_bulk_csv(path: Path, n: int, seed: int = 2025, *, encoding: str = "utf-8-sig") -> Path:
    """n patents as one CSV that `panhuo import` reads. Memory does not grow with n."""
    sheet = Csv(path, bulk_heading(), encoding=encoding)
    for row in synthetic_rows(n, seed):
        sheet.add(row)
    sheet.close()
    return path
