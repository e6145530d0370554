"""One small city and one run of the demo for all tests of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from city_reading import read
from demo_process import DemoRun, run_demo
from opened import table

from panhuo.adapters.readers.detect import open_sources
from panhuo.demo_city import CityTruth, make_city
from panhuo.engine.records.raw import RawBatch

SMALL = 900


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> CityTruth:
    """A city of 900 patents."""
    return make_city(tmp_path_factory.mktemp("city") / "files", patents=SMALL, seed=2025)


@pytest.fixture(scope="session")
def city_rows(city: CityTruth) -> dict[str, list[dict[str, object]]]:
    """Rows as the readers give them, by file (members of the archive under the archive)."""
    found: dict[str, list[dict[str, object]]] = {}
    for source in open_sources(city.folder, unpack=True):
        rows = found.setdefault(Path(source.name.partition("!/")[0]).name, [])
        for batch in read(source):
            if isinstance(batch, RawBatch):
                names = list(batch.columns)
                rows += [dict(zip(names, row, strict=True)) for row in zip(*batch.columns.values(), strict=True)]
    return found


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> DemoRun:
    """The demo on 1,500 patents. Term vectors, which are kept by content, are lent by the last test run if there was
    one: embedding them takes most of the time."""
    home = tmp_path_factory.mktemp("demo") / "home"
    terms, cache = home / "cache" / "terms", getattr(request.config, "cache", None)
    kept = cache.mkdir("term_vectors") if cache else None
    if kept:
        shutil.copytree(kept, terms)
    found = run_demo(home)
    if kept and found.code == 0:
        shutil.copytree(terms, kept, dirs_exist_ok=True)
    return found


@pytest.fixture(scope="session")
def numbers(demo_run: DemoRun) -> Callable[[str], str]:
    """Publication number -> application number, as the list of grades shows them."""
    rows = table(demo_run.results / "分级.xlsx", key="专利号")
    found = {str(row["公开（公告）号"]): str(row["专利号"]) for row in rows}
    return found.__getitem__
