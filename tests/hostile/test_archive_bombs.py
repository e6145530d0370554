"""Archives made to harm are refused before they cost anything (quality.md row 36)."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from hostile.archive_bombs import ARCHIVE_BOMBS, WORKBOOK_BOMBS, open_archive, write_bombs
from hostile.sources import bytes_source
from hostile.zip_forge import blank_member, gz_blanks, member, tar_entry, tar_of, workbook, zip_of
from panhuo.adapters.readers.archive_limits import ARCHIVE, WORKBOOK, Limits
from panhuo.adapters.readers.archives import check_zip_directory, members
from panhuo.adapters.readers.protocol import RefusedFile

MB = 1 << 20
SECONDS, GROWTH_MB = 2.0, 200.0
TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    """What became of every bomb, opened in a process of its own."""
    folder = tmp_path_factory.mktemp("bombs")
    named = write_bombs(folder)
    done = subprocess.run(
        [sys.executable, "-m", "hostile.archive_bombs", str(folder)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "PYTHONPATH": str(TESTS)},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = [json.loads(line) for line in done.stdout.splitlines()]
    for item in found:
        item["name"] = named[item["file"]]
        (folder / item["file"]).unlink()
    return found


def test_every_bomb_is_refused_and_none_breaks_the_reader(opened: list[dict[str, object]]) -> None:
    assert len(opened) == len(ARCHIVE_BOMBS) + len(WORKBOOK_BOMBS) >= 60
    taken = [item for item in opened if not item["code"] or str(item["code"]).startswith("!")]
    assert taken == []


def test_each_is_refused_within_two_seconds_of_computing(opened: list[dict[str, object]]) -> None:
    slow = {item["name"]: item["seconds"] for item in opened if float(str(item["seconds"])) > SECONDS}
    assert slow == {}


def test_none_lets_memory_grow_by_200_mb(opened: list[dict[str, object]]) -> None:
    grown = sum(float(str(item["grown_mb"])) for item in opened)  # of the peak: the sum is all that was ever added
    assert grown <= GROWTH_MB, {item["name"]: item["grown_mb"] for item in opened if item["grown_mb"]}


# Controls: the same attack with the guard off goes through, so the guard is what stops it.


def test_without_the_ratio_the_blanks_are_inflated() -> None:
    bomb = bytes_source(zip_of([blank_member("a.xml", 40 * MB)]))
    with pytest.raises(RefusedFile, match="100 times"):
        list(members(bomb))
    taken = list(members(bomb, limits=replace(ARCHIVE, ratio=10_000)))
    assert [item.size for item in taken] == [40 * MB]


def test_without_the_ratio_a_gz_is_inflated() -> None:
    bomb = bytes_source(gz_blanks(40 * MB), "a.gz")
    with pytest.raises(RefusedFile):
        list(members(bomb))
    assert [item.size for item in members(bomb, limits=replace(ARCHIVE, ratio=10_000))] == [40 * MB]


def test_without_the_count_many_members_are_taken() -> None:
    crowd = bytes_source(zip_of([member(f"{i}.xml") for i in range(30)]))
    with pytest.raises(RefusedFile):
        list(members(crowd, limits=Limits(members=29)))
    assert len(list(members(crowd, limits=Limits(members=30)))) == 30


def test_the_sum_over_all_levels_is_what_is_limited() -> None:
    inner = zip_of([blank_member("a.xml", 3 * MB)])
    nested = bytes_source(zip_of([member(f"{i}.zip", inner) for i in range(4)]))
    with pytest.raises(RefusedFile) as caught:
        open_archive_with(nested, Limits(total_bytes=10 * MB))
    assert caught.value.code == "archive_too_large"
    assert open_archive_with(nested, Limits(total_bytes=20 * MB)) == 12 * MB


def open_archive_with(source: object, limits: Limits) -> int:
    return sum(item.size for item in members(source, limits=limits))  # type: ignore[arg-type]


def test_a_lying_size_does_fool_who_believes_it() -> None:
    packed = blank_member("a.xml", 4 * MB, size=10)
    bomb = zip_of([packed])
    with pytest.raises(RefusedFile) as caught:
        open_archive(bytes_source(bomb))
    assert caught.value.code == "lying_size"
    assert zipfile.ZipFile(io.BytesIO(bomb)).infolist()[0].file_size == 10
    assert len(zlib.decompress(packed.data, -15)) == 4 * MB


def test_a_lying_workbook_passes_its_directory_and_is_caught_by_inflating() -> None:
    sheet = "xl/worksheets/sheet1.xml"
    lying = workbook(**{sheet: blank_member(sheet, 4 * MB, size=10)})
    with pytest.raises(RefusedFile) as caught:
        check_zip_directory(bytes_source(zip_of(lying)))
    assert caught.value.code == "lying_size"
    honest = workbook(**{sheet: blank_member(sheet, 4 * MB)})
    check_zip_directory(bytes_source(zip_of(honest)))


def test_overlapping_members_do_unpack_elsewhere() -> None:
    bomb = zip_of([member("a.xml", b"<a/>"), member("b.xml", b"<a/>", offset=0)])
    with pytest.raises(RefusedFile) as caught:
        list(members(bytes_source(bomb)))
    assert caught.value.code == "overlapping_members"
    assert zipfile.ZipFile(io.BytesIO(bomb)).read("a.xml") == b"<a/>"


def test_names_that_point_outside_would_reach_there() -> None:
    slip = zip_of([member("../../a.xml")])
    with pytest.raises(RefusedFile) as caught:
        list(members(bytes_source(slip)))
    assert caught.value.code == "unsafe_name"
    assert ".." in zipfile.ZipFile(io.BytesIO(slip)).namelist()[0]


def test_a_header_of_eight_gigabytes_is_believed_by_the_standard_library() -> None:
    import tarfile

    claimed = tar_of(tar_entry("a.xml", b"<a/>", size=8 << 30))
    with pytest.raises(RefusedFile):
        list(members(bytes_source(claimed)))
    first = tarfile.open(fileobj=io.BytesIO(claimed)).next()  # noqa: SIM115
    assert first is not None
    assert first.size == 8 << 30


def test_an_honest_workbook_and_archive_pass() -> None:
    check_zip_directory(bytes_source(zip_of(workbook())))
    assert open_archive(bytes_source(zip_of([member("a.xml"), member("b/c.xml")]))) == 8
    assert WORKBOOK.total_bytes < ARCHIVE.total_bytes
