"""The whole city in one pass: patents are drawn, dealt with, written and forgotten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from panhuo.demo_city.actors import Cast, make_cast
from panhuo.demo_city.dealings import Dealings
from panhuo.demo_city.life import Lives
from panhuo.demo_city.lists import tables, write_ledgers, write_needs, write_population, write_rosters
from panhuo.demo_city.needs import NeedMaker, plant_needs, word_again
from panhuo.demo_city.numbering import Numbers
from panhuo.demo_city.parameters import CityPlan, load_plan
from panhuo.demo_city.patent import Patent
from panhuo.demo_city.patent_files import cnipr_row, gazette_name, gazette_xml, json_row, patsnap_rows
from panhuo.demo_city.sheets import Archive, Csv, JsonLines, Value, Workbook
from panhuo.demo_city.stock import StockInventory
from panhuo.demo_city.term_bank import load_fields
from panhuo.demo_city.trap_maker import TrapMaker
from panhuo.demo_city.traps import plant_traps
from panhuo.demo_city.truth import CityFile, CityTruth, RowTrap

LARGE = 50_000
"""From so many patents on the universities' export is CSV: a workbook of that size opens nowhere quickly."""
_GAZETTE_DAYS = 45
_ONLY_GAZETTE_DAYS = 20
_PATSNAP_OWNERS = ("university", "vocational_college")


