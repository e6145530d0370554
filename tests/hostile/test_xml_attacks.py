"""Hostile XML touches no file and no host and fills no memory, bare, in archives and in workbooks (row 37)."""

from __future__ import annotations

import io
import json
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from hostile.documents import uspto_grant
from hostile.sources import ReadOut, bytes_source, surest
from hostile.xml_attacks import doctypes, documents
from hostile.zip_forge import gz_of, member, tar_entry, tar_of, workbook, zip_of
from panhuo.adapters.readers.archives import check_zip_directory, members
from panhuo.adapters.readers.protocol import RefusedFile, Source
from panhuo.adapters.readers.xml_readers import XML_READERS
from panhuo.adapters.readers.xml_safe import BrokenPiece, parse
from panhuo.adapters.readers.xml_stream import Piece

CANARY = "canary-c0ffee-must-not-be-seen"
SECONDS, GROWTH_MB = 5.0, 200.0


class Trap:
    """A port that notes whoever calls."""

    def __init__(self) -> None:
        self.calls = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.calls += 1
            connection.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    found = Trap()
    yield found
    found.close()


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("canary") / "canary.txt"
    path.write_text(CANARY)
    return path


@pytest.fixture(scope="module")
def corpus(canary: Path, trap: Trap) -> dict[str, bytes]:
    return documents(str(canary), trap.port)


def all_said(source: Source) -> str:
    """Everything that comes out of a file, refusals included, as text."""
    said: list[object] = []
    try:
        reader = surest(XML_READERS, source)
        if reader is None:
            return "not recognised"
        out = ReadOut(reader, source)
        said += [out.rows, [str(event) for events in out.events for event in events], [str(r) for r in out.rejects]]
    except RefusedFile as refusal:
        said.append(refusal.message)
    return json.dumps(said, ensure_ascii=False, default=str)


def test_the_corpus_has_forty_attacks(corpus: dict[str, bytes]) -> None:
    assert len(corpus) >= 40


def test_nothing_of_the_canary_comes_out_and_nobody_is_called(corpus: dict[str, bytes], trap: Trap) -> None:
    seen = {name: said for name, data in corpus.items() if CANARY in (said := all_said(bytes_source(data)))}
    assert seen == {}
    assert trap.calls == 0


def test_the_canary_is_not_even_opened(corpus: dict[str, bytes], canary: Path) -> None:
    def opened(action: object) -> bool:
        os.utime(canary, (1_000_000_000, 1_000_000_000))  # read times move only where older than writing
        assert callable(action)
        action()
        return canary.stat().st_atime != 1_000_000_000

    if not opened(canary.read_text):
        pytest.skip("this file system keeps no read times")
    touched = [name for name, data in corpus.items() if opened(lambda data=data: all_said(bytes_source(data)))]
    assert touched == []
    assert opened(lambda: unsafe(corpus["DTD from file"])), "control: loading the DTD reads it"


def test_the_same_inside_a_zip_and_a_tar(corpus: dict[str, bytes], trap: Trap) -> None:
    small = {name: data for name, data in corpus.items() if len(data) < 1 << 20}
    packed = [member(f"{at}.xml", data) for at, data in enumerate(small.values())]
    tarred = gz_of(tar_of(*(tar_entry(f"{at}.xml", data) for at, data in enumerate(small.values()))))
    for archive in (zip_of(packed), tarred):
        read = [all_said(item) for item in members(bytes_source(archive, "a"))]
        assert len(read) == len(small)
        assert not [said for said in read if CANARY in said]
    assert trap.calls == 0


def test_a_workbook_with_a_document_type_is_refused_before_its_reader_sees_it(canary: Path, trap: Trap) -> None:
    sheet = "xl/worksheets/sheet1.xml"
    honest = next(item for item in workbook() if item.name == sheet.encode())
    check_zip_directory(bytes_source(zip_of(workbook())))
    import zlib

    content = zlib.decompress(honest.data, -15).decode()
    for part in (sheet, "xl/workbook.xml", "[Content_Types].xml", "xl/sharedStrings.xml"):
        for name, doctype, _ in doctypes(str(canary), trap.port):
            for encoding in ("utf-8", "utf-16"):
                attacked = content.replace("\n", f"\n{doctype}", 1).encode(encoding)
                with pytest.raises(RefusedFile) as caught:
                    check_zip_directory(bytes_source(zip_of(workbook({part: attacked}))))
                assert caught.value.code == "office_dtd", (name, part, encoding)
    assert trap.calls == 0


def test_entities_refuse_the_file_in_one_sentence(canary: Path, trap: Trap) -> None:
    for name, doctype, use in doctypes(str(canary), trap.port):
        if "<!ENTITY" not in doctype:
            continue
        source = bytes_source(uspto_grant(doctype=doctype + "\n", title=use))
        with pytest.raises(RefusedFile) as caught:
            ReadOut(surest(XML_READERS, source) or XML_READERS[0], source)
        assert caught.value.code == "entity_declared", name


