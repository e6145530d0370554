"""Single questions to columns in files: the answers of a match in memory, nothing stale, whatever is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_search_table import CUT, KNOWN, SCORE, Bench, patent, patents

from panhuo.adapters.search import search_columns as files
from panhuo.adapters.search.build import Refreshed
from panhuo.adapters.search.interactive import KeptSelection, SearchColumns, lines_of, search_columns
from panhuo.adapters.search.lance import LanceIndex, TableWhenAsked
from panhuo.adapters.search.search_columns import make_columns, open_columns
from panhuo.engine.matching.asked import NearTable
from panhuo.engine.matching.bulk import Kept, need_columns
from panhuo.engine.matching.coarse import coarse, nearest_rows
from panhuo.engine.matching.column_filter import ColumnFilter, Places
from panhuo.engine.matching.columns import WordTable
from panhuo.engine.matching.listing import group_columns, lists_of, shown
from panhuo.engine.matching.needs import need_rules, understand
from panhuo.engine.matching.query import part_weights, query_of
from panhuo.engine.matching.ranking import look_up
from panhuo.engine.matching.scoring import Scorer
from panhuo.rules import load_pack

FIRST = replace(SCORE, candidates=4, least=0.0)
"""Few candidates, so that a list of the wrong ones is seen."""
RULES = load_pack("national").at(date(2026, 11, 22))
REGIONS = ("440300", "440304", "510100", "")
OWNERS = ("university", "enterprise", "")
CLASSES = ("H01M0004360000", "F27D0017000000", "C02F0011120000", "F27B0001000000")
HOSTILE = (
    "",
    "？？★ 123",
    "余热" * 5_000,
    "<script>x</script> OR 1=1 --",
    "石灰窑 kiln печь 窯 가마 ｋｉｌｎ",
    "\x00\ud800",
    "余" * 1_000_000,
)


class Asked:
    """One table, opened as columns and as a match reads it; questions are asked of both."""

    def __init__(self, bench: Bench, table: Refreshed) -> None:
        self.generation = bench.folder / "search" / table.generation
        self.table = table
        self.words = fresh(table.index)
        self.encoder = bench.builder().encoder(table)

    def made(self, version: str) -> SearchColumns:
        make_columns(self.generation, self.table.index, version, FIRST)
        return self.opened(version)

    def opened(self, version: str) -> SearchColumns:
        self.words = fresh(self.table.index)
        parts = open_columns(self.generation, version, self.words, FIRST)
        assert parts is not None
        return search_columns(parts, self.table.index.space, self.words, self.table.index.said)

    def kept(self, selection: Any, words: WordTable, texts: Sequence[str], keep: int = 10) -> Kept:
        near = NearTable(self.encoder, sorted(self.table.space.index), words, near_from=FIRST.near_from)
        known, weights = need_rules(RULES), part_weights(RULES)
        queries = [query_of(str(at), understand(text, known), CUT, weights) for at, text in enumerate(texts)]
        needs = need_columns(queries, Scorer(FIRST, words, near), self.encoder)
        return look_up(needs, selection, words, FIRST, keep=keep)

    def same(self, selection: KeptSelection, allowed: Sequence[int], texts: Sequence[str]) -> None:
        """The selection answers as the allowed rows in memory do."""
        words = fresh(self.table.index)
        index = LanceIndex(self.table.index.table, self.table.index.space, words)
        shard = index.in_memory(np.array(sorted(allowed), np.int64), FIRST)
        mine = self.kept(selection, self.words, texts)
        near = NearTable(self.encoder, sorted(self.table.space.index), words, near_from=FIRST.near_from)
        known, weights = need_rules(RULES), part_weights(RULES)
        queries = [query_of(str(at), understand(text, known), CUT, weights) for at, text in enumerate(texts)]
        theirs = shard.ranked(need_columns(queries, Scorer(FIRST, words, near), self.encoder), keep=10)
        assert mine.ids.tolist() == theirs.ids.tolist()
        assert mine.totals == pytest.approx(theirs.totals, abs=2e-6)
        assert mine.counts.tolist() == theirs.counts.tolist()


def fresh(index: LanceIndex) -> WordTable:
    return WordTable(index.words.texts, index.words.mean_words, index.words.in_texts, index.words.share_of)


def varied(count: int = 24) -> list[dict[str, Any]]:
    rows = patents(count)
    for place, row in enumerate(rows):
        row["region_code"] = REGIONS[place % 4]
        row["owner_type"] = OWNERS[place % 3]
        row["ipc_keys"] = [CLASSES[place % 4], CLASSES[(place // 2) % 4]]
        row["abstract"] += KNOWN.split()[place % 11]
    return rows


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def in_one_piece(work: Callable[[int, int], None], size: int) -> None:
    work(0, size)


TEXTS = ("石灰窑余热", "污泥干化，烟气换热器。锅炉余热回收用于电池负极的装置", "余热", "从未有过")


def test_a_question_gets_the_answers_of_a_match_in_memory(bench: Bench) -> None:
    asked = Asked(bench, bench.refresh(varied(), "one"))
    index = asked.made("one")
    asked.same(index.everything, range(1, 25), TEXTS)
    asked.same(index.within(np.array([2, 3, 17, 99])), [2, 3, 17], TEXTS)
    asked.same(index.within(np.zeros(0, np.int64)), [], TEXTS)


TITLES = st.lists(st.sampled_from([*KNOWN.split(), "新词", "甲"]), min_size=1, max_size=6).map("".join)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(st.tuples(TITLES, TITLES, st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=20),
    more=st.lists(st.tuples(st.integers(1, 24), TITLES), max_size=4),
    gone=st.sets(st.integers(1, 20), max_size=3),
    texts=st.lists(TITLES, min_size=1, max_size=3),
    keep=st.sets(st.integers(1, 24)),
    late_share=st.sampled_from([0.0, 10.0]),
)
def test_whatever_came_changed_or_went_the_answers_are_those_of_the_table(  # noqa: PLR0913 - one table's life
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str, int, int]],
    more: list[tuple[int, str]],
    gone: set[int],
    texts: list[str],
    keep: set[int],
    late_share: float,
) -> None:
    bench = Bench(tmp_path_factory.mktemp("table"))
    first = {
        place: patent(place, title, body, region_code=REGIONS[region], owner_type=OWNERS[owner])
        for place, (title, body, region, owner) in enumerate(rows, start=1)
    }
    asked = Asked(bench, bench.refresh(list(first.values()), "one"))
    asked.same(asked.made("one").everything, sorted(first), texts)
    second = {one: row for one, row in first.items() if one not in gone}
    second |= {one: patent(one, title, "装置。") for one, title in more}
    asked = Asked(bench, bench.refresh([second[one] for one in sorted(second)], "two"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "LATE_SHARE", late_share)
        index = asked.made("two")
    asked.same(index.everything, sorted(second), texts)
    asked.same(index.within(np.array(sorted(keep), np.int64)), sorted(keep & second.keys()), texts)
    wanted = ColumnFilter(owner_types=("university",), places=(Places(("440000",), ("440304",)),))
    meet = [
        one
        for one, row in second.items()
        if row.get("owner_type") == "university" and row.get("region_code") == "440300"
    ]
    asked.same(index.everything.where(wanted), meet, texts)


@pytest.mark.parametrize(
    ("wanted", "holds"),
    [
        (ColumnFilter(), lambda _: True),
        (ColumnFilter(owner_types=("no_such_type",)), lambda _: False),
        (ColumnFilter(owner_types=("university", "enterprise")), lambda row: row["owner_type"] != ""),
        (ColumnFilter(places=(Places(("440300",)),)), lambda row: row["region_code"][:4] == "4403"),
        (
            ColumnFilter(places=(Places(("440304",)), Places(("510000",)))),
            lambda row: row["region_code"][-3:] in ("304", "100"),
        ),
        (ColumnFilter(places=(Places(("100000",)),)), lambda row: row["region_code"] != ""),
        (ColumnFilter(ipc=(("F270", "F280"),)), lambda row: any(key[:3] == "F27" for key in row["ipc_keys"])),
        (
            ColumnFilter(ipc=(("H01M", "H01N"), ("C02F", "C02G"))),
            lambda row: any(key[0] in "HC" for key in row["ipc_keys"]),
        ),
    ],
)
def test_a_filter_leaves_what_it_names(bench: Bench, wanted: ColumnFilter, holds: Any) -> None:
    rows = varied()
    asked = Asked(bench, bench.refresh(rows, "one"))
    meet = [row["asset_id"] for row in rows if holds(row)]
    selection = asked.made("one").everything.where(wanted)
    assert selection.read(np.arange(1, 30)).ids.tolist() == meet
    assert len(selection) == len(meet)
    asked.same(selection, meet, TEXTS)


def test_a_withdrawn_row_vanishes_and_a_changed_one_is_found_by_what_it_says_now(bench: Bench) -> None:
    Asked(bench, bench.refresh(varied(), "one")).made("one")
    rows = varied()[1:]
    rows[4] = patent(6, "石灰窑供风新词")
    table = bench.refresh(rows, "two")
    asked = Asked(bench, table)
    assert open_columns(asked.generation, "two", fresh(table.index), FIRST) is None, "they are of another state"
    index = asked.made("two")
    assert [len(part) for part in index.parts] == [24, 1] if len(index.parts) == 2 else len(index.parts[0]) == 23
    assert index.everything.read(np.array([1, 6])).ids.tolist() == [6]
    assert 6 in asked.kept(index.everything, asked.words, ["新词"]).ids
    assert index.everything.said(np.array([1, 6])) == {6: "石灰窑供风新词\n"}


def test_a_small_change_writes_what_changed_and_a_large_one_all(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LATE_SHARE", 0.1)
    Asked(bench, bench.refresh(varied(), "one")).made("one")
    rows = [*varied()[1:], patent(77, "电池")]
    assert [len(part) for part in Asked(bench, bench.refresh(rows, "two")).made("two").parts] == [24, 1]
    rows = [*rows[4:], patent(78, "余热")]
    asked = Asked(bench, bench.refresh(rows, "three"))
    assert [len(part) for part in asked.made("three").parts] == [len(rows)]
    left = [one.name for one in (asked.generation / "columns").iterdir()]
    assert len(left) == 1, "what is not named is thrown away"


def test_who_has_opened_goes_on_while_rows_are_written(bench: Bench) -> None:
    before = Asked(bench, bench.refresh(varied(), "one"))
    index = before.made("one")
    first = before.kept(index.everything, before.words, TEXTS)
    Asked(bench, bench.refresh([*varied()[3:], patent(88, "石灰窑")], "two")).made("two")
    again = before.kept(index.everything, before.words, TEXTS)
    assert again.ids.tolist() == first.ids.tolist()
    assert again.totals.tolist() == first.totals.tolist()


def test_columns_of_other_numbers_or_spoilt_ones_are_made_again(bench: Bench) -> None:
    asked = Asked(bench, bench.refresh(varied(), "one"))
    asked.made("one")
    other = replace(FIRST, saturation=9.0)
    assert open_columns(asked.generation, "one", fresh(asked.table.index), other) is None
    for name in ("ids.npy", "words.txt", "values.json"):
        (part,) = (asked.generation / "columns").iterdir()
        (part / name).unlink()
        assert open_columns(asked.generation, "one", fresh(asked.table.index), FIRST) is None
        asked.same(asked.made("one").everything, range(1, 25), TEXTS[:1])
    (asked.generation / "columns.json").write_text("{", encoding="utf-8")
    asked.same(asked.made("one").everything, range(1, 25), TEXTS[:1])


def test_an_empty_table_answers_nothing(bench: Bench) -> None:
    asked = Asked(bench, bench.refresh([], "none"))
    index = asked.made("none")
    assert len(index.everything) == 0
    assert asked.kept(index.everything, asked.words, TEXTS).counts.tolist() == [[0, 0]] * len(TEXTS)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_question_is_too_strange(bench: Bench, text: str) -> None:
    asked = Asked(bench, bench.refresh(varied(), "one"))
    kept = asked.kept(asked.made("one").everything, asked.words, [text, "石灰窑"])
    assert kept.counts[1, 0] > 0


def test_lines_bring_what_was_told_of_them(bench: Bench) -> None:
    asked = Asked(bench, bench.refresh(varied(), "one"))
    kept = asked.kept(asked.made("one").everything, asked.words, TEXTS[:2])
    lists = lists_of(kept, group_columns({}), top=3)
    lines = lines_of(kept, shown(kept, lists), lists.places.astype(np.int64))
    assert lines.ids.tolist() == kept.ids[:, :3].tolist()
    assert lines.parts.tolist() == kept.parts[:, :3].tolist()
    assert lines.shared.tolist() == kept.shared[:, :3].tolist()
    other = lines_of(kept, shown(kept, lists), np.array([[2, 0, -1]] * 2))
    assert other.parts[:, :2].tolist() == kept.parts[:, [2, 0]].tolist()


def test_a_table_is_opened_when_it_is_asked(bench: Bench) -> None:
    table = bench.refresh(varied(), "one")
    builder = bench.builder()
    standing = builder.standing("one")
    assert standing is not None
    assert isinstance(standing.index.table, TableWhenAsked)
    assert standing.index.said(np.array([3])) == table.index.said(np.array([3]))
    assert (standing.index.space, standing.generation) == (table.index.space, table.generation)
    assert builder.standing("two") is None
    state = bench.folder / "search" / "current.json"
    state.write_text(state.read_text().replace('"dirty": false', '"dirty": true'), encoding="utf-8")
    assert builder.standing("one") is None, "an update was not finished"


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 40), scale=st.sampled_from([1e-3, 1.0, 50.0]))
def test_the_nearest_by_small_numbers_are_the_nearest(seed: int, count: int, scale: float) -> None:
    random = np.random.default_rng(seed)
    vectors = (random.standard_normal((60, 8)) * scale).astype(np.float32)
    vectors[random.integers(0, 60, 20)] = vectors[random.integers(0, 60, 20)]  # equal ones
    vectors[:3] = 0
    rows = np.sort(random.choice(60, 45, replace=False)).astype(np.int32)
    query = random.standard_normal(8).astype(np.float32)
    found, products = nearest_rows(query, rows, coarse(vectors), vectors, np.arange(60), count, in_one_piece)
    exact = np.array([sum_of_eight(query, vectors[row]) for row in rows], np.float32)
    order = np.lexsort((rows, -exact))[:count]
    assert found.tolist() == rows[order].tolist()
    assert products.tolist() == exact[order].tolist()


def test_nothing_asked_is_near_to_all_alike() -> None:
    vectors = np.eye(8, dtype=np.float32)
    rows = np.array([1, 4, 5, 7], np.int32)
    nothing = np.zeros(8, np.float32)
    found, products = nearest_rows(nothing, rows, coarse(vectors), vectors, np.arange(8), 3, in_one_piece)
    assert (found.tolist(), products.tolist()) == ([1, 4, 5], [0.0, 0.0, 0.0])


def test_pages_of_vectors_are_given_back(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAPPED_FROM", 0)
    asked = Asked(bench, bench.refresh(varied(), "one"))
    index = asked.made("one")
    assert index.parts[0].pages is not None
    asked.same(index.everything, range(1, 25), TEXTS)
    asked.same(index.everything, range(1, 25), TEXTS)


def sum_of_eight(one: Any, other: Any) -> np.float32:
    """Eight sums side by side, as a score has them."""
    sums = [np.float32(one[axis] * other[axis]) for axis in range(8)]
    halves = [np.float32((sums[at] + sums[at + 1]) + (sums[at + 2] + sums[at + 3])) for at in (0, 4)]
    return np.float32(halves[0] + halves[1])
