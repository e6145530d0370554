"""The search table against the projection of the register: what it lacks, or why it cannot be used as it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from panhuo.adapters.search.compaction import waiting_rows
from panhuo.adapters.search.generations import CURRENT, Current, Generation, read_current, read_generation
from panhuo.adapters.search.lance import open_table, row_versions, table_batches
from panhuo.adapters.search.mined_terms import NAME, load_terms
from panhuo.adapters.search.spoilt_table import SpoiltTable, readable
from panhuo.adapters.search.texts import PatentText, patent_texts
from panhuo.engine.matching.mining import MinedTerm, digest

FITS = Callable[[tuple[str, ...]], bool]


class TableState(StrEnum):
    """BEHIND: it says what an earlier register said. OUTDATED: other words, sizes or encoder made it; the next match
    makes it anew. SPOILT: a file of it cannot be read. GAP: rows lack, are stale or too many."""

    NOT_BUILT = "not_built"
    SPOILT = "spoilt"
    OUTDATED = "outdated"
    BEHIND = "register_changed"
    GAP = "gap"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Gap:
    """Search table against projection. lacking, stale, surplus: rows; unindexed: rows not yet in the index of words.

    changed_since_fit: texts that came, changed or went since the space was fitted to fitted texts. spoilt: the file
    that cannot be read.
    """

    state: TableState
    rows: int = 0
    lacking: int = 0
    stale: int = 0
    surplus: int = 0
    unindexed: int = 0
    fitted: int = 0
    changed_since_fit: int = 0
    spoilt: Path | None = None

    @property
    def whole(self) -> bool:
        return self.state is TableState.WHOLE


@dataclass(frozen=True, slots=True)
class Change:
    """asset_ids by what the table lacks of the projection. doubled: stand in it more than once; they are taken out
    and put in again."""

    added: frozenset[int] = frozenset()
    changed: frozenset[int] = frozenset()
    removed: frozenset[int] = frozenset()
    doubled: frozenset[int] = frozenset()

    @property
    def size(self) -> int:
        return len(self.added) + len(self.changed) + len(self.removed) + len(self.doubled)

    @property
    def any(self) -> bool:
        return self.size > 0


@dataclass(frozen=True, slots=True)
class OpenedTable:
    """The generation that is read: every file of it as it was written, the table opened."""

    current: Current
    mined: list[MinedTerm]
    generation: Generation
    table: Any


def opened_generation(folder: Path, current: Current) -> OpenedTable:
    """Raises: SpoiltTable."""
    path = folder / current.generation
    mined, generation = standing_generation(folder, current)
    return OpenedTable(current, mined, generation, open_table(path))


def standing_generation(folder: Path, current: Current) -> tuple[list[MinedTerm], Generation]:
    """The same without opening the table. Raises: SpoiltTable."""
    path = folder / current.generation
    mined = load_terms(path)
    if digest(mined) != current.terms:
        raise SpoiltTable.of(path / NAME, "it is not as it was written")
    return mined, read_generation(path)


def table_change(table: Any, texts: Iterator[list[PatentText]]) -> Change:
    """What the table lacks of the texts. Raises: SpoiltTable."""
    ids, versions = row_versions(table)
    stored = dict(zip(ids.tolist(), versions.astype(str).tolist(), strict=True))
    wanted = {text.asset_id: text.version for block in texts for text in block}
    doubled = frozenset[int]()
    if len(stored) < len(ids):
        found, times = np.unique(ids, return_counts=True)
        doubled = frozenset(found[times > 1].tolist()) & wanted.keys()
    return Change(
        added=frozenset(wanted.keys() - stored.keys()),
        changed=frozenset(one for one, told in wanted.items() if stored.get(one, told) != told) - doubled,
        removed=frozenset(stored.keys() - wanted.keys()),
        doubled=doubled,
    )


def table_gap(
    folder: Path, recipe: str, fits: FITS, assets: Path | None, version: str, openings: tuple[str, ...]
) -> Gap:
    """What the table lacks of the projection, without writing. A table that was left whole costs one look.

    recipe, fits: what a table must be made with that is to be used: digest of words and sizes, its models. assets:
    None where there is no projection of the register as it stands.
    """
    current = read_current(folder)
    if current is None:
        if not (folder / CURRENT).is_file():
            return Gap(TableState.NOT_BUILT)
        return Gap(TableState.SPOILT, spoilt=folder / CURRENT)
    if current.recipe != recipe or not fits(current.models):
        return Gap(TableState.OUTDATED)
    try:
        table = opened_generation(folder, current).table
        rows = sum(len(batch) for batch in table_batches(table, ["asset_id"]))  # looks into every file of rows
        with readable(folder / current.generation):
            unindexed = waiting_rows(table)
        is_told_whole = current.projection == version and not current.dirty and rows == current.rows
        state, change = TableState.WHOLE, Change()
        if assets is None:
            state = TableState.BEHIND
        elif not is_told_whole:
            change = table_change(table, patent_texts(assets, openings))
            state = TableState.GAP if change.any else TableState.WHOLE
    except SpoiltTable as error:
        return Gap(TableState.SPOILT, spoilt=error.file)
    return Gap(
        state,
        rows,
        len(change.added),
        len(change.changed),
        len(change.removed) + len(change.doubled),
        unindexed,
        current.fitted_texts,
        current.changed_since,
    )
