"""The pages in Debian's chromium: accessible, at home, sound at 360 px, usable by keyboard and without scripts."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tinyhtml5.parser import HTMLParser

from site_editions import make_edition_pages
from site_imports import make_imports
from site_panels import add_panels
from site_people import add_people
from site_pool import make_pool
from site_visits import PASSWORD, VISITS, Visit, add_app, code_of

pytestmark = pytest.mark.django_db(transaction=True)

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
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
def people(signed_in: Callable[..., Any], site: str, open_browser: Any, tmp_path: Path) -> dict[str, Any]:
    """Clients of people in every state that pages know."""
    from panhuo.desk.people.models import Account, Organisation

    clients = {"plain": signed_in("lilei")}
    for login in ("half", "secured"):
        clients[login] = signed_in(login, name="韩梅梅")
        add_app(clients[login])
    again = clients["half"].__class__(headers={"user-agent": "Mozilla/5.0 (Linux; Android 14) Chrome/130.0"})
    again.post("/sign-in/", {"login": "half", "password": PASSWORD})
    clients["half"] = again
    clients["passkey"] = _add_passkey(open_browser(), site, clients["secured"])
    clients["ready"] = signed_in("ready", name="马冬梅")
    clients["ready"].post("/account/again/", {"password": PASSWORD})
    clients["long"] = signed_in("a" * 60, name="欧阳" * 30)
    unified = signed_in("zhangsan", name="张三")
    Account.objects.filter(login="zhangsan").update(is_local=False)
    clients["unified"] = unified
    clients["obliged"] = signed_in("xinren", name="新人")
    Account.objects.filter(login="xinren").update(must_change_password=True)
    importers, places = make_imports(signed_in)
    filers, pool = make_pool(signed_in)
    made = add_people(signed_in)
    panels = add_panels(signed_in, Organisation.objects.get(pk=made["things"]["organisation"]), tmp_path)
    offices, editions = make_edition_pages(signed_in)
    things = _told_apart(made["things"], places, pool, panels["things"], editions)
    return {**clients, **made, **importers, **filers, **panels, **offices, "things": things}


def _told_apart(*parts: dict[str, Any]) -> dict[str, Any]:
    """All things under their names; a name that two areas use would lead a visit to the wrong page."""
    twice = [name for name, n in Counter(name for part in parts for name in part).items() if n > 1]
    assert twice == []
    return {name: thing for part in parts for name, thing in part.items()}


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
    if "/again/" in page.url:
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="确认").click()
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
    answer = page.goto(site + visit.path.format(passkey=people["passkey"], **people["things"]))
    assert answer is not None
    assert answer.status == visit.status, f"{visit.name}: {answer.status}"
    assert ("/again/" in page.url) == ("/again/" in visit.path), f"{visit.name} was not seen"
    if visit.prepare is not None:
        visit.prepare(page)
    return page


@pytest.mark.parametrize(
    "look", ["narrow", pytest.param("wide", marks=pytest.mark.full), pytest.param("dark", marks=pytest.mark.full)]
)
def test_every_page_in_every_state_is_accessible_at_home_and_keeps_its_policy(
    look: str, site: str, people: dict[str, Any], open_browser: Any, axe: str
) -> None:
    """No violation of axe's rules (WCAG 2.2 A and AA, best practice), nothing wider than the screen, nothing asked of
    other hosts, nothing that the content policy had to refuse, no target below 44 px, no line below 1.3.
    """
    found: list[str] = []
    pictures = os.environ.get("PANHUO_PICTURES")
    for visit in VISITS:
        context = open_browser(**LOOKS[look])
        page = _enter(context, site, visit, people)
        page.wait_for_load_state("networkidle")
        if pictures:
            page.screenshot(path=f"{pictures}/{visit.name}-{look}.png", full_page=True)
        found += [f"{visit.name}: refused {said}" for said in context.console if "status of" not in said]
        found += [f"{visit.name}: foreign {url}" for url in context.foreign]
        found += [f"{visit.name}: {what}" for what in page.evaluate(SMALL, PRESSED)]
        page.evaluate(axe)
        found += [f"{visit.name}: {one}" for one in _violations(page)]
        if not page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"):
            found.append(f"{visit.name}: wider than the screen")
        context.close()
    assert found == []


def _violations(page: Any) -> list[str]:
    told = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
    return [f"{one['id']} {one['nodes'][0]['html'][:160]} {one['nodes'][0]['failureSummary'][:200]}" for one in told]


def test_every_page_is_valid_html_and_names_no_id_twice(people: dict[str, Any], site: str) -> None:
    found: list[str] = []
    for visit in VISITS:
        client = Client() if visit.as_whom == "stranger" else people[visit.as_whom]
        client.raise_request_exception = False
        answer = client.get(visit.path.format(passkey=people["passkey"], **people["things"]), follow=True)
        found += [f"{visit.name}: {one}" for one in _unsound(answer.content.decode())]
    assert found == []


@pytest.mark.parametrize("said", ["<p><div>x</div></p>", '<b id="a"></b><i id="a"></i>', "<table><b>x</b></table>"])
def test_unsound_html_is_found(said: str) -> None:
    """Negative control."""
    page = "<!DOCTYPE html><html><head><title>x</title></head><body>{}</body></html>"
    assert _unsound(page.format(said))
    assert _unsound(page.format("<p>x</p>")) == []


def _unsound(html: str) -> list[str]:
    parser = HTMLParser()
    parser.parse(html)
    ids = Counter(re.findall(r'\sid="([^"]*)"', html))
    return [f"{code} {told} at {place}" for place, code, told in parser.errors] + [
        f"id {name} twice" for name, times in ids.items() if times > 1
    ]


def test_axe_finds_what_is_wrong(site: str, open_browser: Any, axe: str) -> None:
    """Negative control."""
    page = open_browser().new_page()
    page.goto(f"{site}/sign-in/")
    page.evaluate("for (const label of document.querySelectorAll('label')) label.remove()")
    page.evaluate(axe)
    assert any(one.startswith("label ") for one in _violations(page))


def test_somebody_signs_in_works_and_signs_out_with_the_keyboard_alone(
    site: str, make_account: Any, open_browser: Any
) -> None:
    make_account()
    page = open_browser().new_page()
    page.goto(f"{site}/sign-in/")
    stops = _walk_to(page, "login")
    assert stops[0] == "跳到正文", "the first stop leads past the head of the page"
    page.keyboard.type("lilei")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/")
    _walk_to(page, "去办理：启用两步验证")
    page.keyboard.press("Enter")
    page.wait_for_url("**/second-factor/")
    _walk_to(page, "退出登录")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/")


def _walk_to(page: Any, wanted: str) -> list[str]:
    """Press Tab until the focus is on what is called so. Each stop must be seen to have it."""
    stops: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            "[document.activeElement.name || document.activeElement.textContent.trim().replace(/\\s+/g, ''),"
            " getComputedStyle(document.activeElement).outlineWidth]"
        )
        stops.append(name)
        assert outline == "3px", f"no visible focus on {name}"
        if name == wanted:
            return stops
    raise AssertionError(f"{wanted} cannot be reached: {stops}")


def test_signing_in_and_the_second_step_work_without_scripts(site: str, signed_in: Any, open_browser: Any) -> None:
    secret = add_app(signed_in())
    context = open_browser(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/sign-in/")
    assert page.get_by_role("button", name="用通行密钥登录").count() == 0, "what needs scripts is not offered without"
    page.get_by_role("button", name="大字版").click()
    assert "care" in str(page.locator("html").get_attribute("class"))
    page.get_by_label("账号").fill("lilei")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_label("验证码").fill(code_of(secret, steps_ahead=1))
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("heading", name="李雷，您好").wait_for()
    page.get_by_role("link", name="我的账号").click()
    page.get_by_role("link", name="修改密码").click()
    page.get_by_role("button", name="修改密码").click()
    assert page.get_by_text("还不能提交").is_visible()


def test_a_passkey_opens_the_account_without_a_password(site: str, signed_in: Any, open_browser: Any) -> None:
    context = open_browser()
    _add_passkey(context, site, signed_in())
    page = context.pages[0]
    page.get_by_role("button", name="退出登录").click()
    page.get_by_role("button", name="用通行密钥登录").click()
    page.get_by_role("heading", name="李雷，您好").wait_for()
    page.goto(f"{site}/account/")
    assert page.get_by_role("row").nth(1).get_by_text("通行密钥").is_visible()
    assert context.console == []


def test_the_policy_refuses_inline_code(site: str, open_browser: Any) -> None:
    """Negative control."""
    context = open_browser()
    page = context.new_page()
    page.goto(f"{site}/sign-in/")
    page.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", HOSTILE)
    page.evaluate("""() => {
      const script = document.createElement('script');
      script.textContent = 'window.hurt = 1';
      document.body.append(script);
    }""")
    page.wait_for_timeout(200)
    assert page.evaluate("window.hurt") is None
    assert page.evaluate("getComputedStyle(document.getElementById('x')).color") != "rgb(255, 0, 0)"
    assert any("Content Security Policy" in said for said in context.console)


HOSTILE = '<p style="color:red" id="x">x</p><img src="/none" onerror="window.hurt=1">'
PRESSED = "button, .btn, header a, nav.ph-nav a, footer a, input, select, textarea, summary, .page-link"
SMALL = """(pressed) => {
  const seen = (e) =>
    e.getClientRects().length && getComputedStyle(e).visibility !== 'hidden' && !e.closest('.visually-hidden, .skip');
  const high = (e) => e.getBoundingClientRect().height;
  const small = [...document.querySelectorAll(pressed)]
    .filter((e) => seen(e) && !['hidden', 'checkbox'].includes(e.type) && e.tabIndex >= 0 && high(e) < 43.5)
    .map((e) => 'low: ' + (e.textContent.trim() || e.name) + ' ' + high(e));
  const tight = [...document.querySelectorAll('p, li, td, th, dd, label')].filter(seen)
    .filter((e) => parseFloat(getComputedStyle(e).lineHeight) < 1.3 * parseFloat(getComputedStyle(e).fontSize))
    .map((e) => 'tight: ' + e.textContent.trim().slice(0, 20));
  return [...small, ...tight];
}"""


@pytest.mark.parametrize("told", [{"forced_colors": "active"}, {"care": "1"}, {"lang": "en"}, {"dialog": "1"}])
def test_axe_finds_nothing_in_forced_colours_large_text_english_and_an_open_dialog(
    told: dict[str, str], site: str, people: dict[str, Any], open_browser: Any, axe: str
) -> None:
    looks = dict(LOOKS["narrow"])
    if "forced_colors" in told:
        looks["forced_colors"] = told["forced_colors"]
    context = open_browser(**looks)
    cookies = [{"name": "panhuo-care", "value": told.get("care", "0"), "url": site}]
    cookies.append({"name": "django_language", "value": told.get("lang", "zh-hans"), "url": site})
    context.add_cookies(cookies)
    _take_session(context, site, people["plain"])
    page = context.new_page()
    pictures = os.environ.get("PANHUO_PICTURES")
    for path in ("/", "/account/", "/account/password/", "/account/second-factor/", "/parts/", "/about/"):
        page.goto(site + path)
        if "dialog" in told and path == "/parts/":
            page.get_by_role("button", name="删除").first.click()
            assert page.get_by_role("dialog").is_visible()
        page.evaluate(axe)
        assert [f"{path} {one}" for one in _violations(page)] == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
        if pictures:
            page.screenshot(path=f"{pictures}/x{'-'.join(told)}-{path.strip('/').replace('/', '_') or 'home'}.png")


def test_a_page_prints_without_what_is_only_for_the_screen(
    site: str, people: dict[str, Any], open_browser: Any
) -> None:
    context = open_browser()
    _take_session(context, site, people["secured"])
    page = context.new_page()
    page.goto(f"{site}/account/second-factor/codes/")
    page.emulate_media(media="print")
    assert not page.locator("header").is_visible()
    assert not page.locator("footer").is_visible()
    assert page.locator(".codes").is_visible()
    assert page.pdf().startswith(b"%PDF")
