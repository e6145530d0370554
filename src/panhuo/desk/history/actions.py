"""The only place where Runs and logged actions are written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from panhuo import __version__
from panhuo.desk.history.log_store import TREE, current_tree, entry_of, hash_of
from panhuo.engine.proof import Frontier, Head, canonical, read_note
from panhuo.engine.proof.entry import loggable, moment
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.adapters.proofs.keys import LogKey
    from panhuo.desk.history.models import LoggedAction, LogHead, LogReceipt, Run
    from panhuo.rules import InForce


def record_run(
    command: str,
    *,
    at: date | None,
    rules: InForce | None,
    inputs_digest: str,
    params: Mapping[str, Any],
    results: Mapping[str, Any],
    made_at: datetime,
) -> Run:
    """Keep one computation: engine and pack version, the rules it read, digest of what it read, what came out.

    Asking the same of the same register, pack and day gives the Run that is there: it would say the same.
    """
    from panhuo.desk.history.models import Run

    same = Run.objects.filter(
        command=command,
        engine_version=__version__,
        pack_digest=rules.digest if rules else "",
        at=at,
        inputs_digest=inputs_digest,
    )
    known = next((run for run in same if run.params == params and run.results == results), None)
    if known is not None:
        return known
    return Run.objects.create(
        command=command,
        engine_version=__version__,
        pack=rules.pack if rules else "",
        pack_version=rules.version if rules else "",
        pack_digest=rules.digest if rules else "",
        at=at,
        inputs_digest=inputs_digest,
        params=dict(params),
        reads=dict(rules.reads) if rules else {},
        results=dict(results),
        made_at=made_at,
    )


def latest_run(command: str, *, inputs_digest: str | None = None, at: date | None = None) -> Run | None:
    """The newest Run of a command, for the same inputs and day where these are given."""
    from panhuo.desk.history.models import Run

    runs = Run.objects.filter(command=command)
    if inputs_digest is not None:
        runs = runs.filter(inputs_digest=inputs_digest)
    if at is not None:
        runs = runs.filter(at=at)
    return runs.first()


def log_action(
    subject: str,
    act: str,
    *,
    actor: str,
    at: date,
    made_at: datetime,
    role: str = "",
    reason: str = "",
    before: Any = None,
    after: Any = None,
    data: Mapping[str, Any] | None = None,
) -> LoggedAction:
    """Keep who did what to which thing on which day, and why; call it in the transaction of the act itself.

    The entry gets the next number and its place in the tree in that transaction: both stand, or neither. Until it ends
    other writers of the log wait.
    role: as what the actor did it; before, after: JSON values of what was changed; data: further ones
    (engine.proof.Entry).
    Raises: DomainError no_actor, log_hash_fixed, unknown_hash, no_sm3; BadValue not_loggable.
    """
    from panhuo.desk.history.models import LoggedAction

    if not actor.strip():
        raise DomainError("An act needs its actor. Name who does it: --actor NAME.", code="no_actor")
    row = LoggedAction(
        subject=subject,
        act=act,
        actor=actor.strip(),
        role=role.strip(),
        day=at,
        reason=reason.strip(),
        before=loggable(before, "before"),
        after=loggable(after, "after"),
        data=loggable(data or {}, "data"),
        made_at=made_at,
    )
    connection = transaction.get_connection()
    if connection.in_atomic_block:
        return _append(row)
    with transaction.atomic():
        return _append(row)


def _append(row: LoggedAction) -> LoggedAction:
    """The tree's row is read and written in SQL: it stands in the way of every act, and the ORM takes far longer."""
    from panhuo.desk.history.models import LogNode, LogTree

    connection = transaction.get_connection()
    with connection.cursor() as cursor:
        cursor.execute(_READ_TREE + (" FOR UPDATE" if connection.features.has_select_for_update else ""), [TREE])
        found = cursor.fetchone()
        if found is None:
            LogTree.objects.get_or_create(pk=TREE)
            return _append(row)
        name, size, tops = found
        frontier = Frontier.read(hash_of(name, size), size, bytes(tops))
        row.number = frontier.size + 1
        row.leaf = frontier.hash.leaf(canonical(entry_of(row)))
        row.written_by_action = True
        row.save()
        for kept in frontier.append(row.leaf):
            node = LogNode(level=kept.level, number=kept.index, digest=kept.digest)
            node.written_by_action = True
            node.save()
        cursor.execute(_WRITE_TREE, [frontier.hash.name, frontier.size, frontier.stored(), TREE])
    return row


_READ_TREE = "SELECT hash, size, tops FROM history_logtree WHERE id = %s"
_WRITE_TREE = "UPDATE history_logtree SET hash = %s, size = %s, tops = %s WHERE id = %s"


def logged_actions(subject: str) -> list[LoggedAction]:
    """What was done to a thing, in order."""
    from panhuo.desk.history.models import LoggedAction

    return list(LoggedAction.objects.filter(subject=subject))


@transaction.atomic
def sign_head(key: LogKey, *, made_at: datetime) -> LogHead:
    """The signed head of the log as it stands, kept as one that was handed out; one for each size.

    Raises: DomainError other_log_key where earlier heads were signed with another key.
    """
    from panhuo.adapters.proofs.keys import is_signed
    from panhuo.desk.history.models import LogHead, LogTree

    LogTree.objects.select_for_update().filter(pk=TREE).first()
    frontier = current_tree()
    last = LogHead.objects.last()
    if last is not None and not is_signed(read_note(last.note), key.public):
        raise DomainError(
            "Earlier heads of this log were signed with another key than the one in the home folder. Restore "
            "log-key.pem from a backup.",
            code="other_log_key",
        )
    known = LogHead.objects.filter(size=frontier.size).first()
    if known is not None:
        return known
    head = Head(key.public.name, frontier.size, frontier.root(), frontier.hash.name, made_at)
    made = LogHead(size=head.size, note=key.sign(head), made_at=made_at)
    made.written_by_action = True
    made.save()
    return made


@transaction.atomic
def keep_receipt(head: LogHead, content: Mapping[str, Any], *, made_at: datetime) -> LogReceipt:
    """Keep what a witness gave for a head; what it gave before for the same stays beside it."""
    from panhuo.desk.history.models import LogReceipt

    made = LogReceipt(head=head, content={**content, "at": moment(made_at)}, made_at=made_at)
    made.written_by_action = True
    made.save()
    return made
