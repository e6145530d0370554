"""The search table built from nothing, with a tantivy index of the same words in the same run.

Run: make bench-index (50,000 texts), or python -m benchmarks.indexing 200000. Texts are synthetic and seeded: titles
and abstracts in sentences, with formulae, figures and terms that the dictionary lacks. Vectors of terms are drawn, not
asked of a model: a model embeds 100 terms a second, 20,000 at most and once in the life of an installation, whatever
the number of texts. The build runs in a process of its own; memory is counted with its workers, pages that they share
for each.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.matching_data import MadeTexts
from panhuo.adapters.search.build import SearchBuilder, space_rules
from panhuo.adapters.search.cutter import lexicon
from panhuo.adapters.search.lance import TABLE, connect
from panhuo.engine.ports import Floats
from panhuo.rules import load_pack

DAY = date(2026, 11, 22)
FOLDER = Path(os.environ.get("PANHUO_BENCH", "out/bench-index"))
TITLE, CLAUSES, CLAUSE = 4, 11, 7
"""Words of a title; clauses of an abstract; words of a clause."""
COMPOUNDS = 3_000
"""Pairs of words that always stand together, for the miner to find."""
LINKS = ("", "", "", "的", "和", "与", "及")
STARTS = ("所述", "", "其中", "通过", "", "并设置有", "使", "用于")
FIGURES = ("10mm", "200℃", "0.5MPa", "30%", "15kW", "1-3", "PLC", "LED")
DIMENSIONS = 384


class DrawnTerms:
    """A TermEncoder without a model: a term's vector is drawn from its digest."""

    model = "drawn-1"
    dimensions = DIMENSIONS

    def encode(self, terms: Sequence[str]) -> Floats:
        """(n, DIMENSIONS), unit length."""
        seeds = (int.from_bytes(blake2b(term.encode(), digest_size=8).digest(), "big") for term in terms)
        rows = [np.random.default_rng(seed).standard_normal(DIMENSIONS) for seed in seeds]
        matrix = np.array(rows, np.float32).reshape(len(terms), DIMENSIONS)
        return (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)


def made_assets(folder: Path, count: int, seed: int = 20251130) -> Path:
    """assets.parquet with `count` patents, made once; the same seed gives the same first patents."""
    path = folder / f"assets-{count}.parquet"
    if not path.is_file():
        made = MadeTexts(folder, count, seed)
        random = np.random.default_rng(seed + 9)
        words = list(made.words)
        partners = random.integers(0, len(words), COMPOUNDS)
        spelt = [word + words[partner] for word, partner in zip(words[300 : 300 + COMPOUNDS], partners, strict=True)]
        words[300 : 300 + COMPOUNDS] = spelt
        draft = path.with_suffix(".new")
        with pq.ParquetWriter(draft, SCHEMA, compression="zstd") as writer:
            first = 1
            for block in made.blocks():
                for start in range(0, len(block), 10_000):
                    part = block[start : start + 10_000]
                    writer.write_batch(_patents(part, first, words, random))
                    first += len(part)
        draft.replace(path)
    return path


SCHEMA = pa.schema(
    [
        ("asset_id", pa.int64()),
        *((name, pa.string()) for name in ("ip_type", "title", "title_en", "abstract", "abstract_en", "first_claim")),
        ("owner_type", pa.string()),
        ("region_code", pa.string()),
        ("ipc_keys", pa.list_(pa.string())),
    ]
)


