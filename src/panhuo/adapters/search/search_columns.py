"""The search table as columns in files that are mapped into memory, so that single questions open it at once.

Beside the table of a generation, in `columns/`: a base part, and a late part with the rows that came or changed
since. A part holds ids and row versions, texts by word number, postings, vectors whole and in small, and the filter
columns. columns.json names the parts, the projection whose rows they are, the numbers they were made with, and how
their files look; it is written last, when they are on the disk, and parts that it does not name are thrown away. All
of it can be made again from the table.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from mmap import MADV_DONTNEED, mmap
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from panhuo.adapters.files.settled import UNREADABLE, checksum, settle, sizes, write_settled
from panhuo.adapters.search.lance import LanceIndex, named_rows, table_batches
from panhuo.adapters.search.shard import ROWS_AT_ONCE, columns_of, cut_ahead
from panhuo.engine.matching.coarse import Coarse, coarse
from panhuo.engine.matching.columns import (
    Places,
    Postings,
    TextColumns,
    WordTable,
    in_order,
    joined,
    postings,
)
from panhuo.engine.matching.scoring import ScoreRules, score_numbers
from panhuo.engine.ports import Floats, Ids, Progress

FOLDER, STATE = "columns", "columns.json"
SCHEMA = 2
"""Raised when the files or their meaning change."""
LATE_SHARE = 0.05
"""Of the base's rows that may be late or gone before the base is made anew."""
READ_WHOLE = ("small", "scales", "slips")
FETCHED_AT_ONCE = 1 << 21
MAPPED_FROM = 1 << 16
"""Bytes: smaller files are read."""
WEIGHED = ("words.txt", "values.json", "weighed.npy")
"""Files of a part whose contents are checked; of the arrays, which are mapped, the sizes are."""
FILTERS = ("owner_type", "region_code")
READ = ["asset_id", "version", "words", "title_words", "body_words", "vector", *FILTERS, "ipc_subclasses"]
Truths = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Part:
    """n rows of the table, ascending by id. codes: filter column -> (n,) places in values[column].

    subclasses: (starts, places in values["ipc_subclasses"]). live: (n,), False for rows that a later part or the table
    no longer has so. pages: of the vectors, where they are mapped.
    """

    ids: Ids
    versions: NDArray[np.bytes_]
    texts: TextColumns
    vectors: Floats
    near: Coarse
    turned: Postings
    codes: Mapping[str, Places]
    subclasses: tuple[Ids, Places]
    values: Mapping[str, list[str]]
    live: Truths
    pages: mmap | None = None

    def let_go(self) -> None:
        """Give the pages of whole vectors back that a question looked at: the system keeps them, we do not count."""
        if self.pages is not None:
            self.pages.madvise(MADV_DONTNEED)

    def __len__(self) -> int:
        return len(self.ids)


def open_columns(generation: Path, projection: str, words: WordTable, rules: ScoreRules) -> tuple[Part, ...] | None:
    """The parts that say what the table says at `projection`; None where they are not made, or of other numbers.

    words: empty; it gets the words of the parts.
    """
    state = _state(generation)
    if state is None or state["projection"] != projection or state["numbers"] != _numbers(words, rules):
        return None
    try:
        return _open(generation, state, words)
    except UNREADABLE:
        return None


class ColumnsState(StrEnum):
    """BEHIND: of another version of the register; the next search brings them up to date."""

    NOT_MADE = "not_made"
    SPOILT = "spoilt"
    BEHIND = "register_changed"
    WHOLE = "whole"


def columns_state(generation: Path, projection: str) -> ColumnsState:
    """Whether the files are there as they were written; of the arrays, their sizes are looked at."""
    if not (generation / STATE).is_file():
        return ColumnsState.NOT_MADE
    state = _state(generation)
    if state is None:
        return ColumnsState.SPOILT
    try:
        for name in _names(state):
            _check(generation / FOLDER / name, state["files"][name])
    except UNREADABLE:
        return ColumnsState.SPOILT
    return ColumnsState.WHOLE if state["projection"] == projection else ColumnsState.BEHIND


