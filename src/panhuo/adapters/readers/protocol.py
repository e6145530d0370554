"""What every reader is: it says how sure it is, explains itself, and streams rows and rejects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from panhuo.engine.records.raw import RawBatch, Reject
from panhuo.terms.errors import DomainError
from panhuo.terms.kinds import RecordKind

BATCH_ROWS = 5_000
"""Rows a reader puts into one batch at most: bounds memory, and is the unit that is acknowledged."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file as a reader sees it: on disk, or a member of an archive.

    name: path as the user gave it, members as "archive.zip!/inner/name.xml".
    size: bytes, uncompressed. open: gives a fresh binary stream each time, seekable.
    path: set only when the bytes lie in a plain file of their own. headings: what a person said headings of its tables
    mean, (normalised heading, field), field "" for one that is left out; it goes before what the packs say.
    """

    name: str
    size: int
    open: Callable[[], BinaryIO]
    path: str | None = None
    headings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Sniff:
    """How sure a reader is that a file is its own.

    certainty: 0 not mine .. 100 unmistakable. because: what was seen, one phrase in plain words.
    """

    certainty: int
    because: str


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Settings of one import that readers may need. forced: the format was named by the user."""

    forced: bool = False


class Reader(Protocol):
    """A family of formats."""

    name: str
    """Stable name for --format: patsnap_table, uspto_grant_xml, licence_ledger ..."""
    label: str
    """What it is, in Chinese and English, for --list-formats."""
    kinds: tuple[RecordKind, ...]
    looked_for: str
    """What the reader recognises a file by, one phrase; said when a file is refused."""

    def sniff(self, source: Source) -> Sniff:
        """Read as little as needed; never raises on hostile bytes."""

    def read(self, source: Source, options: ReadOptions) -> Iterator[RawBatch | Reject]:
        """Stream batches of at most BATCH_ROWS rows and the rejects between them, in file order.

        Deterministic: the same bytes give the same batches, so that a resumed import may skip what was
        acknowledged. Raises RefusedFile when the file as a whole cannot be read.
        """


class RefusedFile(DomainError):
    """A whole file is not taken: unknown format, older generation, archive bomb, damaged."""

    code = "refused_file"


@dataclass(frozen=True, slots=True)
class Detection:
    """The reader chosen for a file and why; considered: the others with what they said."""

    reader: Reader
    because: str
    considered: tuple[tuple[str, Sniff], ...] = field(default=())
