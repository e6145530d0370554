"""The term bank: what patents of a technical field write and what its firms say, as data (term_bank/*.yaml).

A text may hold figures: <low..high/step> is one value, with ~ before the > a range of two. Steps are 1 unless told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from panhuo.terms.errors import BadValue
from panhuo.terms.ipc import parse_ipc

UNSEEN_FIELDS = ("aquaculture", "ceramics_and_glass", "hydrogen_energy", "rail_transport", "traditional_medicine")
"""Fields of which no pack holds a term: what the matcher finds there, it finds without a dictionary."""
STYLES = ("material", "method", "device", "system")
_FIGURE = re.compile(r"<(\d+(?:\.\d+)?)\.\.(\d+(?:\.\d+)?)(?:/(\d+(?:\.\d+)?))?(~?)>")
_TOPIC_LISTS = ("names", "marks", "ways", "uses", "flaws", "bodies", "details", "gains")
_NEED_LISTS = ("title", "state", "goal", "hard")
_SAID = ("title", "text", "goal", "hard")
_LOC = re.compile(r"\d{2}-\d{2}")
Random = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Template:
    """A text with its figures: form has one %s for each list of values, all other % doubled."""

    form: str
    figures: tuple[tuple[str, ...], ...]

    def fill(self, random: Random) -> str:
        """The text with a value drawn for each figure."""
        if not self.figures:
            return self.form
        return self.form % tuple([values[int(random() * len(values))] for values in self.figures])


@dataclass(frozen=True, slots=True)
class NeedTexts:
    """What a firm says: alternatives for each part."""

    title: tuple[Template, ...]
    state: tuple[Template, ...]
    goal: tuple[Template, ...]
    hard: tuple[Template, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """One subject of a field. style: one of STYLES; ipc: main symbol first."""

    key: str
    style: str
    ipc: tuple[str, ...]
    names: tuple[str, ...]
    marks: tuple[str, ...]
    ways: tuple[str, ...]
    uses: tuple[str, ...]
    flaws: tuple[Template, ...]
    bodies: tuple[Template, ...]
    details: tuple[Template, ...]
    gains: tuple[Template, ...]
    need: NeedTexts


class Voice(StrEnum):
    """Who words a need: a manager who names what he sees, or a technical department that names the thing."""

    LAYMAN = "layman"
    ENGINEER = "engineer"


@dataclass(frozen=True, slots=True)
class Saying:
    """One planted need as one voice words it."""

    title: str
    text: str
    goal: str
    hard: str

    @property
    def whole(self) -> str:
        """All of it in one."""
        return self.title + self.text + self.goal + self.hard


@dataclass(frozen=True, slots=True)
class Planted:
    """A demand in both voices with its known answer, and a patent with the layman's words that must not be offered."""

    key: str
    answer_title: str
    answer_style: str
    answer_ipc: tuple[str, ...]
    answer_means: str
    answer_gain: str
    said: Mapping[Voice, Saying]
    decoy_title: str
    decoy_means: str


@dataclass(frozen=True, slots=True)
class Field:
    """One technical field."""

    key: str
    label_zh: str
    area: str
    industry: str
    trades: tuple[str, ...]
    business: tuple[str, ...]
    loc: str
    design_names: tuple[str, ...]
    design_purposes: tuple[str, ...]
    topics: tuple[Topic, ...]
    paraphrases: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    planted: tuple[Planted, ...]


@cache
def load_fields() -> tuple[Field, ...]:
    """All fields of the bank in the order of their file names. Raises: BadValue code bad_term_bank."""
    folder = files("panhuo.demo_city").joinpath("term_bank")
    entries = sorted((item for item in folder.iterdir() if item.name.endswith(".yaml")), key=lambda item: item.name)
    fields = tuple(parse_field(item.read_text(encoding="utf-8"), item.name) for item in entries)
    if not fields:
        raise BadValue("The term bank is empty.", code="bad_term_bank")
    return fields


def parse_field(text: str, name: str) -> Field:
    """One file of the bank, checked. Raises: BadValue code bad_term_bank naming the file and the place."""
    try:
        raw = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BadValue(f"{name} is no YAML: {error}", code="bad_term_bank", file=name) from error
    try:
        return _field(raw, name)
    except (KeyError, TypeError, AttributeError) as error:
        raise BadValue(f"{name}: {error} is missing or of another shape.", code="bad_term_bank", file=name) from error


