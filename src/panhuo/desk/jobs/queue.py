"""Our side of the queue that django-tasks-db keeps: when a job's next try is due."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django_tasks import task
from django_tasks_db.models import DBTaskResult

QUEUE = "jobs"


@task(queue_name=QUEUE)
def run_job(number: int) -> None:
    """A try of a job. Done by desk.jobs.worker only, which knows home, clock and signals."""
    raise AssertionError(f"job {number} is run by the worker of desk.jobs")


def put_in(number: int, *, after: datetime | None = None) -> UUID:
    """A place in the queue, due at once or after a moment; in the transaction of the caller."""
    asked = run_job.using(run_after=after) if after is not None else run_job
    return UUID(str(asked.enqueue(number).id))


def take_out(place: UUID | None) -> None:
    """Leave the queue; a place that is gone already is no error."""
    if place is not None:
        DBTaskResult.objects.filter(pk=place).delete()
