"""Shared by the tests of the site: accounts, clients, a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from site_visits import MADE, PASSWORD

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps an event loop in the thread of the tests

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """A hash that costs nothing: what is tested is who may come in, not how long guessing takes."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _a_home(settings: Any, tmp_path: Path) -> None:
    """A demo home, so that the banner is looked at, too."""
    from panhuo.adapters.files.home import open_home

    settings.SITE = replace(settings.SITE, home=open_home(tmp_path / "city", create_kind="demo").root)


@pytest.fixture
def make_account(db: None) -> Callable[..., Any]:
    """An account with the password of the tests."""
    from panhuo.desk.people.models import Account

    def make(login: str = "lilei", **told: Any) -> Any:
        fresh = {"name": "李雷", "made_at": MADE, "password_set_at": timezone.now()}
        account = Account(login=login, **{**fresh, **told})
        account.set_password(PASSWORD)
        account.save()
        return account

    return make


@pytest.fixture
def signed_in(make_account: Callable[..., Any]) -> Callable[..., Client]:
    """A client that signed in through the page, as people do; what other tests tried is not counted against it."""
    from django.core.cache import cache

    cache.clear()

    def enter(login: str = "lilei", *, client: Client | None = None, **told: Any) -> Client:
        from panhuo.desk.people.models import Account

        if not Account.objects.filter(login=login).exists():
            make_account(login, **told)
        visitor = client or Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0"})
        answer = visitor.post("/sign-in/", {"login": login, "password": PASSWORD})
        assert answer.status_code == 302, "the sign-in failed"
        return visitor

    return enter


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's chromium; skipped where it lacks, obligatory in CI."""
    found = shutil.which("chromium")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI has no chromium: .ci/run installs it")
        pytest.skip("no chromium on this machine: apt-get install chromium fonts-noto-cjk")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_browser(chromium: Any) -> Iterator[Callable[..., Any]]:
    """A fresh context; foreign requests fail and are remembered in `foreign`, errors of the console in `console`."""
    opened: list[Any] = []

    def begin(**told: Any) -> Any:
        context = chromium.new_context(**{"locale": "zh-CN", "timezone_id": "Asia/Shanghai", **told})
        context.foreign, context.console = [], []
        context.on("request", lambda request: _note(context.foreign, request.url))
        context.on("console", lambda said: context.console.append(said.text) if said.type == "error" else None)
        opened.append(context)
        return context

    yield begin
    for context in opened:
        context.close()


def _note(foreign: list[str], url: str) -> None:
    if not url.startswith(("http://127.0.0.1", "http://localhost", "data:", "about:")):
        foreign.append(url)


@pytest.fixture(scope="session")
def axe() -> str:
    """The text of axe-core, which npm brought for building."""
    path = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
    assert path.is_file(), f"{path} lacks: python frontend/panhuo_build.py brings it"
    return path.read_text(encoding="utf-8")
