"""Shared by all tests: reference data, homes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

from calls import Called
from fresh_registers import fresh_register

# Shared machines pause at times; wrong answers are what we look for.
hypothesis_settings.register_profile("panhuo", deadline=None)
hypothesis_settings.load_profile("panhuo")


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """Folder of the public reference data; skipped for who has only the clone, obligatory where the variable is set."""
    named = os.environ.get("PANHUO_REFERENCE_DATA")
    if not named:
        pytest.skip("PANHUO_REFERENCE_DATA is not set: the reference data is not part of the clone")
    folder = Path(named)
    assert folder.is_dir(), f"PANHUO_REFERENCE_DATA={named} is no folder"
    return folder


@pytest.fixture(scope="session")
def pdf_machine() -> None:
    """Pango and a Chinese font; skipped where they lack, obligatory where the reference data is set."""
    from panhuo.adapters.writers.pdf import NoPdf, check_pdf

    try:
        check_pdf()
    except NoPdf as error:
        if os.environ.get("PANHUO_REFERENCE_DATA"):
            pytest.fail(error.message)
        pytest.skip(error.message)


def pytest_configure() -> None:
    """The tests run with the settings of the site; commands that they start choose their own."""
    from django.conf import settings as django_settings

    assert django_settings.INSTALLED_APPS
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


SITE_APPS = (
    "signins",
    "jobs",
    "imports",
    "django_tasks_database",
    "sessions",
    "account",
    "mfa",
    "socialaccount",
    "usersessions",
)


@pytest.fixture
def panhuo(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], django_db_blocker: Any, settings: Any
) -> Iterator[Callable[..., Called]]:
    """The command line in this process on a home of its own, always with --json."""
    from panhuo.cli import run

    home = tmp_path / "home"
    settings.MIGRATION_MODULES = {
        **settings.MIGRATION_MODULES,
        **dict.fromkeys(SITE_APPS),
    }  # as the command line makes it

    def call(*arguments: object) -> Called:
        capsys.readouterr()
        given = list(map(str, arguments))
        go_to(given[given.index("--home") + 1] if "--home" in given else str(home))
        named = [] if "--home" in arguments else ["--home", str(home)]
        code = run([*map(str, arguments), *named, "--json"])
        out, said = capsys.readouterr()
        assert out.count("\n") == 1, f"not one JSON object on stdout: {out!r}"
        return Called(code, json.loads(out), said)

    with django_db_blocker.unblock(), fresh_register(str(home)) as go_to:
        yield call


SLOW_FOLDERS = ("tests/demo_city/", "tests/reliability/", "tests/desk/", "tests/engine/grading/")
"""Their files begin first, so that no process works alone at the end."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {folder: rank for rank, folder in enumerate(SLOW_FOLDERS)}
    items.sort(
        key=lambda item: min((rank for folder, rank in ranks.items() if item.nodeid.startswith(folder)), default=9)
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """The tests of a file run in one process, and so do all of the demo city, which share one run of the demo."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return SLOW_FOLDERS[0] if file.startswith(SLOW_FOLDERS[0]) else file

    config.option.loadscopereorder = False
    return ByFile(config, log)


@pytest.fixture(scope="session", autouse=True)
def _emptied_with_the_log() -> Iterator[None]:
    """Django empties the tables after a test with real transactions; the triggers of the log forbid just that."""
    from django.db import connection
    from django.db.backends.base.operations import BaseDatabaseOperations

    from panhuo.desk.history.triggers import ENTRIES, dropped, made

    empty = BaseDatabaseOperations.execute_sql_flush

    def flush(self: BaseDatabaseOperations, statements: list[str]) -> None:
        has_log = any(ENTRIES in one for one in statements)
        vendor = connection.vendor
        around = (dropped(vendor), made(vendor)) if has_log else ([], [])
        empty(self, [*around[0], *statements, *around[1]])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush)
        yield


@pytest.fixture(autouse=True)
def _worker_keeps_the_connection_of_its_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker looks at each turn for connections to close; that of a test is inside the test's transaction.

    SQLite in memory is never closed; PostgreSQL would be. Django's own test client does the same for requests.
    """
    from django.apps import apps
    from django.db import connections

    if not apps.is_installed("django_tasks_db"):
        return
    from django_tasks_db.management.commands import db_worker

    def close_idle() -> None:
        for connection in connections.all(initialized_only=True):
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()

    monkeypatch.setattr(db_worker, "close_old_connections", close_idle)


@pytest.fixture(autouse=True)
def _numbers_from_one(request: pytest.FixtureRequest) -> None:
    """PostgreSQL's sequences keep what a rolled-back test took from them: begin each test behind the rows there are."""
    from django.db import connection

    if connection.vendor != "postgresql" or not _asks_for_register(request):
        return
    request.getfixturevalue("_django_db_helper")
    from django.apps import apps
    from django.core.management.color import no_style

    statements = connection.ops.sequence_reset_sql(no_style(), apps.get_models(include_auto_created=True))
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        cursor.execute("".join(one for one in statements if one.rpartition('FROM "')[2].rstrip('";') in there))


def _asks_for_register(request: pytest.FixtureRequest) -> bool:
    asked = {"db", "transactional_db", "_django_db_helper"}.intersection(request.fixturenames)
    return bool(asked) or request.node.get_closest_marker("django_db") is not None
