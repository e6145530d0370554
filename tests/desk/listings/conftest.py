"""Fixtures of outputs: a home, its register made by hand, the rules of the day."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from made_register import AT, NOW, Register

from panhuo.adapters.files.home import Home, open_home
from panhuo.desk.history import record_run
from panhuo.rules import InForce, load_pack


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Folders of an installation; its register is the test database."""
    return open_home(tmp_path / "home", create_kind="demo")


@pytest.fixture
def rules() -> InForce:
    return load_pack("national").at(AT)


@pytest.fixture
def register(transactional_db: None) -> Register:
    return Register()


@pytest.fixture
def graded(home: Home, rules: InForce) -> Callable[[], None]:
    """Note a grade Run on the register as it stands."""

    def grade() -> None:
        from panhuo.desk.registry.export import current_projection

        version = current_projection(home, rules).version
        record_run("grade", at=AT, rules=rules, inputs_digest=version, params={}, results={}, made_at=NOW)

    return grade
