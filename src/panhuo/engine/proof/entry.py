"""One entry of the action log and the one way in which it is written as bytes (version 1).

The bytes are a line of JSON whose form is fixed: keys of the entry in the order of KEYS, keys of what it holds sorted
by code point, no blanks, UTF-8 without escapes save those that JSON demands. A reader hashes the line as it stands and
needs no JSON for that; docs/algorithms/log.md says it in full.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from panhuo.terms.errors import BadValue

VERSION: Final = 1
KEYS: Final = ("v", "number", "at", "day", "actor", "role", "subject", "act", "reason", "before", "after", "data")
LARGEST: Final = 2**53 - 1
"""Whole numbers beyond this are changed by readers that hold numbers as float64."""
_DEEPEST: Final = 32
_ALPHABET = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")


@dataclass(frozen=True, slots=True)
class Entry:
    """Who did what to which thing, when and why.

    number: 1, 2, 3 ... without gaps. at: the moment of writing, with its zone. day: for which the act holds. actor:
    login or name; role: in which it was done, may be empty. before, after: JSON values of what was changed, None where
    the act changes nothing or says it in data; data: further JSON values. No floats; whole numbers up to 2**53 - 1.
    """

    number: int
    at: datetime
    day: date
    actor: str
    role: str
    subject: str
    act: str
    reason: str
    before: Any
    after: Any
    data: Mapping[str, Any]


def canonical(entry: Entry) -> bytes:
    """The bytes of an entry, without a line feed. Raises: BadValue not_loggable.

    >>> from datetime import datetime, timezone, date
    >>> at = datetime(2026, 11, 23, 8, 0, tzinfo=timezone.utc)
    >>> one = Entry(1, at, date(2026, 11, 23), "li", "", "case:PG1", "closed", "", None, None, {"b": 1, "a": "甲"})
    >>> canonical(one).decode().partition('"reason"')[2]
    ':"","before":null,"after":null,"data":{"a":"甲","b":1}}'
    """
    values = (
        VERSION,
        entry.number,
        moment(entry.at),
        entry.day.isoformat(),
        entry.actor,
        entry.role,
        entry.subject,
        entry.act,
        entry.reason,
        loggable(entry.before, "before"),
        loggable(entry.after, "after"),
        loggable(dict(entry.data), "data"),
    )
    for key, value in zip(KEYS[4:9], values[4:9], strict=True):
        _check_text(str(value), key)
    text = json.dumps(dict(zip(KEYS, values, strict=True)), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8")


def line_start(number: int) -> bytes:
    """What the bytes of the entry of that number begin with."""
    return b'{"v":1,"number":%d,' % number


def moment(at: datetime) -> str:
    """A moment in UTC, always with microseconds. Raises: BadValue not_loggable for one without a zone.

    >>> from datetime import timedelta, timezone
    >>> moment(datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=8))))
    '2025-12-31T16:00:00.000000Z'
    """
    if at.tzinfo is None:
        raise BadValue(f"The moment {at} has no time zone. Give it one.", code="not_loggable")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def loggable(value: Any, where: str, depth: int = 0) -> Any:
    """A JSON value with sorted keys, lists for tuples. Raises: BadValue not_loggable, with the place.

    Refused are floats, whose digits depend on who writes them, whole numbers beyond 2**53 - 1, U+0000 and lone
    surrogates, which databases refuse, keys that are no text, and anything JSON does not know.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _check_text(value, where)
    if isinstance(value, int) and abs(value) <= LARGEST:
        return int(value)
    if depth < _DEEPEST and isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {_check_text(key, where): loggable(value[key], f"{where}.{key}", depth + 1) for key in sorted(value)}
    if depth < _DEEPEST and isinstance(value, (list, tuple)):
        return [loggable(one, f"{where}[{number}]", depth + 1) for number, one in enumerate(value, start=1)]
    raise BadValue(
        f"{where} of a log entry is {type(value).__name__}: {str(value)[:60]}. Write figures with decimals and days as "
        "text; the log keeps texts, whole numbers below 2**53, true, false, null, lists and mappings.",
        code="not_loggable",
        place=where,
    )


def _check_text(text: str, where: str) -> str:
    if "\x00" in text or (not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text)):
        raise BadValue(
            f"{where} of a log entry holds a sign that no database keeps (U+0000, half a surrogate pair). Take it out.",
            code="not_loggable",
            place=where,
        )
    return str(text)


def read_entry(line: bytes) -> Entry:
    """The entry of a line. Raises: BadValue bad_entry where it is not of this form."""
    try:
        told = json.loads(line)
        if tuple(told) != KEYS or told["v"] != VERSION:
            raise ValueError("keys")
        found = Entry(
            number=int(told["number"]),
            at=datetime.fromisoformat(told["at"]),
            day=date.fromisoformat(told["day"]),
            **{key: told[key] for key in KEYS[4:]},
        )
        if canonical(found) != line:
            raise ValueError("form")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, BadValue):
        raise BadValue(f"This is no entry of version {VERSION}: {line[:80]!r}", code="bad_entry") from None
    return found


def entry_code(number: int, leaf: bytes) -> str:
    """Short code of an entry for people (存证编码): its number and 80 bits of its leaf hash, without I, L, O and U.

    >>> entry_code(7, bytes(range(32)))
    '7-000G-40R4-0M30-E209'
    """
    word = base64.b32encode(leaf[:10]).decode().translate(_ALPHABET)
    return f"{number}-{'-'.join(word[start : start + 4] for start in range(0, 16, 4))}"
