"""Reports and other papers in the home's folder attachments, each under the digest of its bytes."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from panhuo.adapters.files.home import Home
from panhuo.adapters.writers.atomic import whole_file
from panhuo.terms.errors import DomainError

FOLDER = "attachments"
SUFFIXES = frozenset((".pdf", ".docx", ".xlsx", ".ofd", ".wps", ".doc", ".jpg", ".png", ".zip", ".html", ".json"))
"""Kinds of paper that offices keep; programs are none."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that is put away, or can be. digest: SHA-256 of its bytes; size: bytes."""

    name: str
    digest: str
    size: int


def look_at(path: Path) -> KeptFile:
    """What a file would be kept as. Raises: DomainError missing_file, empty_file, not_a_paper."""
    if not path.is_file():
        raise DomainError(f"{path} does not exist or is no file.", code="missing_file", file=str(path))
    if path.suffix.lower() not in SUFFIXES:
        known = " ".join(sorted(SUFFIXES))
        raise DomainError(
            f"{path} is no paper that is kept. Kept are {known}.",
            code="not_a_paper",
            file=str(path),
            name=path.name,
            kinds=known,
        )
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
            size += len(block)
    if not size:
        raise DomainError(f"{path} is empty. Name the report itself.", code="empty_file", file=str(path))
    return KeptFile(path.name, digest.hexdigest(), size)


def place_of(home: Home, kept: KeptFile) -> Path:
    """Where a kept file lies."""
    return home.root / FOLDER / kept.digest[:2] / f"{kept.digest}{Path(kept.name).suffix.lower()}"


def put_away(home: Home, path: Path, kept: KeptFile) -> Path:
    """Copy the file to its place; one that lies there already stays. Raises: DomainError cannot_write."""
    place = place_of(home, kept)
    if not place.exists():
        with whole_file(place) as draft:
            shutil.copyfile(path, draft)
    return place
