"""Forms of cases and panels, and how what the register refuses comes back to the field it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from panhuo.desk.assessments.forms import choices_of
from panhuo.desk.people.models import Account
from panhuo.engine.assessment import GateShut, Stage, first_rules, self_grade_scale
from panhuo.engine.assessment.rows import ScoreRow
from panhuo.rules import InForce
from panhuo.rules.labels import Labels
from panhuo.terms.errors import DomainError
from panhuo.terms.half_width import half_width
from panhuo.web.pages.people.forms import LONGEST_REASON, reason_field
from panhuo.web.refusal_words import refusal_words
from panhuo.web.words import labels_of

NEITHER_NAMED = ("not_there", "home_busy", "not_allowed")
FIELD_OF = {
    "no_reason": "reason", "not_an_inventor": "inventor", "no_agency": "agency", "own_agency": "agency",
    "due_too_early": "due", "not_an_expert": "account", "conflict_of_interest": "account", "no_workplace": "workplace",
    "expert_withdrawn": "account", "expert_seated": "account", "not_a_paper": "paper", "empty_file": "paper",
}  # fmt: skip
MOST_NUMBERS = 50
LONGEST_COMMENT = 1000
POINTS, COMMENT = "points_", "comment_"


def done(form: forms.Form, act: Callable[[], Any], *, rules: InForce) -> Any:
    """What an act gives (True for one that gives nothing), or None after its refusal stands at the form.

    Raises: DomainError not_there, home_busy, not_allowed.
    """
    try:
        given = act()
    except DomainError as error:
        if error.code in NEITHER_NAMED:
            raise
        field = FIELD_OF.get(error.code)
        form.add_error(field if field in form.fields else None, told(error, labels_of(rules)))
        return None
    return True if given is None else given


def told(error: DomainError, words: Labels) -> str:
    """A refusal in words; gates say what they lack, a conflict says which."""
    if isinstance(error, GateShut):
        lacking = "；".join(words.word("assessment_lack", one["code"]) for one in error.fields["lacks"])
        return _("现在还不能办理：%(lacking)s。") % {"lacking": lacking}
    if error.code == "conflict_of_interest":
        kinds = dict.fromkeys(words.word("conflict_kind", one["kind"]) for one in error.fields["conflicts"])
        return _("这位专家须回避：%(kinds)s。请另选专家。") % {"kinds": "；".join(kinds)}
    return refusal_words(error)


def is_english() -> bool:
    return (get_language() or "").startswith("en")


def day_field(label: Any, **told: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **told)


class CaseSearch(forms.Form):
    """What the list of cases is cut down to."""

    q = forms.CharField(label=gettext_lazy("项目编号、专利号或名称"), required=False, max_length=100)
    stage = forms.ChoiceField(label=gettext_lazy("进度"), required=False)

    def __init__(self, data: Any, *, rules: InForce) -> None:
        super().__init__(data)
        words = labels_of(rules)
        stages = [(one.value, words.word("assessment_stage", one.value)) for one in Stage]
        self.fields["stage"].choices = [("", _("全部")), *stages]  # type: ignore[attr-defined]


class ReviewSearch(forms.Form):
    """What an expert's list is cut down to."""

    q = forms.CharField(label=gettext_lazy("题目或摘要中的词"), required=False, max_length=100)


