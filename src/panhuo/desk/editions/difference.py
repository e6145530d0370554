"""What a list brings against the one before: new rows, gone ones with the reason, rows that say something else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from panhuo.desk.editions.models import Draft
from panhuo.desk.editions.settling import UNCOMPARED
from panhuo.desk.listings.actions import ANNEX, LIST
from panhuo.desk.listings.models import Edition

UNKNOWN = "not_considered"
"""Why a row is gone where the later list does not speak of it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of one of the lists, as keys and cells. why: codes, or words, of why it is gone; changed: keys of columns
    that say something else, each with the cell before and after."""

    cells: Mapping[str, Any]
    why: tuple[str, ...] = ()
    changed: tuple[tuple[str, Any, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows by what became of them, in the order of their list. since: the edition before; None for the first."""

    since: Edition | None
    new: tuple[Row, ...] = ()
    gone: tuple[Row, ...] = ()
    changed: tuple[Row, ...] = ()
    same: int = 0


def draft_difference(draft: Draft) -> Difference:
    """A draft against the last edition of its kind."""
    since = Edition.objects.filter(kind=draft.kind).order_by("number").last()
    rows = list(draft.rows.values_list("part", "asset_key", "cells", "why"))
    listed = {key: cells for part, key, cells, _ in rows if part == LIST}
    why = {key: tuple(said.split(";")) for part, key, _, said in rows if part == ANNEX}
    return _difference(since, listed, draft.columns, why)


def edition_difference(edition: Edition) -> Difference:
    """An edition against the one before it."""
    since = Edition.objects.filter(kind=edition.kind, number__lt=edition.number).order_by("number").last()
    rows = list(edition.rows.values_list("part", "asset_key", "cells"))
    listed = {key: cells for part, key, cells in rows if part == LIST}
    at = edition.columns.index("bars") if "bars" in edition.columns else -1
    why = {key: (str(cells[at]),) for part, key, cells in rows if part == ANNEX and at >= 0 and len(cells) > at}
    return _difference(since, listed, edition.columns, why)


def _difference(
    since: Edition | None,
    listed: Mapping[str, Sequence[Any]],
    columns: Sequence[str],
    why: Mapping[str, tuple[str, ...]],
) -> Difference:
    told = {key: dict(zip(columns, cells, strict=False)) for key, cells in listed.items()}
    if since is None:
        return Difference(None, tuple(Row(cells) for cells in told.values()))
    before = {
        key: dict(zip(since.columns, cells, strict=False))
        for key, cells in since.rows.filter(part=LIST).values_list("asset_key", "cells")
    }
    ended = dict(since.notices.values_list("asset_key", "why"))
    new = [Row(cells) for key, cells in told.items() if key not in before]
    gone = [
        Row(cells, why.get(key) or ((ended[key],) if key in ended else (UNKNOWN,)))
        for key, cells in before.items()
        if key not in told
    ]
    both = [(cells, _changes(before[key], cells)) for key, cells in told.items() if key in before]
    changed = [Row(cells, changed=changes) for cells, changes in both if changes]
    return Difference(since, tuple(new), tuple(gone), tuple(changed), len(both) - len(changed))


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[tuple[str, Any, Any], ...]:
    return tuple(
        (key, before.get(key), value)
        for key, value in after.items()
        if key not in UNCOMPARED and before.get(key) != value
    )
