"""Who owns patents in the made-up city: institutions with teams, groups, firms, persons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from panhuo.demo_city.calendar import iso, number
from panhuo.demo_city.numbering import Numbers
from panhuo.demo_city.parameters import CityPlan
from panhuo.demo_city.term_bank import Field
from panhuo.demo_city.writing import TopicWriter

_HEADS = {"enterprise": "91", "individual": ""}
_PUBLIC_HEAD = "12"
_FORMS = ("有限公司", "有限公司", "有限公司", "股份有限公司", "有限责任公司")
_SIZES = ("微型企业", "小型企业", "小型企业", "小型企业", "中型企业", "大型企业")


@dataclass(frozen=True, slots=True)
class Team:
    """Inventors who work together on one topic; lead first."""

    members: tuple[str, ...]
    writer: TopicWriter
    department: str = ""


@dataclass(slots=True)
class Actor:
    """One owner. type: owner type as a roster or its name would give it; code: "" for persons.

    tags: rows of rosters as (roster, tag, from, to); spellings: how files may write the name, the right one first.
    """

    key: str
    name: str
    type: str
    code: str
    district: str
    address: str
    business: str = ""
    technology: Field | None = None
    controller: str = ""
    size: str = ""
    state_owned: bool = False
    tags: list[tuple[str, str, str, str]] = field(default_factory=list)
    spellings: tuple[str, ...] = ()
    teams: list[Team] = field(default_factory=list)

    @property
    def is_academic(self) -> bool:
        return self.type not in ("enterprise", "individual")


@dataclass(slots=True)
class Cast:
    """All actors. pools: actors by the key of owner_shares; special: by key of city.yaml."""

    pools: dict[str, list[Actor]]
    special: dict[str, Actor]
    writers: list[TopicWriter]
    device_writers: dict[str, list[TopicWriter]]

    @property
    def firms(self) -> list[Actor]:
        return self.pools["firm"]

    def organisations(self) -> list[Actor]:
        """Everyone with a code, in a fixed order."""
        seen: dict[str, Actor] = {}
        for actor in [*self.special.values(), *(actor for pool in self.pools.values() for actor in pool)]:
            if actor.code:
                seen.setdefault(actor.code, actor)
        return list(seen.values())


def make_cast(plan: CityPlan, fields: Sequence[Field], numbers: Numbers, *, patents: int, seed: int) -> Cast:
    """Everyone, as many as the number of patents asks for."""
    return _Casting(plan, fields, numbers, patents, seed).cast()


class _Casting:
    def __init__(self, plan: CityPlan, fields: Sequence[Field], numbers: Numbers, patents: int, seed: int) -> None:
        self.plan, self.fields, self.numbers, self.patents = plan, fields, numbers, patents
        self.random = Random(f"{seed}:cast")
        self.writers = [TopicWriter(item, topic, seed) for item in fields for topic in item.topics]
        self.districts: Sequence[Mapping[str, Any]] = plan.place["districts"]
        self.names: set[str] = set()

    def cast(self) -> Cast:
        special = {entry["key"]: self.institution(entry) for entry in self.plan.institutions}
        special |= {entry["key"]: self.special_firm(entry) for entry in self.plan.special_firms}
        pools = {entry["type"]: [special[entry["key"]]] for entry in self.plan.institutions}
        pools["firm"] = [self.firm() for _ in range(min(3_000, max(24, self.patents // 60)))]
        pools["state_owned"] = self.state_owned(special)
        self.group_up(pools["firm"])
        pools["individual"] = [self.person() for _ in range(min(20_000, max(12, self.patents // 60)))]
        pools["firm"] += [special[key] for key in ("buyer", "second_buyer", "third_buyer", "two_spellings", "own_firm")]
        shares = self.plan.value("owner_shares")
        for key, pool in pools.items():
            self.give_teams(key, pool, shares[key])
        device = {
            item.key: [writer for writer in self.writers if writer.field is item and writer.topic.style == "device"]
            for item in self.fields
        }
        return Cast(pools, special, self.writers, device)

    def institution(self, entry: Mapping[str, Any]) -> Actor:
        code = self.numbers.organisation(_PUBLIC_HEAD, entry["district"])
        name, address = entry["name"], self.address(entry["district"])
        actor = Actor(entry["key"], name, entry["type"], code, entry["district"], address)
        actor.spellings = (name,)
        tag = {"new_rd_institution": "新型研发机构", "hospital": "医院", "research_institute": "科研院所"}
        word = tag.get(entry["type"], "高等学校")
        actor.tags.append(("科研单位名录", word, "2015-01-01", ""))
        return actor

    def special_firm(self, entry: Mapping[str, Any]) -> Actor:
        code = self.numbers.organisation("91", entry["district"])
        name, address = entry["name"], self.address(entry["district"])
        actor = Actor(entry["key"], name, "enterprise", code, entry["district"], address)
        self.names.add(entry["name"])
        actor.technology = self.fields[len(self.names) % len(self.fields)]
        actor.business = actor.technology.business[0]
        actor.controller, actor.size = entry.get("controller", ""), entry["size"]
        actor.state_owned = bool(entry.get("state_owned"))
        actor.spellings = (entry["name"], entry["alias"]) if "alias" in entry else (entry["name"],)
        until = entry.get("size_until")
        actor.tags.append(("企业规模名录", entry["size"], "2020-01-01", until.isoformat() if until else ""))
        if actor.state_owned:
            actor.tags.append(("国有企业名录", "国有企业", "2010-01-01", ""))
        if entry.get("high_tech"):
            actor.tags.append(("高新技术企业名录", "高新技术企业", "2023-12-01", "2026-11-30"))
        if "srdi_until" in entry:
            actor.tags.append(("专精特新企业名录", "专精特新中小企业", "2021-01-01", entry["srdi_until"].isoformat()))
        return actor

    def firm(self) -> Actor:
        random = self.random
        area = random.choice(self.fields)
        district = random.choice(self.districts)["code"]
        name = self.firm_name(random.choice(area.trades))
        code = self.numbers.organisation("91", district)
        actor = Actor(f"firm:{code}", name, "enterprise", code, district, self.address(district))
        actor.technology, actor.business = area, random.choice(area.business)
        actor.size, actor.spellings = random.choice(_SIZES), (name,)
        actor.tags.append(("企业规模名录", actor.size, iso(number(random.randint(2019, 2023), 1, 1)), ""))
        if random.random() < 0.45:
            year = random.randint(2020, 2025)
            actor.tags.append(("高新技术企业名录", "高新技术企业", f"{year}-12-01", f"{year + 3}-11-30"))
        if random.random() < 0.2 and actor.size != "大型企业":
            year = random.randint(2020, 2025)
            actor.tags.append(("专精特新企业名录", "专精特新中小企业", f"{year}-07-01", f"{year + 3}-06-30"))
        return actor

    def firm_name(self, trade: str) -> str:
        brands = self.plan.brands
        for _ in range(200):
            start = (
                self.plan.place["city"][:2] + self.random.choice(brands["first"]) + self.random.choice(brands["second"])
            )
            name = f"{start}{trade}{self.random.choice(_FORMS)}"
            if name not in self.names:
                self.names.add(name)
                return name
        name = f"{start}{len(self.names)}号{trade}有限公司"
        self.names.add(name)
        return name

    def state_owned(self, special: Mapping[str, Actor]) -> list[Actor]:
        return [special[key] for key in ("holding", "holding_south", "holding_north", "water_group")]

    def group_up(self, firms: list[Actor]) -> None:
        """A few firms belong to groups, which own nothing themselves."""
        for index, group in enumerate(self.plan.groups):
            for firm in firms[index * 3 : index * 3 + 3]:
                firm.controller = group

    def person(self) -> Actor:
        district = self.random.choice(self.districts)["code"]
        name = self.person_name()
        actor = Actor(f"person:{len(self.names)}:{name}", name, "individual", "", district, self.address(district))
        actor.technology, actor.spellings = self.random.choice(self.fields), (name,)
        return actor

    def person_name(self) -> str:
        people = self.plan.people
        return (
            self.random.choice(people["family"])
            + self.random.choice(people["given"])
            + self.random.choice(people["given"])
        )

    def address(self, district: str) -> str:
        place = self.plan.place
        found = next(item for item in place["districts"] if item["code"] == district)
        street = self.random.choice(found["streets"])
        return f"{place['province']}{place['city']}{found['name']}{street}{self.random.randint(1, 398)}号"

    def give_teams(self, key: str, pool: list[Actor], share: float) -> None:
        """About a dozen patents a team of an institution, one or two teams a firm, a person alone."""
        each = max(1, int(self.patents * share / 12 / len(pool)))
        for actor in pool:
            if key == "individual":
                writers = [writer for writer in self.writers if writer.field is actor.technology]
                actor.teams = [Team((actor.name,), self.random.choice(writers))]
            elif actor.is_academic:
                actor.teams = [self.team(self.writers) for _ in range(max(3, each))]
            else:
                writers = [writer for writer in self.writers if writer.field is actor.technology]
                actor.teams = [self.team(writers) for _ in range(max(2, each))]

    def team(self, writers: Sequence[TopicWriter]) -> Team:
        writer = self.random.choice(writers)
        members = tuple(dict.fromkeys(self.person_name() for _ in range(self.random.randint(3, 7))))
        symbol, departments = writer.topic.ipc[0], self.plan.departments
        begins = max((start for start in departments if symbol.startswith(start)), key=len)
        return Team(members, writer, departments[begins])
