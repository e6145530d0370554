"""The shards of a bulk match on Apache Spark: the same function per range of texts, merged in the cluster.

The texts of a shard are written once, range by range, into a folder that every node sees; a task is one range. What
the tasks find travels by blocks of needs to where that block is merged, and only the merged lists come back. A task
depends on its two files alone, so one that was lost with its worker is simply done again elsewhere.
"""

from __future__ import annotations

import secrets
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any, Self

import numpy as np
import pyarrow as pa

from panhuo.adapters.search.lance import LanceIndex
from panhuo.adapters.search.range_files import (
    joined_blocks,
    matched_blocks,
    merged_blocks,
    write_asked,
    write_range,
)
from panhuo.adapters.search.shard import Shard
from panhuo.engine.matching.bulk import Candidates, NeedColumns, no_candidates, stacked_candidates
from panhuo.engine.matching.scoring import ScoreRules
from panhuo.engine.ports import Ids
from panhuo.terms.errors import DomainError

RANGE_TEXTS = 250_000
"""Texts of one task: some 0.8 GB in a Python process of the worker, and 9 kB for each need."""
LEAST_TEXTS = 10_000
"""Texts below which a further task costs more than it saves."""
RANGES_AT_ONCE = 32
"""Ranges of one shard: what they found is kept at home when all are done. 1.5 kB a text in the shared folder."""
NEEDS_AT_ONCE = 50_000
"""Needs of one Spark job: half a gigabyte comes back."""
BLOCKS_IN_BATCH = 16
POLL_SECONDS = 0.25
FOUND = "block INT, found BINARY"
_ARROW = pa.schema([("block", pa.int32()), ("found", pa.binary())])


