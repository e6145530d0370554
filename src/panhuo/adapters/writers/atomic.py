"""A file appears whole or not at all: written beside its place, then renamed over it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from panhuo.terms.errors import DomainError


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a path to write to; when the block ends well it becomes `path`, else nothing of it stays.

    The folder of `path` is made where it is missing; scratch files of the writer may lie beside the draft.
    Raises: DomainError code cannot_write when the place cannot be written to.
    """
    scratch = _scratch(path)
    draft = scratch / path.name
    try:
        yield draft
        with draft.open("rb") as handle:
            os.fsync(handle.fileno())
        os.replace(draft, path)
    except OSError as error:
        raise _cannot(path, error) from error
    finally:
        for left in scratch.glob("*"):
            left.unlink()
        scratch.rmdir()


def check_place(path: Path) -> None:
    """Find out before any work whether whole_file will find its place. Raises: DomainError code cannot_write."""
    _scratch(path).rmdir()


def _scratch(path: Path) -> Path:
    """A new folder beside the place of the file."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(21, "it is a folder", str(path))
        return Path(mkdtemp(prefix=f".{path.stem}.", dir=path.parent))
    except OSError as error:
        raise _cannot(path, error) from None


def _cannot(path: Path, error: OSError) -> DomainError:
    return DomainError(
        f"{path} cannot be written: {error.strerror or error}. Name another place, or make room.",
        code="cannot_write",
        file=str(path),
    )
