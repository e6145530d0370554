"""Several sources about one asset: per field the weightiest statement stands, whatever order files came in.

A statement's weight is (source rank, latest day it speaks for, value, source digest), compared in that order;
silence never wins. Taking the maximum per field makes merging commutative, associative and idempotent, so that
the register depends on which files were read and not on when (tests/engine/records/test_merge.py).

Sources of rank 0, our own lists read back, are heard only where no other source speaks of the asset: what they
tell was worked out from the others, and would come back as if somebody had stated it.

The number of the grant document stands before that of its correction or partial invalidation, whoever says it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from panhuo.engine.records.patent import FIELDS, PatentRecord
from panhuo.terms.numbers import amends_grant

Weight = tuple[int, str, str]
"""(rank, day as ISO text, source digest)."""

HEARD_ALONE = 2
"""Weights below it are those of source rank 0 (a rank counts twice, and one more for a grant document)."""


@dataclass(slots=True)
class Standing:
    """An asset as it stands: values by field, and who said each.

    main: weight of the source that said every field not named in said_by.
    """

    values: dict[str, Any]
    main: Weight
    said_by: dict[str, Weight] = field(default_factory=dict)
    data_day: date | None = None
    keys: set[str] = field(default_factory=set)

    def weight(self, name: str) -> Weight:
        return self.said_by.get(name, self.main)


def standing(record: PatentRecord, digest: str) -> Standing:
    """The asset as one record alone tells it."""
    return Standing(
        values={name: getattr(record, name) for name in FIELDS},
        main=(record.rank, record.day, digest),
        data_day=record.data_day,
        keys=set(record.keys),
    )


def merge(old: Standing, new: Standing) -> Standing:
    """Both statements as one; neither argument is changed."""
    if (old.main[0] < HEARD_ALONE) != (new.main[0] < HEARD_ALONE):
        heard = max(old, new, key=lambda one: one.main)
        return replace(heard, keys=old.keys | new.keys)
    values: dict[str, Any] = {}
    weights: dict[str, Weight] = {}
    for name in FIELDS:
        mine, yours = old.values[name], new.values[name]
        if _said(yours) and (not _said(mine) or _beats(name, yours, new, mine, old)):
            values[name], weights[name] = yours, new.weight(name)
        else:
            values[name], weights[name] = mine, old.weight(name)
    main = max(old.main, new.main)
    days = [day for day in (old.data_day, new.data_day) if day is not None]
    return Standing(
        values=values,
        main=main,
        said_by={name: weight for name, weight in weights.items() if weight != main and _said(values[name])},
        data_day=max(days, default=None),
        keys=old.keys | new.keys,
    )


def _said(value: Any) -> bool:
    return value is not None and value != "" and value != ()


def _beats(name: str, yours: Any, new: Standing, mine: Any, old: Standing) -> bool:
    if name == "grant_publication_number" and _amends(yours) != _amends(mine):
        return _amends(mine)
    rank, day, digest = new.weight(name)
    old_rank, old_day, old_digest = old.weight(name)
    return (rank, day, str(yours), digest) > (old_rank, old_day, str(mine), old_digest)


def _amends(number: str) -> bool:
    return amends_grant(number[:2], number[-2:])
