"""The only place where jobs are written, but for how far they are (progress)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from panhuo.desk.history.actions import log_action
from panhuo.desk.jobs.models import Job
from panhuo.desk.jobs.queue import put_in, take_out
from panhuo.desk.jobs.reading import may_manage
from panhuo.desk.people.access import not_there
from panhuo.desk.people.models import Account
from panhuo.terms.errors import DomainError
from panhuo.terms.job_states import MOVES, OPEN_STATES, JobState

if TYPE_CHECKING:
    from panhuo.rules import InForce

WORKER = "system:worker"
"""Who the log names where no person acts."""
LONGEST_PAUSE = timedelta(hours=1)


def ask_for_job(kind: str, what: Mapping[str, Any], *, actor: Account, at: datetime) -> Job:
    """Ask for work; the same work that is still open is that one (a form sent twice). Whether the actor may ask is for
    the action that calls this. what: JSON, numbers of things, no personal data."""
    key = hashlib.sha256(json.dumps([kind, what], sort_keys=True).encode()).hexdigest()
    known = Job.objects.filter(key=key, state__in=OPEN_STATES).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            job = Job.objects.create(kind=kind, what=dict(what), key=key, asked_by=actor, asked_at=at)
            job.task = put_in(job.pk)
            job.save(update_fields=["task"])
            _log(job, "job.asked", actor=actor.login, at=at, data={"kind": kind})
    except IntegrityError:  # asked twice at the same moment
        return Job.objects.get(key=key, state__in=OPEN_STATES)
    return job


@transaction.atomic
def cancel_job(job: Job, *, actor: Account, at: datetime, rules: InForce) -> Job:
    """End a job: at once while it waits, after its step while it runs. What it has stored stands.

    Raises: DomainError not_there (not theirs), job_over.
    """
    _require(job, actor, at=at, rules=rules)
    if Job.objects.filter(pk=job.pk, state=JobState.WAITING).update(state=JobState.CANCELLED, ended_at=at):
        take_out(job.task)
    elif not Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(state=JobState.CANCELLING):
        job.refresh_from_db()
        if job.state == JobState.CANCELLING:
            return job
        raise DomainError("This work has ended already and cannot be cancelled. See its result.", code="job_over")
    _log(job, "job.cancelled", actor=actor.login, at=at)
    job.refresh_from_db()
    return job


@transaction.atomic
def retry_job(job: Job, *, actor: Account, at: datetime, rules: InForce) -> Job:
    """Begin a job again that failed, was cancelled or quarantined; it goes on where it can.

    A quarantined one is begun again by administrators only. Raises: DomainError not_there, job_not_over, job_asked
    (the same work was asked for anew), not_allowed.
    """
    _require(job, actor, at=at, rules=rules)
    if job.state == JobState.QUARANTINED and not may_manage(actor, at=at, rules=rules):
        raise DomainError(
            "This work failed too often and is kept from running. Ask a system administrator to look at it.",
            code="not_allowed",
        )
    if job.state in {*OPEN_STATES, JobState.DONE}:
        raise DomainError("This work runs, waits or is done. Only what failed is begun again.", code="job_not_over")
    if Job.objects.filter(key=job.key, state__in=OPEN_STATES).exclude(pk=job.pk).exists():
        raise DomainError("The same work was asked for anew and is under way. See that one.", code="job_asked")
    _move(job, to=JobState.WAITING, at=at, tries=0, error="", error_code="", ended_at=None, next_try_at=None)
    _queue(job)
    _log(job, "job.retried", actor=actor.login, at=at)
    return job


@transaction.atomic
def begin_job(job: Job, *, at: datetime, rules: InForce) -> bool:
    """A worker takes a job up. False where it must not: cancelled meanwhile, or its workers died too often."""
    job.refresh_from_db()
    if job.state != JobState.WAITING:
        return False
    if job.tries >= rules.integer("jobs.most_tries"):
        _quarantine(job, code="worker_died", said="The worker ended without a word at each try.", at=at)
        return False
    _move(job, to=JobState.RUNNING, at=at, tries=job.tries + 1, started_at=at, next_try_at=None)
    return True


@transaction.atomic
def finish_job(job: Job, result: Mapping[str, Any], *, at: datetime) -> None:
    """The work came to its end; also when it was asked to end after its last step."""
    _move(job, to=JobState.DONE, at=at, result=dict(result), ended_at=at, error="", error_code="", task=None)
    _log(job, "job.done", actor=WORKER, at=at)


@transaction.atomic
def stop_job(job: Job, *, at: datetime) -> None:
    """The work ended because it was cancelled."""
    _move(job, to=JobState.CANCELLED, at=at, ended_at=at, task=None)


@transaction.atomic
def fail_job(job: Job, *, code: str, said: str, at: datetime) -> None:
    """The work cannot be done as it was asked for; trying again would say the same."""
    _move(job, to=JobState.FAILED, at=at, error_code=code[:60], error=said[:400], ended_at=at, task=None)
    _log(job, "job.failed", actor=WORKER, at=at, data={"code": code[:60]})


@transaction.atomic
def try_later(job: Job, *, code: str, said: str, at: datetime, rules: InForce) -> None:
    """Something that may pass went wrong: tried again after growing pauses, quarantined after the last of its tries.

    A try that got further than those before begins the count anew.
    """
    job.refresh_from_db()
    if job.state == JobState.CANCELLING:
        stop_job(job, at=at)
        return
    tries = 1 if job.done > job.furthest else job.tries
    if tries >= rules.integer("jobs.most_tries"):
        _quarantine(job, code=code, said=said, at=at)
        return
    pause = min(timedelta(seconds=rules.integer("jobs.pause_seconds") * 2 ** (tries - 1)), LONGEST_PAUSE)
    more = {"tries": tries, "furthest": max(job.done, job.furthest), "next_try_at": at + pause}
    _move(job, to=JobState.WAITING, at=at, error_code=code[:60], error=said[:400], **more)
    _queue(job, after=at + pause)


@transaction.atomic
def put_back(job: Job, *, at: datetime, after: datetime | None = None) -> None:
    """The job goes on later through no fault of its own: the worker was asked to stop, or other work writes."""
    job.refresh_from_db()
    if job.state == JobState.CANCELLING:
        stop_job(job, at=at)
        return
    _move(job, to=JobState.WAITING, at=at, tries=max(job.tries - 1, 0), next_try_at=after)
    _queue(job, after=after)


@transaction.atomic
def take_up_lost(job: Job, *, at: datetime) -> None:
    """A job whose worker died: one that was being cancelled has ended, others wait for their next try.

    A try that got further than those before does not count.
    """
    if job.state == JobState.CANCELLING:
        stop_job(job, at=at)
        return
    if job.state == JobState.RUNNING:
        tries = 0 if job.done > job.furthest else job.tries
        _move(job, to=JobState.WAITING, at=at, tries=tries, furthest=max(job.done, job.furthest))
        _log(job, "job.lost", actor=WORKER, at=at)
    _queue(job)


def _quarantine(job: Job, *, code: str, said: str, at: datetime) -> None:
    told = {"error_code": code[:60], "error": said[:400], "ended_at": at, "task": None}
    _move(job, to=JobState.QUARANTINED, at=at, **told)
    _log(job, "job.quarantined", actor=WORKER, at=at, data={"code": code[:60], "tries": job.tries})


def _move(job: Job, *, to: JobState, at: datetime, **values: Any) -> None:
    """One move of the table MOVES. Raises: DomainError job_moved where it is none from where the job stands."""
    del at
    before = [one for one, after in MOVES if after is to]
    if Job.objects.filter(pk=job.pk, state__in=before).update(state=to, **values) != 1:
        raise DomainError(
            f"The work cannot become {to.value} as it stands now. Reload the page and see its state.", code="job_moved"
        )
    job.refresh_from_db()


def _queue(job: Job, *, after: datetime | None = None) -> None:
    take_out(job.task)
    job.task = put_in(job.pk, after=after)
    job.save(update_fields=["task"])


def _require(job: Job, actor: Account, *, at: datetime, rules: InForce) -> None:
    if job.asked_by_id != actor.pk and not may_manage(actor, at=at, rules=rules):
        raise not_there(f"job:{job.pk}")


def _log(job: Job, act: str, *, actor: str, at: datetime, data: Mapping[str, Any] | None = None) -> None:
    log_action(f"job:{job.pk}", act, actor=actor, at=timezone.localdate(at), made_at=at, data=data)
