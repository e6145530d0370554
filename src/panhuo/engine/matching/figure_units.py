"""Units and bounds of figures as the pack knows them, and the patterns that find them in a text in lower case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from panhuo.rules import InForce
from panhuo.terms.numerals import HANZI, JOINED

LOOK_BACK = 18
"""Characters before a figure in which its bound is looked for."""
GAP = r"[\s\u00ad\u200b-\u200f\u2060\ufeff]{0,3}"
_SMALL = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_TIMES = "[×x*·⋅∙✕╳]"
_RAISED = rf"(?:\^{GAP}[(（]?[-−–‐‑+]?\d{{1,2}}[)）]?|[⁺⁻]?[{_SMALL}]{{1,2}})"
_MANY = "百万|千万|万|萬|亿|億|千"
_NUMBER = (
    rf"(?:10{GAP}{_RAISED}|\d(?:\.\d+)?e[-+]?\d{{1,2}}|(?:(?:{JOINED}|\d+)(?:\.\d+)?)(?:{GAP}{_TIMES}{GAP}10{GAP}{_RAISED})?"
    rf"(?:{GAP}(?:{_MANY}))?|{HANZI})"
)
FIRST_DIGIT = re.compile(r"(?<![\d.])\d|(?<![零一二两三四五六七八九十百千])(?:[一二两三四五六七八九](?=[十百千])|十)")
"""Where a number may begin."""
_RANGE = "-{1,3}|[~～—–−‐‑〜∼至到]{1,2}"
_DOTS = "[·•⋅∙・.*]"
_STROKE = "[/每]"
_NOT_AFTER = rf"(?![a-z0-9·•⋅∙・^⁺⁻{_SMALL}每]|[*×.]{GAP}[a-z]|[-−–‐‑][1-4](?![\d.])|{GAP}/{GAP}(?!{GAP}\d))"
"""What makes a unit one of another kind, or a part of a word: nothing is read there."""
_SIGNS = [
    (unicodedata.normalize("NFKC", sign).lower(), sign)
    for sign in "℃℉㎎㎏㎜㎝㎞㎛㎚㎡㎥㎠㎟㎤㎖㎕㎗ℓ㎾㎿㎽㎸㎷㎃㎐㎑㎒㎓㎩㎪㎫㎬㎈㎉㏈µ㏄"
]
"""Signs that stand for letters of units."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A value in it times `factor` plus `offset` is one in the base unit of its dimension."""

    dimension: str
    factor: float
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class FigureWords:
    """Words beside figures. process: steps of a process; quantities: word -> code of the quantity it speaks of.

    starts: words that make a figure one from which a change sets out; no_starts: longer words that hold one of these.
    """

    process: frozenset[str]
    quantities: Mapping[str, str]
    starts: re.Pattern[str]
    no_starts: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Units:
    """Units of the pack and the patterns of figures. folded, exact: by their spelling in lower case, and as written.

    pattern: a figure from its first digit on; sign, before, rate: what ends where the figure begins, its minus or ±,
    its bound, words that make it an amount per something; fills: words between a quantity and its figure; kinds: word
    of a bound -> what it says.
    """

    folded: Mapping[str, Unit]
    exact: Mapping[str, Unit]
    per: Mapping[str, Unit]
    pattern: re.Pattern[str]
    sign: re.Pattern[str]
    before: re.Pattern[str]
    rate: re.Pattern[str]
    fills: re.Pattern[str]
    rate_words: Mapping[str, str]
    kinds: Mapping[str, str]
    words: FigureWords

    def unit(self, as_written: str) -> Unit | None:
        """A unit, or one per another: t/h, 吨/年. None where its letters or their case do not tell."""
        name = spelled(as_written)
        whole = self._single(name)
        if whole is not None:
            return whole
        for stroke in re.finditer("[/每]", name):
            above, below = self._single(name[: stroke.start()]), self.below(name[stroke.end() :])
            if above is not None and below is not None:
                return one_per(above, below)
        return None

    def below(self, name: str) -> Unit | None:
        """A unit under a stroke; days and years stand only there."""
        return self.per.get(name.lower()) or self._single(name)

    def _single(self, name: str) -> Unit | None:
        return self.exact.get(name) or self.folded.get(name.lower())


def one_per(above: Unit, below: Unit) -> Unit:
    """A unit per another."""
    return Unit(f"{above.dimension}/{below.dimension}", above.factor / below.factor)


def spelled(as_written: str) -> str:
    """One spelling of a unit: signs as letters, one kind of dot and stroke, no blanks; case is kept.

    >>> spelled("㎎／ｍ³"), spelled("mPa.s")
    ('mg/m3', 'mPa·s')
    """
    plain = unicodedata.normalize("NFKC", as_written)
    plain = re.sub(_DOTS, "·", plain).replace("^", "").replace("µ", "μ")
    return re.sub(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]", "", plain)


