"""The workbench: what somebody has to do, what they wait for, what is late. Each entry opens just the things it counts.

An area that has work for people adds a function to SOURCES; it asks at most two queries and answers [] for who has
nothing to do with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from panhuo.desk.assessments.access import seats_of, to_score
from panhuo.desk.editions.access import EDITION_RIGHTS, draft_subject, drafts_for, verdict_on
from panhuo.desk.imports.models import Upload
from panhuo.desk.inventory.access import current_inventory
from panhuo.desk.inventory.models import Inventory
from panhuo.desk.inventory.work import INVENTORY
from panhuo.desk.jobs.models import Job
from panhuo.desk.jobs.reading import count_quarantined
from panhuo.desk.listings.access import booklets_for, open_counts
from panhuo.desk.pool.access import entries_to
from panhuo.desk.registry.export import register_version
from panhuo.engine.pool import Stage
from panhuo.terms.edition_states import DraftAct, DraftState
from panhuo.terms.job_states import OPEN_STATES, JobState
from panhuo.terms.roles import Right
from panhuo.web.access import account_of
from panhuo.web.obligations import has_second_factor
from panhuo.web.pages.pool.entries import waiting_for
from panhuo.web.visitor import visitor

RECENT = timedelta(days=30)
MOST_DRAFTS = 20
REVIEWS = (
    ("review", Right.REVIEW_POOL_ENTRY, _("待初审的入库"), _("看填报内容和技术卡片，通过或退回。")),
    ("approve", Right.APPROVE_POOL_ENTRY, _("待审批的入库"), _("学院已通过，由单位批准入库或退回。")),
)
_PASS = (DraftAct.PASS, _("审核清单：%(title)s"), _("核对正文和附件，通过或退回编制人。"))
ACTS_AT = {
    DraftState.REVIEW_1: _PASS,
    DraftState.REVIEW_2: _PASS,
    DraftState.REVIEW_3: _PASS,
    DraftState.APPROVED: (DraftAct.PUBLISH, _("发布清单：%(title)s"), _("已审核通过，确认后发布。")),
}


class Heap(StrEnum):
    """Where an entry lies."""

    OVERDUE = "overdue"
    TO_DO = "to_do"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for a person, or that they wait for. count: of things that `address` lists, None for one."""

    heap: Heap
    words: str | Promise
    why: str | Promise
    address: str
    count: int | None = None


Source = Callable[[HttpRequest], list[Task]]


def tasks(request: HttpRequest) -> dict[Heap, list[Task]]:
    """All tasks of who asks, by heap."""
    found = [task for source in SOURCES for task in source(request)]
    return {heap: [task for task in found if task.heap is heap] for heap in Heap}


def inventory_of(request: HttpRequest) -> Inventory | None:
    """The current inventory; asked for once a request."""
    if not hasattr(request, "panhuo_inventory"):
        request.panhuo_inventory = current_inventory()  # type: ignore[attr-defined]
    found: Inventory | None = request.panhuo_inventory  # type: ignore[attr-defined]
    return found


def _second_factor(request: HttpRequest) -> list[Task]:
    account = account_of(request)
    if not account.is_local or has_second_factor(account):
        return []
    why = _("除密码外再用手机或设备确认一次，密码泄露时别人也进不来。约需 2 分钟。")
    return [Task(Heap.TO_DO, _("启用两步验证"), why, reverse("mfa_index"))]


def _quarantined(request: HttpRequest) -> list[Task]:
    if not visitor(request).holds(Right.RUN_JOBS) or not (count := count_quarantined()):
        return []
    why = _("已停止自动重试。请查看原因，处理后重新开始。")
    return [Task(Heap.TO_DO, _("处理被隔离的后台任务"), why, _to("jobs-list", state="quarantined"), count)]


