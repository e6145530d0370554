"""What happened after a day: only dated events count, and what nobody dates is not said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from panhuo.adapters.tables.duck import DuckTables
from panhuo.desk.registry.event_trial import UNDATED, without_undated
from panhuo.engine.evaluation.later_events import OUTCOMES, last_event_day, later_events
from panhuo.engine.records.fields import ASSETS, EVENTS

SPLIT, UNTIL = date(2021, 3, 1), date(2024, 3, 1)
Row = dict[str, Any]


@pytest.fixture
def tables(tmp_path: Path) -> Iterator[DuckTables]:
    with DuckTables({}, threads=1) as made:
        yield made


def put(tables: DuckTables, folder: Path, name: str, rows: list[Row], schema: dict[str, str]) -> ibis.Table:
    empty: dict[str, Any] = {"string": "", "array<string>": []}
    filled = [{column: row.get(column, empty.get(kind)) for column, kind in schema.items()} for row in rows]
    path = folder / f"{name}.parquet"
    pq.write_table(pa.Table.from_pylist(filled, schema=ibis.schema(schema).to_pyarrow()), path)
    return tables.add(name, path)


def outcomes(tables: DuckTables, folder: Path, *histories: list[tuple[str, date | None]]) -> list[Row | None]:
    """What is said of a right for each history of events; None where it is not among those in force on the day."""
    assets = [{"asset_id": n, "jurisdiction": "CN", "ip_type": "invention"} for n in range(len(histories))]
    events = [
        {"asset_id": n, "event": kind, "event_date": day, "known_on": None if day else date(2024, 4, 1)}
        for n, history in enumerate(histories)
        for kind, day in [("granted", date(2018, 1, 1)), *history]
    ]
    found = later_events(
        put(tables, folder, "assets", assets, ASSETS), put(tables, folder, "events", events, EVENTS), SPLIT, UNTIL
    )
    said = {
        row[0]: dict(zip(OUTCOMES, row[1:], strict=True)) for row in tables.rows(found.select("asset_id", *OUTCOMES))
    }
    return [said.get(n) for n in range(len(histories))]


def test_events_count_from_the_day_after_the_split_to_the_last(tables: DuckTables, tmp_path: Path) -> None:
    days = [SPLIT, date(2021, 3, 2), UNTIL, date(2024, 3, 2)]
    found = outcomes(tables, tmp_path, *([("transferred", day)] for day in days))
    assert [row and row["transfer"] for row in found] == [False, True, True, False]


def test_what_a_source_states_without_a_day_is_not_said_unless_a_dated_event_explains_it(
    tables: DuckTables, tmp_path: Path
) -> None:
    before = date(2019, 5, 1)
    only, explained, both = outcomes(
        tables,
        tmp_path,
        [("pledge_registered", None)],
        [("pledge_registered", None), ("pledge_registered", before)],
        [("pledge_registered", None), ("transferred", date(2022, 1, 1))],
    )
    assert only is not None
    assert explained is not None
    assert both is not None
    assert (only["pledge"], only["any_deal"], only["transfer"]) == (None, None, False)
    assert (explained["pledge"], explained["any_deal"]) == (False, False)
    assert (both["pledge"], both["any_deal"]) == (None, True)


def test_rights_that_had_ended_by_the_split_are_left_out_and_later_ends_are_no_survival(
    tables: DuckTables, tmp_path: Path
) -> None:
    lapse = "lapsed_unpaid_fee"
    gone, later, alive = outcomes(tables, tmp_path, [(lapse, date(2020, 1, 1))], [(lapse, date(2023, 1, 1))], [])
    assert gone is None
    assert later is not None
    assert later["survival"] is False
    assert alive is not None
    assert alive["survival"] is True


def test_the_last_day_is_that_of_chinese_rights(tables: DuckTables, tmp_path: Path) -> None:
    assets = [{"asset_id": 1, "jurisdiction": "CN"}, {"asset_id": 2, "jurisdiction": "US"}]
    events = [{"asset_id": 1, "event_date": date(2024, 3, 1)}, {"asset_id": 2, "event_date": date(2024, 9, 9)}]
    made = [put(tables, tmp_path, "assets", assets, ASSETS), put(tables, tmp_path, "events", events, EVENTS)]
    assert tables.one(last_event_day(*made))["day"] == date(2024, 3, 1)


def test_what_has_no_day_is_taken_from_the_tables_before_they_are_graded(tables: DuckTables, tmp_path: Path) -> None:
    told = {
        "asset_id": 1, "applicants": ["甲"], "owners": ["乙", "丙"], "co_owner_types": ["firm"], "claims_count": 9,
        "cited_by_count": 50, "litigation_count": 1, "family_count": 7, "family_members": ["US1A1"],
        "awards": ["中国专利金奖"], "owner_code": "9144", "region_code": "440703", "data_day": date(2020, 1, 1),
    }  # fmt: skip
    row = tables.one(without_undated(put(tables, tmp_path, "assets", [told], ASSETS)))
    assert (row["owners"], row["co_owner_types"], row["data_day"], row["claims_count"]) == (["甲"], [], None, 9)
    assert [row[name] for name in UNDATED if row[name]] == []
