"""States of background work."""

from __future__ import annotations

from enum import StrEnum


class JobState(StrEnum):
    """waiting: also for its next try; cancelling: asked to end, ends after its step; quarantined: failed too often."""

    WAITING = "waiting"
    RUNNING = "running"
    CANCELLING = "cancelling"
    DONE = "done"
    FAILED = "failed"
    QUARANTINED = "quarantined"
    CANCELLED = "cancelled"


OPEN_STATES = frozenset({JobState.WAITING, JobState.RUNNING, JobState.CANCELLING})
"""States that end by themselves."""
MOVES: frozenset[tuple[JobState, JobState]] = frozenset(
    {
        (JobState.WAITING, JobState.RUNNING),
        (JobState.WAITING, JobState.CANCELLED),
        (JobState.WAITING, JobState.QUARANTINED),
        (JobState.RUNNING, JobState.WAITING),
        (JobState.RUNNING, JobState.DONE),
        (JobState.RUNNING, JobState.FAILED),
        (JobState.RUNNING, JobState.QUARANTINED),
        (JobState.RUNNING, JobState.CANCELLING),
        (JobState.CANCELLING, JobState.CANCELLED),
        (JobState.CANCELLING, JobState.DONE),
        (JobState.CANCELLING, JobState.FAILED),
        (JobState.FAILED, JobState.WAITING),
        (JobState.CANCELLED, JobState.WAITING),
        (JobState.QUARANTINED, JobState.WAITING),
    }
)
"""From where to where work moves; done is the end."""
