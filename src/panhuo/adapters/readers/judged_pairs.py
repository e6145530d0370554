"""Needs, texts and judged pairs of a labelled set: requirements.jsonl, achievements.tsv, pairs.tsv.

A bad line is kept with its reason and counted; a file that is none of its shape is refused. One title may stand under
many ids. Titles cut into words by blanks (title_tokens) are joined again for our own cutter.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from panhuo.adapters.readers.encodings import implausible, open_text, text_shape
from panhuo.adapters.readers.protocol import RefusedFile, Source
from panhuo.engine.evaluation.measures import HIGHEST, LOWEST
from panhuo.engine.evaluation.trial import JudgedSet
from panhuo.engine.pair_scorers import NeedText, SupplyText
from panhuo.engine.records.raw import Reject

FILE_NAMES = ("requirements.jsonl", "achievements.tsv", "pairs.tsv")
"""Needs, supply and pairs in a folder that is learnt from."""
GROUPS = ("industry", "district", "group")
"""Keys of a need by which the quality card counts it, where the file tells them."""
MAX_CHARACTERS = 20_000
"""Kept of one text at most: more is not read by the matcher either."""
MAX_ID = 200
KEPT_REJECTS = 1_000
"""Rejects kept with their reason; further ones are only counted."""


@dataclass(slots=True)
class Rejects:
    """What was not taken. kept: the first KEPT_REJECTS; by_code: all of them, counted."""

    kept: list[Reject] = field(default_factory=list)
    by_code: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return self.by_code.total()

    def add(self, file: str, line: int, column: str, value: object, code: str, message: str) -> None:
        self.by_code[code] += 1
        if len(self.kept) < KEPT_REJECTS:
            self.kept.append(Reject(line, column, str(value)[:80], code, message, file=file))


def read_judged(needs: Path, supply: Path, pairs: Path) -> tuple[JudgedSet, Rejects]:
    """Read the three files.

    A need or text whose id stands twice is taken once, as its first line says; of two judgements of one pair the first.
    Raises: RefusedFile: missing_file, not_a_file, unknown_encoding, no_needs, no_supply, no_pairs (the file holds
        none of its shape) or no_judged_pair (lines there are, but none that can be used).
    """
    rejects = Rejects()
    needs_found = _needs(needs, rejects)
    texts_found = _supply(supply, rejects)
    levels = _pairs(pairs, needs_found, texts_found, rejects)
    if not levels:
        said = ", ".join(f"{code} {number}" for code, number in rejects.by_code.most_common(5))
        raise RefusedFile(
            f"{pairs} holds no judged pair that can be used ({said or 'no lines'}). A line names an achievement_id of "
            f"{supply.name}, a requirement_id of {needs.name} and a level {LOWEST} to {HIGHEST}.",
            code="no_judged_pair",
            file=str(pairs),
        )
    places = [{one: place for place, one in enumerate(known)} for known in (needs_found, texts_found)]
    ordered = sorted(levels)
    judged = JudgedSet(
        tuple(needs_found.values()),
        tuple(texts_found.values()),
        np.array([(places[0][need], places[1][text]) for need, text in ordered], np.int64),
        np.array([levels[pair] for pair in ordered], np.int64),
    )
    return judged, rejects


def read_judged_folder(folder: Path) -> tuple[JudgedSet, Rejects]:
    """The three files of a folder under their usual names. Raises: RefusedFile, as read_judged."""
    if not folder.is_dir():
        raise RefusedFile(
            f"{folder} is no folder. Name one that holds {', '.join(FILE_NAMES)}.",
            code="missing_file",
            file=str(folder),
        )
    needs, supply, pairs = (folder / name for name in FILE_NAMES)
    return read_judged(needs, supply, pairs)


def _needs(path: Path, rejects: Rejects) -> dict[str, NeedText]:
    found: dict[str, NeedText] = {}
    lines = 0
    for number, line in _lines(path):
        lines += 1
        told = _object(line)
        if told is None:
            rejects.add(str(path), number, "", line, "not_json", "The line is no JSON object.")
            continue
        need_id = _id(told.get("requirement_id"))
        if not need_id:
            value = told.get("requirement_id", "")
            rejects.add(str(path), number, "requirement_id", value, "no_id", "The need has no requirement_id.")
            continue
        texts = {key: told.get(key) or "" for key in ("title", "content")}
        odd = next((key for key, value in texts.items() if not isinstance(value, str)), "")
        if odd:
            rejects.add(str(path), number, odd, texts[odd], "bad_text", f"{odd} is no text.")
        elif need_id in found:
            rejects.add(
                str(path), number, "requirement_id", need_id, "repeated_id", "The first need of this id counts."
            )
        else:
            groups = {key: name for key in GROUPS if (name := _id(told.get(key)))}
            found[need_id] = NeedText(need_id, _clean(texts["title"]), _clean(texts["content"]), groups)
    if not found:
        raise _none_of_shape(path, lines, "no_needs", 'JSON lines with "requirement_id", "title" and "content"')
    return found


def _supply(path: Path, rejects: Rejects) -> dict[str, SupplyText]:
    found: dict[str, SupplyText] = {}
    for number, row in _rows(path, ("achievement_id", "title_tokens"), "no_supply", rejects):
        text_id = _id(row["achievement_id"])
        if not text_id:
            message = "The line has no achievement_id."
            rejects.add(str(path), number, "achievement_id", row["achievement_id"], "no_id", message)
        elif text_id in found:
            message = "The first line of this id counts."
            rejects.add(str(path), number, "achievement_id", text_id, "repeated_id", message)
        else:
            found[text_id] = SupplyText(text_id, joined(_clean(row["title_tokens"])))
    return found


def _pairs(
    path: Path, needs: Mapping[str, NeedText], texts: Mapping[str, SupplyText], rejects: Rejects
) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for number, row in _rows(path, ("achievement_id", "requirement_id", "level"), "no_pairs", rejects):
        need, text, level = _id(row["requirement_id"]), _id(row["achievement_id"]), row["level"].strip()
        if need not in needs:
            message = "No need of the needs' file has this id."
            rejects.add(str(path), number, "requirement_id", need, "unknown_requirement", message)
        elif text not in texts:
            message = "No line of the supply file has this id."
            rejects.add(str(path), number, "achievement_id", text, "unknown_achievement", message)
        elif level not in {str(one) for one in range(LOWEST, HIGHEST + 1)}:
            message = f"The level is none of {LOWEST} to {HIGHEST}."
            rejects.add(str(path), number, "level", level, "bad_level", message)
        elif (need, text) in found:
            message = "The pair was judged further above; the first judgement counts."
            rejects.add(str(path), number, "achievement_id", text, "repeated_pair", message)
        else:
            found[need, text] = int(level)
    return found


def joined(tokens: str) -> str:
    """A title whose words were set apart by blanks, in one piece; a blank stays between two Latin words or numbers.

    >>> joined("PAO 润滑油 hot dip 镀锌")
    'PAO润滑油hot dip镀锌'
    """
    out = ""
    for token in tokens.split():
        out += f" {token}" if out and _is_latin(out[-1]) and _is_latin(token[0]) else token
    return out


def _is_latin(mark: str) -> bool:
    return mark.isascii() and mark.isalnum()


def _rows(path: Path, columns: tuple[str, ...], code: str, rejects: Rejects) -> Iterator[tuple[int, dict[str, str]]]:
    """Lines of a table with tabs as rows by heading. Raises: RefusedFile `code` where a heading is missing."""
    lines = _lines(path)
    head = next(lines, (0, ""))[1].split("\t")
    places = {name.strip(): place for place, name in enumerate(head)}
    if any(column not in places for column in columns):
        raise _none_of_shape(
            path, int(head != [""]), code, f"a first line with the headings {', '.join(columns)} (tabs)"
        )
    for number, line in lines:
        cells = line.split("\t")
        if len(cells) != len(head):
            message = f"The line has {len(cells)} cells, the heading {len(head)}."
            rejects.add(str(path), number, "", line, "short_row" if len(cells) < len(head) else "long_row", message)
            continue
        yield number, {column: cells[places[column]] for column in columns}


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines that hold something, with their numbers from 1. Raises: RefusedFile."""
    try:
        size = path.stat().st_size
    except (OSError, ValueError):
        raise RefusedFile(f"{path} does not exist or cannot be read.", code="missing_file", file=str(path)) from None
    if not path.is_file():
        raise RefusedFile(f"{path} is no file. Name the file itself.", code="not_a_file", file=str(path))
    source = Source(str(path), size, lambda: path.open("rb"), str(path))
    shape = text_shape(source)
    if not shape.sure:
        raise implausible(source, shape)
    with open_text(source, shape) as handle:
        for number, line in enumerate(handle, start=1):
            bare = line.strip("\r\n")
            if bare.strip():
                yield number, bare


def _object(line: str) -> dict[str, Any] | None:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _id(value: object) -> str:
    """An id or name as text, "" where it is none."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    told = _clean(str(value)).strip() if not isinstance(value, int) or abs(value) < 10**MAX_ID else ""
    return told if len(told) <= MAX_ID else ""


def _clean(text: str) -> str:
    """The text cut to what is read, without halves of surrogate pairs, which cannot be written anywhere."""
    return text[:MAX_CHARACTERS].encode("utf-8", "ignore").decode("utf-8")


def _none_of_shape(path: Path, lines: int, code: str, wanted: str) -> RefusedFile:
    held = "holds nothing of that shape" if lines else "is empty"
    return RefusedFile(f"{path} {held}: looked for {wanted}.", code=code, file=str(path))
