"""A pack as at a day: values by date, refusals, what was read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.rules import BadPack, NotInForce, Provenance, Status, Unit, UnknownRule, WrongUnit, load_pack
from panhuo.rules.values import DatedValue, Parameter
from rules.pack_files import SHARE, MakePack, parameter


def test_a_value_holds_from_its_day_until_the_next(make_pack: MakePack) -> None:
    pack = load_pack(make_pack())
    assert pack.at(date(2024, 12, 31)).value("grant.share") == Decimal("0.05")
    assert pack.at(date(2025, 1, 1)).value("grant.share") == Decimal("0.10")


def test_before_its_first_day_a_rule_refuses_with_what_to_do(make_pack: MakePack) -> None:
    rules = load_pack(make_pack()).at(date(2022, 12, 31))
    with pytest.raises(NotInForce) as caught:
        rules.value("grant.share")
    assert caught.value.message == (
        "grant.share has no value on 2022-12-31 in pack example: its first is from 2023-01-01. "
        "Ask for a later day, or add the earlier value with its source."
    )
    assert caught.value.fields == {"name": "grant.share", "day": date(2022, 12, 31), "pack": "example"}
    assert caught.value.code == "not_in_force"


def test_a_repealed_rule_refuses_and_says_from_when(make_pack: MakePack) -> None:
    rules = load_pack(make_pack()).at(date(2027, 1, 1))
    with pytest.raises(NotInForce, match="set to none from 2027-01-01"):
        rules.value("grant.share")
    assert rules.value_or_none("grant.share") is None
    assert rules.reads == {"grant.share": ""}


def test_an_unknown_name_refuses_and_names_its_neighbour(make_pack: MakePack) -> None:
    with pytest.raises(UnknownRule, match=r"Did you mean grant\.share\?"):
        load_pack(make_pack()).at(date(2025, 1, 1)).value("grant.shares")


def test_what_was_read_is_remembered_and_a_second_asker_starts_empty(make_pack: MakePack) -> None:
    pack = load_pack(make_pack())
    rules = pack.at(date(2025, 6, 1))
    assert rules.reads == {}
    rules.value("grant.share")
    assert rules.reads == {"grant.share": "0.10"}
    assert pack.at(date(2025, 6, 1)).reads == {}


@pytest.mark.parametrize(
    ("unit", "written", "value", "reads"),
    [
        ("share", '"0.150"', Decimal("0.150"), "0.150"),
        ("cny", '"10000000"', Decimal(10000000), "10000000"),
        ("years", '"3"', 3, "3"),
        ("days", '"60"', 60, "60"),
        ("flag", "true", True, "true"),
        ("flag", "false", False, "false"),
        ("text", '"equal_split"', "equal_split", "equal_split"),
        ("words", "[university, hospital]", ("university", "hospital"), "university;hospital"),
        ("numbers", '["0.5", "0.8"]', ("0.5", "0.8"), "0.5;0.8"),
    ],
)
def test_a_unit_decides_the_type(make_pack: MakePack, unit: str, written: str, value: object, reads: str) -> None:
    folder = make_pack(files={"parameters/a.yaml": parameter("a.b", unit, written)})
    rules = load_pack(folder).at(date(2025, 1, 1))
    found = rules.value("a.b")
    assert found == value
    assert type(found) is type(value)
    assert rules.reads == {"a.b": reads}


def test_a_share_keeps_its_digits_exactly(make_pack: MakePack) -> None:
    folder = make_pack(files={"parameters/a.yaml": parameter("a.b", "share", '"0.1"')})
    assert load_pack(folder).at(date(2025, 1, 1)).decimal("a.b") * 3 == Decimal("0.3")


def test_asked_for_as_another_type_a_rule_refuses(make_pack: MakePack) -> None:
    files = {
        "parameters/a.yaml": parameter("a.flag", "flag", "true")
        + parameter("a.text", "text", '"x"')
        + parameter("a.years", "years", '"3"')
    }
    rules = load_pack(make_pack(files=files)).at(date(2025, 1, 1))
    assert rules.flag("a.flag") is True
    assert rules.decimal("a.years") == Decimal(3)
    for ask in (rules.integer, rules.decimal, rules.words, rules.text):
        with pytest.raises(WrongUnit, match="flag"):
            ask("a.flag")
    with pytest.raises(WrongUnit):
        rules.flag("a.text")


def test_a_child_sees_its_parents_values_and_replaces_one_by_its_name(make_pack: MakePack) -> None:
    make_pack("base", files={"parameters/a.yaml": SHARE + parameter("a.years", "years", '"3"')})
    child = make_pack("child", parent="base", files={"parameters/b.yaml": parameter("a.years", "years", '"2"')})
    rules = load_pack(child).at(date(2025, 1, 1))
    assert rules.value("grant.share") == Decimal("0.10")
    assert rules.value("a.years") == 2
    assert rules.pack == "child"


def test_the_digest_changes_with_a_parents_file_and_not_with_a_case(make_pack: MakePack) -> None:
    base = make_pack("base")
    child = make_pack("child", parent="base", files={})
    first = load_pack(child).digest
    assert load_pack(child).digest == first
    (child / "cases").mkdir()
    (child / "cases" / "a.yaml").write_text("[]", encoding="utf-8")
    assert load_pack(child).digest == first
    (base / "parameters/grant.yaml").write_text(SHARE.replace("0.05", "0.06"), encoding="utf-8")
    assert load_pack(child).digest != first
    assert load_pack(child).at(date(2024, 1, 1)).value("grant.share") == Decimal("0.06")


def test_an_unchanged_pack_is_read_once(make_pack: MakePack) -> None:
    folder = make_pack()
    assert load_pack(folder) is load_pack(str(folder) + "/")


def test_parents_in_a_circle_are_refused(make_pack: MakePack) -> None:
    make_pack("one", parent="two", files={})
    with pytest.raises(BadPack, match="circle"):
        load_pack(make_pack("two", parent="one", files={}))


def test_a_parent_that_nobody_has_is_refused(make_pack: MakePack) -> None:
    with pytest.raises(BadPack, match="nowhere is no pack"):
        load_pack(make_pack(parent="nowhere"))
    with pytest.raises(BadPack, match="no pack name"):
        load_pack(make_pack("other", parent="../../etc"))


def test_the_status_of_a_value_and_of_a_pack_can_be_asked(make_pack: MakePack) -> None:
    pack = load_pack(make_pack())
    assert pack.status_of("grant.share") is Status.EXAMPLE
    source = pack.at(date(2025, 1, 1)).source_of("grant.share")
    assert (source.title, source.article, source.checked) == ("Example Measures", "7", date(2025, 2, 11))


def test_supposing_changes_a_copy_and_shows(make_pack: MakePack) -> None:
    rules = load_pack(make_pack()).at(date(2025, 1, 1))
    supposed = rules.supposing({"grant.share": Decimal("0.5")})
    assert supposed.value("grant.share") == Decimal("0.5")
    assert supposed.supposed == {"grant.share": Decimal("0.5")}
    assert rules.value("grant.share") == Decimal("0.10")
    with pytest.raises(UnknownRule):
        rules.supposing({"grant.nothing": 1})


def test_a_further_file_is_found_in_the_parent_and_never_outside(make_pack: MakePack, tmp_path: Path) -> None:
    make_pack("base", files={"text/words.txt": "盘活"})
    child = load_pack(make_pack("child", parent="base", files={}))
    assert child.file("text/words.txt").read_text(encoding="utf-8") == "盘活"
    (tmp_path / "secret.txt").write_text("x", encoding="utf-8")
    with pytest.raises(BadPack, match="leads out"):
        child.file("../secret.txt")
    with pytest.raises(UnknownRule):
        child.file("text/none.txt")


def weights(first: str, second: str) -> str:
    return parameter("score.weight.legal", "weight", f'"{first}"') + parameter(
        "score.weight.technical", "weight", f'"{second}"'
    )


def test_weights_that_sum_to_one_are_taken(make_pack: MakePack) -> None:
    folder = make_pack(files={"parameters/score.yaml": weights("0.4", "0.6")})
    assert load_pack(folder).at(date(2025, 1, 1)).decimal("score.weight.legal") == Decimal("0.4")


def test_weights_that_do_not_sum_to_one_are_refused(make_pack: MakePack) -> None:
    folder = make_pack(files={"parameters/score.yaml": weights("0.4", "0.61")})
    with pytest.raises(BadPack, match=r"score\.weight\.\* sum to 1\.01 from 2023-01-01"):
        load_pack(folder)


def test_a_child_that_unbalances_its_parents_weights_is_refused(make_pack: MakePack) -> None:
    make_pack("base", files={"parameters/score.yaml": weights("0.4", "0.6")})
    only = parameter("score.weight.legal", "weight", '"0.5"')
    with pytest.raises(BadPack, match=r"sum to 1\.1"):
        load_pack(make_pack("child", parent="base", files={"parameters/score.yaml": only}))


@given(
    days=st.lists(st.dates(date(2000, 1, 1), date(2040, 1, 1)), min_size=1, max_size=6, unique=True),
    asked=st.dates(date(1995, 1, 1), date(2045, 1, 1)),
)
def test_the_value_of_a_day_is_the_last_that_began(days: list[date], asked: date) -> None:
    ordered = sorted(days)
    source = Provenance("t", Status.EXAMPLE, date(2025, 1, 1))
    held = tuple(DatedValue(day, number, source) for number, day in enumerate(ordered))
    found = Parameter("a", {}, Unit.COUNT, held, "p", "f", 1).on(asked)
    before = [number for number, day in enumerate(ordered) if day <= asked]
    assert (found.value if found else None) == (before[-1] if before else None)
    if found is not None:
        assert found.since <= asked
        assert not any(found.since < day <= asked for day in ordered)
