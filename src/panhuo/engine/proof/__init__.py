"""The action log as a proof: entries as bytes, their Merkle tree, its head, proofs and what a bundle lacks.

Nothing here knows a database, a file or a key: adapters bring bytes, desk stores them.
"""

from panhuo.engine.proof.entry import Entry, canonical, entry_code, read_entry
from panhuo.engine.proof.heads import Head, read_head, read_note
from panhuo.engine.proof.tree import Frontier, consistency_path, inclusion_path, root_of
from panhuo.engine.proof.tree_hash import HASHES, TreeHash, tree_hash
from panhuo.engine.proof.walked import check_consistency, check_inclusion

__all__ = [
    "HASHES",
    "Entry",
    "Frontier",
    "Head",
    "TreeHash",
    "canonical",
    "check_consistency",
    "check_inclusion",
    "consistency_path",
    "entry_code",
    "inclusion_path",
    "read_entry",
    "read_head",
    "read_note",
    "root_of",
    "tree_hash",
]
