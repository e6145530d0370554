"""panhuo study: 高校专利创新资源及运营状况 as a Word document."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from panhuo.cli.frame import Answer, Day, command, home_to_write, now, say, today


@command("study")
@click.option("--at", "at", type=Day(), help="the day to stand on [today]")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help=".docx")
def study(*, home: Path, at: date | None, out: Path) -> Answer:
    """Write the study of universities' patents: stock, years, fields, grades, use, dormant stock, teams.

    \b
    Grades and dormant rights are taken from the Runs of the same day, where there are any.
    Example: panhuo study --at 2025-11-30 --out study.docx
    """
    from panhuo.adapters.writers.atomic import check_place
    from panhuo.desk.listings.study import make_study
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack

    check_place(out)
    place = home_to_write(home)
    day = at or today()
    with place.writing():
        open_register(place, write=True)
        figures, run = make_study(place, load_pack(place.pack).at(day), out=out, made_at=now())
    say(f"{day}: {len(figures.stock)} institutions, {figures.totals['living']} living patents. Wrote {out}.")
    return Answer(at=day, owners=len(figures.stock), **figures.totals, run=run.id, pack=run.pack, out=str(out))
