"""Several processes cut as one does; one that fails or is killed is told, and none is left."""

from __future__ import annotations

import multiprocessing
import signal
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cut_tasks import Failing
from test_search_table import Row, patent, patents, written

from matching_fakes import CharacterTerms, lexicon
from panhuo.adapters.search import build, texts
from panhuo.adapters.search.build import SearchBuilder, SpaceRules
from panhuo.adapters.search.cut_blocks import spilt
from panhuo.adapters.search.cutter import cutter
from panhuo.adapters.search.cutting import CutProcesses, CuttingFailed, SpillInto, processes_for
from panhuo.adapters.search.lance import connect
from panhuo.engine.matching.mining import MiningRules
from panhuo.rules import load_pack

CUT = lexicon(["余热回收", "余热", "回收", "锅炉", "烟气", "污泥", "干化", "装置", "石灰窑"])
MINING = MiningRules(terms=20, min_count=3, min_likeness=0.3, min_branching=0.3, min_share=0.3)
RULES = SpaceRules(dimensions=8, vocabulary=500, min_texts=1, title_factor=2.0, refit_share=0.5, mining=MINING)


def rows() -> list[Row]:
    beside = ["锅炉", "烟气", "污泥", "装置"]
    made = [
        patent(100 + place, f"{beside[place % 4]}烧嘴{beside[place // 4 % 4]}", "余热，供风。") for place in range(16)
    ]
    return [*patents(30), patent(60, ip_type="trademark", title="商标"), patent(61), *made]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "ROWS_AT_ONCE", 7)


def table_of(folder: Path, processes: int) -> tuple[Any, ...]:
    """Every byte of what a first build leaves: rows, terms, counts, space."""
    folder.mkdir()
    builder = SearchBuilder(folder, CUT, CharacterTerms(), RULES, processes=processes)
    table = builder.refresh(written(folder.with_suffix(".parquet"), rows()), "one")
    (generation,) = (path for path in folder.iterdir() if path.is_dir())
    assert not (generation / "spill").exists()
    stored = connect(generation).open_table("texts").to_arrow().sort_by("asset_id")
    names = ("terms.csv", "counts.parquet", "space.npz", "pieces.json")
    return stored.to_pydict(), table.space.id, [(generation / name).read_bytes() for name in names]


def test_two_processes_make_the_table_that_one_makes(tmp_path: Path) -> None:
    alone, together = table_of(tmp_path / "alone", 1), table_of(tmp_path / "together", 2)
    assert together == alone
    assert len(alone[0]["asset_id"]) == 46
    assert "烧嘴" in alone[2][0].decode("utf-8-sig"), "terms were mined, so that texts were cut again"
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("kill", [False, True])
def test_a_process_that_fails_or_is_killed_is_told_and_none_is_left(tmp_path: Path, *, kill: bool) -> None:
    assets = written(tmp_path / "one.parquet", rows())
    with pytest.raises(CuttingFailed) as told, CutProcesses(CUT, 2) as cutters:
        list(cutters.each(assets, lambda: Failing(14, kill=kill)))
    assert ("-9" if kill else "ValueError: bad block") in told.value.message
    assert told.value.fields.get("exit_code") == (-signal.SIGKILL if kill else None)
    assert not multiprocessing.active_children()


def test_a_failed_build_leaves_the_old_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "search").mkdir()
    builder = SearchBuilder(tmp_path / "search", CUT, CharacterTerms(), RULES, processes=1)
    before = builder.refresh(written(tmp_path / "one.parquet", patents(10)), "one")
    with monkeypatch.context() as patch:
        patch.setattr(build, "SpillInto", lambda _: Failing(0))
        with pytest.raises(ValueError, match="bad block"):
            builder.refresh(written(tmp_path / "two.parquet", rows()), "two")
    again = builder.refresh(tmp_path / "one.parquet", "one")
    assert (again.generation, again.fitted) == (before.generation, False)


def test_blocks_come_back_in_order_with_their_rows_whatever_is_in_them(tmp_path: Path) -> None:
    assets = written(tmp_path / "one.parquet", [patent(1), *rows()])
    with CutProcesses(CUT, 1) as cutters:
        told = list(cutters.each(assets, lambda: SpillInto(tmp_path)))
    assert sum(size for size, _ in told) == 49
    files = sorted(tmp_path.glob("*.arrow"))
    ids = [one for file in files for one in spilt(file)[0]["asset_id"].to_pylist()]
    assert ids == [row["asset_id"] for row in rows() if row["asset_id"] not in (60, 61)]


@pytest.mark.parametrize(("count", "cores", "expected"), [(100, 8, 1), (20_000, 2, 2), (10**6, 2, 2), (10**6, 64, 8)])
def test_few_texts_are_cut_in_one_process(count: int, cores: int, expected: int) -> None:
    assert processes_for(count, cores) == expected


def test_a_text_without_any_new_term_may_be_cut_otherwise_all_the_same() -> None:
    # why texts are cut again after mining: terms add to the sum of frequencies that each cut is weighed against
    plain = cutter(load_pack("national").at(date(2026, 11, 22)))
    taught = plain.taught([f"甪{chr(0x5000 + place)}" for place in range(2_500)])
    assert plain.words("花点蠕虫") == ["花", "点", "蠕虫"]
    assert taught.words("花点蠕虫") == ["花点", "蠕虫"]
