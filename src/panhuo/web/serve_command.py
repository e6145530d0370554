"""panhuo serve: the site of a home, on this machine unless told otherwise."""

from __future__ import annotations

import ipaddress
import os
import secrets
from pathlib import Path
from typing import Any

import click

from panhuo.adapters.files.home import Home, existing_home, home_path, open_home
from panhuo.terms.errors import DomainError
from panhuo.web.work_command import start_beside


@click.command("serve")
@click.option("--home", metavar="DIR", help="installation folder [PANHUO_HOME, ~/.panhuo; with --demo that + -demo]")
@click.option("--host", default="127.0.0.1", show_default=True, help="address to listen on")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option(
    "--threads", type=click.IntRange(1, 64), default=8, show_default=True, help="requests at the same time, per process"
)
@click.option("--processes", type=click.IntRange(1, 16), default=1, show_default=True)
@click.option("--demo", is_flag=True, help="serve a demo home: an account per role, one password, printed")
@click.option("--no-worker", is_flag=True, help="background jobs are done by a panhuo work of your own")
@click.option("--prepare", is_flag=True, help="bring the home up to date and end; before a server of your own")
@click.pass_context
def serve(
    ctx: click.Context,
    home: str | None,
    host: str,
    port: int,
    threads: int,
    processes: int,
    demo: bool,  # noqa: FBT001 - click hands flags over
    no_worker: bool,  # noqa: FBT001 - click hands flags over
    prepare: bool,  # noqa: FBT001 - click hands flags over
) -> None:
    """Serve the site: brings the register's tables up to date, then answers until Ctrl-C. Never puts data in.

    \b
    Settings come from the environment (docs/site.md). --demo serves a home that panhuo demo made.
    Example: panhuo serve --home city --port 8000
    """
    place = _place(home or (ctx.obj or {}).get("home"), demo=demo)
    if demo and not _is_loopback(host):
        raise DomainError(
            f"--demo prints a password and is for this machine only; {host} is seen by others. Leave --host out.",
            code="demo_is_local",
        )
    os.environ["PANHUO_HOME"] = str(place.root)
    os.environ["DJANGO_SETTINGS_MODULE"] = "panhuo.web.settings"
    password = _prepare(place, demo=demo)
    if prepare:
        click.echo(f"{place.root} is up to date.", err=True)
        return
    shown = f"http://{'localhost' if _is_loopback(host) else host}:{port}/"
    click.echo(f"盘活 Panhuo: {shown}  ({place.root}; Ctrl-C ends it)", err=True)
    if password:
        click.echo(f"演示账号见登录页 accounts are on the sign-in page   密码 password: {password}", err=True)
    keeper = None if no_worker else start_beside(place)
    try:
        _run(f"{host}:{port}", threads=threads, processes=processes)
    finally:
        if keeper is not None:
            keeper.terminate()
            keeper.wait()


def _place(named: str | None, *, demo: bool) -> Home:
    if not demo:
        return open_home(home_path(named))
    path = home_path(named) if named else Path(f"{home_path(None)}-demo")
    found = existing_home(path)
    if found is None:
        raise DomainError(f"There is no demo home in {path}. Make it first: panhuo demo --home {path}", code="no_demo")
    if found.kind != "demo":
        raise DomainError(
            f"{path} is an installation for real data; --demo would open it with a password on the screen. "
            "Serve it without --demo, or name a home that panhuo demo made.",
            code="home_is_real",
        )
    return found


def _prepare(place: Home, *, demo: bool) -> str:
    """Secret, tables, checks. Returns the password of the demo accounts, "" where there is none."""
    from panhuo.web.secret_key import make_secret

    make_secret(place.root)
    from django.core.management import call_command
    from django.db import connections

    from panhuo.desk.registry.opening import open_register, setup_django

    setup_django()
    from panhuo.web.checks import refuse_unsound

    with place.writing():
        open_register(place, write=True)
        call_command("createcachetable", verbosity=0)
        call_command("clearsessions", verbosity=0)
        password = _demo_people(place) if demo else ""
    connections.close_all()
    refuse_unsound()
    return password


def _demo_people(place: Home) -> str:
    """The people of the demo city, an inventory and a year of the ledger, made at the first call.

    Returns their password, a new one at each call.
    """
    from django.utils.timezone import localdate

    from panhuo.demo_city.people import open_demo
    from panhuo.desk.history import latest_run
    from panhuo.desk.inventory.access import current_inventory
    from panhuo.desk.inventory.actions import take_inventory
    from panhuo.desk.listings.ledger_actions import keep_ledger, months_between
    from panhuo.desk.people.access import Operator
    from panhuo.rules import load_pack
    from panhuo.terms.dates import add_months
    from panhuo.web.clock import now

    at = now()
    password = os.environ.get("PANHUO_DEMO_PASSWORD") or secrets.token_urlsafe(9)
    pack = load_pack(place.pack)
    open_demo(password, home_kind=place.kind, at=at, rules=pack.at(localdate(at)))
    judged = latest_run("dormant")
    if (
        current_inventory() is None and judged is not None and judged.at is not None
    ):  # as at the day of the city's lists
        click.echo("盘点演示城市 taking stock of the demo city ...", err=True)
        rules = pack.at(judged.at)
        take_inventory(place, rules, actor=Operator("demo"), at=now())
        keep_ledger(
            place, rules, months_between(add_months(judged.at, -11), judged.at), actor=Operator("demo"), at=now()
        )
    return password


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _run(address: str, *, threads: int, processes: int) -> None:
    """gunicorn in this process: its parent watches, its children answer with threads."""
    from gunicorn.app.base import BaseApplication

    class Site(BaseApplication):
        def load_config(self) -> None:
            told: dict[str, Any] = {
                "bind": [address],
                "worker_class": "gthread",
                "threads": threads,
                "workers": processes,
                "proc_name": "panhuo",
                "timeout": 120,
                "graceful_timeout": 20,
                "keepalive": 5,
                "limit_request_line": 8190,
                "accesslog": None,
                "loglevel": "warning",
                "control_socket_disable": True,
            }
            for name, value in told.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            from panhuo.web.wsgi import application

            return application

    Site().run()
