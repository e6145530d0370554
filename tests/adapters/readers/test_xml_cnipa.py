"""CNIPA XML of both generations, on documents written from the field maps of the domain notes."""

from __future__ import annotations

import pytest

from hostile.documents import cnipa, cnipa_2006
from hostile.sources import ReadOut, by_name, bytes_source, surest
from panhuo.adapters.readers.xml_readers import XML_READERS
from panhuo.terms.numbers import parse_application_number, parse_publication_number

NEWER = by_name(XML_READERS, "cnipa_xml")
OLDER = by_name(XML_READERS, "cnipa_xml_2006")


def test_an_application_gives_every_field() -> None:
    (row,) = ReadOut(NEWER, bytes_source(cnipa("A"))).rows
    assert row == {
        "publication_number": "CN113999999A",
        "application_number": "202110123456.7",
        "kind_code": "A",
        "ip_type": "invention",
        "jurisdiction": "CN",
        "title": "一种茶叶分选机",
        "abstract": "本发明公开了一种茶叶分选机。",
        "first_claim": "一种茶叶分选机，其特征在于，包括输送带。",
        "applicants": ["云湖大学", "青山食品有限公司"],
        "inventors": ["甲某", "乙某"],
        "agency": "云湖专利代理事务所",
        "agents": ["丙某"],
        "address": "广东省云湖市湖滨路1号",
        "region": "广东省",
        "filing_date": "20211101",
        "publication_date": "20220315",
        "priority_date": "20201202",
        "priority_numbers": ["JP2020-099999"],
        "ipc_main": "B07C5/34",
        "ipc": ["B07C5/34", "G06N3/08"],
        "claims_count": "2",
        "inventors_count": "2",
        "cites_count": "1",
        "cites": ["CN101999999A"],
    }


@pytest.mark.parametrize(
    ("kind", "ip_type", "number", "granted"),
    [
        ("A", "invention", "CN113999999A", None),
        ("B", "invention", "CN113999999B", "20221108"),
        ("U", "utility_model", "CN219999999U", "20220701"),
        ("S", "design", "CN308999999S", "20230801"),
    ],
)
def test_the_four_kinds_differ_in_type_and_grant(kind: str, ip_type: str, number: str, granted: str | None) -> None:
    (row,) = ReadOut(NEWER, bytes_source(cnipa(kind))).rows
    assert (row["ip_type"], row["publication_number"]) == (ip_type, number)
    assert row.get("grant_date") == granted
    assert row.get("owners") == (["云湖茶机有限公司"] if granted else None)
    assert parse_publication_number(str(row["publication_number"])).is_grant is (granted is not None)
    assert parse_application_number(str(row["application_number"])).ip_type == ip_type


def test_a_design_has_a_locarno_class_and_no_ipc() -> None:
    (row,) = ReadOut(NEWER, bytes_source(cnipa("S"))).rows
    assert row["loc"] == ["31-00"]
    assert "ipc" not in row


def test_without_references_the_root_tells_number_kind_and_day() -> None:
    document = cnipa("B").replace(b"PublicationReference", b"SomethingElse")
    (row,) = ReadOut(NEWER, bytes_source(document)).rows
    assert (row["publication_number"], row["publication_date"]) == ("CN113999999B", "20221108")


def test_a_number_padded_to_standard_length_loses_its_zeros() -> None:
    document = cnipa("A").replace(b'dataFormat="original"', b'dataFormat="other"')
    (row,) = ReadOut(NEWER, bytes_source(document)).rows
    assert row["publication_number"] == "CN113999999A"


def test_a_local_dtd_is_named_and_never_resolved() -> None:
    doctype = '<!DOCTYPE business:PatentDocumentAndRelated SYSTEM "../dtd/patent.dtd">\n'
    assert ReadOut(NEWER, bytes_source(cnipa(doctype=doctype))).rows == ReadOut(NEWER, bytes_source(cnipa())).rows


def test_the_generation_of_2006_is_read_in_its_own_encoding() -> None:
    (row,) = ReadOut(OLDER, bytes_source(cnipa_2006())).rows
    assert row == {
        "publication_number": "CN101999999A",
        "application_number": "200710012345.9",
        "kind_code": "A",
        "ip_type": "invention",
        "jurisdiction": "CN",
        "title": "一种制茶方法",
        "abstract": "本发明涉及制茶。",
        "first_claim": "一种制茶方法，包括揉捻。",
        "applicants": ["云湖农业学院"],
        "inventors": ["丁某"],
        "agency": "云湖专利代理事务所",
        "agents": ["丙某"],
        "address": "云湖市山前路9号",
        "region": "广东省",
        "filing_date": "20070302",
        "publication_date": "20080102",
        "ipc_main": "A23F3/06",
        "ipc": ["A23F3/06"],
        "claims_count": "1",
        "inventors_count": "1",
    }


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_give_the_same_row(encoding: str) -> None:
    content = cnipa(title="一种㐀𠮷茶叶分选机").decode().replace('encoding="UTF-8"', f'encoding="{encoding}"')
    source = bytes_source(content.encode(encoding))
    assert surest(XML_READERS, source) is NEWER
    assert ReadOut(NEWER, source).rows[0]["title"] == "一种㐀𠮷茶叶分选机"


def test_an_encoding_that_lies_is_a_reject_and_no_mojibake() -> None:
    lying = cnipa().decode().encode("gb18030")  # says UTF-8
    out = ReadOut(NEWER, bytes_source(lying))
    assert (out.rows, [reject.code for reject in out.rejects]) == ([], ["broken_xml"])


def test_an_encoding_that_is_not_read_is_a_reject() -> None:
    out = ReadOut(NEWER, bytes_source(cnipa().replace(b"UTF-8", b"EUC-JP")))
    assert [reject.code for reject in out.rejects] == ["unknown_encoding"]


@pytest.mark.parametrize("kind", ["B8", "B9", "C1", "C7"])
def test_a_correction_or_partial_invalidation_has_a_number_and_no_grant_day(kind: str) -> None:
    document = cnipa("B").replace(b">B<", f">{kind}<".encode())
    (row,) = ReadOut(NEWER, bytes_source(document)).rows
    assert row["grant_publication_number"] == f"CN113999999{kind}"
    assert "grant_date" not in row
