"""Grading of N synthetic patents from stored columns, beside a bare scan of what it reads and hand-written SQL.

Ours: engine.grading.grade on DuckDB, written to Parquet. Scan: the lightest query that decodes every column that
grading reads (a maximum of each). Hand: grading_by_hand.sql, which writes the same columns; the three agree by digest
before anything is measured. Interleaved; medians and ranges of the ratios. The definition is built and compiled once
per pack and day, whatever the size, and told apart.
"""

from __future__ import annotations

import math
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import ibis

from benchmarks.grading_data import AT, write_tables
from panhuo.adapters.tables.duck import DuckTables, copy_statement, open_tables
from panhuo.engine.grading import SEI, Grades, grade, sei_by_asset, sei_evidence
from panhuo.engine.records.fields import ASSETS, EVENTS
from panhuo.engine.records.packing import kept_columns
from panhuo.rules import InForce, load_pack

THREADS = 2
SIZES = (100_000, 1_000_000)
GROWN = 5_000_000
ROUNDS = 7
READ = {
    "assets": (
        "asset_id ip_type jurisdiction region_code owner_code filing_date grant_date expiry_date data_day ipc_main"
        " claims_count first_claim_length cited_by_count family_count family_key publication_number publication_date"
        " co_owner_types family_members awards ipc_keys same_day_pair litigation_count"
    ),
    "status": "asset_id status",
    "events": "event_id asset_id event event_date known_on ends_on number amount_cny terms text",
    "sei": "asset_id sei_class sei_branches sei_evidence",
}
"""What grading reads, table by table."""
SCORED = [
    "legal",
    "technical",
    "economic",
    "right_stability",
    "field_trend",
    "operation_status",
    "examination_record",
    "dispute_history",
    "protection_scope",
    "claim_breadth",
    "claim_tree",
    "feature_comparability",
    "encumbrances",
    "citations_awards",
    "field_breadth",
    "readiness",
    "filing_trend",
    "policy_direction",
    "legal_term",
    "products_revenue",
    "deal_history",
    "family_layout",
]
"""Columns of grading_by_hand.sql that hold a score in hundredths."""
MEASURES = {
    "citations": "less",
    "claims": "less",
    "first_claim": "more",
    "family": "less",
    "grant_lag": "more",
    "remaining_term": "less",
}
STANDING = """
{m}_counted AS (
    SELECT cohort, {m}, {m}_peers AS peers, count(*) AS equal FROM figured JOIN sizes USING (cohort)
    WHERE {m} IS NOT NULL AND {m}_peers >= 10 GROUP BY ALL
), {m}_ranked AS (
    SELECT *, (sum(equal) OVER (PARTITION BY cohort ORDER BY {m} ROWS UNBOUNDED PRECEDING))::BIGINT AS upto
    FROM {m}_counted
), {m}_topped AS (
    SELECT *, min(CASE WHEN upto * 50 >= peers * 49 THEN {m} END) OVER (PARTITION BY cohort) AS top,
        CASE WHEN '{better}' = 'less' THEN upto - equal ELSE peers - upto END AS worse,
        CASE WHEN '{better}' = 'less' THEN least({m}, top) ELSE top - least({m}, top) END AS good FROM {m}_ranked
), {m}_standing AS (
    SELECT cohort, {m}, ((worse * 2 + equal - 1) * 20000 + (peers - 1) * 2) // ((peers - 1) * 4) AS {m}_percentile_e4,
        CASE WHEN top > 0 THEN (good::BIGINT * 20000 + top) // (top * 2)
            WHEN '{better}' = 'less' THEN 0 ELSE 10000 END AS {m}_index_e4 FROM {m}_topped
)"""


def run(patents: int, *, rounds: int = ROUNDS, folder: Path | None = None) -> dict[str, Any]:
    """Times (wall and CPU seconds) of the three, `rounds` times in turn, and the ratios."""
    rules = load_pack("demo_city").at(AT)
    with tempfile.TemporaryDirectory(prefix="panhuo-bench-") as made:
        place = folder or Path(made)
        paths = prepare(place, patents, rules)
        with open_tables(paths, threads=THREADS) as tables:
            return _measured(tables, rules, place, rounds)


