"""Importing on the site: from the file to the rows that come back; who may; what is refused, and in which words."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from desk.imports.made_files import HEAD, as_csv, as_workbook, patent, stock
from desk.people.made_people import member, organisation
from panhuo.adapters.files.home import open_home
from panhuo.adapters.files.uploads import clean_name
from panhuo.desk.imports.models import Upload
from panhuo.desk.jobs.models import Job
from panhuo.desk.jobs.worker import work_through
from panhuo.desk.people.models import Account
from panhuo.desk.registry.models import Asset
from panhuo.terms.roles import OrganisationKind, Role
from panhuo.web.clock import now
from panhuo.web.pages import health

pytestmark = pytest.mark.django_db


@pytest.fixture
def university(db: None) -> Any:
    return organisation("云湖大学", OrganisationKind.UNIVERSITY, 4711, region="990101")


@pytest.fixture
def officer(signed_in: Callable[..., Client], university: Any) -> Client:
    client = signed_in("keji", name="赵科")
    member(Account.objects.get(login="keji"), Role.UNIVERSITY_OFFICER, university)
    return client


def send(client: Client, data: bytes, name: str = "存量.csv", **more: Any) -> Any:
    return client.post("/imports/new/", {"file": SimpleUploadedFile(name, data), **more}, follow=True)


def work(settings: Any) -> None:
    work_through(open_home(settings.SITE.home), clock=now)


def test_from_the_file_to_the_five_rows_that_come_back(officer: Client, settings: Any) -> None:
    shown = send(officer, as_workbook(stock("云湖大学", 1_000, bad=(3, 77, 410, 500, 999))), "存量.xlsx")
    assert "确认识别结果" in shown.content.decode()
    assert "张*" in shown.content.decode()
    upload = Upload.objects.get()
    for _ in range(2):  # a double click
        assert officer.post(f"/imports/{upload.pk}/start/").status_code == 302
    assert Job.objects.count() == 1
    assert "排队中" in officer.get(f"/imports/{upload.pk}/").content.decode()
    part = officer.get(f"/imports/{upload.pk}/part/", headers={"HX-Request": "true"})
    assert 'hx-trigger="every 2s"' in part.content.decode()
    assert "HX-Refresh" not in part.headers
    work(settings)
    assert officer.get(f"/imports/{upload.pk}/part/").headers["HX-Refresh"] == "true"
    result = officer.get(f"/imports/{upload.pk}/").content.decode()
    assert "有 5 行没有写入" in result
    assert "A 列：申请号" in result
    assert Asset.objects.count() == 995
    answer = officer.get(f"/imports/{upload.pk}/errors.xlsx")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert book.worksheets[0].max_row == book.worksheets[1].max_row == 6


def test_headings_are_mapped_on_the_page(officer: Client) -> None:
    rows = [["编码一", "名字", "归谁"], *([patent(n, "")[0], f"装置{n}", "云湖大学"] for n in (1, 2))]
    shown = send(officer, as_csv(rows)).content.decode()
    assert "没有识别出这是什么表" in shown
    assert "开始导入</button>" not in shown
    upload = Upload.objects.get()
    twice = officer.post(f"/imports/{upload.pk}/headings/", {"h0": "title", "h1": "title"})
    assert (twice.status_code, "同一个含义" in twice.content.decode()) == (422, True)
    told = {"h0": "application_number", "h1": "title", "h2": "owners"}
    assert "开始导入</button>" in officer.post(f"/imports/{upload.pk}/headings/", told, follow=True).content.decode()


def test_three_visitors_meet_three_answers(officer: Client, signed_in: Callable[..., Client]) -> None:
    send(officer, as_csv(stock("云湖大学", 3)))
    upload = Upload.objects.get()
    other = signed_in("biede")
    member(
        Account.objects.get(login="biede"), Role.UNIVERSITY_OFFICER,
        organisation("松原大学", OrganisationKind.UNIVERSITY, 4712, region="990201"),
    )  # fmt: skip
    none = signed_in("wu")
    for address in (f"/imports/{upload.pk}/", f"/imports/{upload.pk}/part/", f"/imports/{upload.pk}/errors.xlsx"):
        assert Client().get(address).status_code == 302
        assert other.get(address).status_code == none.get(address).status_code == 404, address
    for address in ("start", "headings"):
        assert other.post(f"/imports/{upload.pk}/{address}/").status_code == 404
    assert none.get("/imports/").status_code == 404
    assert "存量.csv" not in other.get("/imports/").content.decode()
    assert "存量.csv" in officer.get("/imports/").content.decode()


def test_a_job_is_cancelled_after_it_was_asked_once_more(officer: Client) -> None:
    send(officer, as_csv(stock("云湖大学", 3)))
    officer.post(f"/imports/{Upload.objects.get().pk}/start/")
    job = Job.objects.get()
    assert "取消这项任务？" in officer.get(f"/jobs/{job.pk}/cancel/").content.decode()
    assert Job.objects.get().state == "waiting"
    assert "已取消" in officer.post(f"/jobs/{job.pk}/cancel/", follow=True).content.decode()
    assert "已重新开始" in officer.post(f"/jobs/{job.pk}/retry/", follow=True).content.decode()


def test_a_file_beyond_the_limit_is_refused_with_the_limit_and_nothing_is_kept(officer: Client, settings: Any) -> None:
    settings.SITE = replace(settings.SITE, upload_mb=1)
    shown = send(officer, b"x" * ((1 << 20) + 1))
    assert "文件超过 1 MB" in shown.content.decode()
    assert not Upload.objects.exists()
    assert not [one for one in (settings.SITE.home / "uploads").rglob("*") if one.is_file()]
    assert officer.post("/imports/new/", {"file": SimpleUploadedFile("a.csv", b"x" * (13 << 20))}).status_code == 413
    assert "确认识别结果" in send(officer, as_csv(stock("云湖大学", 3))).content.decode()  # negative control


def test_files_are_taken_on_their_page_only_and_from_who_is_signed_in(
    officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core.files.uploadhandler import MemoryFileUploadHandler

    kept: list[int] = []
    monkeypatch.setattr(MemoryFileUploadHandler, "receive_data_chunk", lambda self, raw, start: kept.append(len(raw)))
    Client().post("/imports/new/", {"file": SimpleUploadedFile("a.csv", b"abc")})
    officer.post("/preferences/", {"file": SimpleUploadedFile("a.csv", b"abc")})
    assert kept == []
    officer.post("/imports/new/", {"file": SimpleUploadedFile("a.csv", b"abc")})
    assert kept == [3]


def _zip(members: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return made.getvalue()


def _xlsx_with(name: str, data: bytes) -> bytes:
    made = io.BytesIO(as_workbook(stock("云湖大学", 3)))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, data)
    return made.getvalue()


GOOD = stock("云湖大学", 3)
XXE = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><us-patent-grant>&x;</us-patent-grant>'
)
ATTACKS = {
    "0 bytes": (b"", "空.csv", "文件是空的"),
    "bomb": (_zip({"a.csv": b"0" * (200 << 20)}), "a.zip", "异常膨胀"),
    "path traversal": (_zip({"../../etc/cron.d/x.csv": as_csv(GOOD)}), "a.zip", "指向包外"),
    "picture as workbook": (b"\x89PNG\r\n\x1a\n" + b"0" * 99, "a.xlsx", "没有识别"),
    "program": (b"MZ" + b"\0" * 300, "a.csv", ""),
    "old workbook": (b"\xd0\xcf\x11\xe0" + b"\0" * 300, "a.xls", ""),
    "cut workbook": (as_workbook(GOOD)[:900], "a.xlsx", ""),
    "noise": (bytes(range(256)) * 40, "a.csv", ""),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_no_honest_file_is_refused_with_a_sentence_and_cannot_be_imported(attack: str, officer: Client) -> None:
    data, name, words = ATTACKS[attack]
    shown = send(officer, data, name)
    told = shown.content.decode()
    assert shown.status_code == 200
    assert 'role="alert"' in told
    assert words in told
    assert "root:" not in told
    assert "开始导入</button>" not in told
    for upload in Upload.objects.all():
        assert officer.post(f"/imports/{upload.pk}/start/").status_code == 409
    assert not Job.objects.exists()


def test_an_entity_opens_no_file_and_the_import_says_why_it_ended(officer: Client, settings: Any) -> None:
    send(officer, XXE, "a.xml")
    upload = Upload.objects.get()
    officer.post(f"/imports/{upload.pk}/start/")
    work(settings)
    told = officer.get(f"/imports/{upload.pk}/").content.decode()
    assert "为安全起见没有读取" in told
    assert "root:" not in told
    assert not Asset.objects.exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("macros.xlsm", _xlsx_with("xl/vbaProject.bin", b"Sub Auto_Open()")),
        ("formulas.csv", as_csv([list(HEAD), [*patent(1, "云湖大学")[:1], "=cmd|' /C calc'!A0", "云湖大学", "", ""]])),
        ("wrong-suffix.zip", as_csv(GOOD)),
        (
            "<img src=x onerror=alert(1)>.csv",
            as_csv([[*HEAD, "<script>alert(1)</script>"], *([*row, "x"] for row in GOOD[1:])]),
        ),
        ("wide.csv", as_csv([[*HEAD, *(f"c{n}" for n in range(600))], *(row + ["x" * 500] * 600 for row in GOOD[1:])])),
    ],
)  # fmt: skip
def test_what_is_odd_and_harmless_is_read_as_text(name: str, data: bytes, officer: Client, settings: Any) -> None:
    shown = send(officer, data, name)
    told = shown.content.decode()
    assert "<script>alert" not in told
    assert "<img src=x" not in told
    assert "开始导入</button>" in told
    officer.post(f"/imports/{Upload.objects.get().pk}/start/")
    work(settings)
    assert Upload.objects.get().rejected == 0
    assert Asset.objects.count() == (1 if name == "formulas.csv" else 3)


@pytest.mark.parametrize(
    "name", ["../../x.csv", "..\\..\\x.csv", "/etc/x.csv", "x\u202ecsv.csv", "\x00x.csv", "a" * 500]
)
def test_no_name_leads_out_of_the_folder_or_deceives(name: str, officer: Client, settings: Any) -> None:
    cleaned = clean_name(name)
    assert not {"/", "\\", "\x00", "\u202e"} & set(cleaned)
    assert 0 < len(cleaned) <= 121
    send(officer, as_csv(GOOD), name)
    kept = [one for one in Path(settings.SITE.home).rglob("*") if one.is_file() and "uploads" in one.parts]
    assert [len(one.name) for one in kept] == [64]


def test_pages_ask_little_of_the_register_however_many_rows(
    officer: Client, settings: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        send(officer, as_csv(stock("云湖大学", 3 + number)))
        officer.post(f"/imports/{Upload.objects.latest('pk').pk}/start/")
    for address in ("/imports/", "/jobs/", f"/imports/{Upload.objects.latest('pk').pk}/"):
        with django_assert_max_num_queries(12):
            assert officer.get(address).status_code == 200


def test_health_tells_whether_somebody_works_and_what_is_stuck(officer: Client, settings: Any) -> None:
    home = open_home(settings.SITE.home)
    assert health.worker(home.root).said == "not_running"
    with home.working():
        assert health.worker(home.root).said == "running"
    send(officer, as_csv(GOOD))
    officer.post(f"/imports/{Upload.objects.get().pk}/start/")
    assert health.jobs().said == "under_way"
    Job.objects.update(state="quarantined")
    assert health.jobs().said == "quarantined"


def test_administrators_are_told_of_what_is_quarantined_on_their_workbench(
    officer: Client, signed_in: Callable[..., Client]
) -> None:
    send(officer, as_csv(GOOD))
    officer.post(f"/imports/{Upload.objects.get().pk}/start/")
    keeper = signed_in("xitong")
    member(Account.objects.get(login="xitong"), Role.SYSTEM_ADMINISTRATOR)
    assert "被隔离" not in keeper.get("/").content.decode()
    Job.objects.update(state="quarantined")
    assert "处理被隔离的后台任务（1）" in keeper.get("/").content.decode()
    assert "被隔离的后台任务" not in officer.get("/").content.decode()
