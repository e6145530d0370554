"""Which jobs somebody sees: their own; administrators all."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from panhuo.desk.jobs.models import Job
from panhuo.desk.people.access import not_there, standing_of
from panhuo.desk.people.models import Account
from panhuo.rules.rights import INSTALLATION, RightsBook, Standing, may, read_rights
from panhuo.terms.job_states import OPEN_STATES, JobState
from panhuo.terms.roles import Right

if TYPE_CHECKING:
    from panhuo.rules import InForce


def may_manage(account: Account, *, at: datetime, rules: InForce) -> bool:
    """Whether somebody manages the work of all."""
    standing = standing_of(account, at=at, rules=rules)
    return may(standing, Right.RUN_JOBS, INSTALLATION, book=read_rights(rules)) is not None


def jobs_for(account: Account, standing: Standing, *, book: RightsBook) -> QuerySet[Job]:
    """The jobs that somebody sees, newest first."""
    found = Job.objects.select_related("asked_by")
    if may(standing, Right.RUN_JOBS, INSTALLATION, book=book) is not None:
        return found
    return found.filter(asked_by=account)


def job_for(account: Account, standing: Standing, number: int, *, book: RightsBook) -> Job:
    """One job. Raises: DomainError not_there, alike for one that is not and one that may not be seen."""
    found = jobs_for(account, standing, book=book).filter(pk=number).first()
    if found is None:
        raise not_there(f"job:{number}")
    return found


def count_open() -> int:
    """Jobs that wait or run."""
    return Job.objects.filter(state__in=OPEN_STATES).count()


def count_quarantined() -> int:
    """Jobs that failed too often and wait for an administrator."""
    return Job.objects.filter(state=JobState.QUARANTINED).count()
