"""panhuo people, whole: three administrators once, organisations with checked codes, invitations, closing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from calls import Called
from desk.people.made_people import uscc


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1)


def test_an_installation_gets_its_administrators_once(panhuo: Callable[..., Called]) -> None:
    made = panhuo("people", "first-admins", "--system", "root1")
    assert made.code == 0
    told = made.answer["administrators"]
    assert [one["login"] for one in told] == ["root1", "secadmin", "auditadmin"]
    assert len({one["password"] for one in told}) == 3
    again = panhuo("people", "first-admins")
    assert (again.code, again.answer["error"]["code"]) == (2, "have_administrators")
    listed = panhuo("people", "list").answer["accounts"]
    assert [(one["login"], one["roles"][0]["role"]) for one in listed] == [
        ("auditadmin", "audit_administrator"),
        ("root1", "system_administrator"),
        ("secadmin", "security_administrator"),
    ]
    assert not any(one["password"] in str(listed) for one in told)


def test_organisations_invitations_and_closing(panhuo: Callable[..., Called]) -> None:
    add = ("people", "add-organisation")
    first = panhuo(*add, "云湖大学", "--kind", "university", "--uscc", uscc(5), "--region", "990101")
    assert first.code == 0
    wrong = uscc(6)[:-1] + ("1" if uscc(6)[-1] != "1" else "2")
    refused = panhuo(*add, "松原大学", "--kind", "university", "--uscc", wrong)
    assert refused.answer["error"]["code"] == "bad_uscc"
    college = panhuo(*add, "化工学院", "--kind", "college", "--parent", "云湖大学")
    assert college.answer["region"] == "990101"
    office = panhuo(*add, "望岭省局", "--kind", "province_office", "--uscc", uscc(7), "--region", "99")
    invited = panhuo(
        "people", "invite", "--name", "赵某", "--role", "province_officer",
        "--organisation", office.answer["organisation"], "--region", "99", "--without", "9902",
    )  # fmt: skip
    assert len(invited.answer["token"]) >= 32
    wrong_place = panhuo("people", "invite", "--name", "赵某", "--role", "bank_officer", "--organisation", "云湖大学")
    assert wrong_place.answer["error"]["code"] == "bad_role"
    assert panhuo("people", "invite", "--name", "x", "--role", "expert", "--organisation", "无").code == 2

    names = [one["name"] for one in panhuo("people", "list").answer["organisations"]]
    assert names == ["云湖大学", "化工学院", "望岭省局"]

    panhuo("people", "first-admins")
    last = panhuo("people", "close", "SECADMIN", "--reason", "离职")
    assert last.answer["error"]["code"] == "last_administrator"
    assert panhuo("people", "close", "nobody", "--reason", "x").answer["error"]["code"] == "not_there"
