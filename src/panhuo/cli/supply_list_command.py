"""panhuo supply-list: 专利技术供给清单 第N期, numbered and frozen."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from panhuo.cli.frame import Answer, Day, command, home_to_write, now, say, today


@command("supply-list")
@click.option("--at", "at", type=Day(), help="the day to stand on [today]")
@click.option("--audience", metavar="TEXT", default="", help="whom this edition is for")
@click.option("--edition", "number", type=int, help="write a published edition again, as it was frozen")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="folder for the files")
def supply_list(*, home: Path, at: date | None, audience: str, number: int | None, out: Path) -> Answer:
    """Publish the supply list: consented, unburdened rights; all others stand in a separate annex 待确认.

    \b
    Needs a grade of the same day: panhuo grade --at 2025-11-30 --out grade.xlsx
    Example: panhuo supply-list --at 2025-11-30 --audience 电子信息企业 --out lists
    """
    from panhuo.adapters.writers.atomic import check_place
    from panhuo.desk.listings.supply import edition_of, make_supply_list, write_edition
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack

    check_place(out / "list.xlsx")
    place = home_to_write(home)
    with place.writing():
        open_register(place, write=True)
        if number is not None:
            edition = edition_of(number)
            rules = load_pack(place.pack).at(edition.day)
            files = write_edition(edition, out, rules, synthetic=place.kind == "demo")
            say(f"Wrote edition {number} of {edition.day} again to {out}.")
            return Answer(edition=number, new=False, at=edition.day, files=[str(path) for path in files])
        day = at or today()
        rules = load_pack(place.pack).at(day)
        made = make_supply_list(place, rules, at=day, audience=audience.strip(), out=out, made_at=now())
    word = "new" if made.is_new else "the same content as before"
    say(f"Edition {made.edition.number} ({word}): {made.listed} listed, {made.annex} to be confirmed. Wrote {out}.")
    return Answer(
        edition=made.edition.number,
        new=made.is_new,
        at=day,
        audience=made.edition.audience,
        listed=made.listed,
        annex=made.annex,
        sources=made.by_source,
        bars=made.by_bar,
        digest=made.edition.digest,
        run=made.edition.run_id,
        pack=made.edition.pack,
        files=[str(path) for path in made.files],
    )
