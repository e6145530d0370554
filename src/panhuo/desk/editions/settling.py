"""What of a reviewed list may be published now: rows that reviewers saw and that stand today as they saw them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from panhuo.desk.listings.actions import FrozenRow
from panhuo.desk.listings.supply import JudgedList

CHANGED, NEW, GONE = "changed_since_review", "new_since_review", "not_in_force"
PLACE, STATUS, BARS = "position", "legal_status", "bars"
UNCOMPARED = frozenset({PLACE, STATUS, BARS})
"""The place in the list, and the status that names the day; whether a right is in force is judged, not compared."""


@dataclass(frozen=True, slots=True)
class Settled:
    """listed, annex: rows to be frozen, places counted anew; apart: asset_key -> codes of why it is not published
    though reviewers saw it listed."""

    listed: list[FrozenRow]
    annex: list[FrozenRow]
    apart: Mapping[str, tuple[str, ...]]
    sources: Mapping[str, int]


def settle(
    reviewed: Mapping[str, Sequence[Any]], columns: Sequence[str], judged: JudgedList, *, words: Mapping[str, str]
) -> Settled:
    """Compare what reviewers saw listed with what may be listed today.

    Published is what both lists hold with the same words. What was listed and has changed, lapsed or lost its consent
    is set apart; what only today's list holds waits for the next edition. Both stand in the annex; ended rights do not.
    Args: reviewed: asset_key -> cells of `columns`; words: of the codes CHANGED and NEW.
    """
    listed: list[FrozenRow] = []
    annex = [row.frozen for row in judged.annex]
    apart: dict[str, tuple[str, ...]] = {}
    counts = dict.fromkeys(judged.by_source, 0)
    for row in judged.listed:
        before = reviewed.get(row.frozen.asset_key)
        if before is not None and _compared(before, columns) == _compared(row.frozen.cells, judged.columns):
            listed.append(row.frozen)
            counts[row.source.value] += 1
            continue
        why = NEW if before is None else CHANGED
        if before is not None:
            apart[row.frozen.asset_key] = (CHANGED,)
        annex.append(FrozenRow(row.frozen.asset_key, [*row.frozen.cells, words[why]]))
    standing = {row.frozen.asset_key for row in judged.listed}
    barred = {row.frozen.asset_key: tuple(bar.value for bar in row.bars) for row in judged.annex}
    for key in reviewed:
        if key not in standing:
            apart[key] = barred.get(key) or (judged.ended.get(key, GONE),)
    return Settled(_placed(listed, judged.columns), _placed(annex, judged.columns), apart, counts)


def _compared(cells: Sequence[Any], columns: Sequence[str]) -> dict[str, Any]:
    told = dict(zip(columns, cells, strict=False))
    return {name: value for name, value in told.items() if name not in UNCOMPARED}


def _placed(rows: Sequence[FrozenRow], columns: Sequence[str]) -> list[FrozenRow]:
    at = list(columns).index(PLACE)
    return [
        FrozenRow(row.asset_key, [*row.cells[:at], place, *row.cells[at + 1 :]]) for place, row in enumerate(rows, 1)
    ]
