"""A bulk match in files: needs and ranges of texts as arrays, so that a task anywhere needs no table and no dictionary.

The one who hands out the work writes the needs once and each range of texts once; words are numbers of his WordTable
throughout. A task reads both, works out the candidates by the same function as a match in one process, and answers
with blocks of needs as bytes. Files are .npz without pickled objects; a torn one fails its checksum.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

import panhuo
from panhuo.adapters.search.shard import Shard, nearest_of
from panhuo.engine.matching.asked import AskedBlock
from panhuo.engine.matching.bulk import (
    Candidates,
    NeedColumns,
    ShardColumns,
    candidates_of,
    merged,
    rows_of,
    stacked_candidates,
)
from panhuo.engine.matching.clusters import Clusters
from panhuo.engine.matching.columns import TextColumns, WordNumbers, postings
from panhuo.engine.matching.scoring import ScoreRules, score_numbers
from panhuo.engine.ports import Floats, SpaceId, Vectors
from panhuo.terms.errors import DomainError

BLOCK_NEEDS = 64
"""Needs whose candidates travel together: some 600 kB."""


@dataclass(frozen=True, slots=True)
class Worths:
    """The WordNumbers of a task: worths by number, without the words."""

    worths: Floats
    mean_words: float

    def __len__(self) -> int:
        return len(self.worths)


@dataclass(frozen=True, slots=True)
class AskedFile:
    """All that a task must know besides its texts. most: candidates of a need by sense, and by words."""

    needs: NeedColumns
    words: Worths
    rules: ScoreRules
    most: int


def write_asked(path: Path, needs: NeedColumns, words: WordNumbers, rules: ScoreRules, *, most: int) -> None:
    """Write needs, worths and rules. Every range that will be matched must have been read before: words get numbers
    then."""
    block = {f"block_{one.name}": getattr(needs.block, one.name) for one in fields(AskedBlock)}
    said = {
        "made_by": panhuo.__version__,
        "space": needs.vectors.space,
        "mean_words": words.mean_words,
        "most": most,
        "rules": asdict(rules),
    }
    with path.open("wb") as handle:
        np.savez(
            handle,
            said=np.array(json.dumps(said)),
            matrix=needs.vectors.matrix,
            asked_starts=needs.asked_starts,
            asked_words=needs.asked_words,
            asked_worths=needs.asked_worths,
            worths=words.worths,
            **block,
        )


def read_asked(path: Path) -> AskedFile:
    """What write_asked wrote.

    Raises: OSError where it cannot be read; DomainError code other_version where another version of Panhuo wrote it.
    """
    with path.open("rb") as handle, np.load(handle, allow_pickle=False) as kept:
        said = json.loads(str(kept["said"]))
        if said["made_by"] != panhuo.__version__:
            raise DomainError(
                f"The match was sent by Panhuo {said['made_by']}, this node has {panhuo.__version__}. "
                "Install the same version on every node.",
                code="other_version",
            )
        block = AskedBlock(**{one.name: kept[f"block_{one.name}"] for one in fields(AskedBlock)})
        vectors = Vectors(SpaceId(said["space"]), kept["matrix"])
        needs = NeedColumns(block, vectors, kept["asked_starts"], kept["asked_words"], kept["asked_worths"])
        rules = ScoreRules(**{**said["rules"], "weights": tuple(said["rules"]["weights"])})
        return AskedFile(needs, Worths(kept["worths"], said["mean_words"]), rules, said["most"])


def write_range(path: Path, shard: Shard) -> None:
    """Write the texts of a shard: ids, columns with words by number, vectors, clusters; no postings."""
    columns = {one.name: getattr(shard.texts, one.name) for one in fields(TextColumns)}
    if shard.clusters is not None:
        columns |= {"centres": shard.clusters.centres, "probes": np.array(shard.clusters.probes)}
    with path.open("wb") as handle:
        space = np.array(str(shard.vectors.space))
        np.savez(handle, ids=shard.ids, matrix=shard.vectors.matrix, space=space, **columns)


def read_range(path: Path, words: WordNumbers, rules: ScoreRules) -> ShardColumns:
    """The texts of write_range, ready to be matched. Raises: OSError."""
    with path.open("rb") as handle, np.load(handle, allow_pickle=False) as kept:
        texts = TextColumns(**{one.name: kept[one.name] for one in fields(TextColumns)})
        ids, vectors = kept["ids"], Vectors(SpaceId(str(kept["space"])), kept["matrix"])
        clusters = None
        if "centres" in kept:
            clusters = Clusters(vectors.space, kept["centres"], int(kept["probes"]))
    turned = postings(texts, len(words), score_numbers(rules, words))
    return ShardColumns(ids, texts, vectors, turned, nearest_of(vectors, clusters, threads=1))


def matched_blocks(asked: Path, texts: Path) -> Iterator[tuple[int, bytes]]:
    """Match one range: (number of the block, its candidates) for each BLOCK_NEEDS needs. The task of a cluster."""
    told = _asked_once(asked)
    shard = read_range(texts, told.words, told.rules)
    found = candidates_of(told.needs, shard, told.words, told.rules, most=told.most)
    for number, start in enumerate(range(0, len(found), BLOCK_NEEDS)):
        some = np.arange(start, min(start + BLOCK_NEEDS, len(found)))
        yield number, packed(rows_of(found, some))


def packed(found: Candidates) -> bytes:
    """Candidates as bytes."""
    written = io.BytesIO()
    lists: dict[str, Any] = {one.name: getattr(found, one.name) for one in fields(Candidates)}
    np.savez(written, **lists)
    return written.getvalue()


def unpacked(said: bytes) -> Candidates:
    """Inverse of packed."""
    with np.load(io.BytesIO(said), allow_pickle=False) as kept:
        return Candidates(*(kept[one.name] for one in fields(Candidates)))


def merged_blocks(parts: Sequence[bytes]) -> bytes:
    """The candidates that ranges gave one block of needs, put together."""
    return parts[0] if len(parts) == 1 else packed(merged([unpacked(part) for part in parts]))


def joined_blocks(blocks: Sequence[tuple[int, bytes]]) -> Candidates:
    """Blocks in any order as the candidates of all needs."""
    return stacked_candidates([unpacked(said) for _, said in sorted(blocks)])


@lru_cache(maxsize=1)
def _asked_once(path: Path) -> AskedFile:
    """A worker does one task after the other with the same needs; needs of another job have another path."""
    return read_asked(path)
