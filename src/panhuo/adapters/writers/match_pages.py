"""Pages of a match: each need with its matches and the words they stand on, and one sheet per need for a phone call.

All texts come ready to be read; every one is escaped by the template engine. Nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from panhuo.adapters.writers.pages import write_page


class Stretch(Protocol):
    """Part of a text to highlight: offsets and why (same, near, part, agrees, conflict, other)."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def kind(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; kind "" is plain."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A piece of the patent. place: where it stands, in words (权利要求1 · 技术手段)."""

    place: str
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class RequirementView:
    """One requirement and how the patent stands to it. state: code for the colour; state_word: the same to be read."""

    kind_word: str
    state: str
    state_word: str
    asked: Sequence[Piece]
    evidence: Sequence[EvidenceView]
    notes: Sequence[str]


@dataclass(frozen=True, slots=True)
class MatchView:
    """One patent on the list of a need. facts: heading and value pairs; counts: one line; level: in words."""

    rank: int
    title: str
    number: str
    owners: str
    score: str
    weak: bool
    counts: str
    reason: str
    facts: Sequence[tuple[str, str]]
    requirements: Sequence[RequirementView]
    makes_match: Sequence[str]
    questions: Sequence[str]
    contact: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class NeedView:
    """One need. asked: kind and text of each requirement; vague: what to ask the firm; others: matches in brief."""

    need_id: str
    title: str
    firm: str
    remarks: Sequence[str]
    asked: Sequence[tuple[str, str]]
    left_out: int
    vague: Sequence[str]
    matches: Sequence[MatchView]
    others: Sequence[tuple[int, str, str, str, str]]


@dataclass(frozen=True, slots=True)
class MatchPage:
    """All needs of a run. state_words: code -> word, for the legend."""

    title: str
    subtitle: Sequence[str]
    state_words: Sequence[tuple[str, str]]
    needs: Sequence[NeedView]
    notes: Sequence[str]
    footer: str
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class SlipMatch:
    """One patent of a slip; each list short enough for a third of a page."""

    rank: int
    title: str
    number: str
    owners: str
    contact: str
    score: str
    weak: bool
    why: Sequence[str]
    lacks: Sequence[str]
    questions: Sequence[str]
    level: str = ""


@dataclass(frozen=True, slots=True)
class Slip:
    """One need on one page. asks: numbered from 1, the lacks of its matches name the numbers."""

    need_id: str
    title: str
    firm: str
    budget: str
    asks: Sequence[str]
    left_out: int
    hints: Sequence[str]
    matches: Sequence[SlipMatch]


@dataclass(frozen=True, slots=True)
class SlipPage:
    """The slips of a call."""

    title: str
    subtitle: str
    slips: Sequence[Slip]
    answer: str
    notes: Sequence[str]
    footer: str
    synthetic: bool = False


def write_match_page(path: Path, page: MatchPage) -> None:
    """Write the matches as one HTML file. Raises: DomainError cannot_write."""
    write_page(path, "match_page.html.j2", page=page)


def write_slip_page(path: Path, page: SlipPage) -> None:
    """Write the slips as one HTML file, a printed page each. Raises: DomainError cannot_write."""
    write_page(path, "match_slip.html.j2", page=page)


def pieces(text: str, start: int, end: int, marks: Iterable[Stretch]) -> list[Piece]:
    """text[start:end] cut at its marks, which are in order and do not overlap; marks outside are left out."""
    found: list[Piece] = []
    cursor = start
    for mark in marks:
        if mark.start < cursor or mark.end > end:
            continue
        if mark.start > cursor:
            found.append(Piece(text[cursor : mark.start]))
        found.append(Piece(text[mark.start : mark.end], mark.kind))
        cursor = mark.end
    if cursor < end:
        found.append(Piece(text[cursor:end]))
    return found


def shortened(found: Sequence[Piece], most: int, *, around: int = 24) -> list[Piece]:
    """The same in about `most` characters: plain stretches give way, what is marked stays with its surroundings."""
    whole = sum(len(piece.text) for piece in found)
    if whole <= most:
        return list(found)
    kept: list[Piece] = []
    used = 0
    for place, piece in enumerate(found):
        text = piece.text
        if not piece.kind and len(text) > 2 * around:
            head = text[:around] if place > 0 else ""
            tail = text[-around:] if place < len(found) - 1 else ""
            text = f"{head}…{tail}" if found[place + 1 :] or head else text[:around] + "…"
        if used + len(text) > most and used:
            kept.append(Piece("…"))
            break
        kept.append(Piece(text[:most], piece.kind))
        used += len(text)
    return kept
