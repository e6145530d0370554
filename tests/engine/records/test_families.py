"""Same-day pairs and families: sure ones, candidates, and that the order of rows changes nothing."""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from panhuo.engine.records.families import (
    PairLink,
    clean_title,
    family_keys,
    near_title_share,
    same_day_pairs,
)
from panhuo.engine.records.owners import normalise_party_name
from panhuo.terms.dates import parse_date
from panhuo.terms.kinds import IpType
from panhuo.terms.numbers import parse_publication_number

INV, UM, DESIGN = IpType.INVENTION.value, IpType.UTILITY_MODEL.value, IpType.DESIGN.value
DAY, NEXT = date(2021, 3, 15), date(2021, 3, 16)
Row = tuple[int, str, date | None, str, str, bool]


def pairs(*rows: Row) -> dict[int, PairLink]:
    columns = list(zip(*rows, strict=True)) if rows else [()] * 6
    return same_day_pairs(*columns)  # type: ignore[arg-type]


def test_equal_title_applicants_and_day_make_a_pair_with_the_smaller_id() -> None:
    found = pairs((7, UM, DAY, "云湖大学", "一种折叠水泵", False), (3, INV, DAY, "云湖大学", "一种折叠水泵", False))
    assert found == {7: PairLink(3, "equal_title"), 3: PairLink(3, "equal_title")}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("一种折叠水泵（带滤网）", "一种折叠水泵(带滤网)"),
        ("一种折叠水泵", "折叠水泵"),
        ("LED 灯", "led灯"),
        ("水泵、阀门", "水泵,阀门"),
    ],
)
def test_titles_are_equal_after_cleaning(one: str, other: str) -> None:
    assert clean_title(one) == clean_title(other)
    assert pairs((1, INV, DAY, "o", one, False), (2, UM, DAY, "o", other, False))[1].confidence == "equal_title"


@pytest.mark.parametrize(
    "other",
    [
        (2, UM, NEXT, "云湖大学", "一种折叠水泵", True),  # another day
        (2, UM, DAY, "江城大学", "一种折叠水泵", True),  # other applicants
        (2, UM, DAY, "云湖大学|江城大学", "一种折叠水泵", True),  # one more applicant
        (2, INV, DAY, "云湖大学", "一种折叠水泵", True),  # the same kind
        (2, DESIGN, DAY, "云湖大学", "一种折叠水泵", True),  # a design
        (2, UM, None, "云湖大学", "一种折叠水泵", True),  # day unknown
        (2, UM, DAY, "云湖大学", "显微镜物镜转换器", False),  # another creation
    ],
)
def test_each_condition_is_needed(other: Row) -> None:
    mine: Row = (1, INV, DAY, "云湖大学", "一种折叠水泵", True)
    assert pairs(mine, other) == {}


def test_unknown_applicants_pair_with_nobody() -> None:
    assert pairs((1, INV, DAY, "", "一种折叠水泵", True), (2, UM, DAY, "", "一种折叠水泵", True)) == {}


def test_marks_on_both_and_near_titles_make_a_pair() -> None:
    found = pairs(
        (1, INV, DAY, "o", "一种混合动力航空器的供电方法、系统", True),
        (2, UM, DAY, "o", "一种混合动力航空器的供电系统", True),
        (3, UM, DAY, "o", "显微镜物镜转换器", False),
    )
    assert found == {1: PairLink(1, "marked"), 2: PairLink(1, "marked")}


def test_a_mark_on_one_side_only_is_a_candidate() -> None:
    found = pairs((1, INV, DAY, "o", "折叠水泵及其控制方法", True), (2, UM, DAY, "o", "一种折叠水泵", False))
    assert {link.confidence for link in found.values()} == {"candidate"}


def test_marks_with_titles_apart_are_a_candidate() -> None:
    found = pairs((1, INV, DAY, "o", "折叠水泵及其控制方法", True), (2, UM, DAY, "o", "显微镜物镜转换器", True))
    assert {link.confidence for link in found.values()} == {"candidate"}


