"""Zip, gzip and tar files written byte by byte, so that their fields may lie."""

from __future__ import annotations

import io
import struct
import tarfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache


@dataclass(frozen=True)
class Member:
    """A member as the directory states it; local_name and local_method: where the local header differs."""

    name: bytes
    data: bytes = b""
    size: int = 0
    crc: int = 0
    method: int = 8
    flags: int = 0x800
    attributes: int = 0
    packed: int | None = None
    offset: int | None = None
    local_name: bytes | None = None
    comment: bytes = b""


def member(name: str | bytes, content: bytes = b"<a/>", **changes: object) -> Member:
    """An honest member with this content, then changed."""
    raw = name if isinstance(name, bytes) else name.encode()
    machine = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed = machine.compress(content) + machine.flush()
    honest = Member(raw, packed, len(content), zlib.crc32(content))
    return replace(honest, **changes)  # type: ignore[arg-type]


@cache
def blanks(size: int) -> tuple[bytes, int]:
    """Deflated blanks and their checksum: a thousandth of the size. One packed megabyte is repeated."""
    chunk, crc = b" " * (1 << 20), 0
    for start in range(0, size, 1 << 20):
        crc = zlib.crc32(chunk[: size - start], crc)
    machine = zlib.compressobj(6, zlib.DEFLATED, -15)
    megabyte = machine.compress(chunk) + machine.flush(zlib.Z_FULL_FLUSH)
    machine = zlib.compressobj(6, zlib.DEFLATED, -15)
    rest = machine.compress(chunk[: size % (1 << 20)]) + machine.flush()
    return megabyte * (size >> 20) + rest, crc


def blank_member(name: str, real: int, **changes: object) -> Member:
    """A member of that many blanks."""
    packed, crc = blanks(real)
    return replace(Member(name.encode(), packed, real, crc), **changes)  # type: ignore[arg-type]


def zip_of(
    members: Sequence[Member],
    *,
    count: int | None = None,
    directory_size: int | None = None,
    zip64_count: int | None = None,
) -> bytes:
    """A zip of these members; the end record says what it is told to."""
    body, directory = bytearray(), bytearray()
    for item in members:
        offset = len(body) if item.offset is None else item.offset
        packed = len(item.data) if item.packed is None else item.packed
        if item.offset is None:
            local = item.name if item.local_name is None else item.local_name
            body += struct.pack(
                "<4s5H3I2H",
                b"PK\x03\x04",
                20,
                item.flags,
                item.method,
                0,
                0x21,
                item.crc,
                packed,
                item.size,
                len(local),
                0,
            )
            body += local + item.data
        directory += struct.pack(
            "<4s6H3I5H2I",
            *(b"PK\x01\x02", 0x314, 20, item.flags, item.method, 0, 0x21, item.crc, packed & 0xFFFFFFFF),
            *(item.size & 0xFFFFFFFF, len(item.name), 0, len(item.comment), 0, 0, item.attributes, offset),
        )
        directory += item.name + item.comment
    told = len(members) if count is None else count
    start = len(body)
    body += directory
    length = len(directory) if directory_size is None else directory_size
    if zip64_count is not None:
        at = len(body)
        body += struct.pack(
            "<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, zip64_count, zip64_count, len(directory), start
        )
        body += struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1)
    body += struct.pack(
        "<4s4H2IH", b"PK\x05\x06", 0, 0, min(told, 0xFFFF), min(told, 0xFFFF), length & 0xFFFFFFFF, start, 0
    )
    return bytes(body)


def gz_of(content: bytes) -> bytes:
    """A gzip file."""
    machine = zlib.compressobj(6, zlib.DEFLATED, 31)
    return machine.compress(content) + machine.flush()


@cache
def gz_blanks(size: int) -> bytes:
    """A gzip of that many blanks."""
    packed, crc = blanks(size)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + packed + struct.pack("<2I", crc, size & 0xFFFFFFFF)


def tar_entry(
    name: str, content: bytes = b"", *, kind: bytes = tarfile.REGTYPE, size: int | None = None, link: str = ""
) -> bytes:
    """One header and its content; size: what the header claims."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    info.size = len(content) if size is None else size
    header = info.tobuf(tarfile.GNU_FORMAT)
    return header + content + b"\0" * (-len(content) % 512)


def tar_of(*entries: bytes) -> bytes:
    """A tar of such entries."""
    return b"".join(entries) + b"\0" * 1024


def pax(records: dict[str, str], *, size: int | None = None) -> bytes:
    """A pax header for the entry after it."""
    body = b""
    for key, value in records.items():
        line = f" {key}={value}\n".encode()
        length = len(line) + len(str(len(line) + 2))
        body += str(length).encode() + line
    return tar_entry("pax", body, kind=tarfile.XHDTYPE, size=size)


def workbook(parts: dict[str, bytes] | None = None, **changes: Member) -> list[Member]:
    """Members of a small but complete workbook; parts replaces or adds content by name."""
    content = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS,
        "xl/workbook.xml": _BOOK,
        "xl/_rels/workbook.xml.rels": _BOOK_RELATIONS,
        "xl/worksheets/sheet1.xml": _SHEET,
    } | (parts or {})
    return [changes.get(name) or member(name, data) for name, data in content.items()]


def stream_of(content: bytes) -> io.BytesIO:
    """A stream over the bytes."""
    return io.BytesIO(content)


_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org"
_TYPES = (
    _HEAD
    + (
        f'<Types xmlns="{_OFFICE}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    ).encode()
)
_RELATIONS = (
    _HEAD
    + (
        f'<Relationships xmlns="{_OFFICE}/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{_OFFICE}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ).encode()
)
_BOOK = (
    _HEAD
    + (
        f'<workbook xmlns="{_OFFICE}/spreadsheetml/2006/main" xmlns:r="{_OFFICE}/officeDocument/2006/relationships">'
        '<sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>'
    ).encode()
)
_BOOK_RELATIONS = (
    _HEAD
    + (
        f'<Relationships xmlns="{_OFFICE}/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{_OFFICE}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ).encode()
)
_SHEET = (
    _HEAD
    + (
        f'<worksheet xmlns="{_OFFICE}/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>公开(公告)号</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>标题</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>CN113999999A</t></is></c>'
        '<c r="B2" t="inlineStr"><is><t>一种茶叶分选机</t></is></c></row></sheetData></worksheet>'
    ).encode()
)
