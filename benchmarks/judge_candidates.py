"""How much of the best twenty of all texts stands among the candidates of a match, on real abstracts of one field.

Run: make judge-candidates (PANHUO_REFERENCE_DATA names the folder of the reference data). Seeded abstracts stand in for
needs; each is scored against every text, and its best twenty are compared with the list of a match that looks into a
share of the clusters of vectors and reads so many entries of words. A match of a million texts reads
`matching.postings`; here the same share of the texts is read.
"""

from __future__ import annotations

import json
import os
import random
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.judge_groups import DAY, SEED, Groups
from benchmarks.matching import best_of_all
from panhuo.adapters.search.shard import nearest_of
from panhuo.engine.matching.asked import NearTable
from panhuo.engine.matching.bulk import Nearest, NeedColumns, candidates_of, need_columns, ranked
from panhuo.engine.matching.clusters import ClusterRules, fit_clusters
from panhuo.engine.matching.scoring import Scorer, ScoreRules
from panhuo.rules import load_pack

QUERIES, AT, THREADS = 600, 20, 2
MILLION = 1_000_000
CLUSTERS, SHARES = 1_000, (8, 16, 32)
ENTRIES = (400_000, 200_000, 100_000)
"""Of a match of a million texts."""


def main() -> None:
    named = os.environ.get("PANHUO_REFERENCE_DATA")
    if not named:
        sys.exit("PANHUO_REFERENCE_DATA is not set: name the folder of the reference data.")
    groups = Groups(Path(named), load_pack("national").at(DAY))
    texts = len(groups.abstracts)
    queries = groups.queries(random.Random(SEED).sample(range(texts), QUERIES))
    words, vectors = groups.table.index.words, groups.shard.vectors
    near = NearTable(
        groups.builder.encoder(groups.table), list(groups.table.space.index), words, near_from=groups.score.near_from
    )

    def columns(rules: ScoreRules) -> NeedColumns:
        return need_columns(queries, Scorer(rules, words, near), groups.builder.encoder(groups.table))

    exact = best_of_all(groups.shard, columns(groups.score), groups.score, QUERIES)
    clusters = fit_clusters(vectors, texts, ClusterRules(texts=1, count=CLUSTERS, share=1.0))
    if clusters is None:
        sys.exit("There are too few abstracts to make clusters of.")

    def kept(nearest: Nearest, entries: int) -> float:
        rules = replace(groups.score, postings=entries * texts // MILLION)
        asked = columns(rules)
        shard = replace(groups.shard.columns, nearest=nearest)
        found = candidates_of(asked, shard, words, rules, most=rules.candidates, threads=THREADS)
        lists = ranked(found, rules, keep=AT).ids.tolist()
        return float(np.mean([len({*one} & {*best}) / AT for one, best in zip(lists, exact, strict=True)]))

    table = {}
    for part in (1, *SHARES):
        probed = replace(clusters, probes=max(1, round(len(clusters.centres) / part)))
        nearest = nearest_of(vectors, None if part == 1 else probed, threads=THREADS)
        table[f"1/{part}"] = {f"{entries:,} entries": round(kept(nearest, entries), 4) for entries in ENTRIES}
    told = {"texts": texts, "needs": QUERIES, "candidates": groups.score.candidates, "kept of the best 20": table}
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
