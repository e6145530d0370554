"""Rows of a file that were not taken, told to the person who can mend them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from panhuo.cli.frame import Answer, say
from panhuo.engine.records.raw import Reject

SAID, ANSWERED = 5, 50
"""Rows that are said one by one, and rows in the answer; all are counted."""


def tell_rejects(answer: Answer, rejects: Sequence[Reject], path: Path, *, count: int | None = None) -> None:
    """Say how many rows of the file were left out and why, and put that into the answer (`rejected`, `rejects`).

    count: where only some of them were kept.
    """
    total = len(rejects) if count is None else count
    answer["rejected"] = total
    answer["rejects"] = [
        {
            "file": one.file or str(path),
            "row": one.row,
            "column": one.column,
            "value": one.value,
            "code": one.code,
            "message": one.message,
        }
        for one in rejects[:ANSWERED]
    ]
    if not total:
        return
    say(f"{total} rows of {path} were left out:")
    for one in rejects[:SAID]:
        place = f"{one.member} row {one.row}" if one.member else f"row {one.row}"
        say(f"  {place}: {one.message} ({one.code})")
    if total > SAID:
        say(f"  … and {total - SAID} more; --json tells the first {ANSWERED}.")
