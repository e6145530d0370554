"""panhuo value and panhuo dossier: figures, faults with their lines, seals, bridges."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from test_match_command import AT, PATENTS
from test_search_command import put

from calls import Called
from table_files import application, pledge_of
from valuation_inputs import told

Panhuo = Callable[..., Called]


def stated(path: Path, **changes: object) -> Path:
    path.write_text(yaml.safe_dump(told(**changes), allow_unicode=True), encoding="utf-8")
    return path


def test_a_case_without_a_register_is_valued(panhuo: Panhuo, tmp_path: Path) -> None:
    done = panhuo("value", "--inputs", stated(tmp_path / "case.yaml", what_for_cny=["200000"]))
    assert (done.code, done.answer["results"]["value_cny"]["base"]) == (0, "164606")
    assert "评估结果 value: 16.4606 万元" in done.said
    assert "许可费节省法 royalty_relief: 9.3257 万元" in done.said
    assert "若要达到 to reach 20.0000 万元" in done.said
    assert "不是资产评估报告" in done.said


def test_a_debt_that_outlives_the_patent_is_said_beside_the_loan(panhuo: Panhuo, tmp_path: Path) -> None:
    for until, is_said in (("2038-01-04", False), ("2038-01-05", True)):
        done = panhuo("value", "--inputs", stated(tmp_path / "case.yaml", debt={"until": until}))
        assert done.code == 0
        assert ("a ground of refusal, no loan" in done.said) is is_said


def test_faults_are_told_with_their_lines_and_nothing_is_valued(panhuo: Panhuo, tmp_path: Path) -> None:
    path = stated(tmp_path / "case.yaml", discount__rate="12%", methods__royalty_relief__tax_rate=None)
    number = next(at for at, line in enumerate(path.read_text("utf-8").splitlines(), 1) if "rate: 12%" in line)
    done = panhuo("value", "--inputs", path)
    assert (done.code, done.answer["error"]["code"]) == (2, "bad_inputs")
    assert f"line {number}, discount.rate: '12%' is no number" in done.said
    assert "methods.royalty_relief.tax_rate: is missing: income tax rate" in done.said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("purpose: a\npurpose: b\n", "purpose stands twice"),
        ("[1, 2", "line"),
        ("", "states nothing"),
        ("base_date: tomorrow\n", "line 1, base_date: states no base date"),
        ("\x00", "case.yaml"),
    ],
)
def test_a_file_that_states_no_case_is_refused_in_one_sentence(
    panhuo: Panhuo, tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    done = panhuo("value", "--inputs", path)
    assert (done.code, done.answer["error"]["code"]) == (2, "bad_inputs")
    assert said in done.said
    assert "Traceback" not in done.said


def test_a_right_that_had_ended_and_one_with_a_veto_get_no_value(panhuo: Panhuo, tmp_path: Path) -> None:
    put(panhuo, tmp_path, PATENTS)
    list_of_pledges = tmp_path / "专利权质押登记清单.csv"
    list_of_pledges.write_text(pledge_of(application(6, year=2018)), encoding="utf-8")
    assert panhuo("import", list_of_pledges, "--as-of", AT).code == 0
    path = stated(tmp_path / "case.yaml", patents=None, scene=None, base_date=AT)
    call = ("value", "--inputs", path, "--patent")
    for scene in ("management", "remedy", "finance"):
        lapsed = panhuo(*call, "CN100000004B", "--scene", scene)
        assert (lapsed.code, lapsed.answer["error"]["code"]) == (2, "right_ended"), scene
        assert "take a base date on which it stood" in lapsed.said
    pledged = panhuo(*call, "CN100000006B", "--scene", "finance")
    assert (pledged.code, pledged.answer["error"]["code"]) == (2, "bad_inputs")
    assert "grades[1].vetoes: pledged of" in pledged.said
    assert panhuo(*call, "CN100000006B", "--scene", "management").code == 0, "no veto there"


def test_scene_and_patents_may_come_from_the_call(panhuo: Panhuo, tmp_path: Path) -> None:
    put(panhuo, tmp_path, PATENTS)
    number = "CN100000001B"
    path = stated(tmp_path / "case.yaml", patents=None, scene=None, base_date=AT)
    done = panhuo("value", "--inputs", path, "--scene", "finance", "--patent", number)
    assert done.code == 0, done.said
    assert done.answer["run"]
    assert done.answer["results"]["value_cny"]["base"]
    [grade] = done.answer["results"]["grades"]
    assert (grade["number"], grade["scene"]) == ("201810000001.4", "finance")
    assert grade["score"]
    assert "非GB/T 42748附录权重" in done.said
    again = stated(tmp_path / "again.yaml", base_date=AT)
    assert panhuo("value", "--inputs", again, "--patent", number).answer["error"]["code"] == "patents_twice"
    assert panhuo("value", "--inputs", again, "--scene", "remedy").answer["error"]["code"] == "wrong_call"
    unknown = panhuo("value", "--inputs", path, "--scene", "finance", "--patent", "CN100000077B")
    assert unknown.answer["error"]["code"] == "unknown_patent"


def test_a_dossier_is_made_verified_and_explained(panhuo: Panhuo, tmp_path: Path) -> None:
    evidence = tmp_path / "forecast.txt"
    evidence.write_text("合成的预测", encoding="utf-8")
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    made = panhuo("dossier", "make", "--inputs", stated(tmp_path / "a.yaml"), "--evidence", evidence, "--out", old)
    assert made.code == 0, made.said
    assert json.loads(old.read_text("utf-8"))["seal"] == made.answer["seal"]
    panhuo("dossier", "make", "--inputs", stated(tmp_path / "b.yaml", discount__rate="0.12"), "--out", new)
    checked = panhuo("dossier", "verify", old)
    assert (checked.code, checked.answer["sealed"], checked.answer["reproduced"]) == (0, True, True)
    assert "全部数字重算一致" in checked.said
    explained = panhuo("dossier", "explain", old, new).answer
    assert [(step["names"], step["moved_cny"]) for step in explained["steps"]] == [(["discount"], "-2551")]
    assert int(explained["old_cny"]) + int(explained["steps"][0]["moved_cny"]) == int(explained["new_cny"])


def test_a_changed_digit_is_named_and_ends_with_code_1(panhuo: Panhuo, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    panhuo("dossier", "make", "--inputs", stated(tmp_path / "a.yaml"), "--out", path)
    path.write_text(path.read_text("utf-8").replace('"base": "164606"', '"base": "164616"'), encoding="utf-8")
    done = panhuo("dossier", "verify", path)
    assert (done.code, done.answer["sealed"]) == (1, False)
    assert done.answer["changed"] == ["results.value_cny.base"]
    assert "封存已破坏" in done.said


def test_no_bridge_leads_from_a_broken_seal(panhuo: Panhuo, tmp_path: Path) -> None:
    path, forged = tmp_path / "a.json", tmp_path / "forged.json"
    panhuo("dossier", "make", "--inputs", stated(tmp_path / "a.yaml"), "--out", path)
    told = path.read_text("utf-8")
    for old, new in (('"base": "164606"', '"base": "164616"'), ('"base": "164606"', '"base": NaN')):
        forged.write_text(told.replace(old, new), encoding="utf-8")
        for pair in ((path, forged), (forged, path)):
            done = panhuo("dossier", "explain", *pair)
            assert (done.code, done.answer["error"]["code"]) == (2, "broken_seal")
            assert "forged.json: the seal is broken, first results.value_cny.base" in done.said
    verdict = panhuo("dossier", "verify", forged)
    assert (verdict.code, verdict.answer["sealed"]) == (1, False), "a figure that is no number breaks the seal too"


def test_no_dossier_and_a_missing_pack_are_told(panhuo: Panhuo, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("{}", encoding="utf-8")
    assert panhuo("dossier", "verify", path).answer["error"]["code"] == "broken_dossier"
    panhuo("dossier", "make", "--inputs", stated(tmp_path / "a.yaml"), "--out", path)
    path.write_text(path.read_text("utf-8").replace('"name": "national"', '"name": "no_such_pack"'), encoding="utf-8")
    done = panhuo("dossier", "verify", path)
    assert (done.code, done.answer["changed"], done.answer["reproduced"]) == (1, ["pack.name"], False)
    assert panhuo("dossier", "explain", path, path).answer["error"]["code"] == "no_pack"


def test_a_dossier_is_not_written_over_its_inputs(panhuo: Panhuo, tmp_path: Path) -> None:
    path = stated(tmp_path / "a.yaml")
    done = panhuo("dossier", "make", "--inputs", path, "--out", path)
    assert done.answer["error"]["code"] == "wrong_call"
    assert path.read_text("utf-8").startswith("assumptions")
