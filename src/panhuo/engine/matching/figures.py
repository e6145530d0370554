"""Technical figures with units in a text: 200 °C, 0.5-1.2 MPa, at least 95 %, 100 ± 5 °C, 10 t/h, 5 × 10^5 Pa.

What is not understood is no figure: a unit under a stroke that nobody knows, mw that may be MW or mW, 1,5 MPa.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf

from panhuo.engine.matching.figure_units import FIRST_DIGIT, LOOK_BACK, Unit, Units, one_per
from panhuo.engine.matching.words import MAX_CHARACTERS
from panhuo.terms.numerals import number

MAX_FIGURES = 60
SIGN = 6
"""Characters before a number in which its sign is looked for."""
SAME = 0.02
"""Two single figures closer than this share of the greater are one."""
ADD_UP = ("mass", "volume", "energy", "area", "cycles", "length")
"""Dimensions of which so much an hour or a ton is told by a word before (年产10吨)."""
INTENSE = ("temperature", "pressure", "voltage", "frequency", "power", "rotation", "sound", "percent")
"""Dimensions that two figures with a stroke between them list (9.2MPa/540℃, 110V/220V); 30g/24h is another unit."""
TURNED = {"at_least": "at_most", "at_most": "at_least"}
_WIDE = re.compile("[\uff05\uff0a\uff0b\uff0d-\uff19\uff1c-\uff1e\uff21-\uff3a\uff3e\uff41-\uff5a\uff5e\ufe62-\ufe6a]")
"""Wide letters, digits and marks of figures; commas and brackets are read as they are."""
_NARROW = {mark: mark - 0xFEE0 for mark in range(0xFF01, 0xFF5F)} | dict(
    zip(map(ord, "，；﹢﹣﹤﹥﹦﹪"), map(ord, "，；+-<>=%"), strict=True)
)
_WIDE_COMMA = re.compile(r"(?<=\d)，(?=\d{3}(?!\d))")
_BLANKS = re.compile(r"[\s\x00-\x1f\u00ad\u200b-\u200f\u2060\ufeff]+")
_DASHES = ("-", "−", "–", "‐", "‑")
_BEFORE_STROKE = (")", "%", "℃")
_OF_A_NAME = re.compile(r"[a-z][-−–‐‑]\Z")
_NO_START = re.compile(r"[\d.^⁰¹²³⁴-⁹]\Z|\d\s?/\s?\Z")
_UNDER_STROKE = re.compile(r"(?<![或和与及])/\s?\Z")
_LONE_DECIMAL_COMMA = re.compile(r"(?<![\d,.])\d{1,3},\Z")
_TIMES_BEFORE = re.compile(r"\d\s?[×x*·]\s?\Z")
_LOST_POWER = re.compile(r"10\d{1,2}")
_POWER = re.compile(r"\^\s?[(（]?([-−–‐‑+]?\d+)|([⁺⁻]?[⁰¹²³⁴-⁹]+)\Z")
_PLAIN_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻−–‐‑", "0123456789+-----")
_MANY = {"百万": 1e6, "千万": 1e7, "万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8, "千": 1e3}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as shown, with its bound, in the base unit of its dimension; an open end is infinite."""

    shown: str
    dimension: str
    low: float
    high: float

    @property
    def is_single(self) -> bool:
        return self.low == self.high

    @property
    def is_open(self) -> bool:
        return self.low == -inf or self.high == inf


def figures(text: str, known: Units) -> tuple[Figure, ...]:
    """Figures in the order of the text, each way of writing once; at most MAX_FIGURES."""
    found: dict[str, Figure] = {}
    for figure, _, _ in figures_at(text, known):
        found.setdefault(figure.shown, figure)
        if len(found) == MAX_FIGURES:
            break
    return tuple(found.values())