def test_near_titles_without_a_mark_are_a_candidate() -> None:
    found = pairs(
        (1, INV, DAY, "o", "双电池供电的水泵及其控制方法", False), (2, UM, DAY, "o", "双电池供电的水泵", False)
    )
    assert found == {1: PairLink(1, "candidate"), 2: PairLink(1, "candidate")}


def test_equal_titles_that_leave_a_choice_are_candidates() -> None:
    found = pairs((1, INV, DAY, "o", "水泵", False), (2, UM, DAY, "o", "水泵", False), (3, UM, DAY, "o", "水泵", False))
    assert found == {1: PairLink(1, "candidate"), 2: PairLink(1, "candidate")}


def test_two_pairs_of_one_day_keep_apart() -> None:
    found = pairs(
        (1, INV, DAY, "o", "折叠水泵", True),
        (2, INV, DAY, "o", "折叠阀门", True),
        (3, UM, DAY, "o", "折叠阀门", True),
        (4, UM, DAY, "o", "折叠水泵", True),
    )
    assert (found[1].pair_id, found[4].pair_id) == (1, 1)
    assert (found[2].pair_id, found[3].pair_id) == (2, 2)


def test_titles_without_words_pair_with_nothing() -> None:
    assert pairs((1, INV, DAY, "o", "", False), (2, UM, DAY, "o", "——", False)) == {}


def test_an_empty_register_has_no_pairs() -> None:
    assert pairs() == {}


ROWS = st.lists(
    st.tuples(
        st.sampled_from([INV, UM, DESIGN]),
        st.sampled_from([DAY, NEXT, None]),
        st.sampled_from(["云湖大学", "江城大学", ""]),
        st.sampled_from(["折叠水泵", "一种折叠水泵", "折叠水泵及其控制方法", "显微镜物镜转换器", ""]),
        st.booleans(),
    ),
    max_size=12,
)


@given(ROWS, st.randoms(use_true_random=False))
def test_pairs_are_two_of_both_kinds_and_do_not_depend_on_the_order(
    drawn: list[tuple[str, date | None, str, str, bool]], chance: random.Random
) -> None:
    rows: list[Row] = [(number, *row) for number, row in enumerate(drawn, start=1)]
    found = pairs(*rows)
    shuffled = rows[:]
    chance.shuffle(shuffled)
    assert pairs(*shuffled) == found
    kinds = {row[0]: row[1] for row in rows}
    for link in found.values():
        members = sorted(id_ for id_, other in found.items() if other.pair_id == link.pair_id)
        assert len(members) == 2
        assert members[0] == link.pair_id
        assert {kinds[member] for member in members} == {INV, UM}


def test_near_title_share_is_symmetric_and_bounded() -> None:
    assert (
        near_title_share("折叠水泵", "折叠水泵及其控制方法")
        == near_title_share("折叠水泵及其控制方法", "折叠水泵")
        == 1.0
    )
    assert near_title_share("水泵", "水泵及其控制方法") == 0.0  # too short to say anything
    assert near_title_share("折叠水泵", "显微镜物镜转换器") == 0.0


def test_a_day_of_a_thousand_filings_by_one_applicant_stays_quick() -> None:
    rows: list[Row] = [(n, INV if n % 2 else UM, DAY, "o", f"第{n}号装置的改进结构", False) for n in range(1, 2001)]
    before = time.process_time()
    found = pairs(*rows)
    assert time.process_time() - before < 2
    assert found == {}  # near titles are not sought in so large a group


def test_members_of_one_list_share_the_smallest_number_as_key() -> None:
    found = family_keys(
        [1, 2, 3],
        [["CN113030719A"], ["US20210123456A1"], ["EP3456789A1"]],
        [["US2021123456A1", "EP3456789A1"], [], []],
    )
    assert found == {1: "f:CN113030719", 2: "f:CN113030719", 3: "f:CN113030719"}


def test_families_join_over_a_member_that_is_not_in_the_register() -> None:
    found = family_keys([1, 2], [["CN113030719A"], ["EP3456789A1"]], [["WO2021111111A1"], ["WO2021111111A1"]])
    assert found[1] == found[2] == "f:CN113030719"


