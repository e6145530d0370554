"""The usual course of a patent: filing, publication, grant, end, as shares and days of city.yaml say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import log
from random import Random
from typing import NamedTuple, TypeVar

from panhuo.demo_city.actors import Actor, Cast, Team
from panhuo.demo_city.calendar import anniversary, gazette_day, number, year_of
from panhuo.demo_city.numbering import Numbers
from panhuo.demo_city.parameters import CityPlan
from panhuo.demo_city.patent import Patent
from panhuo.demo_city.writing import Texts, TopicWriter, design_texts

Some = TypeVar("Some")
Key = TypeVar("Key")
_SLOTS = 1_000
TERMS = {"invention": 20, "utility_model": 10, "design": 10}
_NEW_DESIGNS_FROM = number(2021, 6, 1)
_FIRST_GRANT = number(2010, 4, 7)  # since then A and B of one invention share their digits


class Course(NamedTuple):
    """Days of one application and what it has come to."""

    filed: int
    published: int
    granted: int
    ended: int
    status: str


class Lives:
    """Draws ordinary patents. One instance gives each number once."""

    def __init__(self, plan: CityPlan, cast: Cast, numbers: Numbers, seed: int) -> None:
        self.cast, self.numbers = cast, numbers
        self.random = Random(f"{seed}:lives").random
        self.today = plan.day_number("day")
        self._owners = _table(plan.value("owner_shares"))
        self._academic, self._firm = _table(plan.value("academic_kinds")), _table(plan.value("firm_kinds"))
        self._years = _table(plan.value("filing_years"))
        self._first_day = {year: number(year, 1, 1) for year in plan.value("filing_years")}
        self._rows = _table(plan.value("application_rows_of_granted"))
        members = plan.share("pair_member_share") / 2
        self._pair = members / (1 - members)
        self._refused = plan.share("refused_share")
        self._withdrawn = self._refused + plan.share("withdrawn_share")
        self._grant_lag = {kind: _lag(days) for kind, days in plan.value("grant_lag_days").items()}
        self._publication_lag: tuple[int, int] = tuple(plan.value("publication_lag_days"))
        self._years_paid = {kind: 1 / log(1 - share) for kind, share in plan.value("lapse_per_year").items()}
        self._co_owned = plan.share("co_owned_share")
        self._agencies = plan.agencies
        self._family, self._family_granted = plan.share("family_share"), plan.share("family_granted")

    def draw(self) -> Iterator[tuple[Patent, ...]]:
        """One patent after the other without end; a same-day pair comes as two (invention, utility model)."""
        while True:
            pool = self._owners[int(self.random() * _SLOTS)]
            actor = self._pick(self.cast.pools[pool])
            team = self._pick(actor.teams)
            if self.random() < self._pair:
                yield self._pair_of(actor, team)
                continue
            kinds = self._academic if actor.is_academic else self._firm
            kind = kinds[int(self.random() * _SLOTS)]
            yield (self.patent(actor, team, kind),)

    def patent(self, actor: Actor, team: Team, kind: str) -> Patent:
        """One patent that stands alone."""
        writer = self._writer(team, kind)
        texts = design_texts(writer.field, self.random) if kind == "design" else writer.write(kind, self.random)
        return self.build(actor, team, writer, kind, texts, self.course(kind, self._filing_day()))

    def build(self, actor: Actor, team: Team, writer: TopicWriter, kind: str, texts: Texts, course: Course) -> Patent:
        """A patent of given texts and course, with numbers and the rest drawn."""
        random, invention = self.random, kind == "invention"
        application_document = grant_document = ""
        if invention:
            base = self.numbers.publication(kind, course.published)
            application_document = base + "A"
            grant_document = base + "B" if course.granted else ""
        else:
            grant_document = self.numbers.publication(kind, course.granted) + ("U" if kind == "utility_model" else "S")
        members = team.members
        count = len(members) if len(members) < 3 else 2 + int(random() * (len(members) - 1))
        ipc = writer.topic.ipc
        start = int(random() * 2)
        patent = Patent(
            kind=kind,
            owners=(actor,),
            applicants=(actor,),
            inventors=members[:count],
            team=team,
            title=texts.title,
            abstract=texts.abstract,
            claim=texts.claim,
            ipc=() if kind == "design" else ipc[start : start + 1 + int(random() * len(ipc))] or ipc[:1],
            loc=writer.field.loc if kind == "design" else "",
            filed=course.filed,
            published=course.published,
            granted=course.granted,
            application_number=self.numbers.application(kind, year_of(course.filed)),
            application_document=application_document,
            grant_document=grant_document,
            status=course.status,
            ended=course.ended,
        )
        age = min(12, (self.today - course.filed) // 365)
        patent.cited_by = int(age * random() * random() * random() * 4)
        patent.cites = int(random() * random() * 12)
        patent.claims = 1 if kind == "design" else 3 + int(random() * 8)
        patent.agency = self._agencies[int(random() * len(self._agencies))] if random() < 0.85 else ""
        if invention and course.granted:
            patent.document_rows = self._rows[int(random() * _SLOTS)]
            if random() < self._family:
                patent.family = (self.numbers.abroad(granted=random() < self._family_granted),)
        elif invention:
            patent.document_rows = "application_only"
        if random() < self._co_owned:
            partner = self._pick(self.cast.firms)
            if partner is not actor:
                patent.owners = patent.applicants = (actor, partner)
        return patent

    def course(self, kind: str, filed: int) -> Course:
        """What becomes of an application filed on a day, as far as the day of the city."""
        random, today = self.random, self.today
        lag = self._grant_lag[kind]
        low, high = lag
        decided = gazette_day(filed + low + int((high - low) * (random() + random() * random())))
        published = 0
        if kind == "invention":
            first, last = self._publication_lag
            published = gazette_day(filed + first + int((last - first) * random()))
            if published > today:  # nobody outside the office knows of it yet: it was filed a year earlier
                return self.course(kind, anniversary(filed, -1))
            decided = max(decided, published + 90, _FIRST_GRANT)
            decided = gazette_day(decided)
            if decided > today:
                return Course(filed, published, 0, 0, "examination" if today - published > 40 else "published")
            fate = random()
            if fate < self._refused:
                return Course(filed, published, 0, decided, "rejected")
            if fate < self._withdrawn:
                return Course(filed, published, 0, decided, "withdrawn")
        elif decided > today:
            return self.course(kind, anniversary(filed, -1))
        return self._after_grant(kind, filed, published, decided)

    def _after_grant(self, kind: str, filed: int, published: int, granted: int) -> Course:
        years = max(1, year_of(granted) - year_of(filed))
        term = 15 if kind == "design" and filed >= _NEW_DESIGNS_FROM else TERMS[kind]
        today = self.today
        # The first fee that is not paid, were there no end: each year bears the same risk.
        missed = years + int(log(1 - self.random()) * self._years_paid[kind])
        if missed < term:
            due = anniversary(filed, missed)
            if due <= granted:
                due = anniversary(filed, missed + 1)
            if due + 330 <= today:  # announced after the six months of grace
                announced = gazette_day(due + 210 + int(100 * self.random()))
                return Course(filed, published, granted, announced, "lapsed_unpaid_fee")
            return Course(filed, published, granted, 0, "granted_in_force")
        expired = anniversary(filed, term)
        if expired > today:
            return Course(filed, published, granted, 0, "granted_in_force")
        return Course(filed, published, granted, min(gazette_day(expired + 20), today), "expired_term")

    def _pair_of(self, actor: Actor, team: Team) -> tuple[Patent, ...]:
        """一案双申: the utility model is given up when the invention is granted, if it still lives."""
        device = self._writer(team, "utility_model")
        filed = self._filing_day()
        while True:
            model_course = self.course("utility_model", filed)
            course = self.course("invention", model_course.filed)
            if course.filed == model_course.filed:
                break
            filed = course.filed
        if course.granted and not (model_course.ended and model_course.ended <= course.granted):
            model_course = model_course._replace(ended=course.granted, status="abandoned_double")
        texts = device.write("utility_model", self.random)  # of one title, which fits both kinds
        said = texts.abstract.replace("本实用新型", "本发明")
        invention = self.build(actor, team, device, "invention", texts._replace(abstract=said), course)
        model = self.build(actor, team, device, "utility_model", texts, model_course)
        model.owners, model.applicants, model.inventors = invention.owners, invention.applicants, invention.inventors
        invention.has_pair = model.has_pair = True
        return invention, model

    def _writer(self, team: Team, kind: str) -> TopicWriter:
        """The team's topic; utility models protect devices only, so theirs is one of the same field."""
        if kind != "utility_model" or team.writer.topic.style == "device":
            return team.writer
        return self._pick(self.cast.device_writers[team.writer.field.key])

    def _filing_day(self) -> int:
        year = self._years[int(self.random() * _SLOTS)]
        return int(self._first_day[year] + self.random() * 334)

    def _pick(self, values: Sequence[Some]) -> Some:
        return values[int(self.random() * len(values))]


def _table(weights: Mapping[Key, float]) -> list[Key]:
    """A thousand slots, as many for each key as its weight asks: one look-up draws a key."""
    total = sum(weights.values())
    slots: list[Key] = []
    reached = 0.0
    for key, weight in weights.items():
        reached += weight / total * _SLOTS
        slots += [key] * (round(reached) - len(slots))
    return slots


def _lag(days: Sequence[int]) -> tuple[int, int]:
    """Bounds of the draw: a little outside the middle half."""
    low, high = days
    return int(low * 0.8), int(high * 1.1)
