"""A search table that lives through days, for tests that kill the process at work on it.

As a program: `write FOLDER FIRST` brings the table from day to day and says each day when it is done; `compact FOLDER`
compacts it again and again; `rewrite FOLDER STEP` writes every row of day 0 anew and dies at that step.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from matching_fakes import CharacterTerms, lexicon
from panhuo.adapters.search import build, texts
from panhuo.adapters.search.build import SearchBuilder, SpaceRules
from panhuo.adapters.search.compaction import compact

WORDS = ["余热回收", "锅炉", "污泥", "干化", "电池", "负极", "石灰窑", "烟气", "换热器", "装置"]
RULES = SpaceRules(dimensions=8, vocabulary=500, min_texts=1, title_factor=2.0, refit_share=1_000.0)
TEXTS = 60
DAYS = 1_000


def assets_of(folder: Path, day: int) -> Path:
    """assets.parquet of a day: each day some texts go, some come, some say something else."""
    path = folder / f"day{day}.parquet"
    if not path.is_file():
        ids = [one for one in range(TEXTS + day) if (one + day) % 7]
        said = [random.Random(f"{one}-{(one + day) // 9}").sample(WORDS, 4) for one in ids]
        blank = pa.array([""] * len(ids), pa.string())
        columns: dict[str, Any] = {
            "asset_id": pa.array(ids, pa.int64()),
            "ip_type": pa.array(["invention"] * len(ids)),
            "title": pa.array(["".join(words[:2]) for words in said]),
            "abstract": pa.array(["，".join(words) for words in said]),
            **dict.fromkeys(("title_en", "abstract_en", "first_claim", "owner_type", "region_code"), blank),
            "ipc_keys": pa.array([["F27D"]] * len(ids), pa.list_(pa.string())),
        }
        draft = path.with_suffix(".new")
        pq.write_table(pa.table(columns), draft)
        draft.replace(path)
    return path


def versions_of(folder: Path, day: int) -> dict[int, str]:
    """asset_id -> version that the table must hold of that day."""
    return {one.asset_id: one.version for block in texts.patent_texts(assets_of(folder, day), ()) for one in block}


def builder(folder: Path) -> SearchBuilder:
    (folder / "search").mkdir(exist_ok=True)
    return SearchBuilder(folder / "search", lexicon(WORDS), CharacterTerms(), RULES, processes=1)


def die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def rewrite(folder: Path, step: str) -> None:
    """step: the first row, before any; rows, when some are written; settle, when all are; end: at the last mark."""
    texts.ROWS_AT_ONCE = 4
    steps = iter(range({"first": 0, "rows": 6, "settle": 0, "end": 1}[step]))
    name = {"first": "row_batch", "rows": "row_batch", "settle": "settle", "end": "write_current"}[step]
    plain = getattr(build, name)

    def until(*told: Any) -> Any:
        return plain(*told) if next(steps, None) is not None else die()

    setattr(build, name, until)
    builder(folder).repair(assets_of(folder, 0), "day0", rewrite=True)


def main() -> None:
    what, folder = sys.argv[1], Path(sys.argv[2])
    if what == "rewrite":
        rewrite(folder, sys.argv[3])
        return
    texts.ROWS_AT_ONCE = 4  # many small merges
    for day in range(int(sys.argv[3]) if what == "write" else 0, DAYS):
        if what == "write":
            builder(folder).refresh(assets_of(folder, day), f"day{day}")
            print(day, flush=True)
        else:
            print(compact(folder / "search", f"{day}") is not None, flush=True)


if __name__ == "__main__":
    main()
