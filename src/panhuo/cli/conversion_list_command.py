"""panhuo conversion-list: 专利转化清单, one row per need."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from panhuo.cli.frame import Answer, Day, command, home_to_write, now, say, today


@command("conversion-list")
@click.option("--at", "at", type=Day(), help="the day to stand on [today]")
@click.option("--out", type=click.Path(path_type=Path), required=True, help=".xlsx .csv .parquet .jsonl")
def conversion_list(*, home: Path, at: date | None, out: Path) -> Answer:
    """Write the demand side: one row per need with firm, figures, budget, matched patents, stage and next date.

    \b
    Needs a match of the same day: panhuo match --needs needs.xlsx --at 2025-11-30 --out match.xlsx
    Example: panhuo conversion-list --at 2025-11-30 --out conversion.xlsx
    """
    from panhuo.adapters.writers.tables import check_target
    from panhuo.desk.listings.demand import make_conversion_list
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack

    check_target(out)
    place = home_to_write(home)
    day = at or today()
    with place.writing():
        open_register(place, write=True)
        rows, pairs, run = make_conversion_list(place, load_pack(place.pack).at(day), out=out, made_at=now())
    matched = sum(bool(row.matched) for row in rows)
    say(f"{day}: {len(rows)} needs, {matched} of them with patents, {pairs} pairs. Wrote {out}.")
    return Answer(at=day, needs=len(rows), matched=matched, pairs=pairs, run=run.id, pack=run.pack, out=str(out))
