"""The workbench: what somebody has to do, what they wait for, what is late. Each entry opens just the things it counts.

An area that has work for people adds a function to SOURCES. It names the rows, and all of them are counted by one
query; it asks nothing more than two queries of its own, and nothing of who has nothing to do with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.db.models import CharField, Count, QuerySet, Sum, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from panhuo.desk.assessments.access import seats_to_score
from panhuo.desk.editions.access import EDITION_RIGHTS, drafts_in_turn
from panhuo.desk.imports.models import Upload
from panhuo.desk.inventory.access import current_inventory, dues_for, stock_for
from panhuo.desk.inventory.models import Inventory
from panhuo.desk.inventory.work import INVENTORY
from panhuo.desk.jobs.models import Job
from panhuo.desk.listings.access import booklets_for, overdue, still_open
from panhuo.desk.pool.access import Waiting, waiting
from panhuo.desk.pool.exploitation import to_decide
from panhuo.desk.registry.export import register_version
from panhuo.terms.job_states import OPEN_STATES, JobState
from panhuo.terms.roles import Right
from panhuo.web.access import account_of
from panhuo.web.obligations import has_second_factor
from panhuo.web.pages.deadlines.deadlines import alert_of
from panhuo.web.visitor import visitor

RECENT = timedelta(days=30)
STALE = timedelta(days=30)
"""An inventory older than this tells fees and terms of a day long gone."""


class Heap(StrEnum):
    """Where an entry lies."""

    OVERDUE = "overdue"
    TO_DO = "to_do"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for a person, or that they wait for; `address` opens it.

    rows: the things that it counts and that `address` lists, None for one thing to do; count: of them.
    """

    heap: Heap
    words: str | Promise
    why: str | Promise
    address: str
    rows: QuerySet[Any] | None = None
    count: int | None = None


Source = Callable[[HttpRequest], Iterable[Task]]


def tasks(request: HttpRequest) -> dict[Heap, list[Task]]:
    """All tasks of who asks, by heap; those that count nothing are left out."""
    named = [task for source in SOURCES for task in source(request)]
    counts = _counted({place: task.rows for place, task in enumerate(named) if task.rows is not None})
    found = [
        task if task.rows is None else replace(task, rows=None, count=counts.get(place, 0))
        for place, task in enumerate(named)
        if task.rows is None or counts.get(place)
    ]
    return {heap: [task for task in found if task.heap is heap] for heap in Heap}


def _counted(rows: dict[int, QuerySet[Any]]) -> dict[int, int]:
    """Rows of each, by one query."""
    parts = [
        each.order_by().annotate(place_of_task=Value(str(place), CharField())).values_list("place_of_task")
        .annotate(n=Count("pk"))
        for place, each in rows.items()
    ]  # fmt: skip
    if not parts:
        return {}
    return {int(place): n for place, n in parts[0].union(*parts[1:], all=True)}


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
    if not visitor(request).holds(Right.RUN_JOBS):
        return []
    why = _("已停止自动重试。请查看原因，处理后重新开始。")
    rows = Job.objects.filter(state=JobState.QUARANTINED)
    return [Task(Heap.TO_DO, _("处理被隔离的后台任务"), why, _to("jobs-list", state="quarantined"), rows)]


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
    if who.rules.day - found.day > STALE:
        why = _("上次盘点已超过 30 天，年费和期限按那一天计算。")
        return [Task(Heap.TO_DO, _("重新盘点"), why, reverse("stock-take"))]
    return []


def _booklets(request: HttpRequest) -> Iterator[Task]:
    who = visitor(request)
    today = who.rules.day
    if who.holds(Right.RETURN_BOOKLET):
        mine = booklets_for(who.reach(Right.RETURN_BOOKLET))
        why = _("下载核实表，按下拉选项填写后交回。")
        yield Task(
            Heap.OVERDUE, _("逾期未交回的核实表"), why, _to("booklets-list", state="overdue"), overdue(mine, today)
        )
        yield Task(Heap.TO_DO, _("填写并交回核实表"), why, _to("booklets-list", state="open"), still_open(mine, today))
    elif who.holds(Right.SEND_BOOKLET):
        sent = booklets_for(who.reach(Right.SEND_BOOKLET))
        why = _("权利人过了期限还没有全部答复，请催办。")
        yield Task(
            Heap.OVERDUE, _("逾期未回的核实表"), why, _to("booklets-list", state="overdue"), overdue(sent, today)
        )
        why = _("权利人正在填写。")
        yield Task(
            Heap.WAITING, _("等待回填的核实表"), why, _to("booklets-list", state="open"), still_open(sent, today)
        )


