"""Bulk matching beside its peers in the same run: faiss' bare flat product, and a loop over needs with tantivy.

Run: make bench-match (100,000 texts, 3,000 needs), or python -m benchmarks.matching 1000000 30000; with `alone` behind
it only ours, with `curve` recall by the share of clusters looked into; a fourth word says how many words a need has.
Texts and needs are synthetic and seeded. Ours is measured whole: rows read from the search table, needs cut and
understood, vectors and words, scores, the best twenty with their reasons written as Parquet. The product is measured
before and after.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.matching_data import NEED_WORDS, MadeTexts
from panhuo.adapters.search.bulk_run import BulkRun, need_names
from panhuo.adapters.search.cutter import lexicon
from panhuo.adapters.search.lance import LanceIndex
from panhuo.adapters.search.line_files import LinesWriter
from panhuo.adapters.search.shard import Shard, nearest_of
from panhuo.engine.matching.asked import NearTable
from panhuo.engine.matching.bulk import Candidates, NeedColumns, candidates_of, need_columns, rows_of
from panhuo.engine.matching.clusters import cluster_rules
from panhuo.engine.matching.columns import WordTable
from panhuo.engine.matching.kernel import PARTS, fill_totals
from panhuo.engine.matching.levels import LineLevels, level_prior_of_lines
from panhuo.engine.matching.listing import group_columns, lists_of, shown
from panhuo.engine.matching.needs import need_rules, understand
from panhuo.engine.matching.query import Query, part_weights, query_of
from panhuo.engine.matching.ranking import ToldLists
from panhuo.engine.matching.scoring import Scorer, ScoreRules, score_numbers, score_rules
from panhuo.engine.matching.space import StaticEncoder
from panhuo.engine.matching.text_figures import TextFigures
from panhuo.rules import load_pack

DAY = date(2026, 11, 22)
FOLDER = Path(os.environ.get("PANHUO_BENCH", "out/bench-match"))
TOP, AT_ONCE = 20, 4_096
LOOPED, SEARCHED = 200, 60
"""Needs of the tantivy loop, whose time is scaled to all; needs whose list is compared with one of every text."""


class Bench:
    """One size: texts in a search table, needs as text."""

    def __init__(self, texts: int, needs: int, words: int) -> None:
        self.made = MadeTexts(FOLDER, texts)
        self.rules = load_pack("national").at(DAY)
        self.score = score_rules(self.rules)
        self.lexicon = lexicon(self.rules)
        held = dict(zip(self.made.words, np.rint(self.made.in_texts).astype(int).tolist(), strict=True))
        self.words = WordTable(texts, 90.0, held, self.lexicon.share)
        self.index = LanceIndex(
            self.made.table(), self.made.space.id, self.words, self.made.clusters(cluster_rules(self.rules))
        )
        self.encoder = StaticEncoder(self.made.space, share=self.lexicon.share)
        self.near = NearTable(self.encoder, list(self.made.space.index), self.words, near_from=self.score.near_from)
        self.asked = self.made.needs(needs, words)
        self.ids = np.arange(1, texts + 1)
        self.threads = len(os.sched_getaffinity(0))

    def queries(self, texts: list[str]) -> list[Query]:
        known, weights = need_rules(self.rules), part_weights(self.rules)
        return [
            query_of(str(place), understand(text, known, title=text.split("\n")[0]), self.lexicon, weights)
            for place, text in enumerate(texts)
        ]

    def needs(self, queries: list[Query]) -> NeedColumns:
        return need_columns(queries, Scorer(self.score, self.words, self.near), self.encoder)

    def whole(self, told: dict[str, Any]) -> tuple[NeedColumns, Any]:
        """All of ours, from the table to the file."""
        place = FOLDER / "run"
        shutil.rmtree(place, ignore_errors=True)
        queries = timed(told, "ours: needs cut", lambda: self.queries(self.asked))
        needs = timed(told, "ours: needs as columns", lambda: self.needs(queries))
        run = BulkRun(place, self.index, self.score, "bench", threads=self.threads)
        versions = np.full(len(self.ids), b"made", "S16")
        found, _ = timed(
            told, "ours: texts read, matched", lambda: run.match(needs, need_names(queries), self.ids, versions)
        )
        timed(
            told,
            "ours: lines and reasons written",
            lambda: self._write(run, queries, needs, found, place / "lines.parquet"),
        )
        return needs, found

    def _write(self, run: BulkRun, queries: list[Query], needs: NeedColumns, found: Any, path: Path) -> None:
        nothing, levels = group_columns({}), LineLevels(level_prior_of_lines(self.rules))
        texts = TextFigures(self.index.said, need_rules(self.rules).units)
        with LinesWriter(path, self.words, DAY) as writer:
            for start in range(0, len(needs), AT_ONCE):
                places = np.arange(start, min(start + AT_ONCE, len(needs)))
                some = needs.some(places)
                ranked = run.ranked(rows_of(found, places))
                lists = lists_of(ranked, nothing, top=TOP)
                kept = run.told(some, shown(ranked, lists))
                told = ToldLists(queries[start : start + AT_ONCE], some, kept, lists, texts, levels)
                writer.write(told, told.chances)

    def vectors(self) -> Any:
        """(texts, dimensions) of all rows."""
        batches = self.index.table.search().select(["vector"]).limit(None).to_batches()
        return np.concatenate([np.asarray(batch["vector"].flatten()) for batch in batches]).reshape(len(self.ids), -1)


def best_of_all(shard: Shard, needs: NeedColumns, rules: ScoreRules, count: int) -> list[list[int]]:
    """The best TOP of all texts by the whole score for the first `count` needs, each text scored."""
    size, words = len(shard.ids), shard.words
    numbers = score_numbers(rules, words)
    marks, weights = np.zeros(len(words), np.int32), np.array(rules.weights, np.float64)
    parts, totals = np.zeros((size, PARTS), np.float32), np.zeros(size, np.float64)
    lists = []
    for need in range(min(count, len(needs))):
        products = shard.vectors.matrix @ needs.vectors.matrix[need]
        fill_totals(
            need, needs.block.slots, needs.block.heard, shard.texts.arrays, words.worths, np.arange(size), products,
            numbers, weights, marks, parts, totals,
        )  # fmt: skip
        best = np.lexsort((shard.ids, -totals))[:TOP]
        lists.append(shard.ids[best].tolist())
    return lists


def main() -> None:
    texts = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    needs = int(sys.argv[2]) if len(sys.argv) > 2 else 3_000
    how = sys.argv[3] if len(sys.argv) > 3 else ""
    words = int(sys.argv[4]) if len(sys.argv) > 4 else NEED_WORDS
    told: dict[str, Any] = {"texts": texts, "needs": needs, "words of a need": words}
    bench = Bench(texts, needs, words)
    if how == "curve":
        curve(bench, told)
    else:
        beside(bench, told, alone=how == "alone")
    print(json.dumps(told, indent=1, ensure_ascii=False))


def beside(bench: Bench, told: dict[str, Any], *, alone: bool) -> None:
    """Ours between two products, then the loop and the exhaustive lists; only ours where it is measured alone."""
    warm = bench.needs(bench.queries(bench.asked[:10]))  # compiles the loops
    shard = bench.index.in_memory(bench.ids[:1_000], bench.score)
    shard.told(warm, shard.ranked(warm, keep=TOP, threads=bench.threads))
    if not alone:
        _product(told, "faiss before", bench)
    asked, found = bench.whole(told)
    ours = sum(seconds for name, seconds in told.items() if name.startswith("ours"))
    told["ours"] = round(ours, 1)
    told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if alone:
        return
    _product(told, "faiss after", bench)
    told["of the product"] = round(2 * ours / (told["faiss before"] + told["faiss after"]), 2)
    looped = tantivy_loop(bench, told)
    told["tantivy loop, all terms"] = round(looped, 1)
    told["tantivy of ours"] = round(looped / ours, 2)
    shard = bench.index.in_memory(bench.ids, bench.score, postings=False)
    told |= recall(best_of_all(shard, asked, bench.score, SEARCHED), found)


def curve(bench: Bench, told: dict[str, Any]) -> None:
    """Recall and seconds by the share of the clusters that a need looks into; 1 is the exact product."""
    needs = bench.needs(bench.queries(bench.asked[:AT_ONCE]))
    some = needs.some(np.arange(SEARCHED))
    shard = bench.index.in_memory(bench.ids, bench.score)
    exact = best_of_all(shard, some, bench.score, SEARCHED)
    clusters = bench.index.clusters
    if clusters is None:
        sys.exit("So few texts have no clusters: ask for more than matching.clusters.texts.")
    for part in (32, 16, 8, 4, 2, 1):
        probes = max(1, len(clusters.centres) // part)
        near = nearest_of(shard.vectors, None if part == 1 else replace(clusters, probes=probes), threads=bench.threads)
        columns = replace(shard.columns, nearest=near)
        most = bench.score.candidates
        began = time.monotonic()
        near(needs.vectors.matrix, most)
        seconds = (time.monotonic() - began) / AT_ONCE * 30_000
        found = candidates_of(some, columns, bench.words, bench.score, most=most, threads=bench.threads)
        told[f"1/{part}"] = {"nearest, seconds for 30,000": round(seconds, 1), **recall(exact, found)}


def recall(exact: list[list[int]], found: Candidates) -> dict[str, float]:
    """Share of the best of all texts that stand among the candidates, at several cut-offs."""
    lists = zip(found.sense_ids, found.word_ids, strict=True)
    union = [{*row.tolist(), *other.tolist()} for (row, other), _ in zip(lists, exact, strict=False)]
    return {
        f"recall@{cut}": round(
            float(np.mean([len({*best[:cut]} & union[need]) / cut for need, best in enumerate(exact)])), 4
        )
        for cut in (5, 10, 20)
    }


def tantivy_loop(bench: Bench, told: dict[str, Any]) -> float:
    """Seconds for all needs, one after the other, all terms of each: measured on LOOPED of them."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("words", stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_integer_field("id", stored=True)
    index = tantivy.Index(builder.build())
    writer = index.writer(heap_size=500_000_000, num_threads=1)
    began = time.monotonic()
    for batch in bench.index.table.search().select(["asset_id", "words"]).limit(None).to_batches(batch_size=10_000):
        for asset_id, words in zip(batch["asset_id"].to_pylist(), batch["words"].to_pylist(), strict=True):
            writer.add_document(tantivy.Document(words=words, id=asset_id))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    told["tantivy: index"] = round(time.monotonic() - began, 1)
    searcher = index.searcher()
    queries = bench.queries(bench.asked[:LOOPED])
    held = bench.words.in_texts
    told["entries of all words of a need"] = round(sum(held.get(w, 0) for one in queries for w in one.words) / LOOPED)
    began = time.monotonic()
    for query in queries:
        terms = [(tantivy.Occur.Should, tantivy.Query.term_query(index.schema, "words", word)) for word in query.words]
        searcher.search(tantivy.Query.boolean_query(terms), TOP)
    return (time.monotonic() - began) / len(queries) * len(bench.asked)


def _product(told: dict[str, Any], name: str, bench: Bench) -> None:
    """Time the bare product of the same shapes; rows of the texts stand in for the needs."""
    import faiss

    vectors = bench.vectors()
    needs = vectors[: len(bench.asked)]
    timed(told, name, lambda: faiss.knn(needs, vectors, TOP, metric=faiss.METRIC_INNER_PRODUCT))


def timed(told: dict[str, Any], name: str, work: Callable[[], Any]) -> Any:
    began = time.monotonic()
    found = work()
    told[name] = round(time.monotonic() - began, 2)
    print(name, told[name], file=sys.stderr)
    return found


if __name__ == "__main__":
    main()
