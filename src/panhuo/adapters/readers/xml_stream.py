"""XML files cut into pieces small enough to parse whole: documents of a bulk file, records of an exchange file.

Cutting bytes before parsing bounds memory, and a broken piece does not take the following ones with it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from panhuo.adapters.readers.protocol import Source

CHUNK = 1 << 18
LARGEST_PIECE = 64 << 20
"""Bytes of one patent document; the largest seen are some 30 MB of sequence listings."""
_LARGEST_HEADER = 1 << 20
_NAMESPACE = re.compile(rb"""\bxmlns(?::([\w.\-]{1,64}))?\s{0,9}=\s{0,9}("[^"<]{0,999}"|'[^'<]{0,999}')""")
_ENCODING = re.compile(rb"""^\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w.\-]{1,40})["']""")
_ENTITY = re.compile(rb"<!ENTITY")
_UNPARSED_ENTITY = re.compile(
    rb"""<!ENTITY\s+[\w.\-]+\s+(?:SYSTEM|PUBLIC\s+(?:"[^"<]*"|'[^'<]*'))\s+"""
    rb"""(?:"[^"<]*"|'[^'<]*')\s+NDATA\s+[\w.\-]+\s*>"""
)
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0?\0", "utf-16-le"),
    (b"\0<\0?", "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One document or record.

    number: 1-based in the file. line: 1-based line of its first byte. encoding: as declared, lower case, ""
    where not. problem: "", piece_too_large (data is empty), entity_declared (by what stands before records).
    """

    number: int
    line: int
    data: bytes
    encoding: str = ""
    problem: str = ""


def wide_encoding(start: bytes) -> str:
    """Name of the encoding if the first bytes show UTF-16 or UTF-32, else ""."""
    return next((name for mark, name in _MARKS if start.startswith(mark)), "")


def declares_entities(data: bytes) -> bool:
    """Whether entities are declared that text could use; unparsed ones, which name pictures, do not count."""
    return any(_UNPARSED_ENTITY.match(data, found.start()) is None for found in _ENTITY.finditer(data))


def declared_encoding(data: bytes) -> str:
    """Encoding that the XML declaration names, lower case, "" where it names none."""
    found = _ENCODING.match(data[:300].removeprefix(codecs.BOM_UTF8))
    return found[1].decode("ascii").lower() if found else ""


def documents(source: Source, *, largest: int = LARGEST_PIECE) -> Iterator[Piece]:
    """Documents of a file that may hold several, one XML declaration after the other, as office bulk files do."""
    rolling = _Rolling(largest)
    with source.open() as stream:
        wide = wide_encoding(stream.read(4))
        stream.seek(0)
        for chunk in _utf8(stream, wide):
            rolling.buffer += chunk
            while (found := rolling.buffer.find(b"<?xml", rolling.scanned)) >= 0:
                if found + 6 > len(rolling.buffer):
                    break
                start = _document_start(rolling.buffer, found)
                if start > 0:
                    yield from rolling.cut(start, wide)
                    rolling.scanned = found - start + 1
                else:
                    rolling.scanned = found + 1
            rolling.scanned = max(rolling.scanned, len(rolling.buffer) - 5)
            rolling.bound()
        yield from rolling.cut(len(rolling.buffer), wide)


def _document_start(buffer: bytearray, at: int) -> int:
    """Where a document begins if the <?xml here is behind a tag or on a line of its own, a BOM included; else -1."""
    start = at - 3 if buffer[max(0, at - 3) : at] == codecs.BOM_UTF8 else at
    before = bytes(buffer[max(0, start - 16) : start]).rstrip(b" \t")
    return start if buffer[at + 5 : at + 6].isspace() and before[-1:] in (b">", b"\n", b"\r") else -1


def records(source: Source, name: str, *, largest: int = LARGEST_PIECE) -> Iterator[Piece]:
    """Elements of one name out of a file of any size, each wrapped in the namespaces declared before the first.

    An element that is not closed ends where the next begins. What stands between elements is left out.
    """
    token = re.compile(rb"<(/?)(?:[\w.\-]{1,64}:)?" + name.encode() + rb"(?=[\s/>])")
    rolling = _Rolling(largest)
    wrapper: _Wrapper | None = None
    with source.open() as stream:
        wide = wide_encoding(stream.read(4))
        stream.seek(0)
        for chunk in _utf8(stream, wide):
            rolling.buffer += chunk
            while found := token.search(rolling.buffer, rolling.scanned):
                if wrapper is None:
                    wrapper = _Wrapper(bytes(rolling.buffer[: found.start()]), wide)
                closes = bool(found[1])
                end = rolling.buffer.find(b">", found.end()) + 1 if closes else found.start()
                if closes and not end:
                    break
                yield from wrapper.around(rolling.cut(end, wide)) if rolling.inside else rolling.drop(end)
                rolling.inside, rolling.scanned = not closes, 0 if closes else 1
            else:
                rolling.scanned = max(int(rolling.inside), len(rolling.buffer) - 128)
            rolling.bound(outside=_LARGEST_HEADER if wrapper is None else 1 << 10)
        if rolling.inside and wrapper is not None:
            yield from wrapper.around(rolling.cut(len(rolling.buffer), wide))


class _Rolling:
    """Bytes not yet handed on, with the line they begin on."""

    def __init__(self, largest: int) -> None:
        self.buffer = bytearray()
        self.scanned = 0
        self.inside = False
        self._largest, self._line, self._number, self._too_large = largest, 1, 0, 0

    def cut(self, end: int, wide: str) -> Iterator[Piece]:
        """Hand on the bytes up to end, unless they are blank."""
        data = bytes(self.buffer[:end])
        line, too_large = self._too_large or self._line, bool(self._too_large)
        self._forget(end)
        self._too_large = 0
        if too_large:
            self._number += 1
            yield Piece(self._number, line, b"", problem="piece_too_large")
        elif data.strip(b"\0 \t\r\n"):
            self._number += 1
            yield Piece(self._number, line, data, "utf-8" if wide else declared_encoding(data))

    def drop(self, end: int) -> Iterator[Piece]:
        """Leave out the bytes up to end."""
        self._forget(end)
        return iter(())

    def bound(self, *, outside: int | None = None) -> None:
        """Keep the buffer small: what is too large is remembered as such, what is between records goes."""
        if outside is not None and not self.inside:
            if len(self.buffer) > outside:
                self._forget(len(self.buffer) - 128)
                self.scanned = 0
        elif len(self.buffer) > self._largest:
            self._too_large = self._too_large or self._line
            self._forget(len(self.buffer) - 128)
            self.scanned = 1

    def _forget(self, end: int) -> None:
        self._line += self.buffer.count(b"\n", 0, end)
        del self.buffer[:end]


class _Wrapper:
    """What stood before the first record, boiled down to one start tag on one line."""

    def __init__(self, header: bytes, wide: str) -> None:
        self.encoding = "utf-8" if wide else declared_encoding(header)
        spaces = {prefix: uri for prefix, uri in _NAMESPACE.findall(header)}
        attributes = b" ".join(b"xmlns%s=%s" % (b":" + name if name else b"", uri) for name, uri in spaces.items())
        self._start = b"<piece " + attributes + b">"
        self._problem = "entity_declared" if declares_entities(header) else ""

    def around(self, pieces: Iterator[Piece]) -> Iterator[Piece]:
        for piece in pieces:
            data = piece.data and self._start + piece.data + b"</piece>"
            yield Piece(piece.number, piece.line, data, self.encoding, piece.problem or self._problem)


def _utf8(stream: BinaryIO, wide: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(wide)("replace") if wide else None
    while chunk := stream.read(CHUNK):
        yield decoder.decode(chunk).encode("utf-8", "replace") if decoder else chunk
