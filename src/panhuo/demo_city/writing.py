"""Titles, abstracts, first claims and needs, put together from the term bank with changing syntax."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from math import gcd, prod
from operator import itemgetter
from random import Random as Seeded
from typing import Any, NamedTuple

import yaml

from panhuo.demo_city.term_bank import Field, Random, Template, Topic

_SLOT = re.compile(r"\{(\w+)\}")
_VARIANTS = 40
THIS = {"invention": "本发明", "utility_model": "本实用新型", "design": "本外观设计"}


@cache
def phrases() -> Mapping[str, Any]:
    """phrases.yaml."""
    loaded: Mapping[str, Any] = yaml.safe_load(
        files("panhuo.demo_city").joinpath("phrases.yaml").read_text(encoding="utf-8")
    )
    return loaded


class Texts(NamedTuple):
    """What a patent says."""

    title: str
    abstract: str
    claim: str


class _Form:
    """A pattern with named slots, made ready for quick filling."""

    __slots__ = ("_form", "_values")

    def __init__(self, text: str) -> None:
        names = _SLOT.findall(text)
        self._form = _SLOT.sub("%s", text.replace("%", "%%"))
        self._values = itemgetter(*names, names[0])  # one more, so that it is a tuple in any case

    def fill(self, slots: Mapping[str, str]) -> str:
        return self._form % self._values(slots)[:-1]


class TopicWriter:
    """Writes for one topic; titles walk through all combinations before one comes twice."""

    def __init__(self, field: Field, topic: Topic, seed: int) -> None:
        self.field, self.topic = field, topic
        said = phrases()
        self._titles = [_TitleForm(entry, topic, said["tails"][topic.style]) for entry in said["titles"]]
        self._total = sum(title.count for title in self._titles)
        self._stride = next(n for n in range(int(self._total * 0.618), 2 * self._total) if gcd(n, self._total) == 1)
        self._next = seed * 101 % self._total
        self._abstracts = [_Form(text) for text in said["abstracts"]]
        self._claims = [_Form(text) for text in said["claims"]]
        self._longer, self._short = [_Form(text) for text in said["longer"]], int(said["shorter_than"])
        random = Seeded(f"{seed}:{field.key}:{topic.key}").random
        self._flaws, self._bodies = _variants(topic.flaws, random), _variants(topic.bodies, random)
        self._gains, self._details = _variants(topic.gains, random), _variants(topic.details, random)

    def write(self, kind: str, random: Random) -> Texts:
        """One patent's texts; kind is invention or utility_model."""
        topic, gains, details = self.topic, self._gains, self._details
        slots = {
            "way": topic.ways[int(random() * len(topic.ways))],
            "use": topic.uses[int(random() * len(topic.uses))],
        }
        title = self._title(slots, kind)
        gain, detail = int(random() * len(gains)), int(random() * len(details))
        one, other = int(random() * _VARIANTS), int(random() * _VARIANTS)
        step = 1 + (one & 1)
        slots["np"] = title
        slots["this"] = THIS[kind]
        slots["area"] = self.field.area
        slots["flaw"] = self._flaws[int(random() * len(self._flaws))][one]
        slots["body"] = self._bodies[int(random() * len(self._bodies))][other]
        slots["d1"] = details[detail][one]
        slots["d2"] = details[(detail + step) % len(details)][other]
        slots["g1"] = gains[gain][other]
        slots["g2"] = gains[(gain + 1) % len(gains)][one]
        abstract = self._abstracts[int(random() * len(self._abstracts))].fill(slots)
        if len(abstract) < self._short:
            slots["d3"] = details[(detail + 2 * step) % len(details)][one]
            slots["g3"] = gains[(gain + 2) % len(gains)][other]
            abstract += self._longer[0].fill(slots)
            if len(abstract) < self._short:
                abstract += self._longer[1].fill(slots)
        return Texts(title, abstract, self._claims[int(random() * len(self._claims))].fill(slots))

    def _title(self, slots: dict[str, str], kind: str) -> str:
        index = self._next
        self._next = (index + self._stride) % self._total
        for title in self._titles:
            if index < title.count:
                return title.fill(index, slots, kind)
            index -= title.count
        raise AssertionError("the index is below the total")


def _variants(templates: Sequence[Template], random: Random) -> list[tuple[str, ...]]:
    """Each template filled a few dozen times: drawing from these is quicker than filling anew for each patent."""
    return [
        tuple([form.fill(random) for _ in range(_VARIANTS)]) if form.figures else (form.form,) * _VARIANTS
        for form in templates
    ]


class _TitleForm:
    """One way to word a title. count: how many combinations of its parts there are."""

    def __init__(self, entry: Mapping[str, Any], topic: Topic, tail: str) -> None:
        choices = {"mark": topic.marks, "name": topic.names, "way": topic.ways, "use": topic.uses}
        self._parts = tuple((part, choices.get(part, topic.marks)) for part in entry["parts"])
        text = entry["text"].replace("{tail}", tail)
        self._form, self._model = _Form(text), _Form(entry.get("model", text))
        self.count = prod(len(values) - (part == "second") for part, values in self._parts)

    def fill(self, index: int, slots: dict[str, str], kind: str) -> str:
        """The title of that index; the chosen parts go into the slots."""
        taken = -1
        for part, values in self._parts:
            if part == "second":
                index, place = divmod(index, len(values) - 1)
                place += place >= taken
            else:
                index, place = divmod(index, len(values))
                taken = place if part == "mark" else taken
            slots[part] = values[place]
        return (self._model if kind == "utility_model" else self._form).fill(slots)


def design_texts(field: Field, random: Random) -> Texts:
    """A design: its name, and the brief description in place of an abstract."""
    said = phrases()["designs"]
    name = _pick(field.design_names, random)
    title = _pick(said["title"], random).format(name=name, variant=_pick(said["variants"], random))
    abstract = said["abstract"].format(
        name=title, purpose=_pick(field.design_purposes, random), point=_pick(said["points"], random)
    )
    return Texts(title, abstract, "")


def planted_texts(title: str, means: str, gain: str, kind: str) -> Texts:
    """A patent whose means are given word by word."""
    this = THIS[kind]
    abstract = f"{this}公开了{title}，{means}。" + (f"{gain}。" if gain else "")
    return Texts(title, abstract, f"{title}，其特征在于，{means}。")


def _pick(values: Sequence[str], random: Random) -> str:
    return values[int(random() * len(values))]
