"""The Runs that a list stands on; without one it is refused with the command that makes it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from panhuo.adapters.files.home import Home
from panhuo.desk.history import latest_run
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.desk.history.models import Run


class NoRun(DomainError):
    """Nothing was computed yet for the register as it stands and the day asked for."""

    code = "no_run"


def standing_run(home: Home, command: str, *, version: str, at: date, how: str) -> Run:
    """The latest Run of a command on this version of the register and this day.

    Args: how: the options that make it, such as "--at 2025-11-30 --out grade.xlsx". Raises: NoRun naming the command.
    """
    run = latest_run(command, inputs_digest=version, at=at)
    if run is None:
        call = f"panhuo {command} {how} --home {home.root}"
        raise NoRun(
            f"There is no {command} of the register as it stands for {at}. Call: {call}",
            command=command,
            call=call,
            at=at,
        )
    return run


def result_of(home: Home, run: Run | None, name: str) -> Path | None:
    """A kept result of a Run, None where there is no Run or it kept none of that name."""
    path = home.runs / run.id / name if run else None
    return path if path and path.is_file() else None
