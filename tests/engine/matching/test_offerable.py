"""The gate before matching: each bar by its fact, a neighbour without it, and what nobody can say apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import ibis
import pytest

from panhuo.engine.matching.filters import Filters, filtered
from panhuo.engine.matching.offerable import offer_states
from panhuo.engine.matching.willingness import in_codes, willingness_words
from panhuo.engine.records.encumbrances import encumbrances
from panhuo.engine.records.fields import ASSETS, EVENTS, OFFERS
from panhuo.engine.records.status import legal_status
from panhuo.rules import load_pack
from panhuo.terms.errors import BadValue, DomainError

AT = date(2025, 11, 30)
RULES = load_pack("national").at(AT)
PATENT: dict[str, Any] = {
    "asset_id": 1,
    "ip_type": "invention",
    "jurisdiction": "CN",
    "filing_date": date(2018, 5, 4),
    "ipc_keys": ["F27D0017000000"],
    "region_code": "510104",
    "owner_type": "university",
    "owner_code": "",
    "owners": ["云湖大学"],
}
GRANTED = {"event": "granted", "event_date": date(2020, 3, 1)}


def table(rows: list[dict[str, Any]], schema: dict[str, str]) -> Any:
    blank = {name: "" if kind == "string" else None for name, kind in schema.items()}
    filled = [{**blank, **row} for row in rows]
    empty = [{**blank, next(iter(schema)): -1}]
    found = ibis.memtable(filled or empty, schema=schema)
    return found if filled else found.filter(ibis.literal(False))  # noqa: FBT003


@dataclass
class Case:
    """One right with what is known of it; expected: its bars."""

    name: str
    expected: list[str]
    events: list[dict[str, Any]] = field(default_factory=list)
    offers: list[dict[str, Any]] = field(default_factory=list)
    asset: dict[str, Any] = field(default_factory=dict)


DAY, EARLIER, LATER = date(2024, 6, 1), date(2025, 1, 1), date(2026, 1, 1)
FACTS: list[tuple[str, dict[str, Any]]] = [
    ("exclusively_licensed", {"event": "licence_recorded", "number": "X1", "terms": "exclusive"}),
    ("exclusively_licensed", {"event": "licence_recorded", "number": "X1", "terms": "sole"}),
    ("licence_kind_unknown", {"event": "licence_recorded", "number": "X1", "terms": ""}),
    ("pledged", {"event": "pledge_registered", "number": "Y1"}),
    ("preserved", {"event": "preserved"}),
    ("disputed", {"event": "suspended"}),
    ("disputed", {"event": "invalidation_started"}),
    ("disputed", {"event": "litigation"}),
    ("not_in_force", {"event": "lapsed_unpaid_fee"}),
    ("not_in_force", {"event": "invalidated_all"}),
]
ENDED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"event": "pledge_registered", "number": "Y1"}, {"event": "pledge_cancelled", "number": "Y1"}),
    ({"event": "preserved"}, {"event": "preservation_discharged"}),
    ({"event": "suspended"}, {"event": "suspension_ended"}),
    ({"event": "licence_recorded", "number": "X1", "terms": "exclusive"}, {"event": "licence_ended", "number": "X1"}),
    ({"event": "invalidation_started"}, {"event": "invalidated_part"}),
    ({"event": "lapsed_unpaid_fee"}, {"event": "restored"}),
]
WORDS_OF_OWNERS: list[tuple[list[dict[str, Any]], list[str]]] = [
    ([{"consent": "no", "stated_on": DAY}], ["consent_refused"]),
    ([{"willingness": "不愿转化", "stated_on": DAY}], ["consent_refused"]),
    ([{"willingness": "unwilling"}], ["consent_refused"]),
    ([{"willingness": "暂不转让，自行使用", "stated_on": DAY}], ["consent_refused"]),
    ([{"willingness": "先放着", "stated_on": DAY}], ["willingness_unknown"]),
    ([{"willingness": "先放着", "stated_on": DAY, "consent": "yes"}], []),
    ([{"willingness": "先放着", "stated_on": DAY}, {"willingness": "愿意转化", "stated_on": EARLIER}], []),
    (
        [{"willingness": "先放着", "stated_on": DAY}, {"willingness": "愿意转化", "stated_on": DAY}],
        ["willingness_unknown"],
    ),
    ([{"willingness": "先放着", "stated_on": LATER}], []),
    ([{"willingness": "视条件而定", "stated_on": DAY}], []),
    ([{"willingness": "—", "stated_on": DAY}], []),
    ([{"consent": "no", "stated_on": DAY}, {"consent": "yes", "stated_on": EARLIER}], []),
    ([{"consent": "yes", "stated_on": DAY}, {"consent": "no", "stated_on": EARLIER}], ["consent_refused"]),
    ([{"consent": "no", "stated_on": LATER}], []),
    ([{"consent": "yes", "stated_on": DAY}], []),
    *(
        (said, ["consent_refused"])
        for day in (DAY, None)  # of one day, or of none, a refusal holds
        for pair in (
            [{"consent": "yes", "stated_on": day}, {"consent": "no", "stated_on": day}],
            [{"willingness": "愿意转化", "stated_on": day}, {"willingness": "不愿转化", "stated_on": day}],
        )
        for said in (pair, pair[::-1])
    ),
]
LIVES: list[tuple[date, str, list[str]]] = [
    (date(2007, 12, 1), "invention", []),  # two years and a day left
    (date(2007, 11, 30), "invention", []),  # two years to the day
    (date(2007, 11, 29), "invention", ["too_little_time"]),
    (date(2017, 6, 1), "utility_model", ["too_little_time"]),
    (date(2020, 6, 1), "design", []),  # filed before 2021-06-01: ten years
    (date(2015, 6, 1), "design", ["too_little_time"]),
]
CASES = [
    Case("living", [], [GRANTED]),
    Case(
        "ordinary", [], [GRANTED, {"event": "licence_recorded", "event_date": DAY, "number": "X1", "terms": "ordinary"}]
    ),
    Case("nobody knows", ["status_unknown", "term_unknown"], asset={"filing_date": None}),
    Case(
        "pledged and unknown",
        ["pledged", "status_unknown", "term_unknown"],
        [{"event": "pledge_registered", "event_date": DAY}],
        asset={"filing_date": None},
    ),
    Case("published only", ["not_granted"], [{"event": "published", "event_date": DAY}]),
    Case("trademark", [], [GRANTED], asset={"ip_type": "trademark"}),
    *(Case(f"{bar} {n}", [bar], [GRANTED, {**event, "event_date": DAY}]) for n, (bar, event) in enumerate(FACTS)),
    *(Case(f"after the day {n}", [], [GRANTED, {**event, "event_date": LATER}]) for n, (_, event) in enumerate(FACTS)),
    *(
        Case(f"ended {n}", [], [GRANTED, {**start, "event_date": DAY}, {**end, "event_date": EARLIER}])
        for n, (start, end) in enumerate(ENDED)
    ),
    *(Case(f"owner {n}", expected, [GRANTED], offers) for n, (offers, expected) in enumerate(WORDS_OF_OWNERS)),
    *(
        Case(f"life {n}", expected, [GRANTED], asset={"filing_date": filed, "ip_type": kind})
        for n, (filed, kind, expected) in enumerate(LIVES)
    ),
]


@pytest.fixture(scope="module")
def states() -> dict[str, dict[str, Any]]:
    """What the gate says of every case, asked once: planning the tables costs more than running them."""
    assets = table([{**PATENT, **case.asset, "asset_id": n} for n, case in enumerate(CASES)], ASSETS)
    events = [{**event, "asset_id": n} for n, case in enumerate(CASES) for event in case.events]
    told = table([{**event, "event_id": place} for place, event in enumerate(events)], EVENTS)
    said = table([{**offer, "asset_id": n} for n, case in enumerate(CASES) for offer in case.offers], OFFERS)
    words = (offer.get("willingness", "") for case in CASES for offer in case.offers)
    said = in_codes(said, words, willingness_words(RULES))
    found = offer_states(assets, told, said, legal_status(assets, told, AT), encumbrances(assets, told, AT), RULES, AT)
    rows = ibis.duckdb.connect().to_pyarrow(found).to_pylist()
    return {CASES[row["asset_id"]].name: row for row in rows}


@pytest.mark.parametrize("case", [case for case in CASES if case.name != "trademark"], ids=lambda case: case.name)
def test_each_right_has_the_bars_that_its_facts_give(states: dict[str, dict[str, Any]], case: Case) -> None:
    assert [code for code in states[case.name]["bars"].split(";") if code] == case.expected


def test_a_living_unburdened_right_may_be_offered(states: dict[str, dict[str, Any]]) -> None:
    row = states["living"]
    assert row["offer_state"] == "offerable"
    assert row["expires_on"] == date(2038, 5, 4)
    assert row["notes"] == "no_consent;"


def test_an_ordinary_licence_is_a_note(states: dict[str, dict[str, Any]]) -> None:
    assert "licensed;" in states["ordinary"]["notes"]


def test_what_nobody_can_say_is_unknown_and_a_hard_bar_decides(states: dict[str, dict[str, Any]]) -> None:
    assert states["nobody knows"]["offer_state"] == "unknown"
    assert states["pledged and unknown"]["offer_state"] == "not_offerable"


def test_a_trademark_is_no_patent_to_offer(states: dict[str, dict[str, Any]]) -> None:
    assert "trademark" not in states
    assert "living" in states, "the negative control"


CODE = "91510100000000001X"
FIRM = {"owners": ["云湖储能有限公司"], "owner_type": "enterprise", "owner_code": CODE}


def found(**asked: tuple[str, ...]) -> list[int]:
    rows = [
        PATENT,
        {**PATENT, **FIRM, "asset_id": 2, "ipc_keys": ["H01M0010050000"], "region_code": "440300"},
        {
            **PATENT,
            "asset_id": 3,
            "ipc_keys": [],
            "region_code": "440600",
            "owners": ["某个人"],
            "owner_type": "individual",
        },
    ]
    grades = ibis.memtable({"asset_id": [1, 2], "grade": ["A", "C"]})
    expression = filtered(table(rows, ASSETS), Filters(**asked), RULES, grades=grades).select("asset_id")
    return sorted(row["asset_id"] for row in ibis.duckdb.connect().to_pyarrow(expression).to_pylist())


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [1, 2, 3]),
        ({"ipc": ("F27D*",)}, [1]),
        ({"ipc": ("H01M10/05", "F27D17/00")}, [1, 2]),
        ({"ipc": ("H01M1*",)}, []),  # main group 1, not 10
        ({"region": ("510000",)}, [1]),
        ({"region": ("440300",)}, [2]),
        ({"region": ("广东省",)}, [2, 3]),
        ({"region": ("广东省不含深圳",)}, [3]),
        ({"owner": ("university",)}, [1]),
        ({"owner": ("储能",)}, [2]),
        ({"owner": (CODE,)}, [2]),
        ({"grades": ("a", "B")}, [1]),
        ({"region": ("广东省",), "owner": ("enterprise",)}, [2]),
    ],
)
def test_filters_take_what_is_asked_for(asked: dict[str, tuple[str, ...]], expected: list[int]) -> None:
    assert found(**asked) == expected


def test_filters_that_mean_nothing_are_refused() -> None:
    with pytest.raises(BadValue) as caught:
        found(region=("无此地",))
    assert caught.value.code == "unknown_region"
    with pytest.raises(BadValue):
        found(ipc=("不是分类号",))
    with pytest.raises(DomainError) as refused:
        filtered(table([PATENT], ASSETS), Filters(grades=("A",)), RULES, grades=None)
    assert refused.value.code == "no_grades"