def figures_at(text: str, known: Units) -> Iterator[tuple[Figure, int, int]]:
    """Every figure of a text as written with its place there: figure, start, end. Shown is what stands there."""
    text = text[:MAX_CHARACTERS]
    flat = plain(text)
    low = flat.lower()
    if len(low) != len(flat):
        low = "".join(mark.lower() if len(mark.lower()) == 1 else mark for mark in flat)
    since = 0
    number = FIRST_DIGIT.search(low)
    while number is not None:
        match = known.pattern.match(low, number.start())
        if match is not None:
            sign = known.sign.search(low, max(since, match.start() - SIGN), match.start())
            yield from _Reading(text, flat, low, known, match, sign, since).found()
            since = match.end()
        number = FIRST_DIGIT.search(low, match.end() if match is not None else number.end())


def plain(text: str) -> str:
    """Wide letters, digits and marks as plain ones, place for place."""
    text = _WIDE_COMMA.sub(",", text)
    return text if _WIDE.search(text) is None else text.translate(_NARROW)


def agree(mine: Figure, other: Figure) -> bool:
    """Whether two figures say the same as far as figures alone can tell, whatever they are figures of.

    Single figures nearly do, or one that meets the other's range. A share of a hundred is so common that it must be
    the same figure.
    """
    if mine.dimension != other.dimension:
        return False
    if mine.dimension == "percent":
        return mine.low == other.low and mine.high == other.high
    if mine.is_single and other.is_single:
        return abs(mine.low - other.low) <= SAME * max(abs(mine.low), abs(other.low))
    if mine.is_open or other.is_open:
        return (mine.is_single or other.is_single) and mine.low <= other.high and other.low <= mine.high
    return mine.low <= other.high and other.low <= mine.high


@dataclass(frozen=True, slots=True)
class _Reading:
    """One match of the pattern. text: as written; flat: plain letters; low: in lower case, all of one length."""

    text: str
    flat: str
    low: str
    known: Units
    match: re.Match[str]
    sign: re.Match[str] | None
    since: int

    @property
    def start(self) -> int:
        """Where the figure begins with its sign."""
        return self.sign.start() if self.sign else self.match.start()

    @property
    def is_tolerance(self) -> bool:
        return self.sign is not None and self.sign["bare"] is not None

    def found(self) -> Iterator[tuple[Figure, int, int]]:
        match = self.match
        unit = self._unit("unit")
        before = self.low[max(self.since, self.start - LOOK_BACK) : self.start]
        if unit is None or self._is_part_of_another(unit):
            return
        first = self._unit("low_unit") if match["low_unit"] else unit
        if first is None:
            return
        bound, start = self._bound(before)
        one = self._value("low", signed=self.sign is not None and not self._is_stroke())
        if self.is_tolerance:
            yield self._shown(_tolerance(unit, abs(one)), start, match.end())
        elif not match["high"]:
            rate = self._rate(unit)
            yield self._shown(_bounded(rate, _in(rate, one), bound), start, match.end())
        else:
            yield from self._two(first, unit, one, start)

    def _two(self, first: Unit, unit: Unit, one: float, start: int) -> Iterator[tuple[Figure, int, int]]:
        match = self.match
        two = self._value("high", signed=bool(match["high_sign"]) and match["high_sign"] != "+")
        if match["tolerance"]:
            share = unit.dimension == "percent" and first.dimension != "percent"
            if share or first.dimension == unit.dimension:
                middle = _in(first, one)
                by = abs(middle) * abs(two) / 100 * unit.factor if share else abs(two) * unit.factor
                yield self._shown(Figure("", first.dimension, middle - by, middle + by), start, match.end())
                return
        elif first.dimension == unit.dimension:
            rate = self._rate(unit)
            ends = sorted((_in(first, one) * rate.factor / unit.factor, _in(rate, two)))
            yield self._shown(Figure("", rate.dimension, *ends), start, match.end())
            return
        middle, then = match.end("low_unit"), match.start("high")
        yield self._shown(Figure("", first.dimension, _in(first, one), _in(first, one)), start, middle)
        second = _tolerance(unit, abs(two)) if match["tolerance"] else _bounded(unit, _in(unit, two), "")
        yield self._shown(second, then, match.end())

    def _shown(self, figure: Figure, start: int, end: int) -> tuple[Figure, int, int]:
        return replace(figure, shown=_BLANKS.sub(" ", self.text[start:end]).strip()), start, end

    def _unit(self, name: str) -> Unit | None:
        start, end = self.match.span(name)
        return self.known.unit(self.flat[start:end])

    def _is_stroke(self) -> bool:
        """Whether the minus stands behind a letter, a digit or a unit: 12-34-50mm."""
        if self.sign is None or self.sign[0] not in _DASHES:
            return False
        before = self.low[self.start - 1 : self.start]
        return (before.isascii() and before.isalnum()) or before in _BEFORE_STROKE

    def _is_part_of_another(self, unit: Unit) -> bool:
        """1/2 m, GB-200 °C, 1,5 MPa, the tail of 5×105 Pa that lost its power: nobody knows what it says."""
        match = self.match
        start, digits = match.start("low"), match["low"]
        whole = self.low[max(0, start - LOOK_BACK) : start]
        if _OF_A_NAME.search(whole) or ("e" in digits and whole[-1:].isalpha() and whole[-1:].isascii()):
            return True
        listed = unit.dimension in INTENSE
        if not listed and (_UNDER_STROKE.search(whole) or self.low.startswith("/", match.end())):
            return True
        if self.sign is not None:
            return False
        return bool(
            _NO_START.search(whole)
            or (_LONE_DECIMAL_COMMA.search(whole) and re.fullmatch(r"\d{1,2}(?!\d).*", digits))
            or (_TIMES_BEFORE.search(whole) and (_LOST_POWER.fullmatch(digits) or _POWER.search(digits)))
        )

    def _bound(self, before: str) -> tuple[str, int]:
        """at_least, at_most or "", and where the figure with its bound begins."""
        kinds, after = self.known.kinds, self.match["after"] or ""
        found = self.known.before.search(before)
        start = self.start - (len(before) - found.start()) if found and not found["alone"] else self.start
        bound = kinds[found["word"]] if found and found["word"] else ""
        turns = bool(found and (found["not"] or found["alone"]))
        if after:
            told = kinds[after].removesuffix("_after")
            turns, bound = turns and bound in ("", told), told
            if turns and found:
                start = self.start - (len(before) - found.start())
        return (TURNED[bound] if turns and bound else bound), start

    def _rate(self, unit: Unit) -> Unit:
        """The unit per hour, year or ton where a word before says so."""
        if unit.dimension not in ADD_UP:
            return unit
        found = self.known.rate.search(self.low[max(self.since, self.start - LOOK_BACK) : self.start])
        if found is None:
            return unit
        below = self.known.below(found["per"] or self.known.rate_words[found["word"]])
        return unit if below is None else one_per(unit, below)

    def _value(self, name: str, *, signed: bool) -> float:
        written = self.match[name]
        value = _value(written)
        return -value if signed else value