def prepare(folder: Path, patents: int, rules: InForce) -> dict[str, Path]:
    """The stored columns: synthetic tables and, from them, the SEI evidence."""
    paths = write_tables(folder, patents, rules)
    with open_tables(paths, threads=THREADS) as tables:
        tables.write_parquet(sei_evidence(tables["assets"], rules), folder / "sei_evidence.parquet")
        evidence = tables.add("sei_evidence", folder / "sei_evidence.parquet")
        tables.write_parquet(sei_by_asset(evidence), folder / "sei.parquet")
    return {**paths, "sei": folder / "sei.parquet"}


def _measured(tables: DuckTables, rules: InForce, place: Path, rounds: int) -> dict[str, Any]:
    compiled, once = _timed(lambda: tables.compiled(_graded(tables, rules).packed))
    hand, ours = place / "hand.parquet", place / "ours.parquet"
    jobs: dict[str, Callable[[], object]] = {
        "scan": lambda: [tables.execute(_scan(name)) for name in READ],
        "ours": lambda: tables.execute(copy_statement(compiled, ours)),
        "hand": lambda: tables.execute(copy_statement(by_hand(), hand)),
    }
    for job in jobs.values():
        job()
    assert digest(ours) == digest(hand), "hand-written SQL and the definition disagree"
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            taken[name].append(_timed(job)[1])
    return {"once": once, "taken": taken, "mb": ours.stat().st_size / 1e6, "columns": len(_columns())}


def _graded(tables: DuckTables, rules: InForce) -> Grades:
    return grade(tables["assets"], tables["status"], tables["events"], tables["sei"], rules)


def by_hand() -> str:
    """grading_by_hand.sql with its five standings and the scores of its indicators written out."""
    text = Path(__file__).with_name("grading_by_hand.sql").read_text(encoding="utf-8")
    sizes = ", ".join(f"count({name}) AS {name}_peers" for name in MEASURES)
    standings = f"sizes AS (SELECT cohort, {sizes} FROM figured WHERE cohort IS NOT NULL GROUP BY cohort), "
    standings += ", ".join(STANDING.format(m=name, better=better) for name, better in MEASURES.items())
    columns = ", ".join(f"{name}_{part}" for name in MEASURES for part in ("index_e4", "percentile_e4"))
    columns += "".join(f", CASE WHEN f.{m} IS NOT NULL THEN {m}_peers END::INT AS {m}_peers" for m in MEASURES)
    ready = [f"{m}_{part}_e4 AS {m}_{part}" for m in MEASURES for part in ("index", "percentile")]
    ready += [f"{name}_peers" for name in MEASURES]
    joins = "LEFT JOIN sizes ON sizes.cohort = f.cohort\n" + "\n".join(
        f"LEFT JOIN {m}_standing ON {m}_standing.cohort = f.cohort AND {m}_standing.{m} = f.{m}" for m in MEASURES
    )
    text = text.replace("{standings}", standings).replace("{index_columns}", columns).replace("{index_joins}", joins)
    text = text.replace("{written_columns}", ", ".join(ready)).replace("{score_columns}", ", ".join(_scores()))
    return f"SELECT {', '.join(_columns())} FROM ({text})"


def _scores() -> list[str]:
    """Scores as they are kept, in hundredths."""
    return [f"{node} AS score_{node}" for node in SCORED]


def _columns() -> list[str]:
    """Columns that are written: the kept ones of a grade."""
    rules = load_pack("demo_city").at(AT)
    schemas = {"assets": ASSETS, "status": {"asset_id": "int64", "status": "string"}, "events": EVENTS, "sei": SEI}
    return kept_columns(grade(*(ibis.table(one, name=name) for name, one in schemas.items()), rules).packing)


def digest(path: Path) -> str:
    """Of all rows and columns, whatever their order in the file."""
    columns = ", ".join(f"coalesce({name}::VARCHAR, '~')" for name in _columns())
    rows = f"SELECT md5(concat_ws('|', {columns})) AS one FROM '{path}'"
    found = duckdb.sql(f"SELECT md5(string_agg(one, '' ORDER BY one)) FROM ({rows})").fetchall()
    return str(found[0][0])


