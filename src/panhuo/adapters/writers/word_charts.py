"""Charts of a document as Word draws them itself (DrawingML): no font and no picture is needed where they are made.

docs/adr/0009-printing-the-dossier.md says why. The chart holds its figures; it brings no workbook to edit them in.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch

from markupsafe import Markup

from panhuo.adapters.writers.chart_scale import ticks
from panhuo.adapters.writers.document import Columns, Radar, Spans

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart"
BLUE, ORANGE = "1F5A92", "D98324"
_NAMES = Markup(
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
_VALUE_AXIS, _LABEL_AXIS = 2, 1
_NO_FILL = Markup("<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>")


@singledispatch
def chart_xml(chart: object) -> bytes:
    """The chart's part of the file. Raises: TypeError for what is no chart."""
    raise TypeError(f"{type(chart).__name__} is no chart of a document")


@chart_xml.register
def _columns(chart: Columns) -> bytes:
    series = _series(0, chart.title, chart.labels, chart.values, _fill(BLUE))
    gap = 4 if chart.dense else 60
    plot = Markup(
        '<c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/>{}'
        '<c:gapWidth val="{}"/>{}</c:barChart>'
    ).format(series, gap, _axis_ids())
    return _part(chart.title, plot, _label_axis("b", low=True), _value_axis("l", chart.unit))


@chart_xml.register
def _spans(chart: Spans) -> bytes:
    """Stacked bars from the axis' beginning: one that is not seen up to the span, one to the base, one beyond it."""
    least = [min(*ends, chart.base) for ends in chart.ends]
    greatest = [max(*ends, chart.base) for ends in chart.ends]
    below = [chart.base - one for one in least]
    above = [one - chart.base for one in greatest]
    series = Markup("").join(
        [
            _series(0, "", chart.labels, least, _NO_FILL),
            _series(1, f"< {chart.base_label}", chart.labels, below, _fill(ORANGE)),
            _series(2, f"> {chart.base_label}", chart.labels, above, _fill(BLUE)),
        ]
    )
    plot = Markup(
        '<c:barChart><c:barDir val="bar"/><c:grouping val="stacked"/><c:varyColors val="0"/>{}'
        '<c:gapWidth val="50"/><c:overlap val="100"/>{}</c:barChart>'
    ).format(series, _axis_ids())
    marks = ticks(min(least), max(greatest), most=4)
    axes = _label_axis("l", low=True, reverse=True), _value_axis("b", chart.unit, marks=marks, end_at_top=True)
    return _part(f"{chart.title}（{chart.base_label}）", plot, *axes)


@chart_xml.register
def _radar(chart: Radar) -> bytes:
    labels = [
        f"{label} {chart.unknown if points is None else f'{points:g}'}"
        for label, points in zip(chart.labels, chart.points, strict=True)
    ]
    line = Markup(
        '<c:spPr><a:ln w="28575"><a:solidFill><a:srgbClr val="{}"/></a:solidFill></a:ln></c:spPr>'
        '<c:marker><c:symbol val="circle"/><c:size val="6"/></c:marker>'
    ).format(BLUE)
    series = _series(0, chart.title, labels, chart.points, line)
    plot = Markup('<c:radarChart><c:radarStyle val="marker"/><c:varyColors val="0"/>{}{}</c:radarChart>').format(
        series, _axis_ids()
    )
    return _part(chart.title, plot, _label_axis("b"), _value_axis("l", "", marks=ticks(0.0, chart.top)))


def _part(title: str, plot: Markup, *axes: Markup) -> bytes:
    told = Markup(
        '<c:chartSpace {}><c:roundedCorners val="0"/><c:chart>{}<c:autoTitleDeleted val="0"/><c:plotArea>'
        '<c:layout/>{}{}</c:plotArea><c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        "<c:spPr><a:ln><a:noFill/></a:ln></c:spPr></c:chartSpace>"
    ).format(_NAMES, _words("c:title", title, size=1200), plot, Markup("").join(axes))
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{told}'.encode()


