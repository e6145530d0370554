"""Lines of very many needs as Parquet: reasons as numbers of words, put into words for what is opened.

Beside the lines stand the words that they name, in `<name>.words.parquet`, and what the needs say, in
`<name>.needs.parquet`. A line says which words of the need the text shares, which of these stand in its title, and
which it says in another word. The three files bear one mark, so that none is read beside those of another match, and
each line names its right by its key, so that none is told for another right of another register.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from panhuo.adapters.readers.protocol import RefusedFile
from panhuo.engine.matching.circumstances import CIRCUMSTANCES
from panhuo.engine.matching.columns import WordTable
from panhuo.engine.matching.levels import GOOD, told_levels
from panhuo.engine.matching.listing import Lists
from panhuo.engine.matching.ranking import ToldLists
from panhuo.engine.matching.scoring import PARTS

AT, MARK, FACTS = "panhuo_at", "panhuo_match", "panhuo_facts"
"""Metadata of the file: the day of the match; what the files of one match have in common; facts of all lines."""
SCHEMA = pa.schema(
    [
        ("need_id", pa.dictionary(pa.int32(), pa.string())),
        ("rank", pa.int16()),
        ("asset_id", pa.int64()),
        ("asset_key", pa.string()),
        ("score", pa.float64()),
        ("level", pa.int8()),
        ("probability", pa.float64()),
        ("score_texts", pa.float64()),
        *((f"score_{name}", pa.float32()) for name in PARTS),
        *((f"case_{name}", pa.float32()) for name in CIRCUMSTANCES),
        ("same_family", pa.list_(pa.int64())),
        ("series", pa.list_(pa.int64())),
        ("more_of_team", pa.int32()),
        ("shared", pa.list_(pa.int32())),
        ("in_title", pa.list_(pa.bool_())),
        ("near_ours", pa.list_(pa.int32())),
        ("near_theirs", pa.list_(pa.int32())),
        ("near_likes", pa.list_(pa.float32())),
    ]
)


NEEDS = pa.schema(
    [("need_id", pa.string()), ("values", pa.string()), ("heard_in", pa.string()), ("remarks", pa.list_(pa.string()))]
)
"""values: columns of the need as an import gives them; heard_in: word -> parts of the need; both as JSON."""


@dataclass(frozen=True, slots=True)
class AssetKeys:
    """Keys of rights. ids: ascending."""

    ids: NDArray[np.int64]
    keys: pa.ChunkedArray

    def of(self, ids: NDArray[np.int64]) -> pa.ChunkedArray:
        """In the order of ids, each of which is there."""
        return self.keys.take(pa.array(np.searchsorted(self.ids, ids)))


def asset_keys(assets: Path) -> AssetKeys:
    """Keys of all rights of the projection's assets.parquet."""
    told = pq.read_table(assets, columns=["asset_id", "asset_key"]).sort_by("asset_id")
    return AssetKeys(told["asset_id"].to_numpy(), told["asset_key"])


