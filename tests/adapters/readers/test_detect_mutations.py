"""Damaged tables and texts: whatever the bytes, a reader gives rows, rejects or one refusal."""

from __future__ import annotations

import io
import os
import random
import zipfile
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_table_lines import lines, parquet
from test_text_references import TEXT

from panhuo.adapters.readers.detect import all_readers, detect
from panhuo.adapters.readers.protocol import ReadOptions, RefusedFile
from panhuo.engine.records.raw import RawBatch
from table_files import application, csv_bytes, publication, read, source_of, workbook

SEED = int(os.environ.get("PANHUO_MUTATION_SEED", "20261122"))
HEADING = ("公开(公告)号", "专利号", "标题", "摘要", "申请人", "发明人", "申请日", "IPC分类号")
ROWS = [
    HEADING,
    *(
        (
            publication(n),
            application(n),
            f"一种散热片{n}",
            "本发明公开了\n一种,散热片。",
            "云湖大学",
            "张甲;李乙",
            "2020-05-28",
            "F28F1/12",
        )
        for n in range(12)
    ),
]
LEDGER = [
    ("专利号", "许可方", "被许可方", "备案号", "备案日期"),
    (application(1), "云湖大学", "甲公司", "X1", "2023-05-06"),
]

SEEDS: dict[str, bytes] = {
    "utf8.csv": csv_bytes(ROWS),
    "gb.csv": csv_bytes(ROWS, encoding="gb18030"),
    "utf16.csv": csv_bytes(ROWS, encoding="utf-16"),
    "tabs.tsv": csv_bytes(ROWS, delimiter="\t"),
    "ledger.csv": csv_bytes(LEDGER),
    "list.xlsx": workbook({"表": ROWS, "许可": LEDGER}),
    "lines.jsonl": lines(*({"publication_number": publication(n), "title": "散热片", "ipc": ["F28F1/12"], "cited_by": n} for n in range(9))),
    "list.parquet": parquet({"publication_number": [publication(n) for n in range(50)], "owners": [["甲", "乙"]] * 50}),
    "refs.txt": TEXT.encode(),
}  # fmt: skip
BITES = (
    b"\x00",
    b'"',
    b",",
    b"\n",
    b"\r",
    b"\xff",
    b"\xef\xbb\xbf",
    b"<",
    b"&",
    b"{",
    b"]",
    b"\t",
    b"'=",
    b"\xe4\xb8",
    b"9" * 40,
    b"PK\x03\x04",
)


def damaged(data: bytes, dice: random.Random) -> bytes:
    """The bytes with one to four things done to them."""
    for _ in range(dice.randint(1, 4)):
        at, to = sorted((dice.randrange(len(data) + 1), dice.randrange(len(data) + 1)))
        to = min(to, at + dice.choice((1, 4, 60, 4000)))
        piece = data[at:to]
        data = dice.choice(
            (
                lambda at=at, to=to, data=data: data[:at] + dice.choice(BITES) + data[to:],
                lambda at=at, to=to, data=data: data[:at] + data[to:],
                lambda at=at, piece=piece, data=data: data[:at] + piece * dice.randint(2, 5) + data[at:],
                lambda at=at, data=data: (
                    data[:at] + bytes(dice.randrange(256) for _ in range(dice.randint(1, 8))) + data[at:]
                ),
                lambda at=at, data=data: data[: at + 1],
                lambda at=at, piece=piece, data=data: data[:at] + piece[::-1] + data[at + len(piece) :],
            )
        )()
    return data


def damaged_inside(data: bytes, dice: random.Random) -> bytes:
    """A workbook whose zip is whole and one of whose parts is damaged."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        victim = dice.choice(names)
        for name in names:
            part = old.read(name)
            new.writestr(name, damaged(part, dice) if name == victim else part)
    return made.getvalue()


WAYS_OUT = {"rows", "nothing", "refused"}


def outcome(data: bytes, name: str, forced: str | None = None) -> str:
    """rows, nothing or refused; everything else comes out as the exception that it is."""
    source = source_of(data, name)
    try:
        reader = detect(source, forced=forced).reader
        count = 0
        for item in reader.read(source, ReadOptions(forced=forced is not None)):
            if isinstance(item, RawBatch):
                assert len(item) > 0
                assert {len(column) for column in item.columns.values()} == {len(item)}
                assert item.events is None or len(item.events) == len(item)
                assert list(item.rows) == sorted(item.rows)
                count += len(item)
    except RefusedFile as refusal:
        return "refused" if name in refusal.message else f"refused without its name: {refusal.message}"
    return "rows" if count else "nothing"


def run(count: int, make: Callable[[bytes, random.Random], bytes], names: list[str]) -> Counter[str]:
    seen: Counter[str] = Counter()
    for turn in range(count):
        dice = random.Random(f"{SEED} {turn}")
        name = names[turn % len(names)]
        data = make(SEEDS[name], dice)
        try:
            seen[outcome(data, name)] += 1
        except Exception as error:
            error.add_note(f"seed {SEED}, turn {turn}, {name}: PANHUO_MUTATION_SEED={SEED}")
            raise
    print(f"seed {SEED}: {dict(seen)}")
    assert seen.keys() <= WAYS_OUT
    return seen


def test_every_seed_is_read_whole() -> None:
    assert {name: outcome(data, name) for name, data in SEEDS.items()} == dict.fromkeys(SEEDS, "rows")


def test_damaged_files_end_in_rows_rejects_or_a_refusal() -> None:
    seen = run(900, damaged, list(SEEDS))
    assert min(seen["rows"], seen["refused"]) > 100  # both ways out were taken


def test_damaged_parts_of_workbooks_end_in_rows_rejects_or_a_refusal() -> None:
    seen = run(250, damaged_inside, ["list.xlsx"])
    assert min(seen["rows"], seen["refused"]) > 20


@pytest.mark.full
def test_many_damaged_files_end_in_rows_rejects_or_a_refusal() -> None:
    run(20_000, damaged, list(SEEDS))
    run(4_000, damaged_inside, ["list.xlsx"])


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_end_in_rows_rejects_or_a_refusal(data: bytes) -> None:
    assert outcome(data, "any.bin") in WAYS_OUT


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.lists(st.text(max_size=12), max_size=9), max_size=12), st.sampled_from(["utf-8", "utf-16", "gb18030"])
)
def test_any_cells_under_a_heading_end_in_rows_rejects_or_a_refusal(cells: list[list[str]], encoding: str) -> None:
    text = csv_bytes([HEADING, *cells], encoding="utf-8").decode()
    assert outcome(text.encode(encoding, "ignore"), "any.csv") in WAYS_OUT


@pytest.mark.parametrize("name", SEEDS)
def test_a_file_forced_into_any_format_ends_in_rows_rejects_or_a_refusal(name: str) -> None:
    for reader in all_readers():
        assert outcome(SEEDS[name], name, forced=reader.name) in WAYS_OUT


def test_a_reader_without_its_guards_would_fall(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with strict checks of encoding taken out, the same damage gets through as something else."""
    from panhuo.adapters.readers import tables_look
    from panhuo.adapters.readers.encodings import TextShape

    monkeypatch.setattr(tables_look, "text_shape", lambda source: TextShape("utf-8", 0, "believed"))
    tables_look.forget()
    with pytest.raises(UnicodeDecodeError):
        run(60, damaged, ["gb.csv"])
    tables_look.forget()


def test_reading_a_file_that_the_reader_did_not_detect_is_refused() -> None:
    with pytest.raises(RefusedFile, match=r"cannot be read as roster"):
        read(SEEDS["utf8.csv"], forced="roster")
