"""The technology card: its form with the share that is filled, its versions, what others see."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from panhuo.desk.pool.access import entry_for, entry_subject, is_inside
from panhuo.desk.pool.card_actions import TEXTS, CardTexts, parts_of_card, save_card
from panhuo.desk.pool.models import PoolEntry, TechnologyCard
from panhuo.engine.pool import card_parts, completeness
from panhuo.rules import InForce
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Right
from panhuo.web.access import account_of, needs, page
from panhuo.web.pages.pool.words import (
    NumberAskedLater,
    TextAskedLater,
    entry_words,
    maturity_choices,
    part_words,
    price_words,
)
from panhuo.web.refusal_words import refusal_words
from panhuo.web.visitor import visitor
from panhuo.web.words import labels_of

MOST_SIGNS = 2_000


class CardForm(forms.Form):
    """The parts of table card_parts in its order, and the version of the entry that was looked at."""

    use_required_attribute = False

    contact_office = forms.CharField(label=gettext_lazy("联系部门"), required=False, max_length=100)
    contact_phone = forms.CharField(
        label=gettext_lazy("联系电话"),
        required=False,
        max_length=30,
        help_text=gettext_lazy("写部门的电话，不写发明人的手机号。"),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    contact_email = forms.EmailField(label=gettext_lazy("联系邮箱"), required=False, max_length=100)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, rules: InForce, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own: dict[str, forms.Field] = {}
        for part in card_parts(rules):
            name, ask = part_words(part)
            if part.part == "contact":
                continue
            if part.part == "maturity":
                levels = [("", _("请选择")), *maturity_choices(rules)]
                own[part.part] = NumberAskedLater(
                    label=name, help_text=ask, required=part.is_required, choices=levels, coerce=int, empty_value=None
                )
                continue
            own[part.part] = TextAskedLater(
                label=name, help_text=ask, required=part.is_required, max_length=MOST_SIGNS,
                widget=forms.Textarea(attrs={"rows": 4}),
            )  # fmt: skip
        self.fields = {**own, **self.fields}

    def card(self) -> CardTexts:
        """What was typed; what is wrong counts as empty."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "seen" and value is not None}
        return CardTexts(**told)


def card_view(card: TechnologyCard, rules: InForce) -> dict[str, Any]:
    """A card as pages show it: its parts in order, what lacks, the share that is filled."""
    texts = parts_of_card(card)
    parts = card_parts(rules)
    full = completeness(texts, parts)
    levels = dict(maturity_choices(rules))
    shown = [
        (part_words(part)[0], levels.get(texts[part.part], "") if part.part == "maturity" else texts[part.part])
        for part in parts
        if part.part != "contact" and texts[part.part]
    ]
    return {
        "row": card,
        "parts": shown,
        "percent": full.percent,
        "missing": [part_words(part)[0] for part in full.missing],
        "contact": [one for one in (card.contact_office, card.contact_phone, card.contact_email) if one],
    }


@page(policy=needs(Right.EDIT_TECHNOLOGY_CARD))
def card(request: HttpRequest, entry: int) -> HttpResponse:
    """Write a card; each saving is a version."""
    who = visitor(request)
    found = entry_for(who.standing, entry, book=who.book, rules=who.rules)
    last = found.cards.last()
    initial = {name: getattr(last, name) for name in _NAMES} if last else {}
    form = CardForm(request.POST or None, rules=who.rules, initial={**initial, "seen": found.version})
    if request.method == "POST" and form.is_valid():
        try:
            made = save_card(
                found.pk, form.card(), seen=form.cleaned_data["seen"], actor=account_of(request), at=who.at,
                rules=who.rules,
            )  # fmt: skip
        except DomainError as error:
            if error.code in ("not_there", "not_allowed"):
                raise
            form.add_error(None, refusal_words(error))
        else:
            messages.success(
                request,
                _("技术卡片已保存（第 %(n)s 版，完整度 %(p)s%%）。") % {"n": made.number, "p": made.completeness},
            )
            return redirect("pool-entry", found.pk)
    typed = form.card() if form.is_bound and hasattr(form, "cleaned_data") else CardTexts(**initial)
    return render(request, "panhuo/pool/card.html", {"entry": found, "form": form, **_share(typed, who.rules)})


_NAMES = (*TEXTS, "maturity", "contact_office", "contact_phone", "contact_email")


def _share(card: CardTexts, rules: InForce) -> dict[str, Any]:
    full = completeness(parts_of_card(card), card_parts(rules))
    return {
        "percent": full.percent,
        "lacking": [part_words(one)[0] for one in full.missing],
        "barring": [part_words(one)[0] for one in full.barring],
    }


@page(policy=needs(Right.EDIT_TECHNOLOGY_CARD))
@require_POST
def share(request: HttpRequest, entry: int) -> HttpResponse:
    """The share of what is typed, for the form while it is filled in; nothing is kept."""
    who = visitor(request)
    entry_for(who.standing, entry, book=who.book, rules=who.rules)
    form = CardForm(request.POST, rules=who.rules)
    form.is_valid()
    return render(request, "panhuo/pool/share.html", _share(form.card(), who.rules))


@page(policy=needs(Right.EDIT_TECHNOLOGY_CARD, Right.REVIEW_POOL_ENTRY, Right.APPROVE_POOL_ENTRY))
@require_safe
def version(request: HttpRequest, entry: int, number: int) -> HttpResponse:
    """An earlier version of a card, for who works on the entry."""
    found = _mine(request, entry)
    kept = found.cards.filter(number=number).first()
    if kept is None:
        raise DomainError("There is no such version of the card.", code="not_there")
    rules = visitor(request).rules
    return render(request, "panhuo/pool/version.html", {"entry": found, "card": card_view(kept, rules)})


@page(policy=needs(Right.EDIT_TECHNOLOGY_CARD, Right.REVIEW_POOL_ENTRY, Right.APPROVE_POOL_ENTRY))
@require_safe
def preview(request: HttpRequest, entry: int) -> HttpResponse:
    """The card as others will see it."""
    found = _mine(request, entry)
    who = visitor(request)
    words = labels_of(who.rules)
    last = found.cards.last()
    shown = {
        "entry": found,
        "card": card_view(last, who.rules) if last else None,
        "price": price_words(found, words),
        **entry_words(found, words),
    }
    return render(request, "panhuo/pool/preview.html", shown)


def _mine(request: HttpRequest, entry: int) -> PoolEntry:
    who = visitor(request)
    found = entry_for(who.standing, entry, book=who.book, rules=who.rules)
    if not is_inside(who.standing, entry_subject(found), book=who.book):
        raise DomainError(f"There is no pool_entry:{entry} here.", code="not_there")
    return found