def _inventory(request: HttpRequest) -> list[Task]:
    who = visitor(request)
    if not who.holds(Right.RUN_GRADING):
        return []
    found = inventory_of(request)
    if found is None:
        why = _("导入专利后盘点一次，才能看到法律状态、沉睡判读、等级和年费。")
        return [Task(Heap.TO_DO, _("做第一次盘点"), why, reverse("stock-take"))] if register_version() else []
    if int(found.register_version.partition("-")[0]) < register_version():
        if Job.objects.filter(kind=INVENTORY, state__in=OPEN_STATES).exists():
            return []  # it is being taken, whoever asked for it
        why = _("上次盘点之后导入了新的数据，重新盘点后才会反映出来。")
        return [Task(Heap.TO_DO, _("重新盘点"), why, reverse("stock-take"))]
    return []


def _booklets(request: HttpRequest) -> list[Task]:
    who = visitor(request)
    found: list[Task] = []
    today = who.rules.day
    if who.holds(Right.RETURN_BOOKLET):
        mine = booklets_for(who.reach(Right.RETURN_BOOKLET))
        late, left = open_counts(mine, today)
        why = _("下载核实表，按下拉选项填写后交回。")
        if late:
            found.append(Task(Heap.OVERDUE, _("逾期未交回的核实表"), why, _to("booklets-list", state="overdue"), late))
        if left:
            found.append(Task(Heap.TO_DO, _("填写并交回核实表"), why, _to("booklets-list", state="open"), left))
    elif who.holds(Right.SEND_BOOKLET):
        sent = booklets_for(who.reach(Right.SEND_BOOKLET))
        late, left = open_counts(sent, today)
        if late:
            why = _("权利人过了期限还没有全部答复，请催办。")
            found.append(Task(Heap.OVERDUE, _("逾期未回的核实表"), why, _to("booklets-list", state="overdue"), late))
        if left:
            why = _("权利人正在填写。")
            found.append(Task(Heap.WAITING, _("等待回填的核实表"), why, _to("booklets-list", state="open"), left))
    return found


def _imports(request: HttpRequest) -> list[Task]:
    who = visitor(request)
    if not who.holds(Right.IMPORT_STOCK):
        return []
    mine = Upload.objects.filter(sent_by=account_of(request), sent_at__gte=who.at - RECENT)
    told = mine.aggregate(
        started=Count("pk", filter=Q(job=None)), left=Count("pk", filter=Q(is_read=True, rejected__gt=0))
    )
    started, left = told["started"], told["left"]
    found = []
    if started:
        why = _("已上传并识别，还没有确认导入。")
        found.append(Task(Heap.TO_DO, _("确认导入"), why, _to("imports-list", state="to-start"), started))
    if left:
        why = _("近 30 天的导入里有没写入的行：下载错误清单，改好后再导入。")
        found.append(Task(Heap.TO_DO, _("更正没有写入的行"), why, _to("imports-list", state="rejected"), left))
    return found


def _jobs(request: HttpRequest) -> list[Task]:
    who = visitor(request)
    mine = Job.objects.filter(asked_by=account_of(request))
    late = Q(state=JobState.FAILED, asked_at__gte=who.at - RECENT)
    told = mine.aggregate(running=Count("pk", filter=Q(state__in=OPEN_STATES)), failed=Count("pk", filter=late))
    running, failed = told["running"], told["failed"]
    found = []
    if failed:
        why = _("查看原因，处理后重新开始。")
        found.append(Task(Heap.TO_DO, _("没有成功的后台任务"), why, _to("jobs-list", state="failed"), failed))
    if running:
        why = _("完成后结果会显示在后台任务里。")
        found.append(Task(Heap.WAITING, _("正在进行的后台任务"), why, _to("jobs-list", state="open"), running))
    return found


