"""panhuo compact: late rows of the search table are taken into its index; started in the background by writers."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from panhuo.cli.frame import Answer, command, home_to_write, now, say

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.rules import InForce

SWITCH = "PANHUO_COMPACTION"
"""Set to `off`, nothing is started in the background; `panhuo compact` and `panhuo repair` do it then."""
LOWEST = 19
"""Priority of a process that gives way to all others."""


@command("compact")
@click.option("--background", is_flag=True, hidden=True)
def compact(*, home: Path, background: bool) -> Answer:
    """Take late rows of the search table into its index of words and drop what nobody reads.

    Others may read and write meanwhile; it stops as soon as a writer begins. Commands that leave many late rows start
    it by themselves in the background.

    \b
    Example: panhuo compact --home city
    """
    from panhuo.adapters.search.compaction import compact as compact_table
    from panhuo.adapters.search.compaction import giving_way

    place = home_to_write(home)
    if background:
        os.nice(LOWEST)

    def stopped() -> None:
        say("Stopped: a writer has begun. The search table is as it was.")
        os._exit(0)

    with giving_way(place.search, stopped):
        done = compact_table(place.search, now().isoformat(timespec="seconds"))
    if done is None:
        say("Nothing was compacted: there is no search table, or another process is at work on it.")
        return Answer(compacted=False, taken_into_index=0)
    say(f"{done.taken_in} rows were taken into the index of words.")
    return Answer(compacted=True, taken_into_index=done.taken_in)


def compact_later(place: Home, rules: InForce, waiting: int, rows: int) -> None:
    """When the running command has ended, start a compaction if as many rows wait as the pack says."""
    least = max(rules.integer("matching.compaction.rows"), rows * float(rules.decimal("matching.compaction.share")))
    called = click.get_current_context(silent=True)
    if waiting >= least and called is not None and os.environ.get(SWITCH) != "off":
        called.find_root().call_on_close(lambda: start_compaction(place.root))


def start_compaction(home: Path) -> int:
    """Start `panhuo compact` as a process of its own that outlives this one and writes to no terminal; its id."""
    to_nowhere = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
    called = [sys.executable, "-m", "panhuo.cli", "compact", "--home", str(home), "--background"]
    return os.posix_spawn(sys.executable, called, os.environ, file_actions=to_nowhere, setsid=True)
