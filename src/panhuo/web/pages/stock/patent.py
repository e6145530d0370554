"""One patent: facts with their source, legal events, fees, grade with reasons, lists, what was done to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from panhuo.adapters.files.home import open_home
from panhuo.adapters.writers.grade_columns import CRITERIA, HIGH_VALUE, INDUSTRY, shower
from panhuo.adapters.writers.grade_drivers import DriverCells
from panhuo.desk.history.models import LoggedAction
from panhuo.desk.inventory.access import stock_patent_for
from panhuo.desk.inventory.kept_grades import kept_grade
from panhuo.desk.inventory.models import StockPatent
from panhuo.desk.listings.models import EditionRow
from panhuo.desk.registry.models import Asset, AssetKey, Event, SourceFile
from panhuo.engine.grading import Scheme, read_scheme
from panhuo.rules import InForce
from panhuo.rules.labels import Labels
from panhuo.terms.masking import masked_name
from panhuo.terms.roles import Right
from panhuo.web.access import needs, page
from panhuo.web.pages.values.records import values_of
from panhuo.web.visitor import visitor
from panhuo.web.words import labels_of, region_names

FACTS: tuple[tuple[str, str | Promise], ...] = (
    ("application_number", _("申请号")),
    ("first_publication_number", _("公开号")),
    ("grant_publication_number", _("授权公告号")),
    ("ip_type", _("类型")),
    ("owners", _("权利人")),
    ("owner_code", _("统一社会信用代码")),
    ("applicants", _("申请人")),
    ("inventors", _("发明人")),
    ("agency", _("代理机构")),
    ("region_code", _("地区")),
    ("filing_date", _("申请日")),
    ("first_publication_date", _("公开日")),
    ("grant_date", _("授权公告日")),
    ("priority_date", _("优先权日")),
    ("ipc_main", _("主分类号")),
    ("ipc", _("IPC 分类号")),
    ("industry_code", _("国民经济行业")),
    ("claims_count", _("权利要求数")),
    ("cited_by_count", _("被引次数")),
    ("family_count", _("同族数")),
    ("awards", _("获奖")),
)
PERSONS = "inventors"
MOST_EVENTS, MOST_ACTS = 200, 50


@dataclass(frozen=True, slots=True)
class Fact:
    """A field, what it says, and the file that says so."""

    words: str | Promise
    value: str
    source: str


@page(policy=needs(Right.READ_STOCK))
@require_safe
def patent(request: HttpRequest, asset: int) -> HttpResponse:
    """One patent of the current inventory."""
    who = visitor(request)
    found = stock_patent_for(who.standing, asset, Right.READ_STOCK, book=who.book)
    rules = who.rules.source_pack.at(found.inventory.day)
    words = labels_of(rules)
    keys = list(AssetKey.objects.filter(asset=asset).values_list("key", flat=True))
    return render(
        request,
        "panhuo/stock/patent.html",
        {
            "patent": found,
            "title": found.title or found.asset.title_en or found.number,
            "abstract": found.asset.abstract or found.asset.abstract_en,
            "status": words.word("legal_status", found.status),
            "is_living": found.status == "granted_in_force",
            "dormancy": words.word("dormancy_state", found.dormancy or "cannot_say"),
            "reasons": [words.word("dormancy_reason", code) for code in found.why.split(";") if code],
            "burdens": [words.word("burden", code) for code in found.burdens.split(";") if code],
            "facts": facts(found.asset, words, region_names(rules)),
            "events": events(asset, words),
            "fee": words.word("fee_state", found.fee_state) if found.fee_state else "",
            "grade": grade(found, rules, words),
            "editions": editions(keys),
            "acts": acts(asset),
            "unit": found.unit,
            "values": values_of(who, found),
        },
    )


def facts(asset: Asset, words: Labels, regions: dict[str, str]) -> list[Fact]:
    """What the register holds of a patent, field by field, each with the file that said it; empty ones are left out.

    Inventors are masked: their names are shown to who asks for them with a reason.
    """
    named = {number for _rank, _day, number in asset.field_sources.values()} | {asset.source_id}
    files = {one.pk: one for one in SourceFile.objects.filter(pk__in=named)}
    found = []
    for name, said in FACTS:
        value = getattr(asset, name)
        if value in (None, "", []):
            continue
        if name == PERSONS:
            value = [masked_name(one) for one in value]
        elif name == "ip_type":
            value = words.word("ip_type", value)
        elif name == "region_code":
            value = f"{regions.get(value, '')} {value}".strip()
        told = asset.field_sources.get(name)
        found.append(Fact(said, _shown(value), _file(files.get(told[2] if told else asset.source_id))))
    return found


def _shown(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _file(source: SourceFile | None) -> str:
    if source is None:
        return ""
    name = PurePath(source.name).name  # not where it lay on somebody's machine
    return f"{name}（{source.as_of}）" if source.as_of else name


def events(asset: int, words: Labels) -> list[dict[str, Any]]:
    """Legal events, newest first, an undated statement under the day from which it is known."""
    rows = Event.objects.filter(asset=asset).select_related("source")[: MOST_EVENTS * 2]
    told = sorted(rows, key=lambda one: one.event_date or one.known_on or one.source.as_of or _FIRST, reverse=True)
    return [
        {
            "day": one.event_date or one.known_on,
            "is_exact": one.event_date is not None,
            "words": words.word("legal_status", one.status) if one.status else words.word("event", one.event),
            "parties": " → ".join(filter(None, (one.from_party, one.to_party))),
            "amount": one.amount_cny,
            "note": one.number or one.code,
            "source": _file(one.source),
        }
        for one in told[:MOST_EVENTS]
    ]


_FIRST = date(1985, 4, 1)
"""Before the first Chinese patent: statements without a day stand last."""


@dataclass(frozen=True, slots=True)
class Grade:
    """What a grade says and what it stands on. levels: the three parts of the scheme with their points."""

    strongest: list[str]
    weakest: list[str]
    levels: list[tuple[str, Decimal]]
    said: list[tuple[str, str]]
    confidence: int | None
    notice: str
    why_not: str


def grade(patent: StockPatent, rules: InForce, words: Labels) -> Grade | None:
    """The grade that the inventory stands on, in words; None where it kept none of this patent."""
    row = kept_grade(open_home(settings.SITE.home), patent.inventory, patent.asset_id)
    if row is None:
        return None
    scheme = read_scheme(rules, str(row["scene"] or "management"))
    strongest, weakest = _drivers(row, scheme, rules, words)
    columns = (*INDUSTRY, *HIGH_VALUE, *CRITERIA)
    shown = [one for one in columns if row.get(one.key) not in (None, "", [])]
    cells = shower(shown, words, rules)(row[one.key] for one in shown)
    return Grade(
        strongest,
        weakest,
        [
            (words.word("indicator", one.code), Decimal(str(row[f"score_{one.code}"])))
            for one in scheme.indicators
            if one.level == 1 and row.get(f"score_{one.code}") is not None
        ],
        [(one.column.heading, str(cell)) for one, cell in zip(shown, cells, strict=True)],
        None if row["value_confidence"] is None else round(100 * row["value_confidence"]),
        str(rules.value_or_none("scheme.notice") or ""),
        words.word("grade_reason", row["grade_reason"]) if row.get("grade_reason") else "",
    )


def _drivers(row: dict[str, Any], scheme: Scheme, rules: InForce, words: Labels) -> tuple[list[str], list[str]]:
    keys = ["value_score", "strongest", "weakest", *(f"score_{one.code}" for one in scheme.leaves)]
    cells = [row["value_score"], "", "", *(_float(row.get(key)) for key in keys[3:])]
    filled = DriverCells(scheme, rules, keys).filled(cells)
    return _told(str(filled[1]), words), _told(str(filled[2]), words)


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def _told(cell: str, words: Labels) -> list[str]:
    found = []
    for part in filter(None, cell.split(";")):
        indicator, points, band, change = part.split(":")
        found.append(f"{words.word('indicator', indicator)} {points}（{words.word('score_band', band)}）{change}")
    return found


def editions(keys: Iterable[str]) -> list[EditionRow]:
    """Published lists in which the patent stands or is annexed, newest first."""
    rows = EditionRow.objects.filter(asset_key__in=list(keys)).select_related("edition")
    return list(rows.order_by("-edition__day", "-edition__number")[:20])


def acts(asset: int) -> list[LoggedAction]:
    """What people did to the patent, newest first."""
    return list(LoggedAction.objects.filter(subject=f"asset:{asset}").order_by("-number")[:MOST_ACTS])
