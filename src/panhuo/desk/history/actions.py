"""The only place where Runs and logged actions are written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from panhuo import __version__
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.desk.history.models import LoggedAction, Run
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
    subject: str, act: str, *, actor: str, at: date, made_at: datetime, data: Mapping[str, Any] | None = None
) -> LoggedAction:
    """Keep who did what to which thing on which day; call it in the transaction of the act itself.

    Raises: DomainError no_actor.
    """
    from panhuo.desk.history.models import LoggedAction

    if not actor.strip():
        raise DomainError("An act needs its actor. Name who does it: --actor NAME.", code="no_actor")
    return LoggedAction.objects.create(
        subject=subject, act=act, actor=actor.strip(), day=at, data=dict(data or {}), made_at=made_at
    )


def logged_actions(subject: str) -> list[LoggedAction]:
    """What was done to a thing, in order."""
    from panhuo.desk.history.models import LoggedAction

    return list(LoggedAction.objects.filter(subject=subject))
