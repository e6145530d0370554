"""Term vectors kept on disk: append-only records under their content, safe against a kill at any moment.

A record is a digest of model and term (16 bytes), the vector in half precision, and a CRC. A torn or spoilt record
is never read; the next append cuts a torn tail off. Losing the file costs time only. Only vectors that say something
are kept: one of zeros is asked for again, one that holds no numbers is refused.
"""

from __future__ import annotations

import fcntl
import os
import zlib
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np

from panhuo.engine.ports import Floats, Progress, TermEncoder
from panhuo.terms.errors import DomainError

KEY = 16
CRC = 4
SHOWN = 20
"""Characters of a term that a message shows."""
AT_ONCE = 256
"""Terms embedded between two appends: what a kill can cost, some seconds of work."""


class CachedTerms:
    """A TermEncoder over another one that asks it only for terms it has not seen."""

    def __init__(self, inner: TermEncoder, path: Path, *, progress: Progress | None = None) -> None:
        self.model = inner.model
        self.dimensions = inner.dimensions
        self._inner = inner
        self._path = path
        self._progress = progress
        self._record = np.dtype([("key", f"S{KEY}"), ("vector", np.float16, (inner.dimensions,)), ("crc", np.uint32)])
        self._known: dict[bytes, Floats] = {}
        self._read_up_to = 0

    def encode(self, terms: Sequence[str]) -> Floats:
        """Unit vectors in half precision, whether just made or read: the answer is the same."""
        self._read()
        keys = [self._key(term) for term in terms]
        lacking = dict(
            sorted({key: term for key, term in zip(keys, terms, strict=True) if key not in self._known}.items())
        )
        by_length = sorted(lacking.items(), key=lambda pair: (len(pair[1]), pair[1]))
        for start in range(0, len(by_length), AT_ONCE):
            if self._progress:
                self._progress("terms", start, len(by_length))
            self._make(by_length[start : start + AT_ONCE])
        if by_length and self._progress:
            self._progress("terms", len(by_length), len(by_length))
        if not keys:
            return np.zeros((0, self.dimensions), np.float32)
        return np.stack([self._known[key] for key in keys])

    def __len__(self) -> int:
        self._read()
        return len(self._known)

    def _key(self, term: str) -> bytes:
        # a digest that ends in a zero byte would come back shorter from a fixed-width field
        digest = blake2b(f"{self.model}\0{term}".encode(), digest_size=KEY).digest()
        return digest.replace(b"\0", b"\1")

    def _make(self, batch: Sequence[tuple[bytes, str]]) -> None:
        with np.errstate(over="ignore"):  # what half precision cannot hold is refused below
            vectors = self._inner.encode([term for _, term in batch]).astype(np.float16)
        for (_, term), vector in zip(batch, vectors, strict=True):
            if not np.isfinite(vector).all():
                raise DomainError(
                    f"{self.model} gave a vector that holds no numbers for {term[:SHOWN]!r}. Nothing of it was kept; "
                    "call again, or choose another encoder: panhuo encoder NAME.",
                    code="no_vector",
                )
        says = np.abs(vectors).max(axis=1, initial=0.0) > 0
        rows = np.zeros(int(says.sum()), self._record)
        rows["key"] = [key for (key, _), kept in zip(batch, says, strict=True) if kept]
        rows["vector"] = vectors[says]
        rows["crc"] = [self._crc(row) for row in rows]
        self._append(rows.tobytes())
        self._known |= {key: vector.astype(np.float32) for (key, _), vector in zip(batch, vectors, strict=True)}

    def _crc(self, row: np.void) -> int:
        return zlib.crc32(row.tobytes()[:-CRC])

    def _append(self, data: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            size = os.fstat(descriptor).st_size
            whole = size - size % self._record.itemsize
            if whole != size:
                os.ftruncate(descriptor, whole)
            os.pwrite(descriptor, data, whole)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _read(self) -> None:
        for row in self._new_rows():
            is_sound = self._crc(row) == int(row["crc"]) and np.isfinite(row["vector"]).all() and row["vector"].any()
            if is_sound:
                self._known.setdefault(bytes(row["key"]), row["vector"].astype(np.float32))

    def _new_rows(self) -> Iterator[np.void]:
        try:
            size = self._path.stat().st_size
        except FileNotFoundError:
            return
        whole = size - size % self._record.itemsize
        if whole <= self._read_up_to:
            return
        with self._path.open("rb") as handle:
            handle.seek(self._read_up_to)
            data = handle.read(whole - self._read_up_to)
        self._read_up_to = whole
        yield from np.frombuffer(data, self._record)
