"""Answers of firms to matches: a table (commas or tabs) with need_id, patent, answer and reason.

What an answer says of how well the technology fits stands in the pack table match_answers, by codes or Chinese words.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from panhuo.adapters.readers.encodings import implausible, open_text, text_shape
from panhuo.adapters.readers.judged_pairs import Rejects
from panhuo.adapters.readers.protocol import RefusedFile, Source
from panhuo.rules import InForce

HEADINGS = ("need_id", "patent", "answer", "reason")
MAX_CELL = 200
LONGEST_CELL = 1 << 22
"""Characters; what is longer comes from a quotation mark that nobody closed."""


@dataclass(frozen=True, slots=True)
class MatchAnswer:
    """One answer. patent: its number as written; level: 1..4 that the answer is taken for."""

    line: int
    need_id: str
    patent: str
    level: int


def answer_levels(rules: InForce) -> dict[tuple[str, str], int]:
    """(answer, reason) -> level, by codes and by words in plain form, from the pack table match_answers."""
    found: dict[tuple[str, str], int] = {}
    for row in rules.table("match_answers"):
        for answer in (row["answer"], row["label"]):
            for reason in (row["reason"], row["reason_label"]):
                found[_plain(answer), _plain(reason)] = int(row["level"])
    return found


def _plain(text: str) -> str:
    """Accepted, ＡＣＣＥＰＴＥＤ and accepted are one word."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def read_match_answers(path: Path, levels: Mapping[tuple[str, str], int]) -> tuple[list[MatchAnswer], Rejects]:
    """Read them; a row that says nothing of the technology is kept as rejected: unknown_answer; one that goes on over
    several lines and lacks cells: open_quote.

    Raises: RefusedFile missing_file, unknown_encoding, no_answers (a heading is missing), damaged_table.
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
        for number, last, cells in _rows(path, lines, marks):
            row = dict(zip(names, cells, strict=False))
            need_id, patent, answer, reason = (row.get(name, "") for name in HEADINGS)
            level = levels.get((_plain(answer), _plain(reason)))
            if level is not None and len(cells) <= len(names):
                found.append(MatchAnswer(number, need_id, patent, level))
                continue
            code, column = "unknown_answer", "reason"
            message = "The answer, or the reason for declining, is none of the pack table match_answers."
            if len(cells) > len(names):
                code, column = "long_row", ""
                message = "The row has more cells than the heading. A cell that holds a comma needs quotation marks."
            elif last > number:
                code, column = "open_quote", ""
                message = f"Lines {number} to {last} were read as one row: a quotation mark may be open."
            rejects.add(str(path), number, column, f"{answer} {reason}".strip(), code, message)
    return found, rejects


def _rows(path: Path, lines: Iterator[str], marks: str) -> Iterator[tuple[int, int, list[str]]]:
    """First and last line of each row that holds anything, and its cells. Raises: RefusedFile damaged_table."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(lines, delimiter=marks)
    last = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise RefusedFile(
                f"{path} cannot be read beyond line {last + 1}: a quotation mark is opened there and not closed.",
                code="damaged_table",
                file=str(path),
            ) from None
        first, last = last + 1, reader.line_num + 1
        cells = [" ".join(cell.split())[:MAX_CELL] for cell in row]
        while len(cells) > len(HEADINGS) and not cells[-1]:
            cells.pop()
        if any(cells):
            yield first, last, cells
