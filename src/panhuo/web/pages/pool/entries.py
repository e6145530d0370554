"""Entries of the pool: an inventor's own patents, the list with its numbers, one entry with its steps."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from panhuo.desk.inventory.access import current_inventory
from panhuo.desk.inventory.models import Inventorship, StockPatent
from panhuo.desk.people.models import Account
from panhuo.desk.pool.access import (
    Waiting,
    entries_for,
    entry_for,
    entry_subject,
    fileable,
    is_inside,
    showing_of,
    waiting,
)
from panhuo.desk.pool.actions import lacks, needs_placing
from panhuo.desk.pool.models import EntryStep, PoolEntry
from panhuo.engine.pool import FILLABLE, Act, Stage, moves_from
from panhuo.rules.labels import Labels
from panhuo.rules.rights import Subject
from panhuo.terms.masking import masked_name
from panhuo.terms.roles import Right
from panhuo.web.access import account_of, needs, page
from panhuo.web.lists import Order, key_page
from panhuo.web.pages.pool.cards import card_view
from panhuo.web.pages.pool.words import ACTS, SHOWINGS, entry_words, price_words
from panhuo.web.visitor import Visitor, visitor
from panhuo.web.words import labels_of

READERS = (
    Right.SUBMIT_POOL_ENTRY, Right.REVIEW_POOL_ENTRY, Right.APPROVE_POOL_ENTRY, Right.EDIT_TECHNOLOGY_CARD,
    Right.READ_STOCK,
)  # fmt: skip
ORDERS = {
    "new": Order(gettext_lazy("新填报者在前"), "id", "id", descending=True),
    "moved": Order(gettext_lazy("最久未动者在前"), "moved_at", "id"),
    "full": Order(gettext_lazy("卡片完整者在前"), "completeness", "id", descending=True),
}
WAITING: dict[Waiting, tuple[Right, str | Promise]] = {
    Waiting.MEND: (Right.SUBMIT_POOL_ENTRY, gettext_lazy("待我修改")),
    Waiting.REVIEW: (Right.REVIEW_POOL_ENTRY, gettext_lazy("待我初审")),
    Waiting.APPROVE: (Right.APPROVE_POOL_ENTRY, gettext_lazy("待我审批")),
    Waiting.CONFIRM: (Right.CONFIRM_LISTING, gettext_lazy("待确认")),
}
BULK = {"review": Act.REVIEW, "approve": Act.APPROVE}
MOST_MINE = 200


@page(policy=needs(Right.SUBMIT_POOL_ENTRY))
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The patents of which somebody is an inventor, each with what to do next."""
    who = visitor(request)
    words = labels_of(who.rules)
    assets = Inventorship.objects.filter(account=account_of(request)).values("asset")
    patents = StockPatent.objects.filter(inventory=current_inventory(), asset__in=assets).select_related("unit")
    entries = {one.asset_id: one for one in PoolEntry.objects.filter(asset__in=assets)}
    last = {one.entry_id: one for one in EntryStep.objects.filter(entry__in=entries.values())}  # by number: the last
    rows = []
    for patent in patents.order_by("asset_id")[:MOST_MINE]:
        entry = entries.get(patent.asset_id)
        told: dict[str, Any] = {
            "patent": patent,
            "status": words.word("legal_status", patent.status),
            "is_living": patent.status == "granted_in_force",
            "dormancy": words.word("dormancy_state", patent.dormancy or "cannot_say"),
        }
        if entry is not None:
            told |= {"entry": entry, "reason": last[entry.pk].reason, **entry_words(entry, words)}
        rows.append(told)
    return render(request, "panhuo/pool/mine.html", {"rows": rows})


@page(policy=needs(*READERS))
@require_safe
def entry_list(request: HttpRequest) -> HttpResponse:
    """Entries that somebody may see, cut by stage or by what waits for him; boxes to act on many."""
    who = visitor(request)
    words = labels_of(who.rules)
    seen = entries_for(who.reach, rules=who.rules)
    stage, waits, query = (request.GET.get(name, "") for name in ("stage", "waits", "q"))
    rows = _cut(seen, who, stage, waits)
    if query.strip():
        rows = rows.filter(number__startswith=query.strip()) | rows.filter(title__icontains=query.strip())
    shown = key_page(rows, request, ORDERS)
    bulk = BULK.get(waits)
    return render(
        request,
        "panhuo/pool/list.html",
        {
            "page": shown,
            "rows": [entry_words(row, words) for row in shown.rows],
            "figures": _figures(seen, who, words),
            "chosen": _chosen(stage, waits, query, words),
            "query": query,
            "stage": stage,
            "waits": waits,
            "bulk": bulk.value if bulk else "",
            "bulk_words": ACTS[bulk] if bulk else "",
            "may_file": who.holds(Right.SUBMIT_POOL_ENTRY) and fileable(who.reach).exists(),
        },
    )


