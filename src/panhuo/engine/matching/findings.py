"""What was found of a need in a patent's texts: states, evidence, what is open and what to ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from panhuo.engine.matching.claim_features import FeatureKind, Field
from panhuo.engine.matching.requirements import RequirementKind, Requirements

QUESTIONS = 12


class State(StrEnum):
    """How a patent's texts stand to a requirement."""

    COVERED = "covered"
    PARTLY = "partly"
    MISSING = "missing"
    CONFLICT = "conflict"  # a figure that excludes the one asked for
    NOT_OF_THE_TEXT = "not_of_the_text"  # budget, date


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch to highlight; kind: same | near | part | agrees | conflict | other."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of the patent that speaks of a requirement; all offsets into texts[field] as written."""

    field: Field
    kind: FeatureKind
    start: int
    end: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class FigurePair:
    """A figure of the need beside one of the patent. code: agrees | conflict | other."""

    ours: str
    theirs: str
    code: str
    field: Field


@dataclass(frozen=True, slots=True)
class Finding:
    """One requirement held against the texts.

    share: part of the worth of its words that is said, 0..1. marks: in need.part(part) as written. near: need's word,
    text's word, cosine. unsaid: its weightiest words that the texts do not say. open_figures: figures of the need
    that no figure of the patent meets. denied: words that the need asks for and the texts deny, or the other way
    round.
    """

    state: State
    share: float
    marks: tuple[Mark, ...]
    evidence: tuple[Evidence, ...]
    shared: tuple[str, ...]
    near: tuple[tuple[str, str, float], ...]
    figures: tuple[FigurePair, ...]
    open_figures: tuple[str, ...]
    unsaid: tuple[str, ...]
    denied: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lack:
    """What would make it a match. requirement: its place in Coverage.findings.

    code: figure_excluded (another figure is told), words_denied (one side denies them), figure_open (none is told),
    constraint_open, problem_open, partly_open, budget_open, date_open; figures: ours, or ours and theirs;
    words: what is not said.
    """

    code: str
    requirement: int
    figures: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask. to: owner (the contact the owner named) or firm; code: as Lack, or vague."""

    to: str
    code: str
    requirement: int | None
    figures: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """findings: one per requirement, in their order. coverage_share: part of the need's worth that is said, 0..1."""

    findings: tuple[Finding, ...]
    makes_match: tuple[Lack, ...]
    questions: tuple[Question, ...]
    coverage_share: float
    conflicts: int


def lacks_of(need: Requirements, findings: Sequence[Finding]) -> list[Lack]:
    """What is against it first, then what is open, in the order of weight for a talk."""
    found = []
    for place, (one, finding) in enumerate(zip(need.kept, findings, strict=True)):
        for pair in finding.figures:
            if pair.code == "conflict":
                found.append(Lack("figure_excluded", place, (pair.ours, pair.theirs)))
        excluded = {pair.ours for pair in finding.figures if pair.code == "conflict"}
        left = tuple(shown for shown in finding.open_figures if shown not in excluded)
        if finding.denied:
            found.append(Lack("words_denied", place, (), finding.denied))
        if one.kind is RequirementKind.BUDGET:
            found.append(Lack("budget_open", place))
        elif one.kind is RequirementKind.DATE:
            found.append(Lack("date_open", place))
        elif finding.state is State.MISSING and one.kind is RequirementKind.CONSTRAINT:
            found.append(Lack("constraint_open", place, left, finding.unsaid))
        elif finding.state is State.MISSING:
            found.append(Lack("problem_open", place, left, finding.unsaid))
        elif left:
            found.append(Lack("figure_open", place, left))
        elif finding.state is State.PARTLY and not finding.denied:
            found.append(Lack("partly_open", place, (), finding.unsaid))
    order = (
        "figure_excluded",
        "words_denied",
        "problem_open",
        "constraint_open",
        "figure_open",
        "partly_open",
        "budget_open",
        "date_open",
    )
    found.sort(key=lambda lack: order.index(lack.code))
    return found


def questions_of(need: Requirements, lacks: Sequence[Lack]) -> list[Question]:
    found = [Question("owner", lack.code, lack.requirement, lack.figures, lack.words) for lack in lacks[:QUESTIONS]]
    if need.vague:
        found.append(Question("firm", "vague", None, (), need.quantities))
    return found
