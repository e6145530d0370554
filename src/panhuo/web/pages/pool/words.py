"""Words and marks of the pool that several pages share."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from panhuo.desk.pool.actions import Outcome
from panhuo.desk.pool.models import PoolEntry
from panhuo.engine.pool import Act, CardPart, Showing, Stage
from panhuo.rules import InForce
from panhuo.rules.labels import Labels
from panhuo.web.refusal_words import refusal_words

MARKS = {
    Stage.DRAFT: "",
    Stage.SUBMITTED: "busy",
    Stage.COLLEGE_APPROVED: "busy",
    Stage.UNIVERSITY_APPROVED: "good",
    Stage.RETURNED: "warn",
    Stage.WITHDRAWN: "",
}
NEXT: dict[Stage, str | Promise] = {
    Stage.DRAFT: gettext_lazy("填写入库信息和技术卡片，然后提交。"),
    Stage.SUBMITTED: gettext_lazy("等待审核，您现在不用做什么。"),
    Stage.COLLEGE_APPROVED: gettext_lazy("学院已通过，等待单位审批。"),
    Stage.UNIVERSITY_APPROVED: gettext_lazy("已入库，可供对接。要修改请先撤回。"),
    Stage.RETURNED: gettext_lazy("按退回理由修改，再提交一次。"),
    Stage.WITHDRAWN: gettext_lazy("已撤回。需要时可以重新起草。"),
}
ACTS: dict[Act, str | Promise] = {
    Act.SUBMIT: gettext_lazy("提交"),
    Act.REVIEW: gettext_lazy("初审通过"),
    Act.APPROVE: gettext_lazy("批准入库"),
    Act.RETURN: gettext_lazy("退回填报人"),
    Act.RETURN_TO_COLLEGE: gettext_lazy("退回学院"),
    Act.WITHDRAW: gettext_lazy("撤回"),
    Act.REOPEN: gettext_lazy("重新起草"),
}
SHOWINGS: dict[Showing, tuple[str, str | Promise]] = {
    Showing.SHOWN: ("good", gettext_lazy("对外可见")),
    Showing.TO_CONFIRM: ("warn", gettext_lazy("待确认")),
    Showing.HIDDEN: ("bad", gettext_lazy("已隐藏，待确认")),
}
MOST_TOLD = 20


def entry_words(entry: PoolEntry, words: Labels) -> dict[str, Any]:
    """An entry as lists show it."""
    stage = Stage(entry.stage)
    return {
        "row": entry,
        "stage": words.word("pool_stage", stage),
        "mark": MARKS[stage],
        "next": NEXT[stage],
        "grade": entry.self_grade or "",
        "mode": words.word("intended_mode", entry.intended_mode) if entry.intended_mode else "",
        "can_fill": stage in (Stage.DRAFT, Stage.RETURNED),
    }


def price_words(entry: PoolEntry, words: Labels) -> str:
    """What is asked for, amounts from ten thousand yuan on in 万元."""
    if entry.price_kind == "fixed" and entry.price_cny is not None:
        wan = entry.price_cny / Decimal(10_000)
        return _("%(n)s 万元") % {"n": f"{wan.normalize():f}"}
    if entry.price_kind == "royalty" and entry.royalty_percent is not None:
        return _("销售额的 %(n)s%%") % {"n": f"{entry.royalty_percent.normalize():f}"}
    return words.word("price_kind", entry.price_kind) if entry.price_kind else ""


class AskedLater:
    """Mixed into a form field that may be empty until the entry is submitted: told as needed, saved without."""

    def validate(self, value: Any) -> None:
        if value not in (None, "", []):
            super().validate(value)  # type: ignore[misc]


class TextAskedLater(AskedLater, forms.CharField):
    """A text that is needed to submit."""


class ChoiceAskedLater(AskedLater, forms.ChoiceField):
    """A choice that is needed to submit."""


class NumberAskedLater(AskedLater, forms.TypedChoiceField):
    """A level that is needed to submit."""


def in_english() -> bool:
    return (get_language() or "").startswith("en")


def part_words(part: CardPart) -> tuple[str, str]:
    """A part's name and what is asked in it, in the language of the page."""
    return (part.en, part.ask_en) if in_english() else (part.zh, part.ask_zh)


def choices(rules: InForce, words: Labels, wanted: str, kind: str) -> list[tuple[str, str]]:
    """A list of check_options for a form, in the language of the page."""
    return [
        (row["code"], words.word(kind, row["code"])) for row in rules.table("check_options") if row["list"] == wanted
    ]


def maturity_choices(rules: InForce) -> list[tuple[str, str]]:
    """The nine levels with their meaning; their notes are Chinese, as GB/T 22900 is."""
    rows = [row for row in rules.table("check_options") if row["list"] == "maturity"]
    return [(row["code"], row["code"] if in_english() else f"{row['code']} 级：{row['note']}") for row in rows]


def tell_outcomes(request: HttpRequest, told: Iterable[Outcome], done: str) -> None:
    """Say how many went well, and of each other one why it did not. done: a sentence with %(n)s."""
    outcomes = list(told)
    good = sum(one.refused is None for one in outcomes)
    if good:
        messages.success(request, done % {"n": good})
    bad = [one for one in outcomes if one.refused is not None]
    for one in bad[:MOST_TOLD]:
        if one.refused is not None:
            messages.warning(request, f"{one.number}{_('：')}{refusal_words(one.refused)}")
    if len(bad) > MOST_TOLD:
        messages.warning(request, _("另有 %(n)s 件没有成功。") % {"n": len(bad) - MOST_TOLD})