def make_columns(
    generation: Path,
    index: LanceIndex,
    projection: str,
    rules: ScoreRules,
    progress: Progress | None = None,
) -> None:
    """Make the files say what the table says, which says what `projection` says. Call it under the writer's lock.

    Only rows whose version differs are written; all are where they are more than LATE_SHARE.
    """
    state = _state(generation)
    words = WordTable(index.words.texts, index.words.mean_words, index.words.in_texts, index.words.share_of)
    ids, versions = index.versions()
    base, late, gone = "", ids, np.zeros(0, np.int64)
    if state is not None and state["numbers"] == _numbers(words, rules):
        try:
            held = _open(generation, {**state, "late": ""}, words)[0]
        except UNREADABLE:
            words = WordTable(index.words.texts, index.words.mean_words, index.words.in_texts, index.words.share_of)
        else:
            fresh, same = _compared(held, ids, versions)
            if len(fresh) + int((~same).sum()) <= LATE_SHARE * len(held):
                base, late, gone = state["base"], fresh, np.flatnonzero(~same)
    folder = generation / FOLDER
    known = len(words) if base else 0
    if not base:
        words = WordTable(index.words.texts, index.words.mean_words, index.words.in_texts, index.words.share_of)
    name = ""
    if not base or len(late) or len(gone):
        name = f"{'late' if base else 'base'}-{os.urandom(4).hex()}"
        draft = folder / f".{name}"
        with _all_or_nothing(draft):
            _write(draft, index, late if base else None, ids if not base else late, words, rules, progress)
            np.save(draft / "gone.npy", gone)
            (draft / "words.txt").write_text("\n".join(words.words[known:]), encoding="utf-8")
            np.save(draft / "weighed.npy", np.array(words.weighed)[:, known:])
            settle(draft)
        draft.rename(folder / name)
        settle(folder)
    after = {
        "schema": SCHEMA,
        "projection": projection,
        "numbers": _numbers(words, rules),
        "base": base or name,
        "late": name if base else "",
    }
    told = state["files"] if state is not None else {}
    after["files"] = {one: told.get(one) or _files(folder / one) for one in _names(after)}
    write_settled(generation / STATE, after)
    for other in folder.iterdir():
        if other.name not in (after["base"], after["late"]):
            shutil.rmtree(other, ignore_errors=True)


def _compared(held: Part, ids: Ids, versions: NDArray[np.bytes_]) -> tuple[Ids, Truths]:
    """ids that the part lacks or has otherwise; which of its rows are as the table has them."""
    if not len(ids):
        return ids, np.zeros(len(held), np.bool_)
    places = np.minimum(np.searchsorted(ids, held.ids), len(ids) - 1)
    same = (ids[places] == held.ids) & (versions[places] == held.versions)
    return np.setdiff1d(ids, held.ids[same], assume_unique=True), same


def _numbers(words: WordTable, rules: ScoreRules) -> list[float]:
    """What postings hang on besides the texts."""
    return [float(one) for one in score_numbers(rules, words)]


def _state(generation: Path) -> dict[str, Any] | None:
    try:
        state: dict[str, Any] = json.loads((generation / STATE).read_text(encoding="utf-8"))
        is_known = state["schema"] == SCHEMA and {"projection", "numbers", "base", "late", "files"} <= state.keys()
    except UNREADABLE:
        return None
    return state if is_known else None


def _names(state: Mapping[str, Any]) -> list[str]:
    return [name for name in (state["base"], state["late"]) if name]


def _files(folder: Path) -> dict[str, list[int]]:
    """File -> its size, and the checksum of those of WEIGHED."""
    found = sizes(folder, sorted(one.name for one in folder.iterdir()))
    return {name: [size, *([checksum(folder / name)] if name in WEIGHED else [])] for name, size in found.items()}


def _check(folder: Path, told: Mapping[str, list[int]]) -> None:
    """Raises: ValueError or OSError where a file does not look as it was told."""
    if _files(folder) != told:
        raise ValueError(f"{folder} is torn")


