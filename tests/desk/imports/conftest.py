"""A home, the twin cities and a way to send files in and have the worker import them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from desk.people.conftest import cities  # noqa: F401 - a fixture
from desk.people.made_people import NOW, RULES, person
from panhuo.adapters.files.home import Home, open_home
from panhuo.terms.roles import Role


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "office")


class Clock:
    """A clock that a test turns on."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def turn(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def officer(cities: SimpleNamespace) -> Any:  # noqa: F811
    return person("keji", Role.UNIVERSITY_OFFICER, cities.one.university)


@pytest.fixture
def send(home: Home, officer: Any) -> Callable[..., Any]:
    """Send bytes in as the university's officer, or as somebody else."""
    from panhuo.desk.imports.actions import send_in

    def act(data: bytes, name: str = "存量.csv", *, who: Any = None, own: bool = False, **more: Any) -> Any:
        return send_in(
            home, name, [data], most_bytes=more.pop("most_bytes", 1 << 24), as_of=more.pop("as_of", None),
            fills_own=own, actor=who or officer, at=NOW, rules=RULES,
        )  # fmt: skip

    return act


@pytest.fixture
def bring(home: Home, send: Callable[..., Any], clock: Clock, officer: Any) -> Callable[..., Any]:
    """Send a file in, start its import and let the worker do it. Returns the upload as it stands then."""
    from panhuo.desk.imports.actions import start_import
    from panhuo.desk.jobs.worker import work_through

    def act(data: bytes, name: str = "存量.csv", *, who: Any = None, **more: Any) -> Any:
        upload = send(data, name, who=who, **more)
        start_import(upload, actor=who or officer, at=NOW, rules=RULES)
        work_through(home, clock=clock)
        upload.refresh_from_db()
        return upload

    return act
