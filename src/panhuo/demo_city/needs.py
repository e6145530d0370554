"""What the city's firms ask for: ordinary needs from the term bank, planted ones with known answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from panhuo.demo_city.actors import Actor, Cast
from panhuo.demo_city.calendar import iso, number
from panhuo.demo_city.patent import Event, Patent
from panhuo.demo_city.term_bank import Field, Planted, Topic, Voice
from panhuo.demo_city.trap_maker import TrapMaker, trap_texts
from panhuo.demo_city.truth import PlantedNeed
from panhuo.demo_city.writing import phrases, planted_texts

BARS = ("lapsed", "exclusively_licensed", "preserved")
_ANSWERERS = ("university", "university", "college", "institute", "university", "new_institution", "hospital")


@dataclass(slots=True)
class Need:
    """One need. text: as the firm tells it; the other parts as the form asks for them. budget_wan: 0 for none."""

    need_id: str
    firm: Actor
    field: Field
    title: str
    text: str
    goal: str
    foundation: str
    hard: str
    budget_wan: int
    urgency: str
    mode: str
    source: str
    received: str
    stage: str
    officer: str
    next_on: str

    def told_freely(self, place: int) -> str:
        """All in one text, as an e-mail or a note of a visit has it."""
        said = phrases()["needs"]
        money = said["money"][place % len(said["money"])].format(wan=self.budget_wan) if self.budget_wan else ""
        text = self.text if self.text.endswith("。") else self.text + "。"
        goal, hard = self.goal.rstrip("。"), self.hard.rstrip("。")
        pattern: str = said["free"][place % len(said["free"])]
        return pattern.format(title=self.title, text=text, goal=goal, hard=hard, money=money)


class NeedMaker:
    """Makes needs one after the other; need ids rise."""

    def __init__(self, cast: Cast, officers: tuple[str, ...], today: int, seed: int) -> None:
        self.cast, self.officers, self.today = cast, officers, today
        self.random = Random(f"{seed}:needs")
        self.needs: list[Need] = []

    def ordinary(self, field: Field, topic: Topic) -> Need:
        """A need that the patents of its topic may answer."""
        random, told = self.random, topic.need
        firm = self.firm(field)
        parts = [random.choice(texts).fill(random.random) for texts in (told.title, told.state, told.goal, told.hard)]
        title, state, goal, hard = parts
        opening = random.choice(phrases()["needs"]["opening"])
        text = opening.format(business=firm.business or field.business[0], state=state)
        return self.keep(firm, field, title, text, goal, hard)

    def without_figures(self, fields: tuple[Field, ...]) -> Need:
        """A need that says nothing that can be measured."""
        told = trap_texts()["needs"]["without_figures"]
        (field,) = (field for field in fields if field.key == told["field"])
        need = self.keep(self.firm(field), field, told["title"], told["state"] + "。", told["goal"], told["hard"])
        need.budget_wan = 0
        return need

    def planted(self, field: Field, planted: Planted, voice: Voice) -> Need:
        """A need whose answer is among the patents."""
        said = planted.said[voice]
        return self.keep(self.firm(field), field, said.title, said.text, said.goal, said.hard)

    def firm(self, field: Field) -> Actor:
        """A firm of the field, else any."""
        firms = [firm for firm in self.cast.firms if firm.technology is field] or self.cast.firms
        return self.random.choice(firms)

    def keep(self, firm: Actor, field: Field, title: str, text: str, goal: str, hard: str) -> Need:
        """The need with the rest of its form filled in."""
        random, said = self.random, phrases()["needs"]
        received = self.today - random.randint(5, 300)
        need = Need(
            need_id=f"XQ2025-{len(self.needs) + 1:04d}",
            firm=firm,
            field=field,
            title=title,
            text=text,
            goal=goal,
            foundation=random.choice(said["foundation"]),
            hard=hard,
            budget_wan=random.choice(said["budgets"]) if random.random() < 0.8 else 0,
            urgency=random.choice(said["urgency"]),
            mode=random.choice(said["modes"]),
            source=random.choice(said["sources"]),
            received=iso(received),
            stage=random.choice(said["stages"]),
            officer=random.choice(self.officers),
            next_on=iso(self.today + random.randint(3, 40)),
        )
        self.needs.append(need)
        return need


def plant_needs(maker: TrapMaker, needs: NeedMaker, fields: tuple[Field, ...]) -> list[PlantedNeed]:
    """Laymen's needs, their answers and the patents that share their words and must not be offered."""
    found = []
    for place, (field, planted) in enumerate(_every_planted(fields)):
        need = needs.planted(field, planted, Voice.LAYMAN)
        answer = _answer(maker, planted, place)
        bar = BARS[place % len(BARS)]
        decoy = _decoy(maker, planted, place, bar)
        found.append(
            PlantedNeed(
                need_id=need.need_id,
                key=planted.key,
                field=field.key,
                voice=Voice.LAYMAN.value,
                answer=answer.publication_number,
                decoy=decoy.publication_number,
                bar=bar,
            )
        )
    return found


def word_again(needs: NeedMaker, fields: tuple[Field, ...], planted: Sequence[PlantedNeed]) -> list[PlantedNeed]:
    """The same demands once more, as the technical departments of other firms word them."""
    by_key = {need.key: need for need in planted}
    return [
        replace(
            by_key[told.key],
            need_id=needs.planted(field, told, Voice.ENGINEER).need_id,
            voice=Voice.ENGINEER.value,
        )
        for field, told in _every_planted(fields)
    ]


def _every_planted(fields: tuple[Field, ...]) -> list[tuple[Field, Planted]]:
    return [(field, planted) for field in fields for planted in field.planted]


def _answer(maker: TrapMaker, planted: Planted, place: int) -> Patent:
    owner = maker.actor(_ANSWERERS[place % len(_ANSWERERS)])
    texts = planted_texts(planted.answer_title, planted.answer_means, planted.answer_gain, "invention")
    filed = number(2018 + place % 4, 2 + place % 9, 3 + place % 24)
    patent = maker.right(owner, "invention", filed, texts=texts, ipc=planted.answer_ipc)
    maker.consents[patent.publication_number] = "同意"
    return patent


def _decoy(maker: TrapMaker, planted: Planted, place: int, bar: str) -> Patent:
    kind = "utility_model" if "方法" not in planted.decoy_title else "invention"
    texts = planted_texts(planted.decoy_title, planted.decoy_means, "", kind)
    filed = number(2019 + place % 3, 1 + place % 11, 5 + place % 20)
    owner, ipc = maker.actor("university"), planted.answer_ipc[:1]
    if bar == "lapsed":
        ended = number(2024, 3, 5) + 7 * (place % 30)
        return maker.right(
            owner, kind, filed, granted=filed + 420, ended=ended, status="lapsed_unpaid_fee", texts=texts, ipc=ipc
        )
    patent = maker.right(owner, kind, filed, texts=texts, ipc=ipc)
    maker.consents[patent.publication_number] = "同意"
    if bar == "preserved":
        patent.events.append(Event("PP01", number(2025, 2, 7) + place, "保全"))
    else:
        day = number(2024, 6, 4) + place
        maker.dealings.licence(
            patent, maker.actor("firm"), day, ends=day + 5 * 365, terms="独占许可", amount="20", note="固定费用"
        )
    return patent
