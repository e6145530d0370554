"""The pool on pages: each visitor sees what is theirs, counts equal lists, projects leak nowhere, papers never run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from desk.people.made_people import NOW, RULES
from made_pool import CARD, filled_entry, inventor_of, made_patents, pool_city, pooled_entry
from panhuo.engine.pool import Act

PDF = b"%PDF-1.7\n<script>window.hurt = 1</script>"
PROJECT = "51900001X"


def declared(asset: int, city: Any) -> Any:
    from datetime import date

    from panhuo.desk.pool.declaration_actions import Project, record_declaration

    told = Project("nsfc", "合成项目甲", PROJECT, "national", "云湖大学", date(2026, 3, 2), "self")
    return record_declaration(asset, told, actor=city.daxue, at=NOW, rules=RULES)


@pytest.fixture
def city(db: None, monkeypatch: Any) -> SimpleNamespace:
    """Entries in four stages; the inventor's first one is in the pool."""
    from panhuo.desk.pool.actions import move_entry
    from panhuo.web import visitor

    monkeypatch.setattr(visitor, "now", lambda: NOW)
    made = pool_city()
    made.mine, made.second, made.third, made.fourth, made.free = made_patents(made.college, [1, 2, 3, 4, 5])
    for asset in (made.mine, made.second, made.third, made.fourth, made.free):
        inventor_of(asset, made.faming)
    made.pooled = pooled_entry(made.mine, made)
    made.waits = move_entry(
        filled_entry(made.second, made.faming).pk, Act.SUBMIT, actor=made.faming, at=NOW, rules=RULES
    )
    made.draft = filled_entry(made.third, made.faming)
    made.declaration = declared(made.mine, made)
    return made


@pytest.fixture
def enter(city: SimpleNamespace) -> Any:
    def client(login: str) -> Client:
        visitor = Client()
        visitor.force_login(getattr(city, login))
        return visitor

    return client


def paths(city: SimpleNamespace) -> dict[str, str]:
    entry, draft = city.pooled.pk, city.draft.pk
    return {
        "mine": "/pool/mine/", "list": "/pool/", "new": "/pool/new/", "entry": f"/pool/{entry}/",
        "draft": f"/pool/{draft}/", "filing": f"/pool/{draft}/filing/", "card": f"/pool/{draft}/card/",
        "version": f"/pool/{entry}/card/1/", "preview": f"/pool/{entry}/preview/",
        "return": f"/pool/{entry}/return/", "inventors": f"/pool/inventors/{city.mine}/",
        "declarations": "/pool/declarations/", "missing": "/pool/declarations/missing/",
        "declare": f"/pool/declarations/new/{city.second}/",
        "declaration": f"/pool/declarations/{city.declaration.pk}/",
        "exploitation": "/pool/exploitation/", "record": f"/pool/exploitation/new/{city.free}/",
        "samples": "/pool/samples/",
    }  # fmt: skip


OPEN = {
    "faming": {"mine", "list", "new", "entry", "draft", "filing", "card", "version", "preview", "declare",
               "exploitation", "record"},
    "tongshi": {"mine", "list", "new", "exploitation"},
    "xueyuan": {"mine", "list", "new", "entry", "draft", "filing", "card", "version", "preview", "return", "inventors",
                "exploitation", "record", "samples"},
    "daxue": {"mine", "list", "new", "entry", "draft", "filing", "card", "version", "preview", "return", "inventors",
              "declarations", "missing", "declare", "declaration", "exploitation", "record", "samples"},
    "waixiao": {"mine", "list", "new", "declarations", "missing", "exploitation", "samples"},
    "shiju": {"list", "entry", "return", "declarations", "missing", "declaration", "exploitation", "samples"},
}  # fmt: skip


@pytest.mark.parametrize("login", OPEN)
def test_each_visitor_opens_what_is_theirs_and_nothing_else_is_there(
    city: SimpleNamespace, enter: Any, login: str
) -> None:
    client = enter(login)
    told = {name: client.get(path).status_code for name, path in paths(city).items()}
    assert told == {name: 200 if name in OPEN[login] else 404 for name in told}


def test_strangers_are_sent_to_sign_in(city: SimpleNamespace) -> None:
    assert {Client().get(path).status_code for path in paths(city).values()} == {302}


def test_numbers_over_the_list_are_the_numbers_of_its_rows(city: SimpleNamespace, enter: Any) -> None:
    for login in ("faming", "xueyuan", "daxue", "shiju"):
        client = enter(login)
        for path in ("/pool/", "/pool/exploitation/"):
            for one in client.get(path).context["figures"]:
                page = client.get(f"{path}?{one['query']}").context["page"]
                assert page.total == len(page.rows) == one["count"], (login, one)


