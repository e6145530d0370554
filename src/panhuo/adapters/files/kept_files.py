"""Papers and uploads of a home held against the register; what it does not name is put aside, not away."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from panhuo.adapters.files import attachments, uploads
from panhuo.adapters.files.home import Home

ASIDE = "set-aside"
"""Folder of a home for files that nothing names; no backup takes it, and people empty it."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Held:
    """What was found: missing and changed as the register names them, loose files that it does not name."""

    missing: tuple[str, ...]
    changed: tuple[str, ...]
    loose: tuple[Path, ...]


def look_through(home: Home, folder: str, named: Iterable[str], *, before: float) -> Held:
    """Read every named file of a folder against its digest.

    folder: attachments.FOLDER or uploads.FOLDER; named: file names as they lie there, which begin with a digest;
    before: seconds since the epoch: a loose file that came later may be on its way into the register.
    """
    wanted = set(named)
    missing, changed = [], []
    for name in sorted(wanted):
        path = home.root / folder / name[:2] / name
        if not path.is_file():
            missing.append(name)
        elif _digest(path) != name.partition(".")[0]:
            changed.append(name)
    loose = [path for path in _files(home.root / folder) if path.name not in wanted and _changed_at(path) < before]
    return Held(tuple(missing), tuple(changed), tuple(loose))


def put_aside(home: Home, paths: Iterable[Path], *, called: str) -> int:
    """Move files out of the way, each under its own name below set-aside/<called>; gives how many."""
    moved = 0
    for path in paths:
        place = home.root / ASIDE / called / path.relative_to(home.root)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.replace(path, place)
        moved += 1
    return moved


def paper_name(name: str, digest: str) -> str:
    """Name under which a paper lies among the attachments."""
    return f"{digest}{Path(name).suffix.lower()}"


def _files(folder: Path) -> Iterator[Path]:
    """Files that we put there: under a digest, or a draft that a killed process left."""
    for path in sorted(folder.rglob("*")):
        is_ours = _DIGEST.fullmatch(path.name.partition(".")[0]) or path.name.startswith(".new-")
        if is_ours and path.is_file() and not path.is_symlink():
            yield path


def _changed_at(path: Path) -> float:
    return path.stat().st_mtime


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


FOLDERS = (attachments.FOLDER, uploads.FOLDER)
