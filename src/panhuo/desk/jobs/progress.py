"""How far a job is, told by its work at each step; where it ends when it is cancelled or the worker stops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from panhuo.adapters.files.home import Home
from panhuo.desk.jobs.models import Job
from panhuo.terms.job_states import JobState


class Cancelled(Exception):
    """Somebody asked this job to end. Work lets it pass."""


class Interrupted(Exception):
    """The worker was asked to stop; the job goes on with the next one. Work lets it pass."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What work is handed: its home, a clock, and the way to tell how far it is."""

    home: Home
    clock: Callable[[], datetime]
    is_stopping: Callable[[], bool]
    number: int

    def step(self, step: str, *, done: int = 0, of: int = 0) -> None:
        """Say which step begins and how much is done; call it outside transactions.

        step: a code that pages have words for; of: 0 where the end is not known.
        Raises: Cancelled, Interrupted.
        """
        Job.objects.filter(pk=self.number).update(step=step, done=done, of=of)
        state = Job.objects.values_list("state", flat=True).get(pk=self.number)
        if state == JobState.CANCELLING:
            raise Cancelled
        if self.is_stopping():
            raise Interrupted
