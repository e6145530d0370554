"""Rows of a check booklet that came back -> answers, as facts of the register."""

from __future__ import annotations

from panhuo.engine.records.facts import Fact
from panhuo.engine.records.raw import RawBatch, Reject
from panhuo.engine.records.vocabulary import Vocabulary


class AnswerNormaliser:
    """Normalises the rows of returned booklets; the rules of an answer stand in engine.records.answers."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._words = vocabulary

    def normalise(self, batch: RawBatch) -> tuple[list[Fact], list[Reject]]:
        raise NotImplementedError
