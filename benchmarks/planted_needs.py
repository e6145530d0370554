"""What the first matching finds of the demo city's planted needs; prints the table of docs/demo-city.md.

Run: make judge-planted. The demo is run into out/planted-N/ (not part of the repository) unless it is there already,
and its needs are matched as an officer would: by the command line, with the twenty lines that it writes.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from panhuo.cli import run

SIZES = (3_000, 20_000)
DAY = "2025-11-30"
HEAD = (
    "| patents | may be offered | voice | first | within 10 | within 20 "
    "| mean reciprocal rank | top line strong | decoys offered |"
)


def main() -> None:
    print(HEAD)
    print("|---" * (HEAD.count("|") - 1) + "|")
    for patents in SIZES:
        for line in table(patents, Path("out") / f"planted-{patents}"):
            print(line)


def table(patents: int, place: Path) -> list[str]:
    """A line of the table for each voice."""
    home, out = place / "home", place / "matches.jsonl"
    city = home / "city" / f"{patents}-2025"
    if not (city / "truth").is_dir():
        _panhuo("demo", "--patents", str(patents), "--home", str(home))
    offered = _panhuo("match", "--needs", str(city / "needs"), "--at", DAY, "--out", str(out), "--home", str(home))
    truth = json.loads((city / "truth" / "truth.json").read_text(encoding="utf-8"))
    pairs = defaultdict(list)
    for line in out.read_text(encoding="utf-8-sig").splitlines():
        row = json.loads(line)
        pairs[row["need_id"]].append(row)
    found = []
    for voice in ("engineer", "layman"):
        needs = [need for need in truth["needs"] if need["voice"] == voice]
        found.append(f"| {patents:,} | {offered['offerable']:,} | {voice} | {' | '.join(figures(needs, pairs))} |")
    return found


def figures(needs: list[dict[str, Any]], pairs: dict[str, list[dict[str, Any]]]) -> list[str]:
    """First, within 10, within 20, mean reciprocal rank, needs with a strong top line, decoys offered."""
    ranks = [_rank(need["answer"], pairs[need["need_id"]]) for need in needs]
    strong = sum("weak_evidence" not in rows[0]["reason_codes"] for need in needs if (rows := pairs[need["need_id"]]))
    decoys = sum(_rank(need["decoy"], pairs[need["need_id"]]) > 0 for need in needs)
    reciprocal = sum(1 / rank for rank in ranks if rank) / len(ranks)
    within = [sum(0 < rank <= last for rank in ranks) for last in (1, 10, 20)]
    return [*map(str, within), f"{reciprocal:.3f}", str(strong), f"{decoys} of {len(needs)}"]


def _rank(number: str, rows: list[dict[str, Any]]) -> int:
    """Rank of a patent or a member of its family in a need's list; 0 where it is not there."""
    hits = (row["rank"] for row in rows if number in (row["publication_number"], *row["same_family"]))
    return min(hits, default=0)


def _panhuo(*arguments: str) -> dict[str, Any]:
    with redirect_stdout(StringIO()) as said:
        code = run([*arguments, "--json"])
    answer: dict[str, Any] = json.loads(said.getvalue())
    if code:
        sys.exit(f"panhuo {' '.join(arguments)}: {answer}")
    return answer


if __name__ == "__main__":
    main()
