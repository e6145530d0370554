"""panhuo lists: rights that end or pass ten years within a year, fees payable."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from panhuo.cli.frame import Answer, Day, command, home_to_write, now, say, today


@command("lists")
@click.option("--at", "at", type=Day(), help="the day to stand on [today]")
@click.option("--owner", metavar="CODE", help="credit code or name of one owner [all]")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="folder for the files")
def lists(*, home: Path, at: date | None, owner: str | None, out: Path) -> Answer:
    """List what runs out: terms that end, inventions that pass ten years, annual fees to pay.

    \b
    Example: panhuo lists --at 2025-11-30 --out lists
    """
    from panhuo.adapters.writers.atomic import check_place
    from panhuo.desk.listings.calendars import make_calendar_lists
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack

    check_place(out / "list.xlsx")
    place = home_to_write(home)
    day = at or today()
    with place.writing():
        open_register(place, write=True)
        made = make_calendar_lists(place, load_pack(place.pack).at(day), at=day, owner=owner, out=out, made_at=now())
    say(
        f"{day}: {made.expiring} terms end and {made.ten_years} inventions pass ten years within the months of the "
        f"pack; {made.fees} fees, {made.payable_cny} yuan payable. Wrote {out}."
    )
    return Answer(
        at=day,
        expiring=made.expiring,
        ten_years=made.ten_years,
        fees=made.fees,
        payable_cny=made.payable_cny,
        run=made.run.id,
        pack=made.run.pack,
        files=[str(path) for path in made.files],
    )
