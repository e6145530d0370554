"""Reading a source with the reader that detection chooses."""

from __future__ import annotations

from collections.abc import Iterator

from panhuo.adapters.readers.detect import detect
from panhuo.adapters.readers.protocol import ReadOptions, Source
from panhuo.engine.records.raw import RawBatch, Reject


def read(source: Source) -> Iterator[RawBatch | Reject]:
    """All that the reader gives."""
    yield from detect(source).reader.read(source, ReadOptions())
