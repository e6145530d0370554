"""The public exports of the reference data: each file loads or is refused with the reason.

Figures were counted by hand or by other programs (csv, json, grep), not by the readers.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from panhuo.adapters.readers.detect import open_sources
from panhuo.adapters.readers.protocol import RefusedFile
from table_files import Reading, read

pytestmark = pytest.mark.reference


def one(path: Path) -> Reading:
    [source] = open_sources(path, unpack=True)
    return read(source)


def test_the_patsnap_workbook(reference_data: Path) -> None:
    found = one(reference_data / "patsnap_aviation" / "patsnap_export.xlsx")
    assert (found.format, len(found.rows), found.rejects) == ("patsnap_table", 1603, [])
    assert "not taken" not in found.detection.because
    assert Counter(found.column("jurisdiction"))["中国"] == 1075
    assert sum(bool(events) for events in found.events) == 1384
    by_number = {row["publication_number"]: (row, events) for row, events in zip(found.rows, found.events, strict=True)}
    row, events = by_number["CN103104575A"]
    assert (row["row"], row["member"], row["filing_date"], row["publication_date"]) == (
        3,
        "sheet1",
        "2013-01-21",
        "2013-05-15",
    )
    assert (row["cited_by_count"], row["cites_count"], row["inventors_count"], row["family_count"]) == (
        "7",
        "7",
        "7",
        "1",
    )
    assert row["ipc"].split(found.batches[0].separator) == ["F15D1/00", "B64C23/06"]
    assert [(event.date, event.country, event.details) for event in events] == [
        ("2015-04-01", "CN", {"influence": "-"}),
        ("2013-06-12", "CN", {}),
        ("2013-05-15", "CN", {"influence": "+"}),
    ]
    assert not any(
        event.text.startswith(("+", "-")) or not event.text for _, told in by_number.values() for event in told
    )


def test_the_flat_csv_of_an_interface(reference_data: Path) -> None:
    found = one(reference_data / "cn_patents_csv_2021" / "patents.csv")
    assert (found.format, len(found.rows), found.rejects) == ("patent_table", 320, [])
    assert Counter(found.column("ip_type"))["外观设计"] == 34
    assert Counter(found.column("status_words")) == {"公开": 233, "有效专利;授权": 51, "实质审查": 36}
    design = found.rows[1]
    assert (design["row"], design["publication_number"]) == (3, "CN306631572S")
    assert (design["application_number"], design["loc"], design["publication_date"]) == (
        "CN202130323469.X",
        "23-03",
        "2021-06-22",
    )
    assert design["abstract"].count("\n") == 3
    assert "ipc" not in design
    assert found.rows[2]["row"] == 7  # the design before it takes lines 3 to 6
    assert sum("loc" in row for row in found.rows) == 34
    assert len(found.rows[2]["inventors"].split("; ")) == 5


def test_the_google_download(reference_data: Path) -> None:
    found = one(reference_data / "google_patents_csv" / "gp-search-20220101-000000.csv")
    assert (found.format, len(found.rows), found.rejects) == ("google_patents_csv", 807, [])
    first = found.rows[0]
    assert (first["row"], first["publication_number"], first["filing_date"]) == (3, "SE96870C1", "1935-06-12")
    assert len(first["inventors"]) == 2
    assert sum("title" in row for row in found.rows) == 383
    assert sum("grant_date" in row for row in found.rows) == 0
    assert sum("-" in row["publication_number"] for row in found.rows) == 0


def test_the_reference_lists(reference_data: Path) -> None:
    readings = [
        read(source) for source in open_sources(reference_data / "cnki_patent_refs") if source.name.endswith(".txt")
    ]
    assert {found.format for found in readings} == {"cnki_refs"}
    assert len(readings) == 25
    rows = [row for found in readings for row in found.rows]
    assert (len(rows), sum(len(found.rejects) for found in readings)) == (11_375, 0)
    numbers = {row["publication_number"] for row in rows}
    assert (len(numbers), sum(not number[-1].isdigit() for number in numbers)) == (11_267, 8_114)
    known = next(row for row in rows if row["publication_number"] == "CN108458999A")
    assert (known["region"], known["publication_date"], len(known["inventors"])) == ("广东", "2018-08-28", 1)
    over_two_lines = next(row for row in rows if row["publication_number"] == "CN1232467")
    assert (len(over_two_lines["inventors"]), over_two_lines["publication_date"]) == (7, "1999-10-20")


def test_the_workbook_with_slips_for_headings(reference_data: Path) -> None:
    found = one(reference_data / "cnki_detail_xlsx" / "material_chemistry_2018_2019.xlsx")
    assert (found.format, len(found.rows), found.rejects) == ("cnki_table", 33, [])
    first = found.rows[0]
    assert (first["publication_number"], first["filing_date"], first["publication_date"]) == (
        "CN108982325A",
        "2018-07-30",
        "2018-12-11",
    )
    assert first["inventors"].count(";") == 3
    assert first["owners"].endswith("大学")
    assert len(first["abstract"]) > 100
    assert first["first_claim"].startswith("1.")
    assert "sql is filing_date: all 33 days lie before those of quote" in found.detection.because


def test_the_samples_with_labels(reference_data: Path) -> None:
    train, val = (one(reference_data / "cn_patent_cpc_sample" / f"sample_{part}.csv") for part in ("train", "val"))
    assert [(found.format, len(found.rows), found.rejects) for found in (train, val)] == [
        ("cpc_sample_csv", 19, [])
    ] * 2
    assert all(
        row["title"] and len(row["abstract"]) > 50 and row["cpc"] for found in (train, val) for row in found.rows
    )
    by_number = {row["publication_number"]: row for row in train.rows}
    labelled, joined = by_number["CN117151122A"], by_number["CN118395868A"]
    assert labelled["cpc"] == ["G06F16/3329", "G06F16/35", "G06F40/247", "G06F40/253", "G06F40/284", "G06F40/35"]
    assert labelled["keywords"] == "data; word; question; text; answer"
    assert joined["keywords"] == "data flood model layer flood forecasting"
    assert "[SEP]" not in joined["abstract"]


def test_the_full_texts(reference_data: Path) -> None:
    found = one(reference_data / "cn_patent_fulltext_demo" / "patents.jsonl")
    assert (found.format, len(found.rows), found.rejects) == ("patent_jsonl", 10, [])
    first = found.rows[0]
    assert first["publication_number"] == "CN118524411A"
    assert first["ipc"] == [
        "H04W24/02",
        "H04W24/06",
        "H04W28/082",
        "H04W28/084",
        "H04W28/0925",
        "H04W28/0983",
        "H04W72/541",
    ]
    assert all(row["title"] and 50 < len(row["abstract"]) < 1500 for row in found.rows)


def test_the_abstracts_of_energy_recovery(reference_data: Path) -> None:
    folder = reference_data / "gpatents_energy_recovery"
    chinese, others = one(folder / "cn_abstracts.jsonl.gz"), one(folder / "other_offices_abstracts.jsonl.gz")
    assert [(found.format, len(found.rows), found.rejects) for found in (chinese, others)] == [
        ("patent_jsonl", 15_133, []),
        ("patent_jsonl", 11_214, []),
    ]
    assert len({row["publication_number"] for row in chinese.rows}) == 15_133
    assert sum("cited_by_count" in row for row in chinese.rows) == 3_095
    first = chinese.rows[0]
    assert (first["publication_number"], first["cpc"], first["cited_by_count"]) == ("CN101952153A", ["B60L7/10"], "4")


@pytest.mark.parametrize(
    ("file", "format_name", "rows"),
    [
        ("bdci2022_patent_cls/labelled.jsonl", "patent_jsonl", 666),
        ("bdci2022_patent_cls/unlabelled.jsonl", "patent_jsonl", 3_139),
        ("cn_patent_value_rare_earth/patents.csv.gz", "patent_table", 3_998),
    ],
)
def test_files_without_patent_numbers_are_read_and_every_row_is_rejected(
    reference_data: Path, file: str, format_name: str, rows: int
) -> None:
    found = one(reference_data / file)
    assert (found.format, found.rows) == (format_name, [])
    assert Counter(found.codes) == {"no_number": rows}
    assert "no column holds a patent number" in found.detection.because


def test_the_requirements_are_needs(reference_data: Path) -> None:
    found = one(reference_data / "bdci2019_match" / "requirements.jsonl")
    assert (found.format, len(found.rows), found.rejects) == ("needs", 298, [])
    assert all(row["need_id"] and row["title"] for row in found.rows)
    assert sum("text" not in row for row in found.rows) == 4  # their content is empty


REFUSED = (
    "bdci2019_match/achievements.tsv",
    "bdci2019_match/pairs.tsv",
    "cn_patent_cpc_sample/selected_labels.json",
    "cn_patent_damages/judgments.csv",
    "epo_ops_samples/legal/legal_code_descriptions_202417.xlsx",
    "patentsview_samples/raw_inventor_head.tsv",
    "patsnap_xml_us/q1-qrels+ve.txt",
    "ref_gbt4754_2017/industries.tsv",
    "ref_inpadoc_legal_codes_cn/cn_codes.tsv",
    "ref_ipc_zh/ipc_zh.tsv.gz",
    "ref_ipc_zh/ipc_zh_to_subclass.tsv",
    "ref_key_digital_tech_ipc/branches.tsv",
    "ref_key_digital_tech_ipc/raw_outline.jsonl",
    "ref_sei_ipc_2021/sei_ipc_rules.tsv",
    "ref_universities/universities.tsv",
)


@pytest.mark.parametrize("file", REFUSED)
def test_tables_that_are_no_patents_are_refused_in_one_sentence(reference_data: Path, file: str) -> None:
    with pytest.raises(RefusedFile, match=r"is not a format that Panhuo reads: it is .*; looked for ") as caught:
        one(reference_data / file)
    assert caught.value.code == "unknown_format"


def test_the_notes_beside_the_data_are_refused_too(reference_data: Path) -> None:
    notes = sorted(reference_data.glob("*/README.md"))
    assert len(notes) > 15
    for note in notes:
        with pytest.raises(RefusedFile):
            one(note)
