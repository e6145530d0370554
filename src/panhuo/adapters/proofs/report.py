"""What verifying found, for people and programs."""

from __future__ import annotations

from dataclasses import dataclass, field

from panhuo.adapters.proofs.receipts import ReceiptCheck
from panhuo.engine.proof.findings import Fault, Finding
from panhuo.engine.proof.heads import Head, Note, PublicKey


@dataclass(slots=True)
class Report:
    """One bundle or proof, verified.

    kind: bundle or proof. entries: how many were read. is_key_given: false where the key came with the file, which
    shows that the file agrees with itself and no more. earlier: sizes of the earlier heads that agree with it.
    """

    kind: str
    head: Head
    key: PublicKey
    is_key_given: bool
    entries: int = 0
    number: int | None = None
    code: str = ""
    earlier: list[int] = field(default_factory=list)
    receipts: list[ReceiptCheck] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.findings

    def add(self, fault: Fault, message: str, first: int | None = None, last: int | None = None) -> None:
        self.findings.append(Finding(fault, message, first, last))

    def is_of_this_log(self, note: Note, *, is_signed: bool, what: str) -> bool:
        """Whether a head is one of this log's; a finding where it is not."""
        if note.head.origin != self.head.origin or note.head.hash != self.head.hash:
            self.add(Fault.OTHER_LOG, f"{what} is one of {note.head.origin}; this log is {self.head.origin}.")
            return False
        if not is_signed:
            self.add(Fault.BAD_SIGNATURE, f"{what} is not signed with the log's key (or was changed).")
            return False
        return True
