"""CSV and TSV: delimiters, line numbers as an editor shows them, rows that are cut or too long."""

from __future__ import annotations

import codecs
import random
import tracemalloc
from collections.abc import Iterator
from typing import BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.adapters.readers.detect import detect
from panhuo.adapters.readers.protocol import BATCH_ROWS, ReadOptions, RefusedFile, Source
from panhuo.adapters.readers.tables_csv import LONGEST_CELL
from table_files import application, csv_bytes, publication, read, source_of

HEADING = ("公开(公告)号", "标题", "摘要", "申请人")


def row(serial: int, abstract: str = "本发明公开了一种散热片。") -> tuple[str, ...]:
    return publication(serial), f"一种散热片{serial}", abstract, "云湖大学"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_told_from_the_heading(delimiter: str) -> None:
    found = read(csv_bytes([HEADING, row(1), row(2)], delimiter=delimiter))
    assert found.column("title") == ["一种散热片1", "一种散热片2"]
    assert found.rejects == []


def test_commas_in_tab_separated_text_do_not_mislead() -> None:
    found = read(csv_bytes([HEADING, row(1, "甲,乙,丙,丁,戊,己,庚,辛"), row(2, "一,二,三,四,五")], delimiter="\t"))
    assert found.column("abstract") == ["甲,乙,丙,丁,戊,己,庚,辛", "一,二,三,四,五"]


def test_inch_marks_in_tab_separated_text_are_plain_characters() -> None:
    data = f'公开(公告)号\t标题\n{publication(1)}\t"3寸管\n{publication(2)}\t5"管\n'.encode()
    assert read(data).column("title") == ['"3寸管', '5"管']


def test_rows_carry_the_line_on_which_they_begin() -> None:
    rows = [HEADING, row(1, "第一行\n第二行\r\n第三行"), row(2), row(3, "又\n一行"), row(4)]
    assert read(csv_bytes(rows)).column("row") == [2, 5, 6, 8]


def test_line_ends_may_be_mixed() -> None:
    lines = [",".join(cells) for cells in (HEADING, row(1), row(2), row(3))]
    data = f"{lines[0]}\r\n{lines[1]}\n{lines[2]}\r{lines[3]}".encode()
    found = read(data)
    assert found.column("row") == [2, 3, 4]
    assert found.rejects == []


def test_blank_rows_are_left_out_without_a_word_and_counted_in_the_numbers() -> None:
    found = read(csv_bytes([HEADING, row(1), [], ["", "", "", ""], row(2)]))
    assert found.column("row") == [2, 5]
    assert found.rejects == []


def test_a_row_with_fewer_cells_is_a_reject_with_its_line() -> None:
    found = read(csv_bytes([HEADING, row(1), row(2)[:2], row(3)]))
    assert found.column("row") == [2, 4]
    [reject] = found.rejects
    assert (reject.row, reject.code) == (3, "short_row")
    assert "has 2 cells where the heading has 4" in reject.message


def test_a_row_with_more_cells_is_a_reject_but_trailing_delimiters_are_not() -> None:
    found = read(csv_bytes([HEADING, (*row(1), "", ""), (*row(2), "多出来"), row(3)]))
    assert found.column("row") == [2, 4]
    assert [(reject.row, reject.code) for reject in found.rejects] == [(3, "long_row")]


def test_a_row_with_a_zero_character_is_a_reject() -> None:
    found = read(csv_bytes([HEADING, row(1), row(2, "坏\x00块"), row(3)]))
    assert found.column("row") == [2, 4]
    assert [(reject.row, reject.code) for reject in found.rejects] == [(3, "nul_character")]


def test_a_repeated_heading_is_left_out_and_a_sum_rejected() -> None:
    found = read(csv_bytes([HEADING, row(1), HEADING, row(2), ("合计", "2", "", "")]))
    assert found.column("row") == [2, 4]
    assert [(reject.row, reject.code) for reject in found.rejects] == [(5, "total_row")]


def test_a_row_without_a_number_is_rejected_with_what_it_says() -> None:
    found = read(csv_bytes([HEADING, ("", "一种无号产品", "", "云湖大学"), row(2)]))
    [reject] = found.rejects
    assert (reject.row, reject.code, reject.value) == (2, "no_number", "一种无号产品 | 云湖大学")


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!"])
def test_the_error_of_a_formula_costs_its_row_and_is_told_once(error: str) -> None:
    found = read(csv_bytes([HEADING, row(1, error), row(2, "#1散热片")]))
    assert found.column("abstract") == ["#1散热片"]
    [reject] = found.rejects
    assert (reject.row, reject.column, reject.value, reject.code) == (2, "摘要", error, "formula_error")


