"""The pages in Debian's chromium: accessible, at home, sound at 360 px, usable by keyboard and without scripts."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from site_visits import PASSWORD, VISITS, Visit, add_app, code_of

pytestmark = pytest.mark.django_db(transaction=True)

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
LOOKS = {
    "wide": {"viewport": {"width": 1280, "height": 900}},
    "narrow": {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
}


@pytest.fixture
def site(live_server: Any, settings: Any) -> str:
    """The address of the site with the pages that only tests see."""
    settings.ROOT_URLCONF = "site_gallery"
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [Path(__file__).parent / "templates"]}]
    return str(live_server.url).replace("127.0.0.1", "localhost")


@pytest.fixture
def people(signed_in: Callable[..., Any], site: str, open_browser: Any) -> dict[str, Any]:
    """Clients of people in every state that pages know."""
    from panhuo.desk.people.models import Account

    clients = {"plain": signed_in("lilei")}
    for login in ("half", "secured"):
        clients[login] = signed_in(login, name="韩梅梅")
        add_app(clients[login])
    again = clients["half"].__class__(headers={"user-agent": "Mozilla/5.0 (Linux; Android 14) Chrome/130.0"})
    again.post("/sign-in/", {"login": "half", "password": PASSWORD})
    clients["half"] = again
    clients["passkey"] = _add_passkey(open_browser(), site, clients["secured"])
    clients["long"] = signed_in("a" * 60, name="欧阳" * 30)
    unified = signed_in("zhangsan", name="张三")
    Account.objects.filter(login="zhangsan").update(is_local=False)
    clients["unified"] = unified
    clients["obliged"] = signed_in("xinren", name="新人")
    Account.objects.filter(login="xinren").update(must_change_password=True)
    return clients


def _with_passkeys(context: Any, page: Any) -> Any:
    """A device of the machine's own that signs for the page, in place of a finger."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    kind |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": kind})
    return session


def _add_passkey(context: Any, site: str, client: Any) -> int:
    """Add a passkey in the browser as this client. Returns its number."""
    from allauth.mfa.models import Authenticator

    _take_session(context, site, client)
    page = context.new_page()
    _with_passkeys(context, page)
    page.goto(f"{site}/account/second-factor/passkeys/add/")
    page.get_by_label("名称").fill("办公室电脑")
    page.get_by_label("可直接登录").check()
    page.get_by_role("button", name="添加", exact=True).click()
    page.wait_for_url("**/second-factor/**")
    page.get_by_text("通行密钥已添加").wait_for()
    return int(Authenticator.objects.get(type="webauthn").pk)


def _take_session(context: Any, site: str, client: Any) -> None:
    context.add_cookies([{"name": "panhuo", "value": client.cookies["panhuo"].value, "url": site}])


def _enter(context: Any, site: str, visit: Visit, people: dict[str, Any]) -> Any:
    if visit.as_whom != "stranger":
        _take_session(context, site, people[visit.as_whom])
    page = context.new_page()
    answer = page.goto(site + visit.path.format(passkey=people["passkey"]))
    assert answer is not None
    assert answer.status == visit.status, f"{visit.name}: {answer.status}"
    if visit.prepare is not None:
        visit.prepare(page)
    return page


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_any_page_in_any_state(
    look: str, site: str, people: dict[str, Any], open_browser: Any, axe: str
) -> None:
    found: list[str] = []
    pictures = os.environ.get("PANHUO_PICTURES")
    for visit in VISITS:
        context = open_browser(**LOOKS[look], bypass_csp=True)
        page = _enter(context, site, visit, people)
        page.evaluate(axe)
        told = page.evaluate("rules => axe.run(document, rules)", RULES)
        found += [f"{visit.name}: {one['id']} {one['nodes'][0]['html'][:160]} {one['nodes'][0]['failureSummary'][:300]}" for one in told["violations"]]
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wider > 0:
            found.append(f"{visit.name}: {wider} px too wide")
        if pictures:
            page.screenshot(path=f"{pictures}/{visit.name}-{look}.png", full_page=True)
        assert context.foreign == []
        context.close()
    assert found == []
