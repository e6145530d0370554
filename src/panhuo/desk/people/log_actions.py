"""The only place where the log is handed out to people: signed head, proof of an entry, the whole as a bundle.

Each is itself an act of the log. What is handed out is of the entries before that act.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction

from panhuo.desk.history.actions import sign_head
from panhuo.desk.history.handing_out import proof_of, write_bundle
from panhuo.desk.history.models import LogHead
from panhuo.desk.people.access import Actor, require
from panhuo.desk.people.actions import write_log
from panhuo.rules.rights import INSTALLATION
from panhuo.terms.roles import Right

if TYPE_CHECKING:
    from panhuo.adapters.proofs.keys import LogKey
    from panhuo.rules import InForce

LOG = "log:"
"""Subject of the entries about the log itself."""


def head_over(number: int) -> LogHead | None:
    """The first signed head that holds an entry, None while none was signed since."""
    return LogHead.objects.filter(size__gte=number).first()


@transaction.atomic
def hand_out_head(key: LogKey, *, actor: Actor, at: datetime, rules: InForce) -> LogHead:
    """Sign the log as it stands. Raises: DomainError not_allowed; as history.actions.sign_head."""
    require(actor, Right.EXPORT_LOG, INSTALLATION, at=at, rules=rules)
    head = sign_head(key, made_at=at)
    write_log(LOG, "log.head_exported", actor=actor, at=at, data={"entries": head.size})
    return head


@transaction.atomic
def hand_out_proof(number: int, key: LogKey, *, actor: Actor, at: datetime, rules: InForce) -> str:
    """The proof of an entry (存证证明) as text: under the first signed head over it, else under one signed now.

    Raises: DomainError no_entry, log_incomplete, not_allowed; as history.actions.sign_head.
    """
    require(actor, Right.EXPORT_LOG, INSTALLATION, at=at, rules=rules)
    head = head_over(number) or sign_head(key, made_at=at)
    text = proof_of(number, head, key.public)
    write_log(LOG, "log.proof_exported", actor=actor, at=at, data={"entry": number, "entries": head.size})
    return text


def hand_out_bundle(out: Path, key: LogKey, *, actor: Actor, at: datetime, rules: InForce) -> LogHead:
    """The whole log as a bundle at a path. Raises: DomainError out_exists, log_incomplete, not_allowed."""
    with transaction.atomic():
        require(actor, Right.EXPORT_LOG, INSTALLATION, at=at, rules=rules)
        head = sign_head(key, made_at=at)
        write_log(LOG, "log.bundle_exported", actor=actor, at=at, data={"entries": head.size})
    write_bundle(out, head, key.public)
    return head
