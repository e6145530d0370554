"""Whether the log in the tables is whole: what `panhuo log verify` finds in a bundle, found where the entries lie."""

from __future__ import annotations

from pathlib import Path

from panhuo.desk.history.log_store import BATCH, current_tree, entry_of
from panhuo.engine.proof import Frontier, canonical, read_note

MOST = 20
"""Faults that are told: after so many the first ones say enough."""


def log_faults(home: Path) -> list[str]:
    """What does not agree among entries, tree, kept subtrees and heads, each as a sentence; none where all is whole.

    Entries that come while it looks are left out. home: folder with the key, against which heads are held.
    """
    from panhuo.desk.history.models import LoggedAction, LogHead, LogNode

    tree = current_tree()
    kept_nodes = LogNode.objects.values_list("level", "number", "digest")
    nodes = {(level, number): bytes(digest) for level, number, digest in kept_nodes}
    heads = {head.size: head.note for head in LogHead.objects.all()}
    walked, found = Frontier(tree.hash, 0, []), list[str]()
    for row in LoggedAction.objects.filter(number__lte=tree.size).order_by("number").iterator(chunk_size=BATCH):
        if row.number != walked.size + 1:
            found.append(f"entry {walked.size + 1} is gone")
            break
        if tree.hash.leaf(canonical(entry_of(row))) != bytes(row.leaf):
            found.append(f"entry {row.number} was changed")
        for kept in walked.append(bytes(row.leaf)):
            if nodes.get((kept.level, kept.index)) != kept.digest:
                found.append(f"the subtree {kept.level}/{kept.index} is not that of its entries")
        if walked.size in heads:
            found += _head_faults(heads[walked.size], walked, home)
        if len(found) >= MOST:
            return found
    if walked.size < tree.size:
        return found or [f"entry {walked.size + 1} is gone"]
    if walked.stored() != tree.stored():
        found.append("the tree is not that of its entries")
    found += [
        f"a head of {size} entries was handed out, and the log has {tree.size}" for size in heads if size > tree.size
    ]
    return found


def _head_faults(text: str, walked: Frontier, home: Path) -> list[str]:
    """A head that was handed out, against the tree of as many entries and the key of the home."""
    from panhuo.adapters.proofs.keys import is_signed, log_key

    note = read_note(text)
    found = []
    if (note.head.size, note.head.root) != (walked.size, walked.root()):
        found.append(f"the head of {walked.size} entries that was handed out is not that of these entries")
    if (home / "log-key.pem").is_file() and not is_signed(note, log_key(home, make=False).public):
        found.append(f"the head of {walked.size} entries was not signed with the key of this home")
    return found
