"""Zip, tar, tar.gz and gz read in place: members as sources, one archive inside another at most.

Nothing is ever written under a member's name. Limits are judged on the directory before anything is inflated
and again on the bytes as they come.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from panhuo.adapters.readers.archive_limits import (
    ARCHIVE,
    WORKBOOK,
    Budget,
    Held,
    Limits,
    Window,
    refused,
)
from panhuo.adapters.readers.archive_streams import gunzip, is_tar, read_tar
from panhuo.adapters.readers.archive_zip import ZipEntry, holds_member, inflate, read_directory
from panhuo.adapters.readers.protocol import RefusedFile, Source
from panhuo.engine.records.raw import Reject

_SMALL = 1 << 20
"""Bytes of a member of a tar that are read at once."""
Skipped = Callable[[Reject], None]
COMPANIONS = (".tif", ".tiff", ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".svg", ".pdf", ".mol", ".cdx", ".nb") + (
    ".dtd",
    ".ent",
    ".xsd",
    ".xsl",
    ".xslt",
    ".css",
    ".ds_store",
    ".db",
)
"""Pictures, chemistry drawings, schemas and system litter that are packed beside documents."""
_OTHER_PACKERS = {
    b"Rar!\x1a\x07": "rar",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"BZh91AY&SY": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}
_DTD_MARKS = tuple(
    text.encode(encoding) for text in ("<!DOCTYPE", "<!ENTITY") for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)


def check_zip_directory(source: Source, limits: Limits = WORKBOOK) -> None:
    """Refuse a workbook that would cost more than it may, before its reader opens it.

    First by its directory, nothing inflated; then every part is inflated once in small pieces and thrown
    away, because workbook readers trust sizes that may lie. A part with a DOCTYPE is refused: office files
    have none.

    Raises: RefusedFile (archive_bomb, archive_too_large, archive_too_many_members, overlapping_members,
        doubled_member, unsafe_name, encrypted_archive, damaged_archive, lying_size, office_dtd).
    """
    entries = read_directory(source, limits)
    _check_entries(source, entries, Budget(limits))
    for entry in entries:
        before = b""
        for chunk in inflate(source, entry):
            if any(mark in before + chunk for mark in _DTD_MARKS):
                raise refused(source.name, "office_dtd", "carries a document type, which no workbook does.")
            before = chunk[-20:]


def is_archive(source: Source) -> bool:
    """Whether the file packs other files, by its bytes; office documents do not count. Never raises."""
    try:
        return bool(_kind(source))
    except (RefusedFile, OSError, ValueError):
        return False


def members(source: Source, *, limits: Limits = ARCHIVE, skipped: Skipped | None = None) -> Iterator[Source]:
    """Members of an archive as sources named "archive.zip!/inner/name.xml", in the archive's order.

    Each opens as a seekable stream over at most 8 MB of memory or a temporary file; going through them in
    order inflates each once. An archive inside is gone through too, one inside that is left out.

    Args:
        skipped: told of each member left out: companion_file (pictures, schemas, system litter), empty_file,
            link, device, sparse_file, nested_too_deep, or the code with which an inner archive is refused.
            Without it all but the first two refuse the whole archive.
    Raises: RefusedFile when the archive is damaged, protected, breaks a limit, or holds nothing to read.
    """
    yielded = False
    for member in _walk(source, _kind(source), Budget(limits), skipped, nested=False):
        yielded = True
        yield member
    if not yielded:
        raise refused(source.name, "empty_archive", "holds no file that could be a table or a document.")


def _kind(source: Source) -> str:
    with source.open() as handle:
        head = handle.read(512)
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return "" if _is_office(source, head) else "zip"
    if head[:3] == b"\x1f\x8b\x08":
        return "gz"
    other = next((name for mark, name in _OTHER_PACKERS.items() if head.startswith(mark)), "")
    return other or ("tar" if is_tar(head) else "")


def _is_office(source: Source, head: bytes) -> bool:
    first = head[30 : 30 + int.from_bytes(head[26:28], "little")]
    if first in (b"[Content_Types].xml", b"mimetype") or first.startswith((b"_rels/", b"xl/", b"docProps/")):
        return True
    return holds_member(source, "[Content_Types].xml", ARCHIVE)


def _walk(source: Source, kind: str, budget: Budget, skipped: Skipped | None, *, nested: bool) -> Iterator[Source]:
    for member in _layer(source, kind, budget, skipped):
        if _is_companion(member.name):
            _tell(skipped, source, member.name, "companion_file", "is no document.")
            continue
        if not member.size:
            _tell(skipped, source, member.name, "empty_file", "is empty.")
            continue
        inner_kind = _kind(member)
        if not inner_kind:
            yield member
        elif nested:
            _tell(skipped, source, member.name, "nested_too_deep", "is an archive two archives deep.")
        else:
            yield from _inner(source, member, inner_kind, budget, skipped)


def _inner(source: Source, member: Source, kind: str, budget: Budget, skipped: Skipped | None) -> Iterator[Source]:
    try:
        yield from _walk(member, kind, budget, skipped, nested=True)
    except RefusedFile as refusal:
        if skipped is None or refusal.code in ("archive_too_large", "archive_too_many_members"):
            raise
        _tell(skipped, source, member.name, refusal.code, refusal.message.removeprefix(f"{member.name} "))


def _layer(source: Source, kind: str, budget: Budget, skipped: Skipped | None) -> Iterator[Source]:
    if kind == "zip":
        return _zip_members(source, budget, skipped)
    if kind == "tar":
        return _tar_members(source, budget, skipped)
    if kind == "gz":
        return _gz_members(source, budget, skipped)
    why = f"is packed as {kind or 'none'}. Pack it as zip or tar.gz."
    raise refused(source.name, "unsupported_archive", why)


def _check_entries(source: Source, entries: Iterable[ZipEntry], budget: Budget) -> None:
    """Names, ratios and the sum, from the directory alone."""
    inflated = packed = 0
    for entry in entries:
        _check_name(source, entry.name)
        inflated, packed = inflated + entry.size, packed + entry.packed
        budget.check(f"{source.name}!/{entry.name}", inflated=entry.size, packed=entry.packed)
    budget.spend(source.name, inflated=inflated, packed=packed)


def _check_name(source: Source, name: str) -> None:
    parts = name.replace("\\", "/").split("/")
    if parts[0] == "" or ".." in parts or name[1:2] == ":" or not name.isprintable():
        raise refused(
            source.name, "unsafe_name", "holds a member whose name points outside the archive. Pack it again."
        )


class _Shelf:
    """Keeps the member read last, so that looking at it and reading it inflate it once."""

    def __init__(self) -> None:
        self._name, self._held = "", cast("Held | None", None)

    def open(self, name: str, chunks: Callable[[], Iterable[bytes]]) -> BinaryIO:
        if self._held is None or self._name != name:
            self._held = None
            self._name, self._held = name, Held(chunks())
        return self._held.open()


def _zip_members(source: Source, budget: Budget, skipped: Skipped | None) -> Iterator[Source]:
    entries = read_directory(source, budget.limits)
    budget.count(source.name, len(entries))
    _check_entries(source, entries, budget)
    shelf = _Shelf()
    for entry in entries:
        name = f"{source.name}!/{entry.name}"
        if entry.is_link:
            _tell(skipped, source, name, "link", "is a link to another file.")
            continue
        yield Source(name, entry.size, _opener(shelf, source, entry))


def _opener(shelf: _Shelf, source: Source, entry: ZipEntry) -> Callable[[], BinaryIO]:
    return lambda: shelf.open(entry.name, lambda: inflate(source, entry))


def _tar_members(source: Source, budget: Budget, skipped: Skipped | None) -> Iterator[Source]:
    entries = read_tar(source, budget)
    for entry in entries:
        _check_name(source, entry.name)
    for entry in entries:
        name = f"{source.name}!/{entry.name}"
        if entry.special:
            _tell(
                skipped,
                source,
                name,
                entry.special,
                f"is no ordinary file ({entry.special.replace('_', ' ')}).",
            )
            continue
        yield Source(name, entry.size, _window_opener(source, entry.offset, entry.size))


def _window_opener(source: Source, start: int, size: int) -> Callable[[], BinaryIO]:
    def opened() -> BinaryIO:
        if size > _SMALL:
            return cast(BinaryIO, io.BufferedReader(Window(source.open(), start, size), 1 << 15))
        with source.open() as stream:
            stream.seek(start)
            return io.BytesIO(stream.read(size))

    return opened


def _gz_members(source: Source, budget: Budget, skipped: Skipped | None) -> Iterator[Source]:
    held = Held(gunzip(source, budget))
    stem = PurePosixPath(source.name.replace("\\", "/")).name
    lowered = stem.lower()
    inner_name = stem[:-4] + ".tar" if lowered.endswith(".tgz") else stem[:-3] if lowered.endswith(".gz") else stem
    with held.open() as handle:
        packed_tar = is_tar(handle.read(512))
    # the tar inside a tar.gz is not a level of its own: its members are named as the archive's
    inner = Source(source.name if packed_tar else f"{source.name}!/{inner_name}", held.size, held.open)
    return _tar_members(inner, budget, skipped) if packed_tar else iter((inner,))


def _is_companion(name: str) -> bool:
    path = name.rpartition("!/")[2].lower()
    return path.endswith(COMPANIONS) or "__macosx/" in path


def _tell(skipped: Skipped | None, source: Source, name: str, code: str, why: str) -> None:
    member = name.removeprefix(f"{source.name}!/")
    if skipped is not None:
        skipped(Reject(0, "", member, code, f"{name} {why}", member=member, file=source.name))
    elif code not in ("companion_file", "empty_file"):
        raise refused(name, code, f"{why} Take it out of the archive.")


__all__ = ["ARCHIVE", "COMPANIONS", "WORKBOOK", "Limits", "check_zip_directory", "is_archive", "members"]
