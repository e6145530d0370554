"""The mined terms of a generation as a file that people can read: term, count, score."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from panhuo.engine.matching.mining import MinedTerm

NAME = "terms.csv"


def save_terms(folder: Path, terms: Sequence[MinedTerm]) -> None:
    """Written before the generation is switched to."""
    with (folder / NAME).open("w", encoding="utf-8-sig", newline="") as handle:
        rows = csv.writer(handle, lineterminator="\n")
        rows.writerow(("term", "count", "score"))
        rows.writerows((one.term, one.count, one.score) for one in terms)


def load_terms(folder: Path) -> list[MinedTerm]:
    """Nothing where the file is missing or spoilt: its digest then differs from what current.json says."""
    try:
        with (folder / NAME).open(encoding="utf-8-sig", newline="") as handle:
            return [MinedTerm(row["term"], int(row["count"]), float(row["score"])) for row in csv.DictReader(handle)]
    except (OSError, ValueError, KeyError, TypeError, csv.Error):
        return []
