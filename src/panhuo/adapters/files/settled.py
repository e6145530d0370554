"""Files that a power cut may meet: brought to the disk before another file names them, and known when they are spoilt.

A file that was written and not yet brought to the disk may stand there empty or full of zeros after a power cut,
under its right name. What names other files is therefore written last, and says how they must look.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from struct import error as StructError
from tokenize import TokenError
from typing import Any
from zipfile import BadZipFile

UNREADABLE = (
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    EOFError,
    MemoryError,
    RuntimeError,
    SyntaxError,
    BadZipFile,
    StructError,
    TokenError,
    zlib.error,
)
"""What reading a file raises that was cut, emptied or changed: libraries notice it in many ways."""
AT_ONCE = 1 << 20


def settle(path: Path) -> None:
    """Bring a file, or a folder with all that is in it, to the disk; what is gone meanwhile is passed over."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return
    if path.is_dir():
        for inside in path.iterdir():
            settle(inside)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_settled(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON object in one rename; once it stands there, it stands there after a power cut, too."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as handle:
        json.dump(content, handle)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(draft, path)
    settle_entry(path)


def settle_entry(path: Path) -> None:
    """Bring the name of a file to the disk: the list of its folder."""
    descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def checksum(path: Path) -> int:
    """CRC of the contents."""
    found = 0
    with path.open("rb") as handle:
        while read := handle.read(AT_ONCE):
            found = zlib.crc32(read, found)
    return found


def sizes(folder: Path, names: Iterable[str]) -> dict[str, int]:
    """Bytes of each file. Raises: OSError where one is missing."""
    return {name: (folder / name).stat().st_size for name in names}
