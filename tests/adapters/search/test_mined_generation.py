"""Terms mined from an installation's texts belong to one generation of its search table."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from test_search_table import SCORE, patent, written

from matching_fakes import CharacterTerms, lexicon
from panhuo.adapters.search.build import Refreshed, SearchBuilder, SpaceRules
from panhuo.adapters.search.mined_terms import load_terms, save_terms
from panhuo.engine.matching.mining import MinedTerm, MiningRules

MINING = MiningRules(terms=50, min_count=4, min_likeness=0.5, min_branching=0.5, min_share=0.4)
RULES = SpaceRules(dimensions=8, vocabulary=500, min_texts=1, title_factor=2.0, refit_share=0.5, mining=MINING)
CUT = lexicon(["锅炉", "烟气", "风机", "阀门", "水泵", "装置"])
BESIDE = ["锅炉", "烟气", "风机", "阀门", "水泵"]


def refreshed(folder: Path, term: str, version: str, rules: SpaceRules = RULES, *, first: int = 1) -> Refreshed:
    """A table of texts that hold one unknown word in changing company."""
    (folder / "search").mkdir(exist_ok=True)
    rows = [
        patent(first + place, f"{left}{term}{right}", f"{right}装置。")
        for place, (left, right) in enumerate((a, b) for a in BESIDE for b in BESIDE if a != b)
    ]
    builder = SearchBuilder(folder / "search", CUT, CharacterTerms(), rules)
    return builder.refresh(written(folder / f"{version}.parquet", rows), version)


def test_a_term_of_the_texts_is_found_as_one_word_and_needs_are_cut_alike(tmp_path: Path) -> None:
    table = refreshed(tmp_path, "烧嘴", "one")
    assert table.lexicon.words("蓄热烧嘴") == ["蓄", "热", "烧嘴"]
    assert CUT.words("蓄热烧嘴") == ["蓄", "热", "烧", "嘴"], "the negative control"
    assert table.counts.in_texts["烧嘴"] == 20
    found = table.index.in_memory(np.arange(1, 21), SCORE).read(np.array([1]))
    assert len(found.ids) == 1


def test_the_list_lies_readable_in_its_generation_and_is_read_again(tmp_path: Path) -> None:
    first = refreshed(tmp_path, "烧嘴", "one")
    (kept,) = (tmp_path / "search").glob("*/terms.csv")
    with kept.open(encoding="utf-8-sig") as handle:
        rows = list(csv.DictReader(handle))
    assert [(row["term"], row["count"]) for row in rows] == [("烧嘴", "20")]
    again = refreshed(tmp_path, "烧嘴", "one")
    assert not again.fitted
    assert again.lexicon.version == first.lexicon.version != CUT.version


def test_a_spoilt_list_is_never_searched_with(tmp_path: Path) -> None:
    refreshed(tmp_path, "烧嘴", "one")
    (kept,) = (tmp_path / "search").glob("*/terms.csv")
    kept.write_text("term,count,score\n顶管,9,1\n", encoding="utf-8")
    again = refreshed(tmp_path, "烧嘴", "one")
    assert again.fitted
    assert "烧嘴" in again.lexicon.words("烧嘴")


def test_other_texts_give_other_terms_and_a_new_generation(tmp_path: Path) -> None:
    one = refreshed(tmp_path, "烧嘴", "one")
    two = refreshed(tmp_path, "顶管", "two", first=100)
    assert two.fitted
    assert one.generation != two.generation
    assert "顶管" in two.lexicon.words("顶管")
    assert "烧嘴" not in two.lexicon.words("烧嘴")
    assert one.index.space != two.index.space


@pytest.mark.parametrize("terms", [0, 50])
def test_mining_can_be_switched_off(tmp_path: Path, terms: int) -> None:
    table = refreshed(tmp_path, "烧嘴", "one", replace(RULES, mining=replace(MINING, terms=terms)))
    assert ("烧嘴" in table.lexicon.words("烧嘴")) is (terms > 0)


def test_a_list_survives_its_file_and_a_missing_one_is_empty(tmp_path: Path) -> None:
    terms = [MinedTerm("烧嘴", 4, 0.9), MinedTerm("=顶,管", 9, 0.5)]
    save_terms(tmp_path, terms)
    assert load_terms(tmp_path) == terms
    assert load_terms(tmp_path / "none") == []
