"""The conversion ledger at the site: each number opens just its rows, whoever looks, and the workbook says the same."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client

from site_editions import make_ledger_month, offices

pytestmark = pytest.mark.django_db
LEDGER, ROWS = "/figures/ledger/", "/figures/ledger/rows/"


@pytest.fixture
def people(signed_in: Callable[..., Client]) -> dict[str, Any]:
    from panhuo.desk.listings.models import LedgerEntry
    from panhuo.desk.people.models import Organisation

    found = offices(signed_in)
    make_ledger_month(Organisation.objects.get(name="云湖示例大学"))
    LedgerEntry.objects.filter(number="l1", month="2026-10-01").update(region_code="990201", unit=None)
    return found


def sheet_of(answer: Any) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0].values)


@pytest.mark.parametrize("by", ["kind", "region"])
@pytest.mark.parametrize("login", ["author", "reader", "elsewhere"])
def test_each_number_opens_as_many_rows_for_whoever_looks(people: dict[str, Any], by: str, login: str) -> None:
    page = people[login].get(LEDGER, {"by": by, "since": "2026-08", "until": "2026-10"})
    lines = page.context["lines"]
    assert lines[-1].name == "合计"
    for line in lines:
        for number, query in line.cells:
            assert people[login].get(f"{ROWS}?{query}").context["page"].total == number, (line.name, query)
    total = lines[-1].cells[2 if by == "kind" else -1][0]
    assert total == {"author": 3, "reader": 3, "elsewhere": 1}[login]


def test_columns_count_what_their_words_say(people: dict[str, Any]) -> None:
    lines = people["author"].get(LEDGER, {"since": "2026-08", "until": "2026-09"}).context["lines"]
    assert [[number for number, _query in line.cells] for line in lines] == [
        [0] * 7, [2, 0, 2, 1, 1, 1, 1], [2, 0, 2, 1, 1, 1, 1],
    ]  # fmt: skip
    assert [line.is_kept for line in lines] == [False, True, True], "August was not counted and is no zero"


def test_the_rows_tell_why_one_does_not_count(people: dict[str, Any]) -> None:
    body = people["author"].get(ROWS, {"counts": "no"}).content.decode()
    assert "集团内部(控制关系)" in body
    assert people["author"].get(ROWS, {"kind": "none", "at_region": "x"}).context["page"].total == 7, "not heard"


def test_both_workbooks_are_what_is_seen(people: dict[str, Any]) -> None:
    from panhuo.desk.people.models import ExportRecord

    table = sheet_of(people["author"].post(f"{LEDGER}export/?by=kind&since=2026-08&until=2026-09"))
    assert next(row for row in table if row[0] == "2026-09")[1:4] == (2, 0, 2)
    assert next(row for row in table if row[0] == "2026-08")[1] is None
    rows = sheet_of(people["author"].post(f"{ROWS}export/?counts=no"))
    assert [row[9] for row in rows if row[8] == "否"] == ["集团内部(控制关系)"] * 2
    kept = {one.what: one.rows for one in ExportRecord.objects.all()}
    assert kept == {"conversion_ledger": 3, "conversion_ledger_rows": 2}


def test_nothing_to_take_is_told(people: dict[str, Any]) -> None:
    from panhuo.desk.listings.models import LedgerMonth

    answer = people["author"].post(f"{ROWS}export/?since=1999-01&until=1999-01", follow=True)
    assert "没有可以导出的台账行" in answer.content.decode()
    LedgerMonth.objects.all().delete()
    assert "还没有统计过的月份" in people["author"].get(LEDGER).content.decode()
    assert "台账由主管部门统计" in people["reader"].get(LEDGER).content.decode()
    assert "没有可以导出的数字" in people["author"].post(f"{LEDGER}export/", follow=True).content.decode()


def test_months_that_make_no_sense_are_told_and_shown_as_usual(people: dict[str, Any]) -> None:
    page = people["author"].get(LEDGER, {"since": "2026-13"})
    assert "请按 2026-03 的样子填写年月" in page.content.decode()
    assert page.context["lines"][-1].cells[2][0] == 3
    assert "开始的月份不能晚于结束的月份" in people["author"].get(
        LEDGER, {"since": "2026-03", "until": "2026-01"}
    ).content.decode()  # fmt: skip


def test_counting_is_asked_for_by_who_keeps_the_ledger(people: dict[str, Any]) -> None:
    from panhuo.desk.jobs.models import Job

    page = people["author"].post(f"{LEDGER}count/", {"since": "2026-01", "until": "2026-02"})
    job = Job.objects.get(kind="ledger")
    assert (page.status_code, job.what) == (302, {"first": "2026-01-01", "last": "2026-02-01"})
    refused = people["author"].post(f"{LEDGER}count/", {"since": "2998-01", "until": "2998-02"})
    assert "不能统计还没到的月份" in refused.content.decode()
    assert people["reader"].get(f"{LEDGER}count/").status_code == 404


def test_a_change_of_the_register_after_counting_is_told(people: dict[str, Any]) -> None:
    from panhuo.desk.listings.models import LedgerMonth
    from panhuo.desk.registry.models import Meta

    Meta.objects.update_or_create(key="version", defaults={"value": "7"})
    assert people["author"].get(LEDGER).context["is_stale"]
    LedgerMonth.objects.update(register_version="7-abc")
    assert not people["author"].get(LEDGER).context["is_stale"]


def test_pages_of_the_ledger_ask_no_more_than_twelve_questions(people: dict[str, Any]) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for address in (LEDGER, f"{LEDGER}?by=region", ROWS):
        with CaptureQueriesContext(connection) as asked:
            assert people["author"].get(address).status_code == 200
        assert len(asked) <= 12, address
