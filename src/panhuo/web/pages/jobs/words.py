"""Background work as pages tell it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from panhuo.desk.jobs.models import Job
from panhuo.terms.errors import DomainError
from panhuo.terms.job_states import OPEN_STATES, JobState
from panhuo.web.refusal_words import refusal_words

KINDS: dict[str, str | Promise] = {
    "import": _("导入文件"),
    "inventory": _("盘点"),
    "booklets": _("发核实表"),
    "dormant": _("导出沉睡专利名册"),
    "ledger": _("统计转化台账"),
    "edition-judge": _("判读清单"),
    "edition-publish": _("发布清单"),
}
STATES: dict[str, tuple[str, str | Promise]] = {
    JobState.WAITING: ("", _("排队中")),
    JobState.RUNNING: ("busy", _("进行中")),
    JobState.CANCELLING: ("busy", _("正在取消")),
    JobState.DONE: ("good", _("已完成")),
    JobState.FAILED: ("bad", _("失败")),
    JobState.QUARANTINED: ("bad", _("已隔离")),
    JobState.CANCELLED: ("warn", _("已取消")),
}
STEPS: dict[str, str | Promise] = {
    "counting": _("正在清点行数"),
    "storing": _("正在写入登记库"),
    "working_out": _("正在逐件计算"),
    "writing": _("正在写文件"),
    "judging": _("正在逐件判读"),
    "publishing": _("正在再次判读并发布"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A job for a page. state: of the tag status; why: why it did not end well, "" where it did; next: what now."""

    job: Job
    kind: str
    state: str
    words: str
    step: str
    why: str
    next: str
    link: str
    is_open: bool
    may_cancel: bool
    may_retry: bool


def told(job: Job, *, manages: bool) -> Told:
    """A job in words. manages: whether who asks may begin quarantined work again."""
    state, words = STATES[job.state]
    over_badly = job.state in {JobState.FAILED, JobState.QUARANTINED}
    return Told(
        job=job,
        kind=str(KINDS.get(job.kind, job.kind)),
        state=state,
        words=str(words),
        step=str(STEPS.get(job.step, "")),
        why=refusal_words(DomainError(job.error, code=job.error_code)) if job.error_code else "",
        next=str(_next(job)),
        link=_link(job),
        is_open=job.state in OPEN_STATES,
        may_cancel=job.state in {JobState.WAITING, JobState.RUNNING},
        may_retry=(over_badly or job.state == JobState.CANCELLED) and (manages or job.state != JobState.QUARANTINED),
    )


def _link(job: Job) -> str:
    """Where the result is looked at; "" where it is nowhere yet."""
    if job.kind == "import":
        return reverse("imports-one", args=[job.what["upload"]]) if job.what.get("upload") else ""
    if job.what.get("draft"):
        return reverse("editions-draft", args=[job.what["draft"]])
    if job.state != JobState.DONE:
        return ""
    if job.kind == "dormant":
        return reverse("dormant-file", args=[job.pk])
    pages = {"inventory": "stock-list", "booklets": "booklets-list", "ledger": "figures-ledger"}
    return reverse(pages[job.kind]) if job.kind in pages else ""


def _next(job: Job) -> str | Promise:
    match job.state:
        case JobState.WAITING if job.error_code:
            return _("系统会自动再试，不用操作。")
        case JobState.WAITING:
            return _("轮到时自动开始，可以离开本页。")
        case JobState.RUNNING:
            return _("可以离开本页，完成后在这里查看结果。")
        case JobState.CANCELLING:
            return _("做完当前一步就会停止。")
        case JobState.FAILED:
            return _("按原因处理后，可以重新开始。")
        case JobState.QUARANTINED:
            return _("多次尝试没有成功，已停止自动重试并告知系统管理员。由管理员查明原因后重新开始。")
        case JobState.CANCELLED:
            return _("取消前已经写入的内容保留。需要时可以重新开始，从停下的地方继续。")
        case _:
            return ""
