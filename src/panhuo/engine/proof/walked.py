"""Proofs walked by somebody who has no log. Source: RFC 9162 sections 2.1.3.2 and 2.1.4.2."""

from __future__ import annotations

from collections.abc import Sequence

from panhuo.engine.proof.tree_hash import SIZE, TreeHash


def check_inclusion(
    hash: TreeHash,  # noqa: A002 - the tree's own word
    *,
    leaf: bytes,
    number: int,
    size: int,
    path: Sequence[bytes],
    root: bytes,
) -> bool:
    """Whether entry `number` (from 0) with this leaf hash is in the tree of that size and root. Never raises."""
    if not 0 <= number < size or any(len(one) != SIZE for one in (leaf, root, *path)):
        return False
    place, last, digest = number, size - 1, leaf
    for one in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            digest = hash.node(one, digest)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            digest = hash.node(digest, one)
        place, last = place >> 1, last >> 1
    return last == 0 and digest == root


def check_consistency(
    hash: TreeHash,  # noqa: A002 - the tree's own word
    *,
    old_size: int,
    old_root: bytes,
    size: int,
    root: bytes,
    path: Sequence[bytes],
) -> bool:
    """Whether the tree of (size, root) begins with all entries of the tree of (old_size, old_root). Never raises."""
    if not 0 <= old_size <= size or any(len(one) != SIZE for one in (old_root, root, *path)):
        return False
    if old_size == size:
        return not path and old_root == root
    if old_size == 0:
        return not path and old_root == hash.nothing
    steps = [old_root, *path] if old_size & (old_size - 1) == 0 else list(path)
    if not steps:
        return False
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for one in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = hash.node(one, old), hash.node(one, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = hash.node(new, one)
        place, last = place >> 1, last >> 1
    return last == 0 and old == old_root and new == root
