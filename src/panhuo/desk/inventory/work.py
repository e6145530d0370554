"""The background work of an inventory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from panhuo.desk.inventory.actions import take_inventory
from panhuo.desk.jobs.progress import Progress
from panhuo.rules import load_pack

if TYPE_CHECKING:
    from panhuo.desk.jobs.models import Job

INVENTORY = "inventory"


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
