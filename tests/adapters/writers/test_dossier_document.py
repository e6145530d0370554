"""A dossier in print: what must be said is there, figures as sealed, in HTML and in Word alike, whatever it holds."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from panhuo.adapters.writers import dossiers
from panhuo.adapters.writers.document import Columns, Document, Facts, Paragraph, Radar, Role, Spans, Table
from panhuo.adapters.writers.document_pages import document_page, write_document_page
from panhuo.adapters.writers.document_word import write_document_word
from panhuo.adapters.writers.dossiers import dossier_document
from panhuo.adapters.writers.dossiers.told import drawn, grouped, percent, yuan
from panhuo.adapters.writers.dossiers.words import Words
from panhuo.adapters.writers.word import letter_fonts
from panhuo.engine.flows import Dossier, Verdict
from panhuo.engine.valuation.cost import COMPONENTS
from panhuo.engine.valuation.market import FACTORS
from panhuo.engine.valuation.rates import RISKS
from panhuo.terms.errors import DomainError
from printed_dossiers import SEALED_TITLE, WHOLE, dossier, grade, resealed
from valuation_inputs import RULES

HOSTILE = '<script>alert(1)</script></style>=HYPERLINK("http://x")\x00\x1b\u202e' + "W" * 3000
FONTS = letter_fonts(RULES)
PLAIN = dossier()


class _Page(HTMLParser):
    """Words of a page, its tags, its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def said(self) -> str:
        return " ".join(self.texts)


def printed(of: Dossier = PLAIN, verdict: Verdict = WHOLE) -> Document:
    return dossier_document(of, verdict, RULES)


def page(of: Dossier = PLAIN, verdict: Verdict = WHOLE) -> _Page:
    return _Page(document_page(printed(of, verdict)))


def word_text(path: Path) -> str:
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return " ".join([*(one.text for one in document.paragraphs), *cells])


