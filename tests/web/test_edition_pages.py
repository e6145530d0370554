"""Pages of editions: an officer drafts, others review and publish, everybody finds the reasons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from site_editions import add_editions, fill_draft, offices

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(signed_in: Callable[..., Client]) -> dict[str, Any]:
    return offices(signed_in)


def shown(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def drafted(people: dict[str, Any], audience: str = "firms") -> Any:
    from panhuo.desk.editions.models import Draft

    told = {
        "title": "十一月清单", "kind": "supply_list", "unit": people["unit"].pk, "audience": audience,
        "told": "电子信息",
        "day": timezone.localdate().isoformat(),
    }  # fmt: skip
    answer = people["author"].post("/editions/new/", told)
    assert answer.status_code == 302, answer.content.decode()
    draft = Draft.objects.get()
    assert answer.headers["Location"] == f"/editions/drafts/{draft.pk}/"
    return draft


def test_an_officer_drafts_and_sees_counts_and_reasons(people: dict[str, Any]) -> None:
    draft = drafted(people)
    waiting = shown(people["author"], f"/editions/drafts/{draft.pk}/")
    assert "正在逐件判读" in waiting
    assert "hx-get" in waiting
    fill_draft(draft)
    page = shown(people["author"], f"/editions/drafts/{draft.pk}/")
    assert "<strong>3</strong> 正文" in page
    assert "<strong>2</strong> 附件：待确认" in page
    assert "合成样例一" in page
    annex = shown(people["author"], f"/editions/drafts/{draft.pk}/?part=annex")
    assert "质押中，须经质权人同意" in annex
    assert "未取得权利人同意" in annex
    assert "成果转化中心" not in page, "contacts are left to the files"


def test_the_author_is_told_why_he_cannot_review_and_another_passes(people: dict[str, Any]) -> None:
    draft = drafted(people)
    fill_draft(draft)
    people["author"].post(f"/editions/drafts/{draft.pk}/submit/")
    page = shown(people["author"], f"/editions/drafts/{draft.pk}/")
    assert "您已办理过这份清单的其他环节" in page
    assert "审核通过</button>" not in page
    told = people["author"].post(f"/editions/drafts/{draft.pk}/pass/", follow=True).content.decode()
    assert "这一步须由另一人办理" in told
    assert "审核通过</button>" in shown(people["reviewer"], f"/editions/drafts/{draft.pk}/")
    people["reviewer"].post(f"/editions/drafts/{draft.pk}/pass/")
    draft.refresh_from_db()
    assert draft.state == "approved"
    assert "确认发布" in shown(people["publisher"], f"/editions/drafts/{draft.pk}/publish/")
    page = people["publisher"].post(f"/editions/drafts/{draft.pk}/publish/", follow=True).content.decode()
    assert "正在发布" in page
    assert "排队中" in page


def test_a_draft_is_given_back_with_a_reason_that_its_author_reads(people: dict[str, Any]) -> None:
    draft = drafted(people)
    fill_draft(draft)
    people["author"].post(f"/editions/drafts/{draft.pk}/submit/")
    wrong = people["reviewer"].post(f"/editions/drafts/{draft.pk}/return/", {"reason": ""})
    assert "请填写原因" in wrong.content.decode()
    people["reviewer"].post(f"/editions/drafts/{draft.pk}/return/", {"reason": "第三件价格有误"})
    assert "第三件价格有误" in shown(people["author"], f"/editions/drafts/{draft.pk}/")


def test_an_office_of_another_city_finds_nothing(people: dict[str, Any]) -> None:
    draft = drafted(people)
    fill_draft(draft)
    for path in ("", "difference/", "publish/", "return/", "drop/"):
        shown(people["elsewhere"], f"/editions/drafts/{draft.pk}/{path}", 404)
    assert "十一月清单" not in shown(people["elsewhere"], "/editions/")


def test_readers_see_the_published_list_and_not_its_annex(people: dict[str, Any]) -> None:
    edition = add_editions(people)["edition"]
    for name, sees in (("author", True), ("elsewhere", False), ("reader", False)):
        page = shown(people[name], f"/editions/{edition.pk}/?part=annex")
        assert ("质押中" in page) is sees, name
        assert ("下载附件" in page) is sees, name
        shown(people[name], f"/editions/{edition.pk}/difference/", 200 if sees else 404)
        assert people[name].post(f"/editions/{edition.pk}/annex.xlsx").status_code == (200 if sees else 404)
    page = shown(people["reader"], f"/editions/{edition.pk}/")
    assert "合成样例一" in page
    assert "author某" in page, "who reviewed is part of the edition"


def test_files_are_the_frozen_rows_and_taking_the_annex_is_kept(people: dict[str, Any]) -> None:
    from panhuo.desk.people.models import ExportRecord

    edition = add_editions(people)["edition"]
    for name in ("list.xlsx", "list.html"):
        answer = people["reader"].get(f"/editions/{edition.pk}/{name}")
        assert answer.status_code == 200
        body = b"".join(answer.streaming_content)
        assert len(body) > 3_000
        assert "attachment" in answer.headers["Content-Disposition"]
    assert not ExportRecord.objects.exists()
    assert people["author"].post(f"/editions/{edition.pk}/annex.xlsx").status_code == 200
    kept = ExportRecord.objects.get()
    assert (kept.what, kept.rows, kept.filter) == ("edition_annex", 2, {"edition": edition.pk})


def test_a_withdrawal_is_shown_beside_the_row_and_the_row_stays(people: dict[str, Any]) -> None:
    edition = add_editions(people)["edition"]
    row = edition.rows.filter(part="list").last()
    path = f"/editions/{edition.pk}/withdraw/{row.pk}/"
    shown(people["elsewhere"], path, 404)
    shown(people["publisher"], f"/editions/{edition.pk}/withdraw/999999/", 404)
    assert people["publisher"].post(path, {"reason": "权利人来函撤回"}).status_code == 302
    page = shown(people["reader"], f"/editions/{edition.pk}/")
    assert "权利人撤回" in page
    assert "：权利人来函撤回" in page
    assert row.cells[1] in page


def test_the_difference_tells_new_gone_with_reason_and_changed(people: dict[str, Any]) -> None:
    add_editions(people)
    from panhuo.desk.editions.models import Draft

    draft = drafted_again(people)
    page = shown(people["author"], f"/editions/drafts/{draft.pk}/difference/")
    assert "意向价格：12.5万元 → 20万元" in page
    assert "未取得权利人同意" in page
    assert Draft.objects.count() == 2


def drafted_again(people: dict[str, Any]) -> Any:
    from panhuo.desk.editions.models import Draft

    people["author"].post(
        "/editions/new/",
        {"title": "十二月清单", "kind": "supply_list", "unit": people["unit"].pk, "audience": "firms",
         "day": date(2026, 1, 5).isoformat()},
    )  # fmt: skip
    draft = Draft.objects.get(title="十二月清单")
    fill_draft(draft, price="20万元", without="合成样例三")
    return draft


@pytest.mark.parametrize("rows", [3, 120])
def test_a_draft_and_an_edition_cost_at_most_twelve_queries(people: dict[str, Any], rows: int) -> None:
    from django.db import connection

    made = add_editions(people, rows=rows)
    for path in (f"/editions/drafts/{made['draft'].pk}/", f"/editions/{made['edition'].pk}/", "/editions/"):
        people["author"].get(path)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            people["author"].get(path)
        own = [one for one in asked if "django_session" not in one["sql"] and "usersessions" not in one["sql"]]
        assert len(own) <= 12, "\n".join(one["sql"][:150] for one in own)
    assert settings.SITE is not None