def test_a_declaration_stands_in_no_page_of_who_may_not_read_it(city: SimpleNamespace, enter: Any) -> None:
    assert PROJECT in enter("daxue").get("/pool/declarations/").content.decode(), "the control"
    seen = [*paths(city).values(), "/", "/stock/", f"/stock/{city.mine}/", "/pool/?q=51900001", "/stock/?q=51900001"]
    for login in ("faming", "tongshi", "xueyuan", "waixiao"):
        client = enter(login)
        for path in seen:
            text = client.get(path).content.decode()
            assert PROJECT not in text.replace("q=51900001", ""), (login, path)
            assert "合成项目甲" not in text, (login, path)
            assert "declaration." not in text, (login, path)


@pytest.mark.parametrize("name", ["mine", "list", "new", "entry", "declarations", "missing", "exploitation"])
def test_a_page_asks_the_register_a_dozen_times_at_most_whatever_its_rows(
    city: SimpleNamespace, enter: Any, name: str
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        client = enter("daxue")
        client.get(paths(city)[name])
        with CaptureQueriesContext(connection) as told:
            assert client.get(paths(city)[name]).status_code == 200
        return len([one for one in told.captured_queries if "pool" in one["sql"] or "inventory" in one["sql"]])

    before = asked()
    for asset in made_patents(city.college, list(range(60, 72))):
        inventor_of(asset, city.daxue if name == "mine" else city.faming)
        filled_entry(asset, city.faming if name != "mine" else city.xueyuan)
    assert asked() <= before + 1
    assert before <= 14


def test_an_inventor_files_by_the_pages_alone(city: SimpleNamespace, enter: Any) -> None:
    from panhuo.desk.pool.models import PoolEntry

    client = enter("faming")
    begun = client.post("/pool/new/", {"asset": city.free})
    entry = PoolEntry.objects.get(asset=city.free)
    assert begun["Location"] == f"/pool/{entry.pk}/"
    page = client.get(f"/pool/{entry.pk}/").content.decode()
    assert "提交前还缺" in page
    assert f"/pool/{entry.pk}/submit/" not in page
    card = {name: value or "" for name, value in CARD.items()}
    assert client.post(f"/pool/{entry.pk}/card/", {**card, "seen": "1"}).status_code == 302
    refused = client.post(f"/pool/{entry.pk}/filing/", {"price_kind": "fixed", "seen": "2"})
    assert "大于 0 的金额" in refused.content.decode()
    said = {
        "self_grade": "4", "self_grade_reason": "已中试", "willingness": "willing", "intended_mode": "transfer",
        "price_kind": "fixed", "price_wan": "12.5", "seen": "2",
    }  # fmt: skip
    assert client.post(f"/pool/{entry.pk}/filing/", said).status_code == 302
    done = client.post(f"/pool/{entry.pk}/submit/", {"seen": "3"}, follow=True)
    assert "已完成" in done.content.decode()
    entry.refresh_from_db()
    assert (entry.stage, str(entry.price_cny)) == ("submitted", "125000.00")
    assert "12.5 万元" in client.get(f"/pool/{entry.pk}/").content.decode()


def test_the_share_of_a_card_is_told_while_it_is_filled_in(city: SimpleNamespace, enter: Any) -> None:
    told = enter("faming").post(f"/pool/{city.draft.pk}/card/share/", {"gain": CARD["gain"]})
    assert "25%" in told.content.decode()
    city.draft.refresh_from_db()
    assert city.draft.card_number == 1, "nothing was kept"
    assert enter("tongshi").post(f"/pool/{city.draft.pk}/card/share/", {}).status_code == 404


def test_of_many_ticked_those_that_fail_are_listed(city: SimpleNamespace, enter: Any) -> None:
    boxes = [f"{city.waits.pk}:{city.waits.version}", f"{city.draft.pk}:{city.draft.version}"]
    done = enter("xueyuan").post("/pool/many/", {"act": "review", "entry": boxes}, follow=True)
    text = done.content.decode()
    assert "已完成 1 件" in text
    assert f"{city.draft.number}：这一步现在不能做" in text


def test_who_looked_at_an_older_state_is_told_on_the_page(city: SimpleNamespace, enter: Any) -> None:
    old = city.waits.version
    enter("xueyuan").post(f"/pool/{city.waits.pk}/return/", {"seen": old, "reason": "缺数据"})
    told = enter("xueyuan").post(f"/pool/{city.waits.pk}/review/", {"seen": old}, follow=True)
    assert "刚才已有别人改动" in told.content.decode()
    assert "缺数据" in enter("faming").get("/pool/mine/").content.decode()


def test_a_return_without_a_reason_asks_for_it(city: SimpleNamespace, enter: Any) -> None:
    told = enter("xueyuan").post(f"/pool/{city.waits.pk}/return/", {"seen": city.waits.version, "reason": ""})
    assert told.status_code == 200
    assert "还不能提交" in told.content.decode()


def record(client: Client, asset: int, name: str = "证明.pdf", body: bytes = PDF) -> Any:
    said = {"kind": "exploited", "mode": "own_use", "since": "2024-05-01"}
    return client.post(
        f"/pool/exploitation/new/{asset}/", {**said, "papers": SimpleUploadedFile(name, body, "text/html")}
    )


def test_a_paper_is_a_download_that_no_browser_runs(city: SimpleNamespace, enter: Any) -> None:
    from panhuo.desk.pool.models import EvidenceFile

    assert record(enter("faming"), city.free).status_code == 302
    paper = EvidenceFile.objects.get()
    got = enter("daxue").get(f"/pool/evidence/{paper.pk}/")
    assert b"".join(got.streaming_content) == PDF
    assert got["Content-Type"] == "application/octet-stream"
    assert got["Content-Disposition"].startswith("attachment")
    assert got["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in got["Content-Security-Policy"]
    for login in ("tongshi", "waixiao"):
        assert enter(login).get(f"/pool/evidence/{paper.pk}/").status_code == 404
    refused = record(enter("faming"), city.second, "page.html", b"<script>1</script>")
    assert "不接收" in refused.content.decode()


def test_another_person_decides_on_the_page_and_the_maker_is_not_asked(city: SimpleNamespace, enter: Any) -> None:
    from panhuo.desk.pool.models import ExploitationEntry

    record(enter("daxue"), city.free)
    entry = ExploitationEntry.objects.get()
    path = f"/pool/exploitation/{entry.pk}/"
    assert enter("daxue").get(path).context["form"] is None
    assert enter("daxue").post(f"{path}decide/", {"approve": "yes"}).status_code == 403
    assert "请填写原因" in enter("daxue2").post(f"{path}decide/", {"approve": "no"}).content.decode()
    assert enter("daxue2").post(f"{path}decide/", {"approve": "yes"}).status_code == 302
    entry.refresh_from_db()
    assert (entry.stage, entry.decided_by) == ("approved", "daxue2")


def test_a_sample_is_judged_entry_by_entry(city: SimpleNamespace, enter: Any) -> None:
    from panhuo.desk.pool.models import QualitySample

    client = enter("shiju")
    client.post("/pool/samples/", {"seed": "2026-11", "size": 5})
    sample = QualitySample.objects.get()
    row = sample.entries.get()
    client.post(f"/pool/samples/{sample.pk}/", {"row": row.pk, "found": "3", "note": "仅实验数据"})
    assert "与自评一致 0%" in client.get(f"/pool/samples/{sample.pk}/").content.decode()
    assert enter("daxue").get(f"/pool/samples/{sample.pk}/").status_code == 404


def test_the_owner_names_an_inventor_of_its_own_people_only(city: SimpleNamespace, enter: Any) -> None:
    client = enter("daxue")
    path = f"/pool/inventors/{city.free}/"
    assert "本单位没有这个账号" in client.post(path, {"login": "waixiao"}).content.decode()
    assert "本单位没有这个账号" in client.post(path, {"login": "nobody"}).content.decode()
    assert client.post(path, {"login": "TongShi"}).status_code == 302
    assert str(city.free) in enter("tongshi").get("/pool/mine/").content.decode()


def test_a_paper_beyond_the_sites_limit_is_told_and_not_kept(
    city: SimpleNamespace, enter: Any, monkeypatch: Any
) -> None:
    from panhuo.desk.pool.models import EvidenceFile
    from panhuo.web import upload_limit

    monkeypatch.setattr(upload_limit, "most_bytes", lambda: len(PDF) - 1)
    told = record(enter("faming"), city.free)
    assert "没有接收" in told.content.decode()
    assert not EvidenceFile.objects.exists()
    monkeypatch.setattr(upload_limit, "most_bytes", lambda: len(PDF))
    assert record(enter("faming"), city.free).status_code == 302, "the control"
