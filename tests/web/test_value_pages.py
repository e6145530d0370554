"""Valuation records: shown with base date, kind of value and range to who sees the patent; the seal computed anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from panhuo.terms.roles import Role
from site_panels import Office, office
from site_values import sealed_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(signed_in: Callable[..., Client]) -> Office:
    return office(signed_in)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_record_stands_on_its_page_in_the_list_and_with_its_patent(made: Office, tmp_path: Path) -> None:
    stored = sealed_record(tmp_path, made.asset)
    client = made.clients["organiser"]
    for address in ("/values/", f"/values/{stored.pk}/", f"/stock/{made.asset}/"):
        shown = text(client.get(address))
        assert all(one in shown for one in ("自行估算记录", "2025-11-30", "市场价值", stored.number)), address
    assert "不是资产评估报告" in text(client.get(f"/values/{stored.pk}/"))


def test_verifying_computes_the_seal_from_the_kept_file(made: Office, tmp_path: Path) -> None:
    stored = sealed_record(tmp_path, made.asset)
    client = made.clients["organiser"]
    assert "封存码重新计算后相同" in text(client.post(f"/values/{stored.pk}/verify/", follow=True))
    kept = next(Path(settings.SITE.home).glob(f"attachments/*/{stored.file}.json"))
    kept.write_bytes(kept.read_bytes().replace(b"1000000", b"9000000", 1))
    assert "校验不通过" in text(client.post(f"/values/{stored.pk}/verify/", follow=True)), "negative control"
    kept.unlink()
    assert "找不到登记的文件" in text(client.post(f"/values/{stored.pk}/verify/", follow=True))


def test_a_value_is_hidden_from_who_does_not_see_each_of_its_patents(made: Office, tmp_path: Path) -> None:
    from panhuo.desk.valuations.models import ValuedPatent

    stored = sealed_record(tmp_path, made.asset)
    stranger = made.person("stranger", Role.UNIVERSITY_OFFICER, made.units["other"])
    assert stranger.get(f"/values/{stored.pk}/").status_code == 404
    assert stored.number not in text(stranger.get("/values/"))
    ValuedPatent.objects.create(record=stored, key="a:CN202099999999")
    assert made.clients["organiser"].get(f"/values/{stored.pk}/").status_code == 404
