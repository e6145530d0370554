"""panhuo lines: lines of a match with reasons as numbers, put into words for the needs that are opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.adapters.writers.tables import check_target, write_rows
from panhuo.cli.frame import Answer, command, home_to_write, say
from panhuo.cli.list_notes import synthetic_head
from panhuo.cli.match_rows import COLUMNS, EXPLAIN, sentences
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.rules.labels import Labels

SCORES = tuple(column.key for column in COLUMNS if column.key.startswith(("score_", "case_")))
SHOWN = (
    "need_id", "rank", "publication_number", "application_number", "title", "owners", "owner_type", "region_code",
    "ipc_main", "score", "level", "probability", "reason", "same_family", "series", "more_of_team", *SCORES,
    "asset_key",
)  # fmt: skip


@command("lines")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--need", "needs", multiple=True, required=True, help="number of a need; several times for several")
@click.option("--out", type=click.Path(path_type=Path), required=True, help=".xlsx .csv .parquet .jsonl")
def lines(*, home: Path, file: Path, needs: tuple[str, ...], out: Path) -> Answer:
    """Open needs of a match that was written with reasons as numbers.

    Titles and owners are those of the register as it is now.

    \b
    Example: panhuo lines all.parquet --need XQ2025-0007 --out one.xlsx
    """
    from panhuo.adapters.search.line_files import read_lines
    from panhuo.desk.registry.export import current_projection
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack
    from panhuo.rules.labels import Labels

    check_target(out)
    at, found = read_lines(file, needs)
    held = {row["need_id"] for row in found}
    missing = [one for one in needs if one not in held]
    if missing:
        raise DomainError(
            f"{file} has no line for the need {missing[0]}: it was not asked, or nothing was found for it.",
            code="unknown_need",
            needs=missing,
        )
    place = home_to_write(home)
    with place.writing():
        open_register(place, write=True)
        rules = load_pack(place.pack).at(at)
        facts = _facts(place, rules, current_projection(place, rules), found)
    columns = [column for column in COLUMNS if column.key in SHOWN]
    words = Labels(rules) if out.suffix.lower() == ".xlsx" else None
    rows = [_cells(row, facts, words) for row in found]
    gone = sum(row["asset_id"] not in facts for row in found)
    written = write_rows(
        out, columns, (tuple(row[column.key] for column in columns) for row in rows), sheet_title="供需匹配",
        head=synthetic_head(place, rules, "供需匹配"), explain=EXPLAIN,
    )  # fmt: skip
    say(f"{len(held)} needs, {written} lines. Wrote {out}." + f" {gone} rights are no longer there." * bool(gone))
    return Answer(needs=len(held), pairs=written, gone=gone, at=at, out=str(out))


def _facts(place: Any, rules: Any, projection: Any, found: Sequence[Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    from panhuo.adapters.search.cutter import lexicon
    from panhuo.cli.match_job import MatchJob
    from panhuo.cli.match_needs import NeedsFile
    from panhuo.engine.matching.needs import need_rules

    job = MatchJob(place, rules, projection, NeedsFile(), need_rules(rules))
    try:
        job.lexicon = lexicon(rules)
        return job.facts({one for row in found for one in (row["asset_id"], *row["same_family"], *row["series"])})
    finally:
        job.close()


def _cells(row: Mapping[str, Any], facts: Mapping[int, Mapping[str, Any]], words: Labels | None) -> dict[str, Any]:
    from panhuo.engine.matching.reasons import Reason, whole_words

    right = facts.get(row["asset_id"], {})
    shared = whole_words(row["shared"])
    in_title = [word for word in shared if word in row["in_title"]]
    reasons = []
    if shared:
        reasons.append(Reason("shared_words", {"words": shared, "in_title": in_title, "heard_in": []}))
    if row["near"]:
        reasons.append(Reason("near_words", {"pairs": row["near"]}))
    level, owner_type = str(row["level"]), right.get("owner_type", "")
    return {
        **{name: right.get(name, "") for name in ("publication_number", "application_number", "region_code")},
        "need_id": row["need_id"],
        "rank": row["rank"],
        "title": right.get("shown_title", ""),
        "owners": right.get("owners") or [],
        "owner_type": words.word("owner_type", owner_type) if words else owner_type,
        "ipc_main": right.get("ipc_main", ""),
        **{name: round(row[name], 6) for name in ("score", *SCORES)},
        "level": words.word("match_level", level) if words else level,
        "probability": round(row["probability"], 4),
        "reason": "；".join(sentences(reasons, ipc=right.get("ipc_main", ""), years=None)),
        **{name: [_number(facts, one) for one in row[name]] for name in ("same_family", "series")},
        "more_of_team": row["more_of_team"],
        "asset_key": right.get("asset_key", ""),
    }


def _number(facts: Mapping[int, Mapping[str, Any]], asset_id: int) -> str:
    right = facts.get(asset_id, {})
    return right.get("publication_number") or right.get("application_number") or ""
