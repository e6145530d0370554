"""The value in print: what it stands on, the methods, how far it may turn out otherwise, what it secures."""

from __future__ import annotations

from collections.abc import Iterator

from panhuo.adapters.writers.chart_scale import short, yuan_unit
from panhuo.adapters.writers.document import (
    Block,
    Columns,
    Facts,
    Heading,
    Items,
    Paragraph,
    Role,
    Spans,
    Table,
)
from panhuo.adapters.writers.dossiers.told import MOST_ROWS, NONE, Told, as_text, drawn, grouped, joined, percent, yuan
from panhuo.adapters.writers.dossiers.words import Words
from panhuo.engine.valuation.case import INCOME_METHODS, MethodName

_MOST_BARS = 60
_MOST_OTHERS = 10
"""Methods that this version does not know."""


def premises(inputs: Told, results: Told, words: Words) -> Iterator[Block]:
    """Purpose, type of value, base date, right, objects, assumptions, rate and life."""
    right = inputs.part("right")
    yield Heading(words.say("h_premises"))
    yield Facts(
        (
            (words.field("purpose"), inputs.text("purpose")),
            (words.field("scene"), words.of("scene", inputs.code("scene"))),
            (words.field("value_type"), words.of("value.value_type", inputs.code("value_type"))),
            (words.field("base_date"), inputs.text("base_date")),
            (words.field("kind"), words.of("value.kind", right.code("kind"))),
            (words.field("territory"), right.text("territory")),
            *(((words.field("right_until"), right.text("until")),) if right.has("until") else ()),
            (words.field("price_basis"), words.of("value.price_basis", inputs.code("price_basis"))),
            *_mid_year(inputs, words),
            *words.stated(inputs.part("discount"), without=("price_basis",)),
            *words.stated(inputs.part("life")),
            (words.field("valid_until"), results.text("valid_until")),
        )
    )
    yield from _patents(inputs, words)
    yield Heading(words.say("h_assumptions"), 2)
    found = tuple(as_text(one.value) for one in inputs.parts("assumptions"))
    yield Items(found or (words.say("none_stated"),))


def _mid_year(inputs: Told, words: Words) -> Iterator[tuple[str, str]]:
    if inputs.has("mid_year"):  # nothing is said of it where nothing is discounted
        yield words.field("mid_year"), words.of("value.mid_year", inputs.text("mid_year"))


def _patents(inputs: Told, words: Words) -> Iterator[Block]:
    rows = tuple(
        (one.text("number"), one.text("title"), words.of("ip_type", one.code("ip_type")), one.text("legal_end"))
        for one in inputs.parts("patents")
    )
    yield from table(words, "patents", rows, widths=(24, 42, 14, 20))


def methods(inputs: Told, results: Told, words: Words) -> Iterator[Block]:
    """Each method with its weight, the reason they weigh so, then what each stands on and gives."""
    yield Heading(words.say("h_methods"))
    told = results.part("methods").pairs
    others = [name for name in told if name not in set(MethodName)]
    order = [*(name for name in MethodName if name in told), *others[:_MOST_OTHERS]]
    found = {str(name): Told(told[name]) for name in order}
    rows = tuple(
        (words.of("valuation_method", name), grouped(one.text("value_cny")), percent(one.text("weight")))
        for name, one in found.items()
    )
    yield from table(words, "methods", rows, widths=(50, 30, 20), right=(1, 2))
    if len(others) > _MOST_OTHERS:
        yield Paragraph(words.say("rows_left_out", count=len(others) - _MOST_OTHERS), Role.NOTE)
    weighing = inputs.part("weighing")
    base = yuan(results.part("value_cny").text("base"))
    if weighing.code("reason"):
        yield Paragraph(words.say("weighed", base=base, reason=weighing.text("reason")))
    if inputs.code("one_method_reason"):
        yield Paragraph(words.say("one_method", reason=inputs.text("one_method_reason")))
    if not set(INCOME_METHODS) & set(told):
        yield Paragraph(words.say("no_income_method"), Role.NOTE)
    for name, one in found.items():
        yield Heading(words.of("valuation_method", name), 2)
        yield from _method(inputs.part("methods").part(name), one, words)


def _method(stated: Told, found: Told, words: Words) -> Iterator[Block]:
    rows = words.stated(stated, without=("comparables",)) + words.stated(found, without=("years", "adjusted", "weight"))
    if rows:
        yield Facts(tuple(rows))
    if found.parts("years"):
        yield from _years(found, words)
    if found.parts("adjusted") or stated.parts("comparables"):
        yield from _deals(stated, found, words)


def _years(found: Told, words: Words) -> Iterator[Block]:
    years = found.parts("years")
    rows = tuple(
        (
            one.text("year"),
            one.text("length"),
            grouped(one.text("flow_cny")),
            one.text("factor"),
            grouped(one.text("present_cny")),
        )
        for one in years
    )
    yield from table(words, "years", rows, widths=(14, 16, 26, 18, 26), right=(2, 3, 4))
    flows = [drawn(one.pairs.get("flow_cny")) for one in years]
    if len(years) <= _MOST_BARS and all(flow is not None for flow in flows):
        values = [flow or 0.0 for flow in flows]
        part, unit = yuan_unit(values)
        labels = tuple(one.text("year") for one in years)
        yield Columns(
            words.say("c_flows", unit=unit), words.say("unit", unit=unit), labels, tuple(one / part for one in values)
        )


