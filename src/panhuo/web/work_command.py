"""panhuo work: does the background jobs of a home. `panhuo serve` starts one beside itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from types import FrameType

import click

from panhuo.adapters.files.home import Home, HomeBusy, home_path, open_home

AGAIN_SECONDS = 1.0
"""Pause before a worker that died is started again, and between looks for a worker that is still there."""


@click.command("work")
@click.option("--home", metavar="DIR", help="installation folder [PANHUO_HOME, ~/.panhuo]")
@click.option("--once", is_flag=True, help="do what is due and end")
@click.option("--beside", type=int, default=0, hidden=True, help="number of the server it belongs to")
@click.option("--child-of", type=int, default=0, hidden=True, help="number of the keeper that started it")
@click.pass_context
def work(ctx: click.Context, home: str | None, once: bool, beside: int, child_of: int) -> None:  # noqa: FBT001 - click hands flags over
    """Do the background jobs of a home (imports and the like) until Ctrl-C or SIGTERM, which end it after the step.

    \b
    One worker works on a home; a second one waits. Beside panhuo serve none is needed: it starts its own.
    Example: panhuo work --home city
    """
    place = open_home(home_path(home or (ctx.obj or {}).get("home")))
    if beside:
        sys.exit(keep(place, server=beside))
    os.environ["PANHUO_HOME"] = str(place.root)
    os.environ["DJANGO_SETTINGS_MODULE"] = "panhuo.web.settings"
    _work(place, once=once, parent=child_of)


def _work(place: Home, *, once: bool, parent: int) -> None:
    from panhuo.desk.registry.opening import open_register, setup_django

    setup_django()
    from panhuo.desk.jobs.worker import Worker
    from panhuo.web.clock import now

    open_register(place, write=False)
    worker = Worker(place, clock=now, batch=once, parent=parent)
    worker.configure_signals()
    while worker.running:
        try:
            worker.run()
            return
        except HomeBusy:
            if once:
                raise
            time.sleep(AGAIN_SECONDS)


def start_beside(place: Home) -> subprocess.Popen[bytes]:
    """A keeper of workers for a server in this process; it ends with it."""
    call = [sys.executable, "-m", "panhuo.cli", "work", "--home", str(place.root), "--beside", str(os.getpid())]
    return subprocess.Popen(call, stdin=subprocess.DEVNULL)  # noqa: S603 - our own command


def keep(place: Home, *, server: int) -> int:
    """Start a worker and start it again when it dies, as long as the server is there. Returns the exit code.

    Holds neither Django nor the register, so that what kills a worker does not kill its keeper.
    """
    asked: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, note)
    call = [sys.executable, "-m", "panhuo.cli", "work", "--home", str(place.root), "--child-of", str(os.getpid())]
    while not asked and os.getppid() == server:
        child = subprocess.Popen(call, stdin=subprocess.DEVNULL)  # noqa: S603 - our own command
        told = False
        while child.poll() is None:
            if (asked or os.getppid() != server) and not told:
                child.send_signal(signal.SIGTERM)
                told = True
            time.sleep(0.1)
        if child.returncode == 0:
            break
        if not asked:
            time.sleep(AGAIN_SECONDS)
    return 0
