"""Files of all families, damaged at random but repeatably, and what became of each.

`python -m hostile.mutations SEED INDEX [REFERENCE]` replays one.
"""

from __future__ import annotations

import io
import random
import signal
import struct
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import xlsxwriter

from hostile.documents import OLDER, exchange_document, exchange_file, good_documents, uspto_grant
from hostile.sources import bytes_source
from hostile.zip_forge import gz_of, member, tar_entry, tar_of, zip_of
from panhuo.adapters.readers.archives import is_archive, members
from panhuo.adapters.readers.detect import detect
from panhuo.adapters.readers.protocol import ReadOptions, RefusedFile, Source
from panhuo.engine.records.raw import RawBatch, Reject

SECONDS = 5.0
LARGEST_SEED = 300_000
Reads = Callable[[Source], Iterator[RawBatch | Reject]]

_PATENTS = [
    ("公开(公告)号", "申请号", "标题", "申请日", "公开(公告)日", "当前申请(专利权)人", "IPC分类号", "法律状态"),
    (
        "CN113999999A",
        "CN202110123456.7",
        "一种茶叶分选机",
        "2021-11-01",
        "2022-03-15",
        "云湖大学 | 青山食品有限公司",
        "B07C5/34",
        "授权",
    ),
    ("CN219999999U", "CN202220234567.5", "一种窑炉", "2022-01-04", "2022-07-01", "云湖大学", "F27B9/00", "未缴年费"),
    ("CN308999999S", "CN202330345678.3", "茶壶", "2023-02-02", "2023-08-01", "甲某", "", "授权"),
]
_LICENCES = [
    ("备案号", "专利号", "专利名称", "许可人", "被许可人", "许可种类", "备案日期"),
    ("X2023980099999", "ZL202110123456.7", "一种茶叶分选机", "云湖大学", "青山食品有限公司", "普通许可", "2023-07-20"),
]
_JSON = '{"publication_number": "CN113999999A", "title": "一种茶叶分选机", "abstract": "分选茶叶"}\n'
_CNKI = (
    "[1]甲某,乙某. 一种茶叶分选机[P]. 广东：CN113999999A,2022-03-15.\n\n"
    "[2]丙某. 一种窑炉[P]. 广东：CN219999999U,2022-07-01.\n"
)


def _csv(rows: list[tuple[str, ...]], separator: str = ",") -> str:
    return "\r\n".join(separator.join(f'"{cell}"' for cell in row) for row in rows) + "\r\n"


def _workbook(*sheets: list[tuple[str, ...]]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return stream.getvalue()


def written_seeds() -> dict[str, bytes]:
    """Files of every family, made here."""
    seeds = {f"{name}.xml": content for name, content in good_documents().items()}
    seeds |= {f"{name}.old": content for name, content in OLDER.items()}
    seeds["bulk.xml"] = b"".join(uspto_grant(f"0999000{at}") for at in range(4))
    seeds["docdb.xml"] = exchange_file(*(exchange_document(str(113_999_990 + at)) for at in range(5)))
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        seeds[f"patents-{encoding}.csv"] = _csv(_PATENTS).encode(encoding)
    seeds["patents.tsv"] = _csv(_PATENTS, "\t").encode()
    seeds["licences.csv"] = _csv(_LICENCES).encode("gb18030")
    seeds["patents.xlsx"] = _workbook(_PATENTS)
    seeds["two.xlsx"] = _workbook(_LICENCES, _LICENCES)
    seeds["patents.jsonl"] = (_JSON * 3).encode()
    seeds["refs.txt"] = _CNKI.encode()
    inside = [member("a/1.xml", seeds["cnipa_xml.xml"]), member("b.csv", seeds["licences.csv"])]
    seeds["nested.zip"] = zip_of([*inside, member("c.zip", zip_of(inside))])
    packed = tar_of(tar_entry("1.xml", seeds["cnipa_xml_2006.xml"]), tar_entry("b.csv", seeds["licences.csv"]))
    seeds["packed.tar.gz"] = gz_of(packed)
    seeds["packed.tar"] = tar_of(tar_entry("1.xml", seeds["uspto_grant_xml.xml"]))
    seeds["patents.csv.gz"] = gz_of(seeds["patents-gb18030.csv"])
    return seeds


def reference_seeds(folder: Path) -> dict[str, bytes]:
    """Real files up to 300 KB, read where they lie."""
    wanted = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.stat().st_size <= LARGEST_SEED]
    return {f"reference/{path.relative_to(folder)}": path.read_bytes() for path in wanted if path.name != "README.md"}


