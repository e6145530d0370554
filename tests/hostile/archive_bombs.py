"""Archives made to harm: name -> bytes. Each must be refused quickly and without filling memory.

Run as a program with a folder of such files it opens one after the other and prints a JSON line for each: a
process of its own, so that the memory it took is known.
"""

from __future__ import annotations

import json
import resource
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from hostile.sources import file_source
from hostile.zip_forge import (
    blank_member,
    gz_blanks,
    gz_of,
    member,
    pax,
    tar_entry,
    tar_of,
    workbook,
    zip_of,
)
from panhuo.adapters.readers.archives import check_zip_directory, members
from panhuo.adapters.readers.protocol import RefusedFile, Source

MB = 1 << 20
Maker = Callable[[], bytes]


def _zips() -> Iterator[tuple[str, Maker]]:
    for size in (64, 200, 512):
        yield f"zip: blanks inflating to {size} MB", lambda s=size: zip_of([blank_member("a.xml", s * MB)])
    yield (
        "zip: eight members of 30 MB, each below the bar",
        lambda: zip_of([blank_member(f"{i}.xml", 30 * MB) for i in range(8)]),
    )
    yield "zip: 100,001 members", lambda: zip_of([member(f"{i}.xml", b"") for i in range(100_001)])
    yield "zip: 150,000 members, end record says 1", lambda: zip_of(_small(150_000), count=1)
    yield "zip: 150,000 entries on one member", lambda: zip_of([_shared(i) for i in range(150_000)])
    yield "zip: end record says 65,535 members", lambda: zip_of([member("a.xml")], count=0xFFFF)
    yield "zip64: end record says 2^40 members", lambda: zip_of([member("a.xml")], zip64_count=1 << 40)
    yield (
        "zip: directory of 60 MB comments",
        lambda: zip_of([member(f"{i}.xml", comment=b"c" * 60_000) for i in range(1_000)]),
    )
    yield "zip: directory said to be 4 GB", lambda: zip_of([member("a.xml")], directory_size=0xFFFFFFFE)
    yield "zip: directory said to be empty", lambda: zip_of([member("a.xml")], directory_size=0)
    yield "zip: two entries on one member", lambda: zip_of([member("a.xml"), member("b.xml", offset=0)])
    yield (
        "zip: full overlap, 1,000 entries on 21 MB",
        lambda: zip_of(
            [blank_member("a.xml", 21 * MB), *(blank_member(f"{i}.xml", 21 * MB, offset=0) for i in range(1_000))]
        ),
    )
    yield "zip: one member inside the data of another", _quoted
    yield "zip: two members of one name", lambda: zip_of([member("a.xml"), member("a.xml", b"<b/>")])
    for stated, real in ((10, 200), (MB, 64), (31 * MB, 512)):
        yield (
            f"zip: says {stated} bytes, inflates to {real} MB",
            lambda s=stated, r=real: zip_of([blank_member("a.xml", r * MB, size=s)]),
        )
    yield (
        "zip: says less and carries a checksum of less",
        lambda: zip_of([blank_member("a.xml", 64 * MB, size=3, crc=member("x", b"   ").crc)]),
    )
    yield "zip: says 4 GB out of 10 bytes", lambda: zip_of([member("a.xml", size=0xFFFFFFFE)])
    yield (
        "zip: 45 members of 99 MB at ratio 99",
        lambda: zip_of([member(f"{i}.xml", data=b"\0" * MB, size=99 * MB) for i in range(45)]),
    )
    yield "zip: encrypted", lambda: zip_of([member("a.xml", flags=0x801)])
    yield "zip: strongly encrypted", lambda: zip_of([member("a.xml", flags=0x841)])
    for name in _OUTSIDE:
        yield f"zip: member named {name!r}", lambda n=name: zip_of([member("ok.xml"), member(n)])
    for target in ("/etc/passwd", "../../secret.xml", "."):
        yield f"zip: link to {target}", lambda t=target: zip_of([member("l.xml", t.encode(), attributes=0xA1FF0000)])
    for method in (1, 6, 9, 12, 14, 93, 99):
        yield f"zip: packing method {method}", lambda m=method: zip_of([member("a.xml", method=m)])
    yield "zip: three deep", lambda: _deep(3)
    yield "zip: thirty deep", lambda: _deep(30)
    yield "zip: bomb in a zip", lambda: zip_of([member("in.zip", zip_of([blank_member("a.xml", 200 * MB)]))])
    yield (
        "zip: lying zip in a zip",
        lambda: zip_of([member("in.zip", zip_of([blank_member("a.xml", 64 * MB, size=9)]))]),
    )
    yield "zip: 200 zips of 600 members", lambda: zip_of([member(f"{i}.zip", zip_of(_small(600))) for i in range(200)])
    yield "zip: gz bomb in a zip", lambda: zip_of([member("a.xml.gz", gz_blanks(200 * MB))])
    yield (
        "zip: 16 zips in each of 16",
        lambda: zip_of(
            [member(f"{i}.zip", zip_of([member(f"{j}.zip", zip_of(_small(3))) for j in range(16)])) for i in range(16)]
        ),
    )
    yield "zip: cut in the middle", lambda: zip_of([member("a.xml", b"<a>" * 9_000)])[:60]
    yield "zip: no end record", lambda: zip_of([member("a.xml")])[:-22]
    yield "zip: member begins beyond the file", lambda: zip_of([member("a.xml"), member("b.xml", offset=10**9)])
    yield "zip: local header under another name", lambda: zip_of([member("a.xml", local_name=b"b.xml")])
    yield "zip: wrong checksum", lambda: zip_of([member("a.xml", crc=1)])
    yield "zip: data that is no deflate", lambda: zip_of([member("a.xml", data=b"\xff" * 40)])
    yield "zip: deflate that does not end", lambda: zip_of([member("a.xml", data=member("x", b"<a>" * 99).data[:-3])])


