"""panhuo lines: lines of a match with reasons as numbers, put into words for the needs that are opened."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.adapters.writers.columns import Column
from panhuo.adapters.writers.list_notes import synthetic_head
from panhuo.adapters.writers.tables import check_target, write_rows
from panhuo.cli.files_apart import check_apart
from panhuo.cli.frame import Answer, command, home_to_write, say
from panhuo.cli.match_rows import COLUMNS, EXPLAIN, in_words
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from panhuo.rules.labels import Labels

CHANGED = Column("changed", "匹配后变化", "list", 20)
"""What of a line is no longer as it was: gone, not_offerable, unknown, facts."""
EXPLAIN_CHANGED = {
    "changed": "登记数据在匹配之后的变化：分数、等级为匹配时的，其余各列按现在的登记数据、以匹配之日判断"
}


@command("lines")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--need", "needs", multiple=True, required=True, help="number of a need; several times for several")
@click.option("--out", type=click.Path(path_type=Path), required=True, help=".xlsx .csv .parquet .jsonl")
def lines(*, home: Path, file: Path, needs: tuple[str, ...], out: Path) -> Answer:
    """Open needs of a match that was written with reasons as numbers.

    Scores and levels are those of the match; titles, owners, reasons and what may be offered are those of the register
    as it is now, judged for the day of the match, and what has changed since is told on the line.

    \b
    Example: panhuo lines all.parquet --need XQ2025-0007 --out one.xlsx
    """
    from panhuo.adapters.search.line_files import beside, read_lines
    from panhuo.cli.opened_lines import LinesOnRegister
    from panhuo.desk.registry.export import current_projection
    from panhuo.desk.registry.opening import open_register
    from panhuo.engine.matching.needs import need_rules
    from panhuo.rules import load_pack
    from panhuo.rules.labels import Labels

    check_target(out)
    check_apart((out,), beside(file))
    opened = read_lines(file, needs)
    held = {row["need_id"] for row in opened.lines}
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
        rules = load_pack(place.pack).at(opened.at)
        on_register = LinesOnRegister(place, rules, current_projection(place, rules), need_rules(rules), opened, file)
        try:
            told, changes = list(on_register.rows()), list(on_register.changes())
        finally:
            on_register.close()
    words = Labels(rules) if out.suffix.lower() == ".xlsx" else None
    shown = (_shown(cells, changed, words) for cells, changed in zip(told, changes, strict=True))
    written = write_rows(
        out, [*COLUMNS, CHANGED], shown, sheet_title="供需匹配", head=synthetic_head(place, rules, "供需匹配"),
        explain=EXPLAIN | EXPLAIN_CHANGED,
    )  # fmt: skip
    counts = Counter(code for changed in changes for code in changed)
    say(f"{len(held)} needs, {written} lines. Wrote {out}.")
    if counts:
        said = ", ".join(f"{code} {number}" for code, number in sorted(counts.items()))
        say(f"Changed in the register since the match, marked on the lines: {said}.")
    return Answer(
        needs=len(held), pairs=written, gone=counts["gone"], changed=dict(sorted(counts.items())), at=opened.at,
        out=str(out),
    )  # fmt: skip


def _shown(cells: tuple[object, ...], changed: Sequence[str], words: Labels | None) -> tuple[Any, ...]:
    if words is None:
        return (*cells, list(changed))
    row = dict(zip((column.key for column in COLUMNS), cells, strict=True))
    return (*in_words(row, words), [words.word("line_change", code) for code in changed])
