"""Sources made of bytes, and a reader run to its end, for tests of readers."""

from __future__ import annotations

import io
from pathlib import Path

from panhuo.adapters.readers.protocol import Reader, ReadOptions, Source
from panhuo.engine.records.raw import Cell, RawBatch, RawEvent, Reject


def bytes_source(content: bytes, name: str = "file.xml") -> Source:
    """A file that lies in memory."""
    return Source(name, len(content), lambda: io.BytesIO(content))


def file_source(path: Path) -> Source:
    """A file on disk."""
    return Source(str(path), path.stat().st_size, lambda: path.open("rb"), str(path))


class ReadOut:
    """All that a reader gave: rows as dictionaries without empty values, their events, rejects, row numbers."""

    def __init__(self, reader: Reader, source: Source) -> None:
        self.rows: list[dict[str, Cell]] = []
        self.events: list[list[RawEvent]] = []
        self.numbers: list[int] = []
        self.rejects: list[Reject] = []
        self.batches: list[RawBatch] = []
        for item in reader.read(source, ReadOptions()):
            if isinstance(item, Reject):
                self.rejects.append(item)
                continue
            self.batches.append(item)
            assert all(len(column) == len(item) for column in item.columns.values())
            self.numbers.extend(item.rows)
            self.events.extend(item.events or [[] for _ in item.rows])
            for at in range(len(item)):
                self.rows.append({name: column[at] for name, column in item.columns.items() if column[at]})


def by_name(readers: tuple[Reader, ...], name: str) -> Reader:
    """The reader of that name."""
    return next(reader for reader in readers if reader.name == name)


def surest(readers: tuple[Reader, ...], source: Source) -> Reader | None:
    """The reader that recognises the file, None where none does; two that are equally sure fail the test."""
    sniffs = sorted(((reader.sniff(source).certainty, reader.name) for reader in readers), reverse=True)
    if sniffs[0][0] == 0:
        return None
    assert sniffs[0][0] > sniffs[1][0], f"{sniffs[0][1]} and {sniffs[1][1]} both claim {source.name}"
    return by_name(readers, sniffs[0][1])