_OUTSIDE = (
    *("../a.xml", "a/../../b.xml", "/etc/cron.d/a", "C:\\a.xml", "..\\..\\a.xml", "a/b/../../../c.xml"),
    *("//server/share/a.xml", "\\\\server\\a.xml", "a\nb.xml", ".."),
)


def _small(count: int) -> list[object]:
    packed = member("x", b"")
    return [type(packed)(b"%d.xml" % i, packed.data) for i in range(count)]


def _shared(at: int) -> object:
    return member(b"%d.xml" % at, b"", offset=0) if at else member(b"0.xml", b"")


def _quoted() -> bytes:
    inner = zip_of([member("in.xml", b"<a/>" * 50)])
    outer = member("out.xml", inner, method=0, data=inner)
    return zip_of([outer, member("in.xml", b"<a/>" * 50, offset=30 + len("out.xml"))])


def _deep(levels: int) -> bytes:
    content = zip_of([member("a.xml")])
    for _ in range(levels - 1):
        content = zip_of([member("in.zip", content)])
    return content


def _streams() -> Iterator[tuple[str, Maker]]:
    for size in (64, 200, 512):
        yield f"gz: blanks inflating to {size} MB", lambda s=size: gz_blanks(s * MB)
    yield "gz: 20 parts of 30 MB", lambda: gz_blanks(30 * MB) * 20
    yield "gz: 100,001 empty parts", lambda: gz_of(b"") * 100_001
    yield "gz: cut off", lambda: gz_of(b"<a>" * 9_000)[:-30]
    yield "gz: rubbish behind it", lambda: gz_of(b"<a/>") + b"rubbish"
    yield "gz: wrong checksum", lambda: gz_of(b"<a/>")[:-8] + b"\0" * 8
    yield "gz: in a gz in a gz", lambda: gz_of(gz_of(gz_of(b"<a/>")))
    yield "tar.gz: member of 200 MB blanks", lambda: _gz_tar(200 * MB)
    yield "tar: header claims 8 GB", lambda: tar_of(tar_entry("a.xml", b"<a/>", size=8 << 30))
    yield "tar: sparse file said to be 1 TB", lambda: tar_of(_sparse())
    yield (
        "tar: pax sparse file said to be 1 TB",
        lambda: tar_of(
            pax({"GNU.sparse.major": "1", "GNU.sparse.realsize": str(1 << 40)}), tar_entry("a.xml", b"<a/>")
        ),
    )
    yield "tar: pax header of 8 GB", lambda: tar_of(pax({"path": "a.xml"}, size=8 << 30))
    yield "tar.gz: pax header of 31 MB", lambda: gz_of(tar_of(tar_entry("pax", b" " * (31 * MB), kind=tarfile.XHDTYPE)))
    yield "tar: pax record of length 0", lambda: tar_of(tar_entry("pax", b"0 a=b\n", kind=tarfile.XHDTYPE))
    yield "tar: pax size of 400 digits", lambda: tar_of(pax({"size": "9" * 400}), tar_entry("a.xml"))
    yield "tar: pax size beyond the file", lambda: tar_of(pax({"size": str(1 << 50)}), tar_entry("a.xml"))
    yield "tar: long name of 8 GB", lambda: tar_of(tar_entry("l", b"a", kind=tarfile.GNUTYPE_LONGNAME, size=8 << 30))
    yield (
        "tar.gz: 120,000 long-name headers",
        lambda: gz_of(tar_of(tar_entry("l", b"a", kind=tarfile.GNUTYPE_LONGNAME) * 120_000)),
    )
    yield "tar.gz: 100,001 members", lambda: gz_of(tar_of(tar_entry("a.xml") * 100_001))
    yield "tar: size below zero", lambda: tar_of(_negative())
    yield "tar: cut in a header", lambda: tar_of(tar_entry("a.xml", b"<a/>") * 2)[:1300]
    for name in ("../a.xml", "/etc/cron.d/a", "a/../../b.xml"):
        yield f"tar: member named {name!r}", lambda n=name: tar_of(tar_entry(n, b"<a/>"))
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE):
        yield f"tar: entry of type {kind!r}", lambda k=kind: tar_of(tar_entry("a.xml", kind=k, link="/etc/passwd"))
    for name, mark in (("rar", b"Rar!\x1a\x07\x01\0"), ("7z", b"7z\xbc\xaf\x27\x1c"), ("bzip2", b"BZh91AY&SY")):
        yield f"{name}: a packer that is not read", lambda m=mark: m + b"\0" * 600


