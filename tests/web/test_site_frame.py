"""What holds for every page: a declared policy, headers, tokens, no inline code, pages for what went wrong."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client
from django.urls import reverse

from panhuo.web.access import PUBLIC
from panhuo.web.checks import urls
from site_visits import add_app

pytestmark = pytest.mark.django_db

UNSAFE = ("post", "put", "patch", "delete")


def _addresses() -> list[tuple[str, Any]]:
    """Every URL of the site with its view, parameters filled in."""
    made = []
    for _, pattern in urls():
        names = pattern.pattern.converters
        made.append(
            (
                reverse(pattern.name, kwargs={name: {"pk": 1, "provider_id": "unified"}[name] for name in names}),
                pattern.callback,
            )
        )
    return made


def test_every_url_declares_a_policy() -> None:
    assert len(_addresses()) > 20
    assert run_checks() == []


def test_a_url_without_a_policy_keeps_the_site_from_starting(settings: Any, monkeypatch: Any) -> None:
    """Negative control."""
    from django.core.management import CommandError, call_command
    from django.urls import path

    import panhuo.web.urls as ours

    monkeypatch.setattr(ours, "urlpatterns", [*ours.urlpatterns, path("bare/", lambda request: None)])
    from django.urls import clear_url_caches

    clear_url_caches()
    try:
        assert [one.id for one in run_checks()] == ["panhuo.E001"]
        with pytest.raises(CommandError, match="/bare/"):
            call_command("check")
    finally:
        monkeypatch.undo()
        clear_url_caches()


def test_strangers_see_public_pages_and_are_asked_to_sign_in_elsewhere() -> None:
    for address, view in _addresses():
        answer = Client().get(address)
        if view.policy == PUBLIC:
            assert answer.status_code in {200, 302, 404, 405}, address
            assert not answer.headers.get("Location", "").startswith("/sign-in/?next="), address
        else:
            assert answer.headers["Location"] == f"/sign-in/?next={address}", address
            assert Client().post(address).status_code == 302, address


def test_who_is_signed_in_sees_every_page_that_asks_for_no_right(signed_in: Callable[..., Client]) -> None:
    visitor = signed_in()
    add_app(visitor)
    for address, view in _addresses():
        answer = visitor.get(address)
        assert answer.status_code in {200, 302, 404, 405}, address
        if view.policy != PUBLIC:
            assert not answer.headers.get("Location", "").startswith("/sign-in"), address


def test_a_page_that_asks_for_a_right_looks_like_one_that_is_not_there(
    signed_in: Callable[..., Client], settings: Any
) -> None:
    settings.ROOT_URLCONF = "site_gallery"
    visitor = signed_in()
    hidden, missing = visitor.get("/nobodys/"), visitor.get("/no-such-page")
    assert hidden.status_code == missing.status_code == 404

    def words(answer: Any) -> str:
        return re.sub(
            r'value="[A-Za-z0-9]{64}"|value="/[^"]*"|<span class="request-id">\w+</span>', "", answer.content.decode()
        )

    assert words(hidden) == words(missing)
    assert Client().get("/nobodys/").headers["Location"] == "/sign-in/?next=/nobodys/"


def test_every_unsafe_request_without_its_token_is_refused(signed_in: Callable[..., Client]) -> None:
    visitor = signed_in()
    add_app(visitor)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["panhuo"] = visitor.cookies["panhuo"].value  # type: ignore[assignment]
    for address, _ in _addresses():
        for method in UNSAFE:
            answer = getattr(strict, method)(address)
            assert answer.status_code == 403, (method, address)
            assert "表单已失效" in answer.content.decode()


def test_with_its_token_the_same_form_is_taken(make_account: Any) -> None:
    """Negative control of the refusal."""
    make_account()
    strict = Client(enforce_csrf_checks=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', strict.get("/sign-in/").content.decode())
    assert token
    answer = strict.post("/preferences/", {"care": "1", "next": "/about/", "csrfmiddlewaretoken": token.group(1)})
    assert answer.headers["Location"] == "/about/"
    assert 'class="no-js care"' in strict.get("/about/").content.decode()


def test_every_answer_carries_the_policy_of_its_content_and_no_inline_code(
    signed_in: Callable[..., Client], settings: Any
) -> None:
    settings.ROOT_URLCONF = "site_gallery"
    visitor = signed_in()
    add_app(visitor)
    visitor.raise_request_exception = False
    seen = 0
    for address, _ in [*_addresses(), ("/no-such-page", None), ("/broken/", None)]:
        for client in (visitor, Client()):
            answer = client.get(address)
            policy = answer.headers["Content-Security-Policy"]
            assert "unsafe" not in policy
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "same-origin"
            assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
            assert answer.headers["X-Frame-Options"] == "DENY"
            assert "no-store" in answer.headers["Cache-Control"]
            assert answer.headers["X-Request-ID"]
            if answer.headers["Content-Type"].startswith("text/html"):
                seen += 1
                assert _inline(answer.content.decode()) == [], address
    assert seen > 30


def _inline(html: str) -> list[str]:
    """Scripts, styles and handlers written into a page; blocks of JSON are no code."""
    found = re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", html, re.S):
        if "application/json" not in attributes and ("src=" not in attributes or body.strip()):
            found.append(attributes)
    return found


@pytest.mark.parametrize(
    "html", ["<p style='x'>", "<script>x</script>", "<a onclick=x>", "<style>x</style>", "<a href='javascript:x'>"]
)
def test_the_look_for_inline_code_finds_it(html: str) -> None:
    """Negative control."""
    assert _inline(html)


def test_the_unified_login_may_be_sent_to_by_the_form_and_nothing_else_may(settings: Any) -> None:
    from dataclasses import replace

    from panhuo.web.environment import UnifiedLogin

    assert "form-action 'self';" in Client().get("/sign-in/").headers["Content-Security-Policy"]
    unified = UnifiedLogin("省统一认证", "https://id.example.cn/realms/x", "panhuo", "s", "preferred_username")
    settings.SITE = replace(settings.SITE, unified_login=unified)
    assert "form-action 'self' https://id.example.cn;" in Client().get("/about/").headers["Content-Security-Policy"]


def test_errors_are_pages_with_what_to_do_and_the_number_of_the_request(
    signed_in: Callable[..., Client], settings: Any
) -> None:
    settings.ROOT_URLCONF = "site_gallery"
    visitor = signed_in()
    visitor.raise_request_exception = False
    many = {f"f{number}": "x" for number in range(2_001)}
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100_000
    cases = {
        404: visitor.get("/no-such-page"),
        405: visitor.get("/preferences/"),
        500: visitor.get("/broken/"),
        400: visitor.post("/preferences/", many),
        413: visitor.post("/preferences/", "next=" + "x" * 200_000, content_type="application/x-www-form-urlencoded"),
    }
    for status, answer in cases.items():
        assert answer.status_code == status
        text = answer.content.decode()
        assert f"错误 {status}" in text
        assert answer.headers["X-Request-ID"] in text
        assert "回到首页" in text
    assert cases[405].headers["Allow"] == "POST"


def test_a_host_that_is_not_ours_is_refused_with_a_page() -> None:
    answer = Client().get("/sign-in/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "请求无法识别" in answer.content.decode()


def test_too_many_requests_are_told_so(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/1m/ip"}
    answers = [Client().get("/sign-in/").status_code for _ in range(2)]
    last = Client().post("/sign-in/", {"login": "x", "password": "y"})
    for _ in range(3):
        last = Client().post("/sign-in/", {"login": "x", "password": "y"})
    assert answers == [200, 200]
    assert last.status_code == 429
    assert "操作过于频繁" in last.content.decode()


def test_the_log_holds_no_names_addresses_or_anything_typed(signed_in: Callable[..., Client], settings: Any) -> None:
    from panhuo.web.request_log import JsonLines

    settings.ROOT_URLCONF = "site_gallery"
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    try:
        visitor = signed_in("hanmeimei", name="韩梅梅")
        visitor.raise_request_exception = False
        visitor.get("/account/?q=13800001111")
        visitor.get("/broken/?q=13800001111")
        visitor.get("/no-such-page/13800001111")
        Client().post("/sign-in/", {"login": "typed-by-mistake", "password": "秘密"})
    finally:
        logging.getLogger().removeHandler(handler)
    written = out.getvalue()
    lines = [json.loads(line) for line in written.splitlines()]
    assert any(line.get("error") == "RuntimeError" and line["where"] for line in lines)
    assert any(line.get("route") == "account/" and line["status"] == 200 for line in lines)
    for secret in ("13800001111", "hanmeimei", "韩梅梅", "127.0.0.1", "typed-by-mistake", "秘密"):
        assert secret not in written


def test_files_are_kept_for_ever_and_sent_compressed() -> None:
    from panhuo.web.assets import asset_url

    for name in ("site.css", "site.js", "charts.js"):
        answer = Client().get(asset_url(name), headers={"accept-encoding": "gzip"})
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Encoding"] == "gzip"
        answer.close()


def test_pages_and_files_keep_to_their_weight(signed_in: Callable[..., Client]) -> None:
    """CSS and JS together at most 150 KB compressed, charts at most 220 KB, a page at most 30 KB."""
    from panhuo.web.assets import asset_url

    def weight(name: str) -> int:
        answer = Client().get(asset_url(name), headers={"accept-encoding": "gzip"})
        return len(b"".join(answer.streaming_content)) if answer.streaming else len(answer.content)

    assert weight("site.css") + weight("site.js") <= 40_000
    assert weight("charts.js") <= 220_000
    visitor = signed_in()
    for address in ("/", "/account/", "/account/second-factor/", "/sign-in/", "/health"):
        assert len(visitor.get(address).content) <= 30_000, address


def test_health_says_what_is_wrong_in_words_and_for_programs(settings: Any, monkeypatch: Any) -> None:
    from panhuo.web.pages import health

    good = Client().get("/health", headers={"accept": "application/json"})
    assert good.status_code == 200
    assert json.loads(good.content)["database"] == {"state": "good", "said": "answers"}
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 1 << 60)
    monkeypatch.setattr(health, "disk", lambda folder: health.Finding("disk", "磁盘", "bad", "no_folder", "不能读取"))
    bad = Client().get("/health")
    assert bad.status_code == 503
    assert "系统有故障" in bad.content.decode()


def test_every_page_speaks_english_when_asked_and_chinese_first() -> None:
    assert "登录" in Client().get("/sign-in/", headers={"accept-language": "fr"}).content.decode()
    english = Client()
    english.post("/preferences/", {"language": "en", "next": "/about/"})
    text = english.get("/sign-in/").content.decode()
    assert '<html lang="en"' in text
    assert "Sign in" in text
    assert not re.search("[一-鿿]", text.replace("中文", ""))


def test_preferences_never_lead_away() -> None:
    for away in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", ""):
        assert Client().post("/preferences/", {"next": away}).headers["Location"] == "/"


def test_the_clock_is_read_in_one_place() -> None:
    from pathlib import Path

    import panhuo.web

    assert panhuo.web.__file__
    readers = [
        path.name
        for path in Path(panhuo.web.__file__).parent.rglob("*.py")
        if re.search(r"timezone\.now\(|datetime\.now\(|date\.today\(|time\.time\(", path.read_text(encoding="utf-8"))
    ]
    assert readers == ["clock.py"]