class SparkRunner:
    """A ShardRunner in a Spark session that open_session opens at the first shard; close() stops it.

    folder: seen by every node under this path; what lies in it is removed. range_texts: texts of one task.
    """

    def __init__(
        self,
        index: LanceIndex,
        rules: ScoreRules,
        folder: Path,
        open_session: Callable[[], Any],
        *,
        range_texts: int = RANGE_TEXTS,
    ) -> None:
        self._index = index
        self._rules = rules
        self._folder = folder
        self._open_session = open_session
        self._range_texts = range_texts
        self._session: Any = None
        self._jobs = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def shard_texts(self) -> int:
        return self._range_texts * RANGES_AT_ONCE

    def candidates(
        self, needs: NeedColumns, ids: Ids, *, most: int, told: Callable[[int], None], only: bool
    ) -> Candidates:
        """See ShardRunner.

        Raises: DomainError codes of tables.spark where there is no cluster, spark_failed where it gives up.
        """
        if not len(ids) or not len(needs):
            return no_candidates(len(needs), most)
        if self._session is None:
            self._session = self._open_session()
        ranges = self._written(ids)
        parts = []
        try:
            for start in range(0, len(needs), NEEDS_AT_ONCE):
                some = needs.some(np.arange(start, min(start + NEEDS_AT_ONCE, len(needs))))
                parts.append(self._job(some, ranges, most, partial(_since, told, start)))
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)
        return stacked_candidates(parts)

    def held(self, ids: Ids) -> Shard | None:
        """Nothing is held in this process."""
        return None

    def close(self) -> None:
        """Stop the session, if one was opened."""
        if self._session is not None:
            self._session.stop()
            self._session = None

    def _written(self, ids: Ids) -> list[Path]:
        """A file for each range of the texts."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        cores = self._session.sparkContext.defaultParallelism
        count = max(-(-len(ids) // self._range_texts), min(cores, -(-len(ids) // LEAST_TEXTS)))
        paths = []
        for number, some in enumerate(np.array_split(ids, count)):
            paths.append(self._folder / f"texts-{number}.npz")
            write_range(paths[-1], self._index.in_memory(some, self._rules, postings=False))
        return paths

    def _job(self, needs: NeedColumns, ranges: list[Path], most: int, told: Callable[[int], None]) -> Candidates:
        self._jobs += 1
        asked = self._folder / f"needs-{secrets.token_hex(8)}.npz"  # a worker keeps what it read by this name
        write_asked(asked, needs, self._index.words, self._rules, most=most)
        context = self._session.sparkContext
        group = f"panhuo-match-{self._jobs}"
        context.setJobGroup(group, f"{len(needs)} needs against {len(ranges)} ranges of texts")
        texts = [str(path) for path in ranges]
        frame = (
            self._session.range(0, len(texts), 1, len(texts))
            .mapInArrow(RangeTask(str(asked), texts), FOUND)
            .groupBy("block")
            .applyInArrow(merge_task, FOUND)
        )
        ranges_done = partial(_share, told, len(needs), len(texts))
        with _told(context, group, len(texts), ranges_done), _plainly(asked), warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # pyspark leaves the socket to the collector
            answer = frame.toArrow()
        told(len(needs))
        return joined_blocks(list(zip(answer["block"].to_pylist(), answer["found"].to_pylist(), strict=True)))


class RangeTask:
    """What Spark sends to the nodes: paths only. Called with the numbers of ranges, gives blocks of candidates."""

    def __init__(self, asked: str, texts: list[str]) -> None:
        self._asked = asked
        self._texts = texts

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for number in batch.column(0).to_pylist():
                blocks: list[tuple[int, bytes]] = []
                for block in matched_blocks(Path(self._asked), Path(self._texts[number])):
                    blocks.append(block)
                    if len(blocks) == BLOCKS_IN_BATCH:
                        yield _batch(blocks)
                        blocks = []
                if blocks:
                    yield _batch(blocks)


def merge_task(blocks: pa.Table) -> pa.Table:
    """Rows of one block of needs, one per range, as one row."""
    found = merged_blocks(blocks["found"].to_pylist())
    return pa.Table.from_batches([_batch([(blocks["block"][0].as_py(), found)])])


def _since(told: Callable[[int], None], start: int, done: int) -> None:
    told(start + done)


def _share(told: Callable[[int], None], needs: int, ranges: int, done: int) -> None:
    told(needs * done // ranges)


def _batch(blocks: list[tuple[int, bytes]]) -> pa.RecordBatch:
    numbers, found = zip(*blocks, strict=True)
    return pa.record_batch([pa.array(numbers, pa.int32()), pa.array(found, pa.binary())], schema=_ARROW)


@contextmanager
def _told(context: Any, group: str, tasks: int, told: Callable[[int], None]) -> Iterator[None]:
    """While the work goes on, say how many ranges are done."""
    from pyspark import InheritableThread

    over = Event()
    tracker = context.statusTracker()

    def watch() -> None:
        before = 0
        while not over.wait(POLL_SECONDS):
            stages = {stage for job in tracker.getJobIdsForGroup(group) for stage in _stages(tracker, job)}
            infos = [info for stage in sorted(stages) if (info := tracker.getStageInfo(stage))]
            # the first stage is that of the ranges; the merge comes after it
            done = max((info.numCompletedTasks for info in infos if info.numTasks == tasks), default=0)
            if done > before:
                before = done
                told(done)

    watcher = InheritableThread(target=watch, daemon=True)  # closes its line to the JVM, which a Thread leaves open
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _stages(tracker: Any, job: int) -> list[int]:
    info = tracker.getJobInfo(job)
    return list(info.stageIds) if info else []


@contextmanager
def _plainly(asked: Path) -> Iterator[None]:
    """Errors of Spark as one sentence that says what to do."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException, OSError) as error:
        text = str(error)
        if "FileNotFoundError" in text and asked.parent.name in text:
            raise DomainError(
                f"A node of the cluster does not see the folder {asked.parent}. Set PANHUO_CLUSTER_FOLDER to a folder "
                "that all nodes have under the same path, or keep the home there.",
                code="no_shared_folder",
                folder=str(asked.parent),
            ) from error
        if "ModuleNotFoundError" in text:
            raise DomainError(
                f"A node of the cluster lacks a package ({_last(text, 'ModuleNotFoundError')}). Install Panhuo in the "
                "same version on every node and name its interpreter in PYSPARK_PYTHON.",
                code="no_package",
            ) from error
        raise DomainError(
            f"Spark gave the match up ({_last(text, 'Error')}). What was found of whole shards is kept: call again, or "
            "match with --engine embedded.",
            code="spark_failed",
        ) from error


def _last(text: str, word: str) -> str:
    """The last line of a long message that holds a word; else the first line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    named = [line for line in lines if word in line and not line.startswith(("at ", "File "))]
    return (named or lines or ["without a word"])[-1 if named else 0][:300]
