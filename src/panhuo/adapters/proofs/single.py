"""The proof of one entry (存证证明): one JSON file, made from the log and verified without it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from panhuo.adapters.proofs.checking import check_receipts, digests
from panhuo.adapters.proofs.keys import is_signed
from panhuo.adapters.proofs.report import Report
from panhuo.engine.proof.entry import entry_code, line_start, read_entry
from panhuo.engine.proof.findings import Fault
from panhuo.engine.proof.heads import Note, PublicKey, read_key, read_note
from panhuo.engine.proof.tree_hash import TreeHash, tree_hash
from panhuo.engine.proof.walked import check_consistency, check_inclusion
from panhuo.terms.errors import BadValue, DomainError

FORMAT = "panhuo-log-proof/1"
LARGEST_PROOF = 16 << 20


def proof_text(
    line: bytes,
    *,
    note: str,
    path: Sequence[bytes],
    key: PublicKey,
    earlier: Mapping[str, Sequence[bytes]],
    receipts: Sequence[Mapping[str, Any]],
) -> str:
    """The file of a proof.

    Args: line: the entry's bytes. note: the signed head, path: from the entry to it. earlier: text of each earlier
    signed head -> its consistency path to this one. receipts: of any of these heads.
    """
    entry = read_entry(line)
    head = read_note(note).head
    leaf = tree_hash(head.hash).leaf(line)
    told = {
        "format": FORMAT,
        "code": entry_code(entry.number, leaf),
        "number": entry.number,
        "entry": line.decode(),
        "leaf": leaf.hex(),
        "path": [one.hex() for one in path],
        "head": note,
        "key": key.text().strip(),
        "earlier": [{"head": text, "path": [one.hex() for one in steps]} for text, steps in earlier.items()],
        "receipts": [dict(one) for one in receipts],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def verify_proof(
    content: bytes, *, key: PublicKey | None = None, earlier: Sequence[Note] = (), tsa_roots: bytes | None = None
) -> Report:
    """Verify the proof of one entry; arguments as of verify_bundle. Raises: DomainError bad_proof, bad_head, bad_key,
    no_sm3, no_rfc3161."""
    told = _told(content)
    note = read_note(told["head"])
    used = key or read_key(told["key"])
    report = Report("proof", note.head, used, is_key_given=key is not None, entries=1)
    report.is_of_this_log(note, is_signed=note.head.origin == used.name and is_signed(note, used), what="The head")
    hash = tree_hash(note.head.hash)  # noqa: A001 - the tree's own word
    line, number = told["entry"].encode(), told["number"]
    report.number = number
    leaf = hash.leaf(line)
    report.code = entry_code(number, leaf)
    path = digests(told.get("path"))
    is_in = path is not None and check_inclusion(
        hash, leaf=leaf, number=number - 1, size=note.head.size, path=path, root=note.head.root
    )
    if not is_in:
        report.add(Fault.BAD_PROOF, f"Entry {number} is not in the log that the head commits to.", number, number)
    if not line.startswith(line_start(number)) or not _is_entry(line):
        report.add(Fault.BAD_NUMBER, f"What is proved is no entry of number {number}.", number, number)
    if told.get("code") != report.code or told.get("leaf") != leaf.hex():
        report.add(Fault.BAD_PROOF, f"The code of the entry is {report.code}, not {told.get('code')}.", number, number)
    with_proof = _earlier(told, report, hash)
    for one in earlier:
        _hold_against(report, one, with_proof)
    notes = {size: text for size, (text, _) in with_proof.items()} | {note.head.size: told["head"]}
    check_receipts(report, told.get("receipts", []), notes, tsa_roots)
    return report


def _earlier(told: Mapping[str, Any], report: Report, hash: TreeHash) -> dict[int, tuple[str, Note]]:  # noqa: A002 - see above
    """Earlier heads of the proof whose consistency holds, by size."""
    found: dict[int, tuple[str, Note]] = {}
    listed = told.get("earlier", [])
    for one in listed if isinstance(listed, list) else [None]:
        path = digests(one.get("path")) if isinstance(one, dict) else None
        text = one.get("head") if isinstance(one, dict) else None
        if path is None or not isinstance(text, str):
            report.add(Fault.BAD_PROOF, "An earlier head of the proof cannot be read.")
            continue
        note = read_note(text)
        what = f"The earlier head of {note.head.size} entries"
        if not report.is_of_this_log(note, is_signed=is_signed(note, report.key), what=what):
            continue
        if check_consistency(
            hash,
            old_size=note.head.size,
            old_root=note.head.root,
            size=report.head.size,
            root=report.head.root,
            path=path,
        ):
            found[note.head.size] = (text, note)
            report.earlier.append(note.head.size)
        else:
            report.add(Fault.BAD_PROOF, f"The proof that {what[0].lower()}{what[1:]} came before this one fails.")
    return found


def _hold_against(report: Report, note: Note, known: Mapping[int, tuple[str, Note]]) -> None:
    size = note.head.size
    what = f"The head of {size} entries from {note.head.at:%Y-%m-%d}"
    if not report.is_of_this_log(note, is_signed=is_signed(note, report.key), what=what):
        return
    ours = report.head.root if size == report.head.size else known[size][1].head.root if size in known else None
    if ours is None:
        message = f"This proof does not say how its head and that of {size} entries hang together. Ask for a bundle."
        report.add(Fault.NOT_COVERED, message)
    elif ours != note.head.root:
        report.add(Fault.REWRITTEN, f"{what} says otherwise: the log was written anew.", 1, size)
    elif size not in report.earlier:
        report.earlier.append(size)


def _is_entry(line: bytes) -> bool:
    try:
        read_entry(line)
    except BadValue:
        return False
    return True


def _is_text(text: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


def _told(content: bytes) -> dict[str, Any]:
    try:
        told = json.loads(content) if len(content) <= LARGEST_PROOF else None
    except (ValueError, RecursionError):
        told = None
    texts = ("head", "key", "entry")
    if (
        not isinstance(told, dict)
        or told.get("format") != FORMAT
        or not all(isinstance(told.get(key), str) and _is_text(told[key]) for key in texts)
        or type(told.get("number")) is not int
        or not 1 <= told["number"] < 1 << 62
    ):
        raise DomainError(
            f"This is no proof of an entry of the form {FORMAT}. Take it as panhuo log prove wrote it.",
            code="bad_proof",
        )
    return told
