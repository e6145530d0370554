"""A PostgreSQL server of the tests' own, where Debian has one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from on_postgresql import Cluster, cluster, programs

_COUNT = itertools.count()


@pytest.fixture(scope="session")
def server() -> Iterator[Cluster]:
    """A durable cluster; skipped where PostgreSQL is not installed."""
    if programs() is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with cluster(durable="on") as made:
        yield made


@pytest.fixture
def new_database(server: Cluster) -> Callable[[], str]:
    """Makes an empty database and gives its address."""
    return lambda: server.made(f"own_{next(_COUNT)}")
