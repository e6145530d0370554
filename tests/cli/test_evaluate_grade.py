"""panhuo evaluate grade, whole, on made data of both kinds."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from calls import Called

Panhuo = Callable[..., Called]
COUNTS = [
    "title",
    "abstract",
    "ind_claims",
    "dep_claims",
    "len_claims",
    "forward_incitions",
    "num_family",
    "ipcs",
    "grade",
]
EVENTS = [
    "公开(公告)号", "法律状态/事件", "[标]当前申请(专利权)人", "申请日", "公开(公告)日", "被引用专利数量",
    "标题(译)(简体中文)", "简单同族专利申请数量", "INPADOC法律状态", "专利类型", "诉讼案件数", "受理局",
    "[标]原始申请(专利权)人", "IPC分类号", "IPC主分类号",
]  # fmt: skip


def put_csv(folder: Path, head: list[str], rows: list[dict[str, Any]]) -> Path:
    folder.mkdir(exist_ok=True)
    with (folder / "data.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, head)
        writer.writeheader()
        writer.writerows(rows)
    return folder


def count_rows(rows: int = 60) -> list[dict[str, Any]]:
    """Patents whose citations follow their claims, with some chance."""
    chance = random.Random(5)
    return [
        {
            "title": f"稀土材料{n}",
            "abstract": "本发明公开一种材料",
            "ind_claims": 1 + n % 3,
            "dep_claims": n // 3,
            "len_claims": chance.randrange(50, 400),
            "forward_incitions": n // 6 + chance.randrange(3),
            "num_family": chance.choice((1, 2, 5)),
            "ipcs": chance.randrange(1, 6),
            "grade": chance.randrange(1, 3),
        }
        for n in range(rows)
    ]


def event_rows(rows: int = 60, *, grant: int = 2017) -> list[dict[str, Any]]:
    """Rights granted in one year: inventions, which are transferred at times, and utility models, which lapse."""
    chance = random.Random(9)
    found = []
    for n in range(rows):
        is_invention = n % 2 == 0
        events = [("+PATENT GRANT", f"{grant}-06-0{1 + n % 9}"), ("+PUBLICATION", f"{grant - 1}-01-05")]
        if is_invention and chance.random() < 0.6:
            year = chance.choice((2019, 2020, 2022, 2023))
            events.append(("TRANSFER OF PATENT RIGHT", f"{year}-0{1 + n % 9}-11"))
        if not is_invention and chance.random() < 0.5:
            events.append(("-TERMINATION OF PATENT RIGHT DUE TO NON-PAYMENT OF ANNUAL FEE", f"{2019 + n % 5}-08-15"))
        told = " | ".join(f"{day} | {word} | CN" for word, day in sorted(events, key=lambda one: one[1], reverse=True))
        found.append(
            {
                "公开(公告)号": f"CN{106000000 + n}B" if is_invention else f"CN{206000000 + n}U",
                "法律状态/事件": "授权",
                "[标]当前申请(专利权)人": "甲公司",
                "申请日": f"{grant - 2}-03-{10 + n % 18}",
                "公开(公告)日": f"{grant}-06-0{1 + n % 9}",
                "被引用专利数量": str(chance.randrange(9)),
                "标题(译)(简体中文)": f"机翼结构{n}",
                "简单同族专利申请数量": "1",
                "INPADOC法律状态": told,
                "专利类型": "授权发明" if is_invention else "实用新型",
                "诉讼案件数": "0",
                "受理局": "中国",
                "[标]原始申请(专利权)人": "甲公司",
                "IPC分类号": "B64C1/00 | B64D9/00" if n % 3 else "B64C1/00",
                "IPC主分类号": "B64C1/00",
            }
        )
    last = {**found[0], "公开(公告)号": "CN106999999B", "申请日": "2015-02-02"}
    last["INPADOC法律状态"] = (
        f"2024-03-01 | CHANGE IN THE NAME OR TITLE OF A PATENT HOLDER | CN | {grant}-06-01 | +PATENT GRANT | CN"
    )
    return [*found, last]


def scored(folder: Path, scores: list[float], *, grade: str = "") -> Path:
    path = folder.parent / "scores.jsonl"
    lines = [
        json.dumps({"row": n, "score": score} | ({"grade": grade} if grade else {})) for n, score in enumerate(scores)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def figures(answer: dict[str, Any]) -> list[Any]:
    return [answer[name] for name in ("spearman", "top_decile_lift", "intervals", "confidence")]


def test_counts_give_plain_numbers_with_intervals_and_baselines(panhuo: Panhuo, tmp_path: Path) -> None:
    rows = [{**row, "len_claims": 200} for row in count_rows()]
    called = panhuo("evaluate", "grade", "--data", put_csv(tmp_path / "data", COUNTS, rows))
    assert called.code == 0
    answer = called.answer
    assert answer["kind"] == "later_citations"
    assert (answer["rows"], answer["split"]) == (60, None)
    low, high = answer["intervals"]["spearman"]
    assert 0.5 < low < answer["spearman"] < high <= 1
    assert {"claims", "family", "claim_length", "random", "learned_cross_validated"} <= answer["baselines"].keys()
    assert answer["spearman"] == pytest.approx(answer["baselines"]["claims"]["spearman"], abs=0.01)
    low, high = answer["baselines"]["random"]["intervals"]["spearman"]
    assert low < 0 < high
    assert 0 < answer["confidence"]["mean"] < 0.5
    assert "claim_tree" in answer["indicators"]["differ"]
    assert "legal_term" in answer["indicators"]["not_told"]
    assert answer["oecd"]["generality"] == {"cannot_say": "no_classes_of_citing_patents"}
    assert "等级相关" in called.said or "Spearman" in called.said


def test_a_class_made_from_later_citations_is_not_read(panhuo: Panhuo, tmp_path: Path) -> None:
    rows = count_rows()
    before = panhuo("evaluate", "grade", "--data", put_csv(tmp_path / "a", COUNTS, rows)).answer
    leaky = [{**row, "grade": row["forward_incitions"]} for row in rows]
    after = panhuo("evaluate", "grade", "--data", put_csv(tmp_path / "b", COUNTS, leaky)).answer
    assert before["dropped"] == [{"column": "grade", "why": "not_known_column"}]
    assert {**after, "files": 0} == {**before, "files": 0}


def test_the_score_does_not_see_the_citations_that_it_is_held_against(panhuo: Panhuo, tmp_path: Path) -> None:
    """Citations turned round turn the figure round: ranks of the score stay as they are."""
    rows = count_rows()
    turned = [{**row, "forward_incitions": 100 - row["forward_incitions"]} for row in rows]
    before = panhuo("evaluate", "grade", "--data", put_csv(tmp_path / "a", COUNTS, rows)).answer
    after = panhuo("evaluate", "grade", "--data", put_csv(tmp_path / "b", COUNTS, turned)).answer
    assert after["spearman"] == pytest.approx(-before["spearman"])
    assert after["confidence"] == before["confidence"]


def test_given_scores_are_judged_by_the_same_measures_and_ours_stands_beside(panhuo: Panhuo, tmp_path: Path) -> None:
    rows = count_rows()
    folder = put_csv(tmp_path / "data", COUNTS, rows)
    ours = panhuo("evaluate", "grade", "--data", folder).answer
    truth = [float(row["forward_incitions"]) for row in rows]
    perfect = panhuo("evaluate", "grade", "--data", folder, "--scores", scored(folder, truth, grade="A")).answer
    assert perfect["judged"] == "scores"
    assert perfect["spearman"] == pytest.approx(1.0)
    assert perfect["ours"]["spearman"] == ours["spearman"]
    assert perfect["by_grade"]["A"]["rows"] == 60
    reversed_ = panhuo(
        "evaluate", "grade", "--data", folder, "--scores", scored(folder, [-one for one in truth])
    ).answer
    assert reversed_["spearman"] == pytest.approx(-1.0)
    half = panhuo("evaluate", "grade", "--data", folder, "--scores", scored(folder, truth[:30])).answer
    assert (half["rows"], half["without_score"]) == (30, 30)


def test_a_score_for_an_unknown_row_is_refused_with_its_line(panhuo: Panhuo, tmp_path: Path) -> None:
    folder = put_csv(tmp_path / "data", COUNTS, count_rows(20))
    called = panhuo("evaluate", "grade", "--data", folder, "--scores", scored(folder, [1.0] * 21))
    assert called.code == 2
    assert called.answer["error"]["code"] == "bad_row"
    assert "line 21" in called.answer["error"]["message"]


def test_a_day_to_split_on_means_nothing_for_counts(panhuo: Panhuo, tmp_path: Path) -> None:
    folder = put_csv(tmp_path / "data", COUNTS, count_rows(20))
    assert panhuo("evaluate", "grade", "--data", folder, "--split", "2021-01-01").code == 2


def test_exports_are_judged_by_what_happened_after_the_split(panhuo: Panhuo, tmp_path: Path) -> None:
    folder = put_csv(tmp_path / "data", EVENTS, event_rows())
    called = panhuo("evaluate", "grade", "--data", folder, "--split", "2021-03-01", "--out", tmp_path / "out.xlsx")
    assert called.code == 0
    answer = called.answer
    assert (answer["kind"], answer["split"], answer["rows_in_files"]) == ("later_events", "2021-03-01", 61)
    events = answer["splits"][0]["events"]
    transferred = [row for row in event_rows() if "TRANSFER" in row["INPADOC法律状态"]]
    after = [row for row in transferred if row["INPADOC法律状态"][:4] in ("2022", "2023")]
    assert events["transfer"]["events"] == len(after)
    assert events["licence"]["cannot_say"] == "too_few_events"
    low, high = events["survival"]["intervals"]["auc"]
    assert low <= events["survival"]["auc"] <= high
    assert answer["baselines"]["claims"]["cannot_say"] == "no_such_column"
    prediction = answer["splits"][0]["prediction"]["transfer"]
    assert prediction["fitted_on"] == ["2018-03-01", "2021-03-01"]
    assert 0 <= prediction["expected_calibration_error"] <= 1
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert sheet is not None
    assert sheet.max_row > 20


def test_what_has_no_day_changes_no_figure(panhuo: Panhuo, tmp_path: Path) -> None:
    """Citations, lawsuits, owners and status words of the export's day are no inputs: made up, nothing moves."""
    rows = event_rows()
    asked = ("evaluate", "grade", "--split", "2021-03-01", "--data")
    before = panhuo(*asked, put_csv(tmp_path / "a", EVENTS, rows)).answer
    later = {
        "被引用专利数量": "99",
        "诉讼案件数": "4",
        "[标]当前申请(专利权)人": "乙公司 | 丙大学",
        "法律状态/事件": "授权 | 保全",
    }
    changed = [{**row, **later} if n % 3 else row for n, row in enumerate(rows)]
    after = panhuo(*asked, put_csv(tmp_path / "b", EVENTS, changed)).answer
    assert figures(after) == figures(before)
    assert after["splits"][0]["prediction"] == before["splits"][0]["prediction"]
    why = {one["field"]: one["why"] for one in after["dropped"]}
    assert {why[name] for name in ("cited_by_count", "litigation_count", "owners", "status_words")} == {"undated"}