def test_a_right_that_no_list_joins_has_no_family() -> None:
    found = family_keys(
        ["x", "y", "z"], [["CN113030719A", "CN113030719B"], ["EP3456789A1"], []], [[], ["EP3456789B1"], []]
    )
    assert found == {"x": "", "y": "f:EP3456789", "z": ""}


def test_spellings_of_one_number_are_one_member() -> None:
    found = family_keys([1, 2], [["US 2005/0004974 A1"], ["CN113030719A"]], [[], ["US2005004974A1"]])
    assert found[1] == found[2] != ""


def test_what_is_no_number_joins_as_it_stands() -> None:
    found = family_keys([1, 2], [["no number"], ["CN113030719A"]], [[], ["NO  NUMBER"]])
    assert found[1] == found[2] == "f:CN113030719"


NUMBERS = st.sampled_from([f"CN{n}A" for n in range(113030700, 113030712)])
FAMILY_ROWS = st.lists(st.tuples(st.lists(NUMBERS, max_size=2), st.lists(NUMBERS, max_size=3)), max_size=10)


@given(FAMILY_ROWS, st.randoms(use_true_random=False))
def test_families_agree_with_a_walk_over_all_links_in_any_order(
    rows: list[tuple[list[str], list[str]]], chance: random.Random
) -> None:
    ids = list(range(len(rows)))
    found = family_keys(ids, [own for own, _ in rows], [listed for _, listed in rows])
    order = ids[:]
    chance.shuffle(order)
    assert family_keys(order, [rows[n][0] for n in order], [rows[n][1] for n in order]) == found
    # The second method: grow each right's set of numbers until nothing is added.
    for n in ids:
        numbers = {*rows[n][0], *rows[n][1]}
        while True:
            touched = [row for row in rows if numbers & {*row[0], *row[1]}]
            grown = numbers.union(*({*own, *listed} for own, listed in touched))
            if grown == numbers:
                break
            numbers = grown
        listed_anywhere = any(listed and numbers & {*own, *listed} for own, listed in rows)
        expected = f"f:{min(numbers)[:-1]}" if numbers and listed_anywhere else ""
        assert found[n] == expected


def test_a_hundred_thousand_rows_take_seconds() -> None:
    """A chain is the worst case of a union: every row lists the next one."""
    count = 100_000
    ids = list(range(count))
    own = [[f"CN1{n:08d}A"] for n in ids]
    listed = [[f"CN1{n + 1:08d}A"] for n in ids]
    before = time.process_time()
    found = family_keys(ids, own, listed)
    assert time.process_time() - before < 15
    assert set(found.values()) == {"f:CN100000000"}


@pytest.mark.reference
def test_pairs_of_a_real_export_are_found(reference_data: Path) -> None:
    """patsnap_aviation: 26 pairs by title, one by marks, two candidates."""
    sheet = CalamineWorkbook.from_path(reference_data / "patsnap_aviation" / "patsnap_export.xlsx")
    header, *lines = sheet.get_sheet_by_index(0).to_python()
    column = {str(name): place for place, name in enumerate(header)}
    rights: dict[str, Row] = {}
    for line in lines:
        number = parse_publication_number(str(line[column["公开(公告)号"]]))
        if number.jurisdiction != "CN" or number.key in rights or number.ip_type is None:
            continue
        owners = str(line[column["[标]原始申请(专利权)人"]]).split(" | ")
        rights[number.key] = (
            len(rights),
            number.ip_type,
            parse_date(str(line[column["申请日"]])),
            "|".join(sorted(map(normalise_party_name, owners))),
            str(line[column["标题(译)(简体中文)"]]),
            "一案双申" in str(line[column["法律状态/事件"]]),
        )
    rows = list(rights.values())
    found = pairs(*rows)
    assert Counter(link.confidence for link in found.values()) == {"equal_title": 52, "marked": 2, "candidate": 4}
    marked = {row[0] for row in rows if row[5]}
    unmarked = [id_ for id_, link in found.items() if link.confidence != "candidate" and id_ not in marked]
    assert len(unmarked) == 4  # two pairs that the source itself does not mark
