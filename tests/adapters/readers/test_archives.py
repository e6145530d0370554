"""Members of archives as sources: names, order, nesting, what is left out, damage inside."""

from __future__ import annotations

import gc
import io
import os
import tarfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile.documents import uspto_grant
from hostile.sources import bytes_source, file_source
from hostile.zip_forge import gz_of, member, pax, tar_entry, tar_of, workbook, zip_of
from panhuo.adapters.readers.archive_limits import IN_MEMORY, Held
from panhuo.adapters.readers.archives import is_archive, members
from panhuo.adapters.readers.protocol import RefusedFile, Source
from panhuo.engine.records.raw import Reject


def content_of(source: Source) -> dict[str, bytes]:
    found = {}
    for item in members(source):
        with item.open() as stream:
            found[item.name] = stream.read()
        assert len(found[item.name]) == item.size
    return found


def test_members_are_named_by_the_way_to_them() -> None:
    archive = zip_of([member("b/two.xml", b"<b/>"), member("one.xml", b"<a/>")])
    assert content_of(bytes_source(archive, "x.zip")) == {"x.zip!/b/two.xml": b"<b/>", "x.zip!/one.xml": b"<a/>"}
    tarred = tar_of(tar_entry("b/two.xml", b"<b/>"), tar_entry("one.xml", b"<a/>"))
    assert content_of(bytes_source(tarred, "x.tar")) == {"x.tar!/b/two.xml": b"<b/>", "x.tar!/one.xml": b"<a/>"}
    gzipped = gz_of(tarred)
    for name in ("x.tar.gz", "x.tgz", "x"):
        assert list(content_of(bytes_source(gzipped, name))) == [f"{name}!/b/two.xml", f"{name}!/one.xml"]
    assert content_of(bytes_source(gz_of(b"a,b\n"), "dir/x.csv.gz")) == {"dir/x.csv.gz!/x.csv": b"a,b\n"}


def test_an_archive_inside_is_gone_through_and_one_inside_that_is_left_out() -> None:
    innermost = zip_of([member("deep.xml")])
    inner = zip_of([member("in.xml"), member("deeper.zip", innermost)])
    told: list[Reject] = []
    source = bytes_source(zip_of([member("out.xml"), member("in.zip", inner)]), "x.zip")
    assert [item.name for item in members(source, skipped=told.append)] == ["x.zip!/out.xml", "x.zip!/in.zip!/in.xml"]
    assert [(reject.code, reject.member) for reject in told] == [("nested_too_deep", "deeper.zip")]
    with pytest.raises(RefusedFile) as caught:
        list(members(source))
    assert caught.value.code == "nested_too_deep"


def test_a_tar_gz_inside_a_zip_counts_as_one_level() -> None:
    inner = gz_of(tar_of(tar_entry("in.xml", b"<a/>")))
    assert list(content_of(bytes_source(zip_of([member("t.tar.gz", inner)]), "x.zip"))) == ["x.zip!/t.tar.gz!/in.xml"]


def test_a_damaged_archive_inside_does_not_take_the_others_with_it() -> None:
    source = bytes_source(zip_of([member("bad.zip", zip_of([member("a.xml")])[:-30]), member("good.xml")]), "x.zip")
    told: list[Reject] = []
    assert [item.name for item in members(source, skipped=told.append)] == ["x.zip!/good.xml"]
    assert [reject.code for reject in told] == ["damaged_archive"]
    assert told[0].file == "x.zip"


def test_pictures_and_litter_beside_documents_are_left_out_and_told() -> None:
    told: list[Reject] = []
    names = ["CN1/CN1.XML", "CN1/1.TIF", "CN1/2.jpg", "__MACOSX/._CN1.XML", ".DS_Store", "CN1/empty.xml", "x.dtd"]
    archive = zip_of([member(name, b"" if "empty" in name else b"<a/>") for name in names])
    assert [item.name for item in members(bytes_source(archive, "x.zip"), skipped=told.append)] == [
        "x.zip!/CN1/CN1.XML"
    ]
    assert [reject.code for reject in told] == ["companion_file"] * 4 + ["empty_file", "companion_file"]
    assert len(list(members(bytes_source(archive)))) == 1


def test_links_and_devices_are_left_out_with_the_reason() -> None:
    told: list[Reject] = []
    entries = [
        tar_entry("s", kind=tarfile.SYMTYPE, link="/etc/passwd"),
        tar_entry("h", kind=tarfile.LNKTYPE, link="a.xml"),
        tar_entry("d", kind=tarfile.CHRTYPE),
        tar_entry("f", kind=tarfile.FIFOTYPE),
        tar_entry("dir/", kind=tarfile.DIRTYPE),
        tar_entry("a.xml", b"<a/>"),
    ]
    assert [item.name for item in members(bytes_source(tar_of(*entries), "x.tar"), skipped=told.append)] == [
        "x.tar!/a.xml"
    ]
    assert [reject.code for reject in told] == ["link", "link", "device", "device"]
    link = member("l.xml", b"/etc/passwd", attributes=0xA1FF0000)
    told.clear()
    assert len(list(members(bytes_source(zip_of([link, member("a.xml")])), skipped=told.append))) == 1
    assert [reject.code for reject in told] == ["link"]


