"""The grade of a dossier in print: score, radar, every indicator. What nobody knows is said so and never drawn as 0."""

from __future__ import annotations

from collections.abc import Iterator

from panhuo.adapters.writers.document import Block, Facts, Heading, Paragraph, Radar, Role
from panhuo.adapters.writers.dossiers.told import Told, as_text, drawn, joined, percent
from panhuo.adapters.writers.dossiers.value_parts import table
from panhuo.adapters.writers.dossiers.words import Words

_MOST_AXES, _LEAST_AXES = 24, 3
MOST_IN_FULL = 5
"""Patents whose indicators are printed one by one; of the others a line each."""
_EXPERT = "expert"
_FINDINGS = ("vetoes", "disclosures", "flags", "unsettled")


def grades(told: list[Told], words: Words) -> Iterator[Block]:
    """Every grade in a row, the first ones in full; nothing where the dossier holds none."""
    if not told:
        return
    yield Heading(words.say("h_grade"))
    if len(told) > 1:
        yield from table(words, "grades", tuple(_line(one, words) for one in told), widths=(30, 14, 14, 14, 28))
    for one in told[:MOST_IN_FULL]:
        yield from _in_full(one, words, is_only=len(told) == 1)
    if len(told) > MOST_IN_FULL:
        yield Paragraph(words.say("grades_left_out", count=len(told) - MOST_IN_FULL), Role.NOTE)


def _line(one: Told, words: Words) -> tuple[str, ...]:
    reason = words.of("grade_reason", one.code("reason")) if one.code("reason") else ""
    shown = (_or_unknown(one, name, words) for name in ("score", "letter"))
    return (one.text("number"), *shown, percent(one.text("confidence")), reason)


def _in_full(told: Told, words: Words, *, is_only: bool) -> Iterator[Block]:
    if not is_only:
        yield Heading(told.text("number"), 2)
    if told.code("notice"):
        yield Paragraph(told.text("notice"), Role.STRONG)
    yield Facts(
        (
            (words.field("scheme"), told.text("scheme")),
            (words.field("scene"), words.of("scene", told.code("scene"))),
            (words.field("score"), _or_unknown(told, "score", words)),
            (words.field("letter"), _or_unknown(told, "letter", words)),
            *(((words.field("reason"), words.of("grade_reason", told.code("reason"))),) if told.code("reason") else ()),
            (words.field("confidence"), percent(told.text("confidence"))),
            *((words.field(name), _findings(told, name, words)) for name in _FINDINGS),
        )
    )
    indicators = told.parts("indicators")
    for level in (1, 2):
        yield from _radar([one for one in indicators if one.pairs.get("level") == level], level, words)
    rows = tuple(_row(one, words) for one in indicators)
    yield from table(words, "indicators", rows, widths=(34, 11, 11, 11, 11, 11, 17), right=(1, 2, 3, 4, 5))
    yield Paragraph(words.say("indicator_note"), Role.NOTE)


def _radar(indicators: list[Told], level: int, words: Words) -> Iterator[Block]:
    if not _LEAST_AXES <= len(indicators) <= _MOST_AXES:
        return
    points = tuple(drawn(one.pairs.get("points")) for one in indicators)
    labels = tuple(one.text("name") for one in indicators)
    within = tuple(None if one is None or not 0 <= one <= 100 else one for one in points)
    yield Radar(words.say(f"c_radar_{level}"), words.say("unknown"), labels, within)


def _row(one: Told, words: Words) -> tuple[str, ...]:
    level = one.pairs.get("level")
    indent = "　" * (level - 1) if isinstance(level, int) and 1 <= level <= 3 else ""
    is_known = one.has("points")
    source = one.code("from")
    return (
        f"{indent}{one.text('name')}",
        one.text("points") if is_known else words.say("unknown"),
        percent(one.text("weight")),
        percent(one.text("share")),
        one.text("contribution"),
        one.text("lost"),
        words.of("value.from", source) if source in ("", _EXPERT) else words.say("automatic", rule=as_text(source)),
    )


def _findings(told: Told, name: str, words: Words) -> str:
    found = [words.of("scheme_finding", as_text(one.value)) for one in told.parts(name)]
    return joined(found) if found else words.say("none_found")


def _or_unknown(told: Told, name: str, words: Words) -> str:
    return told.text(name) if told.has(name) else words.say("unknown")
