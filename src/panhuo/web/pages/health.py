"""Whether the installation works: for the people who run it and for their monitoring. Holds no personal data."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from panhuo.adapters.files.home import existing_home
from panhuo.desk.jobs.reading import count_open, count_quarantined
from panhuo.desk.registry.models import SourceFile
from panhuo.web.access import PUBLIC, page

LEAST_FREE_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. state: good, warn, bad; said: a stable word for programs."""

    name: str
    words: str | Promise
    state: str
    said: str
    explained: str | Promise


@page(policy=PUBLIC, while_obliged=True)
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 where all is good or in want of care, 503 where something is bad. JSON for who accepts it."""
    found = [database(), disk(Path(settings.SITE.home)), jobs(), worker(Path(settings.SITE.home))]
    status = 503 if any(one.state == "bad" for one in found) else 200
    if "application/json" in request.headers.get("Accept", ""):
        told = {one.name: {"state": one.state, "said": one.said} for one in found}
        return JsonResponse({"healthy": status == 200, **told}, status=status)
    return render(
        request,
        "panhuo/health.html",
        {"findings": [asdict(one) for one in found], "healthy": status == 200},
        status=status,
    )


def database() -> Finding:
    """Whether the register answers."""
    words = _("登记库")
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1 FROM people_account WHERE 1 = 0")
    except DatabaseError:
        return Finding("database", words, "bad", "no_answer", _("登记库没有应答。请查看日志，运行 panhuo doctor。"))
    return Finding("database", words, "good", "answers", _("应答正常。"))


def disk(folder: Path, least_free_bytes: int = LEAST_FREE_BYTES) -> Finding:
    """Whether the disk of the home has room."""
    words = _("磁盘")
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return Finding("disk", words, "bad", "no_folder", _("数据目录不存在或不能读取。"))
    if free < least_free_bytes:
        return Finding("disk", words, "warn", "little_room", _("剩余空间不足 1 GB，请清理或扩容。"))
    return Finding("disk", words, "good", "room", _("空间充足。"))


def jobs() -> Finding:
    """Background work that is quarantined or waits, imports that were begun and not finished."""
    words = _("任务")
    try:
        unfinished = SourceFile.objects.filter(complete=False).exists()
        waiting, stuck = count_open(), count_quarantined()
    except DatabaseError:
        return Finding("jobs", words, "bad", "no_answer", _("登记库没有应答。请查看日志，运行 panhuo doctor。"))
    if stuck:
        return Finding("jobs", words, "warn", "quarantined", _("有后台任务多次失败、已被隔离，请系统管理员处理。"))
    if waiting:
        return Finding("jobs", words, "good", "under_way", _("有后台任务正在排队或进行。"))
    if unfinished:
        return Finding("jobs", words, "warn", "unfinished_import", _("有导入尚未完成：正在进行，或中断后等待继续。"))
    return Finding("jobs", words, "good", "none_unfinished", _("没有未完成的导入。"))


def worker(folder: Path) -> Finding:
    """Whether somebody does the background work."""
    words = _("后台任务进程")
    home = existing_home(folder)
    if home is None or not home.has_worker:
        said = _("没有运行，导入等任务会一直排队。请运行 panhuo work 或重启服务。")
        return Finding("worker", words, "warn", "not_running", said)
    return Finding("worker", words, "good", "running", _("正在运行。"))
