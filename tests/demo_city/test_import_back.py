"""What the product writes about the demo city comes back by panhuo import without changing the register."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from demo_process import DemoRun

from calls import Called

Panhuo = Callable[..., Called]
DAY = ("--at", "2025-11-30")

OF_THE_DEMO = [
    "专利转化清单.xlsx",
    "供给清单/专利技术供给清单_第1期.xlsx",
    "供给清单/待确认专利（内部）_第1期.xlsx",
    "供需匹配.xlsx",
    "清单/应缴年费清单.xlsx",
    "转化台账2025-11.xlsx",
    "分级.xlsx",
    "存量专利盘点表.xlsx",
    "清单/一年内到期及满十年专利.xlsx",
    "疑似沉睡专利.xlsx",
]
WRITTEN = [
    (("dormant", "--owner", "any", *DAY), ".csv"),
    (("dormant", "--owner", "any", *DAY), ".jsonl"),
    (("dormant", "--owner", "any", *DAY), ".parquet"),
    (("grade", *DAY), ".csv"),
    (("ledger", "--month", "2025-11"), ".csv"),
    (("ledger", "--month", "2025-11"), ".jsonl"),
    (("conversion-list", *DAY), ".csv"),
    (("conversion-list", *DAY), ".parquet"),
    (("stock-export", *DAY), ".csv"),
]


def comes_back(panhuo: Panhuo, file: Path, home: Path) -> None:
    """One file with rows that are all known already; nothing else is touched."""
    before = panhuo("status", "--home", home).answer
    called = panhuo("import", file, "--home", home)
    assert called.code == 0, called.said[-1000:]
    (told,) = called.answer["files"]
    assert told["rows"] > 0
    counts = {name: told[name] for name in ("new", "changed", "rejected")}
    assert counts == {"new": 0, "changed": 0, "rejected": 0}
    assert told["unchanged"] + told["waiting"] == told["rows"]
    after = panhuo("status", "--home", home).answer
    for name in ("digest", "patents", "events", "needs", "waiting_events"):
        assert after[name] == before[name], name


@pytest.mark.parametrize("name", OF_THE_DEMO)
def test_a_workbook_of_the_demo_comes_back_unchanged(
    demo_run: DemoRun, panhuo: Panhuo, tmp_path: Path, name: str
) -> None:
    comes_back(panhuo, demo_run.results / name, demo_run.copied(tmp_path / "copy"))


def test_check_booklets_without_answers_come_back_unchanged(demo_run: DemoRun, panhuo: Panhuo, tmp_path: Path) -> None:
    home = demo_run.copied(tmp_path / "copy")
    booklets = sorted((demo_run.results / "核实表").glob("*.xlsx"))
    assert len(booklets) == 3
    for booklet in booklets:
        comes_back(panhuo, booklet, home)


@pytest.mark.parametrize(("call", "suffix"), WRITTEN, ids=lambda one: one if isinstance(one, str) else one[0])
def test_a_table_in_another_format_comes_back_unchanged(
    demo_run: DemoRun, panhuo: Panhuo, tmp_path: Path, call: tuple[str, ...], suffix: str
) -> None:
    home = demo_run.copied(tmp_path / "copy")
    out = tmp_path / f"{call[0]}{suffix}"
    assert panhuo(*call, "--out", out, "--home", home).code == 0
    comes_back(panhuo, out, home)


def test_matches_come_back_unchanged(demo_run: DemoRun, panhuo: Panhuo, tmp_path: Path) -> None:
    home = demo_run.copied(tmp_path / "copy")
    (told,) = (demo_run.home / "city" / "1500-2025" / "needs").glob("*.jsonl")
    needs, out = tmp_path / "needs.jsonl", tmp_path / "match.csv"
    needs.write_text("\n".join(told.read_text(encoding="utf-8").splitlines()[-12:]), encoding="utf-8")
    assert panhuo("match", "--needs", needs, *DAY, "--out", out, "--home", home).code == 0
    comes_back(panhuo, out, home)


def test_a_row_of_another_right_does_change_the_register(demo_run: DemoRun, panhuo: Panhuo, tmp_path: Path) -> None:
    """The control: what is new is counted as new."""
    home = demo_run.copied(tmp_path / "copy")
    other = tmp_path / "other.csv"
    other.write_text("publication_number,title\nCN101234567B,一种示例装置\n", encoding="utf-8-sig")
    (told,) = panhuo("import", other, "--home", home).answer["files"]
    assert told["new"] == 1
