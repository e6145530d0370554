"""Single questions to a big search table beside LanceDB's own bare hybrid query, question by question in the same run.

Run: make bench-search (1,000,000 texts, 240 questions), or python -m benchmarks.searching 100000 96. Texts and
questions are synthetic and seeded: questions of 1 to 24 words, in turn without a filter and with filters that leave
about a third, an eighth and a fiftieth. Ours is measured whole: text understood and cut, encoded, exact vectors and
words of the filtered rows, scores, list and reasons. LanceDB is handed vector and words ready made: exact vectors
(no ANN index on either side), full text, its RRF reranker, the same filter before the search, as many rows.

A process of its own is timed from its start to its first answer, once with the files of the columns dropped from the
page cache and once with them in it, and its memory is read when it has answered all questions.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from panhuo.adapters.search.cutter import lexicon
from panhuo.adapters.search.interactive import KeptSelection, lines_of, search_columns
from panhuo.adapters.search.lance import LanceIndex, TableWhenAsked
from panhuo.adapters.search.search_columns import make_columns, open_columns
from panhuo.adapters.search.space_files import load_counts, load_space, save_counts, save_space
from panhuo.engine.matching.asked import NearTable
from panhuo.engine.matching.bulk import NeedColumns, need_columns
from panhuo.engine.matching.column_filter import ColumnFilter, Places
from panhuo.engine.matching.columns import WordTable, in_order
from panhuo.engine.matching.kernel import PARTS, fill_totals
from panhuo.engine.matching.levels import LineLevels, level_prior_of_lines
from panhuo.engine.matching.listing import group_columns, lists_of, shown
from panhuo.engine.matching.needs import need_rules, understand
from panhuo.engine.matching.query import part_weights, query_of
from panhuo.engine.matching.ranking import Outcome, ToldLists, look_up, outcomes
from panhuo.engine.matching.scoring import Scorer, score_numbers, score_rules
from panhuo.engine.matching.space import StaticEncoder, WordCounts
from panhuo.engine.matching.text_figures import TextFigures
from panhuo.rules import load_pack

if TYPE_CHECKING:
    from benchmarks.matching_data import MadeTexts

DAY = date(2026, 11, 22)
FOLDER = Path(os.environ.get("PANHUO_BENCH", "out/bench-match"))
TOP = 20
MADE = "made"
MOST_WORDS, COMPARED = 24, 48
"""Words of the longest question; questions whose list is compared with one of every text."""


@dataclass(frozen=True, slots=True)
class Filter:
    """The same filter for both sides. share: of the texts that meet it."""

    share: float
    ours: ColumnFilter
    theirs: str


THIRD = tuple(f"51{number:04d}" for number in range(1, 18))
"""Regions of 17 texts out of 50."""
FILTERS = (
    Filter(1.0, ColumnFilter(), ""),
    Filter(0.34, ColumnFilter(places=(Places(THIRD),)), f"region_code IN ({', '.join(map(repr, THIRD))})"),
    Filter(0.02, ColumnFilter(places=(Places(("510007",)),)), "region_code = '510007'"),
    Filter(0.25, ColumnFilter(owner_types=("university",)), "owner_type = 'university'"),
    Filter(
        0.023,
        ColumnFilter(ipc=(("0005", "0008"),)),
        "array_has_any(ipc_subclasses, ['0005', '0006', '0007'])",
    ),
)


class Opened:
    """The library's part of a search, opened as a command opens it: from files, without the table."""

    def __init__(self, folder: Path) -> None:
        rules = load_pack("national").at(DAY)
        self.known, self.weights = need_rules(rules), part_weights(rules)
        self.score, self.lexicon = score_rules(rules), lexicon(rules)
        counts, space = load_counts(folder), load_space(folder)
        self.words = WordTable(counts.texts, counts.mean_words, counts.in_texts, self.lexicon.share)
        parts = open_columns(folder, MADE, self.words, self.score)
        if parts is None:
            raise SystemExit("The columns are not made: call without --first.")
        self.parts = parts
        index = LanceIndex(TableWhenAsked(folder), space.id, self.words)
        self.encoder = StaticEncoder(space, share=self.lexicon.share)
        near = NearTable(self.encoder, list(space.index), self.words, near_from=self.score.near_from)
        self.scorer = Scorer(self.score, self.words, near)
        self.levels = LineLevels(level_prior_of_lines(rules))
        self.all = search_columns(parts, space.id, self.words, index.said).within(parts[0].ids)
        self.alone = group_columns({})

    def needs(self, text: str) -> NeedColumns:
        return self._asked(text)[1]

    def _asked(self, text: str) -> tuple[Any, NeedColumns]:
        query = query_of("", understand(text, self.known), self.lexicon, self.weights)
        return query, need_columns([query], self.scorer, self.encoder)

    def ask(self, text: str, wanted: ColumnFilter) -> Outcome:
        query, needs = self._asked(text)
        selection: KeptSelection = self.all.where(wanted)
        kept = look_up(needs, selection, self.words, self.score, keep=2 * self.score.candidates)
        lists = lists_of(kept, self.alone, top=TOP)
        lines = lines_of(kept, shown(kept, lists), lists.places.astype(np.int64))
        texts = TextFigures(selection.said, self.known.units)
        (found,) = outcomes(ToldLists([query], needs, lines, lists, texts, self.levels), self.words)
        return found

    def everything(self, needs: NeedColumns, wanted: ColumnFilter) -> list[int]:
        """The best TOP of all texts that meet the filter by the whole score, each text scored."""
        (part,), (rows,) = self.parts, self.all.where(wanted).rows
        texts = in_order(part.texts, rows.astype(np.int64))
        size = len(rows)
        parts, totals = np.zeros((size, PARTS), np.float32), np.zeros(size, np.float64)
        products = (part.vectors[rows] if size < len(part) else part.vectors) @ needs.vectors.matrix[0]
        fill_totals(
            0, needs.block.slots, needs.block.heard, texts.arrays, self.words.worths, np.arange(size), products,
            score_numbers(self.score, self.words), np.array(self.score.weights, np.float64),
            np.zeros(len(self.words), np.int32), parts, totals,
        )  # fmt: skip
        ids = part.ids[rows]
        best = np.lexsort((ids, -totals))[:TOP]
        return [int(one) for one, total in zip(ids[best], totals[best], strict=True) if total >= self.score.least]