def test_long_names_of_both_kinds_are_read() -> None:
    long = "ordner/" + "名" * 60 + ".xml"
    stream = io.BytesIO()
    for style in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w", format=style) as tar:
            info = tarfile.TarInfo(long)
            info.size = 4
            tar.addfile(info, io.BytesIO(b"<a/>"))
        assert content_of(bytes_source(stream.getvalue(), "x")) == {f"x!/{long}": b"<a/>"}
    assert list(content_of(bytes_source(tar_of(pax({"path": "é.xml"}), tar_entry("a", b"<a/>")), "x"))) == ["x!/é.xml"]


def test_names_packed_on_chinese_windows_are_read() -> None:
    archive = zip_of([member("专利.xml".encode("gb18030"), flags=0)])
    assert [item.name for item in members(bytes_source(archive, "x"))] == ["x!/专利.xml"]
    assert [item.name for item in members(bytes_source(zip_of([member("专利.xml")]), "x"))] == ["x!/专利.xml"]


def test_workbooks_and_plain_files_are_no_archives() -> None:
    assert not is_archive(bytes_source(zip_of(workbook())))
    assert not is_archive(bytes_source(zip_of(workbook()[::-1])))
    odt = zip_of([member("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), member("content.xml")])
    assert not is_archive(bytes_source(odt))
    for content in (b"", b"P", b"PK", b"<a/>", b"a,b\n" * 999, uspto_grant()):
        assert not is_archive(bytes_source(content))


def test_a_zip_that_holds_a_workbook_without_deflating_it_is_an_archive() -> None:
    book = zip_of(workbook())
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("pat.xlsx", book)
    source = bytes_source(stored.getvalue(), "z.zip")
    assert is_archive(source)
    assert content_of(source) == {"z.zip!/pat.xlsx": book}


def test_a_workbook_is_known_by_its_directory_wherever_its_parts_stand_in_it() -> None:
    parts = [member(f"other/{number:05d}.xml") for number in range(2_000)]
    assert not is_archive(bytes_source(zip_of([parts[0], *workbook(), *parts[1:]])))


def test_archives_are_known_by_their_bytes_whatever_their_name() -> None:
    for content in (
        zip_of([member("a.xml")]),
        gz_of(b"a"),
        tar_of(tar_entry("a", b"a")),
        b"Rar!\x1a\x07\x00",
        zip_of([]),
    ):
        assert is_archive(bytes_source(content, "patents.csv"))


def test_each_opening_has_its_own_position_and_any_order_works() -> None:
    big = os.urandom(IN_MEMORY + 999)
    archive = zip_of([member("a.bin", big, method=8), member("b.bin", b"b" * 9)])
    first, second = members(bytes_source(archive))
    with first.open() as one, first.open() as two:
        assert one.read(5) == two.read(5) == big[:5]
        two.seek(-9, os.SEEK_END)
        assert (one.read(1), two.read()) == (big[5:6], big[-9:])
        assert second.open().read() == b"b" * 9
        assert one.read() == big[6:]
    assert first.open().read() == big


def test_members_of_a_tar_read_only_their_own_bytes() -> None:
    one, two = members(bytes_source(tar_of(tar_entry("a", b"a" * 700), tar_entry("b", b"b" * 5))))
    with one.open() as stream:
        assert stream.read() == b"a" * 700
        assert stream.read() == b""
        stream.seek(699)
        assert stream.read(10) == b"a"
    with two.open() as stream:
        assert stream.read() == b"bbbbb"


def test_an_empty_archive_says_so() -> None:
    with pytest.raises(RefusedFile, match="holds no file"):
        list(members(bytes_source(zip_of([]))))


def test_real_packers_are_read(tmp_path: Path) -> None:
    content = {"a.xml": b"<a/>" * 5_000, "b/c.xml": b"<c/>", "空.xml": b"<d/>"}
    for compression in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        path = tmp_path / "real.zip"
        with zipfile.ZipFile(path, "w", compression) as archive:
            for name, data in content.items():
                archive.writestr(name, data)
        assert content_of(file_source(path)) == {f"{path}!/{name}": data for name, data in content.items()}
    for mode in ("w", "w:gz"):
        path = tmp_path / "real.tar"
        with tarfile.open(path, mode) as tar:  # type: ignore[call-overload]
            for name, data in content.items():
                (tmp_path / "part").write_bytes(data)
                tar.add(tmp_path / "part", name)
        assert content_of(file_source(path)) == {f"{path}!/{name}": data for name, data in content.items()}


def test_a_zip_behind_a_program_and_one_with_a_comment_are_read() -> None:
    with io.BytesIO() as stream:
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("a.xml", "<a/>")
            archive.comment = b"from the office" * 9
        assert len(content_of(bytes_source(stream.getvalue()))) == 1


@given(st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=6))
def test_what_is_packed_comes_out(parts: list[bytes]) -> None:
    parts = [b"x" + part for part in parts]  # so that no part looks like an archive
    packed = zip_of([member(f"{at}.txt", part) for at, part in enumerate(parts)])
    tarred = gz_of(tar_of(*(tar_entry(f"{at}.txt", part) for at, part in enumerate(parts))))
    for archive in (packed, tarred):
        assert list(content_of(bytes_source(archive)).values()) == parts


@given(st.binary(max_size=400), st.sampled_from([b"PK\x03\x04", b"\x1f\x8b\x08", b"PK\x05\x06", b""]))
def test_rubbish_is_refused_or_no_archive(content: bytes, mark: bytes) -> None:
    source = bytes_source(mark + content)
    if is_archive(source):
        with suppress(RefusedFile):
            content_of(source)


def test_held_bytes_leave_no_descriptor_behind() -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        Held(iter([b"a" * (IN_MEMORY + 1)])).open().close()
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) <= before + 1
