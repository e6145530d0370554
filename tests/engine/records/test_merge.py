"""Merging sources: which files were read decides, not the order in which they came."""

from __future__ import annotations

from datetime import date
from itertools import permutations

from hypothesis import assume, given
from hypothesis import strategies as st

from panhuo.engine.records.merge import HEARD_ALONE, Standing, merge, standing
from panhuo.engine.records.patent import PatentRecord

DAYS = st.sampled_from(["", "2020-01-01", "2024-04-01"])


@st.composite
def records(draw: st.DrawFn, ranks: st.SearchStrategy[int] = st.integers(0, 4)) -> Standing:  # noqa: B008 - a strategy is no state
    record = PatentRecord(
        keys=(draw(st.sampled_from(["a:CN1", "p:CN2", "p:CN3"])),),
        ip_type="invention",
        jurisdiction="CN",
        title=draw(st.sampled_from(["", "甲", "乙"])),
        owners=draw(st.sampled_from([(), ("云湖大学",), ("云湖大学", "示例公司")])),
        filing_date=draw(st.sampled_from([None, date(2015, 1, 1), date(2016, 1, 1)])),
        cited_by_count=draw(st.sampled_from([None, 0, 3])),
        rank=draw(ranks),
        day=draw(DAYS),
    )
    return standing(record, draw(st.sampled_from(["d1", "d2", "d3"])))


@given(st.lists(records(), min_size=2, max_size=4))
def test_any_order_gives_the_same_asset(told: list[Standing]) -> None:
    outcomes = []
    for order in permutations(told):
        found = order[0]
        for other in order[1:]:
            found = merge(found, other)
        outcomes.append(found)
    assert all(outcome == outcomes[0] for outcome in outcomes)


@given(records(), records())
def test_hearing_it_again_changes_nothing(one: Standing, other: Standing) -> None:
    both = merge(one, other)
    assert merge(both, other) == both
    assert merge(both, one) == both


@given(records(), records())
def test_silence_never_wins(one: Standing, other: Standing) -> None:
    both = merge(one, other)
    assume((one.main[0] < HEARD_ALONE) == (other.main[0] < HEARD_ALONE))
    for name, value in both.values.items():
        if one.values[name] not in (None, "", ()) or other.values[name] not in (None, "", ()):
            assert value not in (None, "", ())


@given(records(ranks=st.just(0)), records(ranks=st.integers(HEARD_ALONE, 4)))
def test_what_our_own_lists_say_is_heard_only_where_no_other_source_speaks(one: Standing, other: Standing) -> None:
    both = merge(one, other)
    assert (both.values, both.main, both.said_by) == (other.values, other.main, other.said_by)
    assert both.keys == one.keys | other.keys


def test_the_better_source_is_believed_field_by_field_and_named() -> None:
    export = standing(
        PatentRecord(("p:CN1",), "invention", "CN", title="出口标题", cited_by_count=4, rank=120, day="2024-04-01"), "x"
    )
    register = standing(PatentRecord(("p:CN1",), "invention", "CN", title="登记标题", rank=180, day="2020-01-01"), "r")
    both = merge(export, register)
    assert (both.values["title"], both.weight("title")) == ("登记标题", (180, "2020-01-01", "r"))
    assert (both.values["cited_by_count"], both.weight("cited_by_count")) == (4, (120, "2024-04-01", "x"))


def test_of_two_statements_of_one_weight_the_later_day_stands() -> None:
    old = standing(PatentRecord(("p:CN1",), "invention", "CN", owners=("甲公司",), rank=60, day="2019-01-01"), "x")
    new = standing(PatentRecord(("p:CN1",), "invention", "CN", owners=("乙公司",), rank=60, day="2024-01-01"), "y")
    assert merge(old, new).values["owners"] == merge(new, old).values["owners"] == ("乙公司",)
