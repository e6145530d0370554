"""Shared by all tests: reference data, homes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from calls import Called

settings.register_profile("panhuo", deadline=None)  # shared machines pause at times; wrong answers are what we look for
settings.load_profile("panhuo")


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """Folder of the public reference data; skipped for who has only the clone, obligatory where the variable is set."""
    named = os.environ.get("PANHUO_REFERENCE_DATA")
    if not named:
        pytest.skip("PANHUO_REFERENCE_DATA is not set: the reference data is not part of the clone")
    folder = Path(named)
    assert folder.is_dir(), f"PANHUO_REFERENCE_DATA={named} is no folder"
    return folder


@pytest.fixture
def panhuo(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], django_db_blocker: Any
) -> Iterator[Callable[..., Called]]:
    """The command line in this process on a home of its own, always with --json."""
    from django.db import connections

    from panhuo.cli import run

    home = tmp_path / "home"
    kept = connections["default"]
    connections["default"] = kept.copy()

    def call(*arguments: object) -> Called:
        capsys.readouterr()
        named = [] if "--home" in arguments else ["--home", str(home)]
        code = run([*map(str, arguments), *named, "--json"])
        out, said = capsys.readouterr()
        assert out.count("\n") == 1, f"not one JSON object on stdout: {out!r}"
        return Called(code, json.loads(out), said)

    with django_db_blocker.unblock():
        yield call
        connections["default"].close()
    connections["default"] = kept
