"""List pages: hostile text is text, nothing is fetched, what can be searched is there without a server."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest

from panhuo.adapters.writers.columns import Column
from panhuo.adapters.writers.pages import Figure, ListPage, shown, write_list_page

COLUMNS = [Column("position", "序号", "int"), Column("title", "专利名称", "long"), Column("source", "来源")]
HOSTILE = "<img src=x onerror=alert(1)>\"'</td><script>alert(1)</script>"


class Seen(HTMLParser):
    """Tags and attributes as a browser would see them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.cells: list[str] = []
        self._cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self._cell = tag == "td"

    def handle_data(self, data: str) -> None:
        if self._cell:
            self.cells.append(data)
            self._cell = False


def page(tmp_path: Path, rows: list[list[object]], *, synthetic: bool = False) -> Seen:
    path = tmp_path / "page.html"
    write_list_page(
        path,
        ListPage(
            "清单",
            ["查询日"],
            COLUMNS,
            rows,
            "title",
            ("source",),
            [Figure("1", "件")],
            ["注"],
            "清单",
            "页脚",
            synthetic=synthetic,
        ),
    )
    seen = Seen()
    seen.feed(path.read_text(encoding="utf-8"))
    return seen


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    seen = page(tmp_path, [[1, HOSTILE, HOSTILE]])
    assert seen.cells == ["1", HOSTILE, HOSTILE]
    assert "img" not in seen.tags
    assert seen.tags.count("script") == 1


def test_nothing_is_fetched_and_the_language_is_said(tmp_path: Path) -> None:
    seen = page(tmp_path, [[1, "一种电池", "高校"]])
    assert not {name for name, _ in seen.attributes} & {"src", "href", "action", "data", "poster"}
    assert ("lang", "zh-CN") in seen.attributes
    policy = next(value for name, value in seen.attributes if name == "content" and "default-src" in value)
    assert "default-src 'none'" in policy


def test_choices_to_filter_by_are_those_of_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    page(tmp_path, [[1, "甲", "高校"], [2, "乙", "企业"], [3, "丙", "高校"]])
    text = path.read_text(encoding="utf-8")
    assert "<option>高校</option><option>企业</option>" in text
    assert 'data-column="2"' in text


@pytest.mark.parametrize(("synthetic", "said"), [(True, True), (False, False)])
def test_made_up_data_is_said_to_be_so(tmp_path: Path, synthetic: bool, said: bool) -> None:  # noqa: FBT001
    page(tmp_path, [], synthetic=synthetic)
    assert ("演示数据（合成）" in (tmp_path / "page.html").read_text(encoding="utf-8")) is said


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("money", Decimal("1234567.5"), "1,234,567.50"),
        ("share", 0.125, "12.5%"),
        ("date", date(2025, 1, 2), "2025-01-02"),
        ("list", ["甲", "乙"], "甲; 乙"),
        ("float", 12.50, "12.5"),
        ("int", None, ""),
    ],
)
def test_cells_are_shown_as_people_read_them(kind: str, value: object, text: str) -> None:
    assert shown(Column("x", "X", kind), value) == text  # type: ignore[arg-type]