@contextmanager
def _all_or_nothing(draft: Path) -> Iterator[None]:
    """A folder that is thrown away where it cannot be filled, so that a full disk is none afterwards.

    Raises: OSError that names the folder, whatever the library said.
    """
    draft.mkdir(parents=True)
    try:
        yield
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        if error.filename is None and error.errno is not None:
            raise OSError(error.errno, error.strerror, str(draft)) from error
        raise
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


# -- one part ------------------------------------------------------------------------------------------------


def _write(
    folder: Path,
    index: LanceIndex,
    only: Ids | None,
    ids: Ids,
    words: WordTable,
    rules: ScoreRules,
    progress: Progress | None,
) -> None:
    """The rows `ids` of the table, ascending. only: None where they are all of it."""
    size, dimensions = len(ids), index.dimensions
    versions = np.zeros(size, "S16")
    for name, kind in (("vectors", np.float32), ("small", np.int8)):
        _reserve(folder / f"{name}.npy", kind, (size, dimensions))
    scales, slips = np.zeros(size, np.float32), np.zeros(size, np.float32)
    texts: list[TextColumns] = []
    found: list[Ids] = []
    filters = _Filters(size)
    for batch, cut in cut_ahead(_batches(index.table, only), None):
        places = np.searchsorted(ids, batch["asset_id"].to_numpy())
        vectors = np.asarray(batch["vector"].flatten()).reshape(-1, dimensions)
        small = coarse(vectors)
        for name, rows in (("vectors", vectors), ("small", small.small)):  # mapped anew each time: memory stays small
            np.load(folder / f"{name}.npy", mmap_mode="r+")[places] = rows
        scales[places], slips[places] = small.scales, small.slips
        versions[places] = batch["version"].to_numpy(zero_copy_only=False).astype("S16")
        filters.add(batch, places)
        texts.append(columns_of(batch, cut, words))
        found.append(places)
        if progress:
            progress("columns", sum(len(one) for one in found), size)
    columns, order = joined(texts), np.concatenate([np.zeros(0, np.int64), *found])
    del texts
    if (np.diff(order) < 0).any():
        columns = in_order(columns, np.argsort(order, kind="stable"))
    turned = postings(columns, len(words), score_numbers(rules, words))
    arrays = {
        "ids": ids,
        "versions": versions,
        "starts": columns.starts,
        "words": columns.words,
        "titles": columns.titles,
        "rests": columns.rests,
        "lengths": columns.lengths,
        "scales": scales,
        "slips": slips,
        "posting_starts": turned.starts,
        "posting_rows": turned.rows,
        "posting_impacts": turned.impacts,
        **filters.arrays(),
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    (folder / "values.json").write_text(json.dumps(filters.values), encoding="utf-8")


def _reserve(path: Path, kind: Any, shape: tuple[int, int]) -> None:
    """A file of zeros, to be filled in pieces; an empty one cannot be mapped."""
    if shape[0]:
        np.lib.format.open_memmap(path, "w+", kind, shape)
        with path.open("r+b") as handle:  # a page that the disk has no room for would end the process
            os.posix_fallocate(handle.fileno(), 0, path.stat().st_size)
    else:
        np.save(path, np.zeros(shape, kind))


def _batches(table: Any, only: Ids | None) -> Iterator[pa.RecordBatch]:
    if only is None:
        yield from table_batches(table, READ, size=ROWS_AT_ONCE)
        return
    for named in named_rows(only):
        yield from table_batches(table, READ, named)


class _Filters:
    """Filter columns by number as batches come."""

    def __init__(self, size: int) -> None:
        self._codes = {name: np.zeros(size, np.int32) for name in FILTERS}
        self._lists: list[tuple[Ids, Places, Places]] = []
        self._numbers: dict[str, dict[str, int]] = {name: {} for name in (*FILTERS, "ipc_subclasses")}
        self._size = size

    @property
    def values(self) -> dict[str, list[str]]:
        return {name: list(numbers) for name, numbers in self._numbers.items()}

    def add(self, batch: pa.RecordBatch, places: Ids) -> None:
        for name in FILTERS:
            self._codes[name][places] = self._numbered(name, batch[name])
        told = batch["ipc_subclasses"]
        counts = np.diff(told.offsets.to_numpy())
        self._lists.append((places, counts.astype(np.int32), self._numbered("ipc_subclasses", told.flatten())))

    def _numbered(self, name: str, told: Any) -> Places:
        coded = told.fill_null("").dictionary_encode()
        numbers = self._numbers[name]
        known = np.array([numbers.setdefault(one, len(numbers)) for one in coded.dictionary.to_pylist()], np.int32)
        found: Places = known[coded.indices.to_numpy()] if len(coded) else np.zeros(0, np.int32)
        return found

    def arrays(self) -> dict[str, Any]:
        places, counts, codes = (
            np.concatenate([np.zeros(0, np.int64), *(one[at] for one in self._lists)]) for at in range(3)
        )
        begun = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64) if len(counts) else counts
        order = np.argsort(places, kind="stable")
        sizes = counts[order].astype(np.int64)
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        taken = np.arange(starts[-1]) + np.repeat(begun[order] - starts[:-1], sizes)
        listed = codes[taken].astype(np.int32)
        return {**self._codes, "ipc_starts": starts, "ipc": listed}


