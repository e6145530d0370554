"""Answers of firms to matches: a table (commas or tabs) with need_id, patent, answer and reason.

What an answer says of how well the technology fits stands in the pack table match_answers, by codes or Chinese words.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from panhuo.adapters.readers.encodings import implausible, open_text, text_shape
from panhuo.adapters.readers.judged_pairs import Rejects
from panhuo.adapters.readers.protocol import RefusedFile, Source
from panhuo.rules import InForce

HEADINGS = ("need_id", "patent", "answer", "reason")
MAX_CELL = 200


@dataclass(frozen=True, slots=True)
class MatchAnswer:
    """One answer. patent: its number as written; level: 1..4 that the answer is taken for."""

    line: int
    need_id: str
    patent: str
    level: int


def answer_levels(rules: InForce) -> dict[tuple[str, str], int]:
    """(answer, reason) -> level, by codes and by words, from the pack table match_answers."""
    found: dict[tuple[str, str], int] = {}
    for row in rules.table("match_answers"):
        for answer in (row["answer"], row["label"]):
            for reason in (row["reason"], row["reason_label"]):
                found[answer, reason] = int(row["level"])
    return found


def read_match_answers(path: Path, levels: Mapping[tuple[str, str], int]) -> tuple[list[MatchAnswer], Rejects]:
    """Read them; a line that says nothing of the technology is kept as rejected: unknown_answer.

    Raises: RefusedFile missing_file, unknown_encoding, no_answers (a heading is missing).
    """
    rejects, found = Rejects(), list[MatchAnswer]()
    if not path.is_file():
        raise RefusedFile(f"{path} does not exist or is no file.", code="missing_file", file=str(path))
    source = Source(str(path), path.stat().st_size, lambda: path.open("rb"), str(path))
    shape = text_shape(source)
    if not shape.sure:
        raise implausible(source, shape)
    with open_text(source, shape) as handle:
        lines = (line.replace("\0", "") for line in handle)
        head = next(lines, "")
        marks = "\t" if "\t" in head else ","
        names = [name.strip() for name in next(csv.reader([head], delimiter=marks), [])]
        if not set(HEADINGS).issubset(names):
            raise RefusedFile(
                f"{path} lacks a heading: its first line names {', '.join(HEADINGS)}, set apart by commas or tabs.",
                code="no_answers",
                file=str(path),
            )
        for number, line in enumerate(lines, start=2):
            cells = [cell.strip()[:MAX_CELL] for cell in line.rstrip("\r\n").split(marks)]
            if not any(cells):
                continue
            row = dict(zip(names, cells, strict=False))
            need_id, patent, answer, reason = (row.get(name, "").strip('"') for name in HEADINGS)
            level = levels.get((answer, reason))
            if level is None:
                message = "The answer, or the reason for declining, is none of the pack table match_answers."
                rejects.add(str(path), number, "reason", f"{answer} {reason}".strip(), "unknown_answer", message)
            else:
                found.append(MatchAnswer(number, need_id, patent, level))
    return found, rejects
