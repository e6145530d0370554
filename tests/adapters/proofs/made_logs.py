"""Logs made without a database: entries, heads, bundles in memory, and somebody who tampers with them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from panhuo.adapters.proofs import bundle_files as names
from panhuo.adapters.proofs.keys import LogKey, public_key
from panhuo.engine.proof import Entry, Frontier, Head, TreeHash, canonical, tree_hash
from panhuo.engine.proof.tree import Nodes, consistency_path

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def made_key(seed: int = 1) -> LogKey:
    private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    return LogKey(private, public_key(private))


KEY = made_key()


def made_entry(number: int, *, reason: str = "", seed: int = 0) -> Entry:
    return Entry(
        number=number,
        at=NOON + timedelta(seconds=number),
        day=date(2026, 11, 23),
        actor=f"官员{number % 7}",
        role="office",
        subject=f"case:PG{number % 50:06d}",
        act="graded",
        reason=reason,
        before={"grade": "B"},
        after={"grade": "A"},
        data={"seed": seed, "points": "81.5"},
    )


def made_lines(count: int, *, seed: int = 0) -> list[bytes]:
    return [canonical(made_entry(number, seed=seed)) for number in range(1, count + 1)]


def made_head(lines: list[bytes], *, key: LogKey = KEY, hash: TreeHash | None = None) -> str:
    tree = Frontier(hash or tree_hash("sha256"), 0, [])
    tree.extend(tree.hash.leaves(lines))
    head = Head(key.public.name, tree.size, tree.root(), tree.hash.name, NOON + timedelta(days=len(lines)))
    return key.sign(head)


def nodes_of(hash: TreeHash, lines: list[bytes]) -> Nodes:
    leaves = hash.leaves(lines)
    stored = {(0, number): leaf for number, leaf in enumerate(leaves)}
    tree = Frontier(hash, 0, [])
    for leaf in leaves:
        stored.update({(one.level, one.index): one.digest for one in tree.append(leaf)})
    return lambda level, first, count: [stored[level, first + one] for one in range(count)]


@dataclass
class Made(names.BundleFiles):
    """A bundle in memory."""

    files: dict[str, bytes] = field(default_factory=dict)

    def names(self) -> list[str]:
        return sorted(self.files)

    def find(self, name: str) -> bytes | None:
        return self.files.get(name)


def made_bundle(
    lines: list[bytes], *, earlier: tuple[int, ...] = (), key: LogKey = KEY, leaves: list[bytes] | None = None,
    head: str | None = None, hash: TreeHash | None = None,
) -> Made:  # fmt: skip
    """leaves, head: those told where they are not those of the lines."""
    tree = hash or tree_hash("sha256")
    nodes = nodes_of(tree, lines)
    proofs = {
        str(size): [one.hex() for one in consistency_path(tree, nodes, size, len(lines))]
        for size in earlier
        if size <= len(lines)
    }
    files = {
        names.MANIFEST: json.dumps({"format": names.FORMAT}).encode(),
        names.HEAD: (head or made_head(lines, key=key, hash=tree)).encode(),
        names.KEY: key.public.text().encode(),
        names.LEAVES: b"".join(tree.leaves(lines) if leaves is None else leaves),
        names.CONSISTENCY: json.dumps(proofs).encode(),
        names.RECEIPTS: b"[]",
    }
    for start in range(0, len(lines), names.PART_ENTRIES):
        part = lines[start : start + names.PART_ENTRIES]
        files[names.part_name(start // names.PART_ENTRIES)] = b"".join(one + b"\n" for one in part)
    for size in earlier:
        files[names.head_name(size)] = made_head(lines[:size], key=key, hash=tree).encode()
    return Made(files)


KINDS = ("edited", "deleted", "inserted", "swapped", "truncated", "rewritten")
STRENGTHS = ("lines", "leaves", "key")
"""What the tamperer can do: change the entries; write the leaf hashes anew, too; sign a new head with the true key."""


def tampered(lines: list[bytes], kind: str, chance: Random) -> tuple[list[bytes], int, int]:
    """Lines with one thing done to them, and the first and last entry it was done to."""
    found, place = list(lines), chance.randrange(len(lines) - 1)
    if kind == "edited":
        found[place] = canonical(replace(made_entry(place + 1), actor="别人"))
    elif kind == "deleted":
        del found[place]
    elif kind == "inserted":
        found.insert(place, canonical(made_entry(place + 1, reason="塞进来")))
    elif kind == "swapped":
        other = chance.randrange(place + 1, len(lines))
        found[place], found[other] = found[other], found[place]
        return found, place + 1, other + 1
    elif kind == "truncated":
        del found[place:]
        return found, place + 1, len(lines)
    else:
        found = made_lines(len(lines), seed=chance.randrange(1, 1 << 30))
        return found, 1, len(lines)
    return found, place + 1, place + 1
