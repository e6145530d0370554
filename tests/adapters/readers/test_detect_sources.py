"""Choosing a reader, and walking what a path means."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from panhuo.adapters.readers.detect import all_readers, detect, open_sources
from panhuo.adapters.readers.protocol import RefusedFile
from table_files import application, csv_bytes, publication, read, source_of, workbook

LIST = csv_bytes([("公开(公告)号", "标题"), (publication(1), "一种散热片")])


def test_names_of_formats_are_unique_and_each_says_what_it_looks_for() -> None:
    readers = all_readers()
    assert len({reader.name for reader in readers}) == len(readers)
    expected = {
        "patsnap_table",
        "incopat_table",
        "cnipa_table",
        "cnki_table",
        "patent_table",
        "google_patents_csv",
        "lens_csv",
    }
    expected |= {"cnki_refs", "patent_jsonl", "cpc_sample_csv", "panhuo_parquet", "licence_ledger", "transfer_ledger"}
    expected |= {"pledge_ledger", "product_filing", "technology_contract", "roster", "population", "needs"}
    expected |= {"stock_inventory", "check_booklet", "open_licence", "other_ip"}
    assert expected <= {reader.name for reader in readers}
    assert all(reader.label and reader.looked_for for reader in readers)


def test_the_choice_is_explained_with_what_the_others_said() -> None:
    found = detect(source_of(LIST))
    assert found.reader.name == "patent_table"
    assert "公开(公告)号" in found.because
    assert all(said.certainty > 0 for _, said in found.considered)


@pytest.mark.parametrize(
    ("data", "what", "wanted"),
    [
        (b"a,b\n1,2\n", "a text table that begins with a, b", "公开号"),
        (b"%PDF-1.7 ...", "a PDF document", "XLSX, CSV"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a picture", "XLSX, CSV"),
        ("春眠不觉晓\n".encode(), "text", "XLSX, CSV"),
        (b"<html><body>x</body></html>", "XML or HTML", "CNIPA, EPO, USPTO"),
        (b'{"field": "x", "outline": "y"}\n', "JSON lines that begins with field, outline", "publication_number"),
        (workbook({"表": [["甲", "乙"], [1, 2]]}), "a workbook that begins with 甲, 乙", "within the first ten rows"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_one_sentence_with_what_was_looked_for(
    data: bytes, what: str, wanted: str
) -> None:
    with pytest.raises(RefusedFile) as caught:
        read(data, name="x.dat")
    message = caught.value.message
    assert caught.value.code == "unknown_format"
    assert what in message
    assert wanted in message
    assert message.startswith("x.dat is not a format that Panhuo reads")
    assert "\n" not in message
    assert len(message) < 500


def test_a_format_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(RefusedFile, match="patsnap_table") as caught:
        detect(source_of(LIST), forced="excel")
    assert caught.value.code == "unknown_format_name"


def test_a_folder_means_all_files_in_it_sorted_and_without_hidden_ones(tmp_path: Path) -> None:
    for name in ("b.csv", "a/2.csv", "a/1.csv", ".hidden.csv", "a/~$1.xlsx", ".git/x.csv", "c.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(LIST)
    found = [os.path.relpath(source.name, tmp_path) for source in open_sources(tmp_path)]
    assert found == ["b.csv", "c.csv", "a/1.csv", "a/2.csv"]


def test_links_and_special_files_in_a_folder_are_not_followed_or_waited_for(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    os.mkfifo(tmp_path / "in" / "pipe.csv")
    (tmp_path / "in" / "a.csv").write_bytes(LIST)
    assert [Path(source.name).name for source in open_sources(tmp_path / "in")] == ["a.csv"]
    [pipe] = open_sources(tmp_path / "in" / "pipe.csv")
    with pytest.raises(RefusedFile, match="no ordinary file"):
        detect(pipe)


def test_a_path_that_is_not_there_is_refused_when_it_is_looked_at(tmp_path: Path) -> None:
    [source] = open_sources(tmp_path / "none.csv")
    with pytest.raises(RefusedFile, match="No such file"):
        detect(source)


def packed(kind: str) -> bytes:
    data = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("表/a.csv", LIST)
            archive.writestr("b.xlsx", workbook({"表": [["专利号", "专利名称"], [application(1), "甲"]]}))
    elif kind == "tar.gz":
        with tarfile.open(fileobj=data, mode="w:gz") as archive:
            info = tarfile.TarInfo("a.csv")
            info.size = len(LIST)
            archive.addfile(info, io.BytesIO(LIST))
    else:
        data.write(gzip.compress(LIST))
    return data.getvalue()


@pytest.mark.parametrize(("kind", "rows"), [("zip", 2), ("tar.gz", 1), ("csv.gz", 1)])
def test_archives_are_one_source_or_their_members(tmp_path: Path, kind: str, rows: int) -> None:
    path = tmp_path / f"pack.{kind}"
    path.write_bytes(packed(kind))
    [whole] = open_sources(path)
    assert whole.name == str(path)
    with pytest.raises(RefusedFile, match="packs other files"):
        detect(whole)
    members = list(open_sources(path, unpack=True))
    assert sum(len(read(member).rows) for member in members) == rows
    assert all("!/" in member.name for member in members)


def test_a_damaged_archive_among_good_files_is_refused_alone(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(LIST)
    (tmp_path / "b.zip").write_bytes(packed("zip")[:-200])
    (tmp_path / "c.csv").write_bytes(LIST)
    said = []
    for source in open_sources(tmp_path, unpack=True):
        try:
            said.append(detect(source).reader.name)
        except RefusedFile as refusal:
            said.append(refusal.code)
    assert said[0] == said[-1] == "patent_table"
    assert "damaged_archive" in said


def test_a_file_is_looked_at_once_for_all_readers() -> None:
    opened = 0

    def open_counted() -> io.BytesIO:
        nonlocal opened
        opened += 1
        return io.BytesIO(LIST)

    from panhuo.adapters.readers.protocol import Source

    detect(Source("counted.csv", len(LIST), open_counted))
    assert opened < 12
