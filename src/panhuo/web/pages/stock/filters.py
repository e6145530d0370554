"""What the list of stock patents can be cut by."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from panhuo.desk.inventory.access import WALKED
from panhuo.desk.people.models import Organisation
from panhuo.desk.registry.models import AssetKey
from panhuo.engine.grading.high_value import CASES
from panhuo.engine.records.terms_and_fees import FeeState
from panhuo.rules.labels import Labels
from panhuo.terms.codes import parse_region_code, region_prefix
from panhuo.terms.errors import BadValue
from panhuo.terms.kinds import PATENT_TYPES, DormancyState, LegalStatus, OwnerType
from panhuo.terms.numbers import asset_keys, parse_application_number, parse_publication_number

ALIKE = ("ip_type", "status", "dormancy", "grade", "owner_type", "fee_state")
"""Fields that cut by a value that many patents share."""
PLACES = {"unit", "region", "at_region"}
"""Fields that all counts know."""
DAYS = ((7, _("7 天内")), (30, _("30 天内")), (90, _("90 天内")))


class Kept(StrEnum):
    """Counts that are kept with an inventory: of what patents share, by year of grant."""

    ALIKE = "alike"
    YEARS = "years"


class StockFilter(forms.Form):
    """Fields of the filter; an empty one cuts nothing."""

    q = forms.CharField(
        label=_("关键词"), required=False, max_length=100, help_text=_("专利号、名称或权利人，可只写一部分。")
    )
    ip_type = forms.ChoiceField(label=_("类型"), required=False)
    status = forms.ChoiceField(label=_("法律状态"), required=False)
    dormancy = forms.ChoiceField(label=_("沉睡状态"), required=False)
    grade = forms.ChoiceField(label=_("价值等级"), required=False)
    high_value = forms.ChoiceField(label=_("高价值发明专利"), required=False)
    high_value_case = forms.ChoiceField(label=_("高价值情形"), required=False)
    owner_type = forms.ChoiceField(label=_("权利人类型"), required=False)
    unit = forms.IntegerField(required=False, min_value=1, max_value=10**15, widget=forms.HiddenInput)
    region = forms.CharField(label=_("地区代码"), required=False, max_length=12, help_text=_("2、4 或 6 位，如 4407。"))
    fee_state = forms.ChoiceField(label=_("年费状态"), required=False)
    due = forms.ChoiceField(label=_("年费到期"), required=False)
    at_region = forms.RegexField(r"^(\d{6}|none)$", label=_("地区"), required=False, widget=forms.HiddenInput)
    granted = forms.RegexField(r"^(\d{4}|none)$", label=_("授权年份"), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, words: Labels, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sets = {
            "ip_type": ("ip_type", PATENT_TYPES),
            "status": ("legal_status", LegalStatus),
            "dormancy": ("dormancy_state", (*DormancyState, "not_considered")),
            "grade": ("grade", ("A", "B", "C", "D")),
            "owner_type": ("owner_type", OwnerType),
            "fee_state": ("fee_state", FeeState),
            "high_value_case": ("high_value", CASES),
        }
        for name, (kind, codes) in sets.items():
            choices = [(str(code), words.word(kind, str(code))) for code in codes]
            self.fields[name].choices = [("", _("全部")), *choices]  # type: ignore[attr-defined]
        said = (("yes", _("是")), ("no", _("不是")), ("unknown", _("无从判断")))
        self.fields["high_value"].choices = [("", _("全部")), *said]  # type: ignore[attr-defined]
        self.fields["due"].choices = [("", _("全部")), *((str(days), said) for days, said in DAYS)]  # type: ignore[attr-defined]

    def clean_region(self) -> str:
        told = self.cleaned_data["region"].strip()
        if not told:
            return ""
        try:
            return parse_region_code(told)
        except BadValue:
            raise forms.ValidationError(_("不是地区代码。请写 2、4 或 6 位数字，如 44、4407、440703。")) from None

    def counted(self) -> tuple[Kept, Q] | None:
        """Which counts know how many are asked for, and the condition on them; None where none do."""
        self.is_valid()
        told = {name for name, value in self.cleaned_data.items() if value not in (None, "")} - PLACES
        said = self._alike()
        if told <= {*ALIKE}:
            return Kept.ALIKE, said
        if "granted" in told and told <= {"granted", "dormancy"}:
            year = self.cleaned_data["granted"]
            return Kept.YEARS, said & Q(year=None if year == "none" else int(year))
        return None

    @property
    def order(self) -> str:
        """The order that shows first what is asked for; an index answers it."""
        self.is_valid()
        told = self.cleaned_data
        return "due" if told.get("due") else "granted" if told.get("granted") not in (None, "", "none") else "filed"

    def _alike(self, walked: str = "") -> Q:
        told = self.cleaned_data
        names = {name: f"{walked}{name}" if walked and name in WALKED else name for name in (*ALIKE, "region_code")}
        said = Q()
        for name in (*ALIKE, "unit"):
            if told.get(name):
                said &= Q(**{names.get(name, name): told[name]})
        if region := told.get("region"):
            prefix = region_prefix(region)
            said &= Q(**{f"{names['region_code']}__startswith": prefix}) if prefix else Q()
        if exact := told.get("at_region"):
            said &= Q(**{names["region_code"]: "" if exact == "none" else exact})
        return said

    def condition(self, *, day: date, is_walked: bool = False, due_on: str = "fee_due_on") -> Q:
        """What is asked for, as a condition on StockPatent; a field that is wrong cuts nothing and says so.

        is_walked: for desk.inventory.access.walked_stock_for; due_on: the name of the day on which a fee falls due.
        """
        self.is_valid()
        told = self.cleaned_data
        said = self._alike("walked_" if is_walked else "")
        if high := told.get("high_value"):
            said &= Q(is_high_value={"yes": True, "no": False, "unknown": None}[high])
        if case := told.get("high_value_case"):
            said &= Q(high_value_cases__contains=case)  # no case is a part of another's name
        if year := told.get("granted"):
            said &= Q(grant_date=None) if year == "none" else Q(grant_date__year=int(year))
        if days := told.get("due"):
            said &= Q(**{f"{due_on}__gte": day, f"{due_on}__lte": day + timedelta(days=int(days))})
        if words := told.get("q", "").strip():
            said &= searched(words)
        return said

    def said(self) -> list[tuple[str, str]]:
        """What is asked for in words: of each field that cuts, its label and its value."""
        found = []
        for name, value in self.cleaned_data.items():
            if value in (None, ""):
                continue
            field = self.fields[name]
            shown = str(dict(getattr(field, "choices", ())).get(str(value), value))
            if name == "unit":
                unit = Organisation.objects.filter(pk=value).first()
                found.append((str(_("单位")), unit.name if unit else shown))
            else:
                found.append((str(field.label), shown))
        return found


def searched(words: str) -> Q:
    """A patent by its number in whichever writing; else a part of title or owner."""
    keys = number_keys(words)
    found = list(AssetKey.objects.filter(key__in=keys).values_list("asset", flat=True)) if keys else []
    if found:
        return Q(asset__in=found)
    return Q(title__icontains=words) | Q(owner_name__icontains=words) | Q(number__startswith=words)


def number_keys(words: str) -> tuple[str, ...]:
    """Keys of the register for words that are a patent's number; () for other words."""
    found: tuple[str, ...] = ()
    with suppress(BadValue):
        found += asset_keys(parse_application_number(words), None)
    with suppress(BadValue):
        found += asset_keys(None, parse_publication_number(words))
    return found
