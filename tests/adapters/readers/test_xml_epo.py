"""EPO: exchange documents of OPS and DOCDB, claims, families, legal events."""

from __future__ import annotations

import pytest

from hostile.documents import exchange_document, exchange_file, ops_claims, ops_family, ops_legal, ops_search
from hostile.sources import ReadOut, by_name, bytes_source, surest
from panhuo.adapters.readers.xml_readers import XML_READERS

EXCHANGE = by_name(XML_READERS, "epo_exchange_xml")
CLAIMS = by_name(XML_READERS, "epo_claims_xml")
FAMILY = by_name(XML_READERS, "epo_family_xml")
LEGAL = by_name(XML_READERS, "epo_legal_xml")


def test_an_exchange_document_gives_every_field() -> None:
    (row,) = ReadOut(EXCHANGE, bytes_source(exchange_file())).rows
    assert row == {
        "publication_number": "CN113999999A",
        "application_number": "CN202110123456",
        "kind_code": "A",
        "jurisdiction": "CN",
        "title": "一种茶叶分选机",
        "title_en": "Tea sorter",
        "abstract": "It sorts tea by colour.",
        "applicants": ["云湖大学"],
        "inventors": ["甲某"],
        "inventors_count": "1",
        "filing_date": "20211101",
        "publication_date": "20220315",
        "priority_date": "20211101",
        "priority_numbers": ["CN202110123456"],
        "ipc_main": "B07C5/34",
        "ipc": ["B07C5/34"],
        "cpc": ["B07C5/3422"],
    }


def test_a_large_file_is_read_record_by_record_and_a_broken_one_is_a_reject() -> None:
    records = [exchange_document(str(113_000_000 + at)) for at in range(300)]
    records[100] = records[100].replace("</exch:invention-title>", "</exch:title>", 1)
    records[200] = records[200].replace("</exch:exchange-document>", "")
    out = ReadOut(EXCHANGE, bytes_source(exchange_file(*records)))
    assert [reject.row for reject in out.rejects] == [101, 201]
    assert len(out.rows) == 298
    first_broken_line = 2 + sum(record.count("\n") for record in records[:100])
    assert f"line {first_broken_line}" not in out.rejects[0].message  # the line of the fault, not of the record
    assert out.rejects[0].message.startswith("Document 101, line ")


def test_a_record_that_the_office_deletes_is_a_reject() -> None:
    deleted = exchange_document().replace('status="C"', 'status="D"')
    out = ReadOut(EXCHANGE, bytes_source(exchange_file(deleted, exchange_document("113999998"))))
    assert [reject.code for reject in out.rejects] == ["deleted_document"]
    assert len(out.rows) == 1


def test_american_serials_with_the_year_behind_are_never_taken_for_another_application() -> None:
    for given, expected in (
        ([("docdb", "US", "13415108")], None),
        ([("docdb", "US", "13415108"), ("epodoc", "", "US20080134151")], "US20080134151"),
        ([("docdb", "US", "13415108"), ("original", "", "12/134,151")], "US12134151"),
        ([("docdb", "EP", "99203729"), ("epodoc", "", "EP19990203729")], "EP99203729"),
    ):
        references = "".join(
            f'<exch:application-reference data-format="{spelling}"><document-id><country>{country}</country>'
            f"<doc-number>{number}</doc-number></document-id></exch:application-reference>"
            for spelling, country, number in given
        )
        record = exchange_document()
        start = record.index("<exch:application-reference")
        end = record.rindex("</exch:application-reference>") + len("</exch:application-reference>")
        out = ReadOut(EXCHANGE, bytes_source(exchange_file(record[:start] + references + record[end:])))
        assert out.rows[0].get("application_number") == expected


def test_an_international_application_is_named_as_its_office_names_it() -> None:
    record = exchange_document().replace(
        "<doc-number>202110123456</doc-number><kind>A</kind>", "<doc-number>2021099999</doc-number><kind>W</kind>", 1
    )
    (row,) = ReadOut(EXCHANGE, bytes_source(exchange_file(record))).rows
    assert row["application_number"] == "PCT/CN2021/099999"


