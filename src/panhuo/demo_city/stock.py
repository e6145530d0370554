"""The owners' stock inventories: what they say of their rights in force.

One batch table an institution or a state-owned firm; what other firms would part with is gathered in one table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

from panhuo.demo_city.actors import Actor
from panhuo.demo_city.calendar import iso
from panhuo.demo_city.lists import patent_number, tables
from panhuo.demo_city.parameters import CityPlan
from panhuo.demo_city.patent import Patent
from panhuo.demo_city.patent_files import KIND_WORDS
from panhuo.demo_city.sheets import Value, Workbook
from panhuo.demo_city.truth import CityFile
from panhuo.demo_city.writing import phrases

MOST_ROWS = 40_000
_GATHERED = "gathered"
_WILLING = ("愿意转化", "愿意转化", "视条件而定", "不愿转化")
_MODES = ("转让", "普通许可", "独占许可", "开放许可", "作价入股", "均可面议")
_PRICES = (1, 2, 3, 5, 8, 10, 15, 20, 30, 50, 100)


class StockInventory:
    """Takes patents as they are made; consents: publication number -> what the owner says, where that is planted."""

    def __init__(self, folder: Path, plan: CityPlan, consents: Mapping[str, str], seed: int) -> None:
        self._folder, self._consents = folder, consents
        self._academic, self._firms = Random(f"{seed}:stock"), Random(f"{seed}:stock of firms")
        self._share, self._good = plan.share("stock_share"), plan.share("stock_good_share")
        self._firms_share = plan.share("firms_stock_share")
        self._consent = plan.share("stock_consent")
        state_owned = [entry["key"] for entry in plan.special_firms if entry.get("state_owned")]
        self._order = [*(entry["key"] for entry in plan.institutions), *state_owned, _GATHERED]
        self._books: dict[str, tuple[str, Workbook]] = {}
        self._rows = 0

    def take(self, patent: Patent) -> None:
        """A row, if the owner is an institution or a firm that lists the right."""
        owner = patent.owner
        planted = self._consents.get(patent.publication_number, "")
        if owner.type == "individual" or not patent.is_in_force or not owner.teams:
            return
        share = self._share if owner.is_academic or owner.state_owned else self._firms_share
        if not planted and (self._rows > MOST_ROWS or self._random(owner).random() > share):
            return
        book = self._book(owner)
        book.add([book.rows + 1, *self._row(patent, planted)])
        self._rows += 1

    def close(self) -> Iterator[CityFile]:
        """Finishes the files."""
        for file, book in self._books.values():
            book.close()
            yield CityFile(file, "stock_item", book.rows)

    def _random(self, owner: Actor) -> Random:
        return self._academic if owner.is_academic else self._firms

    def _book(self, owner: Actor) -> Workbook:
        own = owner.is_academic or owner.state_owned
        key, name = (owner.key, owner.name) if own else (_GATHERED, tables()["stock"]["gathered"])
        if key not in self._books:
            table = tables()["stock"]
            file = table["file"].format(place=self._order.index(key) + 1, name=name)
            titles = [title.format(name=name) for title in table["titles"]]
            self._books[key] = (file, Workbook(self._folder / file, table["heading"], titles=titles))
        return self._books[key][1]

    def _row(self, patent: Patent, planted: str) -> list[Value]:
        random, said = self._random(patent.owner), phrases()["stock"]
        topic, field = patent.team.writer.topic, patent.team.writer.field
        good = random.random() < self._good
        grade = random.choice((4, 5)) if good else random.choice((1, 2, 3, 3))
        consent = planted or ("同意" if random.random() < self._consent else "不同意")
        wish = "愿意转化" if planted == "同意" else random.choice(_WILLING)
        scenario = said["scenarios"].format(use=random.choice(topic.uses), trade=random.choice(field.trades))
        owners = "；".join([actor.name for actor in patent.owners])
        codes = [event.code for event in patent.events]
        limits = "；".join(
            word
            for begun, ended, word in (("PE01", "PC01", "质押中"), ("PP01", "PD01", "保全中"))
            if codes.count(begun) > codes.count(ended)
        )
        department, office = (
            (patent.team.department, "技术转移中心") if patent.owner.is_academic else ("", "知识产权部")
        )
        return [
            patent_number(patent.application_number), patent.title, KIND_WORDS[patent.kind], owners,
            department, "、".join(patent.inventors), iso(patent.filed), iso(patent.granted), "有效", wish,
            random.choice(said["projects"]), "否", grade, "", min(9, grade + random.randint(1, 4)), field.industry,
            scenario, random.choice(topic.gains).fill(random.random), random.choice(_MODES), random.choice(_PRICES),
            "2027-12-31", limits, random.choice(said["reasons"]), consent, f"{patent.owner.name}{office}",
        ]  # fmt: skip
