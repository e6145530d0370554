"""Blocks of texts cut into words, as numbers: what one process does of the work of indexing.

A cut block lies in a file of its own until the space is fitted: the rows of the table without their vectors, and
the words of title and body as numbers of the block's own dictionary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from panhuo.adapters.search.rows import rows_without_vectors
from panhuo.adapters.search.texts import PatentText, row_texts
from panhuo.engine.matching.numbered import KnownWords, NumberedTexts
from panhuo.engine.matching.words import Lexicon
from panhuo.engine.ports import Ids

MOST_KNOWN = 300_000
"""Words that a process remembers; then it begins anew: some hundred megabytes at most."""
NUMBERS = pa.list_(pa.dictionary(pa.int32(), pa.string()))

Places = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Texts as the cutter takes them apart, for the miner: places in `words`, -1 between title and body.

    starts: (rows + 1,); a row that is no text or is passed over is empty.
    """

    words: list[str]
    tokens: Places
    starts: Ids


@dataclass(frozen=True, slots=True)
class CutCounts:
    """Of one block: texts, words of all of them with their parts, and NumberedTexts.counts of its distinct words."""

    texts: int
    words: int
    distinct: list[str]
    in_texts: Ids
    occurrences: Ids


class BlockCutter:
    """Cuts blocks by one lexicon; remembers words from block to block."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._known = KnownWords(lexicon)

    def tokens(self, rows: pa.RecordBatch, first: int, stride: int) -> Tokens:
        """Of the rows whose number divides by `stride`; the first one has the number `first`."""
        read = np.flatnonzero((first + np.arange(len(rows))) % stride == 0)
        told = row_texts(rows.take(pa.array(read)) if stride > 1 else rows, self._lexicon.rules.openings)
        words, tokens, starts = self._cut([text for text in told if text is not None])
        lengths = np.zeros(len(rows), np.int64)
        lengths[read[[text is not None for text in told]]] = np.diff(starts)[0::2] + np.diff(starts)[1::2] + 1
        return Tokens(words, np.insert(tokens, starts[1::2], -1), _starts(lengths))

    def numbered(self, texts: Sequence[PatentText]) -> NumberedTexts:
        """Words of title and body of each text, and the words inside longer ones."""
        if len(self._known) > MOST_KNOWN:
            self._lexicon = self._lexicon.forgetful()
            self._known = KnownWords(self._lexicon)
        return self._known.numbered(*self._cut(texts))

    def spill(self, rows: pa.RecordBatch, file: Path) -> CutCounts:
        """Cut the texts among `rows` into a file that `spilt` reads; no file where there are none."""
        texts = [text for text in row_texts(rows, self._lexicon.rules.openings) if text is not None]
        cut = self.numbered(texts)
        if texts:
            _write(file, rows_without_vectors(texts, cut), cut)
        in_texts, occurrences = cut.counts()
        return CutCounts(len(texts), len(cut.numbers), cut.words, in_texts, occurrences)

    def _cut(self, texts: Sequence[PatentText]) -> tuple[list[str], Places, Ids]:
        """Distinct tokens, tokens as places in them, and where title and body of each text begin."""
        cut = [self._lexicon.tokens(said) for text in texts for said in (text.title, text.body)]
        flat = pa.array(list(chain.from_iterable(cut)), pa.string()).dictionary_encode()
        starts = _starts(np.fromiter(map(len, cut), np.int64, len(cut)))
        return flat.dictionary.to_pylist(), flat.indices.to_numpy(zero_copy_only=False), starts


def _starts(lengths: Ids) -> Ids:
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def _write(file: Path, rows: pa.RecordBatch, cut: NumberedTexts) -> None:
    words = pa.DictionaryArray.from_arrays(pa.array(cut.numbers), pa.array(cut.words, pa.string()))
    numbers = pa.ListArray.from_arrays(pa.array(cut.starts.astype(np.int32)), words)
    batch = pa.record_batch([*rows.columns, numbers], schema=rows.schema.append(pa.field("numbers", NUMBERS)))
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, batch.schema, options=options) as writer:
        writer.write_batch(batch)


def spilt(file: Path) -> tuple[pa.RecordBatch, NumberedTexts]:
    """Rows of the table without their vectors, and their words as numbers."""
    with pa.OSFile(str(file), "rb") as source, pa.ipc.open_file(source) as reader:
        batch = reader.get_batch(0)
    numbers = batch["numbers"]
    cut = NumberedTexts(
        numbers.values.dictionary.to_pylist(),
        numbers.offsets.to_numpy().astype(np.int64),
        numbers.values.indices.to_numpy(),
        batch["title_words"].to_numpy(),
        batch["body_words"].to_numpy(),
    )
    return batch.drop_columns(["numbers"]), cut
