"""Conversion list of needs, stock inventory, summary: rows, refusals, and the way back through the readers."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from made_register import AT, NOW, UNIVERSITY, Register
from made_runs import keep_grade, keep_match

from panhuo.adapters.files.home import Home
from panhuo.adapters.readers.detect import detect
from panhuo.adapters.readers.protocol import ReadOptions, Source
from panhuo.adapters.writers.summary import write_summary
from panhuo.desk.listings.demand import make_conversion_list
from panhuo.desk.listings.overview import overview
from panhuo.desk.listings.standing import NoRun
from panhuo.desk.listings.stock_export import write_stock_inventory
from panhuo.desk.listings.supply import make_supply_list
from panhuo.desk.registry.models import Asset, Need
from panhuo.engine.records.raw import RawBatch
from panhuo.rules import InForce
from panhuo.terms.errors import DomainError
from panhuo.terms.kinds import RecordKind

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def needs(register: Register) -> Register:
    for number, next_on in (("N1", date(2025, 12, 9)), ("N2", date(2025, 12, 1)), ("N3", None)):
        Need.objects.create(
            need_id=number,
            uid=register.next_uid(),
            firm="甲示例有限公司",
            title=f"需求{number}",
            text="循环寿命不低于2000次",
            budget_low_cny="200000",
            budget_high_cny="200000",
            next_on=next_on,
            source=register.source,
        )
    register.commit()
    return register


def pair(need: str, rank: int, title: str) -> list[object]:
    return [need, rank, title, f"CN10000000{rank}B", "", [UNIVERSITY], 0.5, "共同词：电池", "offerable", ""]


def batches(path: Path) -> tuple[str, list[RawBatch]]:
    source = Source(str(path), path.stat().st_size, lambda: path.open("rb"), str(path))
    found = detect(source)
    return found.reader.name, [item for item in found.reader.read(source, ReadOptions()) if isinstance(item, RawBatch)]


def test_without_a_match_the_list_is_refused_with_the_command(
    needs: Register, home: Home, rules: InForce, tmp_path: Path
) -> None:
    with pytest.raises(NoRun, match="panhuo match --needs"):
        make_conversion_list(home, rules, out=tmp_path / "out.xlsx", made_at=NOW)


def test_one_row_per_need_by_next_date_with_its_best_three(
    needs: Register, home: Home, rules: InForce, tmp_path: Path
) -> None:
    keep_match(home, rules, [pair("N1", rank, f"电池{rank}") for rank in range(1, 6)], unmatched=["N2"])
    rows, pairs, _ = make_conversion_list(home, rules, out=tmp_path / "out.xlsx", made_at=NOW)
    assert [(row.need.need_id, row.matched) for row in rows] == [("N2", 0), ("N1", 5), ("N3", None)]
    assert pairs == 5
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    cells = {row[1]: row for row in book["专利转化清单"].iter_rows(min_row=5, values_only=True)}
    assert cells["N1"][12].count("\n") == 2
    assert (cells["N2"][12], cells["N3"][12]) == ("未找到", "未匹配")
    assert cells["N1"][8] == "20"
    assert "2000次" in cells["N1"][7]
    assert len(list(book["匹配附表"].iter_rows(min_row=5))) == 5


def test_the_list_is_read_back_as_the_needs_it_came_from(
    needs: Register, home: Home, rules: InForce, tmp_path: Path
) -> None:
    keep_match(home, rules, [pair("N1", 1, "电池")])
    for suffix in (".xlsx", ".csv", ".jsonl"):
        path = tmp_path / f"out{suffix}"
        make_conversion_list(home, rules, out=path, made_at=NOW)
        read = [batch for batch in batches(path)[1] if batch.kind is RecordKind.NEED]
        assert list(read[0].columns["need_id"]) == ["N2", "N1", "N3"]
        assert set(read[0].columns["text"]) == {"循环寿命不低于2000次"}


def test_a_budget_that_says_no_sum_is_shown_in_its_words(
    needs: Register, home: Home, rules: InForce, tmp_path: Path
) -> None:
    Need.objects.filter(need_id="N1").update(budget_low_cny=None, budget_high_cny=None, budget_text="面议")
    needs.commit()
    keep_match(home, rules, [pair("N1", 1, "电池")])
    make_conversion_list(home, rules, out=tmp_path / "out.csv", made_at=NOW)
    read = batches(tmp_path / "out.csv")[1][0]
    assert dict(zip(read.columns["need_id"], read.columns["budget_wan"], strict=True)) == {
        "N1": "面议",
        "N2": "20",
        "N3": "20",
    }


def test_the_inventory_gives_back_what_the_owner_wrote_beside_the_offer(
    register: Register, home: Home, rules: InForce, tmp_path: Path
) -> None:
    right, silent = register.right("一种电池"), register.right("一种轴承")
    said = {
        "department": "材料学院",
        "implemented": "no",
        "self_grade": "二级",
        "next_review": "2026-06-01",
        "project": "无",
    }
    register.offer(right, origin="stock_item", other_cells=json.dumps(said))
    register.offer(silent, origin="owner_answer", willingness="愿意转化")
    began = json.dumps({"implemented": "yes", "evidence": "合同"})
    register.offer(silent, origin="stock_item", consent="", stated_on=date(2025, 6, 1), contact="", other_cells=began)
    register.event(silent, "own_exploitation", date(2025, 6, 1))
    register.commit()
    for suffix in (".xlsx", ".csv", ".parquet"):
        path = tmp_path / f"stock{suffix}"
        write_stock_inventory(home, rules, owner=None, out=path)
        [batch] = batches(path)[1]
        rows = [dict(zip(batch.columns, cells, strict=True)) for cells in zip(*batch.columns.values(), strict=True)]
        first, second = sorted(rows, key=lambda row: str(row["title"]))
        assert {name: first[name] for name in said} == said | {"implemented": "否"}
        assert (second["implemented"], second["implemented_since"], second["evidence"]) == ("是", None, "合同")
        assert second["willing"] == "愿意转化"


def test_the_inventory_template_is_read_back_with_what_the_owner_stated(
    register: Register, home: Home, rules: InForce, tmp_path: Path
) -> None:
    offered = register.right("一种电池")
    register.offer(
        offered,
        origin="stock_item",
        stated_on=None,
        willingness="愿意转化",
        intended_mode="转让",
        price_cny="125000.00",
        maturity=6,
        scenario="储能",
        summary="=容量高",
    )
    register.right("一种未表态的电池")
    ended = register.right("一种已终止的电池")
    register.event(ended, "lapsed_unpaid_fee", date(2024, 1, 1))
    register.commit()
    for suffix in (".xlsx", ".csv"):
        path = tmp_path / f"stock{suffix}"
        assert write_stock_inventory(home, rules, owner=None, out=path) == 2
        name, [batch] = batches(path)
        assert (name, batch.kind) == ("stock_inventory", RecordKind.STOCK_ITEM)
        first = {field: cells[0] for field, cells in batch.columns.items()}
        assert first["application_number"] == offered.application_number
        assert (first["willing"], first["intended_mode"], first["consent"]) == ("愿意转化", "转让", "同意")
        assert (first["price_wan"], first["maturity"]) == ("12.5", "6")
        assert first["advantage"] == "=容量高"
        assert "status_words" not in batch.columns
    with pytest.raises(DomainError, match="No living right"):
        write_stock_inventory(home, rules, owner="无名大学", out=tmp_path / "none.xlsx")


def test_the_summary_shows_the_figures_of_the_runs(
    register: Register, home: Home, rules: InForce, graded: Callable[[], None], tmp_path: Path
) -> None:
    register.offer(register.right("一种电池"))
    register.offer(register.right("一种不同意的电池"), consent="no")
    register.commit()
    keep_grade(home, rules, {asset: ("A", True) for asset in Asset.objects.all()})
    made = make_supply_list(home, rules, at=AT, audience="", out=tmp_path / "out", made_at=NOW)
    assert made.edition.rows.get(part="list").cells[6] == "人工智能"
    data = overview(home, rules, seconds={"import": 1.5})
    assert {figure.label: figure.value for figure in data.figures} == {"专利": "2", "列入供给清单": "1"}
    sections = {section.title: section for section in data.sections}
    assert sections["专利存量"].rows == [["发明专利", 2, 0, 0, 0]]
    assert sections["待确认事项（一件可有多项）"].rows == [["权利人不同意列入", 1]]
    write_summary(tmp_path / "summary.html", data)
    assert "权利人不同意列入" in (tmp_path / "summary.html").read_text(encoding="utf-8")