def _value(written: str) -> float:
    """The value of a number with its power of ten and its 万.

    >>> _value("3.5万"), _value("5×10⁵"), _value("10^-3"), _value("1e3"), _value("十二万")
    (35000.0, 500000.0, 0.001, 1000.0, 120000.0)
    """
    bare = _BLANKS.sub("", written)
    if not bare[0].isdigit():
        return number(bare)
    many = next((word for word in sorted(_MANY, key=len, reverse=True) if bare.endswith(word)), "")
    bare = bare.removesuffix(many)
    power = _POWER.search(bare)
    factor = _MANY.get(many, 1.0)
    if power is None:
        if "e" in bare:
            return float(bare.replace(",", "")) * factor
        return number(bare) * factor
    exponent = int((power[1] or power[2]).translate(_PLAIN_DIGITS))
    mantissa = re.split("[×x*·⋅∙✕╳]", bare[: power.start()])
    return float(f"{mantissa[0].replace(',', '') if len(mantissa) > 1 else 1}e{exponent}") * factor


def _in(unit: Unit, value: float) -> float:
    return value * unit.factor + unit.offset


def _bounded(unit: Unit, value: float, bound: str) -> Figure:
    low = -inf if bound == "at_most" else value
    high = inf if bound == "at_least" else value
    return Figure("", unit.dimension, low, high)


def _tolerance(unit: Unit, value: float) -> Figure:
    """By how much something may be off: at most so much, and no value of the thing itself."""
    return Figure("", f"{unit.dimension}_tolerance", -inf, value * unit.factor)
