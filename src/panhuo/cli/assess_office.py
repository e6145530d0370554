"""What the assess commands share: the opened register, who acts, what is told of a filled form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.cli.frame import Answer, Day, home_to_write, now, say, today
from panhuo.cli.rejected_rows import tell_rejects

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.desk.assessments.intake import Office, Taken

AT = click.option("--at", "at", type=Day(), help="the day of the act [today]")
ACTOR = click.option("--actor", default="", metavar="NAME", help="who does it; kept in the history")
CASE = click.option("--case", "case", required=True, metavar="NUMBER", help="number of the case, or of its patent")


@contextmanager
def office_of(home: Path, *, actor: str, at: date | None, writes: bool = True) -> Iterator[tuple[Home, Office]]:
    """The home with its register open, under the writer's lock for what writes, and who acts by which rules."""
    from panhuo.desk.assessments.intake import Office
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack

    place = home_to_write(home)
    day = at or today()
    with place.writing() if writes else nullcontext():
        open_register(place, write=writes)
        yield place, Office(load_pack(place.pack).at(day), actor, day, now())


def tell_taken(taken: Taken, path: Path, **more: Any) -> Answer:
    """Say and answer what a form gave; exit code 0 also with refused rows, as panhuo import has it."""
    counts = {state: taken.counts[state] for state in ("new", "changed", "unchanged", "blank")}
    told = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
    say(f"{path}: {taken.rows} rows, {told or 'none taken'}, {len(taken.rejects)} refused.")
    if taken.left_out:
        say(f"Columns that the form does not know were left out: {', '.join(taken.left_out)}")
    answer = Answer(file=str(path), rows=taken.rows, **counts, told=taken.told, left_out=taken.left_out, **more)
    tell_rejects(answer, taken.rejects, path)
    return answer


def one_of(
    path: Path | None, template: Path | None, act: Callable[[Path], Answer], make: Callable[[Path], Answer]
) -> Answer:
    """A form is either read or written. Raises: DomainError code wrong_call."""
    from panhuo.terms.errors import DomainError

    if path is not None and template is None:
        return act(path)
    if template is not None and path is None:
        return make(template)
    raise DomainError("Name either a filled FILE or --template OUT.xlsx.", code="wrong_call")
