"""Bundles and proofs out of the tables. Nothing is written to the register here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from panhuo.adapters.proofs.bundle_files import (
    CONSISTENCY,
    FORMAT,
    HEAD,
    KEY,
    LEAVES,
    MANIFEST,
    PART_ENTRIES,
    RECEIPTS,
    head_name,
    part_name,
    written_bundle,
)
from panhuo.adapters.proofs.single import proof_text
from panhuo.desk.history.log_store import lines, path_between, path_to
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.desk.history.models import LogHead
    from panhuo.engine.proof.heads import PublicKey


def write_bundle(out: Path, head: LogHead, key: PublicKey) -> None:
    """The log up to a signed head as a bundle. Raises: DomainError out_exists, log_incomplete."""
    with written_bundle(out) as bundle:
        bundle.put(MANIFEST, _json({"format": FORMAT, "entries": head.size, "entries_a_file": PART_ENTRIES}))
        leaves = bytearray()
        for part in range(-(-head.size // PART_ENTRIES)):
            first = part * PART_ENTRIES + 1
            rows = bytearray()
            for line, leaf in lines(first, min(first + PART_ENTRIES - 1, head.size)):
                rows += line + b"\n"
                leaves += leaf
            bundle.put(part_name(part), bytes(rows))
        bundle.put(LEAVES, bytes(leaves))
        bundle.put(HEAD, head.note.encode())
        bundle.put(KEY, key.text().encode())
        proofs = {}
        for one in _before(head):
            bundle.put(head_name(one.size), one.note.encode())
            proofs[str(one.size)] = [step.hex() for step in path_between(one.size, head.size)]
        bundle.put(CONSISTENCY, _json(proofs))
        bundle.put(RECEIPTS, _json(_receipts(head)))


def proof_of(number: int, head: LogHead, key: PublicKey) -> str:
    """The proof of one entry under a signed head, as text. Raises: DomainError no_entry, log_incomplete."""
    if not 1 <= number <= head.size:
        raise DomainError(
            f"The log has {head.size} entries; there is no entry {number}. See: panhuo log show", code="no_entry"
        )
    line = next((line for line, _ in lines(number, number)), None)
    if line is None:
        raise DomainError(
            f"Entry {number} is gone from the register. Restore it from a copy.", code="log_incomplete", number=number
        )
    earlier = {one.note: path_between(one.size, head.size) for one in _before(head)}
    path = path_to(number, head.size)
    return proof_text(line, note=head.note, path=path, key=key, earlier=earlier, receipts=_receipts(head))


def _before(head: LogHead) -> list[LogHead]:
    from panhuo.desk.history.models import LogHead

    return list(LogHead.objects.filter(size__lt=head.size))


def _receipts(head: LogHead) -> list[Any]:
    from panhuo.desk.history.models import LogReceipt

    return list(LogReceipt.objects.filter(head__size__lte=head.size).values_list("content", flat=True))


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