def test_a_quotation_mark_never_closed_ends_the_reading_with_its_line() -> None:
    tail = "".join(f"{publication(number)},某,{'散热' * 50},云湖大学\n" for number in range(50_000))
    data = csv_bytes([HEADING, row(1)]) + f'{publication(2)},"一种,x,y\n{tail}'.encode()
    assert len(tail) > LONGEST_CELL
    with pytest.raises(RefusedFile) as caught:
        read(data)
    assert "quotation mark" in caught.value.message
    assert caught.value.code == "damaged_table"


def test_words_for_nothing_are_missing() -> None:
    found = read(csv_bytes([HEADING, (publication(1), "-", "NULL", "/"), (publication(2), "—", "nan", "N/A")]))
    assert [set(cells) for cells in found.rows] == [{"row", "member", "publication_number"}] * 2


def test_batches_hold_at_most_their_number_of_rows_and_never_lose_one() -> None:
    found = read(csv_bytes([HEADING, *(row(serial) for serial in range(BATCH_ROWS * 2 + 7))]))
    assert [len(batch) for batch in found.batches] == [BATCH_ROWS, BATCH_ROWS, 7]
    assert found.column("row") == list(range(2, BATCH_ROWS * 2 + 9))


def test_the_same_bytes_give_the_same_batches() -> None:
    data = csv_bytes([HEADING, *(row(serial) for serial in range(300)), ("", "无号", "", ""), row(4)])
    first, second = read(data), read(data)
    assert [(batch.columns, list(batch.rows)) for batch in first.batches] == [
        (batch.columns, list(batch.rows)) for batch in second.batches
    ]
    assert first.rejects == second.rejects


def test_numbers_that_were_dressed_up_for_a_spreadsheet_are_undressed() -> None:
    number = application(5)
    data = f'申请号,标题\n="{number}",甲\n\'{application(6)},乙\n"=""{application(7)}""",丙\n'.encode()
    assert read(data).column("application_number") == [number, application(6), application(7)]


def test_prose_with_commas_is_no_table() -> None:
    prose = "# 说明\n\n本表有 公开(公告)号, 标题, 摘要, 申请人 四列。\n缺的写 - 。多值用 ; 连接, 见第二页, 谢谢。\n第三段, 只有一个逗号。\n"
    with pytest.raises(RefusedFile) as caught:
        read(prose.encode())
    assert caught.value.code == "unknown_format"


class _Endless:
    """A table that is made while it is read, so that only what is held counts as memory."""

    def __init__(self, rows: int) -> None:
        head = csv_bytes([HEADING])
        block = csv_bytes([row(serial, "本发明公开了一种散热片。" * 20) for serial in range(1000)])
        self.size, self._blocks = len(head) + len(block) * (rows // 1000), rows // 1000
        self._head, self._block = head, block

    def open(self) -> BinaryIO:
        import io

        def raw() -> Iterator[bytes]:
            yield self._head
            for _ in range(self._blocks):
                yield self._block

        class Stream(io.RawIOBase):
            def __init__(self) -> None:
                self.parts, self.left = raw(), b""

            def readable(self) -> bool:
                return True

            def seekable(self) -> bool:
                return True

            def seek(self, offset: int, whence: int = 0) -> int:
                assert offset == 0
                return 0

            def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
                if not self.left:
                    self.left = next(self.parts, b"")
                taken = self.left[: len(buffer)]
                buffer[: len(taken)] = taken
                self.left = self.left[len(taken) :]
                return len(taken)

        return cast(BinaryIO, io.BufferedReader(Stream()))


def test_a_large_table_is_read_in_little_memory() -> None:
    made = _Endless(100_000)
    source = Source("big.csv", made.size, made.open)
    assert made.size > 60 << 20
    tracemalloc.start()
    reader = detect(source).reader
    rows = sum(len(item) for item in reader.read(source, ReadOptions()))  # type: ignore[arg-type]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows == 100_000
    assert peak < 40 << 20


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\x00\ufeff", exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=60)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=20), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_what_a_csv_writer_wrote_comes_back_stripped(cells: list[tuple[str, str]], encoding: str) -> None:
    rows = [
        (publication(serial), f"标题{title}完", f"摘要{abstract}完") for serial, (title, abstract) in enumerate(cells)
    ]
    data = csv_bytes([HEADING[:3], *rows], encoding=encoding)
    if encoding == "utf-16":
        assert data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    found = read(source_of(data))
    assert found.column("title") == [title for _, title, _ in rows]
    assert found.column("abstract") == [abstract for _, _, abstract in rows]


def test_order_of_columns_does_not_matter() -> None:
    dice = random.Random(20261122)
    order = list(range(4))
    dice.shuffle(order)
    data = csv_bytes([[cells[place] for place in order] for cells in (HEADING, row(1), row(2))])
    assert read(data).rows == read(csv_bytes([HEADING, row(1), row(2)])).rows
