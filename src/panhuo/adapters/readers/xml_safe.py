"""XML from strangers parsed without entities, document types, network or surprise in size; text taken out of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from html.entities import html5

from lxml import etree

from panhuo.adapters.readers.xml_stream import Piece, declares_entities

Element = etree._Element
MOST_MARKS = 600_000
"""Tags and attributes of one piece: each costs some 200 bytes once parsed, whatever it costs in the file."""
ENCODINGS = frozenset(
    ("", "utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252", "latin1")
    + ("gb18030", "gbk", "gb2312", "big5")
)
"""Encodings in which tags look like ASCII, so that the guards see what the parser will see."""
_START_TAG = re.compile(rb"<((?:[\w.\-]{1,64}:)?)([\w.\-]{1,64})(?=[\s>])[^<>]{0,999}>")
_NAMED = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31});")
_BETWEEN_HANZI = re.compile("(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])")
_BLANKS = re.compile(r"[ \t\r\n]+")


class BrokenPiece(Exception):
    """A piece that is not parsed. code: stable word; line: 1-based in the file, 0 for its first; what: one phrase."""

    def __init__(self, code: str, line: int, what: str) -> None:
        super().__init__(what)
        self.code, self.line, self.what = code, line, what


def without(data: bytes, *names: str) -> bytes:
    """The document without the content of the named elements, from first start to last end; lines keep their number.

    Descriptions are nine tenths of a document and nothing of them is read.
    """
    for name in names:
        start = _start_tag(data, name.encode())
        if start is None:
            continue
        end = max(data.rfind(b"</" + prefix + name.encode()) for prefix in {b"", start[1]})
        if end > start.end():
            data = data[: start.end()] + b"\n" * data.count(b"\n", start.end(), end) + data[end:]
    return data


def _start_tag(data: bytes, name: bytes) -> re.Match[bytes] | None:
    # a search for the plain name is ten times quicker than one for the pattern
    at = data.find(name)
    while at >= 0:
        before = data.rfind(b"<", max(0, at - 66), at)
        if before >= 0 and (found := _START_TAG.match(data, before)) and found[2] == name:
            return found
        at = data.find(name, at + 1)
    return None


def parse(piece: Piece, *, data: bytes | None = None) -> Element:
    """Root element of one piece.

    Args:
        data: the piece's bytes after something was cut out of them.
    Raises: BrokenPiece: piece_too_large, entity_declared (hostile: the caller refuses the file),
        unknown_encoding, too_many_elements, broken_xml with the line.
    """
    data = piece.data if data is None else data
    if piece.problem == "piece_too_large":
        raise BrokenPiece(piece.problem, piece.line, "it is larger than any patent document")
    if piece.encoding not in ENCODINGS:
        raise BrokenPiece("unknown_encoding", piece.line, f"it is written in {piece.encoding}")
    if piece.problem or declares_entities(data):
        raise BrokenPiece("entity_declared", piece.line, "it declares entities of its own")
    if data.count(b"<") + data.count(b"=") > MOST_MARKS:
        raise BrokenPiece("too_many_elements", piece.line, "it holds more elements than any patent document")
    try:
        return etree.fromstring(_named_characters(data.strip(b"\0 \t\r\n")), safe_parser(piece.encoding))
    except etree.XMLSyntaxError as error:
        line = piece.line + max((error.lineno or 1) - 1, 0)
        raise BrokenPiece("broken_xml", line, _BLANKS.sub(" ", str(error.msg))[:200]) from None
    except (ValueError, LookupError) as error:
        raise BrokenPiece("broken_xml", piece.line, str(error)[:200]) from None


def _named_characters(data: bytes) -> bytes:
    """Names of characters that a DTD not loaded would define (&nbsp; &mu;) as numbers; unknown ones as they stand."""
    return _NAMED.sub(_number, data)


def _number(found: re.Match[bytes]) -> bytes:
    name = found[1].decode("ascii")
    characters = html5.get(name + ";", "")
    return "".join(f"&#{ord(c)};" for c in characters).encode("ascii") or b"&amp;" + found[1] + b";"


@cache
def safe_parser(encoding: str = "") -> etree.XMLParser:
    """Parser that loads nothing, resolves nothing and gives up on absurd depth or length."""
    # gb2312 is what files say that use all of GB 18030
    parser = etree.XMLParser(
        encoding="gb18030" if encoding.startswith("gb") else encoding or None,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        # collect_ids=False would be quicker, but libxml2 then loads the DTD that a DOCTYPE names
    )
    parser.resolvers.add(_NothingOutside())
    return parser


class _NothingOutside(etree.Resolver):
    """Second line: whatever a document asks for outside itself is empty."""

    def resolve(self, system_url: str, public_id: str, context: object) -> object:  # type: ignore[override]
        return self.resolve_empty(context)  # type: ignore[attr-defined] # the stubs know neither argument nor method


def local(element: Element) -> str:
    """Name without its namespace; "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def text(element: Element | None) -> str:
    """All text inside, blanks of any kind collapsed to single spaces and to nothing between Hanzi; "" for None."""
    if element is None:
        return ""
    content = (
        etree.tostring(element, method="text", encoding="unicode", with_tail=False) if len(element) else element.text
    )
    return tidy(content) if content else ""


def tidy(content: str) -> str:
    """Text with its blanks collapsed: files break lines in the middle of Chinese sentences."""
    collapsed = " ".join(content.split())
    return collapsed if collapsed.isascii() else _BETWEEN_HANZI.sub("", collapsed)


def first(element: Element | None, path: str) -> str:
    """Text of the first element at a path of local names ("a/b", ".//b"), "" where there is none."""
    return text(one(element, path))


def every(element: Element | None, path: str) -> Iterator[Element]:
    """Elements at a path of local names, in file order."""
    if element is None:
        return iter(())
    steps = _any_space(path)
    return element.iterfind(steps) if "/" in path else element.iterchildren(steps)


def one(element: Element | None, path: str) -> Element | None:
    """The first element at a path of local names."""
    return next(every(element, path), None)


@cache
def _any_space(path: str) -> str:
    return re.sub(r"[\w\-]+", lambda step: "{*}" + step[0], path)


def distinct(values: Iterable[str]) -> list[str]:
    """Values that are not empty, each once, in order."""
    return list(dict.fromkeys(value for value in values if value))
