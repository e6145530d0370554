"""panhuo stock-export: the batch workbook of the national stock inventory."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from panhuo.cli.frame import Answer, Day, command, home_to_write, say, today


@command("stock-export")
@click.option("--at", "at", type=Day(), help="the day to stand on [today]")
@click.option("--owner", metavar="CODE", help="credit code or name of one owner [all institutions]")
@click.option("--out", type=click.Path(path_type=Path), required=True, help=".xlsx .csv .parquet .jsonl")
def stock_export(*, home: Path, at: date | None, owner: str | None, out: Path) -> Answer:
    """Write living patents with what their owners stated, in the columns of the stock inventory template.

    \b
    The filled workbook comes back by panhuo import. The scheme is unconfirmed: the official sheet is not known.
    Example: panhuo stock-export --owner 云湖大学 --out inventory.xlsx
    """
    from panhuo.adapters.writers.tables import check_target
    from panhuo.desk.listings.stock_export import write_stock_inventory
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack

    check_target(out)
    place = home_to_write(home)
    day = at or today()
    with place.writing():
        open_register(place, write=True)
        rules = load_pack(place.pack).at(day)
        rows = write_stock_inventory(place, rules, owner=owner, out=out)
        scheme, status = rules.text("stock.template_scheme"), rules.status_of("stock_template")
    say(f"Wrote {rows} patents to {out} (scheme {scheme}, {status}).")
    return Answer(at=day, rows=rows, scheme=scheme, status=status, out=str(out))
