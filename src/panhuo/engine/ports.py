"""What the engine asks of the outside for matching, as Protocols, and the values that pass through them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NewType, Protocol

import numpy as np
from numpy.typing import NDArray

from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.engine.matching.columns import TextColumns

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]
SpaceId = NewType("SpaceId", str)
"""Names one vector space: model, prefix, vocabulary, weights and projection. Two spaces are never compared."""


class MixedSpaces(DomainError):
    """Vectors of two spaces were to be compared; fields: left, right."""

    code = "mixed_spaces"


@dataclass(frozen=True, slots=True)
class Vectors:
    """Rows of one space; a row of zeros is a text that says nothing there. matrix: (n, dimensions) float32."""

    space: SpaceId
    matrix: Floats

    def __len__(self) -> int:
        return len(self.matrix)

    def products(self, other: Vectors) -> Floats:
        """Inner products, (len(self), len(other)). Raises: MixedSpaces."""
        same_space(self.space, other.space)
        found: Floats = self.matrix @ other.matrix.T
        return found


def same_space(left: SpaceId, right: SpaceId) -> None:
    """Raises: MixedSpaces when the two differ."""
    if left != right:
        raise MixedSpaces(
            f"Vectors of the spaces {left} and {right} cannot be compared. Rebuild the search table.",
            left=left,
            right=right,
        )


@dataclass(frozen=True, slots=True)
class Bag:
    """A text for an encoder: as it stands, and its words with what each weighs here (counts, parts of a need)."""

    text: str
    words: Mapping[str, float]


class Cutter(Protocol):
    """Cuts normalised text into words."""

    version: str
    """Changes whenever the same text may be cut in another way."""

    def words(self, text: str) -> list[str]:
        """Words in the order of the text, marks included; each stretch of the text once."""

    def parts(self, word: str) -> tuple[str, ...]:
        """Words inside a longer word, by which it should be found too; empty for a short one."""

    def kind(self, word: str) -> str:
        """Part of speech of a word, "" where the dictionary does not know it."""

    def taught(self, terms: Sequence[str]) -> Cutter:
        """One that keeps these terms whole besides; terms in normal form."""


class Script(Protocol):
    """Brings two ways of writing the same characters to one."""

    version: str

    def simplified(self, text: str) -> str:
        """As many characters as the text; a text without traditional characters as it stands."""


class TermEncoder(Protocol):
    """Gives a vector to a single term or short phrase."""

    model: str
    """Model, version and prefix: what a cached vector belongs to."""
    dimensions: int

    def encode(self, terms: Sequence[str]) -> Floats:
        """(len(terms), dimensions), unit length."""


class TextModel(Protocol):
    """A model of whole texts. Needs and passages lie in one space, though they may be told to the model apart."""

    space: SpaceId
    dimensions: int

    def passages(self, texts: Sequence[str]) -> Floats:
        """Of texts of the index, title on the first line: (len(texts), dimensions)."""

    def needs(self, texts: Sequence[str]) -> Floats:
        """Of needs: (len(texts), dimensions)."""


class Encoder(Protocol):
    """Gives whole texts vectors of one space. Static, live and remote encoders all are this."""

    space: SpaceId
    dimensions: int

    def encode(self, texts: Sequence[Bag]) -> Vectors:
        """Unit rows; zeros for a text without known words."""

    def terms(self, words: Sequence[str], *, asked: bool = False) -> Floats:
        """Unit vectors of single words, comparable with one another only; (len(words), any); zeros where unknown.

        asked: words of a need, for which an encoder may go further than for the many words of texts.
        """


@dataclass(frozen=True, slots=True)
class IndexedText:
    """Words of one indexed text: title first, then body, then words inside longer ones."""

    title: tuple[str, ...]
    body: tuple[str, ...]
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Texts that were looked up: asset_ids, ascending; rows of `texts` and of `vectors` for each."""

    ids: Ids
    texts: TextColumns
    rows: Ids
    vectors: Vectors
    vector_rows: Ids


class Selection(Protocol):
    """The rows of an index that a question may find."""

    def __len__(self) -> int: ...

    def nearest(self, queries: Vectors, count: int) -> list[Ids]:
        """For each query the asset_ids with the greatest inner products, exact, best first."""

    def containing(self, asked: Sequence[Sequence[tuple[str, float]]], count: int) -> list[Ids]:
        """asset_ids of the best texts that hold one of a need's words, best first. asked: words and their worth."""

    def read(self, ids: Ids) -> Found:
        """The texts of those ids that are in the selection."""

    def said(self, ids: Ids) -> dict[int, str]:
        """Title and abstract as written, by asset_id."""


class TextIndex(Protocol):
    """A search table of words and vectors."""

    space: SpaceId

    def within(self, allowed: Ids) -> Selection:
        """The rows whose asset_id is in `allowed` (sorted, unique); others are never found."""


class Progress(Protocol):
    """Told how far long work is."""

    def __call__(self, stage: str, done: int, total: int, **more: Any) -> None: ...