def _deals(stated: Told, found: Told, words: Words) -> Iterator[Block]:
    adjusted = {one.text("name"): one.text("price_cny") for one in found.parts("adjusted")}
    rows = tuple(
        (
            one.text("name"),
            grouped(one.text("price_cny")),
            joined(f"{words.field(name)} {as_text(value)}" for name, value in one.part("factors").pairs.items()),
            grouped(adjusted.get(one.text("name"), NONE)),
        )
        for one in stated.parts("comparables")
    )
    yield from table(words, "deals", rows, widths=(34, 20, 26, 20), right=(1, 3))


def uncertainty(inputs: Told, results: Told, words: Words) -> Iterator[Block]:
    """The simulation with its seed, the drivers in order, what would have to be true."""
    yield Heading(words.say("h_uncertainty"))
    simulation = results.part("simulation")
    if simulation:
        yield Facts((*words.stated(simulation, without=("bars",)), *_ranges(inputs, words)))
        yield from _histogram(simulation, words)
    yield from _drivers(results, words)
    yield from _needed(results, words)


def _ranges(inputs: Told, words: Words) -> Iterator[tuple[str, str]]:
    """Ranges of drivers that were stated; the pack's stand among the rules."""
    stated = inputs.part("ranges")
    for name in stated.pairs:
        ends = [as_text(one.value) for one in stated.parts(name)]
        label = f"{words.say('range_of')}：{words.of('valuation_driver', name)}"
        yield label, words.say("range_between", low=ends[0], high=ends[1]) if len(ends) == 2 else NONE


def _histogram(simulation: Told, words: Words) -> Iterator[Block]:
    bars = [drawn(one.value) for one in simulation.parts("bars")]
    ends = drawn(simulation.pairs.get("low_end_cny")), drawn(simulation.pairs.get("high_end_cny"))
    if not bars or len(bars) > _MOST_BARS or any(one is None for one in bars) or None in ends:
        return
    low, high = ends[0] or 0.0, ends[1] or 0.0
    part, unit = yuan_unit([low, high])
    labels = [""] * len(bars)
    labels[0] = f"{short(round(low / part, 2))} {unit}"
    if len(bars) > 1:
        labels[-1] = f"{short(round(high / part, 2))} {unit}"
    values = tuple(one or 0.0 for one in bars)
    yield Columns(words.say("c_histogram"), words.say("times"), tuple(labels), values, dense=True)


def _drivers(results: Told, words: Words) -> Iterator[Block]:
    drivers = results.parts("drivers")
    rows = tuple(
        (
            words.of("valuation_driver", one.code("driver")),
            one.text("low_factor"),
            grouped(one.text("at_low_cny")),
            one.text("high_factor"),
            grouped(one.text("at_high_cny")),
        )
        for one in drivers
    )
    base = drawn(results.part("value_cny").pairs.get("base"))
    ends = [(drawn(one.pairs.get("at_low_cny")), drawn(one.pairs.get("at_high_cny"))) for one in drivers]
    known = [(low, high) for low, high in ends if low is not None and high is not None]
    if rows and base is not None and len(known) == len(ends) <= _MOST_BARS and min(base, *map(min, known)) >= 0:
        part, unit = yuan_unit([base, *(end for pair in known for end in pair)])
        yield Spans(
            words.say("c_tornado", unit=unit),
            words.say("unit", unit=unit),
            words.say("base_mark", base=yuan(results.part("value_cny").text("base"))),
            base / part,
            tuple(row[0] for row in rows),
            tuple((low / part, high / part) for low, high in known),
        )
    yield from table(words, "drivers", rows, widths=(28, 14, 22, 14, 22), right=(1, 2, 3, 4))


def _needed(results: Told, words: Words) -> Iterator[Block]:
    order = {one.code("driver"): place for place, one in enumerate(results.parts("drivers"))}
    rows = tuple(
        (
            yuan(one.text("target_cny")),
            words.of("valuation_driver", name),
            words.say("not_alone") if factor is None else words.say("factor", factor=as_text(factor)),
        )
        for one in results.parts("needed")
        for name, factor in sorted(one.part("drivers").pairs.items(), key=lambda pair: order.get(pair[0], len(order)))
    )
    yield from table(words, "needed", rows, widths=(34, 36, 30))


def security(inputs: Told, results: Told, words: Words) -> Iterator[Block]:
    """What the value carries as a pledge, where a debt was stated."""
    held = results.part("security")
    if held:
        yield Heading(words.say("h_security"))
        debt = [(f"{words.say('debt')}：{label}", text) for label, text in words.stated(inputs.part("debt"))]
        yield Facts((*debt, *words.stated(held)))


def table(
    words: Words, name: str, rows: tuple[tuple[str, ...], ...], *, widths: tuple[int, ...], right: tuple[int, ...] = ()
) -> Iterator[Block]:
    """A table by its name in dossier_words: caption t_NAME, headings k_NAME divided by |; none without rows."""
    if rows:
        headings = tuple(words.say(f"k_{name}").split("|"))
        yield Table(words.say(f"t_{name}"), headings, rows[:MOST_ROWS], widths, frozenset(right))
    if len(rows) > MOST_ROWS:
        yield Paragraph(words.say("rows_left_out", count=len(rows) - MOST_ROWS), Role.NOTE)
