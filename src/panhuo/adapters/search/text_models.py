"""Models of whole texts made of two TermEncoders: one for passages, one for needs."""

from __future__ import annotations

from collections.abc import Sequence

from panhuo.engine.ports import Floats, SpaceId, TermEncoder


class PairedTexts:
    """A TextModel. Both encoders must be of one model; only their prefixes may differ.

    reads: characters of a text at most; first_line: of a passage only its title is read.
    """

    def __init__(
        self, passages: TermEncoder, needs: TermEncoder, *, name: str, reads: int, first_line: bool = False
    ) -> None:
        self.space = SpaceId(f"live-{name}-{passages.model}")
        self.dimensions = passages.dimensions
        self._passages = passages
        self._needs = needs
        self._reads = reads
        self._first_line = first_line

    def passages(self, texts: Sequence[str]) -> Floats:
        """The title where only titles are read, the text without one where there is none."""
        return self._passages.encode([self._cut(text) for text in texts])

    def needs(self, texts: Sequence[str]) -> Floats:
        """The beginning of each need; its title stands first."""
        return self._needs.encode([text[: self._reads] for text in texts])

    def _cut(self, text: str) -> str:
        told = text.strip().split("\n", 1)[0] if self._first_line else text
        return told[: self._reads]
