"""Tar headers walked without reading what lies between, and gzip inflated under limits."""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from panhuo.adapters.readers.archive_limits import CHUNK, Budget, refused
from panhuo.adapters.readers.archive_zip import damaged
from panhuo.adapters.readers.protocol import Source

BLOCK = tarfile.BLOCKSIZE
LONGEST_NAME_HEADER = 1 << 16
_REGULAR = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE)
_SPECIAL = {
    tarfile.SYMTYPE: "link",
    tarfile.LNKTYPE: "link",
    tarfile.CHRTYPE: "device",
    tarfile.BLKTYPE: "device",
    tarfile.FIFOTYPE: "device",
    tarfile.GNUTYPE_SPARSE: "sparse_file",
}


@dataclass(frozen=True, slots=True)
class TarEntry:
    """One member; special: "" for a regular file, else why it is left out (link, device, sparse_file)."""

    name: str
    offset: int
    size: int
    special: str


def is_tar(head: bytes) -> bool:
    """Whether the first 512 bytes are a tar header with the right checksum."""
    if len(head) < BLOCK:
        return False
    try:
        tarfile.TarInfo.frombuf(head[:BLOCK], "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError, OverflowError):
        return False
    return True


def read_tar(source: Source, budget: Budget) -> list[TarEntry]:
    """Members of a tar in file order, folders left out; only headers are read, at most budget's members.

    Own walk over tarfile's header parser: tarfile reads a long-name header into memory whatever size it
    claims, and recurses once per such header. Raises RefusedFile for damage and broken limits.
    """
    entries: list[TarEntry] = []
    at, long_name, long_size, inflated = 0, "", -1, 0
    with source.open() as handle:
        while True:
            handle.seek(at)
            block = handle.read(BLOCK)
            if len(block) < BLOCK or not block.strip(b"\0"):
                if block.strip(b"\0"):
                    raise damaged(source.name)
                return entries
            info = _header(block, source)
            size = info.size if long_size < 0 else long_size
            at += BLOCK
            budget.count(source.name, 1)
            if info.type in (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, *_PAX):
                if info.size > LONGEST_NAME_HEADER:
                    raise refused(source.name, "archive_bomb", "holds a name header larger than honest ones.")
                body = handle.read(info.size)
                if info.type == tarfile.GNUTYPE_LONGNAME:
                    long_name = _text(body.rstrip(b"\0"))
                elif info.type in (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE):
                    long_name, long_size = _pax(body, long_name, long_size, source)
                at += -(-info.size // BLOCK) * BLOCK
                continue
            name = long_name or _text(info.name.encode("utf-8", "surrogateescape"))
            long_name, long_size = "", -1
            special = _SPECIAL.get(info.type, "" if info.type in _REGULAR else "device")
            if special in ("link", "device"):
                size = 0
            inflated += size
            budget.check(source.name, inflated=inflated, packed=max(source.size, 1))
            if at + size > source.size:
                raise damaged(source.name)
            if info.type != tarfile.DIRTYPE and not name.endswith("/"):
                entries.append(TarEntry(name, at, size, special))
            at += -(-size // BLOCK) * BLOCK


_PAX = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)


def _header(block: bytes, source: Source) -> tarfile.TarInfo:
    try:
        info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError, OverflowError):
        raise damaged(source.name) from None
    if info.size < 0:
        raise damaged(source.name)
    return info


def _pax(body: bytes, name: str, size: int, source: Source) -> tuple[str, int]:
    """Path and size out of pax records "length key=value\\n"; sparse maps are refused."""
    at = 0
    while at < len(body.rstrip(b"\0")):
        length_text, _, _ = body[at : at + 20].partition(b" ")
        if not length_text.isdigit() or int(length_text) <= len(length_text) + 2:
            raise damaged(source.name)
        record = body[at + len(length_text) + 1 : at + int(length_text) - 1]
        key, _, value = record.partition(b"=")
        if key == b"path":
            name = _text(value)
        elif key == b"size":
            if not value.isdigit() or len(value) > 18:
                raise damaged(source.name)
            size = int(value)
        elif key.startswith(b"GNU.sparse"):
            raise refused(source.name, "sparse_file", "holds a sparse file. Pack it again without --sparse.")
        at += int(length_text)
    return name, size


def _text(raw: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")


def gunzip(source: Source, budget: Budget) -> Iterator[bytes]:
    """Inflated bytes of a gz, all its concatenated parts; the budget is checked on the way.

    Raises RefusedFile for broken limits, a cut end and bytes that are no gzip.
    """
    produced = packed = parts = 0
    machine: zlib._Decompress | None = None
    with source.open() as handle:
        while data := handle.read(CHUNK):
            packed += len(data)
            while data:
                if machine is None:
                    data = data.lstrip(b"\0") if parts else data
                    if not data:
                        break
                    machine, parts = zlib.decompressobj(31), parts + 1
                    if parts > budget.limits.members:
                        budget.count(source.name, parts)
                try:
                    chunk = machine.decompress(data, CHUNK)
                except zlib.error:
                    raise damaged(source.name) from None
                produced += len(chunk)
                budget.check(source.name, inflated=produced, packed=packed)
                yield chunk
                data = machine.unused_data if machine.eof else machine.unconsumed_tail
                if machine.eof:
                    machine = None
    if machine is not None:
        raise damaged(source.name)
    budget.spend(source.name, inflated=produced, packed=packed)
