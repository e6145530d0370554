"""One reader for all XML formats: how a head is recognised, a file cut, an element turned into rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from panhuo.adapters.readers.protocol import BATCH_ROWS, ReadOptions, RefusedFile, Sniff, Source
from panhuo.adapters.readers.xml_head import Head, read_head
from panhuo.adapters.readers.xml_safe import BrokenPiece, Element, local, parse, without
from panhuo.adapters.readers.xml_stream import Piece, documents
from panhuo.engine.records.fields import PATENT_FIELDS
from panhuo.engine.records.raw import Cell, RawBatch, RawEvent, Reject
from panhuo.terms.kinds import RecordKind

MOST_BROKEN = 1_000
"""Broken documents in a row after which a file is not read on."""


@dataclass(slots=True)
class Row:
    """One patent as a source tells it: canonical field name -> value, and its events."""

    values: dict[str, Cell]
    events: list[RawEvent] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class XmlReader:
    """A format of XML files about patents.

    matches: phrase saying what was seen in the head, "" if the file is not of this format.
    rows: root element of one piece -> rows; an empty one for pieces that belong to the format and tell nothing.
    roots: local names of pieces that rows understands; others are rejects.
    pieces: cuts the file. unread: elements whose content is cut out before parsing.
    beside: local names of documents that stand between those of the format and are left out.
    """

    name: str
    label: str
    looked_for: str
    matches: Callable[[Head], str]
    rows: Callable[[Element], Iterable[Row]]
    roots: frozenset[str]
    pieces: Callable[[Source], Iterator[Piece]] = documents
    unread: tuple[str, ...] = ()
    beside: frozenset[str] = frozenset()
    kinds: tuple[RecordKind, ...] = (RecordKind.PATENT,)

    def sniff(self, source: Source) -> Sniff:
        """Certain when root and marks agree."""
        because = self.matches(read_head(source))
        return Sniff(95, because) if because else Sniff(0, f"no {self.looked_for}")

    def read(self, source: Source, options: ReadOptions) -> Iterator[RawBatch | Reject]:
        """Rows document by document, numbered through the file; a broken one is a reject with its line.

        Raises: RefusedFile where the file is no XML, declares entities or is broken from end to end.
        """
        del options  # an XML document says itself what it is
        if not read_head(source).root:
            raise RefusedFile(
                f"{source.name} cannot be read as {self.name}: it does not begin with an XML element.",
                code="not_this_format",
                file=source.name,
            )
        batch = Batch()
        number = broken = 0
        for piece in self.pieces(source):
            try:
                rows = list(self._rows_of(piece))
            except BrokenPiece as problem:
                if problem.code == "entity_declared":
                    raise _hostile(source) from None
                number, broken = number + 1, broken + 1
                yield from batch.flush()
                yield _reject(source, number, piece, problem)
                if broken >= MOST_BROKEN:
                    raise _worthless(source) from None
                continue
            broken = 0
            for row in rows:
                number += 1
                yield from batch.add(row, number)
        yield from batch.flush()

    def _rows_of(self, piece: Piece) -> Iterable[Row]:
        data = without(piece.data, *self.unread) if self.unread else piece.data
        root = parse(piece, data=data)
        name = local(root)
        if name in self.beside:
            return ()
        if name not in self.roots:
            expected = " or ".join(sorted(self.roots))
            raise BrokenPiece("unexpected_root", piece.line, f"its root is <{name[:60]}>, not <{expected}>")
        return self.rows(root)


class Batch:
    """Rows collected column-wise."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._numbers: list[int] = []

    def add(self, row: Row, number: int) -> Iterator[RawBatch]:
        """Take a row; gives the batch when it is full."""
        self._rows.append(row)
        self._numbers.append(number)
        if len(self._rows) == BATCH_ROWS:
            yield from self.flush()

    def flush(self) -> Iterator[RawBatch]:
        """The batch so far, if it has rows."""
        if not self._rows:
            return
        rows, numbers = self._rows, self._numbers
        self._rows, self._numbers = [], []
        used = {name for row in rows for name, value in row.values.items() if value}
        yield RawBatch(
            kind=RecordKind.PATENT,
            columns={name: [row.values.get(name) or None for row in rows] for name in PATENT_FIELDS if name in used},
            rows=numbers,
            events=[row.events for row in rows],
        )


def _reject(source: Source, number: int, piece: Piece, problem: BrokenPiece) -> Reject:
    line = problem.line or piece.line
    message = f"Document {number}, line {line}: {problem.what}. The following ones are read."
    return Reject(row=number, column="", value="", code=problem.code, message=message, file=source.name)


def _hostile(source: Source) -> RefusedFile:
    return RefusedFile(
        f"{source.name} declares XML entities of its own, which files of patent offices do not. "
        "Fetch it again from the office.",
        code="entity_declared",
        file=source.name,
    )


def _worthless(source: Source) -> RefusedFile:
    return RefusedFile(
        f"{source.name} holds more than {MOST_BROKEN} broken documents in a row. Fetch it again.",
        code="damaged_file",
        file=source.name,
    )