class LinesWriter:
    """Writes lines block by block; the files are there when all is written. at: the day of the match.

    facts: what holds for all lines. keys: of the rights; values: need_id -> what the need says; without them the
    lines can be counted but not opened.
    """

    def __init__(
        self,
        path: Path,
        words: WordTable,
        at: date,
        *,
        facts: Mapping[str, str] | None = None,
        keys: AssetKeys | None = None,
        values: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self._path, self._words, self._keys, self._values = path, words, keys, values or {}
        self._draft, self._needs_draft = (_draft_of(one) for one in (path, needs_file(path)))
        told = {AT: at.isoformat(), FACTS: json.dumps(dict(facts or {}), sort_keys=True)}
        self._file = pq.ParquetWriter(self._draft, SCHEMA.with_metadata(told))
        self._needs = pq.ParquetWriter(self._needs_draft, NEEDS)
        self._mark = blake2b(repr(sorted(told.items())).encode(), digest_size=12)
        self._named = np.zeros(0, np.bool_)
        self.lines = 0

    def __enter__(self) -> LinesWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        mark = {MARK: self._mark.hexdigest()}
        for file in (self._file, self._needs):
            file.add_key_value_metadata(mark)
            file.close()
        if kind is not None:
            self._draft.unlink(missing_ok=True)
            self._needs_draft.unlink(missing_ok=True)
            return
        numbers = np.flatnonzero(self._named)
        named = pa.table({"number": numbers.astype(np.int32), "word": [self._words.words[one] for one in numbers]})
        words = words_file(self._path)
        draft = _draft_of(words)
        pq.write_table(named.replace_schema_metadata(mark), draft)
        os.replace(draft, words)
        os.replace(self._needs_draft, needs_file(self._path))
        os.replace(self._draft, self._path)

    def write(self, told: ToldLists, chances: NDArray[np.float64]) -> None:
        """Lines of needs in their order. chances: (n, top, 3), told.chances."""
        kept, lists, beside = told.kept, told.lists, told.beside
        there = np.arange(kept.ids.shape[1]) < lists.counts[:, None]
        there &= np.array([bool(query.words) for query in told.queries], np.bool_)[:, None]
        need, line = np.nonzero(there)
        starts = told.needs.block.starts[need]
        shared, in_title = kept.shared[there], kept.in_title[there]
        ours, theirs, likes = (getattr(kept, f"near_{name}")[there] for name in ("slots", "words", "likes"))
        is_shared, is_near = shared >= 0, ours >= 0
        words = told.needs.block.words
        shared_words = words[(starts[:, None] + shared)[is_shared]]
        near_ours = words[(starts[:, None] + ours)[is_near]]
        near_theirs = theirs[is_near]
        self._name(shared_words, near_ours, near_theirs)
        for part in (kept.ids[there], kept.totals[there], shared_words, near_theirs):
            self._mark.update(part.tobytes())
        self._tell_needs(told)
        cells: list[Any] = [
            pa.DictionaryArray.from_arrays(
                need.astype(np.int32), pa.array([query.need_id for query in told.queries], pa.string())
            ),
            (line + 1).astype(np.int16),
            kept.ids[there],
            pa.nulls(len(need), pa.string()) if self._keys is None else self._keys.of(kept.ids[there]),
            kept.totals[there],
            told_levels(chances)[there].astype(np.int8),
            chances[..., GOOD][there],
            beside.text_scores[there],
            *kept.parts[there].T,
            *beside.values[there].T,
            *_named(lists, there),
            lists.more_of_team[there],
            _lists(is_shared, shared_words),
            _lists(is_shared, in_title[is_shared]),
            _lists(is_near, near_ours),
            _lists(is_near, near_theirs),
            _lists(is_near, likes[is_near]),
        ]
        self._file.write_table(pa.table(dict(zip(SCHEMA.names, cells, strict=True)), schema=SCHEMA))
        self.lines += len(need)

    def _tell_needs(self, told: ToldLists) -> None:
        queries = [query for query in told.queries if query.need_id in self._values]
        values = [json.dumps(self._values[query.need_id], sort_keys=True, default=str) for query in queries]
        heard = [json.dumps(query.heard_in) for query in queries]
        remarks = [[str(one) for one in query.remarks] for query in queries]
        rows = pa.table([[query.need_id for query in queries], values, heard, remarks], schema=NEEDS)
        self._needs.write_table(rows)
        for text in values:
            self._mark.update(text.encode())

    def _name(self, *numbers: NDArray[np.int32]) -> None:
        if len(self._named) < len(self._words):
            self._named = np.concatenate([self._named, np.zeros(len(self._words) - len(self._named), np.bool_)])
        for some in numbers:
            self._named[some] = True


@dataclass(frozen=True, slots=True)
class OpenedLines:
    """Lines of some needs, in the order of the file, with their words as words.

    at: the day of the match; facts: as written; needs: need_id -> values, heard_in and remarks of each need asked.
    """

    at: date
    facts: Mapping[str, str]
    lines: list[dict[str, Any]]
    needs: Mapping[str, dict[str, Any]] = field(default_factory=dict)


def read_lines(path: Path, need_ids: Sequence[str]) -> OpenedLines:
    """Lines of these needs.

    Raises: RefusedFile missing_file where a file is missing, unknown_format where one is not what LinesWriter wrote,
    other_match where a file beside the lines is of another match.
    """
    words, needs = words_file(path), needs_file(path)
    for one in (path, words, needs):
        if not one.is_file():
            raise RefusedFile(
                f"{one} does not exist. A match with --reasons numbers writes three files; keep them side by side.",
                code="missing_file",
                file=str(one),
            )
    try:
        asked = pc.is_in(pc.field("need_id"), pa.array(need_ids, pa.string()))
        marks = [pq.read_metadata(one).metadata[MARK.encode()] for one in (path, words, needs)]
        rows = pq.read_table(path, filters=asked)
        if rows.schema.names != SCHEMA.names or rows["asset_key"].null_count:
            raise pa.ArrowInvalid("other columns")
        told = {name: rows.schema.metadata[name.encode()].decode() for name in (AT, FACTS)}
        at, facts = date.fromisoformat(told[AT]), json.loads(told[FACTS])
        named = pq.read_table(words)
        by_number = dict(zip(named["number"].to_pylist(), named["word"].to_pylist(), strict=True))
        said = pq.read_table(needs, filters=asked).to_pylist()
    except (pa.ArrowInvalid, pa.ArrowKeyError, KeyError, TypeError, ValueError) as error:
        raise RefusedFile(
            f"{path} holds no lines of a match: {error}. Name a file that this version's panhuo match --reasons "
            "numbers wrote.",
            code="unknown_format",
            file=str(path),
        ) from None
    for one, mark in zip((words, needs), marks[1:], strict=True):
        if mark != marks[0]:
            raise RefusedFile(
                f"{one} is of another match than {path}. Put back the three files of one match, or match anew.",
                code="other_match",
                file=str(one),
            )
    spoken = {
        row["need_id"]: {**row, "values": json.loads(row["values"]), "heard_in": json.loads(row["heard_in"])}
        for row in said
    }
    return OpenedLines(at, facts, [_in_words(row, by_number) for row in rows.to_pylist()], spoken)


def _in_words(row: dict[str, Any], words: Mapping[int, str]) -> dict[str, Any]:
    shared = [words[one] for one in row.pop("shared")]
    ours, theirs, likes = (row.pop(name) for name in ("near_ours", "near_theirs", "near_likes"))
    near = zip(ours, theirs, likes, strict=True)
    return {
        **row,
        "shared": shared,
        "in_title": [word for word, there in zip(shared, row["in_title"], strict=True) if there],
        "near": [(words[one], words[other], round(like, 4)) for one, other, like in near],
    }


def words_file(path: Path) -> Path:
    """Where the words of the lines in `path` stand."""
    return path.with_suffix(".words.parquet")


def needs_file(path: Path) -> Path:
    """Where the needs of the lines in `path` stand."""
    return path.with_suffix(".needs.parquet")


def beside(path: Path) -> tuple[Path, ...]:
    """All files that belong to the lines in `path`."""
    return words_file(path), needs_file(path)


def _draft_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}")


def _named(lists: Lists, there: NDArray[np.bool_]) -> tuple[pa.Array, pa.Array]:
    """Family and series beside each line."""
    family: list[tuple[int, ...]] = []
    series: list[tuple[int, ...]] = []
    beside = (lists.line_of >= 0).sum(axis=1) > lists.counts
    for need in range(len(lists)):
        lines = int(there[need].sum())
        named = lists.named(need) if lines and beside[need] else [((), ())] * lines
        family += [one for one, _ in named]
        series += [one for _, one in named]
    return pa.array(family, pa.list_(pa.int64())), pa.array(series, pa.list_(pa.int64()))


def _lists(there: NDArray[np.bool_], flat: NDArray[Any]) -> pa.ListArray:
    """Rows of values; there: (rows, places), which of them hold one."""
    offsets = np.concatenate([[0], np.cumsum(there.sum(axis=1))]).astype(np.int32)
    return pa.ListArray.from_arrays(offsets, pa.array(flat))
