"""Tasks of cutting processes that do something bad; a module of its own, because a started process imports it."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass

import pyarrow as pa

from panhuo.adapters.search.cut_blocks import BlockCutter


@dataclass(frozen=True)
class Failing:
    """A task that does something bad at one block."""

    at: int
    kill: bool = False

    def __call__(self, _cutter: BlockCutter, block: pa.RecordBatch, first: int) -> int:
        if first == self.at:
            if self.kill:
                os.kill(os.getpid(), signal.SIGKILL)
            raise ValueError("bad block")
        return len(block)
