"""The real samples: every file loads or is refused with the reason; values checked by hand against the files.

Titles and names stand here as digests: the data may be read and not copied.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from hostile.sources import ReadOut, by_name, file_source, surest
from panhuo.adapters.readers.archives import is_archive, members
from panhuo.adapters.readers.protocol import ReadOptions, RefusedFile, Source
from panhuo.adapters.readers.xml_readers import XML_READERS
from panhuo.engine.records.raw import Cell

pytestmark = pytest.mark.reference

TEXTS = ("title", "owners", "applicants")
USPTO = {
    "cpcMaster/cpcMaster.xml": "classification_table",
    "cpcScheme/cpc-scheme-A01L.xml": "classification_table",
    "css_brs/css_brs_sample.txt": "not_public_format",
    "greenbook/US03932709.greenbook": "older_generation",
    "greenbook/US03937375.greenbook": "older_generation",
    "greenbook/US04347903.greenbook": "older_generation",
    "pap/US20010000044A1.xml": "older_generation",
    "pap/US20010000943A1.xml": "older_generation",
    "pap/US20010009014A1.xml": "older_generation",
    "sgml/US06336130.xml": "older_generation",
    "sgml/US06337117.xml": "older_generation",
    "xml2004/US06859910.xml": 1,
    "xml2004/US06970935.xml": 1,
    "xml2006/US07272630B2.xml": 1,
    "xml2014/US08926509.xml": 1,
    "xml2014/US08927118.xml": 1,
    "xml4ip/sample_XML4IP.ZIP": "no_bibliographic_data",
    "xmlApp2004/US20050004974A1.xml": 1,
}
"""File -> rows, or the code of the refusal (for the zip: of each member)."""

EPO = {
    "family/family_input.xml": ("epo_family_xml", 6),
    "legal/example_1.xml": ("epo_legal_xml", 1),
    "legal/example_2.xml": ("epo_legal_xml", 1),
    "published/biblio_example.xml": ("epo_exchange_xml", 1),
    "published/biblio_example_2.xml": ("epo_exchange_xml", 1),
    "published/biblio_example_3.xml": ("epo_exchange_xml", 1),
    "published/claims_example.xml": ("epo_claims_xml", 1),
    "published/claims_example_2.xml": ("epo_claims_xml", 1),
    "published/description_example.xml": ("epo_description_xml", "no_bibliographic_data"),
    "published/ep1000000_abstract_result.xml": ("epo_exchange_xml", 1),
    "published/ep1000000_biblio_result.xml": ("epo_exchange_xml", 1),
    "published/ep1000000_claims_result.xml": ("epo_claims_xml", 1),
    "published/ep1000000_description_result.xml": ("epo_description_xml", "no_bibliographic_data"),
    "published/ep1000000_full_cycle_result.xml": ("epo_exchange_xml", 2),
    "published/full_cycle_example.xml": ("epo_exchange_xml", 2),
    "published/image_example.xml": ("epo_images_xml", "no_bibliographic_data"),
    "published/search_example.xml": ("epo_exchange_xml", 15),
    "published/search_result.xml": ("epo_exchange_xml", 100),
}


def digest(value: object) -> str:
    """First twelve digits of the SHA-256 of a text, or of the first of several."""
    text = value[0] if isinstance(value, list) else value
    return hashlib.sha256(str(text).encode()).hexdigest()[:12]


def checked(row: dict[str, Cell], expected: dict[str, Cell]) -> dict[str, Cell]:
    """The row's values for the names expected, texts as digests."""
    return {name: digest(row.get(name)) if name in TEXTS else row.get(name) for name in expected}


def outcome(source: Source) -> int | str:
    """Rows, or the code of the refusal."""
    reader = surest(XML_READERS, source)
    assert reader is not None, source.name
    try:
        out = ReadOut(reader, source)
    except RefusedFile as refusal:
        return refusal.code if source.name in refusal.message else f"{refusal.code}, unnamed"
    assert out.rejects == []
    return len(out.rows)


def only_row(path: Path) -> dict[str, Cell]:
    source = file_source(path)
    reader = surest(XML_READERS, source)
    assert reader is not None
    (row,) = ReadOut(reader, source).rows
    return row


def test_every_uspto_sample_loads_or_is_refused_with_the_reason(reference_data: Path) -> None:
    folder = reference_data / "uspto_samples"
    found: dict[str, int | str] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "README.md":
            source = file_source(path)
            inside = list(members(source)) if is_archive(source) else [source]
            (found[str(path.relative_to(folder))],) = {outcome(item) for item in inside}
    assert found == USPTO


