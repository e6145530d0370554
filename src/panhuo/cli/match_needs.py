"""Needs of a file, read and normalised as an import would, and understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from panhuo.adapters.readers.archives import is_archive
from panhuo.adapters.readers.detect import detect, open_sources
from panhuo.adapters.readers.protocol import ReadOptions, RefusedFile, Source
from panhuo.engine.matching.needs import NeedParts, NeedRules, Part, understand
from panhuo.engine.records.facts import FactNormaliser
from panhuo.engine.records.raw import RawBatch, Reject
from panhuo.engine.records.vocabulary import Vocabulary
from panhuo.rules import InForce
from panhuo.terms.kinds import RecordKind

GIVEN = {
    "problem": Part.PROBLEM,
    "goal": Part.GOAL,
    "foundation": Part.FOUNDATION,
    "difficulty": Part.DIFFICULTY,
}
"""Columns that may keep a part of the need apart from its text."""
SAID = (
    "need_id", "title", "text", *GIVEN, "firm", "firm_code", "region_code", "industry_code", "budget_low_cny",
    "budget_high_cny",
)  # fmt: skip
"""Columns that need_of reads."""


@dataclass(frozen=True, slots=True)
class Need:
    """One need of the file with what it says. firm_code, region_code, industry_code: "" where not told.

    values: what it was made of, SAID.
    """

    need_id: str
    title: str
    firm: str
    said: NeedParts
    firm_code: str = ""
    region_code: str = ""
    industry_code: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class NeedsFile:
    """What a file of needs holds."""

    needs: list[Need] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    format: str = ""


def read_needs(path: Path, rules: InForce, known: NeedRules) -> NeedsFile:
    """Read a file of needs (any format that import knows). A need that stands twice under one id is taken once.

    Raises: RefusedFile when the file cannot be read (missing_file, unknown_format) or holds no needs (no_needs).
    """
    if not path.exists():
        raise RefusedFile(
            f"{path} does not exist. Name a file of needs as --needs.", code="missing_file", file=str(path)
        )
    found = NeedsFile()
    normaliser = FactNormaliser(Vocabulary(rules))
    kinds: set[str] = set()
    taken: set[str] = set()
    for source in open_sources(path):
        for batch in _batches(source, found):
            kinds.add(batch.kind)
            if batch.kind is not RecordKind.NEED:
                continue
            facts, rejects = normaliser.normalise(batch)
            found.rejects += rejects
            for fact in facts:
                if fact.values["need_id"] not in taken:
                    taken.add(fact.values["need_id"])
                    found.needs.append(need_of(fact.values, known))
    if RecordKind.NEED not in kinds:
        held = f"it holds {', '.join(sorted(kinds))} rows" if kinds else "it holds no rows"
        raise RefusedFile(
            f"{path} holds no needs: {held}; looked for a column of the need in words (需求名称, 需求内容, text).",
            code="no_needs",
            file=str(path),
        )
    return found


def _batches(source: Source, found: NeedsFile) -> Any:
    if is_archive(source):
        raise RefusedFile(
            f"{source.name} is an archive. Unpack it and name the file of needs.", code="no_needs", file=source.name
        )
    detection = detect(source)
    found.format = detection.reader.name
    for item in detection.reader.read(source, ReadOptions()):
        if isinstance(item, RawBatch):
            yield item
        else:
            found.rejects.append(item)


def need_of(values: dict[str, Any], known: NeedRules) -> Need:
    """A need from its normalised values: of a file, or of the register (engine.records.fields.NEEDS)."""
    given = {part: values[column] for column, part in GIVEN.items() if values[column]}
    text = values["text"]
    if given and text == "\n".join(values[column] for column in GIVEN if values[column]):
        text = ""  # the normaliser joined the parts; they are not said twice
    said = understand(text, known, title=values["title"], given=given)
    return Need(
        values["need_id"],
        values["title"] or _first_words(text),
        values["firm"],
        _with_budget(said, values),
        values["firm_code"],
        values["region_code"],
        values["industry_code"],
        {name: values[name] for name in SAID},
    )


def _with_budget(said: NeedParts, values: dict[str, Any]) -> NeedParts:
    """A budget in a column of its own stands before sums found in the text."""
    told = values["budget_low_cny"]
    if told is None:
        return said
    low, high = Decimal(told), Decimal(values["budget_high_cny"] or told)
    return NeedParts(said.parts, said.amounts, low, high, said.figures, said.remarks)


def _first_words(text: str) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line[:40]
