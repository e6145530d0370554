"""What background work there is: kind -> function. Apps that have work register it when they are loaded.

A function takes the job and its Progress, and returns its result as JSON. It is called again after a killed worker and
after failures, and must then go on or begin anew without doing anything twice. At each step it calls
`progress.step(...)`, which is where it ends when it is cancelled or the worker is asked to stop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.desk.jobs.models import Job
    from panhuo.desk.jobs.progress import Progress

Work = Callable[["Job", "Progress"], Mapping[str, Any]]

_kinds: dict[str, Work] = {}


def register_work(kind: str, work: Work) -> None:
    """Name the function that does a kind of work; the last one named stands."""
    _kinds[kind] = work


def work_of(kind: str) -> Work:
    """The function of a kind. Raises: DomainError unknown_work."""
    found = _kinds.get(kind)
    if found is None:
        raise DomainError(
            f"Nothing here does the work {kind}. Start the worker of the version that asked for it.",
            code="unknown_work",
            kind=kind,
        )
    return found