def test_events_after_the_split_change_no_score(panhuo: Panhuo, tmp_path: Path) -> None:
    """A perfect foreteller would be found out: deals that move to before the split are inputs, later ones never."""
    rows = event_rows()
    folder = put_csv(tmp_path / "data", EVENTS, rows)
    told = [row["INPADOC法律状态"] for row in rows]
    truth = [float("TRANSFER" in one and any(f"{year}-" in one for year in (2022, 2023))) for one in told]
    asked = ("evaluate", "grade", "--split", "2021-03-01", "--data", folder)
    ours = panhuo(*asked).answer["splits"][0]["events"]["transfer"]
    perfect = panhuo(*asked, "--scores", scored(folder, truth)).answer
    assert perfect["splits"][0]["events"]["transfer"]["auc"] == 1.0
    assert perfect["ours"]["auc"] == pytest.approx(ours["auc"], abs=1e-9)
    assert ours["auc"] < 0.95


def test_a_split_after_the_last_event_is_refused(panhuo: Panhuo, tmp_path: Path) -> None:
    folder = put_csv(tmp_path / "data", EVENTS, event_rows(10))
    called = panhuo("evaluate", "grade", "--data", folder, "--split", "2024-03-01")
    assert called.code == 2
    assert "2024-03-01" in called.answer["error"]["message"]