def test_a_search_answer_gives_numbers_only() -> None:
    out = ReadOut(EXCHANGE, bytes_source(ops_search()))
    assert [row["publication_number"] for row in out.rows] == ["CN113999999A", "CN113999998A"]
    assert out.numbers == [1, 2]


def test_an_empty_search_gives_no_rows_and_no_rejects() -> None:
    start, end = ops_search().split(b"<ops:search-result>")[0], b"</ops:biblio-search></ops:world-patent-data>"
    out = ReadOut(EXCHANGE, bytes_source(start + end))
    assert (out.rows, out.rejects) == ([], [])


def test_claims_in_one_text_are_told_apart_by_their_numbers_in_order() -> None:
    (row,) = ReadOut(CLAIMS, bytes_source(ops_claims())).rows
    assert row["first_claim"] == "A sorter with a belt of 2. 5 m."
    assert row["claims_count"] == "3"


def test_a_family_gives_each_member_with_all_members() -> None:
    first, second = ReadOut(FAMILY, bytes_source(ops_family())).rows
    assert first["family_members"] == second["family_members"] == ["CN113999999A", "US2023099999A1"]
    assert first["application_number"] == "CN202110123456"
    assert "application_number" not in second
    assert second["family_count"] == "2"


def test_legal_events_carry_code_days_and_parties() -> None:
    out = ReadOut(LEGAL, bytes_source(ops_legal()))
    (row,), (events,) = out.rows, out.events
    assert row["publication_number"] == "CN113999999B"
    assert [(event.code, event.date, event.country) for event in events] == [
        ("TR01", "2023-05-09", "CN"),
        ("EE01", "2023-08-01", "CN"),
        ("PE01", "2024-01-02", "CN"),
        ("CF01", "2024-09-03", "CN"),
    ]
    transfer, licence, pledge, lapse = events
    assert (transfer.from_party, transfer.to_party) == ("YUNHU UNIVERSITY", "Yunhu Tea Machines Co.,Ltd.")
    assert transfer.effective_on == "2023-04-27"
    assert (licence.from_party, licence.to_party) == ("Yunhu Tea Machines Co.,Ltd.", "Qingshan Food Co.,Ltd.")
    assert (licence.number, licence.details["terms"]) == ("X2023980099999", "ordinary")
    assert (pledge.from_party, pledge.to_party) == ("Yunhu Tea Machines Co.,Ltd.", "Bank of Yunhu")
    assert (pledge.number, pledge.effective_on) == ("Y2023980099999", "2023-12-15")
    assert (lapse.from_party, lapse.details) == ("", {})


def test_an_odd_date_costs_one_event_its_day_and_no_more() -> None:
    content = ops_legal().replace(b"2023-05-09", b"0000-00-00").replace(b"20230427", b"soon")
    out = ReadOut(LEGAL, bytes_source(content))
    assert [event.date for event in out.events[0]] == ["", "2023-08-01", "2024-01-02", "2024-09-03"]
    assert out.events[0][0].effective_on == ""


@pytest.mark.parametrize("name", ["original", "epodoc"])
def test_names_as_printed_are_preferred(name: str) -> None:
    record = exchange_document()
    if name == "epodoc":
        record = record.replace('data-format="original"', 'data-format="other"').replace(
            "UNIV YUNHU", "UNIV YUNHU [CN]"
        )
    (row,) = ReadOut(EXCHANGE, bytes_source(exchange_file(record))).rows
    assert row["applicants"] == (["云湖大学"] if name == "original" else ["UNIV YUNHU"])


def test_each_answer_is_recognised_for_what_it_is() -> None:
    answers = {
        EXCHANGE.name: ops_search(),
        CLAIMS.name: ops_claims(),
        FAMILY.name: ops_family(),
        LEGAL.name: ops_legal(),
    }
    for name, content in answers.items():
        found = surest(XML_READERS, bytes_source(content))
        assert found is not None
        assert found.name == name
