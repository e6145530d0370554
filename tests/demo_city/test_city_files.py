"""The city's files: recognised, numbers well formed, the same bytes for the same seed."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from city_reading import read

from panhuo.adapters.readers.detect import detect, open_sources
from panhuo.demo_city import CityTruth, make_city, synthetic_rows, write_bulk_csv
from panhuo.demo_city.bulk import bulk_heading
from panhuo.engine.records.raw import Reject
from panhuo.terms.codes import parse_region_code, parse_uscc
from panhuo.terms.errors import BadValue
from panhuo.terms.numbers import parse_application_number, parse_publication_number

FORMATS = {
    "01": "patsnap_table",
    "02": "cnipa_table",
    "03": "patent_jsonl",
    "04": "cnipa_xml",
    "11": "licence_ledger",
    "12": "transfer_ledger",
    "13": "pledge_ledger",
    "14": "product_filing",
    "15": "technology_contract",
    "16": "open_licence",
    "2": "roster",
    "31": "population",
    "4": "needs",
    "5": "stock_inventory",
}


def test_every_file_is_recognised_as_what_it_is(city: CityTruth) -> None:
    for source in open_sources(city.folder, unpack=True):
        name = Path(source.name.partition("!/")[0]).name
        expected = next(FORMATS[head] for head in (name[:2], name[:1]) if head in FORMATS)
        assert detect(source).reader.name == expected, name
    assert {path.name for path in city.folder.iterdir()} == {entry.name for entry in city.files}
    assert all("合成数据" in entry.name for entry in city.files)


def test_readers_reject_the_planted_rows_and_no_others(city: CityTruth) -> None:
    rejected = [
        (Path(source.name).name, item.code)
        for source in open_sources(city.folder, unpack=True)
        for item in read(source)
        if isinstance(item, Reject)
    ]
    planted = [row.file for row in city.rows if row.trap == "row_without_number"]
    assert sorted(rejected) == sorted((file, "no_number") for file in planted)


def test_the_truth_counts_the_rows_that_readers_find(
    city: CityTruth, city_rows: dict[str, list[dict[str, object]]]
) -> None:
    without_number = Counter(row.file for row in city.rows if row.trap == "row_without_number")
    for entry in city.files:
        assert len(city_rows[entry.name]) == entry.rows - without_number[entry.name], entry.name


def test_all_numbers_are_well_formed_but_the_planted_one(city_rows: dict[str, list[dict[str, object]]]) -> None:
    wrong = []
    for rows in city_rows.values():
        for row in rows:
            for field, parse in (
                ("application_number", parse_application_number),
                ("publication_number", parse_publication_number),
            ):
                if text := row.get(field):
                    try:
                        parse(str(text))
                    except BadValue:
                        wrong.append(text)
    assert len(wrong) == 1


def test_numbers_dates_and_kinds_of_a_row_agree(city_rows: dict[str, list[dict[str, object]]]) -> None:
    rows = [row for name, rows in city_rows.items() if name[:2] in ("01", "02", "03") for row in rows]
    assert len(rows) > 900
    for row in rows:
        if not row.get("publication_number"):
            continue
        shown = parse_publication_number(str(row["publication_number"]))
        filed = parse_application_number(str(row["application_number"]))
        assert shown.ip_type == filed.ip_type
        assert filed.filing_year == int(str(row["filing_date"])[:4])
        assert (
            str(row["filing_date"]).replace(".", "-") < str(row["publication_date"]).replace(".", "-") <= "2025-11-30"
        )


def test_no_two_rights_share_a_number(city_rows: dict[str, list[dict[str, object]]]) -> None:
    numbers: dict[str, set[str]] = {}
    for name, rows in city_rows.items():
        if name[:2] in ("01", "02", "03", "04"):
            for row in rows:
                shown = str(row["publication_number"])[:-1]
                numbers.setdefault(shown, set()).add(parse_application_number_or(row["application_number"]))
    numbers.pop("Non", None)  # the row that has no publication number
    assert all(len(applications) == 1 for applications in numbers.values())


def parse_application_number_or(text: object) -> str:
    try:
        return parse_application_number(str(text)).text
    except BadValue:
        return ""


def test_codes_of_organisations_and_regions_are_valid_and_made_up(
    city_rows: dict[str, list[dict[str, object]]],
) -> None:
    codes = {
        str(row[field])
        for rows in city_rows.values()
        for row in rows
        for field in ("owner_code", "party_code", "from_code", "to_code", "firm_code")
        if row.get(field)
    }
    assert len(codes) > 30
    assert all(parse_uscc(code)[2:6] == "9901" for code in codes)
    population = city_rows["31_各区县常住人口_合成数据.csv"]
    assert {parse_region_code(str(row["region"])) for row in population} == {
        "990100",
        *(f"99010{n}" for n in range(1, 8)),
    }


def digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from panhuo.demo_city import make_city;"
        " make_city(Path(sys.argv[1]), patents=300, seed=7)"
    )
    for hash_seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        subprocess.run([sys.executable, "-c", code, str(tmp_path / hash_seed / "in")], check=True, env=environment)
    first, second = digests(tmp_path / "1"), digests(tmp_path / "2")
    assert first == second
    assert len(first) > 20


def test_another_seed_gives_another_city(tmp_path: Path, city: CityTruth) -> None:
    other = make_city(tmp_path / "in", patents=300, seed=8)
    ours, theirs = digests(city.folder), digests(other.folder)
    assert all(ours[name] != theirs[name] for name in ours.keys() & theirs.keys() if not name.startswith("31"))


def test_truth_lies_beside_the_inputs_and_says_what_the_call_gave(city: CityTruth) -> None:
    path = city.folder.parent / "truth" / "truth.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    assert told["patents"] == city.patents == 900
    assert [trap["trap"] for trap in told["traps"]] == [trap.trap for trap in city.traps]
    assert str(city.folder) not in path.read_text(encoding="utf-8")


def test_bulk_rows_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    path = write_bulk_csv(tmp_path / "bulk.csv", 500, seed=3)
    rows = list(synthetic_rows(500, seed=3))
    assert len(rows) == 500
    assert all(len(row) == len(bulk_heading()) for row in rows)
    source = next(iter(open_sources(path)))
    batches = list(read(source))
    assert not any(isinstance(item, Reject) for item in batches)
    assert sum(len(batch) for batch in batches) == 500  # type: ignore[arg-type]
    assert len({row[0] for row in rows}) == 500


def test_a_large_city_streams_the_universities_as_csv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("panhuo.demo_city.city.LARGE", 250)
    truth = make_city(tmp_path / "in", patents=300, seed=1)
    name = next(entry.name for entry in truth.files if entry.name.startswith("01"))
    assert name.endswith(".csv")
    assert detect(next(iter(open_sources(tmp_path / "in" / name)))).reader.name == "patsnap_table"
