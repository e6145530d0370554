"""The search table: an update gives the answers of a rebuild, a kill leaves nothing half done."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matching_fakes import CharacterTerms, lexicon
from panhuo.adapters.search import build
from panhuo.adapters.search.build import Refreshed, SearchBuilder, SpaceRules
from panhuo.adapters.search.cutter import JiebaCutter
from panhuo.engine.matching.clusters import ClusterRules
from panhuo.engine.matching.scoring import score_rules
from panhuo.engine.ports import Found, Vectors
from panhuo.rules import load_pack

RULES = SpaceRules(dimensions=8, vocabulary=500, min_texts=1, title_factor=2.0, refit_share=0.5)
KNOWN = "余热回收 余热 回收 锅炉 烟气 污泥 干化 电池 负极 换热器 装置 石灰窑"
CUT = lexicon(KNOWN.split())
NAMES = ["余热回收锅炉", "污泥干化", "电池负极", "石灰窑", "烟气换热器"]
SCORE = score_rules(load_pack("national").at(date(2026, 11, 22)))
SOUGHT = ("余热", "污泥", "石灰窑", "新词")
Row = dict[str, Any]


def patent(asset_id: int, title: str = "", abstract: str = "", **more: Any) -> Row:
    return {"asset_id": asset_id, "ip_type": "invention", "title": title, "abstract": abstract, **more}


def patents(count: int = 20) -> list[Row]:
    return [
        patent(place, f"{NAMES[place % 5]}装置{place}", f"{NAMES[(place + 1) % 5]}。") for place in range(1, count + 1)
    ]


def written(path: Path, rows: list[Row]) -> Path:
    texts = ("ip_type", "title", "title_en", "abstract", "abstract_en", "first_claim", "owner_type", "region_code")
    columns: dict[str, Any] = {
        "asset_id": pa.array([row["asset_id"] for row in rows], pa.int64()),
        **{name: pa.array([row.get(name, "") for row in rows], pa.string()) for name in texts},
        "ipc_keys": pa.array([row.get("ipc_keys", []) for row in rows], pa.list_(pa.string())),
    }
    pq.write_table(pa.table(columns), path)
    return path


class Bench:
    """A folder with a search table and ways to ask it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.terms = CharacterTerms()

    def builder(self) -> SearchBuilder:
        (self.folder / "search").mkdir(exist_ok=True)
        return SearchBuilder(self.folder / "search", CUT, self.terms, RULES)

    def refresh(self, rows: list[Row], version: str) -> Refreshed:
        return self.builder().refresh(written(self.folder / f"{version}.parquet", rows), version)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def answers(table: Refreshed, ids: list[int]) -> list[Any]:
    """All that the engine can learn from a table."""
    selection = table.index.in_memory(np.array(ids, np.int64), SCORE)
    found = selection.read(np.array(ids, np.int64))
    nearest = selection.nearest(Vectors(table.index.space, found.vectors.matrix[found.vector_rows]), 5)
    words = [sorted(one.tolist()) for one in selection.containing([[(word, 1.0)] for word in SOUGHT], 50)]
    return [
        len(selection),
        said_by(found, table),
        [row.tolist() for row in nearest],
        words,
        selection.said(np.array(ids[:3])),
    ]


def said_by(found: Found, table: Refreshed) -> list[Any]:
    """What was looked up, row by row, in words."""
    texts, words = found.texts, table.index.words.words
    rows = []
    for asset_id, row, vector in zip(found.ids, found.rows, found.vectors.matrix[found.vector_rows], strict=True):
        held = slice(texts.starts[row], texts.starts[row + 1])
        columns = (texts.words[held], texts.titles[held], texts.rests[held])
        entries = {words[word]: (int(title), int(rest)) for word, title, rest in zip(*columns, strict=True)}
        rows.append((int(asset_id), entries, int(texts.lengths[row]), vector.round(5).tolist()))
    return rows


def test_words_find_the_texts_that_hold_them_and_only_those_allowed(bench: Bench) -> None:
    table = bench.refresh(patents(), "one")
    every = table.index.in_memory(np.arange(1, 21), SCORE)
    asked = [[("石灰窑", 1.0)]]
    found = every.containing(asked, 50)[0].tolist()
    assert sorted(found) == [one for one in range(1, 21) if one % 5 in (2, 3)]
    assert table.index.in_memory(np.array([3, 4, 5]), SCORE).containing(asked, 50)[0].tolist() == [3]
    assert every.containing([[]], 5)[0].tolist() == []


def test_vectors_find_the_text_itself_first(bench: Bench) -> None:
    table = bench.refresh(patents(), "one")
    selection = table.index.in_memory(np.arange(1, 21), SCORE)
    ids = np.array([1, 7, 13])
    found = selection.read(ids)
    vectors = Vectors(table.index.space, found.vectors.matrix[found.vector_rows])
    for one, row in zip(found.ids, selection.nearest(vectors, 20), strict=True):
        assert int(one) in row[:8].tolist()
        assert len(row) == 20


