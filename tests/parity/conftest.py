"""Synthetic tables and a Spark session, each made once."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))  # benchmarks stand beside the package, not in it

Stored = Callable[[int], dict[str, Path]]


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Stored:
    """Stored columns of so many synthetic patents, by table name; the SEI evidence among them."""
    from benchmarks.grading import prepare
    from benchmarks.grading_data import AT

    from panhuo.rules import load_pack

    made: dict[int, dict[str, Path]] = {}

    def of(patents: int) -> dict[str, Path]:
        if patents not in made:
            folder = tmp_path_factory.mktemp(f"synthetic-{patents}")
            made[patents] = prepare(folder, patents, load_pack("demo_city").at(AT))
        return made[patents]

    return of


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """A session on two cores of this machine."""
    if find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed: pip install -c constraints.txt -e '.[dev,spark]'")
    if shutil.which("java") is None:
        pytest.skip("no java on the path: Spark needs Java 17")
    from panhuo.adapters.tables.spark import local_session

    session = local_session(2, memory="3g")
    yield session
    session.stop()
