"""An encoder of whole texts by a model, with a static space beside it for single words.

The rows of the table and the needs lie in the model's space; words are compared in the static space that is fitted
from the same model, because thousands of words cannot be asked of a model at every match.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from panhuo.engine.matching.space import StaticEncoder, unit_rows
from panhuo.engine.ports import Bag, Floats, TextModel, Vectors


class WholeTextEncoder:
    """Texts by a TextModel. of_needs: the texts are needs, not passages of the index; some models tell them apart."""

    def __init__(self, model: TextModel, words: StaticEncoder, *, of_needs: bool) -> None:
        self.space = model.space
        self.dimensions = model.dimensions
        self._embed = model.needs if of_needs else model.passages
        self._words = words

    def encode(self, texts: Sequence[Bag]) -> Vectors:
        """Unit rows; zeros for an empty text, which no model is asked for."""
        matrix = np.zeros((len(texts), self.dimensions), np.float32)
        told = [row for row, text in enumerate(texts) if text.text.strip()]
        if told:
            matrix[told] = self._embed([texts[row].text for row in told])
        return Vectors(self.space, unit_rows(matrix))

    def terms(self, words: Sequence[str], *, asked: bool = False) -> Floats:
        """Unit vectors of words in the static space beside it; they are never multiplied with rows of texts."""
        return self._words.terms(words, asked=asked)
