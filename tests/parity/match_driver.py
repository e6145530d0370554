"""Made texts and needs, matched by BulkRun; as a program, on a cluster: prints how far it is, then its digest.

`python match_driver.py FOLDER spark://host:port RANGE_TEXTS`; one JSON object a line.
"""

from __future__ import annotations

import json
import random
import sys
from dataclasses import fields, replace
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from matching_fakes import CharacterTerms, MemoryIndex, lexicon
from panhuo.adapters.search.bulk_run import BulkRun, ShardRunner, need_names
from panhuo.adapters.search.shard import Shard
from panhuo.adapters.search.spark_run import SparkRunner
from panhuo.engine.matching.asked import NearTable
from panhuo.engine.matching.bulk import need_columns
from panhuo.engine.matching.listing import group_columns, lists_of, shown
from panhuo.engine.matching.needs import need_rules, understand
from panhuo.engine.matching.query import part_weights, query_of
from panhuo.engine.matching.scoring import Scorer, score_rules
from panhuo.engine.matching.space import StaticEncoder
from panhuo.engine.ports import Ids, Progress
from panhuo.rules import load_pack

TEXTS, NEEDS = 3_000, 50
RULES = load_pack("national").at(date(2026, 11, 22))
SCORE = replace(score_rules(RULES), candidates=40, least=0.0)
MARKS = "热收炉烟泥干池负石灰风清洗膜阀泵轴磁焊铸纤胶釉药种菌肥船轨芯"


class MadeIndex:
    """Texts behind the door through which a bulk run comes."""

    def __init__(self, *, without: int = 0) -> None:
        chance = random.Random(7)
        words = sorted({chance.choice(MARKS) + chance.choice(MARKS) for _ in range(70)})
        rows = [
            (3 * at + 1, "".join(chance.choices(words, k=3)), "".join(chance.choices(words, k=25)))
            for at in range(TEXTS)
        ]
        self.needs = ["".join(chance.choices(words, k=8)) for _ in range(NEEDS)]
        self.cut = lexicon(words)
        self.made = MemoryIndex(rows, self.cut)
        self.words = self.made.words
        self.ids = np.array([one for one, _, _ in rows if one != without], np.int64)

    def in_memory(self, allowed: Ids, rules: Any, *, postings: bool = True) -> Shard:
        return self.made.within(allowed, rules)


def matched(folder: Path, index: MadeIndex, runner: ShardRunner | None, progress: Progress | None = None) -> str:
    """A digest of all candidates and of the lines that are told from them."""
    encoder = StaticEncoder(index.made.fitted, share=index.cut.share, unknown=CharacterTerms())
    near = NearTable(encoder, sorted(index.made.fitted.index), index.words, near_from=SCORE.near_from)
    queries = [
        query_of(text, understand(text, need_rules(RULES)), index.cut, part_weights(RULES)) for text in index.needs
    ]
    needs = need_columns(queries, Scorer(SCORE, index.words, near), encoder)
    run = BulkRun(folder, index, SCORE, "made", threads=1, runner=runner)  # type: ignore[arg-type]
    versions = np.full(len(index.ids), b"1", "S16")
    found, _ = run.match(needs, need_names(queries), index.ids, versions, progress=progress)
    ranked = run.ranked(found)
    kept = run.told(needs, shown(ranked, lists_of(ranked, group_columns({}), top=20)))
    assert (kept.counts[:, 0] == 20).all(), "nothing to compare"
    told = blake2b(digest_size=16)
    for values in (found, kept):
        for one in fields(values):
            told.update(getattr(values, one.name).tobytes())
    return told.hexdigest()


def say(**said: Any) -> None:
    print(json.dumps(said), flush=True)


def main(folder: Path, master: str, range_texts: int) -> None:
    from panhuo.adapters.tables.spark import cluster_session

    index = MadeIndex()
    sessions: list[Any] = []

    def opened() -> Any:
        sessions.append(cluster_session(master))
        return sessions[0]

    def heard(_stage: str, done: int, total: int) -> None:
        say(done=done, total=total)

    with SparkRunner(index, SCORE, folder / "ranges", opened, range_texts=range_texts) as runner:  # type: ignore[arg-type]
        told = matched(folder, index, runner, heard)
        executors = sessions[0].sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1
    say(digest=told, executors=executors)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
