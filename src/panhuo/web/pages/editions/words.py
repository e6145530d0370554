"""Words of editions: states, steps, rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from panhuo.desk.editions.difference import UNKNOWN, Difference
from panhuo.desk.editions.models import Draft, DraftStep
from panhuo.rules.labels import Labels
from panhuo.rules.rights import Denial
from panhuo.terms.edition_states import DraftAct, DraftState

STATES: dict[str, tuple[str, str | Promise]] = {
    DraftState.JUDGING: ("busy", gettext_lazy("正在逐件判读")),
    DraftState.DRAFTED: ("", gettext_lazy("编制中")),
    DraftState.REVIEW_1: ("warn", gettext_lazy("待一审")),
    DraftState.REVIEW_2: ("warn", gettext_lazy("待二审")),
    DraftState.REVIEW_3: ("warn", gettext_lazy("待三审")),
    DraftState.APPROVED: ("good", gettext_lazy("审核通过，待发布")),
    DraftState.PUBLISHED: ("good", gettext_lazy("已发布")),
    DraftState.DROPPED: ("", gettext_lazy("已作废")),
}
ACTS: dict[tuple[str, str], str | Promise] = {
    (DraftAct.JUDGE, DraftState.DRAFTED): gettext_lazy("逐件判读"),
    (DraftAct.SUBMIT, DraftState.DRAFTED): gettext_lazy("提交审核"),
    (DraftAct.PASS, DraftState.REVIEW_1): gettext_lazy("一审通过"),
    (DraftAct.PASS, DraftState.REVIEW_2): gettext_lazy("二审通过"),
    (DraftAct.PASS, DraftState.REVIEW_3): gettext_lazy("三审通过"),
    (DraftAct.GIVE_BACK, DraftState.REVIEW_1): gettext_lazy("一审退回"),
    (DraftAct.GIVE_BACK, DraftState.REVIEW_2): gettext_lazy("二审退回"),
    (DraftAct.GIVE_BACK, DraftState.REVIEW_3): gettext_lazy("三审退回"),
    (DraftAct.GIVE_BACK, DraftState.APPROVED): gettext_lazy("发布前退回"),
    (DraftAct.PUBLISH, DraftState.APPROVED): gettext_lazy("发布"),
}
NEXT: dict[str, str | Promise] = {
    DraftState.JUDGING: gettext_lazy("系统正在逐件判读，完成后在这里显示，可以离开本页。"),
    DraftState.DRAFTED: gettext_lazy(
        "请编制人核对正文和附件，无误后提交审核。附件里的专利须先取得权利人同意或消除障碍。"
    ),
    DraftState.REVIEW_1: gettext_lazy("等待一审人员审核。编制人不能审核自己的清单。"),
    DraftState.REVIEW_2: gettext_lazy("等待二审人员审核。每人只能办理一个环节。"),
    DraftState.REVIEW_3: gettext_lazy("等待三审人员审核。每人只能办理一个环节。"),
    DraftState.APPROVED: gettext_lazy("等待发布。发布时会按当天情况再判读一遍，有变化的专利不发布并单独列出。"),
    DraftState.PUBLISHED: gettext_lazy("已经发布，内容固定，不再改动。"),
    DraftState.DROPPED: gettext_lazy("这份清单已作废，不再办理。"),
}
DENIALS: dict[Denial, str | Promise] = {
    Denial.OTHER_STEP: gettext_lazy("您已办理过这份清单的其他环节，这一步须由另一人办理。"),
    Denial.OWN_CASE: gettext_lazy("这份清单与您本人有关，须由他人办理。"),
}
PARTS: dict[str, str | Promise] = {
    "list": gettext_lazy("正文"),
    "annex": gettext_lazy("附件：待确认"),
    "apart": gettext_lazy("发布时剔除"),
}


def step_words(step: DraftStep) -> dict[str, Any]:
    """A step as the page tells it."""
    return {"step": step, "words": ACTS.get((step.act, step.before), step.act)}


def frozen_step_words(told: Mapping[str, Any]) -> dict[str, Any]:
    """A step as the edition has kept it."""
    return {
        "words": ACTS.get((told["act"], told["before"]), told["act"]),
        "name": told["name"],
        "at": datetime.fromisoformat(told["at"]),
    }


def audience_words(draft: Draft, words: Labels) -> str:
    """Whom a draft is for."""
    return words.word("edition_audience", draft.audience) + (f"：{draft.told}" if draft.told else "")


def row_words(cells: Sequence[Any], columns: Sequence[str], why: str, ended: str, words: Labels) -> dict[str, Any]:
    """A row as pages show it; contacts are left to the files."""
    told = dict(zip(columns, cells, strict=False))
    return {
        **{name: told.get(name) or "" for name in ("position", "title", "patent_number", "ip_type", "intended_mode")},
        **{name: told.get(name) or "" for name in ("price", "source", "legal_status", "bars", "industry")},
        "owners": "、".join(told.get("owners") or ()),
        "why": why_words(why.split(";"), words),
        "ended": words.word("legal_status", ended) if ended else "",
    }


def why_words(codes: Iterable[str], words: Labels) -> str:
    """Reasons in words: bars, or the legal status that ended a right."""
    return "；".join(_why(code, words) for code in codes if code)


def _why(code: str, words: Labels) -> str:
    if code == UNKNOWN:
        return _("权利人未再提出，或登记库中已无此件")
    if code == "withdrawn":
        return _("权利人撤回")
    said = words.word("supply_bar", code)
    return words.word("legal_status", code) if said == code else said


def difference_words(found: Difference, headings: Mapping[str, str], words: Labels, *, most: int) -> dict[str, Any]:
    """A difference as the page shows it: up to so many rows of each kind."""

    def shown(cells: Mapping[str, Any]) -> dict[str, Any]:
        names = ("title", "patent_number")
        return {name: cells.get(name) or "" for name in names} | {"owners": "、".join(cells.get("owners") or ())}

    return {
        "since": found.since,
        "same": found.same,
        "counts": {"new": len(found.new), "gone": len(found.gone), "changed": len(found.changed)},
        "new": [shown(row.cells) for row in found.new[:most]],
        "gone": [shown(row.cells) | {"why": why_words(row.why, words)} for row in found.gone[:most]],
        "changed": [
            shown(row.cells)
            | {"changes": [(headings.get(key, key), _text(old), _text(new)) for key, old, new in row.changed]}
            for row in found.changed[:most]
        ],
        "most": most,
    }


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value)) or "—"
    return str(value) if value not in (None, "") else "—"
