"""Taking entries through the table of moves, one or many; confirming what is in the pool."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from panhuo.desk.pool.access import entry_for, entry_subject
from panhuo.desk.pool.actions import confirm_entry, move_entries, move_entry
from panhuo.engine.pool import Act, Stage, moves_from
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Right
from panhuo.web.access import account_of, needs, page
from panhuo.web.pages.pool.words import ACTS, entry_words, tell_outcomes
from panhuo.web.refusal_words import refusal_words
from panhuo.web.visitor import visitor
from panhuo.web.words import labels_of

MOST_AT_ONCE = 200
MOVERS = (
    Right.SUBMIT_POOL_ENTRY, Right.REVIEW_POOL_ENTRY, Right.APPROVE_POOL_ENTRY, Right.RETURN_POOL_ENTRY,
)  # fmt: skip


class ReasonForm(forms.Form):
    """Why; the others read it."""

    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("填报人和审核人都会看到。"),
    )  # fmt: skip


@page(policy=needs(*MOVERS))
def act(request: HttpRequest, entry: int, act: str) -> HttpResponse:
    """Do one act; what takes something back asks once more, with its reason."""
    who = visitor(request)
    found = entry_for(who.standing, entry, book=who.book, rules=who.rules)
    if act not in set(Act):
        raise Http404
    wanted = Act(act)
    subject = entry_subject(found)
    move = next((one for one in moves_from(Stage(found.stage), colleges=found.has_college) if one.act is wanted), None)
    if move is None and request.method != "POST":
        raise Http404
    if move is not None and not who.may(move.right, subject):
        raise Http404
    needs_reason = move is not None and move.needs_reason
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if not needs_reason:
        form.fields["reason"].required = False
    if request.method == "POST" and form.is_valid():
        seen = request.POST.get("seen", "")
        try:
            move_entry(
                found.pk, wanted, reason=form.cleaned_data["reason"], seen=int(seen) if seen.isdecimal() else None,
                actor=account_of(request), at=who.at, rules=who.rules,
            )  # fmt: skip
        except DomainError as error:
            if error.code in ("not_there", "not_allowed"):
                raise
            messages.error(request, refusal_words(error))
        else:
            messages.success(
                request, _("%(act)s：%(number)s，已完成。") % {"act": ACTS[wanted], "number": found.number}
            )
        return redirect("pool-entry", found.pk)
    words = labels_of(who.rules)
    context = {"entry": found, "act": act, "act_words": ACTS[wanted], "form": form, "needs_reason": needs_reason}
    return render(request, "panhuo/pool/act.html", {**entry_words(found, words), **context})


@page(policy=needs(Right.REVIEW_POOL_ENTRY, Right.APPROVE_POOL_ENTRY, Right.SUBMIT_POOL_ENTRY))
@require_POST
def many(request: HttpRequest) -> HttpResponse:
    """Take the ticked entries through one act, each judged by itself. A box holds number:version as it was seen."""
    who = visitor(request)
    wanted = request.POST.get("act", "")
    chosen: dict[int, int] = {}
    for one in request.POST.getlist("entry")[:MOST_AT_ONCE]:
        number, colon, version = one.partition(":")
        if colon and number.isdecimal() and version.isdecimal():
            chosen[int(number)] = int(version)
    if wanted not in (Act.SUBMIT, Act.REVIEW, Act.APPROVE):
        raise Http404
    if not chosen:
        messages.warning(request, _("请先勾选。"))
    else:
        told = move_entries(chosen, Act(wanted), actor=account_of(request), at=who.at, rules=who.rules)
        tell_outcomes(request, told, _("已完成 %(n)s 件。"))
    return redirect("pool-list")


@page(policy=needs(Right.CONFIRM_LISTING))
@require_POST
def confirm(request: HttpRequest, entry: int) -> HttpResponse:
    """One word: it still holds."""
    who = visitor(request)
    found = entry_for(who.standing, entry, book=who.book, rules=who.rules)
    confirm_entry(found.pk, actor=account_of(request), at=who.at, rules=who.rules)
    messages.success(request, _("已确认，继续对外显示。"))
    return redirect("pool-entry", found.pk)