def _cut(rows: Any, who: Visitor, stage: str, waits: str) -> Any:
    if stage in set(Stage):
        rows = rows.filter(stage=stage)
    if waits in WAITING:
        rows = rows & _waiting(who, Waiting(waits))
    return rows


def _waiting(who: Visitor, what: Waiting) -> QuerySet[PoolEntry]:
    return waiting(who.reach, who.standing.account, what, rules=who.rules)


def _figures(seen: Any, who: Visitor, words: Labels) -> list[dict[str, Any]]:
    """Numbers over the list, each with the address of just its rows."""
    found = []
    for what, (right, said) in WAITING.items():
        if who.holds(right):
            query = urlencode({"waits": what.value})
            found.append({"words": said, "count": _waiting(who, what).count(), "query": query})
    counted = Counter(seen.order_by().values_list("stage", flat=True))
    for stage in Stage:
        if counted[stage]:
            said = words.word("pool_stage", stage)
            found.append({"words": said, "count": counted[stage], "query": urlencode({"stage": stage.value})})
    return found


def _chosen(stage: str, waits: str, query: str, words: Labels) -> list[str]:
    told = [str(WAITING[Waiting(waits)][1])] if waits in WAITING else []
    told += [words.word("pool_stage", stage)] if stage in set(Stage) else []
    return told + ([query] if query.strip() else [])


@page(policy=needs(*READERS))
@require_safe
def entry(request: HttpRequest, entry: int) -> HttpResponse:
    """One entry: where it is, what lacks, what can be done, its card; its steps for who works on it."""
    who = visitor(request)
    found = entry_for(who.standing, entry, book=who.book, rules=who.rules)
    subject = entry_subject(found)
    words = labels_of(who.rules)
    works = is_inside(who.standing, subject, book=who.book)
    card = found.cards.last()
    missing = [_lack_words(code, words) for code in lacks(found, card)]
    shown = showing_of(found, who.rules)
    return render(
        request,
        "panhuo/pool/entry.html",
        {
            "entry": found,
            **entry_words(found, words),
            "is_inside": works,
            "card": card_view(card, who.rules) if card else None,
            "to_place": works and found.stage in FILLABLE and needs_placing(found, who.rules),
            "may_place": who.may(Right.IMPORT_STOCK, _plain(subject)),
            "missing": missing if found.stage in FILLABLE else [],
            "acts": _acts(found, subject, who) if works or who.holds(Right.RETURN_POOL_ENTRY) else [],
            "may_fill": works and found.stage in FILLABLE and who.may(Right.SUBMIT_POOL_ENTRY, _plain(subject)),
            "may_edit": works and found.stage in FILLABLE and who.may(Right.EDIT_TECHNOLOGY_CARD, _plain(subject)),
            "may_confirm": shown is not None and who.may(Right.CONFIRM_LISTING, subject),
            "showing": SHOWINGS[shown] if shown is not None else None,
            "price": price_words(found, words),
            "willingness": words.word("willingness", found.willingness) if found.willingness else "",
            "steps": _steps(found, who, words) if works else [],
        },
    )


def _plain(subject: Subject) -> Subject:
    return replace(subject, steps=frozenset())


def _lack_words(code: str, words: Labels) -> str:
    kind = "card_part" if code in ("gain", "maturity") else "pool_lack"
    return words.word(kind, code)


def _acts(entry: PoolEntry, subject: Subject, who: Visitor) -> list[dict[str, Any]]:
    """What the visitor can do now; the first one is the way on."""
    return [
        {"act": one.act.value, "words": ACTS[one.act], "asks": one.needs_reason or one.act is Act.WITHDRAW}
        for one in moves_from(Stage(entry.stage), colleges=entry.has_college)
        if who.may(one.right, subject)
    ]


def _steps(entry: PoolEntry, who: Visitor, words: Labels) -> list[dict[str, Any]]:
    rows = list(entry.steps.all())
    logins = {one.actor for one in rows} | {one.told for one in rows}
    known = dict(Account.objects.filter(login__in=logins).values_list("login", "name"))
    names = {login: masked_name(name) for login, name in known.items()}
    return [
        {
            "at": one.made_at,
            "act": words.word("pool_act", one.act),
            "who": names.get(one.actor, one.actor),
            "told": names.get(one.told, one.told),
            "reason": one.reason,
            "card": one.card_number,
        }
        for one in rows
    ]
