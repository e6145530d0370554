"""One small city for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from city_reading import read

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
