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

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from panhuo.desk.imports.models import Upload
from panhuo.desk.inventory.access import current_inventory
from panhuo.desk.jobs.models import Job
from panhuo.desk.jobs.reading import count_quarantined
from panhuo.desk.listings.access import booklets_for, overdue, still_open
from panhuo.desk.registry.export import register_version
from panhuo.terms.job_states import OPEN_STATES, JobState
from panhuo.terms.roles import Right
from panhuo.web.access import account_of
from panhuo.web.obligations import has_second_factor
from panhuo.web.visitor import visitor

RECENT = timedelta(days=30)


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
    found = current_inventory()
    if found is None:
        why = _("导入专利后盘点一次，才能看到法律状态、沉睡判读、等级和年费。")
        return [Task(Heap.TO_DO, _("做第一次盘点"), why, reverse("stock-take"))] if register_version() else []
    if int(found.register_version.partition("-")[0]) < register_version():
        why = _("上次盘点之后导入了新的数据，重新盘点后才会反映出来。")
        return [Task(Heap.TO_DO, _("重新盘点"), why, reverse("stock-take"))]
    return []


def _booklets(request: HttpRequest) -> list[Task]:
    who = visitor(request)
    found: list[Task] = []
    today = who.rules.day
    if who.holds(Right.RETURN_BOOKLET):
        mine = booklets_for(who.reach(Right.RETURN_BOOKLET))
        late, left = overdue(mine, today).count(), still_open(mine, today).count()
        why = _("下载核实表，按下拉选项填写后交回。")
        if late:
            found.append(Task(Heap.OVERDUE, _("逾期未交回的核实表"), why, _to("booklets-list", state="overdue"), late))
        if left:
            found.append(Task(Heap.TO_DO, _("填写并交回核实表"), why, _to("booklets-list", state="open"), left))
    elif who.holds(Right.SEND_BOOKLET):
        sent = booklets_for(who.reach(Right.SEND_BOOKLET))
        late, left = overdue(sent, today).count(), still_open(sent, today).count()
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
    started = mine.filter(job=None).count()
    left = mine.filter(is_read=True, rejected__gt=0).count()
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
    running = mine.filter(state__in=OPEN_STATES).count()
    failed = mine.filter(state=JobState.FAILED, asked_at__gte=who.at - RECENT).count()
    found = []
    if failed:
        why = _("查看原因，处理后重新开始。")
        found.append(Task(Heap.TO_DO, _("没有成功的后台任务"), why, _to("jobs-list", state="failed"), failed))
    if running:
        why = _("完成后结果会显示在后台任务里。")
        found.append(Task(Heap.WAITING, _("正在进行的后台任务"), why, _to("jobs-list", state="open"), running))
    return found


def _to(name: str, **query: str) -> str:
    return f"{reverse(name)}?{urlencode(query)}"


SOURCES: tuple[Source, ...] = (_second_factor, _quarantined, _booklets, _imports, _inventory, _jobs)
