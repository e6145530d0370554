"""The two hashes a log may be built on. Source: RFC 6962 section 2.1 for the prefixes, GB/T 32905-2016 for SM3."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from panhuo.terms.errors import DomainError

HASHES: Final = ("sha256", "sm3")
SIZE: Final = 32
"""Bytes of a digest of either hash."""
_LEAF, _NODE = b"\x00", b"\x01"


@dataclass(frozen=True, slots=True)
class TreeHash:
    """name: sha256 or sm3. Leaves and nodes begin with different bytes, so that no node can pass for an entry."""

    name: str
    new: Callable[[bytes], Any]

    def leaf(self, content: bytes) -> bytes:
        """Digest of an entry's bytes: H(00 || content), 32 bytes."""
        return bytes(self.new(_LEAF + content).digest())

    def leaves(self, contents: Iterable[bytes]) -> list[bytes]:
        """leaf() of many; the loop that verifying a long log spends its time in."""
        new = self.new
        return [new(_LEAF + content).digest() for content in contents]

    def node(self, left: bytes, right: bytes) -> bytes:
        """Digest of two digests: H(01 || left || right), 32 bytes."""
        return bytes(self.new(_NODE + left + right).digest())

    def level(self, below: list[bytes]) -> list[bytes]:
        """Nodes over pairs, one level up; an even count of digests is asked for."""
        new, one = self.new, iter(below)
        return [new(_NODE + left + right).digest() for left, right in zip(one, one, strict=True)]

    @property
    def nothing(self) -> bytes:
        """Root of a tree without entries: H of nothing."""
        return bytes(self.new(b"").digest())


def tree_hash(name: str) -> TreeHash:
    """The hash of that name. Raises: DomainError unknown_hash, no_sm3.

    >>> tree_hash("sha256").nothing.hex()[:16]
    'e3b0c44298fc1c14'
    """
    if name == "sha256":
        return TreeHash(name, hashlib.sha256)
    if name != "sm3":
        raise DomainError(
            f"A log is built on one of {', '.join(HASHES)}; {name!r} is none of them. Set PANHUO_LOG_HASH to one of "
            "these before the first entry.",
            code="unknown_hash",
            name=name,
        )
    try:
        first = hashlib.new("sm3", b"")
    except ValueError:
        raise DomainError(
            "This machine's OpenSSL has no SM3, which this log is built on. Use a Python whose OpenSSL has it "
            "(openssl dgst -sm3 says so), or verify on another machine.",
            code="no_sm3",
        ) from None

    def new(content: bytes) -> Any:
        found = first.copy()  # a copy is half as dear as asking OpenSSL for the hash by its name
        found.update(content)
        return found

    return TreeHash(name, new)
