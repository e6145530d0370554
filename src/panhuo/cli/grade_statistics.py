"""Statistics of 高价值发明专利 beside a grade: sheets that people open, or one long table for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from panhuo.adapters.writers.columns import Column
from panhuo.adapters.writers.list_notes import stands_on, synthetic_head

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.adapters.tables.protocol import Tables
    from panhuo.engine.grading import Statistics
    from panhuo.rules import InForce
    from panhuo.rules.labels import Labels

TOTALS = (Column("key", "指标", "text", 34), Column("patents", "件数", "int", 12), Column("share", "比重", "share", 10))
CASE_COLUMNS = (
    Column("case", "情形（可重叠）", "text", 30),
    Column("patents", "高价值发明专利（件）", "int", 20),
    Column("alone", "仅符合此情形（件）", "int", 18),
    Column("share_of_high_value", "占高价值发明专利", "share", 18),
    Column("share_of_inventions", "占国内有效发明专利", "share", 18),
)
COMBINATION_COLUMNS = (
    Column("cases", "同时符合的情形（每件只计一次）", "long", 60),
    Column("patents", "件数", "int", 12),
)
REGION_COLUMNS = (
    Column("region_code", "地区代码", "text", 10),
    Column("region_name", "地区", "text", 16),
    Column("high_value", "高价值发明专利（件）", "int", 20),
    Column("inventions", "有效发明专利（件）", "int", 18),
    Column("patents", "有效专利（件）", "int", 14),
    Column("persons", "常住人口（人）", "int", 14),
    Column("year", "人口年份", "int", 9),
    Column("per_residents", "每万人口拥有量（件）", "float", 20),
    Column("share_of_inventions", "占本地有效发明专利", "share", 18),
    Column("share_of_high_value", "占全部高价值发明专利", "share", 20),
    Column("reason", "说明", "text", 22),
)
RIPENING_COLUMNS = (
    Column("publication_number", "公开（公告）号", "text", 18),
    Column("application_number", "专利号", "text", 18),
    Column("title", "专利名称", "text", 40),
    Column("first_owner", "第一权利人", "text", 26),
    Column("region_code", "地区代码", "text", 10),
    Column("filing_date", "申请日", "date"),
    Column("passes_on", "超过规定年数之日", "date", 16),
    Column("high_value", "现已属高价值", "text", 14),
)
LONG_COLUMNS = (
    Column("section", "部分", "text", 14),  # total | case | combination | region | ripening
    Column("key", "代码", "text", 30),
    Column("name", "名称", "text", 30),
    Column("figure", "指标", "text", 24),
    Column("value", "数值", "float", 14),
    Column("year", "年份", "int", 8),
    Column("reason", "说明", "text", 20),
)
TOTAL_WORDS = {
    "high_value": "高价值发明专利",
    "share_of_inventions": "高价值发明专利占国内有效发明专利",
    "share_of_patents": "高价值专利占国内有效专利",
    "inventions": "国内有效发明专利",
    "patents": "国内有效专利",
    "cannot_say": "事实不足、无法判断（不计入）",
    "residence_unknown": "住所不明的有效专利（不计入）",
    "inventions_residence_unknown": "其中：住所不明的有效发明专利（不计入）",
    "ripening": "今后数月内超过规定年数的有效发明专利",
}
NOTE = (
    "基数：国家知识产权局授权、查询日有效、第一权利人在境内的专利。地区含其下辖地区；人口年份即所用年末常住人口的年份。"
)


class GradeStatistics:
    """Statistics of one grade, worked out once, told in three ways."""

    def __init__(self, tables: Tables, rules: InForce) -> None:
        from panhuo.engine.grading import Population, ripening, stock, stock_figures

        assets, graded = tables["assets"], tables["graded"]
        counted = stock(assets, graded, rules)
        names = {row["code"]: row["name"] for row in rules.table("regions")}
        people = tables["population"].select("region_code", "region_name", "year", "persons")
        self._found: Statistics = stock_figures(
            [dict(zip(counted.columns, row, strict=True)) for row in tables.rows(counted)],
            [Population(code, name or names.get(code, ""), *more) for code, name, *more in tables.rows(people)],
            rules,
        )
        self._names = names
        told = [column.key for column in RIPENING_COLUMNS if column.key not in ("passes_on", "high_value")]
        ripe = ripening(assets, graded, rules).join(assets.select("asset_id", *told), "asset_id")
        keys = [column.key for column in RIPENING_COLUMNS]
        self._ripening = list(tables.rows(ripe.order_by("passes_on", "asset_id").select(*keys)))
        self._months = rules.integer("high_value.ripe_within_months")

    def compact(self) -> dict[str, Any]:
        """For the JSON answer: regions with population one by one, the others as one sum."""
        found = self._found
        peopled = [one for one in found.regions if one.persons is not None]
        contested = {one.region_code: one.year for one in found.regions if one.persons is None and one.year is not None}
        return {
            "patents": found.patents,
            "inventions": found.inventions,
            "high_value": found.high_value,
            "cannot_say": found.cannot_say,
            "residence_unknown": found.residence_unknown,
            "inventions_residence_unknown": found.inventions_residence_unknown,
            "share_of_inventions": found.share_of_inventions,
            "share_of_patents": found.share_of_patents,
            "cases": {one.case: one.patents for one in found.cases},
            "combinations": {";".join(cases): number for cases, number in found.combinations.items()},
            "per_residents": {one.region_code: one.per_residents for one in peopled},
            "population_years": {one.region_code: one.year for one in peopled},
            "regions_without_population": len(found.regions) - len(peopled) - len(contested),
            "population_contradicts": contested,
            "ripening": len(self._ripening),
            "ripe_within_months": self._months,
        }

    def write(self, path: Path, home: Home, rules: InForce, *, run: str) -> None:
        """To path by its suffix: five sheets in XLSX, one long table else. Raises: as write_rows."""
        from panhuo.adapters.writers.tables import check_suffix, write_rows
        from panhuo.adapters.writers.workbook import write_workbook

        notes = (stands_on(rules, run), NOTE)
        if check_suffix(path) == ".xlsx":
            write_workbook(path, list(self._sheets(home, rules)), notes=notes)
        else:
            write_rows(path, LONG_COLUMNS, self._long(), sheet_title="统计", notes=notes)

    def _sheets(self, home: Home, rules: InForce) -> Iterator[Any]:
        from panhuo.adapters.writers.workbook import Sheet
        from panhuo.rules.labels import Labels

        words, below = Labels(rules), synthetic_head(home, rules, "")[1:] or (f"查询日 {rules.day}",)
        yield Sheet("总体", TOTALS, self._totals(), head=("高价值发明专利统计", *below))
        found = self._found
        cases = [
            [
                words.word("high_value", one.case),
                one.patents,
                one.alone,
                one.share_of_high_value,
                one.share_of_inventions,
            ]
            for one in found.cases
        ]
        yield Sheet("五种情形", CASE_COLUMNS, cases, head=("五种情形（一件可符合多种）", *below))
        together = [[_joined(words, one), number] for one, number in found.combinations.items()]
        yield Sheet("情形组合", COMBINATION_COLUMNS, together, head=("情形组合（每件只计一次）", *below))
        yield Sheet("地区", REGION_COLUMNS, self._regions(words), head=("地区高价值发明专利", *below))
        ripe = [
            [*row[:-1], words.word("yes_no", "cannot_say" if row[-1] is None else "yes" if row[-1] else "no")]
            for row in self._ripening
        ]
        title = f"{self._months}个月内维持年限超过规定年数的发明专利"
        yield Sheet("即将满年限", RIPENING_COLUMNS, ripe, head=(title, *below))

    def _totals(self) -> list[list[object]]:
        found = self._found
        told = {
            "high_value": (found.high_value, None),
            "share_of_inventions": (found.high_value_inventions, found.share_of_inventions),
            "share_of_patents": (found.high_value, found.share_of_patents),
            "inventions": (found.inventions, None),
            "patents": (found.patents, None),
            "cannot_say": (found.cannot_say, None),
            "residence_unknown": (found.residence_unknown, None),
            "inventions_residence_unknown": (found.inventions_residence_unknown, None),
            "ripening": (len(self._ripening), None),
        }
        return [[TOTAL_WORDS[key], *cells] for key, cells in told.items()]

    def _regions(self, words: Labels) -> Iterator[list[object]]:
        for one in self._found.regions:
            cells: list[object] = [getattr(one, column.key) for column in REGION_COLUMNS[2:-1]]
            name = one.region_name or self._names.get(one.region_code, "")
            yield [one.region_code, name, *cells, words.word("no_ratio", one.reason)]

    def _long(self) -> Iterator[Sequence[object]]:
        found = self._found
        for key in TOTAL_WORDS:
            if key == "ripening":  # its rights stand in rows of their own
                continue
            yield ("total", key, TOTAL_WORDS[key], key, getattr(found, key), None, "")
        for one in found.cases:
            for column in CASE_COLUMNS[1:]:
                yield ("case", one.case, "", column.key, getattr(one, column.key), None, "")
        for cases, number in found.combinations.items():
            yield ("combination", ";".join(cases), "", "patents", number, None, "")
        for region in found.regions:
            name = region.region_name or self._names.get(region.region_code, "")
            for column in REGION_COLUMNS[2:-1]:
                if column.key != "year":
                    value = getattr(region, column.key)
                    yield ("region", region.region_code, name, column.key, value, region.year, region.reason)
        for row in self._ripening:
            yield ("ripening", row[0] or row[1], row[2], "passes_on", None, row[6].year, row[6].isoformat())


def _joined(words: Labels, cases: Sequence[str]) -> str:
    return "、".join(words.word("high_value", case) for case in cases)