def mutation(seeds: dict[str, bytes], seed: int, index: int) -> tuple[str, bytes]:
    """The index-th damaged file of a seed: its name, with what was done, and its bytes."""
    dice = random.Random(f"{seed}:{index}")
    name = dice.choice(sorted(seeds))
    data, done = bytearray(seeds[name]), []
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        damage = dice.choice(_DAMAGES)
        damage(data, dice, seeds)
        done.append(damage.__name__.strip("_"))
    return f"{name} [{', '.join(done)}]", bytes(data)


Damage = Callable[[bytearray, random.Random, dict[str, bytes]], None]


def _place(data: bytearray, dice: random.Random) -> int:
    return dice.randrange(len(data) + 1)


def _flip(data: bytearray, dice: random.Random, _: dict[str, bytes]) -> None:
    for _ in range(dice.choice((1, 2, 8, 40))):
        if data:
            data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)


def _overwrite(data: bytearray, dice: random.Random, _: dict[str, bytes]) -> None:
    at = _place(data, dice)
    data[at : at + dice.choice((1, 4, 64))] = dice.randbytes(dice.choice((1, 4, 64)))


def _cut_off(data: bytearray, dice: random.Random, _: dict[str, bytes]) -> None:
    del data[_place(data, dice) :]


def _cut_out(data: bytearray, dice: random.Random, _: dict[str, bytes]) -> None:
    at = _place(data, dice)
    del data[at : at + dice.choice((1, 10, 300, 3_000))]


def _double(data: bytearray, dice: random.Random, _: dict[str, bytes]) -> None:
    at = _place(data, dice)
    data[at:at] = data[at : at + dice.choice((5, 200, 5_000))] * dice.choice((1, 3, 30))


def _splice(data: bytearray, dice: random.Random, seeds: dict[str, bytes]) -> None:
    other = seeds[dice.choice(sorted(seeds))]
    start = dice.randrange(len(other) + 1)
    at = _place(data, dice)
    data[at : at + dice.choice((0, 500))] = other[start : start + dice.choice((20, 1_000, 20_000))]


def _insert(data: bytearray, dice: random.Random, _: dict[str, bytes]) -> None:
    at = _place(data, dice)
    data[at:at] = dice.choice(_INSERTED)


def _in_tag(data: bytearray, dice: random.Random, _: dict[str, bytes]) -> None:
    """Something inside a start tag, where attributes stand."""
    at = data.find(b">", _place(data, dice))
    if at > 0:
        data[at:at] = dice.choice((b' a="' + b"x" * 300_000 + b'"', b' a="1" a="2"', b" xmlns:q='u'", b" &x;", b" <"))


def _digits(data: bytearray, dice: random.Random, _: dict[str, bytes]) -> None:
    """A number made huge, negative, or of other digits."""
    places = [at for at, byte in enumerate(data[:20_000]) if 48 <= byte <= 57]
    if places:
        at = dice.choice(places)
        data[at : at + 1] = dice.choice((b"9" * 400, b"-1", b"1e999", b"NaN", "１２".encode(), "٣".encode(), b""))


def _field(data: bytearray, dice: random.Random, _: dict[str, bytes]) -> None:
    """A field of a zip, gzip or tar header; where there is none, any four bytes."""
    marks = [
        at for mark in (b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"ustar") for at in _all(data, mark)
    ]
    at = (dice.choice(marks) if marks else _place(data, dice)) + dice.randrange(46)
    value = dice.choice((0, 1, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, dice.randrange(1 << 32)))
    data[at : at + 4] = struct.pack("<I", value)[: dice.choice((1, 2, 4))]


def _all(data: bytearray, mark: bytes) -> Iterator[int]:
    at = data.find(mark)
    while at >= 0:
        yield at
        at = data.find(mark, at + 1)


def _encoding(data: bytearray, dice: random.Random, _: dict[str, bytes]) -> None:
    """Another encoding than the file says, or a name of one that is odd."""
    at = data.find(b"UTF-8", 0, 200)
    if at >= 0:
        data[at : at + 5] = dice.choice(
            (b"GB18030", b"UTF-16", b"UTF-7", b"latin-1", b"x" * 30, b"", b"IBM037", b"gb2312")
        )
    else:
        data[0:0] = dice.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\0"))


