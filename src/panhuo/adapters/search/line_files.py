"""Lines of very many needs as Parquet: reasons as numbers of words, put into words for what is opened.

Beside the lines stand the words that they name, in `<name>.words.parquet`. A line says which words of the need the
text shares, which of these stand in its title, and which it says in another word.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date
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

AT = "panhuo_at"
"""Metadata of the file: the day of the match."""
SCHEMA = pa.schema(
    [
        ("need_id", pa.dictionary(pa.int32(), pa.string())),
        ("rank", pa.int16()),
        ("asset_id", pa.int64()),
        ("score", pa.float64()),
        ("level", pa.int8()),
        ("probability", pa.float32()),
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


class LinesWriter:
    """Writes lines block by block; the file is there when all is written. at: the day of the match."""

    def __init__(self, path: Path, words: WordTable, at: date) -> None:
        self._path, self._words = path, words
        self._draft = path.with_name(f".{path.name}.{os.getpid()}")
        self._file = pq.ParquetWriter(self._draft, SCHEMA.with_metadata({AT: at.isoformat()}))
        self._named = np.zeros(0, np.bool_)
        self.lines = 0

    def __enter__(self) -> LinesWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()
        if kind is not None:
            self._draft.unlink(missing_ok=True)
            return
        numbers = np.flatnonzero(self._named)
        named = pa.table({"number": numbers.astype(np.int32), "word": [self._words.words[one] for one in numbers]})
        words = words_file(self._path)
        draft = words.with_name(f".{words.name}.{os.getpid()}")
        pq.write_table(named, draft)
        os.replace(draft, words)
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
        cells: list[Any] = [
            pa.DictionaryArray.from_arrays(
                need.astype(np.int32), pa.array([query.need_id for query in told.queries], pa.string())
            ),
            (line + 1).astype(np.int16),
            kept.ids[there],
            kept.totals[there],
            told_levels(chances)[there].astype(np.int8),
            chances[..., GOOD][there].astype(np.float32),
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

    def _name(self, *numbers: NDArray[np.int32]) -> None:
        if len(self._named) < len(self._words):
            self._named = np.concatenate([self._named, np.zeros(len(self._words) - len(self._named), np.bool_)])
        for some in numbers:
            self._named[some] = True


def read_lines(path: Path, need_ids: Sequence[str]) -> tuple[date, list[dict[str, Any]]]:
    """The day of the match, and the lines of these needs in the order of the file, with their words as words.

    Raises: RefusedFile where the file or the words beside it are missing or not what LinesWriter wrote.
    """
    words = words_file(path)
    for one in (path, words):
        if not one.is_file():
            raise RefusedFile(
                f"{one} does not exist. A match with --reasons numbers writes two files; keep them side by side.",
                code="missing_file",
                file=str(one),
            )
    try:
        rows = pq.read_table(path, filters=pc.is_in(pc.field("need_id"), pa.array(need_ids, pa.string())))
        if rows.schema.names != SCHEMA.names:
            raise pa.ArrowInvalid("other columns")
        at = date.fromisoformat(rows.schema.metadata[AT.encode()].decode())
        named = pq.read_table(words)
        by_number = dict(zip(named["number"].to_pylist(), named["word"].to_pylist(), strict=True))
        return at, [_in_words(row, by_number) for row in rows.to_pylist()]
    except (pa.ArrowInvalid, pa.ArrowKeyError, KeyError, TypeError) as error:
        raise RefusedFile(
            f"{path} holds no lines of a match: {error}. Name a file that panhuo match --reasons numbers wrote.",
            code="unknown_format",
            file=str(path),
        ) from None


def _in_words(row: dict[str, Any], words: Mapping[int, str]) -> dict[str, Any]:
    shared = [words[one] for one in row.pop("shared")]
    ours, theirs, likes = (row.pop(name) for name in ("near_ours", "near_theirs", "near_likes"))
    near = zip(ours, theirs, likes, strict=True)
    return {
        **row,
        "shared": shared,
        "in_title": [word for word, there in zip(shared, row["in_title"], strict=True) if there],
        "near": [[words[one], words[other], round(like, 4)] for one, other, like in near],
    }


def words_file(path: Path) -> Path:
    """Where the words of the lines in `path` stand."""
    return path.with_suffix(".words.parquet")


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
