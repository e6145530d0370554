"""A fitted space and the word counts of a generation, as files; spilt words of one build."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from panhuo.engine.matching.clusters import Clusters
from panhuo.engine.matching.space import Projection, StaticSpace, WordCounts
from panhuo.engine.ports import SpaceId


def save_space(path: Path, space: StaticSpace) -> None:
    np.savez(
        path / "space.npz",
        id=np.array(str(space.id)),
        terms=np.array("\n".join(space.index)),
        vectors=space.vectors,
        weights=space.weights,
        mean=space.projection.mean,
        axes=space.projection.axes,
        smooth=np.array(space.smooth),
        centre=space.centre,
    )


def load_space(path: Path) -> StaticSpace:
    with (path / "space.npz").open("rb") as handle, np.load(handle, allow_pickle=False) as kept:
        terms = str(kept["terms"]).split("\n") if str(kept["terms"]) else []
        return StaticSpace(
            SpaceId(str(kept["id"])),
            {term: row for row, term in enumerate(terms)},
            kept["vectors"],
            kept["weights"],
            Projection(kept["mean"], kept["axes"]),
            float(kept["smooth"]),
            kept["centre"],
        )


def save_clusters(path: Path, clusters: Clusters | None) -> None:
    """None where the texts are too few for them."""
    if clusters is not None:
        np.savez(
            path / "clusters.npz", space=np.array(str(clusters.space)), centres=clusters.centres, probes=clusters.probes
        )


def load_clusters(path: Path) -> Clusters | None:
    """What save_clusters wrote."""
    try:
        with (path / "clusters.npz").open("rb") as handle, np.load(handle, allow_pickle=False) as kept:
            return Clusters(SpaceId(str(kept["space"])), kept["centres"], int(kept["probes"]))
    except FileNotFoundError:
        return None


def save_counts(path: Path, counts: WordCounts) -> None:
    words = sorted(counts.in_texts)
    table = pa.table(
        {
            "word": pa.array(words, pa.string()),
            "in_texts": pa.array([counts.in_texts[word] for word in words], pa.int64()),
            "occurrences": pa.array([counts.occurrences.get(word, 0) for word in words], pa.int64()),
        }
    ).replace_schema_metadata({"texts": str(counts.texts), "words": str(counts.words)})
    draft = path / ".counts.parquet"
    pq.write_table(table, draft)
    os.replace(draft, path / "counts.parquet")


def load_counts(path: Path) -> WordCounts:
    with pq.ParquetFile(path / "counts.parquet") as file:  # read_table would import what reads many files: 0.2 s
        table = file.read()
    said = table.schema.metadata
    words = table["word"].to_pylist()
    occurrences = zip(words, table["occurrences"].to_pylist(), strict=True)
    return WordCounts(
        int(said[b"texts"]),
        int(said[b"words"]),
        dict(zip(words, table["in_texts"].to_pylist(), strict=True)),
        {word: count for word, count in occurrences if count},
    )
