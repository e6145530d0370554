"""Forms of editions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from panhuo.desk.editions.models import SharedPatent
from panhuo.desk.listings.actions import SHARING_LIST, SUPPLY_LIST
from panhuo.desk.people.models import Organisation
from panhuo.rules import InForce
from panhuo.rules.labels import Labels


class DraftForm(forms.Form):
    """What a draft begins with. units: offices for which the author may draft."""

    title = forms.CharField(
        label=gettext_lazy("名称"),
        max_length=120,
        help_text=gettext_lazy("审核人员据此辨认，如“2026 年四季度供给清单”。"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("清单种类"))
    unit = forms.ModelChoiceField(label=gettext_lazy("编制单位"), queryset=Organisation.objects.none())
    audience = forms.ChoiceField(
        label=gettext_lazy("发送对象"), help_text=gettext_lazy("发送对象决定需要几级审核，括号中为审核级数。")
    )
    told = forms.CharField(
        label=gettext_lazy("对象说明"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("可不填，如“电子信息企业”。"),
    )
    day = forms.DateField(
        label=gettext_lazy("查询日"),
        help_text=gettext_lazy("法律状态和权利人同意按这一天判读；发布时按发布当天再判读一遍。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    co_units = forms.ModelMultipleChoiceField(
        label=gettext_lazy("会审单位"), required=False, queryset=Organisation.objects.none(),
        help_text=gettext_lazy("二审可由会审单位办理；不需要时不选。按住 Ctrl 可多选。"),
    )  # fmt: skip

    def __init__(
        self, *args: Any, rules: InForce, words: Labels, units: QuerySet[Organisation],
        co_units: QuerySet[Organisation], **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.today = rules.day
        steps = {row["audience"]: row["steps"] for row in rules.table("edition_audiences") if not row["region"]}
        kinds = (SUPPLY_LIST, SHARING_LIST) if SharedPatent.objects.exists() else (SUPPLY_LIST,)
        chosen: dict[str, list[tuple[str, str]]] = {
            "kind": [(code, words.word("output", code)) for code in kinds],
            "audience": [
                (code, _("%(name)s（%(n)s 级审核）") % {"name": words.word("edition_audience", code), "n": count})
                for code, count in steps.items()
            ],
        }
        for name, choices in chosen.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].empty_label = None  # type: ignore[attr-defined]
        self.fields["co_units"].queryset = co_units  # type: ignore[attr-defined]
        for name in ("unit", "co_units"):
            self.fields[name].label_from_instance = lambda one: one.name  # type: ignore[attr-defined]

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(_("查询日不能晚于今天（%(today)s）。") % {"today": self.today})
        return day


class ReasonForm(forms.Form):
    """Why something is given back or withdrawn."""

    reason = forms.CharField(
        label=gettext_lazy("原因"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("请填写原因。")},
    )  # fmt: skip