def units(rules: InForce) -> Units:
    """Read the tables text_units, figure_bounds and figure_words."""
    folded: dict[str, Unit] = {}
    exact: dict[str, Unit] = {}
    per: dict[str, Unit] = {}
    for row in rules.table("text_units"):
        name, told = spelled(row["unit"]), Unit(row["dimension"], float(row["factor"]), float(row["offset"]))
        if row["place"] == "per":
            per[name.lower()] = told
        elif row["spelling"] == "exact":
            exact[name] = told
        else:
            folded[name.lower()] = told
    bounds = rules.table("figure_bounds")
    kinds = {row["word"]: row["kind"] for row in bounds if row["kind"].startswith(("at_least", "at_most"))}
    pers = {row["word"]: row["per"] for row in bounds if row["kind"] == "rate"}

    def of(*wanted: str) -> str:
        return _any(row["word"] for row in bounds if row["kind"] in wanted)

    single = _any_unit([*folded, *exact])
    below = _any_unit([*per, *folded, *exact])
    unit = rf"{_opening([*folded, *exact])}(?:{single})(?:{GAP}{_STROKE}{GAP}(?:{below}))?"
    minus, tolerance = of("minus"), of("tolerance")
    after = (
        rf"{GAP}(?:[(（]?含[^)）\s]{{0,3}}[)）]?)?(?:{of('joins')})?(?P<after>{of('at_least_after', 'at_most_after')})"
    )
    pattern = re.compile(
        rf"(?P<low>{_NUMBER})"
        rf"(?:{GAP}(?P<low_unit>{unit})?{GAP}(?:(?P<tolerance>{tolerance})|{_RANGE}){GAP}"
        rf"(?P<high_sign>{minus}|\+)?(?P<high>{_NUMBER}))?{GAP}(?P<unit>{unit}){_NOT_AFTER}(?:{after})?"
    )
    apart = rf"(?:(?:{of('causes')})[^，,。；;\d]{{0,8}}?)?"
    sign = re.compile(rf"(?:(?P<bare>{tolerance}){GAP}|(?P<minus>{minus}))\Z")
    before = re.compile(
        rf"(?:(?P<not>{of('not')}){GAP}{apart})?"
        rf"(?:(?:{of('equal')})(?:{of('joins')}))?(?P<word>{of('at_least', 'at_most')})"
        rf"(?:(?:{of('joins')})?(?:{of('equal')}))?{GAP}(?:{of('fills')})?{GAP}\Z"
        rf"|(?P<alone>{of('not')}){GAP}(?:{of('places')})?{GAP}\Z"
    )
    fills = re.compile(rf"(?:{of('fills', 'places')}|\s)+\Z")
    rate = re.compile(rf"(?:每{GAP}(?P<per>{below})|(?P<word>{_any(pers)}))[^，,。；;、!！?？\d]{{0,6}}\Z")
    return Units(folded, exact, per, pattern, sign, before, rate, fills, pers, kinds, figure_words(rules))


def figure_words(rules: InForce) -> FigureWords:
    """Read the table figure_words."""
    rows = rules.table("figure_words")

    def of(kind: str) -> list[str]:
        return [row["word"].lower() for row in rows if row["kind"] == kind]

    return FigureWords(
        frozenset(of("process")),
        {row["word"].lower(): row["quantity"] for row in rows if row["kind"] == "quantity"},
        re.compile(_any(of("start"))),
        re.compile(_any(of("no_start"))),
    )


def _any(words: Iterable[str]) -> str:
    """Any of the words, the longest first; nothing at all where there are none."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word))) or r"(?!)"


def _any_unit(names: Iterable[str]) -> str:
    distinct = {name.lower() for name in names}
    return "|".join(_as_written(name) for name in sorted(distinct, key=lambda name: (-len(name), name)))


def _opening(names: Iterable[str]) -> str:
    """Looks ahead for the first letter of a unit: most numbers of a text have none, and are passed over quickly."""
    first = {name[0].lower() for name in names}
    first |= {sign for letters, sign in _SIGNS if letters[0] in first}
    return f"(?=[{re.escape(''.join(sorted(first)))}])"


def _as_written(name: str) -> str:
    """The pattern of a unit in lower case, with the signs that stand for its letters."""
    found, place = "", 0
    while place < len(name):
        held = [(letters, sign) for letters, sign in _SIGNS if name.startswith(letters, place)]
        size = max((len(letters) for letters, _ in held), default=1)
        plain = "".join(map(_letter, name[place : place + size]))
        glyphs = "".join(sign for letters, sign in held if len(letters) == size)
        found += f"(?:{plain}|[{glyphs}])" if glyphs else plain
        place += size
    return found


def _letter(mark: str) -> str:
    if mark == "·":
        return _DOTS
    if mark == "/":
        return rf"{GAP}/{GAP}"
    if mark in "23":
        return (
            rf"(?:\^?[{mark}{_SMALL[int(mark)]}]|\s{mark}(?=[\s/,，.。;；、)）]|\Z))"  # m 3 is m³ that lost its place
        )
    return re.escape(mark)