def make_city(folder: Path, *, patents: int = 20_000, seed: int = 2025) -> CityTruth:
    """Writes the import inputs of a made-up city into a folder, and what is expected of them beside it.

    The same seed and size give the same bytes. Planted rights come on top where `patents` is smaller than their
    number. Memory is bounded by the events, not by the patents.

    Args:
        folder: made if missing; files of the same names are replaced.
        patents: rights and applications; documents, ledgers and rosters follow from it.
    Returns: the truth; also written to ../truth/truth.json, which the product never reads.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plan, fields = load_plan(), load_fields()
    numbers = Numbers(seed)
    cast = make_cast(plan, fields, numbers, patents=patents, seed=seed)
    lives, dealings = Lives(plan, cast, numbers, seed), Dealings(plan, cast, numbers, seed)
    maker = TrapMaker(cast, lives, dealings)
    needs = NeedMaker(cast, plan.officers, lives.today, seed)
    plant_traps(maker)
    planted = plant_needs(maker, needs, fields)
    for field in fields:
        for topic in field.topics:
            for _ in range(int(plan.value("needs_per_topic"))):
                needs.ordinary(field, topic)
    plain = needs.without_figures(fields)
    maker.expect("need_without_figures", None, plain.need_id, need_id=plain.need_id, figures=[])
    planted += word_again(needs, fields, planted)
    out = _Out(folder, plan, maker.consents, seed, large=patents > LARGE)
    counts: Counter[str] = Counter()
    for patent in _all(maker, lives, dealings, patents):
        out.take(patent)
        counts["patents"] += 1
        counts[patent.status] += 1
    rows = list(out.spoilt_rows(numbers, lives))
    found = [
        *out.close(),
        *write_ledgers(folder, dealings.rows, cast),
        *write_rosters(folder, cast, plan),
        write_population(folder, plan),
        *write_needs(folder, needs.needs, plan),
        *out.stock.close(),
    ]
    truth = CityTruth(
        folder=folder,
        at=maker.at,
        seed=seed,
        patents=counts["patents"],
        files=tuple(sorted(found, key=lambda entry: entry.name)),
        needs=tuple(planted),
        traps=tuple(maker.traps),
        rows=tuple(rows),
        counts=dict(sorted((counts + out.counts).items())),
    )
    truth.write()
    return truth


def _all(maker: TrapMaker, lives: Lives, dealings: Dealings, patents: int) -> Iterator[Patent]:
    """Ordinary patents with the planted ones strewn among them."""
    planted = maker.patents
    every = max(1, patents // (len(planted) + 1))
    made = placed = 0
    for drawn in lives.draw():
        for patent in drawn:
            while placed < len(planted) and made + 1 >= (placed + 1) * every:
                yield planted[placed]
                placed += 1
                made += 1
            if made >= patents:
                yield from planted[placed:]
                return
            dealings.happen(patent)
            yield patent
            made += 1


class _Out:
    """The patent files. Each owner's rights go the way an office would get them."""

    def __init__(self, folder: Path, plan: CityPlan, consents: dict[str, str], seed: int, *, large: bool) -> None:
        told = tables()
        self._names = {key: told[key]["file"] for key in ("patsnap", "cnipr", "jsonl", "gazette")}
        heading = told["patsnap"]["heading"]
        self.patsnap: Workbook | Csv
        if large:
            self._names["patsnap"] = told["patsnap"]["large_file"]
            self.patsnap = Csv(folder / self._names["patsnap"], heading)
        else:
            self.patsnap = Workbook(folder / self._names["patsnap"], heading)
        self.cnipr = Csv(folder / self._names["cnipr"], told["cnipr"]["heading"], encoding="gb18030")
        self.jsonl = JsonLines(folder / self._names["jsonl"])
        self.gazette = Archive(folder / self._names["gazette"])
        self.stock = StockInventory(folder, plan, consents, seed)
        self.counts: Counter[str] = Counter()
        self._today = plan.day_number("day")
        self._gazette_rows = int(plan.value("gazette_rows"))
        self._last_cnipr: list[Value] = []

    def take(self, patent: Patent) -> None:
        """Writes one patent wherever it belongs."""
        self.stock.take(patent)
        first = patent.applicants[0]
        if patent.granted > self._today - _GAZETTE_DAYS and self.gazette.rows < self._gazette_rows:
            self.gazette.add(gazette_name(patent), gazette_xml(patent))
            if not first.is_academic and patent.granted > self._today - _ONLY_GAZETTE_DAYS:
                self.counts["only_in_gazette"] += 1
                return
        if first.type in _PATSNAP_OWNERS:
            for row in patsnap_rows(patent, self.patsnap.rows + 1):
                self.patsnap.add(row)
        elif first.is_academic:
            self.jsonl.add(json_row(patent))
        else:
            self._last_cnipr = cnipr_row(patent)
            self.cnipr.add(self._last_cnipr)

    def spoilt_rows(self, numbers: Numbers, lives: Lives) -> Iterator[RowTrap]:
        """Rows that are wrong on purpose, at the end of the lists."""
        self.cnipr.add(self._last_cnipr)
        yield RowTrap("duplicate_row", self._names["cnipr"], str(self._last_cnipr[0]), "unchanged")
        row = list(self._last_cnipr)
        right = numbers.application("utility_model", 2021)
        wrong = right[:-1] + ("1" if right[-1] == "0" else "0")
        row[0], row[2], row[4] = f"CN{wrong}", "", "一种校验位有误的示例装置"
        self.cnipr.add(row)
        yield RowTrap("wrong_check_digit", self._names["cnipr"], wrong, "rejected")
        row = list(self._last_cnipr)
        row[0], row[2], row[4] = "", "", "一种没有号码的示例装置"
        self.cnipr.add(row)
        yield RowTrap("row_without_number", self._names["cnipr"], str(row[4]), "rejected")
        owner = lives.cast.special["university"]
        patent = lives.patent(owner, owner.teams[0], "utility_model")
        unnumbered = patsnap_rows(patent, self.patsnap.rows + 1)[0]
        unnumbered[1] = unnumbered[2] = "-"
        self.patsnap.add(unnumbered)
        yield RowTrap("row_without_number", self._names["patsnap"], patent.title, "rejected")

    def close(self) -> Iterator[CityFile]:
        """Finishes the files."""
        encodings = {"cnipr": "gb18030", "jsonl": "utf-8", "gazette": "", "patsnap": ""}
        for key, sheet in (
            ("patsnap", self.patsnap),
            ("cnipr", self.cnipr),
            ("jsonl", self.jsonl),
            ("gazette", self.gazette),
        ):
            sheet.close()
            yield CityFile(self._names[key], "patents", sheet.rows, encodings[key])


def city_cast(patents: int, seed: int) -> tuple[CityPlan, Cast, Lives]:
    """Plan, actors and a source of ordinary patents, for those who want rows without files."""
    plan, fields, numbers = load_plan(), load_fields(), Numbers(seed)
    cast = make_cast(plan, fields, numbers, patents=patents, seed=seed)
    return plan, cast, Lives(plan, cast, numbers, seed)
