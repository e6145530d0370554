"""Heat tables: figures by two groupings, and nothing small that could be read or worked out when published."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.indicators.heat import (
    OTHERS,
    TOTAL,
    HeatRight,
    HeatTable,
    for_publication,
    heat_table,
)


def right(
    row: str, *columns: str, score: float | None = None, good: bool | None = None, dormant: bool | None = None
) -> HeatRight:
    return HeatRight((row,), columns, score, good, dormant)


def table(*counts: tuple[str, str, int], most: int = 10) -> HeatTable:
    return heat_table([right(row, column) for row, column, n in counts for _ in range(n)], most_rows=most)


def test_figures_of_a_cell_leave_out_what_is_not_known() -> None:
    """Scores 80 and 60 of three rights: 70; one of two graded is good; one of one considered is dormant."""
    found = heat_table(
        [
            right("大学", "A", score=80.0, good=True, dormant=True),
            right("大学", "A", score=60.0, good=False),
            right("大学", "A"),
        ],
        most_rows=5,
    )
    names = ("patents", "mean_score", "good_share", "dormant_share")
    assert [found.figure("大学", "A", name) for name in names] == [3.0, 70.0, 0.5, 1.0]
    assert found.figure("大学", "B", "patents") == 0.0
    assert found.figure("大学", "B", "mean_score") is None


def test_a_right_of_two_industries_counts_in_both_and_once_in_the_totals() -> None:
    found = heat_table([right("大学", "A", "B"), right("大学", "A")], most_rows=5)
    counts = {column: found.figure("大学", column, "patents") for column in ("A", "B", TOTAL)}
    assert counts == {"A": 2.0, "B": 1.0, TOTAL: 2.0}
    assert found.figure(TOTAL, TOTAL, "patents") == 2.0


def test_rows_beyond_the_most_stand_together() -> None:
    found = table(("甲", "A", 5), ("乙", "A", 3), ("丙", "A", 2), ("丁", "B", 1), most=3)
    assert found.rows == ("甲", "乙", OTHERS)
    assert found.figure(OTHERS, TOTAL, "patents") == 3.0


def test_a_single_small_cell_takes_the_next_smallest_of_its_row_and_column_with_it() -> None:
    """甲: A 2 is below 5; B 6 goes with it, else 2 = 8 - 6. The same down column A and then along 乙."""
    found = for_publication(table(("甲", "A", 2), ("甲", "B", 6), ("甲", "C", 20), ("乙", "A", 9), ("乙", "B", 7),
                                  ("乙", "C", 30)), 5)  # fmt: skip
    assert found.hidden == {("甲", "A"), ("甲", "B"), ("乙", "A"), ("乙", "B")}
    assert found.figure("甲", "A", "patents") is None
    assert found.figure("甲", TOTAL, "patents") == 28.0


def test_small_cells_whose_sum_is_small_take_another_with_them() -> None:
    """甲: 12 - 10 = 2 for B and C together, each of which holds something: 1 and 1. So A goes as well."""
    found = for_publication(table(("甲", "A", 10), ("甲", "B", 1), ("甲", "C", 1), ("乙", "A", 20), ("乙", "B", 20),
                                  ("乙", "C", 20)), 5)  # fmt: skip
    assert {("甲", "A"), ("甲", "B"), ("甲", "C")} <= found.hidden
    assert found.figure("甲", TOTAL, "patents") == 12.0


def test_without_publication_nothing_is_hidden() -> None:
    assert table(("甲", "A", 1)).hidden == frozenset()


def test_a_share_of_fewer_than_the_least_is_not_told_though_its_cell_is() -> None:
    rights = [right("甲", "A", good=True), *(right("甲", "A") for _ in range(9))]
    found = for_publication(heat_table(rights, most_rows=5), 5)
    assert found.figure("甲", "A", "patents") == 10.0
    assert found.figure("甲", "A", "good_share") is None


def lines(found: HeatTable) -> Iterable[list[tuple[str, str]]]:
    rows, columns = (*found.rows, TOTAL), (*found.columns, TOTAL)
    yield from ([(row, column) for column in columns] for row in rows)
    yield from ([(row, column) for row in rows] for column in columns)


counts = st.dictionaries(
    st.tuples(st.sampled_from("甲乙丙丁"), st.sampled_from("ABCD")), st.integers(1, 30), min_size=1
)


@given(counts, st.integers(2, 10))
def test_no_line_of_a_published_table_has_a_single_hidden_cell(told: dict[tuple[str, str], int], least: int) -> None:
    found = for_publication(table(*((row, column, n) for (row, column), n in told.items())), least)
    for place, cell in found.cells.items():
        assert place in found.hidden or cell.patents >= least
    for line in lines(found):
        filled = [place for place in line if place in found.cells]
        assert sum(place in found.hidden for place in filled) != 1 or len(filled) == 1
        dark = [found.cells[place].patents for place in filled if place in found.hidden]
        assert not dark or line[-1] in found.hidden or sum(dark) >= least


@pytest.mark.parametrize("least", [1, 5])
def test_large_cells_alone_are_published_whole(least: int) -> None:
    assert for_publication(table(("甲", "A", 9), ("乙", "B", 9)), least).hidden == frozenset()
