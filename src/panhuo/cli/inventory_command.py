"""panhuo inventory: work every patent out for a day, for the pages of the site."""

from __future__ import annotations

import getpass
from datetime import date
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from panhuo.cli.frame import Answer, Day, command, home_to_write, now, say
from panhuo.cli.people_command import ACTOR


@command("inventory")
@click.option("--at", "at", type=Day(), required=True, help="the day to stand on")
@click.option("--pack", "pack_name", metavar="PACK", help="policy pack [the home's]")
@ACTOR
def inventory(*, home: Path, at: date, pack_name: str | None, actor: str) -> Answer:
    """Take stock: status, dormancy, grade and next fee of every patent, kept for the site's pages.

    \b
    Example: panhuo inventory --at 2025-11-30
    """
    from panhuo.desk.inventory.actions import take_inventory
    from panhuo.desk.people.access import Operator
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack

    place = home_to_write(home)
    console = Console(stderr=True)
    with place.writing():
        open_register(place, write=True)
        rules = load_pack(pack_name or place.pack).at(at)
        with Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            console=console, transient=True, disable=not console.is_terminal,
        ) as shown:  # fmt: skip
            task = shown.add_task("patents", total=None)
            made = take_inventory(
                place,
                rules,
                actor=Operator(actor.strip() or getpass.getuser()),
                at=now(),
                progress=lambda done, of: shown.update(task, completed=done, total=of),
            )
    states = made.figures["dormancy"]
    say(
        f"{made.day}: {made.rows} patents, {made.figures['status'].get('granted_in_force', 0)} in force, "
        f"{states.get('dormancy_candidate', 0)} candidates, {states.get('dormant', 0)} dormant."
    )
    return Answer(inventory=made.pk, at=made.day, patents=made.rows, figures=made.figures, pack=made.pack)