def questions(made: MadeTexts, count: int) -> list[tuple[str, Filter]]:
    """Question i has 1 to MOST_WORDS words; filters come in turn."""
    asked = []
    for place, need in enumerate(made.needs(count)):
        words = need.replace("\n", "、").replace("，", "、").rstrip("。").split("、")
        asked.append(("，".join(words[: place * 7 % MOST_WORDS + 1]), FILTERS[place % len(FILTERS)]))
    return asked


def prepare(made: MadeTexts, folder: Path) -> float:
    """Files of a generation beside the made table; seconds that the columns took, 0 where they were there."""
    table = made.table()
    rules = load_pack("national").at(DAY)
    if not (folder / "counts.parquet").is_file():
        held = dict(zip(made.words, np.rint(made.in_texts).astype(int).tolist(), strict=True))
        save_counts(folder, WordCounts(made.count, 90 * made.count, held, held))
        save_space(folder, made.space)
    words, score = _fresh(folder, lexicon(rules)), score_rules(rules)
    if open_columns(folder, MADE, words, score) is not None:
        return 0.0
    began = time.monotonic()
    make_columns(folder, LanceIndex(table, made.space.id, _fresh(folder, lexicon(rules))), MADE, score)
    return time.monotonic() - began


def _fresh(folder: Path, cut: Any) -> WordTable:
    counts = load_counts(folder)
    return WordTable(counts.texts, counts.mean_words, counts.in_texts, cut.share)


def first(folder: Path, asked: Path) -> None:
    """In a process of its own: open, answer the first question, then all; told as JSON."""
    told = json.loads(asked.read_text(encoding="utf-8"))
    began = time.monotonic()
    opened = Opened(folder)
    at_open = time.monotonic()
    opened.ask(told[0][0], FILTERS[told[0][1]].ours)
    answered = time.monotonic()
    print(json.dumps({"open": at_open - began, "first": answered - at_open}), flush=True)
    for text, place in told:
        opened.ask(text, FILTERS[place].ours)
    status = Path("/proc/self/status").read_text(encoding="ascii")
    own = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"peak_mb": peak, "of it not mapped files": own // 1024}), flush=True)


