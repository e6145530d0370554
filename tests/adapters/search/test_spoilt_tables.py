"""A search table of which a file was cut, emptied, swapped or lost: it is named, told in one sentence, and mended."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_search_table import CUT, RULES, SCORE, Bench, answers, patent, patents

from matching_fakes import CharacterTerms, lexicon
from panhuo.adapters.files.settled import checksum
from panhuo.adapters.search.build import Refreshed, SearchBuilder
from panhuo.adapters.search.generations import read_current
from panhuo.adapters.search.search_columns import ColumnsState, columns_state, make_columns, open_columns
from panhuo.adapters.search.spoilt_table import SpoiltTable
from panhuo.adapters.search.table_gap import TableState
from panhuo.engine.matching.clusters import ClusterRules
from panhuo.engine.matching.columns import WordTable

IDS = list(range(1, 21))
CLUSTERED = replace(RULES, clusters=ClusterRules(texts=20, count=4, share=0.5))
PIECES = ("space.npz", "counts.parquet", "clusters.npz", "terms.csv", "pieces.json")
Damage = Callable[[Path], None]


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def emptied(path: Path) -> None:
    os.truncate(path, 0)


def zeroed(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def lost(path: Path) -> None:
    path.unlink()


def turned(path: Path) -> None:
    """One byte in the middle is another one."""
    told = bytearray(path.read_bytes())
    told[len(told) // 2] ^= 0xFF
    path.write_bytes(told)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr("test_search_table.RULES", CLUSTERED)
    return Bench(tmp_path)


def built(bench: Bench) -> tuple[Refreshed, Path, Path]:
    """A table of twenty texts, its generation, its projection."""
    table = bench.refresh(patents(), "one")
    return table, bench.folder / "search" / table.generation, bench.folder / "one.parquet"


@pytest.mark.parametrize("name", PIECES)
@pytest.mark.parametrize("damage", [cut, emptied, zeroed, lost, turned])
def test_a_spoilt_file_is_named_and_the_next_call_makes_the_table_anew(bench: Bench, name: str, damage: Damage) -> None:
    table, generation, assets = built(bench)
    before = answers(table, IDS)
    assert bench.builder().gap(assets, "one").whole, "the negative control"
    damage(generation / name)
    gap = bench.builder().gap(assets, "one")
    assert (gap.state, gap.spoilt) == (TableState.SPOILT, generation / name)
    assert bench.builder().standing("one") is None
    after = bench.refresh(patents(), "one")
    assert after.fitted
    assert after.index.space == table.index.space, "the same texts give the same space"
    assert answers(after, IDS) == before
    assert bench.builder().gap(assets, "one").whole


@pytest.mark.parametrize("rewrite", [False, True])
@pytest.mark.parametrize("name", PIECES)
def test_repair_mends_a_spoilt_file(bench: Bench, name: str, rewrite: bool) -> None:  # noqa: FBT001 - a case
    table, generation, assets = built(bench)
    zeroed(generation / name)
    mended = bench.builder().repair(assets, "one", rewrite=rewrite)
    assert mended.fitted
    assert answers(mended, IDS) == answers(table, IDS)


def test_clusters_of_another_generation_do_not_pass_for_its_own(bench: Bench) -> None:
    _, generation, assets = built(bench)
    with np.load(generation / "clusters.npz") as kept:
        told = {name: kept[name] for name in kept.files}
    np.savez(generation / "clusters.npz", **{**told, "centres": told["centres"][:, :4]})
    assert bench.builder().gap(assets, "one").spoilt == generation / "clusters.npz"
    assert bench.refresh(patents(), "one").index.clusters is not None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.sampled_from(PIECES), at=st.floats(0, 0.999), bits=st.integers(1, 255), shorten=st.booleans())
def test_wherever_a_piece_is_spoilt_it_is_seen(
    tmp_path_factory: pytest.TempPathFactory, name: str, at: float, bits: int, *, shorten: bool
) -> None:
    home = KEPT.setdefault("home", tmp_path_factory.mktemp("kept"))
    bench = Bench(home)
    if not (home / "search").is_dir():
        bench.refresh(patents(), "one")
    found = read_current(home / "search")
    assert found is not None
    path = home / "search" / found.generation / name
    if not path.is_file():
        return  # so few texts have no clusters
    whole = path.read_bytes()
    place = int(len(whole) * at)
    spoilt = whole[:place] if shorten else whole[:place] + bytes([whole[place] ^ bits]) + whole[place + 1 :]
    try:
        path.write_bytes(spoilt)
        gap = bench.builder().gap(home / "one.parquet", "one")
        if name == "pieces.json" and gap.state is TableState.SPOILT:
            return  # a wrong checksum accuses the file that it belongs to
        assert gap.spoilt == path or (name == "pieces.json" and json.loads(spoilt) == json.loads(whole))
    finally:
        path.write_bytes(whole)


KEPT: dict[str, Path] = {}


@pytest.mark.parametrize("spoilt", ["_versions", "data"])
@pytest.mark.parametrize("damage", [shutil.rmtree, lambda folder: cut(next(folder.iterdir()))])
def test_a_table_that_cannot_be_read_is_named_told_and_made_anew(bench: Bench, spoilt: str, damage: Damage) -> None:
    table, generation, assets = built(bench)
    before = answers(table, IDS)
    damage(generation / "texts.lance" / spoilt)
    gap = bench.builder().gap(assets, "one")
    assert gap.state is TableState.SPOILT
    assert gap.spoilt == generation / "texts.lance"
    if spoilt == "data":  # a match reads rows first when it has opened the table
        opened = bench.builder().refresh(assets, "one")
        with pytest.raises(SpoiltTable, match="panhuo repair --rewrite") as caught:
            opened.index.versions()
        assert str(generation / "texts.lance") in caught.value.message
        assert "\n" not in caught.value.message
        assert len(caught.value.message) < 400
    mended = bench.builder().repair(assets, "one")
    assert mended.fitted
    assert answers(mended, IDS) == before
    assert bench.builder().gap(assets, "one").whole


def test_an_unreadable_current_file_is_no_table_that_was_never_built(bench: Bench) -> None:
    _, _, assets = built(bench)
    search = bench.folder / "search"
    for damage in (cut, emptied, zeroed):
        damage(search / "current.json")
        gap = bench.builder().gap(assets, "one")
        assert (gap.state, gap.spoilt) == (TableState.SPOILT, search / "current.json")
        assert bench.refresh(patents(), "one").texts == 20
    shutil.rmtree(search)
    search.mkdir()
    assert bench.builder().gap(assets, "one").state is TableState.NOT_BUILT, "the negative control"


def test_a_table_of_another_recipe_or_encoder_is_outdated(bench: Bench) -> None:
    _, _, assets = built(bench)
    search = bench.folder / "search"
    other_words = SearchBuilder(search, lexicon(["余热"]), bench.terms, CLUSTERED)
    assert other_words.gap(assets, "one").state is TableState.OUTDATED
    other_model = CharacterTerms()
    other_model.model = "characters-2"
    anew = SearchBuilder(search, CUT, other_model, CLUSTERED)
    assert anew.gap(assets, "one").state is TableState.OUTDATED
    assert anew.refresh(assets, "one").fitted
    assert anew.gap(assets, "one").whole


def test_the_generation_before_stays_readable_until_the_next_but_one(bench: Bench) -> None:
    first, _, _ = built(bench)
    standing = bench.builder().standing("one")
    assert standing is not None
    second = bench.refresh(patents(60), "two")
    assert second.fitted
    before = answers(first, IDS)
    assert answers(standing, IDS) == before, "opened before, asked only now"
    assert standing.index.said(np.array([3])) != {}
    bench.refresh(patents(180), "three")
    with pytest.raises(SpoiltTable):
        first.index.said(np.array([3]))


def test_a_table_made_anew_of_the_same_texts_leaves_the_old_one_to_its_readers(bench: Bench) -> None:
    first, generation, assets = built(bench)
    cut(bench.folder / "search" / "current.json")
    again = bench.refresh(patents(), "one")
    assert again.generation != first.generation
    assert first.index.said(np.array([3])) == again.index.said(np.array([3]))
    assert (generation / "texts.lance").is_dir()


# -- rows --------------------------------------------------------------------------------------------------------


def test_rows_that_were_lost_are_seen_by_the_next_match_and_put_back(bench: Bench) -> None:
    table, _, assets = built(bench)
    before = answers(table, IDS)
    table.index.table.delete("asset_id > 2")  # more than a new fit would need, were they changes of the register
    after = bench.refresh(patents(), "one")
    assert (after.added, after.fitted) == (18, False)
    assert answers(after, IDS) == before
    current = read_current(bench.folder / "search")
    assert current is not None
    assert (current.changed_since, current.rows) == (0, 20)


def test_a_rewrite_is_no_change_since_the_fit(bench: Bench) -> None:
    _, _, assets = built(bench)
    for _ in range(2):
        bench.builder().repair(assets, "one", rewrite=True)
    later = bench.refresh([*patents(), patent(30, "石灰窑")], "two")
    assert not later.fitted
    current = read_current(bench.folder / "search")
    assert current is not None
    assert current.changed_since == 1


def test_a_row_that_stands_twice_stands_once_after_a_repair(bench: Bench) -> None:
    table, _, assets = built(bench)
    before = answers(table, IDS)
    stored = table.index.table
    stored.add(stored.search().where("asset_id IN (3, 4)").limit(None).to_arrow().select(stored.schema.names))
    gap = bench.builder().gap(assets, "one")
    assert (gap.state, gap.rows, gap.surplus) == (TableState.GAP, 22, 2)
    assert answers(bench.builder().repair(assets, "one"), IDS) == before
    assert bench.builder().gap(assets, "one").whole


# -- search columns ----------------------------------------------------------------------------------------------


def fresh(table: Refreshed) -> WordTable:
    words = table.index.words
    return WordTable(words.texts, words.mean_words, words.in_texts, words.share_of)


def columns(bench: Bench) -> tuple[Refreshed, Path, Path]:
    table, generation, assets = built(bench)
    make_columns(generation, table.index, "one", SCORE)
    (part,) = (generation / "columns").iterdir()
    return table, generation, part


def test_columns_cut_at_the_end_of_a_line_are_not_used(bench: Bench) -> None:
    table, generation, part = columns(bench)
    assert columns_state(generation, "one") is ColumnsState.WHOLE, "the negative control"
    assert columns_state(generation, "two") is ColumnsState.BEHIND
    lines = (part / "words.txt").read_text("utf-8").split("\n")
    (part / "words.txt").write_text("\n".join(lines[: len(lines) // 2]), encoding="utf-8")
    assert columns_state(generation, "one") is ColumnsState.SPOILT
    assert open_columns(generation, "one", fresh(table), SCORE) is None
    make_columns(generation, table.index, "one", SCORE)
    assert columns_state(generation, "one") is ColumnsState.WHOLE
    assert open_columns(generation, "one", fresh(table), SCORE) is not None


@pytest.mark.parametrize("damage", [cut, emptied, lost])
def test_any_file_of_the_columns_that_is_cut_or_lost_is_noticed(bench: Bench, damage: Damage) -> None:
    table, generation, part = columns(bench)
    for name in sorted(path.name for path in part.iterdir()):
        (part_now,) = (generation / "columns").iterdir()
        if not (part_now / name).stat().st_size:
            continue
        damage(part_now / name)
        assert columns_state(generation, "one") is ColumnsState.SPOILT, name
        assert open_columns(generation, "one", fresh(table), SCORE) is None, name
        make_columns(generation, table.index, "one", SCORE)
    assert columns_state(generation, "one") is ColumnsState.WHOLE


def test_words_of_the_columns_that_are_spelt_otherwise_are_noticed(bench: Bench) -> None:
    _, generation, part = columns(bench)
    told = (part / "words.txt").read_text("utf-8")
    (part / "words.txt").write_text(told.replace("余热", "污泥"), encoding="utf-8")
    assert columns_state(generation, "one") is ColumnsState.SPOILT


def test_repair_throws_spoilt_columns_away_and_a_rewrite_all(bench: Bench) -> None:
    _, generation, part = columns(bench)
    assets = bench.folder / "one.parquet"
    bench.builder().repair(assets, "one")
    assert part.is_dir(), "whole ones stay"
    cut(part / "words.txt")
    bench.builder().repair(assets, "one")
    assert columns_state(generation, "one") is ColumnsState.NOT_MADE
    _, generation, part = columns(bench)
    turned(part / "vectors.npy")
    assert columns_state(generation, "one") is ColumnsState.WHOLE, "of arrays the sizes are looked at"
    bench.builder().repair(assets, "one", rewrite=True)
    assert columns_state(generation, "one") is ColumnsState.NOT_MADE


def test_a_full_disk_names_the_columns_and_leaves_nothing_behind(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    table, generation, _ = built(bench)

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "posix_fallocate", full)
        with pytest.raises(OSError, match="No space left") as caught:
            make_columns(generation, table.index, "one", SCORE)
    assert str(generation / "columns") in str(caught.value.filename)
    assert list((generation / "columns").iterdir()) == []
    assert columns_state(generation, "one") is ColumnsState.NOT_MADE
    make_columns(generation, table.index, "one", SCORE)
    assert columns_state(generation, "one") is ColumnsState.WHOLE


def test_what_is_written_down_of_a_file_is_its_own(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1234" * 1_000_000)
    (tmp_path / "b").write_bytes(b"1234" * 999_999 + b"1235")
    assert checksum(tmp_path / "a") != checksum(tmp_path / "b")
