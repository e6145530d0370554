"""Verify a bundle of the whole log, with nothing but the bundle and what one holds oneself: key, earlier heads."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from panhuo.adapters.proofs.bundle_files import (
    CONSISTENCY,
    FORMAT,
    HEAD,
    KEY,
    LEAVES,
    MANIFEST,
    RECEIPTS,
    BundleFiles,
    head_name,
    part_name,
)
from panhuo.adapters.proofs.keys import is_signed
from panhuo.adapters.proofs.receipts import BadStamp, check_receipt
from panhuo.adapters.proofs.report import Report
from panhuo.engine.proof.entry import line_start
from panhuo.engine.proof.findings import Fault, compared, misnumbered
from panhuo.engine.proof.heads import Note, PublicKey, read_key, read_note
from panhuo.engine.proof.tree import Frontier, root_of
from panhuo.engine.proof.tree_hash import SIZE, TreeHash, tree_hash
from panhuo.engine.proof.walked import check_consistency
from panhuo.terms.errors import DomainError

DEEPEST_PATH = 130
"""Digests: no proof of a tree that fits on a disk is longer."""


def verify_bundle(
    files: BundleFiles,
    *,
    key: PublicKey | None = None,
    earlier: Sequence[Note] = (),
    tsa_roots: bytes | None = None,
) -> Report:
    """Verify entries, head, earlier heads, consistency proofs and receipts of a bundle.

    Args: key: the log's public key as it was got from elsewhere; None for the one in the bundle. earlier: signed heads
    that somebody kept; each must be a head of this log's first entries. tsa_roots: PEM of the stamp authority's root.
    Raises: DomainError bad_bundle, bad_head, bad_key, no_sm3, no_rfc3161. What is wrong with the log is in the report.
    """
    if _mapping(files, MANIFEST).get("format") != FORMAT:
        raise DomainError(
            f"This bundle is not of the form {FORMAT}. Use the Panhuo that wrote it, or a newer one.",
            code="bad_bundle",
        )
    note = read_note(files.text(HEAD))
    used = key or read_key(files.text(KEY))
    report = Report("bundle", note.head, used, is_key_given=key is not None)
    is_head_signed = is_signed(note, used)
    if note.head.origin != used.name:
        report.add(Fault.OTHER_LOG, f"The head is one of {note.head.origin}; the key is that of {used.name}.")
    elif not is_head_signed:
        report.add(Fault.BAD_SIGNATURE, "The head is not signed with the log's key (or was changed).")
    kept = _kept_heads(files, report)
    asked = {one.head.size for one in (*kept.values(), *earlier)}
    walked = _walk(files, tree_hash(note.head.hash), asked)
    report.entries = walked.count
    is_same = (walked.count, walked.root) == (note.head.size, note.head.root)
    if not is_same:
        told = _diagnose(files, report, is_head_signed=is_head_signed)
        if told is not None:  # what the signed head commits to is known: earlier heads are held against that
            is_same, walked = True, _Walked(len(told), note.head.root)
            walked.roots = {one: root_of(tree_hash(note.head.hash), told[:one]) for one in asked if one <= len(told)}
    elif walked.misnumbered:
        number = walked.misnumbered
        report.add(Fault.BAD_NUMBER, f"The log itself numbers its entry {number} wrongly.", number, number)
    _hold_against(report, walked, [*kept.values(), *earlier], is_same=is_same)
    _consistency(files, report, kept)
    _receipts(files, report, {**{one.head.size: files.text(head_name(one.head.size)) for one in kept.values()},
                              note.head.size: files.text(HEAD)}, tsa_roots)  # fmt: skip
    return report


@dataclass(slots=True)
class _Walked:
    count: int = 0
    root: bytes = b""
    roots: dict[int, bytes] = field(default_factory=dict)
    misnumbered: int | None = None


def lines_of(files: BundleFiles) -> Iterator[list[bytes]]:
    """The lines of the entries, file by file. Raises: DomainError bad_bundle."""
    names = [name for name in files.names() if name.startswith("entries/")]
    if names != [part_name(number) for number in range(len(names))]:
        raise DomainError(
            f"This is no bundle of a log: its files of entries are {', '.join(names[:3])} ..., not "
            f"{part_name(0)} and so on. Take it as panhuo log export wrote it.",
            code="bad_bundle",
        )
    for name in names:
        lines = files.read(name).split(b"\n")
        if lines[-1]:
            yield lines  # cut off inside a line: its rest is an entry that is none
        else:
            yield lines[:-1]


def _walk(files: BundleFiles, hash: TreeHash, asked: set[int]) -> _Walked:  # noqa: A002 - the tree's own word
    """Hash all entries; roots at the sizes that were asked for as far as there are so many."""
    found = _Walked()
    frontier = Frontier(hash, 0, [])
    for lines in lines_of(files):
        first = found.count + 1
        leaves = hash.leaves(lines)
        if found.misnumbered is None:
            found.misnumbered = next(
                (n for n, line in enumerate(lines, first) if not line.startswith(line_start(n))), None
            )
        found.count += len(lines)
        start = 0
        for size in sorted(one for one in asked if first <= one <= found.count):
            frontier.extend(leaves[start : size - first + 1])
            start = size - first + 1
            found.roots[size] = frontier.root()
        frontier.extend(leaves[start:])
    found.roots[0] = hash.nothing
    found.root = frontier.root()
    return found


def _kept_heads(files: BundleFiles, report: Report) -> dict[int, Note]:
    """Earlier heads of the bundle by size; those that are none of this log are findings."""
    found = {}
    for name in files.names():
        if not name.startswith("heads/"):
            continue
        note = read_note(files.text(name))
        is_named = name == head_name(note.head.size)
        is_ours = report.is_of_this_log(note, is_signed=is_signed(note, report.key), what=f"The earlier head {name}")
        if is_ours and is_named:
            found[note.head.size] = note
    return found


def _hold_against(report: Report, walked: _Walked, heads: Sequence[Note], *, is_same: bool) -> None:
    agreed = [0]
    for note in sorted(heads, key=lambda one: one.head.size):
        size = note.head.size
        what = f"The head of {size} entries from {note.head.at:%Y-%m-%d}"
        if not report.is_of_this_log(note, is_signed=is_signed(note, report.key), what=what):
            continue
        if size > report.head.size:
            message = f"{what} was signed by this log, which has {report.head.size} entries now: its end is cut off."
            report.add(Fault.TRUNCATED, message, report.head.size + 1, size)
        elif size > walked.count:
            continue  # the entries do not even reach their own head, which was told
        elif walked.roots[size] == note.head.root:
            agreed.append(size)
            report.earlier.append(size)
        elif is_same:
            first = agreed[-1] + 1
            message = f"{what} says otherwise: the log was written anew from an entry between {first} and {size} on."
            report.add(Fault.REWRITTEN, message, first, size)
        else:
            first = agreed[-1] + 1
            report.add(Fault.ALTERED, f"{what} does not fit: something in {first} to {size} is altered.", first, size)


def _diagnose(files: BundleFiles, report: Report, *, is_head_signed: bool) -> list[bytes] | None:
    """Name what keeps the entries from giving their head; gives the leaf hashes behind it where they are at hand."""
    hash, head = tree_hash(report.head.hash), report.head  # noqa: A001 - the tree's own word
    stored = files.find(LEAVES) or b""
    told = [stored[start : start + SIZE] for start in range(0, len(stored), SIZE)]
    before = len(report.findings)
    is_known = is_head_signed and len(stored) == head.size * SIZE and root_of(hash, told) == head.root
    if is_known:
        found = [leaf for lines in lines_of(files) for leaf in hash.leaves(lines)]
        report.findings += compared(found, told)
    else:
        report.findings += misnumbered((line for lines in lines_of(files) for line in lines), head.size)
    if len(report.findings) == before:
        message = (
            "The entries do not give the root of the head: one at least was changed; the leaf hashes that would say "
            "which are missing or changed, too."
        )
        report.add(Fault.EDITED, message, 1 if head.size else None, head.size or None)
    return told if is_known else None


def _consistency(files: BundleFiles, report: Report, kept: dict[int, Note]) -> None:
    hash, head = tree_hash(report.head.hash), report.head  # noqa: A001 - the tree's own word
    told = _mapping(files, CONSISTENCY)
    for size, note in sorted(kept.items()):
        path = digests(told.get(str(size)))
        if path is None or not check_consistency(
            hash, old_size=size, old_root=note.head.root, size=head.size, root=head.root, path=path
        ):
            report.add(Fault.BAD_PROOF, f"The proof that the head of {size} entries came before this one fails.")


def _receipts(files: BundleFiles, report: Report, notes: dict[int, str], tsa_roots: bytes | None) -> None:
    try:
        told = json.loads(files.text(RECEIPTS))
    except (ValueError, RecursionError):
        told = None
    check_receipts(report, told, notes, tsa_roots)


def check_receipts(report: Report, told: Any, notes: dict[int, str], tsa_roots: bytes | None) -> None:
    """Hold receipts against the signed heads they speak of. notes: size -> text of the head."""
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        report.add(Fault.BAD_RECEIPT, "The receipts of witnesses cannot be read.")
        return
    for receipt in told:
        size = receipt.get("size")
        note = notes.get(size, "") if isinstance(size, int) else ""
        try:
            found = check_receipt(receipt, note, tsa_roots=tsa_roots)
        except BadStamp as error:
            report.add(Fault.BAD_RECEIPT, error.message)
            continue
        report.receipts.append(found)
        if not found.is_sound:
            report.add(Fault.BAD_RECEIPT, f"The receipt of {found.witness} ({found.kind}) fails: {found.problem}")


def digests(told: Any) -> list[bytes] | None:
    """A proof's digests from their hex, None where they are none."""
    if not isinstance(told, list) or len(told) > DEEPEST_PATH or not all(isinstance(one, str) for one in told):
        return None
    try:
        return [bytes.fromhex(one) for one in told]
    except ValueError:
        return None


def _mapping(files: BundleFiles, name: str) -> dict[str, Any]:
    try:
        told = json.loads(files.text(name))
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise DomainError(
            f"This is no bundle of a log: {name} holds no JSON object. Take it as panhuo log export wrote it.",
            code="bad_bundle",
        )
    return told
