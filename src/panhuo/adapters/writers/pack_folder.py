"""The folder of a pack appears whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp

from panhuo.rules import BadPack, Pack, load_pack
from panhuo.terms.errors import DomainError


def write_pack(folder: Path, files: Mapping[str, str]) -> Pack:
    """Write a new pack's files (path inside it -> text) and load it; a pack that does not load is taken away again.

    Raises: DomainError folder_exists, cannot_write; BadPack with file and line.
    """
    if folder.exists():
        raise DomainError(
            f"{folder} is there already; a pack is never written over. Name another with --as or --to, or move it.",
            code="folder_exists",
            file=str(folder),
        )
    scratch: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        draft = scratch / folder.name
        for name, text in files.items():
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w", encoding="utf-8", newline="") as handle:
                handle.write(text)
                handle.flush()
                os.fsync(handle.fileno())
        os.rename(draft, folder)
    except OSError as error:
        raise DomainError(
            f"{folder} cannot be written: {error.strerror or error}. Name another place with --to, or make room.",
            code="cannot_write",
            file=str(folder),
        ) from error
    finally:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
    try:
        return load_pack(folder)
    except BadPack:
        shutil.rmtree(folder)
        raise
