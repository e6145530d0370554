"""Background work: my jobs, one of them, cancelling, beginning again. Administrators see those of all."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from panhuo.desk.jobs.actions import cancel_job, retry_job
from panhuo.desk.jobs.models import Job
from panhuo.desk.jobs.reading import job_for, jobs_for
from panhuo.rules.rights import INSTALLATION
from panhuo.terms.job_states import OPEN_STATES, JobState
from panhuo.terms.roles import Right
from panhuo.web.access import SIGNED_IN, account_of, page
from panhuo.web.pages.jobs.words import told
from panhuo.web.visitor import visitor
from panhuo.web.workbench import RECENT

SHOWN = 50
STATES: dict[str, frozenset[JobState]] = {
    "open": frozenset(OPEN_STATES),
    "failed": frozenset({JobState.FAILED}),
    "quarantined": frozenset({JobState.QUARANTINED}),
}


@page(policy=SIGNED_IN)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Jobs, newest first; older ones by ?before=NUMBER."""
    who = visitor(request)
    manages = who.may(Right.RUN_JOBS, INSTALLATION)
    rows = jobs_for(account_of(request), who.standing, book=who.book)
    state = request.GET.get("state", "")
    if state in STATES:
        rows = rows.filter(state__in=STATES[state])
        if state != JobState.QUARANTINED.value:  # one's own, as the workbench counts them
            rows = rows.filter(asked_by=account_of(request))
        if state == JobState.FAILED.value:
            rows = rows.filter(asked_at__gte=who.at - RECENT)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: SHOWN + 1])
    shown = [told(job, manages=manages) for job in found[:SHOWN]]
    older = found[SHOWN - 1].pk if len(found) > SHOWN else None
    return render(
        request, "panhuo/jobs/list.html", {"jobs": shown, "manages": manages, "older": older, "state": state in STATES}
    )


@page(policy=SIGNED_IN)
@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One job."""
    return render(request, "panhuo/jobs/one.html", _context(request, _job(request, number)))


@page(policy=SIGNED_IN)
@require_safe
def part(request: HttpRequest, number: int) -> HttpResponse:
    """How far it is, for who looks on; when it is over the page is asked to load anew."""
    return job_part(request, _job(request, number), request.path)


@page(policy=SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, number: int) -> HttpResponse:
    """Asks once more, then cancels."""
    job = _job(request, number)
    who = visitor(request)
    if request.method == "POST":
        cancel_job(job, actor=account_of(request), at=who.at, rules=who.rules)
        messages.success(request, _("已取消。已经写入的内容保留。"))
        return redirect("jobs-one", number=number)
    return render(request, "panhuo/jobs/cancel.html", _context(request, job))


@page(policy=SIGNED_IN)
@require_POST
def retry(request: HttpRequest, number: int) -> HttpResponse:
    """Begin again."""
    who = visitor(request)
    retry_job(_job(request, number), actor=account_of(request), at=who.at, rules=who.rules)
    messages.success(request, _("已重新开始，从上次停下的地方继续。"))
    return redirect("jobs-one", number=number)


def job_part(request: HttpRequest, job: Job, poll: str) -> HttpResponse:
    """The part of a page that tells how far a job is. poll: address that is asked again while it is open."""
    context = _context(request, job) | {"poll": poll}
    answer = render(request, "panhuo/jobs/part.html", context)
    if not context["one"].is_open:
        answer.headers["HX-Refresh"] = "true"
    return answer


def _job(request: HttpRequest, number: int) -> Job:
    who = visitor(request)
    return job_for(account_of(request), who.standing, number, book=who.book)


def _context(request: HttpRequest, job: Job) -> dict[str, Any]:
    manages = visitor(request).may(Right.RUN_JOBS, INSTALLATION)
    return {"one": told(job, manages=manages), "poll": f"{request.path.removesuffix('cancel/')}part/"}
