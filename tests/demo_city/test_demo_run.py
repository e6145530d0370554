"""The demo from end to end: every file opens and says that it is synthetic, nothing barred is offered, and a second run
changes nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from demo_process import DemoRun
from opened import letter_text, page, table, tables_without_mark

from calls import Called

Panhuo = Callable[..., Called]
MARK = "演示数据（合成）"
ENGINEERS_FOUND = 80
"""Of 90 within 20: measured 90 at this size, less a margin; larger ones stand in docs/demo-city.md."""
BAR_WORDS = {
    "exclusively_licensed": "已独占或排他许可",
    "pledged": "质押中，须经质权人同意",
    "preserved": "保全中",
    "too_little_time": "剩余保护期不足",
}


def files(run: DemoRun, suffix: str) -> list[Path]:
    return [Path(name) for name in [*run.answer["files"], run.answer["summary"]] if name.endswith(suffix)]


def test_the_demo_ends_well_with_one_json_object(demo_run: DemoRun) -> None:
    assert demo_run.code == 0, demo_run.said[-2000:]
    assert demo_run.out.count("\n") == 1
    assert (demo_run.answer["synthetic"], demo_run.answer["patents"]) == (True, 1500)


def test_every_named_file_exists_and_is_named_once(demo_run: DemoRun) -> None:
    named = [Path(name) for name in [*demo_run.answer["files"], demo_run.answer["summary"]]]
    assert len(set(named)) == len(named) > 15
    assert {path.suffix for path in named} == {".xlsx", ".docx", ".html"}
    assert set(named) == {path for path in demo_run.results.rglob("*") if path.is_file()}


def test_workbooks_open_and_say_that_they_are_synthetic(demo_run: DemoRun) -> None:
    bare = {path.name: tables_without_mark(path, MARK) for path in files(demo_run, ".xlsx")}
    rejects = bare.pop("未入库行.xlsx")
    assert rejects == ["未入库行"]
    assert all("合成数据" in str(row["文件"]) for row in table(demo_run.results / "未入库行.xlsx", key="文件"))
    assert {name for name, sheets in bare.items() if sheets} == set()
    assert len(bare) > 10


def test_letters_and_the_study_open_and_say_that_they_are_synthetic(demo_run: DemoRun) -> None:
    texts = [letter_text(path) for path in files(demo_run, ".docx")]
    assert len(texts) >= 4
    assert all(MARK in text and len(text) > 300 for text in texts)


def test_pages_are_whole_fetch_nothing_and_say_that_they_are_synthetic(demo_run: DemoRun) -> None:
    pages = [page(path) for path in files(demo_run, ".html")]
    assert len(pages) == 2
    for one in pages:
        assert MARK in one.text
        assert one.left_open == []
        assert [address for address in one.fetched if not address.startswith("data:")] == []


def test_charts_of_the_summary_are_inline(demo_run: DemoRun) -> None:
    text = Path(demo_run.answer["summary"]).read_text(encoding="utf-8")
    assert text.count("<svg") >= 2
    assert "<script" not in text


def supply(run: DemoRun, part: str) -> dict[str, dict[str, Any]]:
    rows = table(next((run.results / "供给清单").glob(f"{part}*.xlsx")), key="专利号")
    return {str(row["专利号"]).removeprefix("ZL"): row for row in rows}


def test_a_barred_right_stands_in_the_annex_with_its_bar_and_never_in_the_list(
    demo_run: DemoRun, numbers: Callable[[str], str]
) -> None:
    listed, annex = supply(demo_run, "专利技术供给清单"), supply(demo_run, "待确认专利")
    barred = {
        trap["application_number"]: trap["expect"]["bar"] for trap in demo_run.truth["traps"] if "bar" in trap["expect"]
    }
    barred |= {numbers(need["decoy"]): need["bar"] for need in demo_run.truth["needs"] if need["bar"] != "lapsed"}
    assert set(barred.values()) == BAR_WORDS.keys()
    assert len(barred) == 4 + 60
    assert not barred.keys() & listed.keys()
    wrong = {number: bar for number, bar in barred.items() if BAR_WORDS[bar] not in annex[number]["待确认事项"]}
    assert not wrong


def test_all_four_sources_stand_in_the_list(demo_run: DemoRun) -> None:
    sources = {row["来源"] for row in supply(demo_run, "专利技术供给清单").values()}
    assert sources == {"高校院所", "国有企业", "企业", "开放许可"}


def test_a_lapsed_right_stands_in_neither_part(demo_run: DemoRun, numbers: Callable[[str], str]) -> None:
    shown = supply(demo_run, "专利技术供给清单").keys() | supply(demo_run, "待确认专利").keys()
    lapsed = {numbers(need["decoy"]) for need in demo_run.truth["needs"] if need["bar"] == "lapsed"}
    assert len(lapsed) == 30
    assert not lapsed & shown


def test_all_planted_answers_are_on_the_supply_list(demo_run: DemoRun, numbers: Callable[[str], str]) -> None:
    answers = {numbers(need["answer"]) for need in demo_run.truth["needs"]}
    assert len(answers) == 90
    assert answers <= supply(demo_run, "专利技术供给清单").keys()


@pytest.fixture(scope="module")
def matches(demo_run: DemoRun) -> dict[str, list[set[str]]]:
    """Need id -> for each rank the publication numbers shown there, those of its family too."""
    found: dict[str, list[set[str]]] = {}
    for row in table(demo_run.results / "供需匹配.xlsx", key="需求编号"):
        with_it = str(row["同族/同日对应件"] or "").replace("；", ";").split(";")
        shown = {str(row["公开（公告）号"]), *(number.strip() for number in with_it)}
        found.setdefault(str(row["需求编号"]), []).append(shown)
    return found


def found_within_20(run: DemoRun, shown: dict[str, list[set[str]]], voice: str) -> int:
    asked = [need for need in run.truth["needs"] if need["voice"] == voice]
    assert len(asked) == 90
    return sum(any(need["answer"] in rank for rank in shown.get(need["need_id"], [])[:20]) for need in asked)


def test_engineers_find_most_planted_answers_and_laymen_few(
    demo_run: DemoRun, matches: dict[str, list[set[str]]]
) -> None:
    engineers, laymen = (found_within_20(demo_run, matches, voice) for voice in ("engineer", "layman"))
    assert engineers >= ENGINEERS_FOUND
    assert laymen < engineers


def test_no_decoy_is_offered_to_anybody(demo_run: DemoRun, matches: dict[str, list[set[str]]]) -> None:
    shown = {number for ranks in matches.values() for rank in ranks for number in rank}
    decoys = {need["decoy"] for need in demo_run.truth["needs"]}
    assert len(decoys) == 90
    assert not decoys & shown


def sums(run: DemoRun) -> dict[str, str]:
    kept = [path for path in run.home.rglob("*.xlsx") if path.is_file()]
    kept += [path for path in run.results.rglob("*") if path.suffix in (".docx", ".html")]
    return {
        str(path.relative_to(run.home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in kept
        if path != Path(run.answer["summary"])  # names the seconds that this run took
    }


def test_a_second_run_changes_nothing(demo_run: DemoRun, panhuo: Panhuo) -> None:
    before, files_before = panhuo("status", "--home", demo_run.home).answer, sums(demo_run)
    second = demo_run.again()
    assert second.code == 0, second.said[-2000:]
    figures = second.answer["figures"]["import"]
    rejected = sum(row["expect"] == "rejected" for row in demo_run.truth["rows"])
    assert (figures["new"], figures["changed"], figures["rejected"]) == (0, 0, rejected)
    after = panhuo("status", "--home", demo_run.home).answer
    assert {name: after[name] for name in ("digest", "editions", "runs", "sources", "events")} == {
        name: before[name] for name in ("digest", "editions", "runs", "sources", "events")
    }
    assert second.answer["digest"] == demo_run.answer["digest"] == after["digest"]
    assert sums(demo_run) == files_before


@pytest.mark.parametrize("asked", [["--at", "2025-11-30"], ["--edition", "1"]], ids=["same day", "by number"])
def test_a_published_edition_is_written_again_byte_by_byte(
    demo_run: DemoRun, panhuo: Panhuo, tmp_path: Path, asked: list[str]
) -> None:
    home = demo_run.copied(tmp_path / "copy")
    before = panhuo("status", "--home", home).answer["editions"]
    called = panhuo("supply-list", *asked, "--out", tmp_path / "out", "--home", home)
    assert (called.code, called.answer["edition"]) == (0, 1), json.dumps(called.answer, ensure_ascii=False)
    assert panhuo("status", "--home", home).answer["editions"] == before
    written = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert written == {path.name: path.read_bytes() for path in (demo_run.results / "供给清单").iterdir()}
    assert len(written) == 3