@pytest.mark.parametrize("name", sorted(EPO))
def test_every_epo_sample_loads_or_is_refused_with_the_reason(reference_data: Path, name: str) -> None:
    source = file_source(reference_data / "epo_ops_samples" / name)
    found = surest(XML_READERS, source)
    assert found is not None
    assert (found.name, outcome(source)) == EPO[name]


def test_no_epo_sample_is_left_out(reference_data: Path) -> None:
    folder = reference_data / "epo_ops_samples"
    assert {str(path.relative_to(folder)) for path in folder.rglob("*.xml")} == set(EPO)


def test_assignments_are_refused_as_not_asked_for(reference_data: Path) -> None:
    for path in (reference_data / "uspto_assignment_samples").glob("*.xml"):
        assert outcome(file_source(path)) == "not_asked_for"


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (
            "xml2014/US08926509.xml",
            {
                "publication_number": "US08926509B2",
                "application_number": "US12134151",
                "title": "4280845e9fdd",
                "filing_date": "20080605",
                "grant_date": "20150106",
                "ipc_main": "A61B5/00",
                "claims_count": "31",
                "owners": "cdba1b357100",
            },
        ),
        (
            "xml2014/US08927118.xml",
            {
                "publication_number": "US08927118B2",
                "application_number": "US13349377",
                "filing_date": "20120112",
                "priority_date": "20080605",
                "priority_numbers": ["JP2008-148514"],
                "ipc_main": "H05B33/14",
                "claims_count": "45",
                "owners": "aba97a8108a4",
            },
        ),
        (
            "xml2006/US07272630B2.xml",
            {
                "publication_number": "US07272630B2",
                "application_number": "US10991571",
                "filing_date": "20041118",
                "grant_date": "20070918",
                "ipc_main": "G06F15/13",
                "claims_count": "17",
                "owners": "5951da04edaa",
            },
        ),
        (
            "xml2004/US06859910.xml",
            {
                "publication_number": "US06859910B2",
                "title": "79ba46f27a84",
                "filing_date": "20010410",
                "grant_date": "20050222",
                "ipc_main": "G06F015/00",
                "claims_count": "2",
                "cites_count": "8",
                "owners": "1925af52dbf8",
            },
        ),
        (
            "xmlApp2004/US20050004974A1.xml",
            {
                "publication_number": "US20050004974A1",
                "application_number": "US10687244",
                "title": "bddd600d6902",
                "filing_date": "20031016",
                "publication_date": "20050106",
                "ipc_main": "G06F015/16",
                "owners": "840ace66ec61",
            },
        ),
    ],
)
def test_uspto_values_checked_by_hand(reference_data: Path, file: str, expected: dict[str, Cell]) -> None:
    row = only_row(reference_data / "uspto_samples" / file)
    assert checked(row, expected) == expected


def test_applicants_of_old_and_new_documents_are_who_the_document_names_first(reference_data: Path) -> None:
    first = {}
    for file in ("xml2004/US06859910.xml", "xml2014/US08926509.xml", "xmlApp2004/US20050004974A1.xml"):
        applicants = only_row(reference_data / "uspto_samples" / file)["applicants"]
        assert isinstance(applicants, list)
        first[file[:7]] = (digest(applicants), len(applicants))
    assert first == {
        "xml2004": ("090431598051", 1),
        "xml2014": ("3ed3d53e8b1e", 5),
        "xmlApp2": ("38dad500dbd2", 12),
    }


def test_ep1000000_checked_by_hand(reference_data: Path) -> None:
    row = only_row(reference_data / "epo_ops_samples/published/ep1000000_biblio_result.xml")
    expected = {
        "publication_number": "EP1000000A1",
        "application_number": "EP99203729",
        "title": "37de528001be",
        "filing_date": "19991108",
        "publication_date": "20000517",
        "priority_date": "19981112",
        "ipc": ["B28B1/29", "B28B5/02", "B28B7/00", "H02P6/08"],
        "cpc": ["B28B1/29", "B28B5/022", "B28B7/0064"],
        "applicants": "61cc7e6ba1a7",
        "cites": ["DE3546191A1", "EP0680812A1", "NL9400663A"],
    }
    assert checked(row, expected) == expected


def test_an_american_application_answered_by_the_epo_checked_by_hand(reference_data: Path) -> None:
    row = only_row(reference_data / "epo_ops_samples/published/biblio_example.xml")
    assert row["publication_number"] == "US2006142694A1"
    assert row["application_number"] == "US11023667"  # docdb says 2366704: serial 023667 of 2004
    assert digest(row["title"]) == "5fc1bb15cb89"
    assert digest(row["applicants"]) == "12f4ba2ca522"


def test_people_printed_twice_count_once(reference_data: Path) -> None:
    row = only_row(reference_data / "epo_ops_samples/published/biblio_example_3.xml")
    assert row["inventors_count"] == "3"
    assert [digest(name) for name in row["applicants"] or ()] == ["6905ce30b401", "cd76e5a85183"]