def _patents(block: Any, first: int, words: list[str], random: Any) -> pa.RecordBatch:
    titles, abstracts = [], []
    draws = random.integers(0, 1 << 30, (len(block), CLAUSES))
    for row, drawn in zip(block.tolist(), draws.tolist(), strict=True):
        title = "一种" + "".join(words[one] for one in row[:TITLE])
        clauses = []
        for place, draw in enumerate(drawn):
            told = row[TITLE + place * CLAUSE : TITLE + (place + 1) * CLAUSE]
            link = LINKS[draw % len(LINKS)]
            figure = FIGURES[draw // 97 % len(FIGURES)] if draw % 5 == 0 else ""
            clauses.append(
                STARTS[draw // 7 % len(STARTS)]
                + "".join(words[one] for one in told[:3])
                + link
                + "".join(words[one] for one in told[3:])
                + figure
            )
        titles.append(title)
        abstracts.append(f"本发明公开了{title}，包括{'，'.join(clauses[:5])}；{'，'.join(clauses[5:])}。")
    size = len(block)
    ids = np.arange(first, first + size)
    blank = pa.array([""] * size, pa.string())
    return pa.record_batch(
        [
            pa.array(ids, pa.int64()),
            pa.array(np.where(ids % 3 == 0, "utility_model", "invention"), pa.string()),
            pa.array(titles, pa.string()),
            blank,
            pa.array(abstracts, pa.string()),
            blank,
            blank,
            pa.array(np.where(ids % 4 == 0, "university", "enterprise"), pa.string()),
            pa.array(np.char.add("51", np.char.zfill((ids % 50).astype(str), 4)), pa.string()),
            pa.array([[f"{'ABCDEFGH'[one % 8]}{one % 90 + 10:02d}B1/00"] for one in block[:, 0].tolist()]),
        ],
        schema=SCHEMA,
    )


def build(assets: Path, folder: Path) -> dict[str, Any]:
    """The first build, in this process; seconds of each stage and of the whole."""
    began = time.monotonic()
    seen: dict[str, list[float]] = {}

    def tell(stage: str, done: int, total: int, **more: Any) -> None:  # noqa: ARG001 - a Progress
        now = time.monotonic()
        seen.setdefault(stage, [now, now])[1] = now

    rules = load_pack("national").at(DAY)
    builder = SearchBuilder(folder, lexicon(rules), DrawnTerms(), space_rules(rules), progress=tell)
    ready = time.monotonic()
    table = builder.refresh(assets, "made")
    took = time.monotonic() - ready
    return {
        "texts": table.texts,
        "seconds": round(took, 1),
        "texts_per_second": round(table.texts / took),
        "start": round(ready - began, 1),
        "stages": {stage: round(last - first, 1) for stage, (first, last) in seen.items()},
        "mined": len(list((folder / table.generation / "terms.csv").read_text(encoding="utf-8-sig").splitlines())) - 1,
        "space": table.space.id,
    }


def measured(assets: Path, folder: Path) -> dict[str, Any]:
    """`build` in a process of its own, with the memory of it and its workers."""
    command = [sys.executable, "-m", "benchmarks.indexing", "--build", str(assets), str(folder)]
    peak = 0
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as job:
        while job.poll() is None:
            peak = max(peak, _held(job.pid))
            time.sleep(0.2)
        assert job.stdout is not None
        told: dict[str, Any] = json.loads(job.stdout.read())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    told["cpu_seconds"] = round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1)
    return {**told, "peak_mb": peak >> 20}


def _held(pid: int) -> int:
    """Resident bytes of a process and all below it."""
    held = 0
    with suppress(OSError):
        held += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
        for task in Path(f"/proc/{pid}/task").iterdir():
            held += sum(_held(int(child)) for child in (task / "children").read_text().split())
    return held


def tantivy_seconds(folder: Path) -> tuple[float, int]:
    """Seconds for tantivy to index the words of the table in `folder`, on as many threads; and its texts."""
    import tantivy

    (generation,) = (path for path in folder.iterdir() if path.is_dir())
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("words", stored=False, tokenizer_name="whitespace", index_option="freq")
    schema.add_integer_field("id", stored=True)
    index = tantivy.Index(schema.build())
    threads = len(os.sched_getaffinity(0))
    writer = index.writer(heap_size=500_000_000, num_threads=threads)
    batches = _batches(connect(generation).open_table(TABLE))
    count, began = 0, time.monotonic()
    for ids, words in batches:
        for asset_id, told in zip(ids, words, strict=True):
            writer.add_document(tantivy.Document(words=told, id=asset_id))
        count += len(ids)
    writer.commit()
    writer.wait_merging_threads()
    return time.monotonic() - began, count


def _batches(table: Any) -> Iterator[tuple[list[int], list[str]]]:
    for batch in table.search().select(["asset_id", "words"]).limit(None).to_batches(batch_size=10_000):
        yield batch["asset_id"].to_pylist(), batch["words"].to_pylist()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("texts", type=int, nargs="?", default=50_000)
    asked.add_argument("--build", nargs=2, metavar=("ASSETS", "FOLDER"), help="only build, in this process")
    asked.add_argument("--keep", metavar="FOLDER", help="build there and leave the table")
    given = asked.parse_args()
    if given.build:
        print(json.dumps(build(Path(given.build[0]), Path(given.build[1]))))
        return
    assets = made_assets(FOLDER, given.texts)
    folder = Path(given.keep) if given.keep else Path(tempfile.mkdtemp(prefix="panhuo-index-"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        told = {"cores": len(os.sched_getaffinity(0)), "load": round(os.getloadavg()[0], 2)}
        told |= measured(assets, folder)
        with suppress(ImportError):
            seconds, _ = tantivy_seconds(folder)
            told |= {"tantivy_seconds": round(seconds, 1), "of_tantivy": round(told["seconds"] / seconds, 2)}
        print(json.dumps(told, indent=1, ensure_ascii=False))
    finally:
        if not given.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
