"""Charts of a document as inline SVG: text stays text, no address, no script; same data, same text.

Drawn 420 wide, so that the words can still be read on a telephone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import singledispatch

from markupsafe import Markup

from panhuo.adapters.writers.chart_scale import short, ticks
from panhuo.adapters.writers.document import Columns, Radar, Spans

WIDTH = 420.0
INK, SOFT, LINE = "#1b2733", "#55626e", "#d5dde5"
BLUE, ORANGE, PALE = "#1f5a92", "#d98324", "#dbe7f2"
_TEXT = 12.0
_FAMILIES = "'Noto Sans CJK SC', 'Source Han Sans SC', 'Microsoft YaHei', 'PingFang SC', sans-serif"
"""Named on the drawing itself: WeasyPrint hands no style of the page down into it."""
_MOST_LABEL = 14
"""Signs of a label in a chart; the table beside it has the whole."""


@singledispatch
def chart_svg(chart: object) -> Markup:
    """The chart as an SVG element. Raises: TypeError for what is no chart."""
    raise TypeError(f"{type(chart).__name__} is no chart of a document")


@chart_svg.register
def _columns(chart: Columns) -> Markup:
    height, left, right, top, bottom = 230.0, 62.0, 408.0, 26.0, 200.0
    marks = ticks(min(0.0, *chart.values, 0.0), max(0.0, *chart.values, 0.0))
    low, high = marks[0], marks[-1]

    def y(value: float) -> float:
        return bottom - (value - low) / (high - low) * (bottom - top)

    drawn = [_text(6, 14, chart.unit, colour=SOFT)]
    for mark in marks:
        drawn += [_line(left, y(mark), right, y(mark)), _text(left - 5, y(mark) + 4, short(mark), at="end", size=11)]
    step = (right - left) / max(1, len(chart.values))
    wide = step * (0.96 if chart.dense else 0.64)
    every = 1 if chart.dense else math.ceil(len(chart.labels) / 16)
    for place, (label, value) in enumerate(zip(chart.labels, chart.values, strict=True)):
        middle = left + step * (place + 0.5)
        upper, lower = y(max(value, 0.0)), y(min(value, 0.0))
        drawn.append(_box(middle - wide / 2, upper, wide, lower - upper, BLUE if value >= 0 else ORANGE))
        if label and place % every == 0:
            at = (
                "start"
                if chart.dense and place == 0
                else "end"
                if chart.dense and place == len(chart.values) - 1
                else ""
            )
            edge = {"start": left, "end": right}.get(at, middle)
            drawn.append(_text(edge, bottom + 18, _cut(label), at=at or "middle", size=11))
    drawn.append(_line(left, y(0.0), right, y(0.0), colour=SOFT))
    return _svg(chart.title, height, drawn)


@chart_svg.register
def _spans(chart: Spans) -> Markup:
    left, right, top, row = 118.0, 396.0, 40.0, 25.0
    bottom = top + row * len(chart.labels)
    marks = ticks(min(chart.base, *map(min, chart.ends)), max(chart.base, *map(max, chart.ends)), most=4)
    low, high = marks[0], marks[-1]

    def x(value: float) -> float:
        return left + (value - low) / (high - low) * (right - left)

    drawn = [_text(6, 14, chart.unit, colour=SOFT)]
    for mark in marks:
        drawn += [_line(x(mark), top, x(mark), bottom), _text(x(mark), bottom + 16, short(mark), at="middle", size=11)]
    for place, (label, ends) in enumerate(zip(chart.labels, chart.ends, strict=True)):
        upper = top + row * place + 5
        least, greatest = min(*ends, chart.base), max(*ends, chart.base)
        drawn.append(_box(x(least), upper, x(chart.base) - x(least), row - 10, ORANGE))
        drawn.append(_box(x(chart.base), upper, x(greatest) - x(chart.base), row - 10, BLUE))
        drawn.append(_text(left - 6, upper + 12, _cut(label, most=9), at="end"))
    drawn.append(_line(x(chart.base), top - 6, x(chart.base), bottom, colour=INK))
    drawn.append(_text(min(max(x(chart.base), 190.0), 310.0), top - 11, chart.base_label, at="middle"))
    return _svg(chart.title, bottom + 26, drawn)


@chart_svg.register
def _radar(chart: Radar) -> Markup:
    middle_x, middle_y, radius = WIDTH / 2, 158.0, 104.0
    count = len(chart.labels)

    def point(place: int, share: float) -> tuple[float, float]:
        angle = 2 * math.pi * place / count - math.pi / 2
        return middle_x + radius * share * math.cos(angle), middle_y + radius * share * math.sin(angle)

    drawn = []
    for ring in (0.25, 0.5, 0.75, 1.0):
        drawn.append(_shape([point(place, ring) for place in range(count)], fill="none", stroke=LINE))
    for place, (label, points) in enumerate(zip(chart.labels, chart.points, strict=True)):
        end_x, end_y = point(place, 1.0)
        drawn.append(_line(middle_x, middle_y, end_x, end_y, dashed=points is None))
        drawn += _axis_label(chart, label, points, point(place, 1.1), middle_x)
    known = [None if points is None else point(place, points / chart.top) for place, points in enumerate(chart.points)]
    drawn += _outline(known)
    drawn.append(_text(middle_x + 3, middle_y - radius + 12, short(chart.top), size=9, colour=SOFT))
    return _svg(chart.title, 312.0, drawn)


def _axis_label(
    chart: Radar, label: str, points: float | None, at: tuple[float, float], middle_x: float
) -> list[Markup]:
    x, y = at
    side = "middle" if abs(x - middle_x) < 12 else "start" if x > middle_x else "end"
    lift = -8.0 if y < 90 else 0.0 if y < 220 else 8.0
    said = chart.unknown if points is None else short(points)
    return [
        _text(x, y + lift, _cut(label, most=8), at=side, size=11),
        _text(x, y + lift + 12, said, at=side, size=10, colour=SOFT if points is None else BLUE),
    ]


def _outline(known: Sequence[tuple[float, float] | None]) -> list[Markup]:
    """A closed shape where all is known, else only the sides between neighbours that are known, and the points."""
    drawn = []
    whole = [one for one in known if one is not None]
    if whole and len(whole) == len(known):
        drawn.append(_shape(whole, fill=BLUE, stroke=BLUE, opacity=0.25))
    else:
        for place, one in enumerate(known):
            after = known[(place + 1) % len(known)]
            if one is not None and after is not None:
                drawn.append(_line(*one, *after, colour=BLUE, width=2))
    return drawn + [
        Markup('<circle cx="{}" cy="{}" r="3" fill="{}"/>').format(_number(x), _number(y), BLUE) for x, y in whole
    ]


def _svg(title: str, height: float, drawn: Sequence[Markup]) -> Markup:
    opening = Markup(
        '<svg role="img" aria-label="{}" font-family="{}" viewBox="0 0 {} {}" width="{}" height="{}">'
    ).format(title, _FAMILIES, _number(WIDTH), _number(height), _number(WIDTH), _number(height))
    return opening + Markup("\n").join(drawn) + Markup("</svg>")


def _text(x: float, y: float, text: str, *, at: str = "start", size: float = _TEXT, colour: str = INK) -> Markup:
    return Markup('<text x="{}" y="{}" font-size="{}" text-anchor="{}" fill="{}">{}</text>').format(
        _number(x), _number(y), _number(size), at, colour, text
    )


def _line(
    x: float, y: float, to_x: float, to_y: float, *, colour: str = LINE, width: float = 1, dashed: bool = False
) -> Markup:
    dash = Markup(' stroke-dasharray="3 3"') if dashed else Markup("")
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="{}"{}/>').format(
        _number(x), _number(y), _number(to_x), _number(to_y), colour, _number(width), dash
    )


def _box(x: float, y: float, width: float, height: float, colour: str) -> Markup:
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>').format(
        _number(x), _number(y), _number(max(width, 0.0)), _number(max(height, 0.0)), colour
    )


def _shape(points: Sequence[tuple[float, float]], *, fill: str, stroke: str, opacity: float = 1.0) -> Markup:
    told = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
    return Markup('<polygon points="{}" fill="{}" fill-opacity="{}" stroke="{}"/>').format(
        told, fill, _number(opacity), stroke
    )


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _cut(label: str, *, most: int = _MOST_LABEL) -> str:
    """A label that takes no more room than so many Chinese signs."""
    room, kept = 2 * most, ""
    for sign in label:
        room -= 2 if sign > "\u2e7f" else 1
        if room < 0:
            return f"{kept}…"
        kept += sign
    return kept
