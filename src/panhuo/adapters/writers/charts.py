"""Charts: inline SVG for pages, PNG for Word. A chart never shows boxes for characters that a font lacks.

SVG carries its text as text, so the reader's own fonts draw it. PNG is drawn here: in Chinese where a font for it
is installed, else with the English labels; the table beside the chart holds the Chinese words either way.
Same data, same bytes (on one machine).
"""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from markupsafe import Markup, escape

CJK_FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Noto Serif CJK SC",
    "SimSun",
)
"""Fonts that draw Chinese, preferred first."""
COLOURS = ("#1f5a92", "#d98324", "#4b8b5a", "#8a5a9e", "#b0413e", "#6b7785")
_WIDTH = 6.4
_ROW = 0.3


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of one or several series; several are stacked.

    labels: one per bar, in order from the top (or left). series: name -> values. labels_en, series_en: the same in
    ASCII, for pictures drawn where no Chinese font is. upright: columns instead of bars, for years and the like.
    """

    title: str
    labels: Sequence[str]
    series: Sequence[tuple[str, Sequence[float]]]
    unit: str
    title_en: str
    labels_en: Sequence[str]
    series_en: Sequence[str]
    unit_en: str
    upright: bool = False
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class ReliabilityChart:
    """Shares that were said against shares that came true, on the diagonal where they agree; all 0..1.

    spans: ends of the interval of each share that came true, None where there is none.
    """

    title: str
    said: Sequence[float]
    came_true: Sequence[float]
    spans: Sequence[tuple[float, float] | None]
    said_label: str
    came_true_label: str


def chart_svg(chart: Chart | ReliabilityChart, *, number: int) -> Markup:
    """The chart as an inline SVG element; number: its place on the page, which keeps ids apart."""
    with _drawn_by_kind(chart) as figure:
        raw = io.StringIO()
        figure.savefig(raw, format="svg", metadata={"Date": None, "Creator": None})
    return Markup(_inline(raw.getvalue(), chart.title, number))  # noqa: S704 - texts were escaped by the writer of SVG


def chart_png(chart: Chart) -> bytes:
    """The chart as a picture, 200 dots an inch."""
    font = cjk_font()
    if font:
        names = [name for name, _ in chart.series]
        words: tuple[Any, ...] = (chart.title, chart.labels, names, chart.unit, [font])
    else:
        words = (chart.title_en, chart.labels_en, list(chart.series_en), chart.unit_en, ["DejaVu Sans"])
    with _drawn(chart, *words) as figure:
        raw = io.BytesIO()
        figure.savefig(raw, format="png", dpi=200, metadata={"Software": None})
    return raw.getvalue()


@cache
def cjk_font() -> str:
    """Name of an installed font that draws Chinese, "" where there is none."""
    from matplotlib import font_manager

    installed = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in CJK_FONTS if name in installed), "")


def _families() -> list[str]:
    """For SVG: whatever of these the reader has; measured here by the first that is installed."""
    return [*filter(None, [cjk_font()]), *(name for name in CJK_FONTS if name != cjk_font()), "sans-serif"]


def _drawn_by_kind(chart: Chart | ReliabilityChart) -> AbstractContextManager[Any]:
    if isinstance(chart, ReliabilityChart):
        return _drawn_reliability(chart)
    return _drawn(chart, chart.title, chart.labels, [name for name, _ in chart.series], chart.unit, _families())


@contextmanager
def _drawn(
    chart: Chart, title: str, labels: Sequence[str], names: Sequence[str], unit: str, families: Sequence[str]
) -> Iterator[Any]:
    from matplotlib.figure import Figure

    with _settings(families):
        figure = Figure(figsize=_size(chart))
        (_columns if chart.upright else _bars)(figure, chart, labels, unit)
        axes = figure.axes[0]
        axes.set_title(title, fontsize=11, loc="left", pad=20 if len(names) > 1 else 8)
        if len(names) > 1:
            handles = [container[0] for container in axes.containers]
            axes.legend(
                handles,
                names,
                loc="lower left",
                bbox_to_anchor=(0, 1.0),
                ncols=min(6, len(names)),
                frameon=False,
                fontsize=8,
                borderaxespad=0.2,
                handlelength=1.2,
            )
        yield figure


@contextmanager
def _drawn_reliability(chart: ReliabilityChart) -> Iterator[Any]:
    """Points with their intervals and the diagonal; both axes end a little beyond the greatest share."""
    from matplotlib.figure import Figure

    with _settings(_families()):
        figure = Figure(figsize=(4.6, 3.6))
        figure.subplots_adjust(left=0.13, right=0.97, top=0.9, bottom=0.14)
        axes = figure.add_subplot()
        held = [span for span in chart.spans if span is not None]
        reach = min(1.0, 1.08 * max([0.1, *chart.said, *chart.came_true, *(high for _, high in held)]))
        axes.plot([0, reach], [0, reach], color=COLOURS[5], linewidth=1, linestyle="--")
        for said, span in zip(chart.said, chart.spans, strict=True):
            if span is not None:
                axes.plot([said, said], span, color=COLOURS[0], linewidth=1.2, alpha=0.6)
        axes.plot(chart.said, chart.came_true, color=COLOURS[0], marker="o", markersize=5, linewidth=1)
        axes.set_xlim(0, reach)
        axes.set_ylim(0, reach)
        axes.set_xlabel(chart.said_label, fontsize=8)
        axes.set_ylabel(chart.came_true_label, fontsize=8)
        axes.tick_params(labelsize=7, colors="#55626e")
        axes.set_title(chart.title, fontsize=11, loc="left", pad=8)
        yield figure


@contextmanager
def _settings(families: Sequence[str]) -> Iterator[None]:
    """What all charts share while one is drawn and saved."""
    import matplotlib as mpl

    settings = {
        "svg.fonttype": "none",
        "svg.hashsalt": "panhuo",
        "font.family": list(families),
        "font.size": 9,
        "axes.unicode_minus": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
    log = logging.getLogger("matplotlib.font_manager")
    level = log.level
    log.setLevel(logging.ERROR)  # a font that is not installed is what the list of families is for
    try:
        with mpl.rc_context(settings), warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing")  # SVG text is drawn by the reader's font
            yield
    finally:
        log.setLevel(level)


def _size(chart: Chart) -> tuple[float, float]:
    if chart.upright:
        return _WIDTH, 3.1
    return _WIDTH, 1.05 + _ROW * max(3, len(chart.labels))


def _bars(figure: Any, chart: Chart, labels: Sequence[str], unit: str) -> None:
    """Horizontal bars, first on top; the left margin is counted, not measured, so that it holds without the font."""
    width, height = figure.get_size_inches()
    wide = max((sum(2 if character > "\u2e7f" else 1.05 for character in label) for label in labels), default=4)
    left = min(0.5, (0.35 + 0.068 * wide) / width)
    figure.subplots_adjust(left=left, right=0.91, top=1 - 0.62 / height, bottom=0.34 / height)
    axes = figure.add_subplot()
    places = list(range(len(labels)))
    start = [0.0] * len(labels)
    for index, (_, values) in enumerate(chart.series):
        axes.barh(places, values, left=start, color=COLOURS[index % len(COLOURS)], height=0.66)
        start = [base + value for base, value in zip(start, values, strict=True)]
    axes.set_yticks(places, labels)
    axes.invert_yaxis()
    axes.margins(y=0.02)
    axes.set_xlim(0, max([*start, 1]) * 1.02)
    for place, total in zip(places, start, strict=True):
        axes.annotate(
            f"{total:,.{chart.decimals}f}",
            (total, place),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=7, colors="#55626e")
    if not chart.decimals:
        axes.xaxis.set_major_locator(_whole_numbers())
    axes.set_xlabel(unit, fontsize=8, loc="right", labelpad=-2)


def _columns(figure: Any, chart: Chart, labels: Sequence[str], unit: str) -> None:
    width, height = figure.get_size_inches()
    figure.subplots_adjust(left=0.62 / width, right=0.98, top=1 - 0.62 / height, bottom=0.45 / height)
    axes = figure.add_subplot()
    places = list(range(len(labels)))
    start = [0.0] * len(labels)
    for index, (_, values) in enumerate(chart.series):
        axes.bar(places, values, bottom=start, color=COLOURS[index % len(COLOURS)], width=0.7)
        start = [base + value for base, value in zip(start, values, strict=True)]
    axes.set_xticks(places, labels, fontsize=8 if len(labels) <= 12 else 7, rotation=0 if len(labels) <= 14 else 60)
    axes.set_ylim(0, max([*start, 1]) * 1.12)
    for place, total in zip(places, start, strict=True):
        if len(labels) <= 20 and total:
            axes.annotate(
                f"{total:,.{chart.decimals}f}",
                (place, total),
                xytext=(0, 2),
                textcoords="offset points",
                ha="center",
                fontsize=7,
            )
    axes.tick_params(axis="y", labelsize=7, colors="#55626e")
    if not chart.decimals:
        axes.yaxis.set_major_locator(_whole_numbers())
    axes.set_ylabel(unit, fontsize=8)


def _whole_numbers() -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(nbins=6, integer=True)


def _inline(svg: str, title: str, number: int) -> str:
    """A whole SVG file as an element of a page: no head, no metadata, no addresses, ids of its own."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", svg)
    svg = svg.replace("xlink:href", "href")
    mark = f"chart{number}-"
    svg = re.sub(r'\bid="', f'id="{mark}', svg)
    svg = re.sub(r'href="#', f'href="#{mark}', svg)
    svg = re.sub(r"url\(#", f"url(#{mark}", svg)
    return svg.replace("<svg", f'<svg role="img" aria-label="{escape(title)}"', 1)
