"""How a patent stands among its peers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from grading_register import Register, graded, right, rules_of
from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.engine.grading import GRADES, too_few_peers
from panhuo.engine.grading.cohorts import INDICES_E4, MEASURES, cohort_indices
from panhuo.engine.grading.figures import FIGURES

TABLE = {"asset_id": "int64", "cohort": "int64", **dict.fromkeys(FIGURES, "int32")}
LEAST = 4  # peers; the pack asks for ten, small cohorts make more edges


class Compared:
    """The expression compiled once; each example only changes the rows."""

    def __init__(self, register: Register) -> None:
        self._register = register
        table = register.put("figures", [], TABLE)
        self._sql = register.tables.compiled(
            cohort_indices(table, table, rules_of(cohorts__min_peers=LEAST, cohorts__trim_share=Decimal("0.98")))
        )
        self._columns = [*TABLE, *INDICES_E4]

    def of(self, rows: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
        self._register.put("figures", rows, TABLE)
        found = (dict(zip(self._columns, row, strict=True)) for row in self._register.tables.execute(self._sql))
        return {row["asset_id"]: row for row in found}


@pytest.fixture(scope="module")
def compared() -> Iterator[Compared]:
    with Register() as register:
        yield Compared(register)


def one_cohort(values: list[int | None], measure: str = "citations") -> list[dict[str, Any]]:
    return [{"asset_id": n, "cohort": 7, measure: value} for n, value in enumerate(values)]


def by_brute_force(value: int, peers: list[int], *, more_is_better: bool) -> tuple[int, int]:
    """Percentile and index in ten-thousandths, as the definition says them in words."""
    others = sorted(peers)
    worse = sum(1 for one in others if (one < value if more_is_better else one > value))
    alike = others.count(value) - 1
    percentile = Decimal(2 * worse + alike) / (2 * (len(others) - 1))
    top = next(one for one in others if sum(1 for other in others if other <= one) >= Decimal("0.98") * len(others))
    reached = min(value, top)
    if top == 0:
        index = Decimal(0 if more_is_better else 1)
    else:
        index = Decimal(reached if more_is_better else top - reached) / top
    ten_thousandths = [int((share * 10_000).quantize(Decimal(1), ROUND_HALF_UP)) for share in (percentile, index)]
    return ten_thousandths[0], ten_thousandths[1]


@settings(max_examples=40)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "cohort": st.sampled_from([None, 1, 2, 3]),
                **{name: st.none() | st.integers(0, 12) | st.integers(0, 400) for name in FIGURES},
            }
        ),
        max_size=60,
    )
)
def test_percentile_and_index_are_those_of_a_plain_count(compared: Compared, rows: list[dict[str, Any]]) -> None:
    rows = [{"asset_id": n, **row} for n, row in enumerate(rows)]
    known: dict[tuple[int, str], list[int]] = defaultdict(list)
    for row in rows:
        for measure in MEASURES:
            if row["cohort"] is not None and row[measure.name] is not None:
                known[row["cohort"], measure.name].append(row[measure.name])
    found = compared.of(rows)
    assert len(found) == len(rows)
    for row in rows:
        for measure in MEASURES:
            name, value = measure.name, row[measure.name]
            got = [found[row["asset_id"]][f"{name}_{part}"] for part in ("percentile_e4", "index_e4", "peers")]
            peers = known.get((row["cohort"], name), [])
            if row["cohort"] is None or value is None:
                assert got == [None, None, None]
            elif len(peers) < LEAST:
                assert got == [None, None, len(peers)]
            else:
                expected = by_brute_force(value, peers, more_is_better=measure.more_is_better)
                assert got == [*expected, len(peers)]


def test_fewer_peers_than_asked_give_no_number_and_one_more_does(compared: Compared) -> None:
    three = compared.of(one_cohort([1, 2, 3]))
    assert {(row["citations_percentile_e4"], row["citations_peers"]) for row in three.values()} == {(None, 3)}
    four = compared.of(one_cohort([1, 2, 3, 4]))
    assert [four[n]["citations_percentile_e4"] for n in range(4)] == [0, 3333, 6667, 10_000]


def test_too_few_peers_is_said_and_told_apart_from_a_figure_that_nobody_told() -> None:
    """Eleven patents with claims, three of them with citations, none with a family count."""
    rights = [
        right(n, claims_count=n, cited_by_count=n if n < 4 else None, family_count=None, grant_date=None)
        for n in range(1, 12)
    ]
    rows = list(graded(rights, status=dict.fromkeys(range(1, 12), "examination")).values())
    with Register() as register:
        table = register.put("rows", rows, GRADES)
        said = {
            row["asset_id"]: row["few"] for row in register.rows(table.select("asset_id", few=too_few_peers(table)))
        }
    assert said == {n: "citations" if n < 4 else "" for n in range(1, 12)}


def test_a_figure_that_is_not_known_is_no_peer(compared: Compared) -> None:
    found = compared.of(one_cohort([1, 2, 3, None]))
    assert found[0]["citations_peers"] == 3
    assert found[3]["citations_peers"] is None


def test_the_index_is_a_share_of_the_trimmed_maximum_not_of_the_outlier(compared: Compared) -> None:
    """Of 50 patents 98 % are 49: the 49th of 1, 2 ... 49, 1000 is the top, and the 1000 counts as 49."""
    found = compared.of(one_cohort([*range(1, 50), 1000]))
    assert found[49]["citations_index_e4"] == found[48]["citations_index_e4"] == 10_000
    assert found[23]["citations_index_e4"] == 4898  # 24 / 49


def test_a_short_wait_for_the_grant_is_the_better_one(compared: Compared) -> None:
    found = compared.of(one_cohort([12, 24, 36, 48], "grant_lag"))
    assert [found[n]["grant_lag_index_e4"] for n in range(4)] == [7500, 5000, 2500, 0]
    assert [found[n]["grant_lag_percentile_e4"] for n in range(4)] == [10_000, 6667, 3333, 0]


def test_nobody_cited_makes_no_index_and_no_division_by_zero(compared: Compared) -> None:
    found = compared.of(one_cohort([0, 0, 0, 0]))
    assert {row["citations_index_e4"] for row in found.values()} == {0}
    assert {row["citations_percentile_e4"] for row in found.values()} == {5000}


def test_peers_share_office_kind_subclass_and_filing_year() -> None:
    alike = [right(n, claims_count=n, filing_date=date_of(n)) for n in range(1, 11)]
    strange = [
        right(11, claims_count=5, jurisdiction="US"),
        right(12, claims_count=5, ip_type="utility_model"),
        right(13, "A47G21/02", claims_count=5),  # same subclass, another group: a peer
        right(14, "A47J31/00", claims_count=5),
        right(15, claims_count=5, filing_date=date_of(1).replace(year=2017)),
    ]
    found = graded([*alike, *strange])
    assert [found[n]["claims_peers"] for n in (1, 11, 12, 13, 14, 15)] == [11, 1, 1, 11, 1, 1]


def date_of(n: int) -> date:
    return date(2018, n, 1)
