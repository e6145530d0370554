"""The zip directory, checked before anything is inflated, and members inflated under their stated size."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from panhuo.adapters.readers.archive_limits import CHUNK, Budget, Limits, refused
from panhuo.adapters.readers.protocol import RefusedFile, Source

STORED, DEFLATED = 0, 8
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s24x3H12x")
_LOCAL = struct.Struct("<4s2x2H16x2H")
_ZIP_ERRORS = (zipfile.BadZipFile, OSError, ValueError, EOFError, struct.error, NotImplementedError)


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """One file of the directory. raw_name: bytes as in the directory, to compare with the local header."""

    name: str
    raw_name: bytes
    method: int
    packed: int
    size: int
    crc: int
    offset: int
    is_link: bool


def read_directory(source: Source, limits: Limits) -> list[ZipEntry]:
    """Entries of the central directory, folders left out, in the directory's order.

    Nothing is inflated. Raises RefusedFile for damage, too many entries, encryption, doubled names and
    members that share bytes.
    """
    with source.open() as handle:
        count = _count_entries(handle, source, limits)
        try:
            with zipfile.ZipFile(handle) as archive:
                infos = archive.infolist()
        except _ZIP_ERRORS:
            raise damaged(source.name) from None
    if len(infos) != count:
        raise damaged(source.name)
    entries = [_entry(info, source.name) for info in infos]
    _check_layout(entries, source)
    return [entry for entry in entries if not entry.name.endswith("/")]


def holds_member(source: Source, name: str, limits: Limits) -> bool:
    """Whether the central directory names a member so; False where there is no directory that can be gone through.

    Reads the directory alone, within the limits, and never looks into members: what is packed in a member without
    being deflated has a directory of its own there.
    """
    wanted, at = name.encode(), 0
    try:
        with source.open() as handle:
            data, _ = _directory_bytes(handle, source, limits)
    except RefusedFile:
        return False
    while at + _ENTRY.size <= len(data):
        mark, length, extra, comment = _ENTRY.unpack_from(data, at)
        if mark != b"PK\x01\x02":
            return False
        start = at + _ENTRY.size
        if data[start : start + length] == wanted:
            return True
        at = start + length + extra + comment
    return False


def damaged(name: str) -> RefusedFile:
    """The refusal of an archive whose parts do not fit together."""
    return refused(name, "damaged_archive", "is damaged: cut off or changed on its way. Fetch it again.")


def _count_entries(handle: BinaryIO, source: Source, limits: Limits) -> int:
    """Walk the directory by its lengths only: zipfile would build an object per entry first."""
    data, told = _directory_bytes(handle, source, limits)
    at = count = 0
    while at + _ENTRY.size <= len(data):
        mark, name, extra, comment = _ENTRY.unpack_from(data, at)
        if mark != b"PK\x01\x02":
            raise damaged(source.name)
        at += _ENTRY.size + name + extra + comment
        count += 1
        if count > limits.members:
            Budget(limits).count(source.name, count)
    if (count - told) % (1 << 16):  # 16 bits are all that the plain end record has
        raise damaged(source.name)
    return count


def _directory_bytes(handle: BinaryIO, source: Source, limits: Limits) -> tuple[bytes, int]:
    """The central directory and how many entries the end record says it has."""
    tail_size = min(source.size, (1 << 16) + _END.size + 20 + _END64.size)
    handle.seek(source.size - tail_size)
    tail = handle.read(tail_size)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + _END.size > len(tail):
        raise damaged(source.name)
    _, _, _, _, count, size, _, _ = _END.unpack_from(tail, at)
    at64 = at - 20 - _END64.size
    if at64 >= 0 and tail[at - 20 : at - 16] == b"PK\x06\x07" and tail[at64 : at64 + 4] == b"PK\x06\x06":
        fields = _END64.unpack_from(tail, at64)
        count, size, at = fields[7], fields[8], at64
    Budget(limits).count(source.name, count)
    start = source.size - tail_size + at - size
    if size > limits.directory_bytes:
        raise refused(source.name, "archive_too_many_members", "has a directory too large to be honest.")
    if start < 0:
        raise damaged(source.name)
    handle.seek(start)
    return handle.read(size), count


def _entry(info: zipfile.ZipInfo, archive: str) -> ZipEntry:
    if info.flag_bits & 0x1:
        raise refused(archive, "encrypted_archive", "has a password. Unpack it and import the folder.")
    raw = info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437", "surrogateescape")
    return ZipEntry(
        name=_decoded(raw),
        raw_name=raw,
        method=info.compress_type,
        packed=info.compress_size,
        size=info.file_size,
        crc=info.CRC,
        offset=info.header_offset,
        is_link=(info.external_attr >> 28) == 0xA,
    )


def _decoded(raw: bytes) -> str:
    # zips packed on Chinese Windows carry GBK names without saying so
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")


def _check_layout(entries: list[ZipEntry], source: Source) -> None:
    if len({entry.raw_name for entry in entries}) != len(entries):
        raise refused(source.name, "doubled_member", "holds two members of one name. Pack it again.")
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.offset):
        if entry.offset < end:
            raise refused(
                source.name,
                "overlapping_members",
                "holds members that share the same bytes, as archive bombs do. Pack it again.",
            )
        end = entry.offset + _LOCAL.size + len(entry.raw_name) + entry.packed
    if end > source.size:
        raise damaged(source.name)


def inflate(source: Source, entry: ZipEntry) -> Iterator[bytes]:
    """Bytes of one member in chunks; stops at the first byte beyond the size that the directory states.

    Raises RefusedFile for a size, name or checksum that lies, and for packing other than stored and deflate.
    """
    if entry.method not in (STORED, DEFLATED):
        raise refused(
            f"{source.name}!/{entry.name}",
            "unsupported_compression",
            "is packed in a way that only some programs read. Pack it again as an ordinary zip.",
        )
    with source.open() as handle:
        _seek_data(handle, source, entry)
        produced = crc = 0
        for chunk in _stored(handle, entry) if entry.method == STORED else _deflated(handle, source, entry):
            produced += len(chunk)
            if produced > entry.size:
                raise refused(
                    f"{source.name}!/{entry.name}",
                    "lying_size",
                    "is larger than the archive's directory says, as archive bombs are. Pack it again.",
                )
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if produced != entry.size or crc != entry.crc:
            raise damaged(f"{source.name}!/{entry.name}")


def _seek_data(handle: BinaryIO, source: Source, entry: ZipEntry) -> None:
    handle.seek(entry.offset)
    head = handle.read(_LOCAL.size)
    if len(head) < _LOCAL.size:
        raise damaged(source.name)
    mark, _, method, name, extra = _LOCAL.unpack(head)
    if mark != b"PK\x03\x04" or method != entry.method or handle.read(name) != entry.raw_name:
        raise damaged(source.name)
    handle.seek(extra, 1)


def _stored(handle: BinaryIO, entry: ZipEntry) -> Iterator[bytes]:
    left = entry.packed
    while left and (chunk := handle.read(min(left, CHUNK))):
        left -= len(chunk)
        yield chunk


def _deflated(handle: BinaryIO, source: Source, entry: ZipEntry) -> Iterator[bytes]:
    machine = zlib.decompressobj(-15)
    try:
        for packed in _stored(handle, entry):
            yield from _drain(machine, packed)
        yield machine.flush(CHUNK)
    except zlib.error:
        raise damaged(f"{source.name}!/{entry.name}") from None
    if not machine.eof:
        raise damaged(f"{source.name}!/{entry.name}")


def _drain(machine: zlib._Decompress, packed: bytes) -> Iterator[bytes]:
    while packed and not machine.eof:
        yield machine.decompress(packed, CHUNK)
        packed = machine.unconsumed_tail
