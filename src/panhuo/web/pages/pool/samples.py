"""Samples of the pool's quality: draw one by a seed, judge its entries, see how far the self-grades agree."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from panhuo.desk.people.access import not_there
from panhuo.desk.pool.access import entries_to
from panhuo.desk.pool.models import QualitySample, SampledEntry
from panhuo.desk.pool.sample_actions import MOST, draw_quality_sample, judge_sampled
from panhuo.engine.assessment import self_grade_scale
from panhuo.engine.pool import agreement_share
from panhuo.rules import InForce
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Right
from panhuo.web.access import account_of, needs, page
from panhuo.web.pages.pool.words import in_english
from panhuo.web.refusal_words import refusal_words
from panhuo.web.visitor import visitor

MOST_SHOWN = 50


class DrawForm(forms.Form):
    """A seed and a size."""

    seed = forms.CharField(
        label=gettext_lazy("抽样种子"), max_length=60,
        help_text=gettext_lazy("任意文字，如“2026年11月”。同一个种子、同一个库，抽到的总是同一批。"),
    )  # fmt: skip
    size = forms.IntegerField(label=gettext_lazy("抽取件数"), min_value=1, max_value=MOST)


class JudgeForm(forms.Form):
    """The officer's own level for one entry."""

    row = forms.IntegerField(widget=forms.HiddenInput)
    found = forms.TypedChoiceField(label=gettext_lazy("我认为的等级"), coerce=int)
    note = forms.CharField(label=gettext_lazy("说明"), required=False, max_length=500)

    def __init__(self, *args: Any, rules: InForce, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [(str(one.level), one.en if in_english() else one.zh) for one in self_grade_scale(rules).levels]
        self.fields["found"].choices = [("", _("请选择")), *levels]  # type: ignore[attr-defined]


@page(policy=needs(Right.RETURN_POOL_ENTRY))
def sample_list(request: HttpRequest) -> HttpResponse:
    """The samples that somebody drew, and the form to draw another."""
    who = visitor(request)
    form = DrawForm(
        request.POST or None, initial={"size": who.rules.integer("pool.sample_size"), "seed": f"{who.rules.day:%Y-%m}"}
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = draw_quality_sample(**form.cleaned_data, actor=account_of(request), at=who.at, rules=who.rules)
        except DomainError as error:
            if error.code == "not_allowed":
                raise
            form.add_error(None, refusal_words(error))
        else:
            return redirect("pool-sample", made.pk)
    samples = QualitySample.objects.filter(drawer=account_of(request))[:MOST_SHOWN]
    judged: dict[int, list[tuple[int, int]]] = {}
    for number, stated, found in SampledEntry.objects.filter(sample__in=[one.pk for one in samples]).values_list(
        "sample", "stated", "found"
    ):
        if found is not None:
            judged.setdefault(number, []).append((stated, found))
    rows = [
        {"row": one, "judged": len(judged.get(one.pk, ())), "percent": _percent(judged.get(one.pk, []))}
        for one in samples
    ]
    return render(request, "panhuo/pool/samples.html", {"form": form, "rows": rows})


def _percent(pairs: list[tuple[int, int]]) -> int | None:
    share = agreement_share(pairs)
    return None if share is None else round(100 * share)


@page(policy=needs(Right.RETURN_POOL_ENTRY))
def sample(request: HttpRequest, number: int) -> HttpResponse:
    """One sample: its entries, each judged by a level of one's own."""
    who = visitor(request)
    drawn = QualitySample.objects.filter(pk=number, drawer=account_of(request)).first()
    if drawn is None:
        raise not_there(f"quality_sample:{number}")
    if request.method == "POST":
        form = JudgeForm(request.POST, rules=who.rules)
        if form.is_valid() and drawn.entries.filter(pk=form.cleaned_data["row"]).exists():
            told = form.cleaned_data
            judge_sampled(
                told["row"], found=told["found"], note=told["note"], actor=account_of(request), at=who.at,
                rules=who.rules,
            )  # fmt: skip
            messages.success(request, _("已记录。"))
        else:
            messages.error(request, _("请选择等级后再提交。"))
        return redirect("pool-sample", number)
    entries = list(drawn.entries.select_related("entry"))
    seen = set(
        entries_to(who.reach, Right.RETURN_POOL_ENTRY, rules=who.rules)
        .filter(pk__in=[one.entry_id for one in entries])
        .values_list("pk", flat=True)
    )
    rows = [
        {
            "row": one,
            "is_seen": one.entry_id in seen,
            "form": JudgeForm(
                rules=who.rules, auto_id=f"id_{one.pk}_%s",
                initial={"row": one.pk, "found": one.found, "note": one.note},
            ),
        }
        for one in entries
    ]  # fmt: skip
    pairs = [(one.stated, one.found) for one in entries if one.found is not None]
    context = {"sample": drawn, "rows": rows, "judged": len(pairs), "percent": _percent(pairs)}
    return render(request, "panhuo/pool/sample.html", context)
