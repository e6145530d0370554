"""What the site tells somebody who has read nothing: the workbench, what comes next, what lacks."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from desk.people.made_people import NOW, RULES
from made_pool import filled_entry, inventor_of, made_patents, pool_city
from panhuo.engine.pool import Act
from panhuo.terms.errors import DomainError
from panhuo.web.refusal_words import REFUSALS, refusal_words
from panhuo.web.workbench import STRIDES
from table_files import application, csv_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(db: None, monkeypatch: Any) -> SimpleNamespace:
    """A patent that its university has placed nowhere, one that waits for its college, one that came back."""
    from panhuo.desk.pool.actions import move_entry
    from panhuo.web import visitor

    monkeypatch.setattr(visitor, "now", lambda: NOW)
    made = pool_city()
    (made.open,) = made_patents(made.university, [41])
    made.waits, made.back = made_patents(made.college, [42, 43])
    for asset in (made.open, made.waits, made.back):
        inventor_of(asset, made.faming)
    told = {"at": NOW, "rules": RULES}
    move_entry(filled_entry(made.waits, made.faming).pk, Act.SUBMIT, actor=made.faming, **told)
    back = move_entry(filled_entry(made.back, made.faming).pk, Act.SUBMIT, actor=made.faming, **told)
    move_entry(back.pk, Act.RETURN, actor=made.xueyuan, reason="缺数据", **told)
    return made


def enter(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


def text(client: Client, path: str = "/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


def test_an_entry_begun_before_its_patent_was_placed_goes_on_to_the_college(city: SimpleNamespace) -> None:
    entry = filled_entry(city.open, city.faming)
    inventor, officer = enter(city.faming), enter(city.daxue)
    page = text(inventor, f"/pool/{entry.pk}/")
    assert "请联系本单位的成果管理人员归入学院" in page
    assert f"/pool/{entry.pk}/submit/" not in page
    assert "/stock/place/?q=" in text(officer, f"/pool/{entry.pk}/")
    refused = inventor.post(f"/pool/{entry.pk}/submit/", {"seen": entry.version}, follow=True)
    assert "还没有归入学院" in refused.content.decode()
    assert entry.number in text(officer, "/stock/place/")
    done = officer.post("/stock/place/", {"asset": city.open, "college": city.college.pk}, follow=True)
    assert "已把 1 件归入" in done.content.decode()
    assert entry.number not in text(officer, "/stock/place/")
    assert entry.number in text(officer, "/stock/place/?state=placed")
    assert inventor.post(f"/pool/{entry.pk}/submit/", {"seen": entry.version}).status_code == 302
    entry.refresh_from_db()
    assert (entry.stage, entry.unit.name) == ("submitted", "云湖大学化工学院")
    assert f"/pool/{entry.pk}/review/" in text(enter(city.xueyuan), f"/pool/{entry.pk}/")


def test_an_entry_does_not_follow_its_patent_to_another_owner(city: SimpleNamespace) -> None:
    from panhuo.desk.inventory.models import StockPatent
    from panhuo.desk.pool.actions import placed_unit

    entry = filled_entry(city.open, city.faming)
    StockPatent.objects.filter(asset=city.open).update(unit=city.sister)
    assert placed_unit(entry) == city.university
    StockPatent.objects.filter(asset=city.open).update(unit=city.college)
    assert placed_unit(entry) == city.college, "the control"


def test_only_who_keeps_the_stock_of_a_unit_places_its_patents_and_only_in_its_own_colleges(
    city: SimpleNamespace,
) -> None:
    assert Client().get("/stock/place/").status_code == 302
    for login in ("faming", "xueyuan"):
        assert enter(getattr(city, login)).get("/stock/place/").status_code == 404, login
    stranger = enter(city.waixiao)
    assert "本单位还没有建立学院" in text(stranger, "/stock/place/")
    told = stranger.post("/stock/place/", {"asset": city.open, "college": city.college.pk}, follow=True)
    assert "请选择学院" in told.content.decode()
    officer = enter(city.daxue)
    every = {"shown": [city.open], "every": "1", "college": city.college.pk}
    assert "已把 1 件归入" in officer.post("/stock/place/", every, follow=True).content.decode()
    assert "请先勾选专利" in officer.post("/stock/place/", {"college": city.college.pk}, follow=True).content.decode()
    assert officer.post("/stock/place/", {"asset": 999_999, "college": city.college.pk}).status_code == 404


@pytest.mark.parametrize(
    ("login", "words", "count"),
    [("xueyuan", "初审入库填报", 1), ("faming", "修改被退回的入库填报", 1), ("daxue", "审批入库", 0)],
)
def test_what_waits_in_the_pool_stands_on_the_workbench_and_opens_just_that(
    city: SimpleNamespace, login: str, words: str, count: int
) -> None:
    client = enter(getattr(city, login))
    page = text(client)
    assert (f"{words}（{count}）" in page) == bool(count)
    found = re.findall(r'href="(/pool/\?[^"]+)"', page)
    assert len(found) == count
    for path in found:
        shown = client.get(path.replace("&amp;", "&")).context["page"]
        assert shown.total == len(shown.rows) == count


@pytest.mark.parametrize("login", ["faming", "xueyuan", "daxue", "waixiao", "chengtou", "shiju"])
def test_every_step_of_the_work_that_is_shown_can_be_opened(city: SimpleNamespace, login: str) -> None:
    client = enter(getattr(city, login))
    page = client.get("/")
    for one in page.context["strides"]:
        assert client.get(reverse(one.url)).status_code == 200, (login, one.url)
    assert len(page.context["strides"]) < len(STRIDES)


@pytest.mark.parametrize("login", ["faming", "xueyuan", "daxue", "shiju"])
def test_the_workbench_asks_the_register_a_dozen_times_beside_the_session(city: SimpleNamespace, login: str) -> None:
    client = enter(getattr(city, login))
    client.get("/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/")
    about = [one["sql"] for one in asked.captured_queries if "session" not in one["sql"]]
    assert len(about) <= 12, "\n".join(one[:140] for one in about)


def test_no_new_inventory_is_asked_for_while_one_is_taken(city: SimpleNamespace) -> None:
    from panhuo.desk.inventory.work import ask_for_inventory
    from panhuo.desk.registry.models import Meta

    Meta.objects.update_or_create(key="version", defaults={"value": "9"})
    client = enter(city.daxue)
    assert "重新盘点" in text(client)
    ask_for_inventory(timezone.localdate(NOW), actor=city.daxue, at=NOW, rules=RULES)
    page = text(client)
    assert "上次盘点之后导入了新的数据" not in page
    assert "正在进行的后台任务（1）" in page


def test_a_list_without_a_legal_status_says_so_before_it_is_imported(city: SimpleNamespace) -> None:
    client = enter(city.daxue)

    def checked(status: str) -> str:
        rows = [["专利号", "专利名称", "专利权人", "申请日", status]]
        rows += [[application(n), f"样例{n}", "云湖大学", "2021-03-04", "有效"] for n in (1, 2, 3)]
        file = SimpleUploadedFile("台账.csv", csv_bytes(rows, encoding="utf-8-sig"))
        return str(client.post("/imports/new/", {"file": file}, follow=True).content.decode())

    lacking = checked("情况")
    assert "没有认出“法律状态”一列" in lacking
    assert re.search(r'class="status[^>]*>[^<]*(<[^>]*>)*[^<]*[a-z]+_[a-z]+', lacking) is None, "field names are told"
    assert "没有认出“法律状态”一列" not in checked("法律状态"), "the control"


def test_a_refusal_whose_numbers_were_not_kept_is_told_all_the_same() -> None:
    for code in REFUSALS:
        assert refusal_words(DomainError("x", code=code))
    assert "第 7 期" in refusal_words(DomainError("x", code="same_edition", number=7)), "the control"