_INSERTED = (
    *(b"\0", b"\0" * 999, b"&x;", b"&#0;", b"&#x110000;", b"&nbsp;", b"<", b">", b"]]>", b"<![CDATA[", b"<!--"),
    *(b'<?xml version="1.0"?>', b'\n<?xml version="1.0" encoding="UTF-16"?>\n', b"<?x", b"</", b"<a>" * 5_000),
    *(b'<!DOCTYPE a [<!ENTITY x "y">]>', b'<!DOCTYPE a SYSTEM "file:///etc/passwd">', b"<!ENTITY x SYSTEM 'x'>"),
    *(b"\xff\xfe", b"\xef\xbb\xbf", b"\x80\x81\xfe", "𠮷㐀".encode("gb18030"), b"\xed\xa0\x80", b"\xe2\x80\xae"),
    *(b"," * 3_000, b"\t" * 300, b'"' * 99, b" | " * 500, b"=cmd|' /C calc'!A0", b"x" * 200_000, b"{" * 5_000),
    *(b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18, b"\x1f\x8b\x08\0", b"9" * 5_000, b"-", b"2021-13-45", b"\x1a"),
    *(b"[" * 50_000, b"-->", b'"', b"'", b"\r", b"\n\n", b"\x0c"),
)
_DAMAGES: tuple[Damage, ...] = (
    *(_flip, _flip, _overwrite, _cut_off, _cut_out, _double, _splice),
    *(_insert, _insert, _in_tag, _digits, _field, _encoding),
)


def read_file(source: Source) -> Iterator[RawBatch | Reject]:
    """Detect and read, archives member by member, as an import does."""
    inside = members(source, skipped=lambda reject: None) if is_archive(source) else iter((source,))
    for item in inside:
        yield from detect(item).reader.read(item, ReadOptions())


@dataclass
class Tally:
    """What became of a run. outcomes: kind -> count. violations: name, index and the end of the traceback."""

    outcomes: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    slowest: float = 0.0
    seconds: float = 0.0

    @property
    def landed(self) -> int:
        """Files that a reader was asked to read: the damage went past the door."""
        return sum(count for kind, count in self.outcomes.items() if kind != "refused: unknown_format")


class TooSlow(BaseException):
    """Five seconds of computing for one file; no Exception, so that no reader catches it."""


def run(seeds: dict[str, bytes], seed: int, indexes: range, *, reads: Reads = read_file) -> Tally:
    """Read each damaged file; rows, rejects and refusals are allowed, all else is a violation."""
    tally, started = Tally(), time.monotonic()
    previous = signal.signal(signal.SIGPROF, _too_slow)
    try:
        for index in indexes:
            name, data = mutation(seeds, seed, index)
            before = time.process_time()
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            try:
                tally.outcomes[_outcome(bytes_source(data, "mutated"), reads)] += 1
            except (Exception, TooSlow):  # noqa: BLE001 - any other exception is what is looked for
                tally.violations.append(f"{name}: replay with {seed} {index}\n{traceback.format_exc(limit=-6)}")
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
            tally.slowest = max(tally.slowest, time.process_time() - before)
    finally:
        signal.signal(signal.SIGPROF, previous)
    tally.seconds = time.monotonic() - started
    return tally


def _outcome(source: Source, reads: Reads) -> str:
    rows = rejects = 0
    try:
        for item in reads(source):
            if isinstance(item, Reject):
                rejects += 1
                assert item.code, item
                assert item.message, item
            else:
                rows += len(item)
                assert all(len(column) == len(item) for column in item.columns.values())
                assert item.events is None or len(item.events) == len(item)
    except RefusedFile as refusal:
        return f"refused: {refusal.code}" if refusal.message else "refused without a word"
    return "rows and rejects" if rows and rejects else "rows" if rows else "rejects" if rejects else "nothing"


def _too_slow(*_: object) -> None:
    raise TooSlow


def main() -> None:
    """Replay one damaged file and say what became of it."""
    seeds = written_seeds() | (reference_seeds(Path(sys.argv[3])) if len(sys.argv) > 3 else {})
    seed, index = int(sys.argv[1]), int(sys.argv[2])
    name, data = mutation(seeds, seed, index)
    print(name, len(data))
    tally = run(seeds, seed, range(index, index + 1))
    print(tally.outcomes, *tally.violations)


if __name__ == "__main__":
    main()
