"""panhuo value-record: on record with file and history, shown on a day, figures of a dossier never typed again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from calls import Called
from engine.valuation.test_record import OURS, stated
from valuation_inputs import told

Panhuo = Callable[..., Called]
WHO = ("--actor", "运营中心", "--at", "2026-01-20")


def written(path: Path, content: dict[str, Any]) -> Path:
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.pdf"
    path.write_bytes(b"%PDF made up")
    return path


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    return written(
        tmp_path / "ours.yaml",
        {key: value for key, value in OURS.items() if value is not None},
    )


def dossier(panhuo: Panhuo, folder: Path) -> Path:
    out = folder / "case.dossier.json"
    panhuo("dossier", "make", "--inputs", written(folder / "case.yaml", told()), "--out", out)
    return out


def test_an_appraisal_report_goes_on_record_with_its_file(panhuo: Panhuo, tmp_path: Path, report: Path) -> None:
    path = written(tmp_path / "r.yaml", stated())
    done = panhuo("value-record", "add", "--inputs", path, "--report", report, *WHO)
    assert (done.code, done.answer["number"], done.answer["title"]) == (0, "GZ000001", "资产评估报告"), done.said
    assert list((tmp_path / "home" / "attachments").rglob(f"{done.answer['file']}.pdf"))
    again = panhuo("value-record", "add", "--inputs", path, "--report", report, *WHO)
    assert (again.answer["number"], again.answer["is_new"]) == ("GZ000001", False)
    shown = panhuo("value-record", "show", "gz000001", "--at", "2026-11-30").answer
    assert (shown["state"], shown["days_left"]) == ("expired", -1)
    assert [(one["act"], one["actor"]) for one in shown["history"]] == [("recorded", "运营中心")]


def test_a_record_of_a_dossier_takes_its_figures_from_the_sealed_file(
    panhuo: Panhuo, tmp_path: Path, ours: Path
) -> None:
    path = dossier(panhuo, tmp_path)
    done = panhuo("value-record", "add", "--inputs", ours, "--dossier", path, *WHO)
    assert done.code == 0, done.said
    results = json.loads(path.read_text("utf-8"))["content"]["results"]
    assert [done.answer[key] for key in ("low_cny", "value_cny", "high_cny")] == [
        results["value_cny"][key] for key in ("low", "base", "high")
    ]
    assert (done.answer["title"], done.answer["is_appraisal"]) == ("自行估算记录", False)
    assert done.answer["seal"] == json.loads(path.read_text("utf-8"))["seal"]
    assert "不是资产评估报告" in done.said
    assert "资产评估报告" not in done.answer["title"]


def test_a_value_that_discounts_nothing_goes_on_record(panhuo: Panhuo, tmp_path: Path, ours: Path) -> None:
    alone = {"discount": None, "life": None, "mid_year": None, "methods__royalty_relief": None, "weighing": {}}
    stated = told(**alone, one_method_reason="尚未实施")
    made, page = tmp_path / "cost.dossier.json", tmp_path / "cost.html"
    inputs = written(tmp_path / "cost.yaml", stated)
    assert panhuo("dossier", "make", "--inputs", inputs, "--out", made).code == 0
    assert panhuo("dossier", "print", made, "--out", page).code == 0
    assert "收益时点" not in page.read_text("utf-8")
    done = panhuo("value-record", "add", "--inputs", ours, "--dossier", made, *WHO)
    assert (done.code, done.answer["methods"], done.answer["value_cny"]) == (0, ["cost"], "450000"), done.said


def test_a_changed_or_invented_dossier_goes_on_no_record(panhuo: Panhuo, tmp_path: Path, ours: Path) -> None:
    """A figure changed in the file; then the same under a seal that fits it but does not come out again."""
    from panhuo.engine.sealing import canonical, seal

    path = dossier(panhuo, tmp_path)
    text = path.read_text("utf-8").replace('"base": "164606"', '"base": "964606"')
    path.write_text(text, encoding="utf-8")
    done = panhuo("value-record", "add", "--inputs", ours, "--dossier", path, *WHO)
    assert done.answer["error"]["code"] == "broken_seal"
    content = json.loads(text)["content"]
    made = seal(content)
    path.write_bytes(
        canonical({"form": "panhuo dossier 1", "content": content, "entries": dict(made.entries), "seal": made.whole})
    )
    done = panhuo("value-record", "add", "--inputs", ours, "--dossier", path, *WHO)
    assert done.answer["error"]["code"] == "not_reproduced"
    assert panhuo("value-record", "list").answer["records"] == []


def test_faults_are_told_at_once_with_lines_and_nothing_is_kept(panhuo: Panhuo, tmp_path: Path, report: Path) -> None:
    path = written(tmp_path / "r.yaml", stated(signers=None, base_date="2026-01-15", report__sealed="false"))
    done = panhuo("value-record", "add", "--inputs", path, "--report", report, *WHO)
    assert (done.code, done.answer["error"]["code"]) == (2, "bad_inputs")
    for said in ("signers: holds 0 who sign", "lies after the report's day", "asks for the agency's seal"):
        assert said in done.said
    assert not (tmp_path / "home" / "attachments").exists()
    nobody = panhuo("value-record", "add", "--inputs", written(path, stated()), "--report", report)
    assert nobody.answer["error"]["code"] == "no_actor"
    assert not (tmp_path / "home" / "attachments").exists()
    assert panhuo("value-record", "list").answer["records"] == []


def test_the_list_says_which_values_are_in_use_on_a_day(
    panhuo: Panhuo, tmp_path: Path, report: Path, ours: Path
) -> None:
    panhuo("value-record", "add", "--inputs", written(tmp_path / "r.yaml", stated()), "--report", report, *WHO)
    panhuo("value-record", "add", "--inputs", ours, "--dossier", dossier(panhuo, tmp_path), *WHO)

    def numbers(*more: str) -> list[str]:
        return [one["number"] for one in panhuo("value-record", "list", *more).answer["records"]]

    assert numbers("--at", "2026-11-30") == ["GZ000001", "GZ000002"]
    assert numbers("--at", "2026-11-30", "--usable") == ["GZ000002"], "the dossier's year ends a day later"
    assert numbers("--at", "2026-01-19") == [], "not yet on record"
    assert numbers("--at", "2026-02-01", "--patent", "CN1") == []
    out = tmp_path / "records.jsonl"
    panhuo("value-record", "list", "--at", "2026-02-01", "--out", out)
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [(row["title"], row["value_cny"], row["state"]) for row in rows] == [
        ("资产评估报告", 1000000.0, "usable"),
        ("自行估算记录", 164606.0, "usable"),
    ]
    assert panhuo("value-record", "list", "--out", tmp_path / "records.xlsx").code == 0
    assert panhuo("value-record", "show", "GZ000009").answer["error"]["code"] == "unknown_record"


@pytest.mark.parametrize(
    ("source", "said"), [("negotiated", "协议确定"), ("internal_bank", "银行内部评估"), ("self_estimate", "自行估算")]
)
def test_a_record_is_called_what_it_is(panhuo: Panhuo, tmp_path: Path, source: str, said: str) -> None:
    inputs = {key: value for key, value in stated(source=source, report__title=None).items() if key != "agency"}
    done = panhuo("value-record", "add", "--inputs", written(tmp_path / "r.yaml", inputs), *WHO)
    assert done.code == 0, done.said
    assert said in done.answer["notice"]
    assert done.answer["notice"].endswith("不是资产评估报告")
