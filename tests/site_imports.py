"""A university officer with imports in every state, and an administrator who sees jobs that went wrong."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.test import Client

from table_files import csv_bytes, workbook


def make_imports(signed_in: Callable[..., Client]) -> tuple[dict[str, Client], dict[str, int]]:
    """Clients "importer" and "keeper", and the numbers of what they see."""
    from desk.imports.made_files import HEAD, patent, stock
    from desk.people.made_people import RULES, member, organisation
    from panhuo.adapters.files.home import open_home
    from panhuo.desk.imports.actions import send_in, start_import
    from panhuo.desk.imports.models import Upload
    from panhuo.desk.jobs.actions import ask_for_job
    from panhuo.desk.jobs.models import Job
    from panhuo.desk.jobs.worker import work_through
    from panhuo.desk.people.models import Account
    from panhuo.terms.roles import OrganisationKind, Role
    from panhuo.web.clock import now

    home = open_home(settings.SITE.home)
    unit = organisation("云湖大学", OrganisationKind.UNIVERSITY, 4711, region="990101")
    clients = {"importer": signed_in("keji", name="赵科"), "keeper": signed_in("xitong", name="钱系")}
    officer, keeper = (Account.objects.get(login=login) for login in ("keji", "xitong"))
    member(officer, Role.UNIVERSITY_OFFICER, unit)
    member(keeper, Role.SYSTEM_ADMINISTRATOR)

    def sent(name: str, data: bytes) -> Upload:
        return send_in(
            home, name, [data], most_bytes=1 << 24, as_of=None, fills_own=False, actor=officer, at=now(), rules=RULES
        )

    def started(name: str, data: bytes) -> Upload:
        upload = sent(name, data)
        start_import(upload, actor=officer, at=now(), rules=RULES)
        return upload

    rows = stock("云湖大学", 40, bad=(3, 8, 20))
    rows[5][2] = "松原大学"
    done = started("2026年存量专利.xlsx", workbook({"清单": rows}))
    failed = started("坏的.csv", csv_bytes(stock("云湖大学", 3), encoding="utf-8-sig"))
    work_through(home, clock=now)
    Job.objects.filter(pk=failed.job_id).update(state="failed", error_code="damaged_table", error="x")
    Upload.objects.filter(pk=failed.pk).update(is_read=False)
    running = started("大清单.csv", csv_bytes(stock("云湖大学", 4), encoding="utf-8-sig"))
    Job.objects.filter(pk=running.job_id).update(state="running", step="storing", done=412, of=1_000)
    stuck = ask_for_job("import", {"upload": 0}, actor=officer, at=now())
    Job.objects.filter(pk=stuck.pk).update(
        state="quarantined", tries=5, error_code="unexpected", error="MemoryError at panhuo.desk.registry.intake:1"
    )
    head = [*HEAD, "校内编号", "院系", "经办人电话"]
    partly = sent("有生列.csv", csv_bytes([head, *([*patent(n, "云湖大学"), n, "化工", "x"] for n in range(50, 62))]))
    unknown = sent("看不懂.csv", csv_bytes([["编码一", "名字"], ["甲", "乙"], ["丙", "丁"]], encoding="utf-8-sig"))
    refused = sent("照片.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 100)
    places = {
        "done": done.pk, "failed": failed.pk, "running": running.pk, "partly": partly.pk, "unknown": unknown.pk,
        "refused": refused.pk, "job": running.job_id or 0, "stuck": stuck.pk,
    }  # fmt: skip
    return clients, places