def test_the_same_projection_costs_nothing(bench: Bench) -> None:
    bench.refresh(patents(), "one")
    bench.terms.asked.clear()
    again = bench.refresh(patents(), "one")
    assert (again.added, again.changed, again.removed, again.fitted) == (0, 0, 0, False)
    assert bench.terms.asked == []


def test_an_update_rewrites_only_what_changed_and_answers_as_a_rewrite(bench: Bench) -> None:
    bench.refresh(patents(), "one")
    rows = patents()[1:]  # 1 goes
    rows[3] = patent(5, "石灰窑装置", "余热。")  # 5 changes
    rows.append(patent(99, "余热回收新词", "污泥。"))  # 99 comes
    after = bench.refresh(rows, "two")
    assert (after.added, after.changed, after.removed, after.fitted) == (1, 1, 1, False)
    ids = [row["asset_id"] for row in rows]
    selection = after.index.in_memory(np.array([1, *ids]), SCORE)
    assert len(selection) == 20
    assert 1 not in selection.containing([[("余热", 1.0)]], 50)[0].tolist()
    assert 99 in selection.containing([[("新词", 1.0), ("余热回收", 1.0)]], 50)[0].tolist()
    updated = answers(after, ids)
    rewritten = bench.builder().repair(bench.folder / "two.parquet", "two", rewrite=True)
    assert rewritten.changed == len(rows)
    assert answers(rewritten, ids) == updated
    assert rewritten.index.words.in_texts == after.index.words.in_texts


def test_a_gap_is_named_and_closed(bench: Bench) -> None:
    table = bench.refresh(patents(), "one")
    assets = bench.folder / "one.parquet"
    whole = bench.builder().gap(assets, "one")
    assert (whole.whole, whole.rows, whole.lacking) == (True, 20, 0)
    table.index.table.delete("asset_id IN (3, 4)")  # as if rows had been lost
    table.index.table.update(where="asset_id = 5", values={"version": "spoilt"})
    gap = bench.builder().gap(assets, "one")
    assert (gap.whole, gap.lacking, gap.stale, gap.surplus) == (False, 2, 1, 0)
    later = written(bench.folder / "two.parquet", patents()[:15])
    assert bench.builder().gap(later, "two").surplus == 5
    bench.builder().repair(assets, "one")
    assert bench.builder().gap(assets, "one").whole
    clean = answers(bench.builder().repair(assets, "one", rewrite=True), list(range(1, 21)))
    assert answers(bench.refresh(patents(), "one"), list(range(1, 21))) == clean


def test_readers_go_on_while_rows_are_taken_into_the_index(bench: Bench) -> None:
    bench.refresh(patents(), "one")
    after = bench.refresh([*patents(), patent(30, "新到的石灰窑")], "two")
    assert bench.builder().gap(bench.folder / "two.parquet", "two").unindexed == 1
    assert bench.builder().compact("2026-11-22").taken_in == 1
    assert bench.builder().gap(bench.folder / "two.parquet", "two").unindexed == 0
    selection = after.index.in_memory(np.array([2, 30]), SCORE)  # read with the table as it was opened
    assert sorted(selection.containing([[("石灰窑", 1.0)]], 5)[0].tolist()) == [2, 30]


def test_much_change_fits_a_new_space_and_equals_a_rebuild(bench: Bench, tmp_path: Path) -> None:
    first = bench.refresh(patents(10), "one")
    rows = [*patents(29), patent(30, "余热余热余热")]
    after = bench.refresh(rows, "two")
    assert after.fitted
    assert after.index.space != first.index.space
    clean = Bench(tmp_path / "clean")
    clean.folder.mkdir()
    ids = list(range(1, 31))
    assert answers(after, ids) == answers(clean.refresh(rows, "two"), ids)
    bench.refresh(patents(60), "three")
    left = [path.name for path in (bench.folder / "search").iterdir() if path.is_dir()]
    assert first.generation not in left, "the generation before the one before is gone"
    assert len(left) == 2


def test_other_word_rules_make_a_new_generation(bench: Bench) -> None:
    one = bench.refresh(patents(), "one")
    other = lexicon(["余热", "锅炉"])
    two = SearchBuilder(bench.folder / "search", other, bench.terms, RULES).refresh(bench.folder / "one.parquet", "one")
    assert two.fitted
    assert one.index.space != two.index.space