def test_a_document_type_alone_is_allowed_and_never_resolved(canary: Path, trap: Trap) -> None:
    for doctype in (f'<!DOCTYPE a SYSTEM "file://{canary}">', f'<!DOCTYPE a SYSTEM "http://127.0.0.1:{trap.port}/">'):
        source = bytes_source(uspto_grant(doctype=doctype))
        assert [row["title"] for row in ReadOut(XML_READERS[2], source).rows] == ["Kiln for bricks"]
    assert trap.calls == 0


def test_names_of_pictures_are_no_attack() -> None:
    doctype = '<!DOCTYPE us-patent-grant [<!ENTITY D0.TIF SYSTEM "D0.TIF" NDATA TIF>]>'
    assert len(ReadOut(XML_READERS[2], bytes_source(uspto_grant(doctype=doctype))).rows) == 1


_WATCHED = """
import json, resource, sys, time
from pathlib import Path
from hostile.sources import ReadOut, bytes_source, surest
from hostile.xml_attacks import documents
from panhuo.adapters.readers.protocol import RefusedFile
from panhuo.adapters.readers.xml_readers import XML_READERS

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

from hostile.sources import file_source
for path in sorted(Path(sys.argv[1]).iterdir(), key=lambda path: path.stat().st_size):
    source, before, started, code = file_source(path), peak(), time.process_time(), "rows"
    try:
        reader = surest(XML_READERS, source)
        if reader is not None:
            out = ReadOut(reader, source)
            code = out.rejects[0].code if out.rejects else "rows"
    except RefusedFile as refusal:
        code = refusal.code
    print(json.dumps([path.name, code, time.process_time() - started, peak() - before]), flush=True)
"""


def test_each_attack_costs_little_time_and_memory(corpus: dict[str, bytes], tmp_path: Path) -> None:
    named = {}
    for at, (name, data) in enumerate(corpus.items()):
        (tmp_path / f"{at:03}.xml").write_bytes(data)
        named[f"{at:03}.xml"] = name
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(corpus)
    assert {named[name]: seconds for name, _, seconds, _ in found if seconds > SECONDS} == {}
    assert sum(grown for *_, grown in found) <= GROWTH_MB, [item for item in found if item[3] > 5]
    codes = {named[name]: code for name, code, *_ in found}
    assert codes["half a million empty elements"] == "too_many_elements"
    assert codes["text of 80 MB"] == "piece_too_large"
    assert codes["elements without end"] == "broken_xml"


# Controls: the same documents harm a parser that is not held back.


def unsafe(data: bytes) -> str:
    """What a parser says that resolves all it is told to."""
    parser = etree.XMLParser(resolve_entities=True, load_dtd=True, no_network=False, huge_tree=True)
    try:
        root = etree.fromstring(data, parser)
        etree.ElementTree(root).xinclude()
    except etree.XMLSyntaxError as error:
        return f"broken: {error}"
    return etree.tostring(root, encoding="unicode", method="text")


@pytest.mark.parametrize("name", ["file by SYSTEM entity", "file by bare path", "XInclude of a file"])
def test_control_an_unsafe_parser_shows_the_canary(corpus: dict[str, bytes], name: str) -> None:
    assert CANARY in unsafe(corpus[name])


def test_control_an_unsafe_parser_grows_by_laughing() -> None:
    small = '<!DOCTYPE a [<!ENTITY l0 "lol"><!ENTITY l1 "' + "&l0;" * 100 + '">]><a>' + "&l1;" * 100 + "</a>"
    assert len(unsafe(small.encode())) == 30_000
    with pytest.raises(BrokenPiece) as caught:
        parse(Piece(1, 1, small.encode()))
    assert caught.value.code == "entity_declared"


def test_control_without_the_count_of_elements_memory_grows_fifty_times() -> None:
    data = b"<r>" + b"<a/>" * 300_000 + b"</r>"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert len(etree.fromstring(data)) == 300_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >= before
    with pytest.raises(BrokenPiece) as caught:
        parse(Piece(1, 1, b"<r>" + b"<a/>" * 700_000 + b"</r>"))
    assert caught.value.code == "too_many_elements"


def test_control_the_trap_notes_a_caller(trap: Trap) -> None:
    before = trap.calls
    with socket.create_connection(("127.0.0.1", trap.port), timeout=5):
        pass
    deadline = time.monotonic() + 5
    while trap.calls == before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert trap.calls == before + 1
    trap.calls = 0


def test_control_a_workbook_reader_is_shown_the_document_type_when_the_guard_is_off() -> None:
    import zipfile

    attacked = zip_of(workbook({"xl/sharedStrings.xml": b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'}))
    with pytest.raises(RefusedFile):
        check_zip_directory(bytes_source(attacked))
    inside = zipfile.ZipFile(io.BytesIO(attacked)).read("xl/sharedStrings.xml")
    assert etree.fromstring(inside).text == "y"
