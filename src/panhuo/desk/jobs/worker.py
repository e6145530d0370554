"""Does the jobs of a home, one after the other. One worker works on a home: others wait until it is gone.

That a job's worker died needs no clock and no leases: who holds the lock of a home knows that nobody else works on
it, so whatever is said to be running is lost and is taken up again.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import FrameType
from typing import TYPE_CHECKING, Any

from django.db import OperationalError, close_old_connections
from django.utils.timezone import localdate
from django_tasks_db.management.commands.db_worker import Worker as QueueWorker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import is_locked_database_exception

from panhuo.adapters.files.home import Home, HomeBusy
from panhuo.desk.jobs.actions import (
    begin_job,
    fail_job,
    finish_job,
    put_back,
    stop_job,
    take_up_lost,
    try_later,
)
from panhuo.desk.jobs.kinds import work_of
from panhuo.desk.jobs.models import Job
from panhuo.desk.jobs.progress import Cancelled, Interrupted, Progress
from panhuo.desk.jobs.queue import QUEUE
from panhuo.rules import load_pack
from panhuo.terms.errors import DomainError
from panhuo.terms.job_states import OPEN_STATES, JobState

if TYPE_CHECKING:
    from panhuo.rules import InForce

LOG = logging.getLogger("panhuo.jobs")
LOOK_SECONDS = 0.5
"""A job begins that late at most while nothing else runs."""


class Worker(QueueWorker):
    """Takes jobs from the queue until it is asked to end.

    parent: end, too, when the process with this number is gone; 0 for none. batch: end when nothing is due.
    """

    def __init__(self, home: Home, *, clock: Callable[[], datetime], batch: bool = False, parent: int = 0) -> None:
        self._wanted = True
        self._parent = parent
        super().__init__(
            queue_names=[QUEUE], interval=LOOK_SECONDS, batch=batch, backend_name="default", startup_delay=False,
            max_tasks=None, worker_id=f"{os.getpid()}", excluded_queue_names=[],
        )  # fmt: skip
        self.home = home
        self.clock = clock

    @property
    def running(self) -> bool:
        """Whether to go on after this step."""
        return self._wanted and (not self._parent or os.getppid() == self._parent)

    @running.setter
    def running(self, wanted: bool) -> None:
        self._wanted = wanted

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """The first signal ends the worker after the step, the second at once: its job is taken up by the next."""
        if not self._wanted:
            self.reset_signals()
            sys.exit(1)
        LOG.info("asked to stop", extra={"event": "asked to stop", "signal": signal.Signals(signum).name})
        self._wanted = False

    def run(self) -> None:
        """Hold the home's lock for workers, take up what was lost, then work. Raises: HomeBusy where one works."""
        with self.home.working():
            self.recover()
            LOG.info("worker begins", extra={"event": "worker begins", "worker": self.worker_id})
            while self.running:
                try:
                    super().run()
                    break
                except OperationalError as error:
                    if not is_locked_database_exception(error):
                        raise
                    LOG.warning(
                        "the register is locked; looking again",
                        extra={"event": "the register is locked; looking again"},
                    )
                    close_old_connections()
            LOG.info("worker ends", extra={"event": "worker ends", "worker": self.worker_id})

    def recover(self) -> None:
        """Take up every open job that is in nobody's hands, and forget what is over."""
        DBTaskResult.objects.exclude(status="READY").delete()
        due = set(DBTaskResult.objects.values_list("pk", flat=True))
        for job in Job.objects.filter(state__in=OPEN_STATES).order_by("pk"):
            if job.state != JobState.WAITING or job.task not in due:
                take_up_lost(job, at=self.clock())

    def run_task(self, db_task_result: DBTaskResult[Any, Any]) -> None:
        """One try of one job, in place of the library's call: its outcome is the job's."""
        self.running_task = True
        try:
            job = Job.objects.filter(pk=db_task_result.args_kwargs["args"][0], task=db_task_result.pk).first()
            if job is not None:
                self.perform(job)
            db_task_result.delete()
        finally:
            self.running_task = False

    def perform(self, job: Job) -> None:
        """One try: what came of it is written to the job, whatever it was."""
        rules = self._rules()
        if not begin_job(job, at=self.clock(), rules=rules):
            return
        LOG.info("job begins", extra={"event": "job begins", "job": job.pk, "kind": job.kind, "tries": job.tries})
        progress = Progress(self.home, self.clock, lambda: not self.running, job.pk)
        try:
            result = work_of(job.kind)(job, progress)
            finish_job(job, result, at=self.clock())
        except Cancelled:
            stop_job(job, at=self.clock())
        except Interrupted:
            put_back(job, at=self.clock())
        except HomeBusy:
            pause = timedelta(seconds=rules.integer("jobs.pause_seconds"))
            put_back(job, at=self.clock(), after=self.clock() + pause)
        except DomainError as error:
            fail_job(job, code=error.code, said=error.message, at=self.clock())
        except Exception as error:  # the edge of a job: marked, logged, told to people
            where = _place(error)
            LOG.error(
                "job stumbled",
                extra={"event": "job stumbled", "job": job.pk, "stumbled": type(error).__name__, "place": where},
            )
            said = f"{type(error).__name__} at {where}"
            try_later(job, code="unexpected", said=said, at=self.clock(), rules=rules)
        job.refresh_from_db()
        LOG.info("job rests", extra={"event": "job rests", "job": job.pk, "kind": job.kind, "state": job.state})

    def _rules(self) -> InForce:
        day: date = localdate(self.clock())
        return load_pack(self.home.pack).at(day)


def _place(error: BaseException) -> str:
    """File and line of our own code where an error came from, without values."""
    trace, found = error.__traceback__, ""
    while trace is not None:
        name = trace.tb_frame.f_globals.get("__name__", "")
        if str(name).startswith("panhuo."):
            found = f"{name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found


def work_through(home: Home, *, clock: Callable[[], datetime]) -> None:
    """Do all jobs that are due, then end: for tests and for machines without a standing worker."""
    Worker(home, clock=clock, batch=True).run()
