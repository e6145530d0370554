"""Files that people sent in, in the home's folder uploads, each under the digest of its bytes and nothing else."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from panhuo.adapters.files.home import Home
from panhuo.adapters.readers.protocol import Source
from panhuo.terms.errors import DomainError

FOLDER = "uploads"
LONGEST_NAME = 120
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that was sent in. name: for people only, cleaned; digest: SHA-256 of its bytes; size: bytes."""

    name: str
    digest: str
    size: int


def take_in(home: Home, name: str, blocks: Iterable[bytes], *, most_bytes: int) -> SentFile:
    """Keep what somebody sends; the same bytes are kept once.

    Raises: DomainError empty_file, upload_too_large (nothing is kept), cannot_write.
    """
    folder = home.root / FOLDER
    digest, size = hashlib.sha256(), 0
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        with NamedTemporaryFile(dir=folder, prefix=".new-", delete=False) as draft:
            place = Path(draft.name)
            try:
                for block in blocks:
                    size += len(block)
                    if size > most_bytes:
                        raise too_large(most_bytes)
                    digest.update(block)
                    draft.write(block)
                if not size:
                    raise DomainError("The file is empty. Choose the file with the list.", code="empty_file")
                draft.flush()
                os.fsync(draft.fileno())
                kept = _place(home, digest.hexdigest())
                kept.parent.mkdir(mode=0o700, exist_ok=True)
                os.replace(place, kept)
            finally:
                place.unlink(missing_ok=True)
    except OSError as error:
        raise DomainError(
            f"The file cannot be kept: {error.strerror}. See that the disk has room.", code="cannot_write"
        ) from error
    return SentFile(clean_name(name), digest.hexdigest(), size)


def source_of(home: Home, sent: SentFile, *, headings: tuple[tuple[str, str], ...] = ()) -> Source:
    """The file as readers see it. Raises: DomainError upload_gone where it is no longer there."""
    place = _place(home, sent.digest)
    if not place.is_file():
        raise DomainError(f"{sent.name} is no longer kept. Send it again.", code="upload_gone", name=sent.name)
    return Source(sent.name, sent.size, lambda: place.open("rb"), str(place), headings)


def clean_name(name: str) -> str:
    """The last part of a name without what could be a path, a control or turn the direction of writing.

    >>> clean_name("../../etc/passwd"), clean_name("C:\\\\list\\u202excod.xlsx"), clean_name("/")
    ('passwd', 'listxcod.xlsx', '未命名')
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name).rstrip("/\\"))[-1]
    kept = "".join(mark for mark in last if unicodedata.category(mark)[0] != "C" or mark == " ").strip(" .")
    if len(kept) > LONGEST_NAME:
        stem, dot, suffix = kept.rpartition(".")
        kept = f"{stem[: LONGEST_NAME - 10]}{dot}{suffix[:9]}" if dot else kept[:LONGEST_NAME]
    return kept or "未命名"


def too_large(most_bytes: int) -> DomainError:
    """What is said of a file beyond the limit."""
    most = most_bytes >> 20
    return DomainError(
        f"The file is larger than {most} MB. Split it, or import it by panhuo import on the server.",
        code="upload_too_large",
        most_mb=most,
    )


def _place(home: Home, digest: str) -> Path:
    if not _DIGEST.fullmatch(digest):
        raise ValueError("no digest")
    return home.root / FOLDER / digest[:2] / digest
