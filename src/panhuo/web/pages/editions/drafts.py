"""Drafts of editions: making one, its rows with reasons, review, publication."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from panhuo.adapters.writers.layout import layout_of
from panhuo.desk.editions.access import EDITION_RIGHTS, draft_for, draft_subject, verdict_on
from panhuo.desk.editions.difference import draft_difference
from panhuo.desk.editions.draft_actions import (
    ask_for_rows,
    ask_to_publish,
    drop,
    give_back,
    make_draft,
    pass_review,
    submit,
)
from panhuo.desk.editions.models import Draft, DraftRow
from panhuo.desk.jobs.models import Job
from panhuo.desk.people.access import organisations_for
from panhuo.desk.people.models import Organisation
from panhuo.terms.edition_states import DraftAct
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import OrganisationKind, Right
from panhuo.web.access import account_of, needs, page
from panhuo.web.lists import Order, key_page
from panhuo.web.pages.editions.forms import DraftForm, ReasonForm
from panhuo.web.pages.editions.words import (
    DENIALS,
    NEXT,
    PARTS,
    STATES,
    audience_words,
    difference_words,
    row_words,
    step_words,
)
from panhuo.web.pages.jobs.jobs import job_part
from panhuo.web.pages.jobs.words import told as job_told
from panhuo.web.refusal_words import refusal_words
from panhuo.web.visitor import visitor
from panhuo.web.words import labels_of

EDITORS = needs(*EDITION_RIGHTS)
REVIEWING = (Right.REVIEW_EDITION_1, Right.REVIEW_EDITION_2, Right.REVIEW_EDITION_3)
ORDERS = {"place": Order(gettext_lazy("清单顺序"), "position", "position")}
MOST_DIFFERENT = 200
CO_KINDS = (
    OrganisationKind.PROVINCE_OFFICE, OrganisationKind.CITY_OFFICE, OrganisationKind.DISTRICT_OFFICE,
    OrganisationKind.PARK_OFFICE, OrganisationKind.CO_DEPARTMENT,
)  # fmt: skip


@page(policy=needs(Right.DRAFT_EDITION))
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a draft; its rows are worked out in the background."""
    who = visitor(request)
    words = labels_of(who.rules)
    units = organisations_for(who.standing, Right.DRAFT_EDITION, book=who.book)
    regions = {unit.region_code[:2] for unit in units}
    near = Organisation.objects.filter(kind__in=CO_KINDS, open_to=None).exclude(pk__in=units).order_by("name")
    co_units = near.filter(region_code__regex=f"^({'|'.join(sorted(regions))})") if regions else near.none()
    form = DraftForm(
        request.POST or None, rules=who.rules, words=words, units=units, co_units=co_units,
        initial={"day": who.rules.day},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            draft = make_draft(**form.cleaned_data, actor=account_of(request), at=who.at, rules=who.rules)
        except DomainError as error:
            if error.code == "not_allowed":
                raise
            form.add_error(None, refusal_words(error))
        else:
            messages.success(request, _("已建立。系统正在逐件判读，完成后请核对并提交审核。"))
            return redirect("editions-draft", number=draft.pk)
    return render(request, "panhuo/editions/new.html", {"form": form})


@page(policy=EDITORS)
@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """A draft: where it stands, what can be done now, its rows with reasons."""
    who = visitor(request)
    draft = _draft(request, number, EDITION_RIGHTS)
    words = labels_of(who.rules)
    parts = draft.rows.order_by().values_list("part").annotate(n=Count("pk"), gone=Count("pk", filter=~Q(ended="")))
    counted = {part: (rows, ended) for part, rows, ended in parts}
    counts = {part: rows for part, (rows, _ended) in counted.items()}
    chosen = request.GET.get("part", "list")
    chosen = chosen if chosen in PARTS else "list"
    shown = key_page(DraftRow.objects.filter(draft=draft, part=chosen), request, ORDERS)
    subject = draft_subject(draft)
    verdicts = {act: verdict_on(draft, act, who.standing, subject, book=who.book) for act in DraftAct}
    may = {act.value: bool(found and found.allowed) for act, found in verdicts.items()}
    denials = [found.denial for found in verdicts.values() if found and found.denial in DENIALS]
    job = Job.objects.filter(pk=draft.job or 0).first()
    state, said = STATES[draft.state]
    return render(
        request,
        "panhuo/editions/draft.html",
        {
            "draft": draft,
            "kind": words.word("output", draft.kind),
            "audience": audience_words(draft, words),
            "state": state,
            "state_words": said,
            "next": NEXT[draft.state],
            "may": may,
            "denied": DENIALS[denials[0]] if denials and not (may["pass"] or may["publish"]) else "",
            "one": job_told(job, manages=False) if job is not None and job.state != "done" else None,
            "poll": f"{request.path}part/",
            "steps": [step_words(step) for step in draft.steps_taken.all()],
            "parts": [
                (code, name, counts.get(code, 0)) for code, name in PARTS.items() if code != "apart" or counts.get(code)
            ],
            "chosen": chosen,
            "bars": [(words.word("supply_bar", code), n) for code, n in draft.figures.get("bars", {}).items()],
            "page": shown,
            "rows": [row_words(row.cells, draft.columns, row.why, row.ended, words) for row in shown.rows],
            "ended": counted.get("list", (0, 0))[1],
        },
    )


@page(policy=EDITORS)
@require_safe
def part(request: HttpRequest, number: int) -> HttpResponse:
    """How far the worker is; when it is over the page is asked to load anew."""
    draft = _draft(request, number, EDITION_RIGHTS)
    job = Job.objects.filter(pk=draft.job or 0).first()
    if job is None:
        return HttpResponse(status=204)
    return job_part(request, job, request.path)


@page(policy=EDITORS)
@require_safe
def difference(request: HttpRequest, number: int) -> HttpResponse:
    """A draft against the last edition."""
    draft = _draft(request, number, EDITION_RIGHTS)
    rules = visitor(request).rules
    headings = {column.key: column.heading for column in layout_of(rules, "supply_annex").columns}
    told = difference_words(draft_difference(draft), headings, labels_of(rules), most=MOST_DIFFERENT)
    return render(request, "panhuo/editions/difference.html", {**told, "draft": draft, "title": draft.title})


@page(policy=needs(Right.DRAFT_EDITION))
@require_POST
def judge_again(request: HttpRequest, number: int) -> HttpResponse:
    """Have the rows worked out anew, as of today."""

    def act(draft: Draft, told: dict[str, Any]) -> None:
        ask_for_rows(draft, day=visitor(request).rules.day, **told)

    return _acted(request, number, (Right.DRAFT_EDITION,), act, _("正在按今天的情况重新判读。"))


@page(policy=needs(Right.DRAFT_EDITION))
@require_POST
def hand_in(request: HttpRequest, number: int) -> HttpResponse:
    """Submit for review."""
    said = _("已提交，等待一审。")
    return _acted(request, number, (Right.DRAFT_EDITION,), lambda draft, told: submit(draft, **told), said)


@page(policy=needs(*REVIEWING))
@require_POST
def passed(request: HttpRequest, number: int) -> HttpResponse:
    """Pass the review that the draft waits for."""
    return _acted(
        request, number, REVIEWING, lambda draft, told: pass_review(draft, **told), _("已通过，转入下一环节。")
    )


@page(policy=needs(*REVIEWING, Right.PUBLISH_EDITION))
@require_http_methods(["GET", "HEAD", "POST"])
def returned(request: HttpRequest, number: int) -> HttpResponse:
    """Asks for the reason, then gives back."""
    rights = (*REVIEWING, Right.PUBLISH_EDITION)
    draft = _draft(request, number, rights)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        said = _("已退回编制人，原因会显示给对方。")
        return _acted(request, number, rights, lambda one, told: give_back(one, reason=reason, **told), said)
    return _asked(request, draft, form, _("退回编制人"), _("编制人修改后须从一审重新开始。"), _("退回"))


@page(policy=needs(Right.PUBLISH_EDITION))
@require_http_methods(["GET", "HEAD", "POST"])
def published(request: HttpRequest, number: int) -> HttpResponse:
    """Asks once more, then publishes in the background."""
    draft = _draft(request, number, (Right.PUBLISH_EDITION,))
    if request.method == "POST":
        said = _("正在发布。系统会按今天的情况再判读一遍，完成后在这里显示期号。")
        return _acted(request, number, (Right.PUBLISH_EDITION,), lambda one, told: ask_to_publish(one, **told), said)
    words = _(
        "发布后内容和期号固定，不能修改或收回。发布前系统会再判读一遍：失效、未同意或有变化的专利不会发布，并单独列出。"
    )
    return _asked(request, draft, None, _("发布清单"), words, _("确认发布"))


@page(policy=needs(Right.DRAFT_EDITION))
@require_http_methods(["GET", "HEAD", "POST"])
def dropped(request: HttpRequest, number: int) -> HttpResponse:
    """Asks once more, then gives the draft up."""
    draft = _draft(request, number, (Right.DRAFT_EDITION,))
    if request.method == "POST":
        said = _("已作废。")
        return _acted(request, number, (Right.DRAFT_EDITION,), lambda one, told: drop(one, **told), said)
    return _asked(request, draft, None, _("作废这份清单"), _("作废后不能恢复，需要时另行编制。"), _("确认作废"))


def _draft(request: HttpRequest, number: int, rights: tuple[Right, ...]) -> Draft:
    who = visitor(request)
    return draft_for(who.standing, number, rights, book=who.book)


def _acted(
    request: HttpRequest, number: int, rights: tuple[Right, ...], act: Callable[[Draft, dict[str, Any]], Any],
    said: str,
) -> HttpResponse:  # fmt: skip
    who = visitor(request)
    draft = _draft(request, number, rights)
    try:
        act(draft, {"actor": account_of(request), "at": who.at, "rules": who.rules})
    except DomainError as error:
        why = {denial.value: words for denial, words in DENIALS.items()}.get(str(error.fields.get("reason")))
        messages.error(request, str(why) if why else refusal_words(error))
    else:
        messages.success(request, said)
    return redirect("editions-draft", number=number)


def _asked(
    request: HttpRequest, draft: Draft, form: ReasonForm | None, title: str, words: str, button: str
) -> HttpResponse:
    context = {"draft": draft, "form": form, "title": title, "words": words, "button": button}
    return render(request, "panhuo/editions/ask.html", context)
