"""Forms of the pages of people, and how what the register refuses comes back to the field it is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from panhuo.desk.people.models import Organisation
from panhuo.desk.people.scopes import EVERYTHING, THE_UNIT, regions_scope
from panhuo.rules import InForce
from panhuo.rules.sign_in_rules import password_rule
from panhuo.terms.errors import DomainError
from panhuo.web.pages.people.words import kind_words, role_words
from panhuo.web.password_words import fault_words
from panhuo.web.refusal_words import refusal_words
from panhuo.web.visitor import Visitor

LONGEST_REASON = 500
NEITHER_NAMED = ("not_there", "home_busy")
FIELD_OF = {
    "bad_uscc": "uscc", "no_uscc": "uscc", "uscc_taken": "uscc", "bad_region_code": "region", "no_region": "region",
    "no_name": "name", "same_name": "name", "closed_parent": "parent", "too_deep": "parent", "no_reason": "reason",
    "bad_day": "last_day", "bad_role": "role", "sides_mixed": "role", "held_already": "role", "bad_scope": "regions",
    "login_taken": "login", "bad_login": "login", "bad_password": "password", "closed_organisation": "organisation",
}  # fmt: skip


def done(form: forms.Form, act: Callable[[], Any], *, rules: InForce) -> Any:
    """What an act gives, or None after its refusal stands at the form. Raises: DomainError not_there, home_busy."""
    try:
        return act()
    except DomainError as error:
        if error.code in NEITHER_NAMED:
            raise
        field = FIELD_OF.get(error.code)
        if error.code == "bad_password":
            said: Any = fault_words(error.fields["faults"], rule=password_rule(rules))
        else:
            said = refusal_words(error)
        form.add_error(field if field in form.fields else None, said)
        return None


def reason_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("原因"),
        help_text=gettext_lazy("会写入操作日志，例如“离职”“岗位调整”。"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReasonForm(forms.Form):
    """Why."""

    reason = reason_field()


class SearchForm(forms.Form):
    """What a list is cut down to; nothing is wrong with any value."""

    q = forms.CharField(label=gettext_lazy("查找"), required=False, max_length=100)


class OrganisationSearch(SearchForm):
    """By name or code, kind."""

    kind = forms.ChoiceField(label=gettext_lazy("机构类型"), required=False)

    def __init__(self, data: Any, *, rules: InForce) -> None:
        super().__init__(data)
        self.fields["q"].label = _("名称或统一社会信用代码")
        self.fields["kind"].choices = [("", _("全部")), *kind_words(rules).items()]  # type: ignore[attr-defined]


class AccountSearch(SearchForm):
    """By name or login, state."""

    state = forms.ChoiceField(
        label=gettext_lazy("状态"),
        required=False,
        choices=[
            ("", gettext_lazy("全部")),
            ("open", gettext_lazy("使用中")),
            ("closed", gettext_lazy("已停用")),
        ],
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["q"].label = _("姓名或账号")


class OrganisationField(forms.CharField):
    """An organisation by full name, unified code or number, among those that may be named."""

    def __init__(self, **told: Any) -> None:
        super().__init__(**{"max_length": 200, "widget": forms.TextInput(attrs={"list": "organisations"}), **told})
        self.among = Organisation.objects.none()

    def clean(self, value: Any) -> Any:
        wanted = str(super().clean(value) or "").strip()
        if not wanted:
            return None
        found = list(self.among.filter(name=wanted)[:2]) or list(self.among.filter(uscc=wanted.upper())[:2])
        if not found and wanted.isascii() and wanted.isdecimal() and len(wanted) < 10:
            found = list(self.among.filter(pk=int(wanted)))
        if len(found) > 1:
            raise forms.ValidationError(_("有几个机构叫这个名称，请改填统一社会信用代码。"))
        if not found:
            raise forms.ValidationError(_("没有找到这个机构。请填写完整名称或统一社会信用代码，可在机构列表中查看。"))
        return found[0]


class FoundForm(forms.Form):
    """A new organisation."""

    name = forms.CharField(label=gettext_lazy("机构名称"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("机构类型"))
    uscc = forms.CharField(
        label=gettext_lazy("统一社会信用代码"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("18 位。学院等没有自己代码的下属机构可以不填。"),
    )
    region = forms.CharField(
        label=gettext_lazy("行政区划代码"),
        required=False,
        max_length=12,
        help_text=gettext_lazy("如 440703。主管部门须填写；下属机构不填时与上级相同。"),
    )
    parent = OrganisationField(
        label=gettext_lazy("上级机构"), required=False, help_text=gettext_lazy("学院填所在高校；没有上级的不填。")
    )

    def __init__(self, data: Any = None, *, who: Visitor, among: Any, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", _("请选择")),
            *kind_words(who.rules).items(),
        ]
        self.fields["parent"].among = among  # type: ignore[attr-defined]


class RenameForm(ReasonForm):
    """Another name, and why."""

    name = forms.CharField(label=gettext_lazy("新名称"), max_length=200)
    field_order = ("name", "reason")


class CloseOrganisationForm(ReasonForm):
    """The last day, and why."""

    last_day = forms.DateField(
        label=gettext_lazy("最后一天"),
        help_text=gettext_lazy("过了这一天，机构内所有人员的权限随之结束；历史记录保留。"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    field_order = ("last_day", "reason")


class AccountForm(forms.Form):
    """A new account."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    login = forms.CharField(
        label=gettext_lazy("账号"),
        max_length=60,
        help_text=gettext_lazy("2 至 60 个字母、数字或 . _ @ -，用于登录，以后不能更改，也不会再给别人使用。"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )
    email = forms.EmailField(label=gettext_lazy("邮箱"), required=False)
    phone = forms.CharField(label=gettext_lazy("电话"), required=False, max_length=20)
    is_unified = forms.BooleanField(
        label=gettext_lazy("只通过统一身份认证登录"),
        required=False,
        help_text=gettext_lazy("勾选后本系统不设密码；不勾选则生成一次性密码。"),
    )


