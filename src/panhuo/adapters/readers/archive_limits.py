"""What an archive may cost, and where its inflated bytes are held while they are read."""

from __future__ import annotations

import io
import os
import tempfile
import weakref
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

from panhuo.adapters.readers.protocol import RefusedFile

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK = 1 << 18
IN_MEMORY = 8 << 20
"""Inflated bytes up to here stay in memory; more goes to a temporary file without a name."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one archive may hold.

    members: entries, folders included. total_bytes: inflated, all levels together.
    ratio: inflated by packed bytes, judged once ratio_from bytes are inflated (short runs of blanks are
        honest).
    directory_bytes: of a zip's central directory, which is read into memory.
    """

    members: int = 100_000
    total_bytes: int = 4 << 30
    ratio: int = 100
    ratio_from: int = 32 << 20
    directory_bytes: int = 32 << 20


ARCHIVE = Limits()
WORKBOOK = Limits(members=5_000, total_bytes=1 << 30, directory_bytes=4 << 20)
"""A workbook is read into memory as a whole, so it may hold less."""


def refused(name: str, code: str, why: str) -> RefusedFile:
    """The exception for a whole archive; why: sentences that follow the file's name."""
    return RefusedFile(f"{name} {why}", code=code, file=name)


class Budget:
    """Inflated bytes still allowed to an archive and what is nested in it."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.spent = 0
        self.members = 0

    def check(self, name: str, *, inflated: int, packed: int) -> None:
        """Raise RefusedFile if so many bytes out of so few would break a limit; nothing is spent."""
        limits = self.limits
        if self.spent + inflated > limits.total_bytes:
            raise refused(
                name,
                "archive_too_large",
                f"would inflate to more than {limits.total_bytes >> 20} MB. "
                "Split it, or unpack it and import the folder.",
            )
        if inflated > limits.ratio_from and inflated > limits.ratio * max(packed, 1):
            raise refused(
                name,
                "archive_bomb",
                f"would inflate to more than {limits.ratio} times its size, as archive bombs do. "
                "If it is honest, unpack it and import the folder.",
            )

    def spend(self, name: str, *, inflated: int, packed: int) -> None:
        """Check, then count the bytes as spent."""
        self.check(name, inflated=inflated, packed=packed)
        self.spent += inflated

    def count(self, name: str, members: int) -> None:
        """Count entries; raises RefusedFile beyond the limit."""
        self.members += members
        if self.members > self.limits.members:
            raise refused(
                name,
                "archive_too_many_members",
                f"holds more than {self.limits.members} entries. Split it, or unpack it and import the folder.",
            )


class Held:
    """Inflated bytes of one member, in memory or in a nameless temporary file; gives any number of views."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._bytes = b""
        self._fd: int | None = None
        self.size = 0
        start = io.BytesIO()
        file: BinaryIO | None = None
        try:
            for chunk in chunks:
                self.size += len(chunk)
                if file is None and self.size > IN_MEMORY:
                    file = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - closed below, descriptor kept
                    file.write(start.getbuffer())
                    start = io.BytesIO()
                (file or start).write(chunk)
            if file is None:
                self._bytes = start.getvalue()
            else:
                file.flush()
                self._fd = os.dup(file.fileno())
                weakref.finalize(self, os.close, self._fd)
        finally:
            if file is not None:
                file.close()

    def open(self) -> BinaryIO:
        """A fresh seekable stream from the first byte."""
        if self._fd is None:
            return io.BytesIO(self._bytes)
        return cast(BinaryIO, io.BufferedReader(_View(self, self._fd), 1 << 15))


class _View(io.RawIOBase):
    """Position of its own over a shared descriptor."""

    def __init__(self, held: Held, fd: int) -> None:
        super().__init__()
        self._held, self._fd, self._at = held, fd, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, target: WriteableBuffer) -> int:
        view = memoryview(target).cast("B")
        got = os.pread(self._fd, len(view), self._at)
        view[: len(got)] = got
        self._at += len(got)
        return len(got)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._held.size}[whence]
        self._at = max(0, base + offset)
        return self._at


class Window(io.RawIOBase):
    """Part of another stream, which it owns and closes."""

    def __init__(self, stream: BinaryIO, start: int, size: int) -> None:
        super().__init__()
        self._stream, self._start, self._size, self._at = stream, start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, target: WriteableBuffer) -> int:
        view = memoryview(target).cast("B")
        self._stream.seek(self._start + self._at)
        got = self._stream.read(max(0, min(len(view), self._size - self._at)))
        view[: len(got)] = got
        self._at += len(got)
        return len(got)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()