def _pool(request: HttpRequest) -> list[Task]:
    who = visitor(request)
    found = []
    for what, right, words, why in REVIEWS:
        if who.holds(right) and (count := waiting_for(who, what).count()):
            found.append(Task(Heap.TO_DO, words, why, _to("pool-list", waits=what), count))
    if who.holds(Right.SUBMIT_POOL_ENTRY) and not any(who.holds(right) for _what, right, *_words in REVIEWS):
        mine = entries_to(who.reach, Right.SUBMIT_POOL_ENTRY, rules=who.rules)
        back = mine.filter(stage=Stage.RETURNED).count()
        if back:
            why = _("按退回理由修改，再提交一次。")
            found.append(Task(Heap.TO_DO, _("被退回的入库"), why, _to("pool-list", stage=Stage.RETURNED.value), back))
    return found


def _reviews(request: HttpRequest) -> list[Task]:
    if not visitor(request).holds(Right.SCORE_PANEL) or not (count := to_score(seats_of(account_of(request))).count()):
        return []
    why = _("请在评分截止日前评完并提交。有利害关系的，打开后声明回避。")
    return [Task(Heap.TO_DO, _("专利评分"), why, _to("reviews-mine", state="open"), count)]


def _editions(request: HttpRequest) -> list[Task]:
    """Drafts that this person may pass or publish now, one entry each."""
    who = visitor(request)
    if not any(who.holds(right) for right in EDITION_RIGHTS):
        return []
    rows = drafts_for(who.standing, book=who.book).filter(state__in=ACTS_AT)
    found = []
    for draft in rows.prefetch_related("co_units", "steps_taken")[:MOST_DRAFTS]:
        act, words, why = ACTS_AT[DraftState(draft.state)]
        verdict = verdict_on(draft, act, who.standing, draft_subject(draft), book=who.book)
        if verdict is not None and verdict.allowed:
            address = reverse("editions-draft", args=[draft.pk])
            found.append(Task(Heap.TO_DO, str(words) % {"title": draft.title}, why, address))
    return found


def _to(name: str, **query: str) -> str:
    return f"{reverse(name)}?{urlencode(query)}"


SOURCES: tuple[Source, ...] = (
    _quarantined, _booklets, _pool, _reviews, _editions, _imports, _inventory, _jobs, _second_factor,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stride:
    """A step of the work as it usually goes, for who holds one of the rights and not `unless`. url: its page."""

    rights: tuple[Right, ...]
    url: str
    words: str | Promise
    why: str | Promise
    unless: Right | None = None


STRIDES = (
    Stride(
        (Right.IMPORT_STOCK,), "imports-send", _("导入专利清单"),
        _("把专利台账传上来，先看识别结果，确认后写入；写入后自动盘点。"),
    ),
    Stride(
        (Right.IMPORT_STOCK, Right.SEND_BOOKLET), "dormant-register", _("看疑似沉睡的专利"),
        _("盘点按登记事实找出三年未见实施的专利，等待核实。"),
    ),
    Stride(
        (Right.SEND_BOOKLET,), "booklets-send", _("发核实表"), _("按权利人生成核实表和核实函，请权利人逐件答复。"),
        Right.RECORD_EXPLOITATION,
    ),
    Stride(
        (Right.RETURN_BOOKLET,), "booklets-list", _("交回核实表"), _("下载核实表，填好后从这里交回，状态随之更新。"),
    ),
    Stride(
        (Right.APPROVE_POOL_ENTRY, Right.REVIEW_POOL_ENTRY), "pool-list", _("审核入库"),
        _("发明人填报愿意转化的专利，学院初审、单位审批后进入资源库。"),
    ),
    Stride((Right.RUN_PANEL,), "panels-cases", _("评估价值"), _("为要转化的专利立项，请专家评分，委托二次评估。")),
    Stride((Right.DRAFT_EDITION,), "editions-new", _("编制供给清单"), _("系统逐件判读能否列入，审核通过后发布。")),
)  # fmt: skip
"""How the work goes on, in its order."""


def strides(request: HttpRequest) -> list[Stride]:
    """The steps that this person has a part in."""
    who = visitor(request)
    mine = [one for one in STRIDES if any(who.holds(right) for right in one.rights)]
    return [one for one in mine if one.unless is None or not who.holds(one.unless)]