class RoleForm(forms.Form):
    """A role, where, how far, until when. among: organisations that may be named; roles: that this person gives."""

    role = forms.ChoiceField(label=gettext_lazy("角色"))
    organisation = OrganisationField(
        label=gettext_lazy("机构"),
        required=False,
        help_text=gettext_lazy("填写完整名称或统一社会信用代码。专家等不属于任何机构的角色可以不填。"),
    )
    extent = forms.ChoiceField(
        label=gettext_lazy("管辖范围"),
        required=False,
        choices=[
            ("unit", gettext_lazy("本机构的范围（一般选这一项）")),
            ("regions", gettext_lazy("指定地区，可以去掉其中一部分")),
            ("everything", gettext_lazy("全部")),
        ],
    )
    regions = forms.CharField(
        label=gettext_lazy("包含的地区"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("选“指定地区”时填写行政区划代码，如 44、4403；几个代码之间用顿号或空格分开。"),
    )
    without = forms.CharField(
        label=gettext_lazy("其中不含"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("例如广东省不含深圳：上面填 44，这里填 4403。"),
    )

    def __init__(
        self, data: Any = None, *, who: Visitor, among: Any, roles: Mapping[str, str], wide: bool, initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["role"].choices = [("", _("请选择")), *roles.items()]  # type: ignore[attr-defined]
        self.fields["organisation"].among = among  # type: ignore[attr-defined]
        if not wide:
            for name in ("extent", "regions", "without"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        told["scope"] = THE_UNIT
        match told.get("extent"):
            case "everything":
                told["scope"] = EVERYTHING
            case "regions":
                try:
                    told["scope"] = regions_scope(_codes(told.get("regions", "")), _codes(told.get("without", "")))
                except DomainError as error:
                    self.add_error("regions", refusal_words(error))
            case _ if told.get("regions") or told.get("without"):
                self.add_error("extent", _("填了地区，请在这里选“指定地区”。"))
        return told


class GiveForm(RoleForm):
    """A role for an account that is there."""

    until = forms.DateField(
        label=gettext_lazy("最后一天"),
        required=False,
        help_text=gettext_lazy("不填则一直有效，直到有人结束它。"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def until_moment(self) -> datetime | None:
        """The end of the last day: midnight after it."""
        day = self.cleaned_data.get("until")
        return None if day is None else datetime.combine(day, time.max, get_current_timezone())


class InviteForm(RoleForm):
    """A role for somebody without an account."""

    name = forms.CharField(label=gettext_lazy("被邀请人姓名"), max_length=60)
    email = forms.EmailField(label=gettext_lazy("邮箱"), required=False, help_text=gettext_lazy("写入新账号的资料。"))
    field_order = ("name", "email", "role", "organisation", "extent", "regions", "without")


class TakeForm(forms.Form):
    """Login and password of a newcomer."""

    login = forms.CharField(
        label=gettext_lazy("账号"),
        max_length=60,
        help_text=gettext_lazy("自己定一个：2 至 60 个字母、数字或 . _ @ -，以后用它登录，不能更改。"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "username"}),
    )
    phone = forms.CharField(label=gettext_lazy("电话"), required=False, max_length=20)
    password = forms.CharField(
        label=gettext_lazy("密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    again = forms.CharField(
        label=gettext_lazy("再输入一次密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if told.get("password") and told.get("again") and told["password"] != told["again"]:
            self.add_error("again", _("两次输入的密码不一样。"))
        return told


def roles_given(who: Visitor, *, wide: bool) -> dict[str, str]:
    """The roles that this person may give, in words. wide: as security administrator, not for a unit only."""
    by = {row["role"]: row["granted_by"] for row in who.rules.table("roles")}
    allowed = ("security", "unit") if wide else ("unit",)
    return {role: word for role, word in role_words(who.rules).items() if by[role] in allowed}


def _codes(text: str) -> list[str]:
    return [one for one in re.split(r"[\s,，、;；]+", text) if one]
