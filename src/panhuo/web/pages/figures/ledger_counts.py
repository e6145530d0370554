"""What the page of the conversion ledger shows: months or regions, with the filter of the rows behind each number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Count, Max, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from panhuo.desk.listings.ledger_actions import MOST_MONTHS, months_between
from panhuo.desk.listings.models import LedgerEntry, LedgerMonth
from panhuo.engine.indicators.ledger import CONTRACT, LICENCE, TRANSFER, Reconciled, month_of
from panhuo.rules.labels import Labels
from panhuo.terms.codes import parse_region_code, region_prefix
from panhuo.terms.dates import add_months
from panhuo.terms.errors import BadValue
from panhuo.web.pages.figures.counting import NOWHERE, Places

CONVERSION = "conversion"
KINDS = {LICENCE: (LICENCE,), TRANSFER: (TRANSFER,), CONVERSION: (LICENCE, TRANSFER), CONTRACT: (CONTRACT,)}
SHOWN_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Counted:
    """A column: what is counted, as the filter of the rows has it. is_apart: not drawn, for it overlaps others."""

    code: str
    words: str | Promise
    query: Mapping[str, str]
    is_apart: bool = True


COLUMNS = (
    Counted("licence", _("许可（计入）"), {"kind": LICENCE, "counts": "yes"}, is_apart=False),
    Counted("transfer", _("转让（计入）"), {"kind": TRANSFER, "counts": "yes"}, is_apart=False),
    Counted("all", _("计入合计"), {"kind": CONVERSION, "counts": "yes"}),
    Counted("msme", _("高校院所→中小微企业"), {"kind": CONVERSION, "msme": "yes"}),
    Counted("struck", _("剔除"), {"kind": CONVERSION, "counts": "no"}),
    Counted("contracts", _("技术合同"), {"kind": CONTRACT}),
    Counted("missing", _("合同未见备案登记"), {"kind": CONTRACT, "reconciled": Reconciled.MISSING.value}),
)
GROUPED = ("month", "region_code", "kind", "counts", "is_university_to_msme", "reconciled")


class MonthField(forms.CharField):
    """A month written YYYY-MM, cleaned to its first day; None for nothing."""

    def clean(self, value: Any) -> Any:
        told = super().clean(value)
        if not told:
            return None
        try:
            return month_of(told)[0]
        except BadValue:
            raise forms.ValidationError(_("请按 2026-03 的样子填写年月。")) from None


class MonthsForm(forms.Form):
    """From one month to another."""

    since = MonthField(label=_("从（年-月）"), required=False, help_text=_("如 2026-01"))
    until = MonthField(label=_("到（年-月）"), required=False, help_text=_("如 2026-12"))

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = told.get("since"), told.get("until")
        if since and until and since > until:
            raise forms.ValidationError(_("开始的月份不能晚于结束的月份。"))
        if since and until and len(months_between(since, until)) > MOST_MONTHS:
            raise forms.ValidationError(_("一次最多 %(most)s 个月。") % {"most": MOST_MONTHS})
        return told


class RowsFilter(MonthsForm):
    """What the rows of the ledger can be cut by; an empty field cuts nothing."""

    kind = forms.ChoiceField(label=_("台账类别"), required=False)
    counts = forms.ChoiceField(
        label=_("是否计入"), required=False, choices=[("", _("全部")), ("yes", _("计入")), ("no", _("剔除"))]
    )
    msme = forms.ChoiceField(
        label=_("高校院所→中小微企业"), required=False, choices=[("", _("全部")), ("yes", _("只看这类"))]
    )
    reconciled = forms.ChoiceField(label=_("合同与备案核对"), required=False)
    region = forms.CharField(label=_("地区代码"), required=False, max_length=12, widget=forms.HiddenInput)
    at_region = forms.RegexField(r"^(\d{6}|none)$", label=_("地区"), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, words: Labels, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [
            (CONVERSION, _("许可和转让")),
            *((kind, words.word("ledger", kind)) for kind in KINDS if kind != CONVERSION),
        ]
        self.fields["kind"].choices = [("", _("全部")), *kinds]  # type: ignore[attr-defined]
        states = [(one.value, words.word("reconciled", one.value)) for one in Reconciled]
        self.fields["reconciled"].choices = [("", _("全部")), *states]  # type: ignore[attr-defined]

    def clean_region(self) -> str:
        told: str = self.cleaned_data["region"]
        try:
            return region_prefix(parse_region_code(told)) if told else ""
        except BadValue:
            raise forms.ValidationError(_("不是地区代码。请写 2、4 或 6 位数字，如 44、4407、440703。")) from None

    def condition(self) -> Q:
        """What is asked for, as a condition on LedgerEntry; a field that is wrong cuts nothing and says so."""
        self.is_valid()
        told, said = self.cleaned_data, Q()
        if told.get("since"):
            said &= Q(month__gte=told["since"])
        if told.get("until"):
            said &= Q(month__lte=told["until"])
        if kind := told.get("kind"):
            said &= Q(kind__in=KINDS[kind])
        if counts := told.get("counts"):
            said &= Q(counts=counts == "yes")
        if told.get("msme"):
            said &= Q(is_university_to_msme=True)
        if state := told.get("reconciled"):
            said &= Q(reconciled=state)
        if region := told.get("at_region"):
            said &= Q(region_code="" if region == NOWHERE else region)
        if region := told.get("region"):
            said &= Q(region_code__startswith=region)
        return said


@dataclass(slots=True)
class Line:
    """A row of the table. cells: number and the query of its rows, in the order of the columns; is_kept: whether the
    month was counted."""

    name: str
    cells: list[tuple[int, str]] = field(default_factory=list)
    is_kept: bool = True
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Months that a page shows, and which of them stand in the ledger."""

    since: date
    until: date
    kept: Mapping[date, LedgerMonth]

    @property
    def months(self) -> list[date]:
        return months_between(self.since, self.until)

    @property
    def query(self) -> dict[str, str]:
        return {"since": f"{self.since:%Y-%m}", "until": f"{self.until:%Y-%m}"}


