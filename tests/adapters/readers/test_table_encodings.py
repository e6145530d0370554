"""Encodings: told from the bytes, with evidence, and never a wrong character in silence."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.adapters.readers.encodings import open_text, text_shape
from panhuo.adapters.readers.protocol import RefusedFile
from table_files import csv_bytes, publication, read, source_of

HEADING = ("公开(公告)号", "标题", "申请(专利权)人")
ROWS = [HEADING, (publication(7), "一种㐀形支架", "云湖大学"), (publication(8), "𠮷字轴承", "云湖轴承有限公司")]
TITLES = ["一种㐀形支架", "𠮷字轴承"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (csv_bytes(ROWS), "UTF-8, decoded"),
        (codecs.BOM_UTF8 + csv_bytes(ROWS), "UTF-8 with byte-order mark"),
        (codecs.BOM_UTF16_LE + csv_bytes(ROWS, encoding="utf-16-le"), "UTF-16 LE with byte-order mark"),
        (codecs.BOM_UTF16_BE + csv_bytes(ROWS, encoding="utf-16-be"), "UTF-16 BE with byte-order mark"),
        (csv_bytes(ROWS, encoding="utf-16-le"), "UTF-16 LE by its zero bytes"),
        (csv_bytes(ROWS, encoding="utf-16-be"), "UTF-16 BE by its zero bytes"),
        (codecs.BOM_UTF32_LE + csv_bytes(ROWS, encoding="utf-32-le"), "UTF-32 LE with byte-order mark"),
        (csv_bytes(ROWS, encoding="gb18030"), "GB18030, decoded strictly"),
        (b"\x84\x31\x95\x33" + csv_bytes(ROWS, encoding="gb18030"), "GB18030 with byte-order mark"),
    ],
)
def test_each_encoding_gives_the_same_rows_and_is_named(data: bytes, said: str) -> None:
    found = read(data)
    assert found.column("title") == TITLES
    assert found.column("row") == [2, 3]
    assert said in found.detection.because


def test_plain_gbk_cannot_hold_these_rows() -> None:
    with pytest.raises(UnicodeEncodeError):  # the control: why GB18030 is tried and not GBK
        csv_bytes(ROWS, encoding="gbk")


ALL_HANZI = [
    chr(code)
    for first, last in ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x2A6DF))
    for code in range(first, last + 1)
]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
def test_every_hanzi_of_three_blocks_survives(encoding: str) -> None:
    lines = [ALL_HANZI[at : at + 50] for at in range(0, len(ALL_HANZI), 50)]
    rows = [HEADING, *((publication(number), "".join(line), "云湖大学") for number, line in enumerate(lines))]
    found = read(csv_bytes(rows, encoding=encoding))
    seen = "".join(str(title) for title in found.column("title"))
    assert len(ALL_HANZI) > 70_000
    assert sum(one != other for one, other in zip(seen, ALL_HANZI, strict=True)) == 0
    assert found.rejects == []


def test_characters_that_the_codec_leaves_private_come_out_as_unicode_has_them_now() -> None:
    data = csv_bytes([HEADING, (publication(7), "@标@", "云湖大学")], encoding="gb18030").replace(b"@", b"\xfe\x59")
    assert b"\xfe\x59".decode("gb18030") == "\ue81e"  # the control: what Python alone makes of it
    assert read(data).column("title") == ["\u9fb4标\u9fb4"]


def test_western_letters_are_refused_and_not_turned_into_hanzi() -> None:
    data = "publication_number,title,owner\nSE1,Lager för vätska,Björn Åkesson\nSE2,Kran,Bäckström\n".encode("latin-1")
    assert "鰎" in data.decode("gb18030")  # the control: strict decoding alone would let it pass
    with pytest.raises(RefusedFile) as caught:
        read(data)
    assert caught.value.code == "unknown_encoding"
    assert "does not look like Chinese" in caught.value.message


def test_chinese_under_english_headings_is_believed_for_its_share_of_common_characters() -> None:
    rows = [("publication_number", "title"), (publication(7), "一种用于电池的散热装置及其制备方法")]
    found = read(csv_bytes(rows, encoding="gb18030"))
    assert found.column("title") == [rows[1][1]]
    assert "100% of" in found.detection.because


def test_rare_characters_under_english_headings_are_asked_about_and_not_guessed() -> None:
    rows = [("publication_number", "title"), (publication(7), "㐀㐁㐂㐃㐄㐅㐆")]
    with pytest.raises(RefusedFile, match="Save it as UTF-8"):
        read(csv_bytes(rows, encoding="gb18030"))


def test_bytes_that_no_candidate_takes_are_refused_with_their_place() -> None:
    data = csv_bytes(ROWS, encoding="gb18030") + b"CN1,\x80\xff,\n"
    with pytest.raises(RefusedFile) as caught:
        read(data)
    assert caught.value.code == "unknown_encoding"
    place = len(csv_bytes(ROWS, encoding="gb18030")) + 4
    assert caught.value.fields["byte"] == place
    assert f"byte {place:,}" in caught.value.message


def test_a_byte_order_mark_that_the_rest_contradicts_is_refused_with_the_place() -> None:
    good = codecs.BOM_UTF8 + csv_bytes(ROWS)
    with pytest.raises(RefusedFile) as caught:
        read(good + b"\xb9\xab\xbf\xaa\n")
    assert caught.value.fields["byte"] == len(good)


def test_files_put_together_from_two_encodings_are_refused() -> None:
    data = csv_bytes(ROWS, encoding="gb18030") + csv_bytes([(publication(9), "轴承座安装结构件", "")])
    assert data.decode("gb18030")  # the control: it decodes, into rubbish
    with pytest.raises(RefusedFile) as caught:
        read(data)
    assert caught.value.code == "mixed_encodings"


def test_the_place_is_right_beyond_the_first_megabyte() -> None:
    filler = csv_bytes([HEADING, *((publication(number), "散热" * 40, "云湖大学") for number in range(9_000))])
    assert len(filler) > 2 << 20
    with pytest.raises(RefusedFile) as caught:
        text_shape(source_of(filler + b"\xff\xff"))
    # 0xff is no lead byte in either encoding; GB18030 fails earlier or there, the later place is named
    assert caught.value.fields["byte"] == len(filler)


def test_a_line_without_end_is_refused_before_it_is_held() -> None:
    with pytest.raises(RefusedFile) as caught:
        read(b"publication_number,title\n" + b"x" * (18 << 20))
    assert caught.value.code == "endless_line"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\ufeff\x00"), min_size=1))
def test_what_is_written_as_utf8_is_read_as_written(text: str) -> None:
    data = ("公开号：" + text).encode()
    shape = text_shape(source_of(data))
    with open_text(source_of(data), shape) as handle:
        assert handle.read() == "公开号：" + text
