"""What differs between two packs: every kind of change is named with both sides, and what is alike is not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from panhuo.rules import load_pack, own_packs
from panhuo.rules.comparing import Change, Difference, Kind, differences
from rules.pack_files import HEAD, SHARE, SOURCE, MakePack, parameter

SIDECAR = f"title: {{zh: 表, en: Table}}\nkey: [code]\ncolumns: [code, name, since, until]\nsource: {SOURCE}\n"
ROWS = "code,name,since,until\nA,一,,2024-12-31\nA,二,2025-01-01,\nB,三,,\n"
FILES: dict[str, str | bytes] = {"parameters/grant.yaml": SHARE, "tables/t.csv": ROWS, "tables/t.yaml": SIDECAR}
Told = Callable[..., list[Difference]]


@pytest.fixture
def told(make_pack: MakePack, tmp_path: Path) -> Told:
    """Differences from the sound pack to one with other files; None takes a file away."""

    def compare(changed: dict[str, str | None], *, at: date | None = None) -> list[Difference]:
        for version in ("old", "new"):
            folder = make_pack(files=FILES)
            for name, text in changed.items() if version == "new" else ():
                if text is None:
                    (folder / name).unlink()
                else:
                    (folder / name).parent.mkdir(parents=True, exist_ok=True)
                    (folder / name).write_text(text, encoding="utf-8")
            shutil.copytree(folder, tmp_path / version / "example")
            shutil.rmtree(folder)
        packs = [load_pack(tmp_path / version / "example") for version in ("old", "new")]
        assert differences(packs[0], packs[0], at=at) == []
        return differences(*packs, at=at)

    return compare


def test_two_copies_are_the_same(told: Told) -> None:
    assert told({}) == []


def test_cases_are_no_rules(told: Told) -> None:
    cases = "- name: x\n  at: 2024-01-01\n  expect: {y: z}\n  source: w\n"
    assert told({"cases/c.yaml": cases}) == []


@pytest.mark.parametrize("folder", own_packs(), ids=lambda folder: folder.name)
def test_a_pack_of_ours_is_the_same_as_itself(folder: Path) -> None:
    assert differences(load_pack(folder), load_pack(folder.name)) == []


def test_a_changed_value_tells_both_sides_with_unit_since_source_and_status(told: Told) -> None:
    (found,) = told({"parameters/grant.yaml": SHARE.replace('"0.10"', '"0.15"')})
    assert found == Difference(
        Kind.VALUE,
        Change.CHANGED,
        "grant.share",
        since="2025-01-01",
        old="0.10",
        new="0.15",
        unit="share",
        old_source="Example Measures 7",
        new_source="Example Measures 7",
        old_status="example",
        new_status="example",
    )


def test_a_source_alone_is_a_difference(told: Told) -> None:
    official = SHARE.replace("status: example", "status: official", 1)
    (found,) = told({"parameters/grant.yaml": official})
    assert (found.old, found.new, found.old_status, found.new_status) == ("0.05", "0.05", "example", "official")


def test_added_and_removed_values_and_rules(told: Told) -> None:
    more = SHARE + parameter("grant.cap", "cny", '"1000000"')
    (found,) = told({"parameters/grant.yaml": more})
    assert (found.kind, found.change, found.name, found.old, found.new, found.unit) == (
        Kind.VALUE, Change.ADDED, "grant.cap", "", "1000000", "cny",
    )  # fmt: skip


def test_a_repeal_is_shown_as_null_and_nothing_as_nothing(told: Told) -> None:
    repealed = SHARE.replace('value: "0.10"', "value: null")
    (found,) = told({"parameters/grant.yaml": repealed})
    assert (found.old, found.new, found.change) == ("0.10", "null", Change.CHANGED)


def test_a_changed_unit_is_a_changed_rule(told: Told) -> None:
    found = told({"parameters/grant.yaml": SHARE.replace("unit: share", "unit: number")})
    assert {one.kind for one in found} == {Kind.RULE, Kind.VALUE}
    assert (found[0].old.partition(";")[0], found[0].new.partition(";")[0]) == ("share", "number")
    assert found[1].unit == "share → number"


def test_only_the_day_asked_for_is_compared(told: Told) -> None:
    changed = {"parameters/grant.yaml": SHARE.replace('"0.10"', '"0.15"'), "tables/t.csv": ROWS.replace("二", "贰")}
    assert told(changed, at=date(2024, 12, 31)) == []


def test_on_the_first_day_of_a_change_it_is_told(told: Told) -> None:
    changed = {"parameters/grant.yaml": SHARE.replace('"0.10"', '"0.15"'), "tables/t.csv": ROWS.replace("二", "贰")}
    found = told(changed, at=date(2025, 1, 1))
    assert [(one.kind, one.old, one.new) for one in found] == [
        (Kind.VALUE, "0.10", "0.15"),
        (Kind.ROW, "name=二", "name=贰"),
    ]


def test_a_value_that_holds_from_another_day_tells_both_days(told: Told) -> None:
    changed = {"parameters/grant.yaml": SHARE.replace("2025-01-01", "2025-07-01")}
    (found,) = told(changed, at=date(2025, 8, 1))
    assert (found.since, found.old, found.new) == ("2025-01-01 → 2025-07-01", "0.10", "0.10")


def test_changed_added_and_removed_rows_are_told_by_key(told: Told) -> None:
    rows = ROWS.replace("B,三,,", "C,四,,").replace("一", "壹")
    found = told({"tables/t.csv": rows})
    assert [(one.change, one.key, one.since, one.old, one.new) for one in found] == [
        (Change.CHANGED, "A | ", "", "name=一", "name=壹"),
        (Change.REMOVED, "B | ", "", "code=B; name=三", ""),
        (Change.ADDED, "C | ", "", "", "code=C; name=四"),
    ]
    assert {one.old_status or one.new_status for one in found} == {"example"}


def test_another_order_of_rows_is_told_because_the_first_that_fits_may_count(told: Told) -> None:
    lines = ROWS.splitlines()
    (found,) = told({"tables/t.csv": "\n".join([lines[0], lines[3], *lines[1:3], ""])})
    assert (found.kind, found.change, found.name) == (Kind.TABLE, Change.CHANGED, "t")
    assert "order" in found.old


def test_a_table_of_another_source_is_told_once_and_not_with_each_row(told: Told) -> None:
    official = SIDECAR.replace("status: example", "status: official")
    (found,) = told({"tables/t.yaml": official})
    assert (found.kind, found.old_status, found.new_status) == (Kind.TABLE, "example", "official")


def test_a_table_of_other_columns_names_the_columns(told: Told) -> None:
    sidecar = SIDECAR.replace("name, since", "title, since")
    found = told({"tables/t.csv": ROWS.replace("code,name", "code,title"), "tables/t.yaml": sidecar})
    assert (found[0].kind, found[0].old, found[0].new) == (Kind.TABLE, "column name: text", "column title: text")
    assert [(one.kind, one.old, one.new) for one in found[1:2]] == [(Kind.ROW, "name=一; title=", "name=; title=一")]


def test_a_table_that_is_gone_takes_its_rows_along(told: Told) -> None:
    found = told({"tables/t.csv": None, "tables/t.yaml": None})
    assert [(one.kind, one.change) for one in found] == [(Kind.TABLE, Change.REMOVED)] + [
        (Kind.ROW, Change.REMOVED)
    ] * 3


def test_a_further_file_of_the_pack_is_compared_by_its_contents(told: Told) -> None:
    (found,) = told({"text/stopwords.txt": "的\n"})
    assert (found.kind, found.change, found.name) == (Kind.FILE, Change.ADDED, "text/stopwords.txt")
    assert found.new.startswith("sha256:")


def test_a_programme_that_was_verified_is_told(told: Told) -> None:
    head = HEAD.format(name="example", parent="null").replace("[2025]", "[2025, 2026]")
    (found,) = told({"pack.yaml": head})
    assert (found.kind, found.old, found.new) == (Kind.PROGRAMME, "example; 2025", "example; 2025, 2026")


def test_rows_of_a_parent_keep_the_parents_source(make_pack: MakePack) -> None:
    make_pack("base", files={"tables/t.csv": ROWS, "tables/t.yaml": SIDECAR})
    own = "extends: true\n" + SIDECAR.replace("Example Measures", "City Measures")
    child = make_pack(
        "city", parent="base", files={"tables/t.csv": "code,name,since,until\nC,四,,\n", "tables/t.yaml": own}
    )
    other = make_pack("other", parent="null", files={"tables/t.csv": "code,name,since,until\n", "tables/t.yaml": own})
    found = [one for one in differences(load_pack(other), load_pack(child)) if one.kind is Kind.ROW]
    assert {one.key[0]: one.new_source for one in found} == {
        "A": "Example Measures 7",
        "B": "Example Measures 7",
        "C": "City Measures 7",
    }


def test_the_nation_and_shenzhen_differ_where_their_texts_do() -> None:
    found = differences(load_pack("national"), load_pack("shenzhen"), at=date(2025, 11, 30))
    told = {one.name: (one.old, one.new) for one in found}
    assert told["high_value.invention_only"] == ("true", "false")
    assert told["high_value.profile"] == ("cnipa_2021", "sz_2021")
    assert len(found) == 5, "the five rules that the pack of Shenzhen sets"


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(names=st.lists(st.sampled_from("一二三四"), min_size=4, max_size=8))
def test_the_way_back_swaps_added_and_removed(make_pack: MakePack, names: list[str]) -> None:
    """Two tables without key: rows are told apart by all their cells, and doubled ones are counted."""
    half = len(names) // 2
    sidecar = f"title: {{zh: 表, en: T}}\ncolumns: [name]\nsource: {SOURCE}\n"
    packs = []
    for pack, part in (("one", names[:half]), ("two", names[half:])):
        text = "\n".join(["name", *part, ""])
        packs.append(load_pack(make_pack(pack, files={"tables/t.csv": text, "tables/t.yaml": sidecar})))
    there = [one for one in differences(*packs) if one.kind is Kind.ROW]
    back = [one for one in differences(*reversed(packs)) if one.kind is Kind.ROW]
    assert sorted(one.new for one in there if one.change is Change.ADDED) == sorted(
        one.old for one in back if one.change is Change.REMOVED
    )
    added = sum(one.change is Change.ADDED for one in there)
    removed = sum(one.change is Change.REMOVED for one in there)
    assert added - removed == len(names) - 2 * half