def _series(number: int, name: str, labels: Sequence[str], values: Sequence[float | None], look: Markup) -> Markup:
    points = Markup("").join(
        Markup('<c:pt idx="{}"><c:v>{}</c:v></c:pt>').format(place, repr(float(value)))
        for place, value in enumerate(values)
        if value is not None
    )
    words = Markup("").join(
        Markup('<c:pt idx="{}"><c:v>{}</c:v></c:pt>').format(place, label) for place, label in enumerate(labels)
    )
    return Markup(
        '<c:ser><c:idx val="{0}"/><c:order val="{0}"/><c:tx><c:strRef><c:f>Sheet1!A1</c:f><c:strCache>'
        '<c:ptCount val="1"/><c:pt idx="0"><c:v>{1}</c:v></c:pt></c:strCache></c:strRef></c:tx>{2}'
        '<c:cat><c:strRef><c:f>Sheet1!A2</c:f><c:strCache><c:ptCount val="{3}"/>{4}</c:strCache></c:strRef></c:cat>'
        "<c:val><c:numRef><c:f>Sheet1!B2</c:f><c:numCache><c:formatCode>General</c:formatCode>"
        '<c:ptCount val="{3}"/>{5}</c:numCache></c:numRef></c:val></c:ser>'
    ).format(number, name, look, len(values), words, points)


def _fill(colour: str) -> Markup:
    plain = Markup('<c:spPr><a:solidFill><a:srgbClr val="{}"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>')
    return plain.format(colour)


def _axis_ids() -> Markup:
    return Markup('<c:axId val="{}"/><c:axId val="{}"/>').format(_LABEL_AXIS, _VALUE_AXIS)


def _label_axis(side: str, *, low: bool = False, reverse: bool = False) -> Markup:
    return Markup(
        '<c:catAx><c:axId val="{}"/><c:scaling><c:orientation val="{}"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="{}"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="{}"/>{}'
        '<c:crossAx val="{}"/><c:crosses val="autoZero"/></c:catAx>'
    ).format(_LABEL_AXIS, "maxMin" if reverse else "minMax", side, "low" if low else "nextTo", _small(), _VALUE_AXIS)


def _value_axis(side: str, unit: str, *, marks: Sequence[float] = (), end_at_top: bool = False) -> Markup:
    """marks: ticks, evenly apart; left to Word where there are none."""
    limits, step = Markup(""), Markup("")
    if marks:
        limits = Markup('<c:max val="{}"/><c:min val="{}"/>').format(repr(marks[-1]), repr(marks[0]))
        step = Markup('<c:majorUnit val="{}"/>').format(repr(marks[1] - marks[0]))
    return Markup(
        '<c:valAx><c:axId val="{}"/><c:scaling><c:orientation val="minMax"/>{}</c:scaling><c:delete val="0"/>'
        '<c:axPos val="{}"/><c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="D5DDE5"/>'
        '</a:solidFill></a:ln></c:spPr></c:majorGridlines>{}<c:numFmt formatCode="#,##0.##" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>{}'
        '<c:crossAx val="{}"/><c:crosses val="{}"/>{}</c:valAx>'
    ).format(
        _VALUE_AXIS,
        limits,
        side,
        _words("c:title", unit, size=900) if unit else Markup(""),
        _small(),
        _LABEL_AXIS,
        "max" if end_at_top else "autoZero",
        step,
    )


def _small() -> Markup:
    return Markup(
        '<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="900"/></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
    )


def _words(element: str, text: str, *, size: int) -> Markup:
    return Markup(
        '<{0}><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz="{1}" b="0"/></a:pPr><a:r>'
        '<a:rPr lang="zh-CN" sz="{1}" b="0"/><a:t>{2}</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></{0}>'
    ).format(Markup(element), size, text)  # noqa: S704 - the name of an element of ours
