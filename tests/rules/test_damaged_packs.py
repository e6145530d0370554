"""Whatever lies in a pack's folder, reading it gives rules or one DomainError that names file and line."""

from __future__ import annotations

import contextlib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from panhuo.rules import BadPack, Pack, load_pack
from panhuo.rules.checking import check_pack
from panhuo.rules.yaml_tree import MAX_DEPTH, parse_yaml
from panhuo.terms.errors import DomainError
from rules.pack_files import HEAD, SHARE, SOURCE, MakePack, parameter

BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (BOMB, 2, "alias"),
        ("a: !!python/object/apply:os.system ['true']\n", 1, "tag"),
        ("a: 1\n---\nb: 2\n", 3, "second document"),
        ("a: [1, 2\nb: 3\n", 2, "not YAML"),
        ("a: 1\n\tb: 2\n", 2, "not YAML"),
        ("? [a, b]\n: 1\n", 1, "as a key"),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), 1, "levels"),
        ("a: \x00\n", 1, "not YAML"),
    ],
)
def test_hostile_yaml_is_refused_with_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(BadPack, match=said) as caught:
        parse_yaml(text, shown="parameters/a.yaml")
    assert caught.value.fields["file"] == "parameters/a.yaml"
    assert caught.value.fields["line"] == line


def test_sound_yaml_is_read(make_pack: MakePack) -> None:
    node = parse_yaml("a: [x, 'null', null]\n", shown="a.yaml")
    assert node.plain() == {"a": ["x", "null", None]}


def test_bytes_that_are_no_utf8_name_their_line(make_pack: MakePack) -> None:
    folder = make_pack(files={"parameters/a.yaml": SHARE.encode() + "标签: 云湖\n".encode("gb18030")})
    with pytest.raises(BadPack, match="UTF-8") as caught:
        load_pack(folder)
    assert caught.value.fields == {"file": "parameters/a.yaml", "line": SHARE.count("\n") + 1}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("unit: share", "unit: percent", "unknown unit 'percent'"),
        ("  unit: share\n", "", "has no unit"),
        ("  unit: share\n", "  unit: share\n  unit: share\n", "the key 'unit' stands twice"),
        ("  unit: share\n", "  units: share\n", "unknown key 'units'"),
        ("    - since: 2025-01-01\n", "    - since: 2022-01-01\n", "dates are out of order"),
        ("    - since: 2025-01-01\n", "    - since: 2023-01-01\n", "dates are out of order"),
        ("    - since: 2025-01-01\n", "    - since: 2025-13-01\n", "no day from which it holds"),
        ('value: "0.10"', 'value: "1.10"', "between 0 and 1"),
        ('value: "0.10"', 'value: "NaN"', "no number"),
        ('value: "0.10"', "value: [1]", "one text"),
        ("status: example}", "status: sure}", "unknown status 'sure'"),
        ("checked: 2025-02-11, ", "", "no day on which it was checked"),
        ("title: Example Measures, ", "", "source has no title"),
        (f"      source: {SOURCE}\n", "", "has no source"),
        ("grant.share:", "Grant.Share:", "is no name for a rule"),
    ],
)
def test_a_slip_in_a_rule_is_refused_at_its_place(make_pack: MakePack, old: str, new: str, said: str) -> None:
    spoilt = SHARE.replace(old, new)
    assert spoilt != SHARE, "the negative control: the sound text loads"
    folder = make_pack(files={"parameters/grant.yaml": spoilt})
    with pytest.raises(BadPack, match=said) as caught:
        load_pack(folder)
    assert caught.value.fields["file"] == "parameters/grant.yaml"
    assert 1 <= caught.value.fields["line"] <= spoilt.count("\n")
    assert any(said in problem.message for problem in check_pack(folder))


def test_the_sound_rule_loads(make_pack: MakePack) -> None:
    assert load_pack(make_pack()).at(date(2025, 1, 1)).reads == {}


def test_a_name_in_two_files_is_refused(make_pack: MakePack) -> None:
    folder = make_pack(files={"parameters/a.yaml": SHARE, "parameters/b.yaml": SHARE})
    with pytest.raises(BadPack, match=r"stands in parameters/a\.yaml already"):
        load_pack(folder)


def test_a_pack_must_bear_the_name_of_its_folder(make_pack: MakePack) -> None:
    folder = make_pack(files={"pack.yaml": HEAD.format(name="other", parent="null")})
    with pytest.raises(BadPack, match="not that of its folder"):
        load_pack(folder)


