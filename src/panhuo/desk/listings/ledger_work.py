"""Counting months of the conversion ledger in the background. The command line, which has no jobs, never loads this."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate

from panhuo.desk.jobs.actions import ask_for_job
from panhuo.desk.jobs.progress import Progress
from panhuo.desk.listings.ledger_actions import check_months, keep_ledger, months_between
from panhuo.desk.people.access import require_any
from panhuo.rules import load_pack
from panhuo.terms.roles import Right

if TYPE_CHECKING:
    from panhuo.desk.jobs.models import Job
    from panhuo.desk.people.models import Account
    from panhuo.rules import InForce

LEDGER = "ledger"


def ask_for_ledger(first: date, last: date, *, actor: Account, at: datetime, rules: InForce) -> Job:
    """Ask for the months first..last to be counted and kept; any day of a month stands for it.

    Raises: DomainError not_allowed, no_months, too_many_months, month_ahead.
    """
    require_any(actor, Right.KEEP_LEDGER, at=at, rules=rules)
    months = months_between(first, last)
    check_months(months, today=localdate(at))
    return ask_for_job(LEDGER, {"first": f"{months[0]}", "last": f"{months[-1]}"}, actor=actor, at=at)


def ledger_work(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Count and keep the months that a job asks for; begun again, what it kept already stands.

    Raises: DomainError not_allowed, where who asked may no longer; NotInForce; HomeBusy.
    """
    home, at = progress.home, progress.clock()
    months = months_between(date.fromisoformat(job.what["first"]), date.fromisoformat(job.what["last"]))
    progress.step("working_out", of=len(months))
    with home.writing():
        kept = keep_ledger(
            home,
            load_pack(home.pack).at(localdate(at)),
            months,
            actor=job.asked_by,
            at=at,
            progress=lambda done, of: progress.step("working_out", done=done, of=of),
        )
    return {"months": len(kept), "figures": [one.pk for one in kept]}
