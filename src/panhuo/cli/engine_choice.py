"""--engine: who works the candidates of a bulk match out, this process or an Apache Spark cluster."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.adapters.search.bulk_run import ShardRunner
    from panhuo.adapters.search.lance import LanceIndex
    from panhuo.engine.matching.scoring import ScoreRules

EMBEDDED = "embedded"
FOLDER, TEXTS = "PANHUO_CLUSTER_FOLDER", "PANHUO_CLUSTER_TEXTS"
"""Environment: a folder that all nodes see under the same path [the home]; texts of one task."""
_PLACE = r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}"
_MASTER = re.compile(rf"spark://{_PLACE}(?:,{_PLACE})*")


class EngineName(click.ParamType):
    """embedded, or spark://host:port; several masters of one cluster as spark://host1:port,host2:port."""

    name = "ENGINE"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        said = str(value).strip()
        if said != EMBEDDED and not _MASTER.fullmatch(said):
            self.fail(f"{said!r} is no engine. Write embedded, or spark://host:port of a master.", param, ctx)
        return said


def check_engine(engine: str) -> None:
    """Fail before the work begins where the engine cannot be used.

    Raises: DomainError codes no_spark, no_java, no_master, wrong_call (a variable of the environment).
    """
    if engine == EMBEDDED:
        return
    from panhuo.adapters.tables.spark import check_cluster

    _range_texts()
    check_cluster(engine)


@contextmanager
def shard_runner(
    engine: str, index: LanceIndex, rules: ScoreRules, folder: Path, home: Path
) -> Iterator[ShardRunner | None]:
    """The runner of shards for an engine, None for this process. folder: of the match, home: of the installation."""
    if engine == EMBEDDED:
        yield None
        return
    from panhuo.adapters.search.spark_run import SparkRunner
    from panhuo.adapters.tables.spark import cluster_session

    named = os.environ.get(FOLDER, "").strip()
    # homes may share one folder; each has a place of its own there, and the writer's lock of the home guards it
    of_home = blake2b(str(home).encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
    shared = Path(named).expanduser().absolute() / f"panhuo-{of_home}" if named else folder / "cluster"
    with SparkRunner(index, rules, shared, partial(cluster_session, engine), range_texts=_range_texts()) as runner:
        yield runner


def _range_texts() -> int:
    from panhuo.adapters.search.spark_run import RANGE_TEXTS

    said = os.environ.get(TEXTS, "").strip()
    if not said:
        return RANGE_TEXTS
    if not said.isascii() or not said.isdigit() or not 1 <= int(said[:10]) <= 5_000_000:
        raise DomainError(f"{TEXTS}={said[:40]} is no number of texts from 1 to 5,000,000.", code="wrong_call")
    return int(said)
