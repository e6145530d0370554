"""Every URL by every role, whoever owns the thing, by every method: open to whom the rights table says, and to nobody
else. What is expected comes from the tables as files, by a few lines of its own."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse  # noqa: TID251 - views for the controls
from django.test import Client
from django.urls import path

import panhuo
from panhuo.desk.people.models import Account, Membership
from panhuo.terms.roles import Role
from panhuo.web.access import PUBLIC, SIGNED_IN, needs, page
from panhuo.web.checks import urls
from site_objects import EXAMPLES, LED, OWNERLESS, SINCE, Example, Ownership, World, address_of, example_of, world_of

pytestmark = pytest.mark.django_db

TABLES = Path(str(panhuo.__file__)).parent / "packs" / "national" / "tables"
METHODS = ("get", "head", "post", "put", "delete", "options")
STRANGER = "stranger"
ROLES = (STRANGER, *(role.value for role in Role))
REACHED = {
    "everything": set(Ownership) - {Ownership.NONE},
    "unit": {Ownership.OWN},
    "lead": {Ownership.OWN},  # an office leads what is its own, of things that are led at all
    "unit_and_children": {Ownership.OWN, Ownership.CHILD},
    "scope region": {Ownership.OWN, Ownership.CHILD, Ownership.OTHER},
    "scope unit": {Ownership.OWN, Ownership.CHILD},
}


@cache
def table(name: str) -> list[dict[str, str]]:
    with (TABLES / f"{name}.csv").open(encoding="utf-8") as rows:
        return list(csv.DictReader(rows))


def kind_of(role: str) -> str:
    """A kind of organisation in which a role is held, "" for none."""
    return next((row["kinds"].split(";")[0] for row in table("roles") if row["role"] == role), "")


def reached(role: str, rights: tuple[Any, ...], ownership: Ownership | None, *, is_led: bool = False) -> bool:
    """The oracle: whether a row gives this role one of the rights, over a thing of that owner (None: over anything)."""
    kind = kind_of(role)
    sees = next((row["sees"] for row in table("organisation_kinds") if row["kind"] == kind), "")
    for row in table("role_rights"):
        if row["role"] == role and row["effect"] == "allow" and row["right"] in {one.value for one in rights}:
            if row["reach"] == "lead" and not is_led and ownership is not None:
                continue
            reach = f"scope {sees}" if row["reach"] == "scope" else row["reach"]
            if ownership is None or (ownership in REACHED.get(reach, set()) and (kind or reach == "everything")):
                return True
    return False


def expected(role: str, policy: Any, example: Example, ownership: Ownership) -> str:
    """open, hidden, sign_in or any (what is public is never asked for, what it answers is its own)."""
    rights = example.rights or getattr(policy, "rights", ())
    if policy == PUBLIC and not rights:
        return "any"
    if role == STRANGER:
        return "sign_in"
    if example.is_nothing:
        return "hidden"
    if not rights:
        return "any_but_sign_in"
    if example.kind in ("", *OWNERLESS):
        return "open" if reached(role, rights, None) else "hidden"
    asked = [rights, example.also] if example.also else [rights]
    return "open" if all(reached(role, one, ownership, is_led=example.kind in LED) for one in asked) else "hidden"


def seen(answer: Any) -> str:
    if answer.status_code >= 500:
        return f"broken {answer.status_code}"
    if answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in/?next="):
        return "sign_in"
    return {404: "hidden", 405: "no_method", 403: "forbidden"}.get(answer.status_code, "open")


AGREES = {
    "open": {"open", "no_method"},
    "hidden": {"hidden", "no_method"},
    "sign_in": {"sign_in"},
    "any": {"open", "no_method", "hidden"},
    "any_but_sign_in": {"open", "no_method", "hidden"},
}


@dataclass(frozen=True, slots=True)
class Cell:
    pattern: Any
    ownership: Ownership
    method: str


def cells() -> Iterator[Cell]:
    """All cells of one role; a URL without a thing of somebody's has one owner only."""
    for _, pattern in urls():
        owners = list(Ownership) if example_of(pattern).kind not in ("", *OWNERLESS) else [Ownership.NONE]
        for ownership in owners:
            for method in METHODS:
                yield Cell(pattern, ownership, method)


