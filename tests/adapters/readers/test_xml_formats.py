"""Which XML is recognised, which is known and refused, PatSnap's flat documents, and what holds for all readers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile.documents import OLDER, good_documents, ops_description, patsnap_flat
from hostile.sources import ReadOut, by_name, bytes_source, surest
from panhuo.adapters.readers.protocol import ReadOptions, RefusedFile
from panhuo.adapters.readers.xml_head import head_of
from panhuo.adapters.readers.xml_readers import XML_READERS
from panhuo.engine.records.fields import MANY, PATENT_FIELDS


@pytest.mark.parametrize("name", sorted(good_documents()))
def test_each_format_is_recognised_by_its_own_reader_alone(name: str) -> None:
    found = surest(XML_READERS, bytes_source(good_documents()[name]))
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("name", sorted(good_documents()))
def test_rows_carry_known_fields_with_many_values_as_lists(name: str) -> None:
    out = ReadOut(by_name(XML_READERS, name), bytes_source(good_documents()[name]))
    assert out.rows
    for row in out.rows:
        assert set(row) <= set(PATENT_FIELDS)
        assert {field for field, value in row.items() if isinstance(value, list)} == set(row) & MANY
        assert row["publication_number"]


@pytest.mark.parametrize("name", sorted(good_documents()))
def test_the_same_bytes_give_the_same_batches(name: str) -> None:
    reader, content = by_name(XML_READERS, name), good_documents()[name]
    first, second = (list(reader.read(bytes_source(content), ReadOptions())) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", sorted(OLDER))
def test_older_and_foreign_formats_are_known_and_refused_with_the_reason(name: str) -> None:
    source = bytes_source(OLDER[name], "given.xml")
    found = surest(XML_READERS, source)
    assert found is not None
    assert (found.name, found.kinds) == (name, ())
    with pytest.raises(RefusedFile) as caught:
        list(found.read(source, ReadOptions()))
    assert caught.value.message.startswith("given.xml is ")
    assert caught.value.code != RefusedFile.code


def test_older_generations_say_what_to_use_instead() -> None:
    for name in ("uspto_aps_text", "uspto_sgml", "uspto_pap"):
        with pytest.raises(RefusedFile, match="XML v4") as caught:
            list(by_name(XML_READERS, name).read(bytes_source(OLDER[name]), ReadOptions()))
        assert caught.value.code == "older_generation"


def test_an_ops_description_is_refused_for_having_no_bibliographic_data() -> None:
    source = bytes_source(ops_description())
    found = surest(XML_READERS, source)
    assert found is not None
    with pytest.raises(RefusedFile) as caught:
        list(found.read(source, ReadOptions()))
    assert caught.value.code == "no_bibliographic_data"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<",
        b"<?xml version='1.0'?>",
        b"<query><title>Washers</title></query>",
        b"<doc><str name='x'>1</str></doc>",
        b"PATN",
        b"US1 US2",
        b"\x00" * 99,
        b"<html><body>us-patent-grant</body></html>",
        "公开号,标题\nCN1,窑\n".encode(),
    ],
)
def test_what_is_no_patent_file_is_nobodys(content: bytes) -> None:
    assert surest(XML_READERS, bytes_source(content)) is None


def test_every_reader_says_what_it_looks_for() -> None:
    names = [reader.name for reader in XML_READERS]
    assert len(set(names)) == len(names)
    assert all(reader.label and reader.looked_for for reader in XML_READERS)


def test_a_flat_document_keeps_the_english_abstract_beside_the_chinese_one() -> None:
    (row,) = ReadOut(by_name(XML_READERS, "patsnap_flat_xml"), bytes_source(patsnap_flat())).rows
    assert (row["abstract"], row["abstract_en"]) == ("一种带输送带的窑。", "A kiln with a belt.")
    assert row["title"] == "KILN FOR BRICKS"
    assert "title_en" not in row
    assert row["owners"] == row["applicants"] == ["YUNHU KILN WORKS LTD.", "QINGSHAN BRICK CO."]
    assert row["ipc"] == ["F27B9/00", "C04B35/64"]
    assert row["family_members"] == ["US9990001B2", "CN113999999A"]
    assert (row["cited_by_count"], row["cited_by_3y_count"]) == ("3", "1")
    assert row["priority_numbers"] == ["CN201510099999"]


def test_a_flat_document_of_another_kind_gives_nothing() -> None:
    content = patsnap_flat().replace(b"Patent Number", b"Paper Number").replace(b"Application Number", b"Shelf")
    assert ReadOut(by_name(XML_READERS, "patsnap_flat_xml"), bytes_source(content)).rows == []


@given(st.binary(max_size=300))
def test_no_bytes_break_the_look_at_a_head(content: bytes) -> None:
    head_of(content)
    for reader in XML_READERS:
        assert 0 <= reader.sniff(bytes_source(content)).certainty <= 100


@given(
    st.text("<!?-[]>\"' aDOCTYPEx/=:%;&", max_size=200),
    st.sampled_from(["", "<?xml version='1.0'?>", "<!DOCTYPE a [", "<!--"]),
)
def test_no_prolog_breaks_the_look_at_a_head(content: str, before: str) -> None:
    head_of((before + content).encode())


def test_the_root_is_found_behind_comments_instructions_and_a_document_type() -> None:
    prolog = b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- <a> -->\n<?x y?>\n<!DOCTYPE p:r [<!ELEMENT r ANY>]>\n'
    head = head_of(prolog + b'<p:r xmlns:p="u" q="1">')
    assert (head.root, head.doctype) == ("r", "p:r")
    assert 'q="1"' in head.attributes


def test_a_list_of_entities_longer_than_the_look_still_names_the_root() -> None:
    entities = b"".join(b'<!ENTITY P%d SYSTEM "P%d.TIF" NDATA TIF>\n' % (at, at) for at in range(3_000))
    source = bytes_source(b"<!DOCTYPE PATDOC [\n" + entities + b"]><PATDOC/>")
    found = surest(XML_READERS, source)
    assert found is not None
    assert found.name == "uspto_sgml"
