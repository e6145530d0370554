"""Seeded texts, vectors and needs for the matching benchmarks: synthetic, with word frequencies of patent abstracts.

Words are those of two common characters that the cutter's dictionary knows. Half of a text's words come from one of
640 topics, half from all words by Zipf's law; vectors of words of one topic are near to each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numba import njit

from panhuo.adapters.search.cutter import JiebaCutter
from panhuo.adapters.search.lance import TABLE, connect
from panhuo.adapters.search.rows import index_words, table_schema
from panhuo.adapters.search.space_files import load_clusters, save_clusters
from panhuo.engine.matching.clusters import ClusterRules, Clusters, fit_clusters
from panhuo.engine.matching.space import Projection, StaticSpace, unit_rows
from panhuo.engine.ports import Floats, SpaceId, Vectors

TOPICS, OF_TOPIC = 640, 400
TITLE_WORDS, BODY_WORDS = 8, 82
NEED_WORDS = 72
"""Words of a need: so many have those of real firms in the middle (a public benchmark of matching)."""
TOPICAL = 0.5
VOCABULARY, DIMENSIONS = 20_000, 256
BLOCK = 50_000
INDEXED = 1_000_000
"""Texts up to which the index of words is built; bulk matching does not ask it."""
SAMPLE = 320_000
"""Texts by which clusters are fitted; texts are drawn one like the other, so that the first ones will do."""
SMOOTH = 3e-3


def _words() -> list[str]:
    cut = JiebaCutter()
    first_level = [bytes([row, cell]).decode("gb2312") for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFF)]
    return [one + other for one in first_level for other in first_level if cut._jieba.has_word(one + other)]


@dataclass(frozen=True)
class MadeTexts:
    """count texts of one seed. The same seed gives the same first texts whatever the count is."""

    folder: Path
    count: int
    seed: int = 20251130

    @cached_property
    def words(self) -> list[str]:
        kept = self.folder / "words.txt"
        if not kept.is_file():
            self.folder.mkdir(parents=True, exist_ok=True)
            found = _words()
            np.random.default_rng(self.seed).shuffle(found)
            kept.write_text("\n".join(found), encoding="utf-8")
        return kept.read_text(encoding="utf-8").split("\n")

    @cached_property
    def topics(self) -> Any:
        """(TOPICS, OF_TOPIC) numbers of words, none of them among the commonest."""
        return np.random.default_rng(self.seed + 1).integers(300, len(self.words), (TOPICS, OF_TOPIC))

    @cached_property
    def term_vectors(self) -> Floats:
        """(words, DIMENSIONS): the middle of a word's topic and a part of its own."""
        random = np.random.default_rng(self.seed + 2)
        middles = random.standard_normal((TOPICS, DIMENSIONS)).astype(np.float32)
        own = random.standard_normal((len(self.words), DIMENSIONS)).astype(np.float32)
        of = np.full(len(self.words), -1)
        of[self.topics.ravel()] = np.repeat(np.arange(TOPICS), OF_TOPIC)
        own[of >= 0] = own[of >= 0] + 0.9 * middles[of[of >= 0]]
        return unit_rows(own)

    def blocks(self) -> Iterator[Any]:
        """(texts, TITLE_WORDS + BODY_WORDS) numbers of words, BLOCK texts at once."""
        for start in range(0, self.count, BLOCK):
            random = np.random.default_rng((self.seed, start))
            yield self._drawn(random, TITLE_WORDS + BODY_WORDS)[: self.count - start]

    def needs(self, count: int, words: int = NEED_WORDS) -> list[str]:
        """Needs of so many words as text: a title line, then words between commas."""
        random = np.random.default_rng(self.seed + 3)
        drawn = np.concatenate([self._drawn(random, words) for _ in range(0, count, BLOCK)])[:count]
        return [
            "、".join(self.words[one] for one in row[:4]) + "\n" + "，".join(self.words[one] for one in row[4:]) + "。"
            for row in drawn
        ]

    def _drawn(self, random: Any, size: int) -> Any:
        topic = random.integers(0, TOPICS, (BLOCK, 1))
        topical = self.topics[topic, _zipf(random, OF_TOPIC, (BLOCK, size))]
        return np.where(random.random((BLOCK, size)) < TOPICAL, topical, _zipf(random, len(self.words), (BLOCK, size)))

    @cached_property
    def in_texts(self) -> Any:
        """How many texts hold each word, estimated from the first block and scaled."""
        block = next(self.blocks())
        held = np.bincount(np.concatenate([np.unique(row) for row in block]), minlength=len(self.words))
        return held * (self.count / len(block))

    @cached_property
    def space(self) -> StaticSpace:
        """The commonest words of the texts as a static space."""
        order = np.argsort(-self.in_texts, kind="stable")[:VOCABULARY]
        share = self.in_texts[order] / self.in_texts.sum()
        identity = Projection(np.zeros(DIMENSIONS, np.float32), np.eye(DIMENSIONS, dtype=np.float32))
        return StaticSpace(
            SpaceId(f"made-{self.seed}"),
            {self.words[one]: place for place, one in enumerate(order.tolist())},
            self.term_vectors[order],
            (SMOOTH / (SMOOTH + share)).astype(np.float32),
            identity,
            SMOOTH,
            np.zeros(DIMENSIONS, np.float32),
        )

    def table(self) -> Any:
        """The search table of all texts, made once."""
        place = self.folder / f"table-{self.count}"
        if not (place / "done").is_file():
            schema = table_schema(DIMENSIONS)
            table = connect(place).create_table(
                TABLE, data=pa.RecordBatchReader.from_batches(schema, self._rows(schema)), mode="overwrite"
            )
            if self.count <= INDEXED:
                index_words(table)
            (place / "done").touch()
        return connect(place).open_table(TABLE)

    def clusters(self, rules: ClusterRules) -> Clusters | None:
        """Of the texts' vectors, as a generation of the search table keeps them; fitted once."""
        kept = self.folder / f"table-{self.count}"
        found = load_clusters(kept)
        if found is None and self.count >= rules.texts:
            sample = connect(kept).open_table(TABLE).search().select(["vector"]).limit(SAMPLE).to_arrow()["vector"]
            rows = sample.combine_chunks().flatten().to_numpy().reshape(-1, DIMENSIONS)
            found = fit_clusters(Vectors(self.space.id, rows), self.count, rules)
            save_clusters(kept, found)
        return found

    def _rows(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        names = pa.array(self.words)
        factors = np.zeros(len(self.words), np.float32)
        number = {word: at for at, word in enumerate(self.words)}
        places = np.array([number[word] for word in self.space.index])
        factors[places] = self.space.weights
        first = 1
        for block in self.blocks():
            size = len(block)
            flat = pa.DictionaryArray.from_arrays(pa.array(block.ravel().astype(np.int32)), names).cast(pa.string())
            lists = pa.ListArray.from_arrays(np.arange(0, block.size + 1, block.shape[1], dtype=np.int32), flat)
            told = pa.compute.binary_join(lists, " ")
            vectors = np.zeros((size, DIMENSIONS), np.float32)
            _sums(block, factors, self.term_vectors, vectors)
            columns = {
                "asset_id": pa.array(np.arange(first, first + size), pa.int64()),
                "version": pa.array(["made"] * size),
                "words": told,
                "title_words": pa.array(np.full(size, TITLE_WORDS, np.int32)),
                "body_words": pa.array(np.full(size, BODY_WORDS, np.int32)),
                "said": told,
                "owner_type": pa.array(np.where(np.arange(size) % 4 == 0, "university", "enterprise")),
                "region_code": pa.array(
                    np.char.add("51", np.char.zfill(((first + np.arange(size)) % 50).astype(str), 4))
                ),
                "ipc_subclasses": pa.array([[f"{one:04d}"] for one in (block[:, 0] % 128).tolist()]),
                "vector": pa.FixedSizeListArray.from_arrays(pa.array(unit_rows(vectors).ravel()), DIMENSIONS),
            }
            yield pa.record_batch([columns[name] for name in schema.names], schema=schema)
            first += size


def _zipf(random: Any, count: int, shape: Any) -> Any:
    """Ranks 0 to count - 1, rank r as often as 1 / (r + 8)."""
    edge = np.log((count + 8) / 8)
    return np.minimum(count - 1, (8 * np.exp(random.random(shape) * edge) - 8).astype(np.int64))


@njit(nogil=True)
def _sums(block: Any, factors: Any, vectors: Any, out: Any) -> None:
    for row in range(block.shape[0]):
        for place in range(block.shape[1]):
            word = block[row, place]
            factor = factors[word] * (2.0 if place < 8 else 1.0)
            if factor > 0:
                for axis in range(vectors.shape[1]):
                    out[row, axis] += factor * vectors[word, axis]