def chosen(role: str, *, all_cells: bool) -> list[Cell]:
    """All, or of each URL one: owner and method go round with the roles, every other time it is a GET."""
    if all_cells:
        return list(cells())
    by_url: dict[Any, list[Cell]] = {}
    for cell in cells():
        by_url.setdefault(cell.pattern, []).append(cell)
    found = []
    for number, of_url in enumerate(by_url.values()):
        turn = ROLES.index(role) + number
        gets = [cell for cell in of_url if cell.method == "get"]
        found.append(gets[turn // 2 % len(gets)] if turn % 2 else of_url[(turn * 7) % len(of_url)])
    return found


def asker(role: str) -> tuple[Client, World]:
    """Somebody who holds this role in an organisation with all things around it."""
    kind = kind_of(role)
    world = world_of(kind or "university")
    client = Client()
    if role != STRANGER:
        account = Account.objects.create(login=f"asker-{role}", name="甲", made_at=SINCE, password_set_at=SINCE)
        from django.utils import timezone

        Account.objects.filter(pk=account.pk).update(password_set_at=timezone.now())
        if role != Role.PUBLIC.value:
            Membership.objects.create(
                account=account, organisation=world.units[Ownership.OWN] if kind else None, role=role,
                valid_from=SINCE, granted_by="t", made_at=SINCE,
            )  # fmt: skip
        account.refresh_from_db()
        client.force_login(account, backend="panhuo.web.signing_in.LoginBackend")
    return client, world


def violations(role: str, asked: list[Cell]) -> list[str]:
    """Cells of a role that answer otherwise than expected; nothing that they do stays."""
    client, world = asker(role)
    client.raise_request_exception = False
    cookie = client.cookies["panhuo"].value if role != STRANGER else ""
    for cell in asked:
        address_of(cell.pattern, world, cell.ownership)
    found = []
    for cell in asked:
        client.cookies.clear()
        if cookie:
            client.cookies["panhuo"] = cookie
        address = address_of(cell.pattern, world, cell.ownership)
        with transaction.atomic():
            answer = getattr(client, cell.method)(address)
            answer.close()
            transaction.set_rollback(True)
        wanted = expected(role, cell.pattern.callback.policy, example_of(cell.pattern), cell.ownership)
        if seen(answer) not in AGREES[wanted]:
            found.append(f"{cell.method} {address} as {role} over {cell.ownership}: {seen(answer)}, not {wanted}")
    return found


def run(*, all_cells: bool) -> tuple[int, list[str]]:
    count, found = 0, []
    for role in ROLES:
        asked = chosen(role, all_cells=all_cells)
        with transaction.atomic():
            found += violations(role, asked)
            transaction.set_rollback(True)
        count += len(asked)
    return count, found


def test_each_url_opens_to_whom_the_rights_table_says_and_to_nobody_else() -> None:
    count, found = run(all_cells=False)
    print(f"{count} cells of the access matrix")
    assert found == []


@pytest.mark.full
def test_all_cells_of_the_access_matrix() -> None:
    count, found = run(all_cells=True)
    print(f"{count} cells of the access matrix")
    assert found == []
    assert count > 10_000


def _weaken(monkeypatch: Any, name: str, view: Any) -> None:
    pattern = next(pattern for _, pattern in urls() if pattern.name == name)
    monkeypatch.setattr(pattern, "callback", view)


def _findings(role: str, name: str) -> list[str]:
    with transaction.atomic():
        found = violations(role, [cell for cell in cells() if cell.pattern.name == name and cell.method == "get"])
        transaction.set_rollback(True)
    return found


def _lets_in(request: Any, **arguments: Any) -> HttpResponse:
    return HttpResponse("anybody")


@pytest.mark.parametrize("policy", [PUBLIC, SIGNED_IN])
def test_a_view_that_declares_a_weaker_policy_is_found(monkeypatch: Any, policy: Any) -> None:
    """Negative control."""
    assert _findings("city_officer", "log-entries") == []
    _weaken(monkeypatch, "log-entries", page(policy=policy)(_lets_in))
    assert _findings("city_officer", "log-entries")


def test_a_view_that_does_not_ask_about_the_thing_is_found(monkeypatch: Any) -> None:
    """Negative control: its policy is right, and it shows the accounts of other units."""
    assert _findings("unit_administrator", "people-account") == []
    _weaken(monkeypatch, "people-account", page(policy=needs(*EXAMPLES["people-account"].rights))(_lets_in))
    found = _findings("unit_administrator", "people-account")
    assert {one.split(" over ")[1].split(":")[0] for one in found} == {"other", "far", "none"}


def test_a_view_that_declares_a_policy_and_does_not_hold_it_is_found(monkeypatch: Any) -> None:
    """Negative control."""

    def careless(request: Any) -> HttpResponse:
        return HttpResponse("anybody")

    careless.policy = needs(*EXAMPLES["people-found"].rights)  # type: ignore[attr-defined]
    _weaken(monkeypatch, "people-found", careless)
    assert _findings(STRANGER, "people-found")
    assert _findings("city_officer", "people-found")


def test_a_url_without_an_example_of_its_arguments_is_told_in_a_sentence() -> None:
    bare = path("new/<int:number>/", page(policy=PUBLIC)(_lets_in), name="new-page")
    with pytest.raises(AssertionError, match="add its line to EXAMPLES in tests/site_objects.py"):
        example_of(bare)


def test_examples_name_urls_that_are_there() -> None:
    assert set(EXAMPLES) - {pattern.name for _, pattern in urls()} == set()