def span_of(form: MonthsForm, today: date) -> Span:
    """The months that the address asks for; else twelve up to the last that was counted."""
    told = form.cleaned_data if form.is_valid() else {}
    last = LedgerMonth.objects.filter(stands=True).aggregate(last=Max("month"))["last"]
    until = told.get("until") or last or today.replace(day=1)
    since = told.get("since") or add_months(until, 1 - SHOWN_MONTHS)
    until = max(since, until)
    kept = LedgerMonth.objects.filter(stands=True, month__gte=since, month__lte=until)
    return Span(since, min(until, add_months(since, MOST_MONTHS - 1)), {one.month: one for one in kept})


Groups = list[tuple[tuple[Any, ...], int]]


def groups_of(rows: QuerySet[LedgerEntry], span: Span) -> Groups:
    """How many rows share month, region and verdicts; one question for the whole page."""
    inside = rows.filter(month__gte=span.since, month__lte=span.until).order_by()
    return [(tuple(values), number) for *values, number in inside.values_list(*GROUPED).annotate(n=Count("pk"))]


def by_month(groups: Groups, span: Span, today: date) -> list[Line]:
    """A line a month with a cell for each of COLUMNS, and all months together."""
    sums: dict[tuple[date, str], int] = {}
    for values, number in groups:
        cells = dict(zip(GROUPED, values, strict=True))
        for column in COLUMNS:
            if _is_in(cells, column.query):
                for key in ((cells["month"], column.code), (_ALL, column.code)):
                    sums[key] = sums.get(key, 0) + number
    lines = [
        Line(
            f"{month:%Y-%m}",
            [(sums.get((month, one.code), 0), _query(_one(month), one.query)) for one in COLUMNS],
            month in span.kept,
            (month.year, month.month) == (today.year, today.month),
        )
        for month in span.months
    ]
    total = [(sums.get((_ALL, one.code), 0), _query(span.query, one.query)) for one in COLUMNS]
    return [*lines, Line(str(_("合计")), total)]


_ALL = date.min


def by_region(groups: Groups, span: Span, places: Places) -> list[Line]:
    """A line a region with the counted licences and transfers of each month and of all, those with most first."""
    counted = COLUMNS[2]
    sums: dict[str, dict[date, int]] = {}
    found = {}
    for values, number in groups:
        cells = dict(zip(GROUPED, values, strict=True))
        if _is_in(cells, counted.query):
            place = places.of(cells["region_code"])
            found[place.code] = place
            of_place = sums.setdefault(place.code, {})
            of_place[cells["month"]] = of_place.get(cells["month"], 0) + number
    lines = [
        Line(
            found[code].name,
            [
                *(
                    (numbers.get(month, 0), _query(_one(month), found[code].query, counted.query))
                    for month in span.months
                ),
                (sum(numbers.values()), _query(span.query, found[code].query, counted.query)),
            ],
        )
        for code, numbers in sorted(sums.items(), key=lambda one: (-sum(one[1].values()), one[0]))
    ]
    totals = [sum(one.get(month, 0) for one in sums.values()) for month in span.months]
    below = [(number, _query(_one(month), counted.query)) for number, month in zip(totals, span.months, strict=True)]
    return [*lines, Line(str(_("合计")), [*below, (sum(totals), _query(span.query, counted.query))])]


def _one(month: date) -> dict[str, str]:
    return {"since": f"{month:%Y-%m}", "until": f"{month:%Y-%m}"}


def _query(*filters: Mapping[str, str]) -> str:
    return urlencode({name: value for one in filters for name, value in one.items()})


def _is_in(cells: Mapping[str, Any], query: Mapping[str, str]) -> bool:
    """The same as RowsFilter.condition says of a row."""
    return (
        cells["kind"] in KINDS[query["kind"]]
        and ("counts" not in query or cells["counts"] == (query["counts"] == "yes"))
        and ("msme" not in query or cells["is_university_to_msme"])
        and ("reconciled" not in query or cells["reconciled"] == query["reconciled"])
    )


def regions_in(groups: Groups) -> Iterable[str]:
    """Region codes that the groups name."""
    return {values[1] for values, _number in groups}
