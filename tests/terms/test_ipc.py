"""Class symbols: all shapes, sort keys that sort as the scheme, ranges that are not text prefixes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.terms.errors import BadValue
from panhuo.terms.ipc import IpcLevel, IpcSymbol, ipc_range, parse_cpc, parse_ipc

SYMBOLS = st.builds(
    lambda section, number, letter, group, subgroup: f"{section}{number:02d}{letter}{group}/{subgroup}",
    st.sampled_from("ABCDEFGH"),
    st.integers(1, 99),
    st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    st.integers(1, 9999),
    st.one_of(
        st.integers(0, 99).map(lambda n: f"{n:02d}"),
        st.integers(100, 999_999).map(str).filter(lambda text: not text.endswith("0")),
    ),
)


def read(text: str) -> IpcSymbol | BadValue:
    try:
        return parse_ipc(text)
    except BadValue as refused:
        return refused


@pytest.mark.parametrize(
    "text",
    [
        "G06N 3/08",
        "G06N3/08",
        "g06n3/08",
        "G06N0003080000",
        "G06N 3/08 (2006.01)",
        "G06N3/08(2023.01)I",
        "G06N003/08",
        "G06N 3 / 08",
        "Ｇ０６Ｎ３／０８",
        " G06N\u30003/08 ",
        "G06N-3/08",
    ],
)
def test_all_shapes_of_one_symbol_are_one(text: str) -> None:
    symbol = parse_ipc(text)
    assert symbol == IpcSymbol("G", "G06", "G06N", 3, "08")
    assert symbol.text == "G06N3/08"
    assert symbol.sort_key == "G06N0003080000"
    assert symbol.level is IpcLevel.SYMBOL


@pytest.mark.parametrize(
    ("text", "level", "key"),
    [
        ("G", IpcLevel.SECTION, "G0000000000000"),
        ("G06", IpcLevel.IPC_CLASS, "G0600000000000"),
        ("G06N", IpcLevel.SUBCLASS, "G06N0000000000"),
        ("G06N3", IpcLevel.GROUP, "G06N0003000000"),
        ("G06N 3", IpcLevel.GROUP, "G06N0003000000"),
        ("G06N3/00", IpcLevel.SYMBOL, "G06N0003000000"),
        ("A61K31/4164", IpcLevel.SYMBOL, "A61K0031416400"),
        ("C12N2310/3519", IpcLevel.SYMBOL, "C12N2310351900"),
    ],
)
def test_truncated_symbols_have_a_level_and_stand_first(text: str, level: IpcLevel, key: str) -> None:
    symbol = parse_ipc(text)
    assert (symbol.level, symbol.sort_key) == (level, key)


@given(SYMBOLS)
def test_text_and_sort_key_read_back(text: str) -> None:
    symbol = parse_ipc(text)
    assert symbol.text == text
    assert parse_ipc(symbol.text) == symbol
    assert parse_ipc(symbol.sort_key) == symbol
    assert len(symbol.sort_key) == 14


@given(st.lists(SYMBOLS, min_size=2, max_size=10))
def test_sort_keys_sort_as_the_scheme(texts: list[str]) -> None:
    def by_scheme(text: str) -> tuple[str, int, str]:
        """Subgroups are decimals: 08 stands before 085, that before 09."""
        return text[:4], int(text[4:].split("/")[0]), text.split("/")[1]

    assert sorted(texts, key=lambda text: parse_ipc(text).sort_key) == sorted(texts, key=by_scheme)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "I06N3/08",
        "Y02E60/10",
        "G6N3/08",
        "G06N3/8",
        "G06N3/",
        "G06N/08",
        "G06N00000/08",
        "G06N0/08",
        "G00N3/08",
        "G06N3/0800000",
        "G06N3/08;G06F11/36",
        "06-01",
        "=G06N3/08",
    ],
)
def test_what_is_no_symbol_is_refused(text: str) -> None:
    with pytest.raises(BadValue) as caught:
        parse_ipc(text)
    assert caught.value.code == "bad_ipc"


@given(st.text(max_size=15))
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    found = read(text)
    if isinstance(found, BadValue):
        assert found.code == "bad_ipc"
    else:
        assert parse_ipc(found.text) == found


def test_section_y_is_of_the_cpc_only() -> None:
    assert parse_cpc("Y02E60/10").sort_key == "Y02E0060100000"
    with pytest.raises(BadValue, match="CPC"):
        parse_ipc("Y02E60/10")


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("G06N3/08", ["G06N3/08"], ["G06N3/082", "G06N3/09", "G06N3/00", "G06N30/08"]),
        ("G06F11*", ["G06F11/00", "G06F11/36", "G06F11/999999"], ["G06F110/00", "G06F1/11", "G06F12/00"]),
        ("G06F11", ["G06F11/00", "G06F11/36"], ["G06F110/00"]),
        ("H04L1*", ["H04L1/00", "H04L1/24"], ["H04L12/28", "H04L2/00"]),
        ("H03C*", ["H03C1/00", "H03C9999/99"], ["H03B1/00", "H03D1/00"]),
        ("C08*", ["C08A1/00", "C08L71/02"], ["C07Z1/00", "C09A1/00"]),
        ("G*", ["G01A1/00", "G99Z1/00"], ["F99Z1/00", "H01L1/00"]),
        ("G06N3/08*", ["G06N3/08", "G06N3/082", "G06N3/0895"], ["G06N3/09", "G06N3/07"]),
        ("F24S90*", ["F24S90/00"], ["F24S9/00", "F24S900/00"]),
        ("c08f 4 *", ["C08F4/64"], ["C08F40/00"]),
        ("G06F9/99", ["G06F9/99"], ["G06F9/991", "G06F10/00"]),
        ("Y02E*", ["Y02E60/10"], ["Y02D1/00"]),
        ("C99*", ["C99Z1/00"], ["D01A1/00"]),
    ],
)
def test_patterns_hold_what_they_mean(pattern: str, inside: list[str], outside: list[str]) -> None:
    first, last = ipc_range(pattern)
    assert all(first <= parse_cpc(text).sort_key < last for text in inside)
    assert not any(first <= parse_cpc(text).sort_key < last for text in outside)


def test_a_text_prefix_would_take_in_a_foreign_group() -> None:
    """Negative control of the test above: this is why patterns are not prefixes of the text."""
    assert "H04L12/28".startswith("H04L1")


@given(SYMBOLS, SYMBOLS)
def test_a_whole_symbol_as_pattern_holds_itself_alone(text: str, other: str) -> None:
    first, last = ipc_range(text)
    assert first <= parse_ipc(text).sort_key < last
    assert (first <= parse_ipc(other).sort_key < last) == (other == text)


@given(SYMBOLS, SYMBOLS)
def test_a_group_as_pattern_holds_its_group_alone(text: str, other: str) -> None:
    symbol, another = parse_ipc(text), parse_ipc(other)
    first, last = ipc_range(f"{symbol.subclass}{symbol.group}*")
    same = (another.subclass, another.group) == (symbol.subclass, symbol.group)
    assert (first <= another.sort_key < last) == same


@pytest.mark.parametrize("pattern", ["", "*", "G06*N", "G06N3/08(2006.01)", "G06N3/*8", "X12*", "G06N**", "G06N?"])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(BadValue) as caught:
        ipc_range(pattern)
    assert caught.value.code == "bad_ipc"