def _scan(table: str) -> str:
    lists = {"co_owner_types", "family_members", "awards", "ipc_keys"}
    texts = set(
        [
            "ip_type",
            "jurisdiction",
            "region_code",
            "owner_code",
            "ipc_main",
            "family_key",
            "publication_number",
            "status",
            "event",
            "number",
            "terms",
            "text",
            "sei_class",
            "sei_branches",
            "sei_evidence",
        ]
    )
    kinds = {**dict.fromkeys(lists, "max(len({}))"), **dict.fromkeys(texts, "max(strlen({}))")}
    return f"SELECT {', '.join(kinds.get(name, 'max({})').format(name) for name in READ[table].split())} FROM {table}"


def _timed(job: Callable[[], Any]) -> tuple[Any, tuple[float, float]]:
    wall, cpu = time.perf_counter(), time.process_time()
    done = job()
    return done, (time.perf_counter() - wall, time.process_time() - cpu)


def _peak_mb(patents: int) -> int:
    """Peak memory of one process that grades and does nothing else (its data are made by another)."""
    code = (
        "import sys, resource; from pathlib import Path; from benchmarks.grading import *\n"
        "from benchmarks.grading import _graded\n"
        "rules = load_pack('demo_city').at(AT); folder = Path(sys.argv[1])\n"
        "paths = {name: folder / f'{name}.parquet' for name in READ}\n"
        "with open_tables(paths, threads=THREADS) as tables:\n"
        "    tables.write_parquet(_graded(tables, rules).packed, folder / 'peak.parquet')\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    with tempfile.TemporaryDirectory(prefix="panhuo-bench-") as folder:
        prepare(Path(folder), patents, load_pack("demo_city").at(AT))
        done = subprocess.run([sys.executable, "-c", code, folder], capture_output=True, text=True, check=True)
    return int(done.stdout)


def main() -> None:
    """Print the table of docs/performance.md, section Grading."""
    headings = ("patents", "scan s", "ours s (CPU)", "hand s (CPU)", "ours / scan (range)", "ours / hand (range)")
    print(f"| {' | '.join((*headings, 'once s', 'peak MB'))} |")
    print("|---|---|---|---|---|---|---|---|")
    for patents in SIZES:
        found = run(patents)
        taken = found["taken"]
        wall = {name: [one[0] for one in times] for name, times in taken.items()}
        cpu = {name: statistics.median(one[1] for one in times) for name, times in taken.items()}
        scan, hand = _ratio(wall["ours"], wall["scan"]), _ratio(wall["ours"], wall["hand"])
        middle = {name: statistics.median(times) for name, times in wall.items()}
        print(
            f"| {patents:,} | {middle['scan']:.2f} | {middle['ours']:.2f} ({cpu['ours']:.2f}) |"
            f" {middle['hand']:.2f} ({cpu['hand']:.2f}) | {scan} | {hand} | {found['once'][1]:.1f} |"
            f" {_peak_mb(patents)} |",
            flush=True,
        )
    if SIZES[-1] * 5 < GROWN:
        return
    wall, cpu = (sorted(one) for one in growth())
    told = [f"{statistics.median(one):.3f} ({one[0]:.3f}–{one[-1]:.3f})" for one in (wall, cpu)]
    print(f"\nExponent from {SIZES[-1]:,} to {GROWN:,} patents: {told[0]} of the time, {told[1]} of the CPU's.")


def growth(small: int = SIZES[-1], large: int = GROWN, *, rounds: int = 3) -> tuple[list[float], list[float]]:
    """Exponents of time over patents from the smaller to the larger register, wall and CPU, graded in turn."""
    rules = load_pack("demo_city").at(AT)
    found: tuple[list[float], list[float]] = ([], [])
    with tempfile.TemporaryDirectory(prefix="panhuo-bench-") as made:
        kept = {size: prepare(Path(made, str(size)), size, rules) for size in (small, large)}
        for _ in range(rounds + 1):  # the first round warms the files
            taken = {}
            for size, paths in kept.items():
                with open_tables(paths, threads=THREADS) as tables:
                    query = copy_statement(tables.compiled(_graded(tables, rules).packed), Path(made, "ours.parquet"))
                    taken[size] = _timed(lambda: tables.execute(query))[1]  # noqa: B023 - called at once
            for place, exponents in enumerate(found):
                exponents.append(math.log(taken[large][place] / taken[small][place]) / math.log(large / small))
    return found[0][1:], found[1][1:]


def _ratio(ours: list[float], other: list[float]) -> str:
    ratios = sorted(a / b for a, b in zip(ours, other, strict=True))
    return f"{statistics.median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})"


if __name__ == "__main__":
    main()
