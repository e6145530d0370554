"""panhuo evaluate grade: how well the grade orders patents by what came later, beside baselines."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.adapters.files.home import existing_home
from panhuo.cli.frame import Answer, Day, command, json_asked, say, today
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.adapters.readers.value_sets import CountSet, EventExport
    from panhuo.rules import InForce

YEARS = 3
"""Years after a split in which events are counted, where nobody asks for another number."""
FILE = click.Path(path_type=Path)


@command("grade", epilog="Example: panhuo evaluate grade --data folder/ --json; --scores holds lines like "
         '{"row": 0, "score": 61.5, "grade": "B"}, rows counted from 0')  # fmt: skip
@click.option("--data", type=FILE, required=True, help="folder with counts and later citations, or dated exports")
@click.option("--scores", "given", type=FILE, help="JSON lines: evaluate these scores, ours beside them")
@click.option("--split", "splits", type=Day(), multiple=True, help="exports: day to stand on; may be repeated")
@click.option("--years", type=click.IntRange(1, 20), default=YEARS, show_default=True, help="exports: years looked on")
@click.option("--scene", default="management", show_default=True, help="scene of the scheme")
@click.option("--at", "at", type=Day(), help="the day whose rules hold [today]")
@click.option("--out", type=FILE, help=".html page with charts, or .xlsx .csv .jsonl .parquet table of the figures")
def grade(
    *,
    home: Path,
    data: Path,
    given: Path | None,
    splits: tuple[date, ...],
    years: int,
    scene: str,
    at: date | None,
    out: Path | None,
) -> Answer:
    """Grade the patents of a folder without what was known only later, and hold the score against what came later.

    What the folder holds is told by its content: counts of patents with later citations (rank correlation), or an
    export with dated events (survival, transfer, licence, pledge after a split day). Nothing is written to the home.
    """
    from panhuo.adapters.readers.value_sets import read_value_sets
    from panhuo.rules import load_pack

    if out is not None:
        _check_out(out)
    place = existing_home(home)
    rules = load_pack(place.pack if place else "national").at(at or today())
    counts, export = read_value_sets(data, rules)
    cards = _cards(counts, export, rules, given, splits=splits, years=years, scene=scene)
    told = {"scene": scene, "at": rules.day, "pack": rules.pack, "pack_version": rules.version}
    answer = Answer(**cards[0], **told, notice=rules.text("scheme.notice"))
    if len(cards) > 1:
        answer["also"] = cards[1]
    _show([json.loads(json.dumps({**card, **told}, default=str)) for card in cards], out)
    return answer


def _cards(
    counts: CountSet | None,
    export: EventExport | None,
    rules: InForce,
    given: Path | None,
    *,
    splits: tuple[date, ...],
    years: int,
    scene: str,
) -> list[dict[str, Any]]:
    from panhuo.adapters.readers.grade_scores import read_grade_scores
    from panhuo.cli.evaluate_counts import evaluate_counts
    from panhuo.cli.evaluate_events import evaluate_events

    if given is not None and counts is not None and export is not None:
        raise DomainError(
            "The folder holds two kinds of data, and --scores counts rows of one. Name a folder with one kind.",
            code="wrong_call",
        )
    if splits and export is None:
        raise DomainError("--split is for exports with dated events; this folder holds none.", code="wrong_call")
    found = []
    with tempfile.TemporaryDirectory(prefix="panhuo-") as scratch:
        if counts is not None:
            scores = read_grade_scores(given, counts.rows) if given is not None else None
            found.append(evaluate_counts(counts, rules, scene, Path(scratch), scores))
        if export is not None:
            scores = read_grade_scores(given, len(export.keys)) if given is not None else None
            found.append(evaluate_events(export, rules, scene, Path(scratch), scores, splits=splits, years=years))
    return found


def _check_out(out: Path) -> None:
    from panhuo.adapters.writers.atomic import check_place
    from panhuo.adapters.writers.tables import check_target

    if out.suffix.lower() == ".html":
        check_place(out)
    else:
        check_target(out)


def _show(cards: list[Mapping[str, Any]], out: Path | None) -> None:
    from panhuo.adapters.writers.grade_figures import figures_page, write_figures
    from panhuo.adapters.writers.summary import show_summary

    page = figures_page(cards)
    show_summary(page, sys.stderr if json_asked() else sys.stdout)
    for note in page.notes:
        say(f"· {note}")
    if out is not None:
        write_figures(out, cards, page)