class OpenForm(forms.Form):
    """Patents to open cases on."""

    numbers = forms.CharField(
        label=gettext_lazy("专利号"),
        help_text=gettext_lazy("一行一个申请号或公告号，一次最多 50 个。须是存量专利中的专利。"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    departments = forms.CharField(
        label=gettext_lazy("发明人所在院系"),
        help_text=gettext_lazy("多个用顿号隔开。对专家隐去。"),
        required=False,
        max_length=400,
    )
    organisations = forms.CharField(
        label=gettext_lazy("发明人的其他工作单位"),
        help_text=gettext_lazy("权利人以外的单位，多个用顿号隔开。这些单位的专家须回避。"),
        required=False,
        max_length=400,
    )

    def clean_numbers(self) -> list[str]:
        found = list(dict.fromkeys(parts_of(self.cleaned_data["numbers"])))
        if len(found) > MOST_NUMBERS:
            raise forms.ValidationError(_("一次最多 50 个专利号，请分几次填写。"))
        return found


def parts_of(text: str) -> list[str]:
    """What stands between commas, line ends and the like."""
    for mark in "，、；;\n\r\t ":
        text = text.replace(mark, ",")
    return [part for part in text.split(",") if part]


def names_in(text: str) -> list[str]:
    """Names between commas or 、; a name may hold blanks."""
    for mark in "，、；;\n\r":
        text = text.replace(mark, ",")
    return [part.strip() for part in text.split(",") if part.strip()]


class SelfGradeForm(forms.Form):
    """An inventor's word on value and willingness."""

    inventor = forms.CharField(
        label=gettext_lazy("发明人姓名"), help_text=gettext_lazy("与专利上的署名一致。"), max_length=60
    )
    level = forms.TypedChoiceField(label=gettext_lazy("自评等级"), coerce=int)
    willingness = forms.ChoiceField(label=gettext_lazy("转化意愿"))
    graded_on = day_field(gettext_lazy("自评日期"))
    reason = forms.CharField(
        label=gettext_lazy("理由"), required=False, max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, rules: InForce, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [(one.level, one.en if is_english() else one.zh) for one in self_grade_scale(rules).levels]
        self.fields["level"].choices = levels  # type: ignore[attr-defined]
        said: dict[str, str] = {}
        for words, code in choices_of(rules, "willingness").items():
            said.setdefault(code, words)
        self.fields["willingness"].choices = list(said.items())  # type: ignore[attr-defined]


class FirstForm(forms.Form):
    """The questions of the internal first assessment; open ones leave value or prospect undecided."""

    assessor = forms.CharField(label=gettext_lazy("初评人"), max_length=60)
    remark = forms.CharField(
        label=gettext_lazy("说明"), required=False, max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, rules: InForce, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = first_rules(rules).form.questions
        english = is_english()
        for one in self.questions:
            choices = [(choice.code, choice.en if english else choice.zh) for choice in one.choices]
            self.fields[one.code] = forms.ChoiceField(
                label=one.en if english else one.zh, choices=[("", _("未定")), *choices], required=False
            )
        self.order_fields([*(one.code for one in self.questions), "assessor", "remark"])

    def answers(self) -> dict[str, str]:
        return {one.code: told for one in self.questions if (told := self.cleaned_data[one.code])}


class PanelForm(forms.Form):
    """How a panel works."""

    due = day_field(gettext_lazy("评分截止日"), help_text=gettext_lazy("这一天提交的评分仍然有效。"))
    is_blind = forms.TypedChoiceField(
        label=gettext_lazy("评审方式"),
        coerce=lambda told: told == "blind",
        initial="blind",
        choices=[
            ("blind", gettext_lazy("匿名评审：专家看不到权利人、发明人和专利号")),
            ("open", gettext_lazy("公开评审：专家看得到权利人、发明人和专利号")),
        ],
        help_text=gettext_lazy("开始后不能更改。"),
    )


class ExpertForm(forms.Form):
    """Who is put on a panel."""

    account = forms.ModelChoiceField(
        label=gettext_lazy("专家"),
        queryset=Account.objects.none(),
        help_text=gettext_lazy("列出的是有“评审专家”角色的账号。没有的，请先由安全管理员授予角色。"),
    )
    workplace = forms.CharField(
        label=gettext_lazy("工作单位"), help_text=gettext_lazy("填全称，用来判断是否须回避。"), max_length=200
    )
    weight = forms.DecimalField(
        label=gettext_lazy("权重"), initial=1, min_value=Decimal("0.0001"), max_value=100, decimal_places=4
    )
    relations = forms.CharField(
        label=gettext_lazy("声明的利害关系"),
        help_text=gettext_lazy("专家说到的单位或个人，多个用顿号隔开；没有就空着。"),
        required=False,
        max_length=400,
    )
    has_declared = forms.BooleanField(label=gettext_lazy("专家已声明利害关系（包括声明“没有”）"), required=False)

    def __init__(self, *args: Any, among: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["account"]
        field.queryset = among
        field.label_from_instance = lambda one: f"{one.name}（{one.login}）"


class OrderForm(forms.Form):
    """Whom the second assessment is ordered from."""

    agency = forms.CharField(
        label=gettext_lazy("第三方机构"), help_text=gettext_lazy("填全称，不能是权利人或发明人单位。"), max_length=200
    )


class ReportForm(forms.Form):
    """A report that goes into the file."""

    which = forms.ChoiceField(
        label=gettext_lazy("哪一次评估的报告"),
        choices=[("first", gettext_lazy("初评报告")), ("second", gettext_lazy("二次评估报告"))],
    )
    report_number = forms.CharField(label=gettext_lazy("报告编号"), required=False, max_length=80)
    paper = forms.FileField(label=gettext_lazy("报告文件"), help_text=gettext_lazy("PDF、OFD、Word 或图片。"))


class ConflictForm(forms.Form):
    """Why an expert steps back."""

    reason = reason_field()


class EmptyForm(forms.Form):
    """An act that asks nothing but whether it is meant."""


class SheetForm(forms.Form):
    """Points and comment of each indicator, as typed; whole is asked only when the sheet is handed in."""

    def __init__(self, *args: Any, indicators: Any, draft: Mapping[str, Any], handing_in: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indicators, self.handing_in = indicators, handing_in
        english = is_english()
        for one in indicators:
            points, comment = draft.get(one.code, ("", ""))
            name = one.en if english else one.zh
            self.fields[POINTS + one.code] = forms.CharField(
                label=_("%(name)s：分数（0—100）") % {"name": name},
                required=handing_in or not self.is_bound,  # a draft may have gaps
                error_messages={"required": _("请填写分数。")},
                max_length=20,
                initial=points,
                help_text=one.note,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            )
            self.fields[COMMENT + one.code] = forms.CharField(
                label=_("%(name)s：意见") % {"name": name},
                required=False,
                max_length=LONGEST_COMMENT,
                initial=comment,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def clean(self) -> dict[str, Any]:
        if self.handing_in:
            for one in self.indicators:
                name = POINTS + one.code
                if name in self.cleaned_data and points_in(self.cleaned_data[name]) is None:
                    self.add_error(name, _("分数应为 0 到 100 的数字，最多四位小数。"))
        return self.cleaned_data

    def entries(self) -> dict[str, tuple[str, str]]:
        return {
            one.code: (self.cleaned_data[POINTS + one.code].strip(), self.cleaned_data[COMMENT + one.code].strip())
            for one in self.indicators
        }

    def rows(self, sheet: str) -> list[ScoreRow]:
        found = []
        for indicator, (said, comment) in self.entries().items():
            points = points_in(said)
            if points is not None:
                found.append(ScoreRow(sheet, indicator, points, comment))
        return found


def points_in(text: str) -> Decimal | None:
    """Points 0..100 with four decimals at most; None for anything else."""
    try:
        found = Decimal(half_width(text).strip())
        fits = found.is_finite() and 0 <= found <= 100 and found == found.quantize(Decimal("0.0001"))
    except InvalidOperation:
        return None
    return found if fits else None
