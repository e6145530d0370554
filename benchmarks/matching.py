"""Bulk matching against its peers in the same run: faiss' bare flat product, and a loop over needs with tantivy.

Run: python -m benchmarks.matching [texts] [needs] ; the tables of docs/performance.md come from `make bench-match`.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.matching_data import MadeTexts
from panhuo.adapters.search.cutter import lexicon as untaught
from panhuo.adapters.search.lance import LanceIndex
from panhuo.engine.matching.asked import NearTable
from panhuo.engine.matching.bulk import need_columns
from panhuo.engine.matching.columns import WordTable
from panhuo.engine.matching.needs import need_rules, understand
from panhuo.engine.matching.query import part_weights, query_of
from panhuo.engine.matching.scoring import Scorer, score_rules
from panhuo.engine.matching.space import StaticEncoder
from panhuo.rules import load_pack

DAY = date(2026, 11, 22)
FOLDER = Path(os.environ.get("PANHUO_BENCH", "out/bench-match"))


def main() -> None:
    texts = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    needs = int(sys.argv[2]) if len(sys.argv) > 2 else 3_000
    made = MadeTexts(FOLDER, texts)
    told: dict[str, Any] = {"texts": texts, "needs": needs}
    table = timed(told, "table", made.table)
    rules = load_pack("national").at(DAY)
    score = score_rules(rules)
    lexicon = untaught(rules)
    held = dict(zip(made.words, np.rint(made.in_texts).astype(int).tolist(), strict=True))
    words = WordTable(texts, 90.0, held, lexicon.share)
    index = LanceIndex(table, made.space.id, words)
    encoder = StaticEncoder(made.space, share=lexicon.share)
    asked = made.needs(needs)
    shard = timed(told, "load", lambda: index.in_memory(np.arange(1, texts + 1), score))

    def product() -> Any:
        import faiss

        return faiss.knn(vectors, shard.vectors.matrix, 20, metric=faiss.METRIC_INNER_PRODUCT)

    known, weights = need_rules(rules), part_weights(rules)
    queries = timed(
        told,
        "cut needs",
        lambda: [
            query_of(str(place), understand(text, known, title=text.split("\n")[0]), lexicon, weights)
            for place, text in enumerate(asked)
        ],
    )
    near = timed(
        told, "near table", lambda: NearTable(encoder, list(made.space.index), words, near_from=score.near_from)
    )
    scorer = Scorer(score, words, near)
    needs_asked = timed(told, "ask", lambda: need_columns(queries, scorer, encoder, words))
    vectors = needs_asked.vectors.matrix
    timed(told, "faiss", product)
    timed(told, "match", lambda: shard.best(needs_asked, keep=100, threads=2))
    timed(told, "faiss again", product)
    told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    told["slots"] = float(np.diff(needs_asked.block.starts).mean())
    told["heard"] = float(np.diff(needs_asked.block.heard_starts).mean())
    print(json.dumps(told, indent=1))


def timed(told: dict[str, Any], name: str, work: Callable[[], Any]) -> Any:
    began, worked = time.monotonic(), time.process_time()
    found = work()
    told[name] = round(time.monotonic() - began, 2)
    told[f"{name} cpu"] = round(time.process_time() - worked, 2)
    print(name, told[name], told[f"{name} cpu"], file=sys.stderr)
    return found


if __name__ == "__main__":
    main()
