"""Texts cut by several processes: blocks go out in order, what they give comes back in the same order.

A process is started anew (not forked), loads its own dictionary, and is given one block at a time; never more than a
few blocks wait. What comes out does not hang on how many processes there are. One that fails or is killed ends the
work with an error that says so; all are gone when the work is.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa

from panhuo.adapters.search.cut_blocks import BlockCutter, CutCounts, Tokens
from panhuo.adapters.search.texts import ROWS_AT_ONCE, asset_rows
from panhuo.engine.matching.words import Lexicon
from panhuo.terms.errors import DomainError

ROWS_FOR_ANOTHER = 2 * ROWS_AT_ONCE
"""Rows for each process at least: starting one and loading its dictionary costs some seconds."""
MOST_PROCESSES = 8
AHEAD = 3
"""Blocks that may wait for an earlier one, for each process."""

Task = Callable[[BlockCutter, pa.RecordBatch, int], Any]


class CuttingFailed(DomainError):
    """A process that cuts texts failed or was killed; fields: exit_code where it is known."""

    code = "cutting_failed"


@dataclass(frozen=True, slots=True)
class TokensOf:
    """Task: tokens for the miner. stride: of the rows, only those whose number divides by it."""

    stride: int

    def __call__(self, cutter: BlockCutter, rows: pa.RecordBatch, first: int) -> Tokens:
        return cutter.tokens(rows, first, self.stride)


@dataclass(frozen=True, slots=True)
class SpillInto:
    """Task: cut blocks into files of a folder."""

    folder: Path

    def __call__(self, cutter: BlockCutter, rows: pa.RecordBatch, first: int) -> CutCounts:
        return cutter.spill(rows, spill_file(self.folder, first))


def spill_file(folder: Path, first: int) -> Path:
    """File of the block whose first row has that number; files sort as their blocks do."""
    return folder / f"{first:012d}.arrow"


def processes_for(rows: int, cores: int) -> int:
    """How many processes cut `rows` rows; 1 is this one."""
    return max(1, min(cores, MOST_PROCESSES, rows // ROWS_FOR_ANOTHER))


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection
    at: int | None = None  # number of the block that it works on


class CutProcesses:
    """Processes with one lexicon; a context manager. count: 1 works in this process."""

    def __init__(self, lexicon: Lexicon, count: int) -> None:
        self._lexicon = lexicon
        self._count = count
        self._own = BlockCutter(lexicon) if count < 2 else None
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        if self._own is None:
            context = multiprocessing.get_context("spawn")
            for number in range(self._count):
                ours, theirs = context.Pipe()
                name = f"panhuo-cut-{number}"
                process = context.Process(target=_serve, args=(theirs, self._lexicon), name=name, daemon=True)
                process.start()
                theirs.close()
                self._workers.append(_Worker(process, ours))
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        for worker in self._workers:
            worker.connection.close()  # an idle process ends by itself
            if kind is not None:
                worker.process.terminate()
        for worker in self._workers:
            worker.process.join(timeout=5)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
        self._workers = []

    def learn(self, lexicon: Lexicon) -> None:
        """Go on with another lexicon."""
        self._lexicon = lexicon
        if self._own is not None:
            self._own = BlockCutter(lexicon)
        for worker in self._workers:
            self._send(worker, lexicon)

    def each(self, assets: Path, task: Callable[[], Task]) -> Iterator[tuple[int, Any]]:
        """What a task gives for each block of rows of assets.parquet, in order, with the rows of the block.

        task: asked for at each block. Raises: CuttingFailed.
        """
        blocks = self._blocks(assets)
        if self._own is not None:
            yield from ((len(rows), task()(self._own, rows, first)) for first, rows in blocks)
            return
        done: dict[int, Any] = {}
        sizes: list[int] = []
        told = 0
        more = True
        while True:
            for worker in self._workers:
                if more and worker.at is None and len(sizes) - told < AHEAD * self._count:
                    block = next(blocks, None)
                    more = block is not None
                    if block is not None:
                        worker.at = len(sizes)
                        sizes.append(len(block[1]))
                        self._send(worker, (task(), *block))
            at_work = [worker for worker in self._workers if worker.at is not None]
            if not at_work:
                return
            ready = wait([worker.connection for worker in at_work])
            for worker in at_work:
                if worker.at is not None and worker.connection in ready:
                    done[worker.at] = self._received(worker)
                    worker.at = None
            while told in done:
                yield sizes[told], done.pop(told)
                told += 1

    @staticmethod
    def _blocks(assets: Path) -> Iterator[tuple[int, pa.RecordBatch]]:
        first = 0
        for rows in asset_rows(assets):
            yield first, rows
            first += len(rows)

    @staticmethod
    def _send(worker: _Worker, what: Any) -> None:
        try:
            worker.connection.send(what)
        except OSError:
            raise _gone(worker) from None

    @staticmethod
    def _received(worker: _Worker) -> Any:
        try:
            found, error = worker.connection.recv()
        except (EOFError, OSError):
            raise _gone(worker) from None
        if error:
            raise CuttingFailed(f"Texts could not be cut into words: {error}. The table stands as it was before.")
        return found


def _gone(worker: _Worker) -> CuttingFailed:
    worker.process.join(timeout=5)
    code = worker.process.exitcode
    return CuttingFailed(
        f"A process that cuts texts into words ended before its work was done (exit code {code}; -9: killed, as a "
        "machine without free memory does). The table stands as it was before. See that memory is free, then call "
        "again.",
        exit_code=code,
    )


def _serve(connection: Connection, lexicon: Lexicon) -> None:
    """Work of a started process: until the other side closes, or dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells all; the parent decides
    gc.disable()  # nothing here makes cycles, and looking for them took a fifth of the time
    cutter = BlockCutter(lexicon)
    try:
        while True:
            asked = connection.recv()
            if isinstance(asked, Lexicon):
                cutter = BlockCutter(asked)
                continue
            task, first, rows = asked
            try:
                answer = (task(cutter, rows, first), "")
            except Exception as error:  # noqa: BLE001 - told to the parent, whatever it is
                answer = (None, f"{type(error).__name__}: {error}")
            connection.send(answer)
    except (EOFError, OSError):
        os._exit(0)
