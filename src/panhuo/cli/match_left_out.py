"""The rights that a match left out, each with every reason."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from panhuo.cli.lists_out import write_streamed
from panhuo.rules import InForce
from panhuo.rules.labels import Labels

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.cli.match_job import MatchJob

ROWS_AT_ONCE = 20_000


def write_left_out(out: Path, job: MatchJob, rules: InForce, run: str, place: Home) -> int:
    """Write them in the order of the register; returns how many. Raises: UnknownSuffix; DomainError cannot_write."""
    return write_streamed(out, "match_left_out", _rows(job, rules), rules, run, place)


def _rows(job: MatchJob, rules: InForce) -> Iterator[tuple[object, ...]]:
    labels = Labels(rules)
    barred = iter(job.barred())
    while block := list(islice(barred, ROWS_AT_ONCE)):
        facts = job.facts(set(block))
        for asset_id in block:
            patent, bars = facts[asset_id], job.bars_of(asset_id)
            yield (
                patent["publication_number"],
                patent["application_number"],
                patent["shown_title"],
                patent["owners"] or [],
                "；".join(labels.word("supply_bar", bar) for bar in bars),
                bars,
            )