def _gz_tar(size: int) -> bytes:
    return gz_of(tar_entry("a.xml", b"", size=size)) + gz_blanks(size)


def _sparse() -> bytes:
    return tar_entry("a.xml", b"<a/>", kind=tarfile.GNUTYPE_SPARSE)


def _negative() -> bytes:
    header = bytearray(tar_entry("a.xml"))
    header[124:136] = b"\xff" * 12
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


def _workbooks() -> Iterator[tuple[str, Maker]]:
    sheet, strings = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
    yield "xlsx: 200 MB sheet in 200 KB", lambda: zip_of(workbook(**{sheet: blank_member(sheet, 200 * MB)}))
    yield (
        "xlsx: sheet that says 1 KB and inflates to 200 MB",
        lambda: zip_of(workbook(**{sheet: blank_member(sheet, 200 * MB, size=1024)})),
    )
    yield "xlsx: 64 MB of shared strings", lambda: zip_of([*workbook(), blank_member(strings, 64 * MB)])
    yield "xlsx: 5,001 parts", lambda: zip_of([*workbook(), *(member(f"xl/media/{i}.bin", b"") for i in range(5_001))])
    yield "xlsx: two entries on one sheet", lambda: zip_of([*workbook(), member("xl/worksheets/sheet2.xml", offset=0)])
    yield "xlsx: two sheets of one name", lambda: zip_of([*workbook(), member(sheet, b"<a/>")])
    yield "xlsx: part named ../../a.xml", lambda: zip_of([*workbook(), member("../../a.xml")])
    yield "xlsx: encrypted part", lambda: zip_of([*workbook(), member("xl/a.xml", flags=0x801)])
    yield "xlsx: wrong checksum", lambda: zip_of([*workbook(), member("xl/a.xml", crc=7)])
    yield "xlsx: cut off", lambda: zip_of(workbook())[:-60]


ARCHIVE_BOMBS: dict[str, Maker] = dict((*_zips(), *_streams()))
WORKBOOK_BOMBS: dict[str, Maker] = dict(_workbooks())


def open_archive(source: Source) -> int:
    """Read all members to their end; gives the bytes read."""
    total = 0
    for item in members(source):
        with item.open() as stream:
            while chunk := stream.read(MB):
                total += len(chunk)
    return total


def write_bombs(folder: Path) -> dict[str, str]:
    """Write the corpus into a folder; gives name of the bomb by file name."""
    named = {}
    for suffix, bombs in ((".bin", ARCHIVE_BOMBS), (".xlsx", WORKBOOK_BOMBS)):
        for at, (name, maker) in enumerate(bombs.items()):
            path = folder / f"{at:03}{suffix}"
            path.write_bytes(maker())
            named[path.name] = name
    return named


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """One JSON line a bomb: file, code of the refusal ("" if taken), seconds, growth of the peak in MB."""
    for path in sorted(Path(sys.argv[1]).iterdir()):
        source = file_source(path)
        before, started, code = _peak_mb(), time.process_time(), ""
        try:
            (check_zip_directory if path.suffix == ".xlsx" else open_archive)(source)
        except RefusedFile as refusal:
            code = refusal.code
        except Exception as error:  # noqa: BLE001 - this is what the test looks for
            code = f"!{type(error).__name__}: {error}"
        seconds = time.process_time() - started
        print(
            json.dumps({"file": path.name, "code": code, "seconds": seconds, "grown_mb": _peak_mb() - before}),
            flush=True,
        )


if __name__ == "__main__":
    main()
