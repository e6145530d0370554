"""Booklets and the dormant register as at a day in the background: asking for them, doing them. The command line, which
has no jobs, never loads this."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate

from panhuo.desk.jobs.actions import ask_for_job
from panhuo.desk.jobs.progress import Progress
from panhuo.desk.listings.access import owner_subject
from panhuo.desk.listings.booklets import OwnerAsked, make_booklets
from panhuo.desk.listings.dormant import make_dormant_register
from panhuo.desk.listings.dormant_cut import write_cut
from panhuo.desk.people.access import require_any, standing_of
from panhuo.rules import load_pack
from panhuo.rules.rights import Subject, may, read_rights
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Right

if TYPE_CHECKING:
    from panhuo.desk.jobs.models import Job
    from panhuo.desk.people.models import Account
    from panhuo.rules import InForce

BOOKLETS, DORMANT = "booklets", "dormant"


def ask_for_booklets(
    day: date, *, unit: int | None, any_owner: bool, actor: Account, at: datetime, rules: InForce
) -> Job:
    """Ask for booklets to be sent in the background. unit: one owner that is an organisation here; None: all whom the
    actor may ask. any_owner: not only universities and institutes.

    Raises: DomainError not_allowed, day_ahead.
    """
    require_any(actor, Right.SEND_BOOKLET, at=at, rules=rules)
    return _ask(BOOKLETS, day, {"unit": unit, "any_owner": any_owner}, actor, at)


def ask_for_dormant_register(day: date, *, any_owner: bool, actor: Account, at: datetime, rules: InForce) -> Job:
    """Ask for the dormant register as at a day, cut to what the actor may see and take, as a workbook.

    Raises: DomainError not_allowed, day_ahead.
    """
    require_any(actor, Right.EXPORT_ROWS, at=at, rules=rules)
    return _ask(DORMANT, day, {"any_owner": any_owner}, actor, at)


def _ask(kind: str, day: date, what: Mapping[str, Any], actor: Account, at: datetime) -> Job:
    if day > localdate(at):
        raise DomainError(f"{day} is not here yet. Name today or an earlier day.", code="day_ahead", day=day)
    return ask_for_job(kind, {"day": day.isoformat(), **what}, actor=actor, at=at)


def booklets_work(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Find the candidates of a day and send booklets to the owners whom the asker may ask; begun again it makes the
    same files under the same numbers. what: day, unit (an organisation's number, None for all), any_owner (not only
    universities and institutes).

    Raises: DomainError not_allowed; NotInForce; HomeBusy.
    """
    home, at = progress.home, progress.clock()
    rules = load_pack(home.pack).at(date.fromisoformat(job.what["day"]))
    today = load_pack(home.pack).at(at.date())
    require_any(job.asked_by, Right.SEND_BOOKLET, at=at, rules=today)
    may_send, unit = _may(job.asked_by, Right.SEND_BOOKLET, at, today), job.what["unit"]

    def allowed(owner: OwnerAsked) -> bool:
        of = owner_subject(owner.unit, owner.region_code)
        return may_send(of) and (unit is None or unit in (of.owner, *of.parents))

    progress.step("working_out")
    with home.writing():
        make_dormant_register(home, rules, any_owner=job.what["any_owner"], made_at=at)
        progress.step("writing")
        sent, run = make_booklets(
            home, owner=None, out=None, made_at=at, allowed=allowed, sent_by=job.asked_by.login, at=rules.day
        )
    return {"booklets": len(sent), "asked": sum(one.asked for one in sent), "run": run.id}


def dormant_work(job: Job, progress: Progress) -> Mapping[str, Any]:
    """The dormant register as at a day, numbered, and its rows that the asker may see as a workbook. what: day,
    any_owner.

    Raises: DomainError not_allowed; NotInForce; HomeBusy.
    """
    home, at = progress.home, progress.clock()
    rules = load_pack(home.pack).at(date.fromisoformat(job.what["day"]))
    today = load_pack(home.pack).at(at.date())
    require_any(job.asked_by, Right.EXPORT_ROWS, at=at, rules=today)
    may_read, may_take = (_may(job.asked_by, one, at, today) for one in (Right.READ_STOCK, Right.EXPORT_ROWS))
    progress.step("working_out")
    with home.writing():
        made = make_dormant_register(home, rules, any_owner=job.what["any_owner"], made_at=at)
        progress.step("writing")
        rows, states = write_cut(
            home, made, rules, dormant_file(home.runs, job), keep=lambda of: may_read(of) and may_take(of)
        )
    return {"edition": made.edition.number, "rows": rows, "states": states, "run": made.run.id}


def dormant_file(runs: Path, job: Job) -> Path:
    """Where the workbook of a job lies."""
    return runs / f"dormant-job-{job.pk}" / "dormant.xlsx"


def _may(account: Account, right: Right, at: Any, rules: InForce) -> Callable[[Subject], bool]:
    standing, book = standing_of(account, at=at, rules=rules), read_rights(rules)
    return lambda of: may(standing, right, of, book=book) is not None