def template(text: str) -> Template:
    """A text with figures made ready for filling.

    >>> template("厚<1..2/0.5>mm").figures
    (('1.0', '1.5', '2.0'),)
    """
    form, last = [], 0
    figures: list[tuple[str, ...]] = []
    for found in _FIGURE.finditer(text):
        form += [text[last : found.start()].replace("%", "%%"), "%s"]
        figures.append(_values(found))
        last = found.end()
    rest = text[last:]
    if "<" in "".join(form) + rest and re.search(r"<[^>]*\d\.\.", text[last:]):
        raise BadValue(f"A figure in {text!r} cannot be read.", code="bad_term_bank")
    return Template("".join(form) + rest.replace("%", "%%"), tuple(figures)) if figures else Template(text, ())


def _values(found: re.Match[str]) -> tuple[str, ...]:
    low, high, step = Decimal(found[1]), Decimal(found[2]), Decimal(found[3] or "1")
    if low >= high or step <= 0:
        raise BadValue(f"The figure {found[0]} has no values.", code="bad_term_bank")
    places = max(-int(number.as_tuple().exponent) for number in (low, high, step))
    count = int((high - low) / step) + 1
    values = [f"{low + step * index:.{places}f}" for index in range(count)]
    if not found[4]:
        return tuple(values)
    span = max(1, count // 4)
    return tuple(f"{values[index]}～{values[min(index + span, count - 1)]}" for index in range(count - 1))


def _field(raw: Mapping[str, Any], name: str) -> Field:
    topics = tuple(_topic(entry, name) for entry in raw["topics"])
    if not any(topic.style == "device" for topic in topics):
        raise _bad(name, "topics", "at least one topic of style device, for utility models")
    designs = raw["designs"]
    if not _LOC.fullmatch(designs["loc"]):
        raise _bad(name, "designs.loc", "a Locarno class such as 13-02")
    return Field(
        key=raw["field"],
        label_zh=raw["label"]["zh"],
        area=raw["area"],
        industry=raw["industry"],
        trades=_words(raw["trades"], name, "trades"),
        business=_words(raw["business"], name, "business"),
        loc=designs["loc"],
        design_names=_words(designs["names"], name, "designs.names"),
        design_purposes=_words(designs["purpose"], name, "designs.purpose"),
        topics=topics,
        paraphrases=tuple((tuple(pair["firm"]), tuple(pair["patent"])) for pair in raw["paraphrases"]),
        planted=tuple(_planted(entry, name) for entry in raw["planted"]),
    )


def _topic(raw: Mapping[str, Any], name: str) -> Topic:
    place = raw["key"]
    if raw["style"] not in STYLES:
        raise _bad(name, place, "a style of " + ", ".join(STYLES))
    lists = {part: _words(raw[part], name, f"{place}.{part}") for part in _TOPIC_LISTS}
    need = {part: _templates(_words(raw["need"][part], name, f"{place}.need")) for part in _NEED_LISTS}
    return Topic(
        key=place,
        style=raw["style"],
        ipc=_symbols(raw["ipc"], name, place),
        names=lists["names"],
        marks=lists["marks"],
        ways=lists["ways"],
        uses=lists["uses"],
        flaws=_templates(lists["flaws"]),
        bodies=_templates(lists["bodies"]),
        details=_templates(lists["details"]),
        gains=_templates(lists["gains"]),
        need=NeedTexts(**need),
    )


def _planted(raw: Mapping[str, Any], name: str) -> Planted:
    answer, decoy = raw["answer"], raw["decoy"]
    return Planted(
        key=raw["key"],
        answer_title=answer["title"],
        answer_style=answer["style"],
        answer_ipc=_symbols(answer["ipc"], name, raw["key"]),
        answer_means=answer["means"],
        answer_gain=answer["gain"],
        said={voice: _saying(raw[voice.value], name, raw["key"]) for voice in Voice},
        decoy_title=decoy["title"],
        decoy_means=decoy["means"],
    )


def _saying(raw: Mapping[str, Any], name: str, place: str) -> Saying:
    if set(raw) != set(_SAID) or not all(isinstance(text, str) and text for text in raw.values()):
        raise _bad(name, place, "each voice with " + ", ".join(_SAID))
    return Saying(**raw)


def _symbols(raw: Sequence[str], name: str, place: str) -> tuple[str, ...]:
    return tuple(parse_ipc(symbol).text for symbol in _words(raw, name, f"{place}.ipc"))


def _words(raw: Any, name: str, place: str) -> tuple[str, ...]:
    if not isinstance(raw, list) or not raw or not all(isinstance(item, str) and item for item in raw):
        raise _bad(name, place, "a list of texts")
    if len(set(raw)) < len(raw):
        raise _bad(name, place, "each text once")
    return tuple(raw)


def _templates(texts: Sequence[str]) -> tuple[Template, ...]:
    return tuple(template(text) for text in texts)


def _bad(name: str, place: str, expected: str) -> BadValue:
    return BadValue(f"{name}: {place} needs {expected}.", code="bad_term_bank", file=name, place=place)
