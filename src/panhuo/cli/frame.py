"""What all commands share: --home and --json, one JSON object, plain errors, exit codes.

Exit codes: 0 done, 1 rejects under --strict, 2 wrong call or a file refused, 130 interrupted.
"""

from __future__ import annotations

import functools
import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from panhuo.adapters.files.home import Home, home_path, open_home
from panhuo.cli.files_apart import check_options
from panhuo.terms.dates import parse_date
from panhuo.terms.errors import BadValue, DomainError

_json_asked: ContextVar[bool] = ContextVar("json_asked", default=False)


class Day(click.ParamType):
    """A day as YYYY-MM-DD (other usual ways of writing one are understood)."""

    name = "DATE"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        if isinstance(value, date):
            return value
        try:
            return parse_date(str(value))
        except BadValue as error:
            self.fail(f"{error.message} Write it as YYYY-MM-DD.", param, ctx)


def now() -> datetime:
    """The moment of the call; the other place where the clock is read."""
    return datetime.now().astimezone()  # noqa: TID251 - the command line is where time enters


class Answer(dict[str, Any]):
    """What a command found: the JSON object; exit_code other than 0 when rejects or refusals are in it.

    is_told: the command has written its JSON itself, line by line.
    """

    exit_code: int = 0
    is_told: bool = False


def today() -> date:
    """The only place where the clock is read for a day."""
    return datetime.now().astimezone().date()  # noqa: TID251 - the command line is where time enters


def command(
    name: str, *, home_suffix: str = "", needs_register: bool = True, **attrs: Any
) -> Callable[[Callable[..., Answer]], click.Command]:
    """A subcommand that returns an Answer; adds --home and --json and turns errors into one sentence.

    home_suffix: added to the default home, for a command that must not meet the default one.
    needs_register: false for a command that works without any home; it starts sooner.
    """

    def wrap(function: Callable[..., Answer]) -> click.Command:
        @click.command(name, **attrs)
        @click.option("--home", "home", metavar="DIR", help="installation folder [PANHUO_HOME, ~/.panhuo]")
        @click.option("--json", "as_json", is_flag=True, help="one JSON object on stdout")
        @click.pass_context
        @functools.wraps(function)
        def run(ctx: click.Context, /, home: str | None, as_json: bool, **options: Any) -> None:  # noqa: FBT001 - click hands flags over
            outer = ctx.obj or {}
            named = outer.get("home") if home is None else home
            if named is not None and not named.strip():
                raise DomainError("--home names no folder. Write --home DIR, or leave it out.", code="wrong_call")
            path = home_path(named) if named else Path(f"{home_path(None)}{home_suffix}")
            as_json = as_json or bool(outer.get("json"))
            _json_asked.set(as_json)
            check_options(options)
            if needs_register:
                from panhuo.desk.registry.opening import setup_django

                setup_django()
            with _register_errors(path):
                answer = function(home=path, **options)
            if as_json and not answer.is_told:
                tell(answer)
            ctx.exit(answer.exit_code)

        return run

    return wrap


@contextmanager
def _register_errors(home: Path) -> Iterator[None]:
    """A register that is damaged, full or write-protected is one sentence, too."""
    from django.db import DatabaseError

    try:
        yield
    except (DatabaseError, sqlite3.Error) as error:
        raise DomainError(
            f"The register in {home} cannot be used: {error}. What was acknowledged before stands; "
            "see that the disk has room and the folder may be written to, or restore register.sqlite3 from a copy.",
            code="register_problem",
            file=str(home / "register.sqlite3"),
        ) from error


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value).__name__)


def json_asked() -> bool:
    """Whether this call is to answer with JSON."""
    return _json_asked.get()


def tell(answer: Any) -> None:
    """One JSON object on one line of stdout."""
    print(json.dumps(answer, ensure_ascii=False, default=_plain), flush=True)


def say(text: str) -> None:
    """A message for the person at the terminal; stdout stays free for JSON."""
    print(text, file=sys.stderr, flush=True)


def show(text: str) -> None:
    """What was asked for, in words: on stdout, unless that is kept for JSON."""
    print(text, file=sys.stderr if _json_asked.get() else sys.stdout, flush=True)


def fail(error: DomainError, *, as_json: bool) -> int:
    """Print an error as one plain sentence, and as JSON where asked. Returns the exit code 2."""
    if as_json:
        body = {"code": error.code, "message": error.message, "file": error.fields.get("file")}
        print(json.dumps({"error": body}, ensure_ascii=False, default=_plain))
    say(f"panhuo: {error.message}")
    return 2


def home_to_write(path: Any) -> Home:
    return open_home(path)
