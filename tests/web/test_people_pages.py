"""The pages of people: what administrators do there, what each of the three visitors sees, what is shown once."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from desk.people.made_people import uscc
from panhuo.desk.history.models import LoggedAction
from panhuo.desk.people.access import Operator
from panhuo.desk.people.actions import found_organisation, join
from panhuo.desk.people.models import Account, Invitation, Membership, Organisation, RevealedField
from panhuo.rules import load_pack
from panhuo.terms.roles import OrganisationKind as Kind
from panhuo.terms.roles import Role
from site_visits import PASSWORD

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{7*7}}"
MOST_QUERIES = 12
NEW_SECRET = "Xin-ren-2026-Q4"  # noqa: S105 - of a made-up account


@pytest.fixture
def who() -> dict[str, Any]:
    at = timezone.now()
    return {"actor": Operator("test"), "at": at, "rules": load_pack("national").at(timezone.localdate(at))}


@pytest.fixture
def place(who: dict[str, Any], signed_in: Callable[..., Client]) -> SimpleNamespace:
    """A university with a college, another university, and people of every kind who administer."""
    university = found_organisation(name="云湖大学", kind=Kind.UNIVERSITY, uscc=uscc(1), region="990101", **who)
    college = found_organisation(name="化工学院", kind=Kind.COLLEGE, parent=university, **who)
    other = found_organisation(name="松原大学", kind=Kind.UNIVERSITY, uscc=uscc(2), region="990201", **who)
    clients = {}
    for login, role, unit in (
        ("sys", Role.SYSTEM_ADMINISTRATOR, None),
        ("sec", Role.SECURITY_ADMINISTRATOR, None),
        ("aud", Role.AUDIT_ADMINISTRATOR, None),
        ("unit", Role.UNIT_ADMINISTRATOR, university),
        ("far", Role.UNIT_ADMINISTRATOR, other),
        ("teacher", Role.COLLEGE_OFFICER, college),
    ):
        clients[f"as_{login}" if login == "teacher" else login] = signed_in(
            login, name=f"{login}某", phone="13800001234", email=f"{login}@example.cn"
        )
        join(Account.objects.get(login=login), role, organisation=unit, **who)
    teacher = Account.objects.get(login="teacher")
    return SimpleNamespace(university=university, college=college, other=other, teacher=teacher, **clients)


def _text(answer: Any) -> str:
    return str(answer.content.decode())


def test_an_account_is_seen_by_who_administers_it_and_is_not_there_for_others(place: SimpleNamespace) -> None:
    address = f"/people/{place.teacher.pk}/"
    assert Client().get(address).headers["Location"] == f"/sign-in/?next={address}"
    for client in (place.sys, place.sec, place.unit):
        assert "teacher某" in _text(client.get(address))
    for client in (place.far, place.aud):
        assert client.get(address).status_code == 404


def test_personal_data_is_masked_and_shown_once_with_a_reason_to_who_may(place: SimpleNamespace) -> None:
    address = f"/people/{place.teacher.pk}/"
    for client in (place.sys, place.unit):
        text = _text(client.get(address))
        assert "13800001234" not in text
        assert "teacher@example.cn" not in text
        assert "138****1234" in text
    assert place.sys.post(f"{address}reveal/phone/", {"reason": "要打电话"}).status_code == 404
    without = place.unit.post(f"{address}reveal/phone/", {"reason": "  "})
    assert without.status_code == 200
    assert RevealedField.objects.count() == 0
    assert place.unit.post(f"{address}reveal/phone/", {"reason": "通知培训"}).headers["Location"] == address
    assert "13800001234" in _text(place.unit.get(address))
    assert "13800001234" not in _text(place.unit.get(address))
    assert RevealedField.objects.get().reason == "通知培训"
    assert place.unit.get(f"{address}reveal/password/").status_code == 404


def test_an_organisation_is_founded_renamed_and_closed_with_faults_at_their_fields(place: SimpleNamespace) -> None:
    wrong = {"name": "新大学", "kind": "university", "uscc": uscc(3)[:-1] + "!", "region": "990101"}
    assert "uscc" in place.sys.post("/people/organisations/new/", wrong).context["form"].errors
    assert "uscc" in place.sys.post("/people/organisations/new/", {**wrong, "uscc": uscc(1)}).context["form"].errors
    done = place.sys.post("/people/organisations/new/", {**wrong, "uscc": uscc(3)})
    made = Organisation.objects.get(name="新大学")
    address = f"/people/organisations/{made.pk}/"
    assert done.headers["Location"] == address
    assert "name" in place.sys.post(f"{address}name/", {"name": "新大学", "reason": "x"}).context["form"].errors
    place.sys.post(f"{address}name/", {"name": "新理工大学", "reason": "教育部批准更名"})
    made.refresh_from_db()
    entry = LoggedAction.objects.get(act="organisation.renamed")
    assert (made.name, entry.before, entry.after, entry.reason) == (
        "新理工大学", {"name": "新大学"}, {"name": "新理工大学"}, "教育部批准更名",
    )  # fmt: skip
    today = timezone.localdate().isoformat()
    assert place.sys.post(f"{address}close/", {"last_day": today, "reason": "合并"}).status_code == 302
    assert place.sec.get(f"{address}close/").status_code == 404
    assert "新理工大学" in _text(place.sys.get("/people/organisations/?q=理工&kind=university"))
    assert "没有找到符合条件的机构" in _text(place.sys.get("/people/organisations/?q=没有"))


def test_a_unit_administrator_sees_and_gives_within_the_unit_only(place: SimpleNamespace) -> None:
    listed = _text(place.unit.get("/people/organisations/"))
    assert "化工学院" in listed
    assert "松原大学" not in listed
    people = _text(place.unit.get("/people/"))
    assert "teacher某" in people
    assert "far某" not in people
    form = place.unit.get(f"/people/{place.teacher.pk}/role/").context["form"]
    assert "leader" not in dict(form.fields["role"].choices)
    assert "extent" not in form.fields
    told = {"role": "inventor", "organisation": "松原大学"}
    assert "organisation" in place.unit.post(f"/people/{place.teacher.pk}/role/", told).context["form"].errors
    told["organisation"] = "化工学院"
    assert place.unit.post(f"/people/{place.teacher.pk}/role/", told).status_code == 302
    assert Membership.objects.filter(account=place.teacher, role="inventor", organisation=place.college).exists()


def test_a_role_is_given_for_regions_with_parts_taken_out_and_ended_with_a_reason(
    place: SimpleNamespace, who: dict[str, Any]
) -> None:
    found_organisation(name="望岭省局", kind=Kind.PROVINCE_OFFICE, uscc=uscc(9), region="99", **who)
    Membership.objects.filter(account=place.teacher).delete()
    told = {"role": "province_officer", "organisation": "望岭省局", "extent": "regions"}
    told |= {"regions": "99", "without": "9902"}
    wrong = place.sec.post(f"/people/{place.teacher.pk}/role/", {**told, "without": "4403"})
    assert "regions" in wrong.context["form"].errors
    assert (
        "extent"
        in place.sec.post(f"/people/{place.teacher.pk}/role/", {**told, "extent": "unit"}).context["form"].errors
    )
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    assert place.sec.post(f"/people/{place.teacher.pk}/role/", {**told, "until": until}).status_code == 302
    row = Membership.objects.get(account=place.teacher)
    assert row.scope == {"regions": {"include": ["990000"], "exclude": ["990200"]}}
    assert row.valid_to is not None
    assert timezone.localdate(row.valid_to).isoformat() == until
    assert "地区 990000，不含 990200" in _text(place.sec.get(f"/people/{place.teacher.pk}/"))
    assert "reason" in place.sec.post(f"/people/roles/{row.pk}/end/", {"reason": ""}).context["form"].errors
    assert place.far.post(f"/people/roles/{row.pk}/end/", {"reason": "x"}).status_code == 404
    place.sec.post(f"/people/roles/{row.pk}/end/", {"reason": "岗位调整"})
    row.refresh_from_db()
    assert row.end_reason == "岗位调整"


def test_an_account_is_made_with_a_one_time_password_that_is_shown_once(place: SimpleNamespace) -> None:
    done = place.sys.post("/people/new/", {"name": "王一", "login": "wangyi"})
    made = Account.objects.get(login="wangyi")
    shown = _text(place.sys.get(done.headers["Location"]))
    given = re.search(r'class="secret once">([^<]+)<', shown)
    assert given
    assert 'class="secret once"' not in _text(place.sys.get(done.headers["Location"]))
    newcomer = Client()
    assert newcomer.post("/sign-in/", {"login": "wangyi", "password": given.group(1)}).status_code == 302
    assert newcomer.get("/").headers["Location"] == "/account/password/"
    assert made.must_change_password
    assert "login" in place.sys.post("/people/new/", {"name": "王二", "login": "WangYi"}).context["form"].errors


def test_what_is_shown_once_is_not_readable_in_the_register(place: SimpleNamespace) -> None:
    from django.contrib.sessions.models import Session

    place.sys.post(f"/people/{place.teacher.pk}/password/", {"reason": "忘记密码"})
    kept = [row.get_decoded() for row in Session.objects.all()]
    shown = _text(place.sys.get(f"/people/{place.teacher.pk}/"))
    given = re.search(r'class="secret once">([^<]+)<', shown)
    assert given
    assert given.group(1) not in str(kept)
    assert "panhuo_told_once" in str(kept), "the control: it was there, sealed"


def test_an_account_is_closed_and_opened_again_by_another_with_a_reason(place: SimpleNamespace) -> None:
    address = f"/people/{place.teacher.pk}/"
    assert "reason" in place.unit.post(f"{address}close/", {}).context["form"].errors
    place.unit.post(f"{address}close/", {"reason": "离职"})
    place.teacher.refresh_from_db()
    assert not place.teacher.is_active
    again = place.unit.post(f"{address}close/", {"reason": "离职"})
    assert "这个账号已停用" in _text(again)
    place.unit.post(f"{address}reopen/", {"reason": "返聘"})
    place.teacher.refresh_from_db()
    assert place.teacher.is_active
    own = Account.objects.get(login="sys")
    assert place.sys.get(f"/people/{own.pk}/close/").status_code == 404
    assert "不能对自己的账号进行管理" in _text(place.sys.get(f"/people/{own.pk}/"))


def _invited(place: SimpleNamespace, **told: str) -> str:
    """Invite somebody as the unit's administrator. Returns the link's path."""
    asked = {"name": "赵某", "role": "university_officer", "organisation": "云湖大学", **told}
    done = place.unit.post("/people/invitations/new/", asked)
    assert done.status_code == 302, done.context["form"].errors
    shown = _text(place.unit.get(done.headers["Location"]))
    link = re.search(r"http://testserver(/invitation/[\w-]+/)", shown)
    assert link
    assert "/invitation/" not in _text(place.unit.get(done.headers["Location"])).replace("/people/invitation", "")
    return link.group(1)


def test_a_stranger_takes_an_invitation_and_is_told_all_faults_of_a_password(place: SimpleNamespace) -> None:
    link = _invited(place)
    stranger = Client()
    assert "赵某" in _text(stranger.get(link))
    bad = {"login": "zhaomou", "password": "zhaomou", "again": "zhaomou"}
    faults = stranger.post(link, bad).context["form"].errors["password"]
    assert len(faults) == 3
    assert any("10" in one for one in faults)
    assert any("不能含有账号" in one for one in faults)
    differs = {"login": "zhaomou", "password": NEW_SECRET, "again": "other"}
    assert "again" in stranger.post(link, differs).context["form"].errors
    done = stranger.post(link, {"login": "zhaomou", "password": NEW_SECRET, "again": NEW_SECRET})
    assert done.headers["Location"] == "/sign-in/"
    assert stranger.post("/sign-in/", {"login": "zhaomou", "password": NEW_SECRET}).status_code == 302
    made = Membership.objects.get(account__login="zhaomou")
    assert (made.role, made.organisation, made.granted_by) == ("university_officer", place.university, "unit")
    for used in (link, "/invitation/no-such-token/"):
        answer = Client().get(used)
        assert answer.status_code == 404
        assert "邀请无效" in _text(answer)


def test_who_is_signed_in_takes_an_invitation_on_the_account_that_he_has(
    place: SimpleNamespace, signed_in: Any
) -> None:
    link = _invited(place)
    client = signed_in("qian", name="钱某")
    assert "用现在的账号接受" in _text(client.get(link))
    assert client.post(link).headers["Location"] == "/"
    assert Membership.objects.filter(account__login="qian", role="university_officer").exists()


def test_a_withdrawn_invitation_is_void_and_its_withdrawal_asks_once_more(place: SimpleNamespace) -> None:
    link = _invited(place)
    number = Invitation.objects.get().pk
    assert "确认撤回" in _text(place.unit.get(f"/people/invitations/{number}/withdraw/"))
    assert Client().get(link).status_code == 200
    assert place.far.post(f"/people/invitations/{number}/withdraw/").status_code == 404
    assert place.unit.post(f"/people/invitations/{number}/withdraw/").status_code == 302
    assert Client().get(link).status_code == 404
    assert place.unit.post(f"/people/invitations/{number}/withdraw/").status_code == 409


def test_the_token_of_an_invitation_is_in_no_log(place: SimpleNamespace) -> None:
    from panhuo.web.request_log import JsonLines

    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    try:
        link = _invited(place)
        Client().get(link)
    finally:
        logging.getLogger().removeHandler(handler)
    token = link.split("/")[2]
    assert "invitation/<str:token>/" in out.getvalue(), "the control: the page was logged by its route"
    assert token not in out.getvalue()
    assert token not in str(list(LoggedAction.objects.values_list("data", "subject", "reason")))


def test_what_people_type_is_never_code_in_a_page(place: SimpleNamespace, who: dict[str, Any]) -> None:
    """Names, reasons, searches and tokens of the pages of people and of the log."""
    Account.objects.filter(pk=place.teacher.pk).update(name=HOSTILE[:60])
    Organisation.objects.filter(pk=place.college.pk).update(name=HOSTILE)
    place.unit.post(f"/people/{place.teacher.pk}/close/", {"reason": HOSTILE})
    place.unit.post("/people/invitations/new/", {"name": HOSTILE[:60], "role": "inventor", "organisation": uscc(1)})
    place.sys.post(f"/people/organisations/{place.other.pk}/name/", {"name": HOSTILE, "reason": HOSTILE})
    number = Invitation.objects.get().pk
    entry = LoggedAction.objects.get(act="organisation.renamed").number
    seen = [
        (place.sys, "/people/"), (place.sys, f"/people/{place.teacher.pk}/"), (place.sys, "/people/organisations/"),
        (place.sys, f"/people/organisations/{place.other.pk}/"), (place.sys, f"/people/{place.teacher.pk}/reopen/"),
        (place.unit, "/people/invitations/"), (place.unit, f"/people/invitations/{number}/"),
        (place.sys, f"/people/?q={HOSTILE}"), (place.aud, "/log/"), (place.aud, f"/log/{entry}/"),
        (place.aud, f"/log/{entry}/proof/"), (place.aud, f"/log/?subject={HOSTILE}&since={HOSTILE}"),
        (place.sec, f"/people/{place.teacher.pk}/role/"), (Client(), f"/invitation/{HOSTILE.replace('/', '')}/"),
        (place.sys, f"/people/organisations/{place.college.pk}/name/"),
    ]  # fmt: skip
    told = 0
    for client, address in seen:
        text = _text(client.get(address))
        assert _code(text) == [], address
        told += "&lt;script&gt;" in text
    assert told >= 9, "the control: what was typed is on the pages, as text"


def _code(html: str) -> list[str]:
    return [one for one in ("<script>alert", "<img src=x", "{\"'49") if one in html]


def test_the_look_for_code_finds_it() -> None:
    """Negative control."""
    from django.template import engines

    page = engines["django"].from_string("{{ a }}{{ b|safe }}")
    assert _code(page.render({"a": HOSTILE, "b": ""})) == []
    assert _code(page.render({"a": "", "b": HOSTILE}))


def test_pages_ask_the_register_a_dozen_times_whatever_the_rows(place: SimpleNamespace, who: dict[str, Any]) -> None:
    for number in range(120):
        made = Account.objects.create(login=f"many{number}", name="多", made_at=who["at"])
        join(made, Role.INVENTOR, organisation=place.college, **who)
    for client, address in (
        (place.sys, "/people/"), (place.unit, "/people/"), (place.sys, "/people/organisations/"), (place.aud, "/log/"),
        (place.unit, f"/people/organisations/{place.college.pk}/"), (place.unit, f"/people/{place.teacher.pk}/"),
        (place.unit, "/people/invitations/"), (place.aud, "/log/5/"),
    ):  # fmt: skip
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        assert len(asked) <= MOST_QUERIES, (address, [one["sql"][:120] for one in asked])


def test_a_long_list_comes_in_parts_and_each_row_once(place: SimpleNamespace, who: dict[str, Any]) -> None:
    Account.objects.bulk_create(
        [Account(login=f"many{number:03d}", name="多", made_at=who["at"]) for number in range(120)]
    )
    found: list[str] = []
    address = "/people/?q=many"
    while address:
        answer = place.sys.get(address)
        found += [row["one"].login for row in answer.context["rows"]]
        assert len(answer.content) < 40_000
        following = answer.context["page"].after
        address = f"/people/?{following}" if following else ""
    assert found == [f"many{number:03d}" for number in range(120)]
    for client, path in ((place.sys, "/people/organisations/"), (place.sec, "/people/invitations/")):
        for after in ("2", "0", "x", "9" * 30, "\0"):
            assert client.get(path, {"after": after}).status_code == 200, (path, after)
    assert place.sys.get("/people/", {"after": "a\0b"}).status_code == 200


def test_a_password_given_away_is_changed_by_the_rules_of_the_pack(place: SimpleNamespace) -> None:
    """One way to set a password: former ones are kept, and do not come back."""
    client = place.unit
    for new in (NEW_SECRET, NEW_SECRET + "-2"):
        old = PASSWORD if new == NEW_SECRET else NEW_SECRET
        client.post("/account/password/", {"oldpassword": old, "password1": new, "password2": new})
    back = client.post(
        "/account/password/", {"oldpassword": NEW_SECRET + "-2", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert "最近用过" in str(back.context["form"].errors["password1"])
    assert LoggedAction.objects.filter(act="password.set", actor="unit").count() == 2


def test_local_sign_in_closed_by_the_security_administrator_keeps_others_out(
    place: SimpleNamespace, who: dict[str, Any]
) -> None:
    from panhuo.desk.people.account_actions import set_local_sign_in

    set_local_sign_in(is_allowed=False, reason="统一认证上线", **who)
    assert Client().post("/sign-in/", {"login": "teacher", "password": PASSWORD}).status_code == 200
    assert Client().post("/sign-in/", {"login": "sys", "password": PASSWORD}).status_code == 302
