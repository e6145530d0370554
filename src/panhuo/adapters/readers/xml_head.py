"""What the beginning of a file shows: the root of an XML document, without a parser and without trust."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import lru_cache

from panhuo.adapters.readers.protocol import RefusedFile, Source
from panhuo.adapters.readers.xml_stream import declared_encoding, wide_encoding

LOOKED_AT = 1 << 16
_SKIP = re.compile(r"\s+|<\?[^>]{0,4000}\?>|<!--.{0,20000}?-->", re.DOTALL)
_DOCTYPE = re.compile(r"""<!DOCTYPE\s+([\w.\-:]{1,100})((?:[^\[>"']|"[^"]*"|'[^']*')*)(\[.*?\]\s*)?>""", re.DOTALL)
_DOCTYPE_NAME = re.compile(r"<!DOCTYPE\s+([\w.\-:]{1,100})")
_ROOT = re.compile(r"<(?:[\w.\-]{1,64}:)?([\w.\-]{1,100})((?:\s[^<>]{0,8000})?)/?>?")


@dataclass(frozen=True, slots=True)
class Head:
    """Beginning of a file.

    text: its first 64 KB decoded as far as that goes. root: local name of the root element, "" if this is no
    XML. attributes: text of the root's start tag behind its name. doctype: name in the DOCTYPE, external
    identifiers behind it in doctype_text.
    """

    text: str
    root: str = ""
    attributes: str = ""
    doctype: str = ""
    doctype_text: str = ""

    def has(self, *words: str) -> bool:
        """Whether all words stand in what was looked at."""
        return all(word in self.text for word in words)


@lru_cache(maxsize=2)  # all readers ask in turn
def read_head(source: Source) -> Head:
    """Head of a file; never raises on hostile bytes."""
    try:
        with source.open() as stream:
            start = stream.read(LOOKED_AT)
    except (OSError, ValueError, RefusedFile):
        return Head("")
    return head_of(start)


def head_of(start: bytes) -> Head:
    """Head of the first bytes."""
    content = _decoded(start)
    at, doctype, doctype_text = 0, "", ""
    while at < len(content):
        if skipped := _SKIP.match(content, at):
            at = skipped.end()
        elif found := _DOCTYPE.match(content, at):
            doctype, doctype_text, at = found[1], found[2], found.end()
        else:
            break
    root = _ROOT.match(content, at)
    if root:
        return Head(content, root[1], root[2], doctype, doctype_text)
    # an entity list longer than what was looked at: the DOCTYPE still names the root
    named = _DOCTYPE_NAME.match(content, at)
    name = doctype or (named[1] if named else "")
    return Head(content, name.rpartition(":")[2], "", name, content[at : at + 300] if named else doctype_text)


def _decoded(start: bytes) -> str:
    wide = wide_encoding(start)
    encoding = wide or declared_encoding(start) or "utf-8"
    try:
        codecs.lookup(encoding)
        return start.removeprefix(codecs.BOM_UTF8).decode(encoding, "replace").lstrip("\ufeff")
    except (LookupError, UnicodeError, ValueError):
        return start.decode("latin-1")
