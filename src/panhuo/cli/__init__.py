"""The command line: panhuo import, dormant, grade, match, supply-list, ledger, booklet, status, packs, demo."""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from typing import Any

import click

from panhuo import __version__
from panhuo.cli.frame import fail
from panhuo.terms.errors import DomainError

COMMANDS = {
    "import": ("panhuo.cli.import_command", "import_files"),
    "dormant": ("panhuo.cli.dormant_command", "dormant"),
    "inventory": ("panhuo.cli.inventory_command", "inventory"),
    "grade": ("panhuo.cli.grade_command", "grade"),
    "heat": ("panhuo.cli.heat_command", "heat"),
    "advise": ("panhuo.cli.advise_command", "advise"),
    "portfolio": ("panhuo.cli.portfolio_command", "portfolio"),
    "value": ("panhuo.cli.value_command", "value"),
    "dossier": ("panhuo.cli.dossier_command", "dossier"),
    "value-record": ("panhuo.cli.value_record_command", "value_record"),
    "bank-card": ("panhuo.cli.bank_card_command", "bank_card"),
    "royalty": ("panhuo.cli.royalty_command", "royalty"),
    "open-licence": ("panhuo.cli.open_licence_command", "open_licence"),
    "match": ("panhuo.cli.match_command", "match"),
    "lines": ("panhuo.cli.lines_command", "lines"),
    "evaluate": ("panhuo.cli.evaluate_command", "evaluate"),
    "learn": ("panhuo.cli.learn_command", "learn"),
    "slip": ("panhuo.cli.slip_command", "slip"),
    "teams": ("panhuo.cli.teams_command", "teams"),
    "firms": ("panhuo.cli.firms_command", "firms"),
    "similar": ("panhuo.cli.similar_command", "similar"),
    "search": ("panhuo.cli.search_command", "search"),
    "supply-list": ("panhuo.cli.supply_list_command", "supply_list"),
    "ledger": ("panhuo.cli.ledger_command", "ledger"),
    "booklet": ("panhuo.cli.booklet_command", "booklet"),
    "lists": ("panhuo.cli.lists_command", "lists"),
    "conversion-list": ("panhuo.cli.conversion_list_command", "conversion_list"),
    "stock-export": ("panhuo.cli.stock_export_command", "stock_export"),
    "study": ("panhuo.cli.study_command", "study"),
    "assess": ("panhuo.cli.assess_command", "assess"),
    "log": ("panhuo.cli.log_command", "log"),
    "status": ("panhuo.cli.status_command", "status"),
    "rebuild": ("panhuo.cli.status_command", "rebuild"),
    "repair": ("panhuo.cli.repair_command", "repair"),
    "backup": ("panhuo.cli.backup_command", "backup"),
    "restore": ("panhuo.cli.backup_command", "restore"),
    "compact": ("panhuo.cli.compact_command", "compact"),
    "encoder": ("panhuo.cli.encoder_command", "encoder"),
    "doctor": ("panhuo.cli.doctor_command", "doctor"),
    "people": ("panhuo.cli.people_command", "people"),
    "packs": ("panhuo.cli.packs_command", "packs"),
    "demo": ("panhuo.cli.demo_command", "demo"),
    "work": ("panhuo.web.work_command", "work"),
    "serve": ("panhuo.web.serve_command", "serve"),
}


class _Commands(click.Group):
    """Loads a command only when it is called, so that --help answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name]
        found: click.Command = getattr(import_module(module), attribute)
        return found


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", metavar="DIR", help="installation folder [PANHUO_HOME, ~/.panhuo]")
@click.option("--json", "as_json", is_flag=True, help="one JSON object on stdout")
@click.version_option(__version__, prog_name="panhuo")
@click.pass_context
def panhuo(ctx: click.Context, home: str | None, as_json: bool) -> None:  # noqa: FBT001 - click hands flags over
    """Panhuo 盘活: take stock of patents, find the dormant, grade, match, publish lists.

    \b
    panhuo import FILE...                  read patents, ledgers, rosters, needs
    panhuo dormant --at 2025-11-30 --out dormant.xlsx
    panhuo demo                            the whole job on a synthetic city
    """
    ctx.obj = {"home": home, "json": as_json}


def main(arguments: list[str] | None = None) -> None:
    """Entry point of the command `panhuo`; exits with the code of the call."""
    signal.signal(signal.SIGINT, _note_interrupt)
    code = run(arguments)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the answer is given: Ctrl-C while ending must not change it
    sys.exit(code)


_interrupts: list[int] = []
"""Ctrl-C so far: libraries that compute turn it into errors of their own."""


def _note_interrupt(number: int, _frame: object) -> None:
    _interrupts.append(number)
    raise KeyboardInterrupt


def _stopped(*, as_json: bool) -> int:
    fail(DomainError("Stopped. What was acknowledged stands; call again to go on.", code="stopped"), as_json=as_json)
    return 130


def run(arguments: list[str] | None = None) -> int:
    """Carry out one call. Returns the exit code: 0, 1 rejects under --strict, 2 wrong call or refused, 130 stopped."""
    called = sys.argv[1:] if arguments is None else arguments
    as_json = "--json" in called
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "panhuo.settings")
    try:
        done: Any = panhuo.main(args=called, prog_name="panhuo", standalone_mode=False)
        return done if isinstance(done, int) else 0
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        usage = f" See: {context.command_path} --help" if context else ""
        return fail(DomainError(error.format_message() + usage, code="wrong_call"), as_json=as_json)
    except DomainError as error:
        return fail(error, as_json=as_json)
    except KeyboardInterrupt:
        return _stopped(as_json=as_json)
    except click.Abort as error:
        if isinstance(error.__cause__, EOFError) and not _interrupts:  # click takes a file that ends early for Ctrl-D
            raise error.__cause__ from None
        return _stopped(as_json=as_json)
    except BrokenPipeError:
        return 0
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        return fail(
            DomainError(f"{error.strerror or error}{where}", code="os_error", file=error.filename),
            as_json=as_json,
        )
    except Exception:
        if not _interrupts:
            raise
        return _stopped(as_json=as_json)
