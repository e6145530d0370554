"""Forms of imports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from panhuo.adapters.readers.headings import normal_heading
from panhuo.adapters.readers.previews import choices
from panhuo.desk.imports.models import Upload

MOST_HEADINGS = 60


class SendForm(forms.Form):
    """A file, the day for which it speaks, whose silent rows are."""

    file = forms.FileField(
        label=_("文件"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.zip,.gz,.xml,.jsonl,.parquet"}),
    )
    as_of = forms.DateField(
        label=_("数据截止日期"),
        required=False,
        help_text=_("表格是哪一天从系统导出的，就填哪一天。不填则以每行自己的日期为准。"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    fills_own = forms.BooleanField(
        label=_("未写明权利人（管理部门：未写明地区）的行，均属本单位（本辖区）"),
        required=False,
        help_text=_("表格里没有“权利人”一列、而专利都是本单位的，请勾选。"),
    )


class HeadingsForm(forms.Form):
    """What headings mean that nobody knows."""

    def __init__(self, upload: Upload, data: Any = None) -> None:
        super().__init__(data)
        self.asked: dict[str, str] = {}
        options = [("", _("不导入这一列")), *choices()]
        for heading in asked_headings(upload):
            name = f"h{len(self.asked)}"
            self.asked[name] = heading
            said = upload.headings.get(normal_heading(heading), "")
            self.fields[name] = forms.ChoiceField(label=heading, choices=options, required=False, initial=said)
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def told(self) -> dict[str, str]:
        """Heading -> field, "" left out."""
        return {heading: self.cleaned_data[name] for name, heading in self.asked.items()}


def asked_headings(upload: Upload) -> list[str]:
    """Headings that are not understood, or that somebody said the meaning of; each once."""
    found: dict[str, str] = {}
    for sheet in upload.seen.get("sheets", []):
        for heading in sheet["headings"]:
            name = normal_heading(heading["text"])
            if name and (not heading["is_known"] or name in upload.headings):
                found.setdefault(name, heading["text"])
    return list(found.values())[:MOST_HEADINGS]