def _open(generation: Path, state: Mapping[str, Any], words: WordTable) -> tuple[Part, ...]:
    """Parts of a state. Raises: one of UNREADABLE where files are missing or spoilt."""
    folders = [generation / FOLDER / name for name in _names(state)]
    for folder in folders:
        _check(folder, state["files"][folder.name])
        _fetch(folder)
    gone = np.load(folders[-1] / "gone.npy")
    parts = []
    for folder in folders:
        told = (folder / "words.txt").read_text(encoding="utf-8")
        listed, weighed = told.split("\n") if told else [], np.load(folder / "weighed.npy")
        words.take(listed, tuple(weighed))
        part = _open_part(folder)
        if not len(listed) == weighed.shape[1] or len(part.turned.starts) - 1 != len(words):
            raise ValueError(f"{folder} is torn")
        if folder is folders[0] and len(folders) > 1:
            part.live[gone] = False
        parts.append(part)
    return tuple(parts)


def _fetch(folder: Path) -> None:
    """Have the system read what every question looks at while the rest is opened: page by page it takes seconds."""
    for name in READ_WHOLE:
        with (folder / f"{name}.npy").open("rb") as handle:
            size = os.fstat(handle.fileno()).st_size
            for start in range(0, size, FETCHED_AT_ONCE):  # the system cuts a longer wish short
                os.posix_fadvise(handle.fileno(), start, FETCHED_AT_ONCE, os.POSIX_FADV_WILLNEED)


def _open_part(folder: Path) -> Part:
    values = json.loads((folder / "values.json").read_text(encoding="utf-8"))
    ids, vectors = _mapped(folder, "ids"), _mapped(folder, "vectors")
    held = vectors
    while isinstance(held, np.ndarray):
        held = held.base
    part = Part(
        ids,
        _mapped(folder, "versions"),
        TextColumns(*(_mapped(folder, name) for name in ("starts", "words", "titles", "rests", "lengths"))),
        vectors,
        Coarse(_mapped(folder, "small"), _mapped(folder, "scales"), _mapped(folder, "slips")),
        Postings(*(_mapped(folder, name) for name in ("posting_starts", "posting_rows", "posting_impacts"))),
        {name: _mapped(folder, name) for name in FILTERS},
        (_mapped(folder, "ipc_starts"), _mapped(folder, "ipc")),
        {name: values[name] for name in (*FILTERS, "ipc_subclasses")},
        np.ones(len(ids), np.bool_),
        held if isinstance(held, mmap) else None,
    )
    rows = {len(part.ids), len(part.vectors), len(part.near.small), len(part.texts), len(part.texts.starts) - 1}
    if len(rows) > 1:
        raise ValueError(f"{folder} is torn")
    return part


def _mapped(folder: Path, name: str) -> Any:
    """An array of a file, read-only, so that loops are compiled for one kind."""
    path = folder / f"{name}.npy"
    kept = np.load(path, mmap_mode="r" if path.stat().st_size >= MAPPED_FROM else None)
    array = kept.view(np.ndarray)
    array.flags.writeable = False
    return array
