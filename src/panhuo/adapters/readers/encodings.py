"""Which encoding a text file is in, told from all of its bytes and with the evidence; never a guess passed over.

Order: a byte-order mark; the zero bytes of UTF-16; UTF-8; GB18030. Each is decoded strictly from first byte
to last. GB18030 accepts nearly any bytes, so what it gives must also look like Chinese: most of it in GB 2312,
or (left to the caller) a heading recognised that is written in Hanzi.
"""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import dataclass, field
from typing import TextIO

from panhuo.adapters.readers.protocol import RefusedFile, Source

CHUNK = 1 << 20
MARKS = ("'", "#", '="')
"""Looked for on the way, so that files without them are spared a look at each cell."""
LONGEST_LINE = 16 << 20
"""Bytes without a line end; a file that goes on longer is no table and no list of records."""
PLAUSIBLE_SHARE = 0.85
"""Of the characters beyond ASCII that must lie in GB 2312 for GB18030 to be believed without a heading."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32 LE"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32 BE"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16 LE"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16 BE"),
    (b"\x84\x31\x95\x33", "gb18030", "GB18030"),
)
_UTF8_RUN = re.compile(rb"(?:[\xe3-\xe9][\x80-\xbf]{2}){5}")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
NOW_ENCODED = str.maketrans(
    "\ue7c7\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864\ue816\ue817\ue818\ue831\ue83b\ue855",
    "\u1e3f\u9fb4\u9fb5\u9fb6\u9fb7\u9fb8\u9fb9\u9fba\u9fbb\U00020087\U00020089\U000200cc\U000215d7\U0002298f\U000241fe",
)
"""Characters that the codec puts into the private-use area and that Unicode has had since (GB 18030-2022)."""


@dataclass(frozen=True, slots=True)
class TextShape:
    """How to decode a file.

    codec: Python's name. skip: bytes of the byte-order mark. evidence: one phrase for people.
    sure: False where only a recognised heading in Hanzi can tell that the text is right.
    has_nul: somewhere stands a zero character. has_private: somewhere one of NOW_ENCODED.
    marks: which of MARKS stand somewhere.
    """

    codec: str
    skip: int
    evidence: str
    sure: bool = True
    has_nul: bool = False
    has_private: bool = False
    marks: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Pass:
    """What one strict pass over a file found; failed_at: first byte that does not decode, -1 for none."""

    failed_at: int = -1
    beyond_ascii: int = 0
    in_gb2312: int = 0
    has_nul: bool = False
    has_private: bool = False
    marks: set[str] = field(default_factory=set)


def text_shape(source: Source) -> TextShape:
    """The encoding of a text file; all of it is read, in pieces.

    Raises: RefusedFile code unknown_encoding with the byte position where no candidate fits, mixed_encodings
        where parts of the file are in different ones, endless_line.
    """
    with source.open() as handle:
        head = handle.read(1 << 16)
    for mark, codec, name in _MARKS:
        if head.startswith(mark):
            return _by_mark(source, codec, name, len(mark))
    order = _utf16_order(head)
    if order:
        found = _decode(source, f"utf-16-{order}", 0)
        if found.failed_at < 0:
            evidence = f"UTF-16 {order.upper()} by its zero bytes, without a byte-order mark"
            return TextShape(f"utf-16-{order}", 0, evidence, has_nul=found.has_nul, marks=frozenset(found.marks))
    found = _decode(source, "utf-8", 0)
    if found.failed_at < 0:
        evidence = "UTF-8, decoded strictly to the last byte" if found.beyond_ascii else "ASCII only"
        return TextShape("utf-8", 0, evidence, has_nul=found.has_nul, marks=frozenset(found.marks))
    return _gb18030(source, found.failed_at)


def open_text(source: Source, shape: TextShape) -> TextIO:
    """The file as text with its line ends kept; strict."""
    handle = source.open()
    handle.seek(shape.skip)
    return io.TextIOWrapper(handle, encoding=shape.codec, errors="strict", newline="")


def _by_mark(source: Source, codec: str, name: str, skip: int) -> TextShape:
    found = _decode(source, codec, skip)
    if found.failed_at >= 0:
        raise _refused(
            source,
            "unknown_encoding",
            f"begins with the byte-order mark of {name} but is not {name} at byte {found.failed_at:,}. "
            "It is damaged or was put together from two files; save it again as UTF-8.",
            found.failed_at,
        )
    return TextShape(
        codec,
        skip,
        f"{name} with byte-order mark",
        has_nul=found.has_nul,
        has_private=found.has_private and codec == "gb18030",
        marks=frozenset(found.marks),
    )


def _gb18030(source: Source, not_utf8_at: int) -> TextShape:
    found = _decode(source, "gb18030", 0)
    if found.failed_at >= 0:
        raise _refused(
            source,
            "unknown_encoding",
            f"is neither UTF-8 (byte {not_utf8_at:,}) nor GB18030 (byte {found.failed_at:,}) nor UTF-16. "
            "Open it in the program it came from and save it as UTF-8.",
            max(not_utf8_at, found.failed_at),
        )
    run = _utf8_run(source)
    if run >= 0:
        raise _refused(
            source,
            "mixed_encodings",
            f"is UTF-8 at byte {run:,} and something else at byte {not_utf8_at:,}. It was put together from files "
            "in different encodings; save each as UTF-8 first.",
            not_utf8_at,
        )
    share = found.in_gb2312 / found.beyond_ascii if found.beyond_ascii else 0.0
    return TextShape(
        "gb18030",
        0,
        f"GB18030, decoded strictly (no UTF-8 at byte {not_utf8_at:,}; "
        f"{share:.0%} of {found.beyond_ascii:,} characters beyond ASCII are of GB 2312)",
        sure=share >= PLAUSIBLE_SHARE,
        has_nul=found.has_nul,
        has_private=found.has_private,
        marks=frozenset(found.marks),
    )


def implausible(source: Source, shape: TextShape) -> RefusedFile:
    """The refusal of a file that decodes as GB18030 only by chance, as far as anyone can see."""
    return _refused(
        source,
        "unknown_encoding",
        f"is not UTF-8, and read as GB18030 it does not look like Chinese ({shape.evidence}). "
        "Save it as UTF-8 and import it again.",
        None,
    )


def _decode(source: Source, codec: str, skip: int) -> _Pass:
    decoder = codecs.getincrementaldecoder(codec)("strict")
    found = _Pass()
    at, unbroken = skip, 0
    with source.open() as handle:
        handle.seek(skip)
        while True:
            block = handle.read(CHUNK)
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                found.failed_at = at - pending + error.start
                return found
            at += len(block)
            unbroken = 0 if b"\n" in block or b"\r" in block else unbroken + len(block)
            if unbroken > LONGEST_LINE:
                raise _refused(
                    source, "endless_line", f"holds a line of more than {LONGEST_LINE >> 20} MB, which is no table.", at
                )
            _count(found, text, judge=codec == "gb18030")
            if not block:
                return found


def _count(found: _Pass, text: str, *, judge: bool) -> None:
    found.has_nul = found.has_nul or "\x00" in text
    found.marks.update(mark for mark in MARKS if mark in text or text[:1] == mark[-1:])  # one may be cut between pieces
    if text.isascii():
        return
    if not judge:
        found.beyond_ascii += 1
        return
    ascii_count = len(text.encode("ascii", "ignore"))
    found.beyond_ascii += len(text) - ascii_count
    # every character of GB 2312 beyond ASCII takes two bytes
    found.in_gb2312 += (len(text.encode("gb2312", "ignore")) - ascii_count) // 2
    found.has_private = found.has_private or _PRIVATE.search(text) is not None


def _utf8_run(source: Source) -> int:
    """Byte at which five Hanzi in UTF-8 stand in a row, -1 where they do nowhere: GB text never has them."""
    at, kept = 0, b""
    with source.open() as handle:
        while block := handle.read(CHUNK):
            seen = kept + block
            match = _UTF8_RUN.search(seen)
            if match:
                return at - len(kept) + match.start()
            at += len(block)
            kept = seen[-16:]
    return -1


def _utf16_order(head: bytes) -> str:
    """le or be where zero bytes stand mostly on one side of the pairs (一 has one on the other), "" otherwise."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    enough = max(4, len(head) // 400)
    if odd >= enough and even * 5 <= odd:
        return "le"
    if even >= enough and odd * 5 <= even:
        return "be"
    return ""


def _refused(source: Source, code: str, why: str, byte: int | None) -> RefusedFile:
    return RefusedFile(f"{source.name} {why}", code=code, file=source.name, byte=byte)