@pytest.mark.parametrize("step", ["delete", "merge", "settle"])
def test_a_kill_in_an_update_is_named_and_completed_by_the_next_call(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    bench.refresh(patents(), "one")
    rows = [*patents()[2:], patent(99, "余热回收", "污泥。")]

    def killed(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if step == "delete":
            from lancedb.table import LanceTable

            patch.setattr(LanceTable, step, killed)
        else:
            patch.setattr(build, "row_batch" if step == "merge" else step, killed)
        with pytest.raises(KeyboardInterrupt):
            bench.refresh(rows, "two")
    ids = [row["asset_id"] for row in rows]
    all_is_there = step == "settle"  # killed after the last row was written
    assert bench.builder().gap(bench.folder / "two.parquet", "two").whole == all_is_there
    mine = answers(bench.refresh(rows, "two"), ids)
    assert mine == answers(bench.builder().repair(bench.folder / "two.parquet", "two", rewrite=True), ids)


def test_a_kill_in_a_rebuild_leaves_the_old_table_in_place(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    before = bench.refresh(patents(10), "one")

    def killed(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(build, "index_words", killed)
        with pytest.raises(KeyboardInterrupt):
            bench.refresh(patents(30), "two")
    still = bench.refresh(patents(10), "one")
    assert still.index.space == before.index.space
    assert not still.fitted
    assert bench.refresh(patents(30), "two").texts == 30


def test_a_folder_of_garbage_is_rebuilt(bench: Bench) -> None:
    folder = bench.folder / "search"
    folder.mkdir()
    (folder / "current.json").write_text("{not json", encoding="utf-8")
    assert bench.refresh(patents(), "one").texts == 20


def test_rights_that_are_no_patents_or_say_nothing_are_not_indexed(bench: Bench) -> None:
    rows = [
        patent(1, "余热回收"),
        patent(2, "商标", ip_type="trademark"),
        patent(3),
        patent(4, abstract="一种石灰窑装置，包括壳体。"),
        patent(5, title_en="waste heat boiler"),
        patent(6, first_claim="一种污泥干化装置。"),
    ]
    table = bench.refresh(rows, "one")
    assert table.texts == 4
    said = table.index.in_memory(np.array([1, 4, 5, 6]), SCORE).said(np.array([4, 6]))
    assert said[4].split("\n")[0].endswith("石灰窑装置")


def test_an_empty_register_gives_an_empty_table(bench: Bench) -> None:
    table = bench.refresh([], "none")
    selection = table.index.in_memory(np.array([1, 2]), SCORE)
    assert len(selection) == 0
    assert selection.containing([[("余热", 1.0)]], 5)[0].tolist() == []
    nothing = Vectors(table.index.space, np.zeros((1, 8), np.float32))
    assert [row.tolist() for row in selection.nearest(nothing, 5)] == [[]]
    assert bench.refresh(patents(), "one").texts == 20


def test_words_of_fourteen_hanzi_and_more_are_kept(bench: Bench) -> None:
    long_word = "超长技术术语名称用于检验十四个汉字以上"
    cut = lexicon([long_word, "余热"])
    (bench.folder / "search").mkdir()
    builder = SearchBuilder(bench.folder / "search", cut, bench.terms, RULES)
    table = builder.refresh(written(bench.folder / "a.parquet", [patent(1, long_word), patent(2, "余热")]), "a")
    assert table.index.in_memory(np.array([1, 2]), SCORE).containing([[(long_word, 1.0)]], 5)[0].tolist() == [1]


def test_the_cutter_keeps_dictionary_terms_whole_and_gives_their_parts() -> None:
    plain, taught = JiebaCutter(), JiebaCutter(("质子交换膜燃料电池",))
    text = "质子交换膜燃料电池余热"
    assert "质子交换膜燃料电池" in taught.words(text)
    assert "质子交换膜燃料电池" not in plain.words(text), "the negative control"
    assert {"燃料电池", "质子", "交换"} <= set(taught.parts("质子交换膜燃料电池"))
    assert taught.parts("余热") == ()
    assert plain.version != taught.version
    assert "".join(taught.words("任何 文字，ABC-123…★")) == "任何 文字，ABC-123…★"


def test_many_texts_get_clusters_that_stay_until_a_new_fit(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert bench.refresh(patents(), "few").index.clusters is None, "the negative control"
    many = replace(RULES, clusters=ClusterRules(texts=20, count=4, share=0.5))
    monkeypatch.setattr(sys.modules[__name__], "RULES", many)
    first = bench.refresh(patents(), "one")
    assert first.index.clusters is not None
    assert first.index.clusters.centres.shape == (4, 8)
    later = bench.refresh(patents(22), "two")
    assert not later.fitted
    assert later.index.clusters is not None
    assert np.array_equal(later.index.clusters.centres, first.index.clusters.centres)
    shard = later.index.in_memory(np.arange(1, 23), SCORE)
    seen = shard.columns.nearest(shard.vectors.matrix[:3], 22)
    assert (seen[:, 0] == np.arange(3)).all(), "a text is nearest to itself"
    assert (seen[:, -1] == -1).all(), "and half of the clusters are not looked into"
