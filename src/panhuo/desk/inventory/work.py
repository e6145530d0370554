"""Taking stock in the background: asking for it, doing it. The command line, which has no jobs, never loads this."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate

from panhuo.desk.inventory.actions import take_inventory
from panhuo.desk.jobs.actions import ask_for_job
from panhuo.desk.jobs.progress import Progress
from panhuo.desk.people.access import require_any
from panhuo.rules import load_pack
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Right

if TYPE_CHECKING:
    from panhuo.desk.jobs.models import Job
    from panhuo.desk.people.models import Account
    from panhuo.rules import InForce

INVENTORY = "inventory"


def ask_for_inventory(day: date, *, actor: Account, at: datetime, rules: InForce) -> Job:
    """Ask for stock to be taken in the background; the same day asked for again while it runs is the same job.

    Raises: DomainError not_allowed, day_ahead.
    """
    require_any(actor, Right.RUN_GRADING, at=at, rules=rules)
    if day > localdate(at):
        raise DomainError(
            f"{day} is not here yet. Take stock of today or of an earlier day.", code="day_ahead", day=day
        )
    return ask_for_job(INVENTORY, {"day": day.isoformat()}, actor=actor, at=at)


def inventory_work(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Take stock of a day; begun again after a killed worker it begins anew, and what was left goes.

    Raises: DomainError not_allowed, where who asked may no longer; NotInForce; HomeBusy.
    """
    rules = load_pack(progress.home.pack).at(date.fromisoformat(job.what["day"]))
    progress.step("working_out")
    with progress.home.writing():
        made = take_inventory(
            progress.home,
            rules,
            actor=job.asked_by,
            at=progress.clock(),
            progress=lambda done, of: progress.step("working_out", done=done, of=of),
        )
    return {"inventory": made.pk, "patents": made.rows}
