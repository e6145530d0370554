"""The tree in its tables: rows as entries, subtrees that were kept, paths of proofs. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from panhuo.engine.proof import Entry, Frontier, canonical, tree_hash
from panhuo.engine.proof.tree import consistency_path, inclusion_path
from panhuo.engine.proof.tree_hash import HASHES, TreeHash
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.desk.history.models import LoggedAction

TREE = 1
"""Key of the tree's one row."""
BATCH = 2_000


def entry_of(row: LoggedAction) -> Entry:
    """A row as the engine knows it."""
    return Entry(
        number=row.number,
        at=row.made_at,
        day=row.day,
        actor=row.actor,
        role=row.role,
        subject=row.subject,
        act=row.act,
        reason=row.reason,
        before=row.before,
        after=row.after,
        data=row.data,
    )


def chosen_hash() -> str:
    """The hash that the settings ask for, "" where they leave it open. Raises: DomainError unknown_hash, no_sm3."""
    from django.conf import settings

    name = str(settings.LOG_HASH)
    return tree_hash(name).name if name else ""


def hash_of(name: str, size: int) -> TreeHash:
    """The hash that a tree of that hash and size is built on, before its first entry the one it will be.

    Raises: DomainError unknown_hash, no_sm3; log_hash_fixed where the settings ask for another than the tree has.
    """
    asked = chosen_hash()
    if not size:
        return tree_hash(asked or HASHES[0])
    if asked not in ("", name):
        raise DomainError(
            f"The log of this installation is built on {name}, and PANHUO_LOG_HASH asks for {asked}. It keeps "
            f"the hash of its first entry: set PANHUO_LOG_HASH to {name}, or leave it out.",
            code="log_hash_fixed",
        )
    return tree_hash(name)


def current_tree() -> Frontier:
    """The tree as the committed entries have it."""
    from panhuo.desk.history.models import LogTree

    tree = LogTree.objects.filter(pk=TREE).first()
    if tree is None:
        return Frontier(hash_of("", 0), 0, [])
    return Frontier.read(hash_of(tree.hash, tree.size), tree.size, bytes(tree.tops))


def tree_of_size(size: int) -> Frontier:
    """The tree as it was when it had so many entries, from what is stored. Raises: OutOfRange."""
    from panhuo.engine.proof.tree import range_root

    frontier = current_tree()
    if size == frontier.size:
        return frontier
    tops, first = [], 0
    while first < size:
        count = 1 << ((size - first).bit_length() - 1)
        tops.append(range_root(frontier.hash, stored_nodes, first, first + count))
        first += count
    return Frontier(frontier.hash, size, tops)


def stored_nodes(level: int, first: int, count: int) -> list[bytes]:
    """engine.proof.tree.Nodes from the tables. Raises: DomainError log_incomplete."""
    from panhuo.desk.history.models import LoggedAction, LogNode

    found: QuerySet[Any, Any]
    if level == 0:
        rows = LoggedAction.objects.filter(number__gt=first, number__lte=first + count).order_by("number")
        found = rows.values_list("leaf", flat=True)
    else:
        nodes = LogNode.objects.filter(level=level, number__gte=first, number__lt=first + count).order_by("number")
        found = nodes.values_list("digest", flat=True)
    digests = [bytes(one) for one in found]
    if len(digests) != count:
        raise DomainError(
            f"The log lacks rows that were in it: {len(digests)} of {count} at level {level} from {first} on. Export "
            "it and verify the bundle, then restore the register from a copy.",
            code="log_incomplete",
        )
    return digests


def path_to(number: int, size: int) -> list[bytes]:
    """From entry `number` (1, 2, ...) to the head of `size` entries. Raises: OutOfRange, DomainError log_incomplete."""
    return inclusion_path(current_tree().hash, stored_nodes, number - 1, size)


def path_between(old: int, size: int) -> list[bytes]:
    """That the head of `old` entries comes before that of `size`. Raises: OutOfRange, DomainError log_incomplete."""
    return consistency_path(current_tree().hash, stored_nodes, old, size)


def lines(first: int, last: int) -> Iterator[tuple[bytes, bytes]]:
    """(bytes of the entry, its stored leaf hash) of entries first to last, as the rows have them now."""
    from panhuo.desk.history.models import LoggedAction

    found = LoggedAction.objects.filter(number__gte=first, number__lte=last).order_by("number")
    for row in found.iterator(chunk_size=BATCH):
        yield canonical(entry_of(row)), bytes(row.leaf)
