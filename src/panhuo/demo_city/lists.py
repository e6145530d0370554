"""The city's lists beside patents: official details, rosters, population, needs, open licences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from panhuo.demo_city.actors import Cast
from panhuo.demo_city.calendar import iso
from panhuo.demo_city.dealings import LedgerRow
from panhuo.demo_city.needs import Need
from panhuo.demo_city.parameters import CityPlan
from panhuo.demo_city.patent_files import KIND_WORDS
from panhuo.demo_city.sheets import Csv, JsonLines, Value, write_table
from panhuo.demo_city.truth import CityFile

_OWNER_WORDS = {
    "university": "高校",
    "vocational_college": "高校",
    "hospital": "其他",
    "new_rd_institution": "科研院所",
    "research_institute": "科研院所",
}


@cache
def tables() -> Mapping[str, Mapping[str, Any]]:
    """tables.yaml."""
    loaded: Mapping[str, Mapping[str, Any]] = yaml.safe_load(
        files("panhuo.demo_city").joinpath("tables.yaml").read_text(encoding="utf-8")
    )
    return loaded


def write_ledgers(folder: Path, ledgers: Mapping[str, Sequence[LedgerRow]], cast: Cast) -> Iterator[CityFile]:
    """The official lists, oldest row first."""
    owner_words = {actor.name: _OWNER_WORDS.get(actor.type, "其他") for actor in cast.organisations()}
    shapes = {
        "licence": _licence,
        "transfer": _transfer,
        "pledge": _pledge,
        "product_filing": _product,
        "technology_contract": _contract,
    }
    for name, rows in ledgers.items():
        table = tables()[name]
        ordered = sorted(rows, key=lambda row: (row.day, row.number, row.application_number))
        lines = (
            [place, *(shapes[name](row) if name in shapes else _open_licence(row, owner_words))]
            for place, row in enumerate(ordered, start=1)
        )
        count = write_table(folder / table["file"], table["heading"], lines, titles=table["titles"])
        yield CityFile(table["file"], "open_licence" if name == "open_licence" else "events", count)


def patent_number(application_number: str) -> str:
    """As on certificates: ZL 2021 1 0123456.7."""
    return f"ZL {application_number[:4]} {application_number[4]} {application_number[5:]}"


def _amount(text: str) -> Value:
    return float(text) if text else ""


def _right_and_parties(row: LedgerRow) -> list[Value]:
    right = [row.number, patent_number(row.application_number), row.title, KIND_WORDS[row.kind]]
    return [*right, row.from_name, row.from_code, row.to_name, row.to_code]


def _licence(row: LedgerRow) -> list[Value]:
    return [
        *_right_and_parties(row), row.terms, iso(row.day), iso(row.starts), iso(row.ends), _amount(row.amount_wan),
        iso(row.cancelled), row.note,
    ]  # fmt: skip


def _transfer(row: LedgerRow) -> list[Value]:
    return [*_right_and_parties(row), iso(row.day), _amount(row.amount_wan)]


def _pledge(row: LedgerRow) -> list[Value]:
    return [*_right_and_parties(row), iso(row.day), iso(row.ends), _amount(row.amount_wan), iso(row.cancelled)]


def _product(row: LedgerRow) -> list[Value]:
    number = patent_number(row.application_number)
    return [row.number, row.to_name, row.to_code, row.subject, number, row.title, iso(row.day)]


def _contract(row: LedgerRow) -> list[Value]:
    return [
        row.number, row.title, row.subject, row.from_name, row.from_code, row.to_name, row.to_code,
        patent_number(row.application_number), _amount(row.amount_wan), iso(row.day),
    ]  # fmt: skip


def _open_licence(row: LedgerRow, owner_words: Mapping[str, str]) -> list[Value]:
    payment = "无需支付" if row.subject == "免费" else "合同生效后30日内支付"
    return [
        patent_number(row.application_number), row.title, KIND_WORDS[row.kind], row.from_name,
        owner_words.get(row.from_name, "其他"), row.subject, payment, "3年", iso(row.ends), "全国", iso(row.day),
        f"{row.from_name}成果转化办公室",
    ]  # fmt: skip


def write_rosters(folder: Path, cast: Cast, plan: CityPlan) -> Iterator[CityFile]:
    """One list a roster: tags with the days they hold, spellings, who controls whom."""
    districts = {item["code"]: item["name"] for item in plan.place["districts"]}
    by_roster: dict[str, list[list[Value]]] = {}
    for actor in cast.organisations():
        alias = "；".join(actor.spellings[1:])
        district = districts[actor.district]
        for roster, tag, since, until in actor.tags:
            row: list[Value] = [actor.code, actor.name, alias, tag, since, until, district, "", f"{roster}（合成数据）"]
            by_roster.setdefault(roster, []).append(row)
        if actor.controller:
            source = "集团成员名录（合成数据）"
            row = [actor.code, actor.name, alias, "集团成员", "2018-01-01", "", district, actor.controller, source]
            by_roster.setdefault("集团成员名录", []).append(row)
    table = tables()["roster"]
    for place, name in enumerate(sorted(by_roster), start=1):
        file = table["file"].format(place=place, name=name)
        lines = ([number, *row] for number, row in enumerate(by_roster[name], start=1))
        titles = [title.format(name=name) for title in table["titles"]]
        yield CityFile(file, "roster", write_table(folder / file, table["heading"], lines, titles=titles))


def write_population(folder: Path, plan: CityPlan) -> CityFile:
    """Residents by district and year; the city's own row is the sum."""
    table, place = tables()["population"], plan.place
    years = plan.place["population_years"]
    sheet = Csv(folder / table["file"], table["heading"])
    for index, year in enumerate(years):
        total = sum(item["persons"][index] for item in place["districts"])
        sheet.add([place["code"], place["city"], year, total, "统计公报（合成数据）"])
        for item in place["districts"]:
            sheet.add([item["code"], item["name"], year, item["persons"][index], "统计公报（合成数据）"])
    sheet.close()
    return CityFile(table["file"], "population", sheet.rows, "utf-8-sig")


def write_needs(folder: Path, needs: Sequence[Need], plan: CityPlan) -> Iterator[CityFile]:
    """Every second need in the four-part form, the others as free text."""
    districts = {item["code"]: item["name"] for item in plan.place["districts"]}
    table, free = tables()["needs"], tables()["free_needs"]
    lines = ([place, *_form(need, districts)] for place, need in enumerate(needs[::2], start=1))
    count = write_table(folder / table["file"], table["heading"], lines, titles=table["titles"])
    yield CityFile(table["file"], "needs", count)
    sheet = JsonLines(folder / free["file"])
    for place, need in enumerate(needs[1::2]):
        sheet.add(
            {
                "need_id": need.need_id,
                "firm": need.firm.name,
                "firm_code": need.firm.code,
                "region": districts[need.firm.district],
                "title": need.title,
                "text": need.told_freely(place),
                "received_on": need.received,
                "source_name": need.source,
            }
        )
    sheet.close()
    yield CityFile(free["file"], "needs", sheet.rows)


def _form(need: Need, districts: Mapping[str, str]) -> list[Value]:
    return [
        need.need_id, need.firm.name, need.firm.code, districts[need.firm.district], need.field.industry, need.title,
        need.text, need.goal, need.foundation, need.hard, need.budget_wan or "", need.urgency, need.mode, need.source,
        need.received, need.stage, need.officer, need.next_on,
    ]  # fmt: skip
