"""What is found in a home that was used: its tables, log, jobs, files, editions, inventories. Nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from panhuo.cli.doctor_checks import Finding
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.adapters.files.kept_files import Held

ON_ITS_WAY = timedelta(hours=1)
"""A file that came later than that may belong to an act that is not committed yet."""
RESTORE = "Restore the last backup that has it: panhuo restore FILE --home NEW."
_SHOWN = 3


def site_findings(home: Home, *, at: datetime) -> Iterator[Finding]:
    """All findings, in the order in which to mend them; only the first ones where the register cannot be asked."""
    from django.db import DatabaseError, connections

    from panhuo.desk.registry.opening import point_to

    try:
        point_to(home)
        if connections["default"].vendor == "sqlite" and not home.register.is_file():
            return
        yield _register(home)
        pending = _pending()
        yield pending
        if not pending.is_ok:
            return
        looks: list[Callable[[], Iterator[Finding]]] = [
            lambda: _log(home), lambda: _jobs(home), lambda: _files(home, at), lambda: _editions(home),
            lambda: _inventories(home), lambda: _imports(home),
        ]  # fmt: skip
        for look in looks:
            yield from look()
    except DatabaseError as error:
        todo = "See that the server runs and the disk has room, or restore a backup: panhuo restore."
        yield Finding(
            "register", "登记库 register", False, True, str(error).strip().partition("\n")[0], todo, is_care=True
        )


def has_tables(*models: str) -> bool:
    """Whether the register has the tables of these apps' models: a home that was never served lacks the site's."""
    from django.apps import apps
    from django.db import connections

    if not all(apps.is_installed(f"panhuo.desk.{model.partition('.')[0]}") for model in models):
        return False
    there = set(connections["default"].introspection.table_names())
    return all(apps.get_model(model)._meta.db_table in there for model in models)


def unfinished_inventories() -> int:
    from panhuo.desk.inventory.models import Inventory

    return Inventory.objects.filter(done_at=None).count()


def kept_files(home: Home, *, at: datetime) -> dict[str, Held]:
    """Papers and uploads as the register names them and as they lie in the home, by folder."""
    from panhuo.adapters.files.attachments import FOLDER as PAPERS
    from panhuo.adapters.files.kept_files import look_through, paper_name
    from panhuo.adapters.files.uploads import FOLDER as UPLOADS
    from panhuo.desk.assessments.models import CaseReport
    from panhuo.desk.pool.models import EvidenceFile
    from panhuo.desk.valuations.models import ValuationRecord

    before = (at - ON_ITS_WAY).timestamp()
    papers = [
        *CaseReport.objects.values_list("name", "digest"),
        *EvidenceFile.objects.values_list("name", "digest"),
        *ValuationRecord.objects.exclude(file="").values_list("file_name", "file"),
    ]
    found = {PAPERS: look_through(home, PAPERS, (paper_name(*one) for one in papers), before=before)}
    if has_tables("imports.Upload"):
        from panhuo.desk.imports.models import Upload

        found[UPLOADS] = look_through(home, UPLOADS, Upload.objects.values_list("digest", flat=True), before=before)
    return found


def _register(home: Home) -> Finding:
    from django.db import connections

    label = "登记库 register"
    with connections["default"].cursor() as cursor:
        if connections["default"].vendor == "sqlite":
            cursor.execute("PRAGMA quick_check(1)")
            said = str(cursor.fetchone()[0])
            if said != "ok":
                return Finding("register", label, False, True, said, RESTORE, is_care=True)
            return Finding(
                "register", label, True, True, f"SQLite, {home.register.stat().st_size >> 20} MB", is_care=True
            )
        cursor.execute("SHOW server_version")
        return Finding("register", label, True, True, f"PostgreSQL {cursor.fetchone()[0]}", is_care=True)


def _pending() -> Finding:
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["default"])
    waiting = [f"{one.app_label}.{one.name}" for one, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    label = "表结构 tables"
    if waiting:
        todo = "panhuo serve --prepare brings them up to date; take a backup before (panhuo backup)."
        return Finding("migrations", label, False, False, f"待升级 pending: {_some(waiting)}", todo, is_care=True)
    return Finding("migrations", label, True, False, "最新 up to date", is_care=True)


def _log(home: Home) -> Iterator[Finding]:
    from panhuo.desk.history.checking import log_faults
    from panhuo.desk.history.log_store import current_tree

    label = "操作日志 log"
    try:
        faults, size = log_faults(home.root), current_tree().size
    except DomainError as error:
        faults, size = [error.message], 0
    if faults:
        todo = (
            "Keep the register as it is, tell the audit administrator, compare with the last exported head "
            "(panhuo log verify), then restore a backup from before."
        )
        yield Finding("log", label, False, True, _some(faults), todo, is_care=True)
        return
    yield Finding("log", label, True, True, f"{size} 条，完整 entries, whole", is_care=True)


def _jobs(home: Home) -> Iterator[Finding]:
    if not has_tables("jobs.Job"):
        return
    from panhuo.desk.jobs.reading import count_open, count_quarantined

    label = "后台任务 jobs"
    stuck, waiting = count_quarantined(), count_open()
    if stuck:
        todo = "A system administrator opens 后台任务 on the site, sees why, and begins them again or leaves them."
        yield Finding("jobs", label, False, False, f"{stuck} 项已隔离 quarantined", todo, is_care=True)
    elif waiting and not home.has_worker:
        todo = "Nobody does them: panhuo work, or start the site again. What a dead worker left goes on from there."
        yield Finding("jobs", label, False, False, f"{waiting} 项无人处理 wait, no worker", todo, is_care=True)
    else:
        yield Finding("jobs", label, True, False, f"{waiting} 项进行中 open", is_care=True)


def _files(home: Home, at: datetime) -> Iterator[Finding]:
    labels = {"attachments": "附件 attachments", "uploads": "上传文件 uploads"}
    for folder, held in kept_files(home, at=at).items():
        label, bad = labels[folder], [*held.missing, *held.changed]
        if bad:
            said = f"{len(held.missing)} 缺失 missing, {len(held.changed)} 与登记不符 changed: {_some(bad)}"
            yield Finding(folder, label, False, True, said, RESTORE, is_care=True)
        elif held.loose:
            todo = "panhuo repair puts them aside in set-aside; nothing is deleted."
            said = f"{len(held.loose)} 个无登记 named by no record"
            yield Finding(folder, label, False, False, said, todo, is_care=True)
        else:
            yield Finding(folder, label, True, True, "与登记一致 as recorded", is_care=True)


def _editions(home: Home) -> Iterator[Finding]:
    from panhuo.desk.listings.actions import DORMANT_REGISTER
    from panhuo.desk.listings.models import Booklet, Edition

    wanted = [
        *((f"{one} 期 edition", run) for one, run in _runs_of(Edition.objects.filter(kind=DORMANT_REGISTER))),
        *((f"{one} 核查册 booklet", run) for one, run in _runs_of(Booklet.objects.all())),
    ]
    lacking = [said for said, run in wanted if not Path(home.runs, run, "dormant.parquet").is_file()]
    label = "清单与核查册 editions, booklets"
    if lacking:
        yield Finding(
            "editions", label, False, True, f"结果文件缺失 files missing: {_some(lacking)}", RESTORE, is_care=True
        )
        return
    yield Finding("editions", label, True, True, f"{len(wanted)} 份文件齐全 files whole", is_care=True)


def _runs_of(rows: Any) -> list[tuple[str, str]]:
    return [(str(number), str(run)) for number, run in rows.values_list("number", "run_id")]


def _inventories(home: Home) -> Iterator[Finding]:
    from panhuo.desk.inventory.access import current_inventory

    label, left, standing = "盘点 stock inventory", unfinished_inventories(), current_inventory()
    if standing is not None and not Path(home.runs, f"inventory-{standing.pk}", "grades").is_dir():
        todo = "Take stock again: panhuo inventory, or 盘点 on the site."
        yield Finding("inventory", label, False, True, "分级文件缺失 its grades are missing", todo, is_care=True)
    elif left and not is_writing(home):
        todo = "panhuo repair drops what was left; the last whole inventory stands."
        yield Finding("inventory", label, False, False, f"{left} 次未完成 unfinished", todo, is_care=True)
    else:
        said = f"截至 as of {standing.day}" if standing is not None else "尚未盘点 none yet"
        yield Finding("inventory", label, True, False, said, is_care=True)


def _imports(home: Home) -> Iterator[Finding]:
    from panhuo.desk.registry.models import SourceFile

    label, left = "导入 imports", SourceFile.objects.filter(complete=False).count()
    if left and not is_writing(home):
        todo = "The same panhuo import FILE goes on behind the last batch; on the site, begin the job again."
        yield Finding("imports", label, False, False, f"{left} 次未完成 unfinished", todo, is_care=True)
        return
    yield Finding(
        "imports", label, True, False, "均已完成 all done" if not left else "正在进行 under way", is_care=True
    )


def is_writing(home: Home) -> bool:
    """Whether another process writes at this moment, so that what is unfinished may be its work."""
    from panhuo.adapters.files.home import HomeBusy

    try:
        with home.writing():
            return False
    except HomeBusy:
        return True


def _some(found: list[str]) -> str:
    more = f" (+{len(found) - _SHOWN})" if len(found) > _SHOWN else ""
    return f"{', '.join(found[:_SHOWN])}{more}"
