"""panhuo ledger: the conversion ledger of a month from official lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from panhuo.cli.frame import Answer, command, home_to_write, now, say


@command("ledger")
@click.option("--month", metavar="YYYY-MM", required=True, help="the month to count")
@click.option("--out", type=click.Path(path_type=Path), required=True, help=".xlsx .csv .parquet .jsonl")
def ledger(*, home: Path, month: str, out: Path) -> Answer:
    """Count licences and transfers of a month by 件次; what is no conversion is struck out and shown.

    \b
    Example: panhuo ledger --month 2025-11 --out ledger-2025-11.xlsx
    """
    from panhuo.adapters.writers.tables import check_target
    from panhuo.desk.listings.monthly import make_ledger
    from panhuo.desk.registry.opening import open_register
    from panhuo.engine.indicators.ledger import month_of
    from panhuo.rules import load_pack

    first, last = month_of(month)
    check_target(out)
    place = home_to_write(home)
    with place.writing():
        open_register(place, write=True)
        made, run = make_ledger(place, load_pack(place.pack).at(last), first=first, last=last, out=out, made_at=now())
    figures: dict[str, Any] = {figure.code: figure.value for figure in made.figures}
    say(
        f"{month}: {figures['licence.counted']} licences and {figures['transfer.counted']} transfers count, "
        f"{figures['all.university_to_msme']} of them from universities to small firms; "
        f"{len(made.conversions) - figures['all.counted']} struck out, {figures['contract.missing']} contracts "
        f"without recordal. Wrote {out}."
    )
    if not made.conversions:
        say(
            f"No list in the register speaks of {month}. If the month's licences, transfers or contracts have not come "
            "in yet, import them and count again."
        )
    return Answer(
        month=month, figures=figures, covered_until=made.covered_until, run=run.id, pack=run.pack, out=str(out)
    )
