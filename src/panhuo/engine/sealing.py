"""Seals a nested content: one digest over all, and one for each entry, so that a changed digit is named.

The content is what JSON can hold without loss: mappings with text keys, lists, texts, whole numbers, true, false and
null; no floats, whose digits depend on who writes them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from panhuo.terms.errors import BadValue

Plain = Any
"""What JSON holds; no float."""
_ENTRY_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Seal:
    """whole: sha256 over the entries, 64 hex digits. entries: path -> the first 16 hex digits of its entry's sha256."""

    whole: str
    entries: Mapping[str, str]


def entries(content: Plain, path: str = "") -> Iterator[tuple[str, str]]:
    """Path and value as JSON of every entry that holds no other, in order; an empty list or mapping is an entry.

    >>> list(entries({"a": {"b": ["1", 2]}}))
    [('a.b[1]', '"1"'), ('a.b[2]', '2')]
    """
    if isinstance(content, Mapping) and content:
        for key in sorted(content):
            yield from entries(content[key], f"{path}.{_key(key)}" if path else _key(key))
    elif isinstance(content, (list, tuple)) and content:
        for number, one in enumerate(content, start=1):
            yield from entries(one, f"{path}[{number}]")
    else:
        if isinstance(content, float):
            raise BadValue(f"{path} is a float; a sealed figure is a text or a whole number.", code="not_sealable")
        yield path, json.dumps(content if content != () else [], ensure_ascii=False)


def seal(content: Plain) -> Seal:
    """The seal of a content. Raises: BadValue code not_sealable for floats and other objects."""
    return sealed({path: entry_digest(path, value) for path, value in entries(content)})


def sealed(digests: Mapping[str, str]) -> Seal:
    """The seal of entries whose digests are known."""
    whole = hashlib.sha256()
    for path in sorted(digests):
        whole.update(f"{path}\t{digests[path]}\n".encode())
    return Seal(whole.hexdigest(), dict(digests))


def entry_digest(path: str, value: str) -> str:
    """path and value as entries() gives them."""
    return hashlib.sha256(f"{path}={value}".encode()).hexdigest()[:_ENTRY_DIGITS]


def differences(content: Plain, told: Seal) -> tuple[str, ...]:
    """Paths whose entry is not what the seal says: changed, added or taken away, in order."""
    found = seal(content).entries
    paths = sorted({*found, *told.entries})
    return tuple(path for path in paths if found.get(path) != told.entries.get(path))


def canonical(content: Plain) -> bytes:
    """The one way in which a sealed content is written: UTF-8, sorted keys, two blanks a level, a line feed last."""
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()


def _key(key: str) -> str:
    is_plain = key and not any(sign in key for sign in '.[]"')
    return key if is_plain else json.dumps(key, ensure_ascii=False)