def test_the_full_cycle_gives_application_and_grant(reference_data: Path) -> None:
    source = file_source(reference_data / "epo_ops_samples/published/full_cycle_example.xml")
    out = ReadOut(by_name(XML_READERS, "epo_exchange_xml"), source)
    assert [(row["publication_number"], row["publication_date"]) for row in out.rows] == [
        ("EP1000000A1", "20000517"),
        ("EP1000000B1", "20030212"),
    ]


def test_claims_of_ep1000000_are_eleven(reference_data: Path) -> None:
    row = only_row(reference_data / "epo_ops_samples/published/claims_example.xml")
    assert row["claims_count"] == "11"
    assert digest(str(row["first_claim"])[:50]) == "b81fc7969e1a"


@pytest.mark.parametrize(("file", "count"), [("example_1.xml", 50), ("example_2.xml", 51)])
def test_legal_events_of_ep1000000_are_all_there(reference_data: Path, file: str, count: int) -> None:
    out = ReadOut(by_name(XML_READERS, "epo_legal_xml"), file_source(reference_data / "epo_ops_samples/legal" / file))
    (events,) = out.events
    assert len(events) == count
    assert all(event.code and event.date and event.country for event in events)
    first = events[0]
    assert (first.code, first.date, first.effective_on) == ("17Q", "2002-06-05", "2002-04-23")
    assert first.text == "FIRST EXAMINATION REPORT DESPATCHED"


def test_the_family_of_ep1000000_has_six_members(reference_data: Path) -> None:
    out = ReadOut(
        by_name(XML_READERS, "epo_family_xml"), file_source(reference_data / "epo_ops_samples/family/family_input.xml")
    )
    assert {tuple(row["family_members"] or ()) for row in out.rows} == {
        tuple(str(row["publication_number"]) for row in out.rows)
    }
    assert [row["publication_number"] for row in out.rows][:4] == [
        "EP1000000A1",
        "EP1000000B1",
        "AT232441T",
        "DE69905327D1",
    ]


def test_all_flat_documents_of_patsnap_load(reference_data: Path) -> None:
    reader = by_name(XML_READERS, "patsnap_flat_xml")
    corpus = file_source(reference_data / "patsnap_xml_us/corpus.tar.gz")
    rows: dict[str, dict[str, Cell]] = {}
    for member in members(corpus):
        assert reader.sniff(member).certainty > 0
        (row,) = ReadOut(reader, member).rows
        rows[str(row["publication_number"])] = row
    assert len(rows) == 2_244
    row = rows["EP0115517A1"]
    assert row["application_number"] == "EP1983902601"
    assert (row["filing_date"], row["publication_date"], row["priority_date"]) == (
        "1983-07-15",
        "1984-08-15",
        "1982-08-09",
    )
    assert row["ipc"] == ["B05B5/02", "B05C5/02", "B31F1/00"]
    assert digest(row["owners"]) == "1b54ef17efe9"
    assert digest(str(row["abstract_en"])[:44]) == "acfd5b8e717d"
    assert digest(str(row["abstract"])[:4]) == "30a46d5795b1"
    assert sum("abstract_en" in row for row in rows.values()) == 10
    assert digest(rows["US3600731"]["title"]) == "2325b8d45603"
    assert len(rows["US3600731"]["family_members"] or ()) == 20
    topics = ("q1-qrels+ve.txt", "q1-qrels-ve.txt")
    judged = [(reference_data / "patsnap_xml_us" / name).read_text().split() for name in topics]
    assert [len(numbers) for numbers in judged] == [24, 25]
    assert {number for numbers in judged for number in numbers} <= set(rows)


def test_search_topics_and_judgments_are_nobodys(reference_data: Path) -> None:
    for name in ("q1.xml", "q1-qrels+ve.txt", "q1-qrels-ve.txt"):
        assert surest(XML_READERS, file_source(reference_data / "patsnap_xml_us" / name)) is None


def test_a_file_of_all_grants_one_after_the_other_gives_the_same_rows(reference_data: Path, tmp_path: Path) -> None:
    paths = sorted((reference_data / "uspto_samples").glob("xml2*/*.xml"))
    bulk = tmp_path / "bulk.xml"
    bulk.write_bytes(b"\n".join(path.read_bytes() for path in paths))
    together = ReadOut(by_name(XML_READERS, "uspto_grant_xml"), file_source(bulk))
    assert together.rows == [only_row(path) for path in paths]
    assert list(by_name(XML_READERS, "uspto_grant_xml").read(file_source(bulk), ReadOptions())) == together.batches
