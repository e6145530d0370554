"""The log's pages: found by what one asks, an entry as it stands, a proof that verifies without the site."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from panhuo.adapters.proofs.single import verify_proof
from panhuo.desk.history.actions import log_action
from panhuo.desk.history.models import LoggedAction, LogHead
from panhuo.desk.people.access import Operator
from panhuo.desk.people.actions import join
from panhuo.desk.people.models import Account
from panhuo.engine.proof.heads import read_key
from panhuo.rules import load_pack
from panhuo.terms.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(signed_in: Callable[..., Client]) -> Client:
    client = signed_in("aud", name="审计")
    at = timezone.now()
    rules = load_pack("national").at(timezone.localdate(at))
    join(
        Account.objects.get(login="aud"), Role.AUDIT_ADMINISTRATOR, organisation=None, actor=Operator("t"), at=at,
        rules=rules,
    )  # fmt: skip
    return client


def _log(subject: str, act: str, actor: str, *, days_ago: int = 0, **told: Any) -> int:
    at = timezone.now() - timedelta(days=days_ago)
    return int(log_action(subject, act, actor=actor, at=timezone.localdate(at), made_at=at, **told).number)


def _text(answer: Any) -> str:
    return str(answer.content.decode())


def test_entries_are_found_by_actor_act_subject_and_days(auditor: Client) -> None:
    old = _log("case:1", "case.opened", "wang", days_ago=40)
    new = _log("case:2", "organisation.closed", "zhao")
    for asked, wanted in (
        ("actor=wang", [old]),
        ("act=关闭机构", [new]),
        ("act=organisation.closed", [new]),
        ("subject=case:1", [old]),
        (f"until={(timezone.localdate() - timedelta(days=1)).isoformat()}", [old]),
        ("actor=wang&subject=case:2", []),
    ):
        rows = auditor.get(f"/log/?{asked}").context["rows"]
        assert [one["row"].number for one in rows] == wanted, asked
    assert "没有符合条件的记录" in _text(auditor.get("/log/?actor=nobody"))
    assert "还不能提交" in _text(auditor.get("/log/?since=yesterday"))


def test_a_long_log_comes_newest_first_in_parts(auditor: Client) -> None:
    for number in range(130):
        _log(f"case:{number}", "made", "wang")
    found: list[int] = []
    address = "/log/?actor=wang"
    while address:
        answer = auditor.get(address)
        found += [one["row"].number for one in answer.context["rows"]]
        following = answer.context["page"].after
        address = f"/log/?{following}" if following else ""
    assert found == sorted(found, reverse=True)
    assert len(found) == 130


def test_an_entry_shows_before_and_after_reason_and_role(auditor: Client) -> None:
    number = _log(
        "case:1", "changed", "wang", role="city_officer", reason="写错了", before={"件数": 3, "甲": 1},
        after={"件数": 5, "甲": 1}, data={"附": "乙"},
    )  # fmt: skip
    text = _text(auditor.get(f"/log/{number}/"))
    for word in ("wang（市级主管人员）", "写错了", "件数", "<strong>5</strong>", "乙"):
        assert word in text
    assert auditor.get("/log/999999/").status_code == 404


def test_a_proof_is_signed_shown_and_verifies_without_the_site(auditor: Client) -> None:
    number = _log("case:1", "made", "wang")
    assert "还没有签名" in _text(auditor.get(f"/log/{number}/proof/"))
    assert auditor.post(f"/log/{number}/proof/sign/").headers["Location"] == f"/log/{number}/proof/"
    page = auditor.get(f"/log/{number}/proof/")
    key = read_key(auditor.post("/log/key/").content.decode().strip())
    answer = auditor.post(f"/log/{number}/proof/file/")
    report = verify_proof(answer.content, key=key)
    assert report.is_whole
    assert f"panhuo-log-{number}.json" in answer.headers["Content-Disposition"]
    for word in (report.code, key.fingerprint, "摘要、路径和签名相符", "panhuo log verify"):
        assert str(word) in _text(page)
    forged = verify_proof(answer.content.replace(b"wang", b"zhao"), key=key)
    assert not forged.is_whole, "the control: a changed entry is found"


def test_the_page_of_a_proof_says_so_when_the_entry_was_changed_underneath(auditor: Client) -> None:
    number = _log("case:1", "made", "wang")
    auditor.post(f"/log/{number}/proof/sign/")
    found = auditor.get(f"/log/{number}/proof/").context
    assert found["is_sound"]
    head = LogHead.objects.get()
    head.note = head.note.replace(found["note"].origin, "panhuo-log/0000000000000000")
    from panhuo.web.pages.log import proofs

    assert not proofs.is_signed(proofs.read_note(head.note), proofs._key().public)


def test_head_and_bundle_are_handed_out_and_each_time_is_logged(auditor: Client, tmp_path: Path) -> None:
    from panhuo.adapters.proofs.bundle_files import FORMAT

    _log("case:1", "made", "wang")
    head = auditor.post("/log/head/")
    assert head.content.decode().startswith("panhuo-log/")
    bundle = auditor.post("/log/bundle/")
    content = b"".join(bundle.streaming_content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert FORMAT in archive.read("log.json").decode()
    acts = list(LoggedAction.objects.filter(subject="log:").values_list("act", "actor"))
    assert acts == [("log.head_exported", "aud"), ("log.bundle_exported", "aud")]
    place = tmp_path / "bundle.zip"
    place.write_bytes(content)
    from panhuo.cli.log_verify_command import verified

    assert verified(place, key=None).is_whole


def test_others_do_not_see_that_there_is_a_log(auditor: Client, signed_in: Callable[..., Client]) -> None:
    other = signed_in("plain")
    assert other.get("/log/").status_code == 404
    assert other.post("/log/head/").status_code == 404
    assert "操作日志" not in _text(other.get("/"))
    assert "操作日志" in _text(auditor.get("/"))
    assert LogHead.objects.count() == 0
