"""USPTO XML v4.x: grants, applications, bulk files of many documents."""

from __future__ import annotations

from hostile.documents import USPTO_DTD, uspto_application, uspto_grant
from hostile.sources import ReadOut, by_name, bytes_source
from panhuo.adapters.readers.xml_readers import XML_READERS

GRANT = by_name(XML_READERS, "uspto_grant_xml")
APPLICATION = by_name(XML_READERS, "uspto_application_xml")


def test_a_grant_gives_every_field_that_the_register_knows() -> None:
    (row,) = ReadOut(GRANT, bytes_source(uspto_grant())).rows
    assert row == {
        "publication_number": "US09990001B2",
        "grant_publication_number": "US09990001B2",
        "application_number": "US15123456",
        "kind_code": "B2",
        "ip_type": "invention",
        "jurisdiction": "US",
        "title": "Kiln for bricks",
        "abstract": "A kiln — with a belt.",
        "first_claim": "A kiln comprising: a belt; and a burner.",
        "owners": ["Yunhu Kiln Works Ltd."],
        "applicants": ["Yunhu Kiln Works"],
        "inventors": ["Jane Doe"],
        "agents": ["Agents and Sons"],
        "filing_date": "20160214",
        "publication_date": "20180501",
        "grant_date": "20180501",
        "priority_date": "20150301",
        "priority_numbers": ["CN201510099999"],
        "ipc_main": "F27B9/00",
        "ipc": ["C04B35/64", "F27B9/00"],
        "cpc": ["F27B9/02"],
        "claims_count": "2",
        "independent_claims_count": "1",
        "inventors_count": "1",
        "cites_count": "1",
        "cites": ["US5555555A"],
    }


def test_an_application_of_2005_has_its_inventors_as_applicants_and_its_series_before_the_serial() -> None:
    (row,) = ReadOut(APPLICATION, bytes_source(uspto_application())).rows
    assert row["application_number"] == "US10123456"
    assert row["applicants"] == row["inventors"] == ["Richard Roe"]
    assert row["ipc"] == ["G06F015/16", "H04L012/28"]
    assert row["title"] == "Tea <sorting> device"
    assert "grant_date" not in row


def test_a_bulk_file_is_read_document_by_document() -> None:
    bulk = b"".join(uspto_grant(f"0999000{number}") for number in range(1, 8))
    out = ReadOut(GRANT, bytes_source(bulk))
    assert [row["publication_number"] for row in out.rows] == [f"US0999000{number}B2" for number in range(1, 8)]
    assert out.numbers == [1, 2, 3, 4, 5, 6, 7]


def test_a_broken_document_is_a_reject_with_its_line_and_the_next_go_on() -> None:
    lines = uspto_grant().count(b"\n")
    broken = uspto_grant("09990002").replace(b"</invention-title>", b"</title>")
    title_line = broken[: broken.index(b"</title>")].count(b"\n") + 1
    out = ReadOut(GRANT, bytes_source(uspto_grant() + broken + uspto_grant("09990003")))
    assert [row["publication_number"] for row in out.rows] == ["US09990001B2", "US09990003B2"]
    (reject,) = out.rejects
    assert (reject.row, reject.code) == (2, "broken_xml")
    assert f"line {lines + title_line}:" in reject.message
    assert out.numbers == [1, 3]


def test_sequence_documents_between_grants_are_left_out() -> None:
    sequence = b'<?xml version="1.0"?>\n<sequence-cwu><publication-reference/></sequence-cwu>\n'
    out = ReadOut(GRANT, bytes_source(uspto_grant() + sequence + uspto_grant("09990002")))
    assert (len(out.rows), out.rejects) == (2, [])


def test_a_document_of_another_root_is_a_reject() -> None:
    out = ReadOut(GRANT, bytes_source(uspto_grant() + uspto_application()))
    assert [reject.code for reject in out.rejects] == ["unexpected_root"]
    assert "<us-patent-application>" in out.rejects[0].message


def test_characters_that_only_the_dtd_names_are_read() -> None:
    (row,) = ReadOut(GRANT, bytes_source(uspto_grant(title="5 &micro;m &nosuchname; kiln"))).rows
    assert row["title"] == "5 µm &nosuchname; kiln"


def test_a_design_has_a_locarno_class_and_is_a_design() -> None:
    design = uspto_grant("D0999999").replace(b'appl-type="utility"', b'appl-type="design"')
    locarno = b"<classification-locarno><edition>8</edition><main-classification>0601</main-classification>"
    design = design.replace(b"<classifications-ipcr>", locarno + b"</classification-locarno><classifications-ipcr>")
    (row,) = ReadOut(GRANT, bytes_source(design)).rows
    assert (row["ip_type"], row["loc"], row["publication_number"]) == ("design", ["0601"], "USD0999999B2")


def test_the_description_is_not_looked_into() -> None:
    inside = uspto_grant().replace(b"Long text with <b>marks</b>.", b"&broken <b>")
    assert len(ReadOut(GRANT, bytes_source(inside)).rows) == 1


def test_the_document_type_does_not_matter() -> None:
    with_type = ReadOut(GRANT, bytes_source(uspto_grant(doctype=USPTO_DTD))).rows
    assert with_type == ReadOut(GRANT, bytes_source(uspto_grant(doctype=""))).rows