def test_a_folder_without_a_pack_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadPack, match="there is no pack.yaml"):
        load_pack(tmp_path)
    with pytest.raises(BadPack, match="national"):
        load_pack("atlantis")


TABLE = "code,name,since,until\nA,一,,2024-12-31\nA,二,2025-01-01,\n"
SIDECAR = f"title: {{zh: 表, en: Table}}\ncolumns: [code, name, since, until]\nsource: {SOURCE}\n"


def test_rows_hold_from_the_first_to_the_last_day_named(make_pack: MakePack) -> None:
    pack = load_pack(make_pack(files={"tables/t.csv": TABLE, "tables/t.yaml": SIDECAR}))
    assert [row["name"] for row in pack.at(date(2024, 12, 31)).table("t")] == ["一"]
    assert [row["name"] for row in pack.at(date(2025, 1, 1)).table("t")] == ["二"]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (TABLE.replace("A,二", "A,二,三"), "5 cells where the header has 4"),
        (TABLE.replace("2025-01-01", "2025-1-1"), "is no date"),
        (TABLE.replace(",2024-12-31", "2025-06-01,2024-12-31"), "lies after until"),
        (TABLE.replace("name,since", "code,since"), "stands twice in the header"),
        (TABLE.replace("code,name", "code,title"), "its sidecar says"),
        ('code,name,since,until\n"A,一,,\n', "is not CSV"),
        ("", "is empty"),
    ],
)
def test_a_damaged_table_is_refused_at_its_line(make_pack: MakePack, table: str, said: str) -> None:
    folder = make_pack(files={"tables/t.csv": table, "tables/t.yaml": SIDECAR})
    with pytest.raises(BadPack, match=said) as caught:
        load_pack(folder)
    assert caught.value.fields["file"] == "tables/t.csv"


def test_a_childs_table_replaces_or_extends(make_pack: MakePack) -> None:
    sidecar = f"title: {{zh: 表, en: T}}\nkey: [code]\ncolumns: [code, name]\nsource: {SOURCE}\n"
    make_pack("base", files={"tables/t.csv": "code,name\nA,一\nB,二\n", "tables/t.yaml": sidecar})
    own = "code,name\nB,贰\nC,三\n"
    replaced = make_pack("new", parent="base", files={"tables/t.csv": own, "tables/t.yaml": sidecar})
    more = make_pack("more", parent="base", files={"tables/t.csv": own, "tables/t.yaml": "extends: true\n" + sidecar})
    day = date(2025, 1, 1)
    assert [row["name"] for row in load_pack(replaced).at(day).table("t")] == ["贰", "三"]
    rules = load_pack(more).at(day)
    assert [row["name"] for row in rules.table("t")] == ["一", "贰", "三"]
    assert rules.reads["table:t"].startswith("sha256:")


def attempt(folder: Path) -> tuple[Pack | None, DomainError | None]:
    try:
        return load_pack(folder), None
    except DomainError as error:
        return None, error


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_spoilt_byte_gives_rules_or_a_plain_refusal(make_pack: MakePack, data: st.DataObject) -> None:
    files = {
        "parameters/grant.yaml": SHARE.encode(),
        "tables/t.csv": TABLE.encode(),
        "tables/t.yaml": SIDECAR.encode(),
        "pack.yaml": HEAD.format(name="example", parent="null").encode(),
    }
    chosen = data.draw(st.sampled_from(sorted(files)))
    content = bytearray(files[chosen])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    folder = make_pack(files={**files, chosen: bytes(content)})
    pack, refusal = attempt(folder)
    if pack is None:
        assert refusal is not None
        assert refusal.fields["file"]
        return
    for name in pack.parameters:
        pack.at(date(2026, 1, 1)).value_or_none(name)
    for name in pack.tables:
        pack.at(date(2026, 1, 1)).table(name)


@given(text=st.text(max_size=200))
def test_any_text_is_a_tree_or_a_refusal(text: str) -> None:
    with contextlib.suppress(BadPack):
        parse_yaml(text, shown="x.yaml")


def test_a_number_without_quotes_is_told_by_the_check_and_read_all_the_same(make_pack: MakePack) -> None:
    folder = make_pack(files={"parameters/a.yaml": parameter("a.b", "share", "0.05")})
    load_pack(folder)
    assert any("without quotes" in problem.message for problem in check_pack(folder))
