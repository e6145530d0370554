"""The supply list end to end: frozen editions, files that can be sent, annex apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from made_register import AT, NOW, Register

from panhuo.adapters.files.home import Home
from panhuo.desk.listings.standing import NoRun
from panhuo.desk.listings.supply import SupplyResult, edition_of, make_supply_list, write_edition
from panhuo.rules import InForce

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stock(register: Register) -> Register:
    for title in ("一种固态电池", "一种=电解液"):
        register.offer(
            register.right(title), intended_mode="transfer", price_cny="125000.00", maturity=6, scenario="储能"
        )
    register.right("一种无人表态的隔膜").save()
    register.offer(register.right("一种不同意推介的隔膜"), consent="no")
    pledged = register.right("一种已质押的电池")
    register.offer(pledged)
    register.event(pledged, "pledge_registered", date(2024, 3, 1), number="Y1")
    released = register.right("一种质押已解除的电池")
    register.offer(released)
    register.event(released, "pledge_registered", date(2024, 3, 1), number="Y2")
    register.event(released, "pledge_cancelled", date(2025, 3, 1), number="Y2")
    lapsed = register.right("一种已终止的电池")
    register.offer(lapsed)
    register.event(lapsed, "lapsed_unpaid_fee", date(2025, 6, 1))
    state_owned = register.right("一种国企的电池", owners=["云湖国投示例有限公司"])
    register.offer(state_owned)
    register.tag("云湖国投示例有限公司", "国有企业")
    opened = register.right("一种开放许可的电池", owners=["云湖示例有限公司"])
    register.event(opened, "open_licence_declared", date(2025, 5, 1), ends_on=date(2027, 5, 1))
    register.commit()
    return register


def publish(home: Home, rules: InForce, out: Path, audience: str = "") -> SupplyResult:
    return make_supply_list(home, rules, at=AT, audience=audience, out=out, made_at=NOW)


def test_without_a_grade_the_list_is_refused_with_the_command_to_give(
    stock: Register, home: Home, rules: InForce, tmp_path: Path
) -> None:
    with pytest.raises(NoRun) as caught:
        publish(home, rules, tmp_path / "out")
    assert "panhuo grade --at 2025-11-30" in caught.value.message
    assert not (tmp_path / "out").exists()


def test_the_list_holds_what_may_be_sent_and_the_annex_the_rest(
    stock: Register, home: Home, rules: InForce, graded: Callable[[], None], tmp_path: Path
) -> None:
    graded()
    made = publish(home, rules, tmp_path / "out")
    titles = [row.cells[1] for row in made.edition.rows.filter(part="list")]
    assert titles == ["一种固态电池", "一种=电解液", "一种质押已解除的电池", "一种国企的电池", "一种开放许可的电池"]
    assert made.by_source == {"university": 3, "state_owned": 1, "enterprise": 0, "open_licence": 1}
    annex = {row.cells[1]: row.cells[-1] for row in made.edition.rows.filter(part="annex")}
    assert annex == {"一种不同意推介的隔膜": "权利人不同意列入", "一种已质押的电池": "质押中，须经质权人同意"}
    cells = dict(zip(made.edition.columns, made.edition.rows.get(part="list", position=1).cells, strict=False))
    assert cells["legal_status"] == "授权有效(2025-11-30)"
    assert (cells["price"], cells["maturity"], cells["intended_mode"]) == ("12.5万元", "6级", "转让")
    assert cells["patent_number"].startswith("ZL2020")


def test_the_workbook_prints_and_the_annex_is_a_file_of_its_own(
    stock: Register, home: Home, rules: InForce, graded: Callable[[], None], tmp_path: Path
) -> None:
    graded()
    made = publish(home, rules, tmp_path / "out", audience="电子信息企业")
    book = openpyxl.load_workbook(made.files[0])
    sheet = book.worksheets[0]
    assert sheet["A1"].value == "专利技术供给清单 第1期"
    assert sheet["A3"].value == "发送对象：电子信息企业"
    assert sheet["A4"].value == "演示数据（合成）"
    headings = [cell.value for cell in sheet[5]]
    assert headings == [
        "序号", "专利名称", "专利号", "类型", "权利人", "法律状态(查询日)", "产业", "技术简介", "应用场景", "成熟度",
        "合作方式", "意向价格", "联系人", "来源",
    ]  # fmt: skip
    assert sheet.print_title_rows == "$5:$5"
    text = "".join(str(cell) for tab in book for row in tab.values for cell in row)
    assert "已质押" not in text
    assert "不同意" not in text
    annex = openpyxl.load_workbook(made.files[2]).worksheets[0]
    assert annex.max_row == 5 + 2


def test_the_page_is_self_contained_and_says_that_it_is_synthetic(
    stock: Register, home: Home, rules: InForce, graded: Callable[[], None], tmp_path: Path
) -> None:
    graded()
    page = publish(home, rules, tmp_path / "out").files[1].read_text(encoding="utf-8")
    assert '<html lang="zh-CN">' in page
    assert "演示数据（合成）" in page
    for foreign in ("http://", "https://", "src=", "@import", "url("):
        assert foreign not in page.replace("default-src", "").replace("style-src", "").replace("script-src", "")
    assert "已质押" not in page


def test_twice_the_same_is_one_edition_with_the_same_bytes(
    stock: Register, home: Home, rules: InForce, graded: Callable[[], None], tmp_path: Path
) -> None:
    graded()
    first = publish(home, rules, tmp_path / "one")
    again = publish(home, rules, tmp_path / "two")
    assert (first.edition.number, first.is_new, again.edition.number, again.is_new) == (1, True, 1, False)
    assert [path.read_bytes() for path in first.files] == [path.read_bytes() for path in again.files]
    assert publish(home, rules, tmp_path / "three", audience="园区").edition.number == 2


def test_edition_one_stays_as_it_was_after_a_patent_lapses(
    stock: Register, home: Home, rules: InForce, graded: Callable[[], None], tmp_path: Path
) -> None:
    graded()
    first = publish(home, rules, tmp_path / "one")
    from panhuo.desk.registry.models import Asset

    stock.event(Asset.objects.get(title="一种固态电池"), "lapsed_unpaid_fee", date(2025, 11, 1))
    stock.commit()
    with pytest.raises(NoRun):
        publish(home, rules, tmp_path / "two")
    graded()
    second = publish(home, rules, tmp_path / "two")
    assert (second.edition.number, second.listed) == (2, 4)
    again = write_edition(edition_of(1), tmp_path / "again", rules, synthetic=True)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in first.files]