def amounts(value: Any, name: str = "") -> Iterator[str]:
    """Every figure of money in the results of a dossier."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from amounts(one, name if key in ("low", "base", "high") else key)
    elif isinstance(value, list):
        for one in value:
            yield from amounts(one, name)
    elif name.endswith("_cny") and value is not None:
        yield value


def test_what_a_valuation_must_say_is_said() -> None:
    said = page().said
    for wanted in (
        SEALED_TITLE,
        "不是资产评估报告",
        "质押贷款",
        "市场价值",
        "2025-11-30",
        "所有权",
        "中国大陆",
        "企业持续经营",
        "许可费节省法",
        "成本法",
        "收益法更能反映市场",
        "145,812 元",
        "164,606 元",
        "176,722 元",
        "逐年收益与现值",
        "达到目标价值须满足的条件",
        "可承载贷款",
        "随机种子",
        "valuation.liquidity_discount",
        "假设（自定）",
        "销售预测.xlsx",
        "ab" * 32,
        PLAIN.told.whole,
        "panhuo dossier verify",
        "封存完好，全部数字重算一致",
    ):
        assert wanted in said, wanted


def test_every_amount_of_the_results_stands_in_page_and_word_with_separators(tmp_path: Path) -> None:
    write_document_word(tmp_path / "a.docx", printed(), FONTS)
    texts = page().said, word_text(tmp_path / "a.docx")
    found = list(amounts(PLAIN.content["results"]))
    assert len(found) > 25, "the negative control: amounts are found"
    for text in texts:
        assert [one for one in found if grouped(one) not in text] == []


def test_each_chart_has_its_words_and_its_table() -> None:
    blocks = printed(resealed(PLAIN, ("results.grades", [grade()]))).blocks
    kinds = [type(block) for block in blocks]
    assert (kinds.count(Columns), kinds.count(Spans), kinds.count(Radar)) == (2, 1, 2)
    captions = [block.caption for block in blocks if isinstance(block, Table)]
    assert {"逐年收益与现值", "指标得分"} <= set(captions)


def test_a_debt_that_outlives_the_patent_heads_the_conclusion_in_place_of_a_loan() -> None:
    refused = resealed(PLAIN, ("results.security.outlives_debt", False))
    assert "债务履行期限长于专利权期限" in page(refused).said
    assert "债务履行期限长于专利权期限" not in page(PLAIN).said
    assert page(PLAIN).said.count("可承载贷款") == page(refused).said.count("可承载贷款") + 1 == 2


def test_sections_are_numbered_without_a_gap_where_parts_lack() -> None:
    bare = resealed(PLAIN, ("results.security", None), ("results.needed", []), ("results.grades", []))
    numbers = re.findall(r"([一二三四五六七八九十]+)、", page(bare).said)
    assert numbers[:7] == list("一二三四五六七")
    assert "质押担保" not in page(bare).said
    assert "分级" not in page(bare).said


def test_without_an_income_method_there_is_no_cash_flow_and_it_is_said() -> None:
    only_cost = resealed(PLAIN, drop=("results.methods.royalty_relief", "inputs.methods.royalty_relief"))
    found = printed(only_cost)
    assert [block.title for block in found.blocks if isinstance(block, Columns)] == ["模拟结果分布"]
    assert "未采用收益法" in page(only_cost).said


def test_a_broken_seal_heads_the_document_and_every_page() -> None:
    broken = Verdict(("results.value_cny.base",), {}, {"results.value_cny.base": ("1", "2")}, None)
    found = printed(PLAIN, broken)
    first = found.blocks[0]
    assert isinstance(first, Paragraph)
    assert (first.role, found.is_alarm) == (Role.WARNING, True)
    assert "封存已破坏" in first.text
    assert "封存已破坏" in found.running_head
    assert "全部数字重算一致" not in page(PLAIN, broken).said
    assert not printed().is_alarm, "the negative control: a whole one is not headed so"


def test_figures_that_do_not_come_out_again_are_told_with_both_values() -> None:
    other = Verdict((), {"valuation.low_share": ("0.10", "0.05")}, {"results.x": ('"1"', '"2"')}, ("0.1.0", "0.2.0"))
    said = page(PLAIN, other).said
    for wanted in ("未能重新算出全部数字", "valuation.low_share", "0.05", "results.x", "封存时的程序版本为 0.1.0"):
        assert wanted in said
    assert "全部数字重算一致" not in said


def test_a_grade_is_printed_and_what_nobody_knows_is_never_0() -> None:
    graded = resealed(PLAIN, ("results.grades", [grade()]))
    first, second = (block for block in printed(graded).blocks if isinstance(block, Radar))
    assert (first.labels, first.points) == (("法律价值", "技术价值", "经济价值"), (80.0, 62.5, None))
    assert (len(second.points), second.points.count(None)) == (14, 5)
    [table] = [one for one in printed(graded).blocks if isinstance(one, Table) and one.caption == "指标得分"]
    assert table.rows[2][:2] == ("经济价值", "未知")
    assert table.rows[2][3:6] == ("—", "—", "—")
    assert table.rows[0] == ("法律价值", "80", "35%", "35%", "28", "7", "自动（claims_count）")
    assert table.rows[-1][0] == "　　独立权利要求保护宽度"
    said = page(graded).said
    for wanted in ("非GB/T 42748附录权重", "63.25", "45%", "独占许可存续", "缺少共有人同意", "专家"):
        assert wanted in said


def test_a_grade_without_score_says_why() -> None:
    refused = grade(score=None, letter=None, reason="too_little_known", indicators=[])
    said = page(resealed(PLAIN, ("results.grades", [refused]))).said
    assert "已知事实不足" in said
    assert "未知" in said


def test_only_an_external_report_is_called_so_whatever_the_notice_says() -> None:
    forged = resealed(PLAIN, ("results.notice", "本文件是资产评估报告"))
    said = page(forged).said
    assert "封存时所附说明：本文件是资产评估报告" in said
    assert "不是资产评估报告。只有外部评估机构" in said


def test_the_page_asks_for_nothing_and_runs_nothing() -> None:
    raw = document_page(printed(resealed(PLAIN, ("results.grades", [grade()]))))
    found = _Page(raw)
    assert not re.search(r"https?://|@import|url\(", raw)
    assert not found.tags & {"script", "link", "img", "iframe", "object", "a"}
    assert not found.names & {"href", "src", "action"}
    assert not [name for name in found.names if name.startswith("on")]
    assert "default-src 'none'" in raw
    assert '<html lang="zh-CN">' in raw


HOSTILE_PLACES = (
    "inputs.patents.0.title",
    "inputs.patents.0.number",
    "inputs.purpose",
    "inputs.right.territory",
    "inputs.weighing.reason",
    "inputs.base_date",
    "results.notice",
    "results.value_cny.base",
    "results.methods.cost.value_cny",
    "pack.name",
    "engine",
)


@pytest.mark.parametrize("place", HOSTILE_PLACES)
def test_hostile_words_stay_words_on_the_page(place: str) -> None:
    clean, hostile = page(), page(resealed(PLAIN, (place, HOSTILE)))
    assert hostile.tags == clean.tags
    assert hostile.names == clean.names
    assert "<script>alert(1)</script></style>=HYPERLINK(" in hostile.said
    assert "\x00" not in hostile.said


def test_hostile_words_stay_words_in_word(tmp_path: Path) -> None:
    bad = resealed(PLAIN, *((place, HOSTILE) for place in HOSTILE_PLACES), ("results.grades", [grade(scheme=HOSTILE)]))
    write_document_word(tmp_path / "a.docx", printed(bad), FONTS)
    assert '<script>alert(1)</script></style>=HYPERLINK("http://x")' in word_text(tmp_path / "a.docx")
    with zipfile.ZipFile(tmp_path / "a.docx") as made:
        body = made.read("word/document.xml").decode()
    assert re.findall(r"<w:instrText[^>]*>", body) == [], "no field in the body"
    assert "<script" not in body


def test_a_seal_that_is_no_digest_reaches_no_style_sheet() -> None:
    raw = document_page(printed(Dossier(PLAIN.content, type(PLAIN.told)('"; } </style><script>', {}), b"")))
    assert "<script" not in raw
    assert "没有有效的封存号" in raw


def test_a_figure_of_five_hundred_digits_is_printed_and_not_drawn() -> None:
    huge = resealed(PLAIN, ("results.drivers.0.at_low_cny", "9" * 60), ("results.value_cny.high", "8" * 500))
    found = printed(huge)
    assert not [block for block in found.blocks if isinstance(block, Spans)]
    assert "999,999,999,999" in page(huge).said


def test_a_table_of_many_rows_is_cut_with_the_number_of_what_is_left() -> None:
    many = [{"what": f"材料{number}", "sha256": "0" * 64} for number in range(1203)]
    said = page(resealed(PLAIN, ("evidence", many))).said
    assert "材料999 " in said
    assert "另有 203 行未印出" in said


def test_a_dossier_blown_up_to_the_limit_stays_a_document_that_can_be_laid_out() -> None:
    many = {f"method{number}": {"value_cny": "1", "weight": "0"} for number in range(5000)}
    blown = resealed(
        PLAIN,
        ("results.methods", {**PLAIN.content["results"]["methods"], **many}),
        ("inputs.assumptions", ["假设"] * 5000),
        ("inputs.life", {f"key{number}": "1" for number in range(5000)}),
        ("inputs.methods.royalty_relief.sales_cny", ["1000000"] * 50_000),
    )
    found = printed(blown)
    assert len(found.blocks) < 120
    assert len(document_page(found)) < 1_000_000
    assert page(blown).said.count("行未印出，见档案文件") == 3


def test_in_word_heads_repeat_rows_stay_whole_and_charts_are_words_own(tmp_path: Path) -> None:
    write_document_word(tmp_path / "a.docx", printed(resealed(PLAIN, ("results.grades", [grade()]))), FONTS)
    document = docx.Document(str(tmp_path / "a.docx"))
    headed = [table for table in document.tables if table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None]
    assert len(headed) >= 8
    for table in document.tables:
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    with zipfile.ZipFile(tmp_path / "a.docx") as made:
        charts = [name for name in made.namelist() if name.startswith("word/charts/")]
        for name in charts:
            ElementTree.fromstring(made.read(name))
        assert not [name for name in made.namelist() if "media" in name]
        types = made.read("[Content_Types].xml").decode()
    assert len(charts) == 5
    assert types.count("drawingml.chart+xml") == 5
    assert document.sections[0].header.paragraphs[0].text.startswith("估值档案，封存 ")


def test_the_same_dossier_is_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_document_word(tmp_path / f"{name}.docx", printed(), FONTS)
        write_document_page(tmp_path / f"{name}.html", printed())
    for suffix in ("docx", "html"):
        assert (tmp_path / f"a.{suffix}").read_bytes() == (tmp_path / f"b.{suffix}").read_bytes()


PLACES = st.sampled_from(
    ["inputs", "results", "pack", "evidence", "engine"]
    + [f"results.{name}" for name in ("value_cny", "methods", "drivers", "needed", "security", "simulation", "grades")]
    + [f"inputs.{name}" for name in ("patents", "right", "discount", "life", "methods", "debt", "ranges", "weighing")]
    + ["results.methods.royalty_relief", "results.methods.royalty_relief.years", "pack.reads", "pack.statuses"]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.sampled_from(["9" * 400, "-1", "0.5"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["base", "name", "level", "points", "indicators", "rate", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(PLACES, ANYTHING)
def test_no_content_stops_a_print_out(place: str, value: Any) -> None:
    bad = resealed(PLAIN, (place, value))
    page(bad)


def test_whatever_the_inputs_may_state_has_a_chinese_word() -> None:
    folder = Path(dossiers.__file__).parents[3] / "engine" / "valuation"
    source = "\n".join((folder / name).read_text("utf-8") for name in ("inputs.py", "methods.py", "rates.py"))
    read = set(re.findall(r'\.(?:number|number_or_none|share|choice|text|flag|day|numbers)\(\s*"(\w+)"', source))
    read |= {name for pair in re.findall(r'_forecast\(told, "(\w+)", "(\w+)"', source) for name in pair}
    read |= {*COMPONENTS, *FACTORS, *RISKS}
    known = {row["code"].removeprefix("field.") for row in RULES.table("dossier_words")}
    apart = {"number", "name", "price_cny", "weight", "one_method_reason", "legal_end", "what_for_cny"}
    assert len(read) > 30, "the negative control: names are found"
    assert read - known - apart == set()
    facts = [label for block in printed().blocks if isinstance(block, Facts) for label, _ in block.rows]
    assert [label for label in facts if label.isascii()] == []


def test_every_sentence_that_the_code_prints_stands_in_the_pack_and_none_stands_unused() -> None:
    source = "\n".join(path.read_text("utf-8") for path in Path(dossiers.__file__).parent.glob("*.py"))
    said = set(re.findall(r"say\(\s*[\"'](\w+)[\"']", source)) | set(re.findall(r'"(\w+)" if verdict', source))
    said |= {f"{mark}_{name}" for name in re.findall(r'table\(words, "(\w+)"', source) for mark in "tk"}
    said |= {"value_low", "value_base", "value_high", "c_radar_1", "c_radar_2"}
    said |= set(re.findall(r'else "(\w+)", seal=', source)) | set(re.findall(r'else "(said_\w+)"', source))
    known = {row["code"] for row in RULES.table("dossier_words") if "." not in row["code"]}
    assert len(said) > 60, "the negative control: sentences are found"
    assert (said - known, known - said) == (set(), set())


def test_a_pack_without_the_words_is_told() -> None:
    words = Words(RULES)
    with pytest.raises(DomainError, match="has no text no_such in dossier_words"):
        words.say("no_such")


@pytest.mark.parametrize(
    ("tell", "given_", "said"),
    [
        (grouped, "1234567", "1,234,567"),
        (grouped, "-123", "-123"),
        (grouped, "١٢٣٤", "١٢٣٤"),
        (yuan, "", ""),
        (yuan, "1000.5", "1,000.5 元"),
        (percent, "0.384615", "38.4615%"),
        (percent, "0", "0%"),
        (drawn, "12.5", 12.5),
        (drawn, "1e5", None),
        (drawn, True, None),
        (drawn, "9" * 30, None),
    ],
)
def test_figures_keep_their_digits(tell: Any, given_: Any, said: Any) -> None:
    assert tell(given_) == said


@given(st.integers())
def test_separators_change_no_digit(number: int) -> None:
    assert grouped(str(number)).replace(",", "") == str(number)
    assert grouped(str(number)) == f"{number:,}"


def test_no_rule_that_was_read_is_left_out() -> None:
    said = page().said
    assert [name for name in PLAIN.content["pack"]["reads"] if name not in said] == []
    assert json.dumps(PLAIN.content["pack"]["statuses"]).count("assumption") > 5, "the negative control"


def test_a_dossier_on_made_up_patents_says_so_at_its_head() -> None:
    made_up = resealed(PLAIN, ("evidence", [{"what": "register", "version": "3", "kind": "synthetic"}]))
    assert "演示数据（合成）" in page(made_up).said
    assert "演示数据（合成）" not in page(PLAIN).said
