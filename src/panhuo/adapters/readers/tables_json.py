"""JSON lines as a grid: one object a line, its keys as columns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from panhuo.adapters.readers.encodings import NOW_ENCODED, TextShape, open_text
from panhuo.adapters.readers.protocol import BATCH_ROWS, RefusedFile, Source
from panhuo.adapters.readers.tables_cells import as_text
from panhuo.adapters.readers.tables_grid import HEAD_ROWS, Chunk, HeadRow
from panhuo.engine.records.raw import Reject

KEY_LINES = 2_000
"""Lines whose keys make the columns; a line in which another key fills a field is rejected, never read in part."""


@dataclass(slots=True)
class JsonGrid:
    """Objects line by line. keys: the columns; head: their names, then the first objects."""

    source: Source
    shape: TextShape
    keys: tuple[str, ...]
    head: Sequence[HeadRow]
    name: str = ""
    container: str = "jsonl"
    own_mark: bool = False

    @property
    def marks(self) -> frozenset[str]:
        """See Grid."""
        return frozenset()

    def chunks(self, *, skip: int, header: Sequence[str]) -> Iterator[Chunk]:
        """See Grid; the heading is no line of the file, so the first record to skip is it."""
        known = frozenset(self.keys)
        with open_text(self.source, self.shape) as handle:
            lines = enumerate(handle, start=1)
            records = max(0, skip - 1)
            while block := list(islice(lines, BATCH_ROWS)):
                objects, numbers, problems, spoiled = self._parse(block, known)
                objects, numbers, records = objects[records:], numbers[records:], max(0, records - len(objects))
                columns: list[Sequence[Any]] = [[row.get(key) for row in objects] for key in self.keys[: len(header)]]
                yield Chunk(columns, numbers, problems, spoiled)

    def _parse(
        self, block: list[tuple[int, str]], known: frozenset[str]
    ) -> tuple[list[dict[str, Any]], list[int], list[Reject], list[tuple[int, Reject]]]:
        objects: list[dict[str, Any]] = []
        numbers: list[int] = []
        problems: list[Reject] = []
        spoiled: list[tuple[int, Reject]] = []
        for number, line in block:
            if not line.strip():
                continue
            found = parse_line(line.translate(NOW_ENCODED) if self.shape.has_private else line)
            if found is None:
                problems.append(self._reject(number, "", line.strip()[:120], "bad_line", "The line is no JSON object."))
                continue
            if not known.issuperset(found):
                for key in sorted(set(found) - known):
                    why = f"The key {key[:60]} first comes up after {KEY_LINES:,} lines; name it in the first line."
                    spoiled.append((-1, self._reject(number, key[:60], "", "late_key", why)))
            objects.append(found)
            numbers.append(number)
        return objects, numbers, problems, spoiled

    def _reject(self, number: int, column: str, value: str, code: str, why: str) -> Reject:
        return Reject(number, column, value, code, why, file=self.source.name)


def json_grid(source: Source, shape: TextShape) -> JsonGrid | None:
    """The file as a table, None where its first lines are no objects."""
    keys: dict[str, None] = {}
    first: list[dict[str, Any]] = []
    bad = 0
    try:
        with open_text(source, shape) as handle:
            for line in islice(handle, KEY_LINES):
                if not line.strip():
                    continue
                found = parse_line(line)
                if found is None:
                    bad += 1
                    continue
                keys.update(dict.fromkeys(found))
                if len(first) < HEAD_ROWS:
                    first.append(found)
    except UnicodeDecodeError as error:
        raise RefusedFile(f"{source.name} changed while it was read.", file=source.name) from error
    if not first or bad > len(first):
        return None
    names = tuple(keys)
    head = [HeadRow(0, 0, names)]
    head += [
        HeadRow(number, number, tuple(as_text(row.get(key)).strip() for key in names))
        for number, row in enumerate(first, start=1)
    ]
    return JsonGrid(source, shape, names, tuple(head))


def parse_line(line: str) -> dict[str, Any] | None:
    """One object, None where the line is none; numbers stay as they are written."""
    try:
        found = json.loads(line, parse_float=str, parse_int=str, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
