"""Files are cut into pieces the same way whatever the size of the reads, and memory stays bounded."""

from __future__ import annotations

import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile.documents import exchange_document, exchange_file, uspto_grant
from hostile.sources import by_name, bytes_source
from panhuo.adapters.readers import xml_reader, xml_stream
from panhuo.adapters.readers.protocol import ReadOptions, RefusedFile, Source
from panhuo.adapters.readers.xml_reader import MOST_BROKEN
from panhuo.adapters.readers.xml_readers import XML_READERS
from panhuo.adapters.readers.xml_safe import parse, text, without
from panhuo.adapters.readers.xml_stream import Piece, documents, records
from panhuo.engine.records.raw import RawBatch, Reject


@given(st.integers(1, 400), st.integers(1, 4))
def test_documents_are_the_same_for_every_size_of_read(size: int, count: int) -> None:
    content = b"".join(uspto_grant(f"0999000{at}") for at in range(count))
    with pytest.MonkeyPatch.context() as patch:
        whole = list(documents(bytes_source(content)))
        patch.setattr(xml_stream, "CHUNK", size)
        assert list(documents(bytes_source(content))) == whole
    assert len(whole) == count
    assert b"".join(piece.data for piece in whole) == content


@given(st.integers(1, 400), st.integers(1, 4))
def test_records_are_the_same_for_every_size_of_read(size: int, count: int) -> None:
    content = exchange_file(*(exchange_document(str(113_999_990 + at)) for at in range(count)))
    with pytest.MonkeyPatch.context() as patch:
        whole = list(records(bytes_source(content), "exchange-document"))
        patch.setattr(xml_stream, "CHUNK", size)
        assert list(records(bytes_source(content), "exchange-document")) == whole
    assert [piece.number for piece in whole] == list(range(1, count + 1))
    assert whole[-1].line == 3 + (count - 1) * exchange_document().count("\n")
    for piece in whole:
        parse(piece)


def test_files_with_marks_put_one_behind_the_other_are_told_apart() -> None:
    mark = b"\xef\xbb\xbf"
    content = b"".join(mark + uspto_grant(f"0999000{at}") for at in range(3))
    pieces = list(documents(bytes_source(content)))
    assert [piece.data[:5] for piece in pieces] == [mark + b"<?"] * 3
    assert [text(parse(piece).find(".//doc-number")) for piece in pieces] == ["09990000", "09990001", "09990002"]


def test_a_declaration_inside_a_line_does_not_begin_a_document() -> None:
    content = b'<?xml version="1.0"?>\n<a><![CDATA[say <?xml version="1.0"?> here]]></a>\n'
    assert len(list(documents(bytes_source(content)))) == 1


def test_a_document_too_large_is_left_out_and_the_next_is_read() -> None:
    content = uspto_grant() + uspto_grant(title="k" * 40_000) + uspto_grant("09990003")
    pieces = list(documents(bytes_source(content), largest=20_000))
    assert [piece.problem for piece in pieces] in (["", "piece_too_large", ""], ["", "", ""])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xml_stream, "CHUNK", 1_000)
        pieces = list(documents(bytes_source(content), largest=20_000))
    assert [piece.problem for piece in pieces] == ["", "piece_too_large", ""]
    assert pieces[1].line == uspto_grant().count(b"\n") + 1
    assert pieces[2].line == pieces[1].line + uspto_grant().count(b"\n")


class _Endless(io.RawIOBase):
    """Grants that lie nowhere: made when read."""

    def __init__(self, count: int) -> None:
        self.count = self.left = count
        self.rest = b""

    def seek(self, offset: int, whence: int = 0) -> int:
        assert (offset, whence) == (0, 0)
        self.left, self.rest = self.count, b""
        return 0

    def read(self, size: int = -1) -> bytes:
        while len(self.rest) < size and self.left:
            self.left -= 1
            self.rest += uspto_grant()
        chunk, self.rest = self.rest[:size], self.rest[size:]
        return chunk


def _peak_of(count: int) -> int:
    source = Source("bulk.xml", 0, lambda: _Endless(count))  # type: ignore[arg-type,return-value]
    tracemalloc.start()
    rows = 0
    for batch in by_name(XML_READERS, "uspto_grant_xml").read(source, ReadOptions()):
        assert isinstance(batch, RawBatch)
        rows += len(batch)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert rows == count
    return peak


def test_memory_does_not_grow_with_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_reader, "BATCH_ROWS", 50)
    monkeypatch.setattr(xml_stream, "CHUNK", 1 << 14)
    _peak_of(60)  # caches
    assert _peak_of(400) < 2 * _peak_of(100)


def test_a_file_of_rubbish_documents_is_given_up() -> None:
    content = b"\n".join(b'<?xml version="1.0"?><us-patent-grant>' for _ in range(MOST_BROKEN + 5))
    with pytest.raises(RefusedFile) as caught:
        list(by_name(XML_READERS, "uspto_grant_xml").read(bytes_source(content), ReadOptions()))
    assert caught.value.code == "damaged_file"


def test_fewer_broken_ones_than_that_are_rejects() -> None:
    content = b"\n".join(b'<?xml version="1.0"?><us-patent-grant>' for _ in range(30)) + b"\n" + uspto_grant()
    found = list(by_name(XML_READERS, "uspto_grant_xml").read(bytes_source(content), ReadOptions()))
    assert [type(item) for item in found] == [Reject] * 30 + [RawBatch]


def test_what_is_cut_out_keeps_the_lines() -> None:
    data = b"<a>\n<p:description x='1'>\nlong\n</p:description>\n<b/>\n</a>"
    assert without(data, "description") == b"<a>\n<p:description x='1'>\n\n</p:description>\n<b/>\n</a>"
    assert without(b"<a>description</a>", "description") == b"<a>description</a>"
    assert without(b"<a><descriptions>x</descriptions></a>", "description") == b"<a><descriptions>x</descriptions></a>"


def test_blanks_collapse_to_one_and_to_none_between_hanzi() -> None:
    root = parse(Piece(1, 1, "<a> 一种\n  茶叶 <b>x</b>\ty  </a>".encode()))
    assert text(root) == "一种茶叶 x y"