def _imports(request: HttpRequest) -> Iterator[Task]:
    who = visitor(request)
    if not who.holds(Right.IMPORT_STOCK):
        return
    mine = Upload.objects.filter(sent_by=account_of(request), sent_at__gte=who.at - RECENT)
    why = _("已上传并识别，还没有确认导入。")
    yield Task(Heap.TO_DO, _("确认导入"), why, _to("imports-list", state="to-start"), mine.filter(job=None))
    left = mine.filter(is_read=True, rejected__gt=0)
    why = _("近 30 天的导入里有没写入的行：下载错误清单，改好后再导入。")
    yield Task(Heap.TO_DO, _("更正没有写入的行"), why, _to("imports-list", state="rejected"), left)


def _pool(request: HttpRequest) -> Iterator[Task]:
    who = visitor(request)
    for what, right, words, why in (
        (Waiting.MEND, Right.SUBMIT_POOL_ENTRY, _("修改被退回的入库填报"), _("按退回原因修改后再提交。")),
        (Waiting.REVIEW, Right.REVIEW_POOL_ENTRY, _("初审入库填报"), _("发明人已提交，等学院初审。")),
        (Waiting.APPROVE, Right.APPROVE_POOL_ENTRY, _("审批入库"), _("学院已初审，等学校审批。")),
        (Waiting.CONFIRM, Right.CONFIRM_LISTING, _("确认仍可转化"), _("在库信息要定期确认，过期会停止展示。")),
    ):
        if who.holds(right):
            rows = waiting(who.reach, who.standing.account, what, rules=who.rules)
            yield Task(Heap.TO_DO, words, why, _to("pool-list", waits=what.value), rows)
    if who.holds(Right.APPROVE_EXPLOITATION):
        why = _("核准后，下一次盘点不再列为沉睡。")
        told = to_decide(who.reach, who.standing.account)
        yield Task(Heap.TO_DO, _("核准实施情况"), why, _to("pool-exploitation-list", state="to-decide"), told)


def _editions(request: HttpRequest) -> list[Task]:
    who = visitor(request)
    if not any(who.holds(right) for right in EDITION_RIGHTS):
        return []
    rows = drafts_in_turn(who.standing, book=who.book)
    why = _("由您接着办理：提交、审核或发布。")
    return [Task(Heap.TO_DO, _("办理供给清单"), why, _to("editions-list", turn="mine"), rows)]


def _reviews(request: HttpRequest) -> Iterator[Task]:
    who = visitor(request)
    if not who.holds(Right.SCORE_PANEL):
        return
    mine = seats_to_score(account_of(request))
    why = _("打开评分表，逐项打分后提交。")
    late, left = mine.filter(panel__due__lt=who.rules.day), mine.filter(panel__due__gte=who.rules.day)
    yield Task(Heap.OVERDUE, _("逾期未提交的评分表"), why, _to("reviews-mine", state="late"), late)
    yield Task(Heap.TO_DO, _("为专利评分"), why, _to("reviews-mine", state="open"), left)


def _deadlines(request: HttpRequest) -> Iterator[Task]:
    who = visitor(request)
    inventory = inventory_of(request) if who.holds(Right.RETURN_BOOKLET) and who.holds(Right.READ_STOCK) else None
    if inventory is None:
        return
    reach = who.reach(Right.READ_STOCK)
    kept = dues_for(reach, inventory)
    counted = None if kept is None else dict(kept.order_by().values_list("code").annotate(n=Sum("patents")))
    for code, heap in (("grace", Heap.OVERDUE), ("fee30", Heap.TO_DO)):
        alert = alert_of(code)
        words, address = format_lazy("{}：{}", _("年费"), alert.words), _to("deadlines-list", kind=code)
        if counted is None:
            rows = stock_for(reach, inventory).filter(alert.condition(inventory.day))
            yield Task(heap, words, alert.next, address, rows)
        elif counted.get(code):
            yield Task(heap, words, alert.next, address, count=counted[code])


def _jobs(request: HttpRequest) -> Iterator[Task]:
    who = visitor(request)
    mine = Job.objects.filter(asked_by=account_of(request))
    failed = mine.filter(state=JobState.FAILED, asked_at__gte=who.at - RECENT)
    why = _("查看原因，处理后重新开始。")
    yield Task(Heap.TO_DO, _("没有成功的后台任务"), why, _to("jobs-list", state="failed"), failed)
    running = mine.filter(state__in=OPEN_STATES)
    why = _("完成后结果会显示在后台任务里。")
    yield Task(Heap.WAITING, _("正在进行的后台任务"), why, _to("jobs-list", state="open"), running)


def _to(name: str, **query: str) -> str:
    return f"{reverse(name)}?{urlencode(query)}"


SOURCES: tuple[Source, ...] = (
    _quarantined, _booklets, _reviews, _pool, _editions, _deadlines, _imports, _inventory, _jobs, _second_factor,
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