def fresh_process(folder: Path, asked: Path, *, cold: bool) -> dict[str, float]:
    """Seconds from the start of a process to its first answer, and its peak memory after all questions."""
    if cold:
        for path in (folder / "columns").rglob("*.npy"):
            with path.open("rb") as handle:
                os.posix_fadvise(handle.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    began = time.monotonic()
    call = [sys.executable, "-m", "benchmarks.searching", "--first", str(folder), str(asked)]
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own module
        lines = iter(process.stdout or ())
        told = json.loads(next(lines))
        whole = time.monotonic() - began
        told |= json.loads(next(lines))
    return {"process to first answer": whole, **told}


def lance_asks(table: Any, opened: Opened, text: str, wanted: Filter) -> Any:
    """A call that asks LanceDB the same question; what it is handed is made ready here."""
    from lancedb.query import MatchQuery
    from lancedb.rerankers import RRFReranker

    query, needs = opened._asked(text)
    vector, words = needs.vectors.matrix[0], " ".join(query.words)
    ranker = RRFReranker()

    def ask() -> list[int]:
        asked = table.search(query_type="hybrid", vector_column_name="vector", fts_columns="words")
        asked = asked.vector(vector).text(MatchQuery(words, "words")).distance_type("dot")
        if wanted.theirs:
            asked = asked.where(wanted.theirs, prefilter=True)
        found: list[int] = asked.rerank(ranker).limit(TOP).select(["asset_id"]).to_arrow()["asset_id"].to_pylist()
        return found

    return ask


def main() -> None:
    if sys.argv[1:2] == ["--first"]:
        first(Path(sys.argv[2]), Path(sys.argv[3]))
        return
    os.environ.setdefault("LANCEDB_LOG", "error")  # before it is imported: it warns once a question
    from benchmarks.matching_data import MadeTexts  # not in the process that is timed from its start

    texts = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 240
    made = MadeTexts(FOLDER, texts)
    folder = FOLDER / f"table-{texts}"
    told: dict[str, Any] = {"texts": texts, "questions": count, "load before": round(os.getloadavg()[0], 1)}
    told["columns made, seconds"] = round(prepare(made, folder), 1)
    asked = questions(made, count)
    handed = FOLDER / "questions.json"
    handed.write_text(json.dumps([(text, FILTERS.index(wanted)) for text, wanted in asked]), encoding="utf-8")
    fresh_process(folder, handed, cold=False)  # compiles the loops, once in the life of an installation
    for name, cold in (("files not in memory", True), ("files in memory", False)):
        told[name] = {key: round(value, 2) for key, value in fresh_process(folder, handed, cold=cold).items()}
    opened = Opened(folder)
    table = TableWhenAsked(folder)
    theirs = [lance_asks(table, opened, text, wanted) for text, wanted in asked]
    opened.ask(*_plain(asked[0]))
    theirs[0]()
    spent: dict[str, list[float]] = {"ours": [], "lance": []}
    lists = []
    for (text, wanted), ask in zip(asked, theirs, strict=True):
        began = time.monotonic()
        lists.append(opened.ask(text, wanted.ours))
        between = time.monotonic()
        ask()
        spent["ours"].append(between - began)
        spent["lance"].append(time.monotonic() - between)
    for name, seconds in spent.items():
        told[name] = _milliseconds(seconds)
        for wanted in FILTERS:
            mine = [one for one, (_, filter_) in zip(seconds, asked, strict=True) if filter_ is wanted]
            told[f"{name}, {wanted.theirs or 'no filter'}"] = _milliseconds(mine)
    told["p95 of lance"] = round(told["ours"]["p95"] / told["lance"]["p95"], 2)
    shares = []
    for (text, wanted), found in list(zip(asked, lists, strict=True))[:COMPARED]:
        best = opened.everything(opened.needs(text), wanted.ours)
        shares.append(len({*best} & {match.asset_id for match in found.matches}) / max(1, len(best)))
    told["overlap@20 with every text scored"] = round(float(np.mean(shares)), 4)
    told["load after"] = round(os.getloadavg()[0], 1)
    print(json.dumps(told, indent=1, ensure_ascii=False))


def _plain(asked: tuple[str, Filter]) -> tuple[str, ColumnFilter]:
    return asked[0], asked[1].ours


def _milliseconds(seconds: list[float]) -> dict[str, float]:
    return {f"p{share}": round(float(np.percentile(seconds, share)) * 1_000, 1) for share in (50, 95)}


if __name__ == "__main__":
    main()
