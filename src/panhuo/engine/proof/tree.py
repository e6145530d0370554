"""A Merkle tree that only grows. Source: RFC 6962 section 2.1, RFC 9162 section 2.1 (algorithms of proofs).

A tree of n entries is cut at the largest power of two below n, again and again; every complete subtree of 2**level
entries never changes once it is full. Of these we keep those whose level is a multiple of STEP, as the tiles of the
C2SP specification tlog-tiles do; the others are worked out from at most 2**(STEP - 1) digests.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from panhuo.engine.proof.tree_hash import SIZE, TreeHash
from panhuo.terms.errors import OutOfRange

STEP: Final = 8
Nodes = Callable[[int, int, int], Sequence[bytes]]
"""(level, first, count) -> digests of complete subtrees of 2**level entries, from number `first` (from 0) on; level is
a multiple of STEP, level 0 are the leaf hashes."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A digest to be stored: subtree number `index` (from 0) of 2**level entries."""

    level: int
    index: int
    digest: bytes


@dataclass(slots=True)
class Frontier:
    """Roots of the complete subtrees that a tree of `size` entries consists of, largest first: all that growing needs.

    tops: as many digests as size has ones in binary.
    """

    hash: TreeHash
    size: int
    tops: list[bytes]

    @classmethod
    def read(cls, hash: TreeHash, size: int, stored: bytes) -> Frontier:  # noqa: A002 - the tree's own word
        """From its digests one after the other. Raises: OutOfRange where their count is not that of size."""
        if len(stored) != SIZE * size.bit_count():
            raise OutOfRange(f"A tree of {size} entries has {size.bit_count()} tops, not {len(stored) / SIZE:g}.")
        return cls(hash, size, [bytes(stored[start : start + SIZE]) for start in range(0, len(stored), SIZE)])

    def append(self, leaf: bytes) -> list[Kept]:
        """Add one leaf hash; gives the subtrees it completes that are kept: none for 255 of 256 entries."""
        kept = []
        digest, level, size = leaf, 0, self.size
        while size & 1:
            digest = self.hash.node(self.tops.pop(), digest)
            level, size = level + 1, size >> 1
            if level % STEP == 0:
                kept.append(Kept(level, size, digest))
        self.tops.append(digest)
        self.size += 1
        return kept

    def root(self) -> bytes:
        """Head of the tree as it stands: 32 bytes."""
        if not self.tops:
            return self.hash.nothing
        digest = self.tops[-1]
        for top in reversed(self.tops[:-1]):
            digest = self.hash.node(top, digest)
        return digest

    def stored(self) -> bytes:
        """tops one after the other, for read()."""
        return b"".join(self.tops)

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Add many leaf hashes, whole subtrees at a time."""
        done = 0
        while done < len(leaves):
            room = self.size & -self.size or len(leaves) - done
            count = 1 << (min(room, len(leaves) - done).bit_length() - 1)
            self._join(subtree(self.hash, leaves[done : done + count]), count)
            done += count

    def _join(self, digest: bytes, count: int) -> None:
        while self.size & count:
            digest = self.hash.node(self.tops.pop(), digest)
            self.size -= count
            count <<= 1
        self.tops.append(digest)
        self.size += count


def subtree(hash: TreeHash, digests: Sequence[bytes]) -> bytes:  # noqa: A002 - the tree's own word
    """Root over a power of two of digests."""
    level = list(digests)
    while len(level) > 1:
        level = hash.level(level)
    return level[0]


def root_of(hash: TreeHash, leaves: Sequence[bytes]) -> bytes:  # noqa: A002 - the tree's own word
    """Root over leaf hashes. Source: RFC 6962 section 2.1, MTH."""
    frontier = Frontier(hash, 0, [])
    frontier.extend(leaves)
    return frontier.root()


def range_root(hash: TreeHash, nodes: Nodes, first: int, end: int) -> bytes:  # noqa: A002 - the tree's own word
    """Root over entries first .. end - 1 (from 0) where `first` is where a subtree of the tree begins."""
    count = end - first
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        base = level // STEP * STEP
        return subtree(hash, nodes(base, first >> base, 1 << (level - base)))
    middle = first + _split(count)
    return hash.node(range_root(hash, nodes, first, middle), range_root(hash, nodes, middle, end))


def inclusion_path(hash: TreeHash, nodes: Nodes, number: int, size: int) -> list[bytes]:  # noqa: A002 - see above
    """Digests that lead from entry `number` (from 0) to the root of `size` entries, nearest first.

    Raises: OutOfRange. Source: RFC 9162 section 2.1.3.1.
    """
    if not 0 <= number < size:
        raise OutOfRange(f"A log of {size} entries has no entry {number + 1}. Ask for one of 1 to {size}.")
    path = []
    first, end = 0, size
    while end - first > 1:
        middle = first + _split(end - first)
        if number < middle:
            path.append(range_root(hash, nodes, middle, end))
            end = middle
        else:
            path.append(range_root(hash, nodes, first, middle))
            first = middle
    return path[::-1]


def consistency_path(hash: TreeHash, nodes: Nodes, old: int, size: int) -> list[bytes]:  # noqa: A002 - see above
    """Digests that show the first `old` of `size` entries to be those of the earlier head, 0 <= old <= size.

    Raises: OutOfRange. Source: RFC 9162 section 2.1.4.1.
    """
    if not 0 <= old <= size:
        raise OutOfRange(f"A log of {size} entries has no head of {old}.")
    if old in (0, size):
        return []
    path = []
    first, end, is_whole = 0, size, True
    while end != old:
        middle = first + _split(end - first)
        if old <= middle:
            path.append(range_root(hash, nodes, middle, end))
            end = middle
        else:
            path.append(range_root(hash, nodes, first, middle))
            first, is_whole = middle, False
    if not is_whole:
        path.append(range_root(hash, nodes, first, end))
    return path[::-1]


def _split(count: int) -> int:
    """The largest power of two below count, count above 1."""
    return 1 << ((count - 1).bit_length() - 1)
