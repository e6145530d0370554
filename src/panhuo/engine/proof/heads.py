"""Signed heads as texts that a person can read: the checkpoint and signed note of C2SP (tlog-checkpoint, signed-note).

Lines: origin, count of entries, root in base64, then two extension lines of ours (`hash sha256`, `time ...`), a blank
line, and a signature line. Signing itself is done by who holds the key (adapters.proofs.keys).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from panhuo.engine.proof.entry import moment
from panhuo.engine.proof.tree_hash import HASHES, SIZE
from panhuo.terms.errors import BadValue

LARGEST_NOTE: Final = 65_536
"""Bytes; a longer one is none of ours."""
ED25519: Final = b"\x01"
_KEY_ID, _SIGNATURE = 4, 64
_DASH = "— "
_NAME = re.compile(r"[^\s+]{1,200}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class Head:
    """The first `size` entries in one digest. origin: which log; root: 32 bytes; hash: name; at: when it was made."""

    origin: str
    size: int
    root: bytes
    hash: str
    at: datetime

    def text(self) -> str:
        """What is signed; ends with a line feed."""
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\nhash {self.hash}\ntime {moment(self.at)}\n"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A log's name and its 32 bytes of Ed25519; written as one line name+id+key."""

    name: str
    raw: bytes

    @property
    def id(self) -> bytes:
        """First 4 bytes of the digest of name, kind and key."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.raw).digest()[:_KEY_ID]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the 32 bytes, 64 hex digits: to be read out on the telephone."""
        return hashlib.sha256(self.raw).hexdigest()

    def text(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.raw).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A head with its signature lines: (key name, key id, signature)."""

    head: Head
    signed: bytes
    signatures: tuple[tuple[str, bytes, bytes], ...]


def note_text(head: Head, key: PublicKey, signature: bytes) -> str:
    """The head with its signature, as it is handed out."""
    return f"{head.text()}\n{_DASH}{key.name} {base64.b64encode(key.id + signature).decode()}\n"


def read_head(text: str) -> Head:
    """The head of a note's text. Raises: BadValue bad_head."""
    lines = text.split("\n")
    if len(lines) != 6 or lines[5] != "" or not _NAME.fullmatch(lines[0]) or not _SIZE.fullmatch(lines[1]):
        raise _bad("its five lines are origin, count, root, hash and time")
    root = _bytes(lines[2])
    kind, _, name = lines[3].partition(" ")
    word, _, at = lines[4].partition(" ")
    if len(root) != SIZE or kind != "hash" or name not in HASHES or word != "time":
        raise _bad("root, hash or time are not of its form")
    try:
        head = Head(lines[0], int(lines[1]), root, name, datetime.fromisoformat(at))
        if head.text() != text:
            raise ValueError(at)
    except (ValueError, BadValue):
        raise _bad("its time is none") from None
    return head


def read_note(text: str) -> Note:
    """A signed head; nothing is said of its signatures yet. Raises: BadValue bad_head."""
    is_text = not any((sign < " " and sign != "\n") or "\ud800" <= sign <= "\udfff" for sign in text[:LARGEST_NOTE])
    if len(text) > LARGEST_NOTE or not is_text:
        raise _bad("it is too long or holds control signs")
    body, between, below = text.rpartition("\n\n")
    if not between or not below.endswith("\n"):
        raise _bad("there is no blank line before its signatures")
    signatures = []
    for line in below[:-1].split("\n"):
        name, _, code = line.removeprefix(_DASH).partition(" ")
        told = _bytes(code)
        if not line.startswith(_DASH) or not _NAME.fullmatch(name) or len(told) <= _KEY_ID:
            raise _bad("a signature line is not of its form")
        signatures.append((name, told[:_KEY_ID], told[_KEY_ID:]))
    signed = body + "\n"
    return Note(read_head(signed), signed.encode(), tuple(signatures))


def read_key(text: str) -> PublicKey:
    """A public key as PublicKey.text wrote it. Raises: BadValue bad_key."""
    name, _, rest = text.strip().partition("+")
    told, _, code = rest.partition("+")
    try:
        raw = _bytes(code)
    except BadValue:
        raw = b""
    key = PublicKey(name, raw[1:])
    if not _NAME.fullmatch(name) or raw[:1] != ED25519 or len(raw) != 33 or key.id.hex() != told:
        raise BadValue(
            "This is no public key of a log: one line NAME+ID+KEY. Take the file that panhuo log head --key-out wrote.",
            code="bad_key",
        )
    return key


def _bytes(code: str) -> bytes:
    try:
        found = base64.b64decode(code, validate=True)
    except (binascii.Error, ValueError):
        raise _bad("base64 is damaged") from None
    if base64.b64encode(found).decode() != code:
        raise _bad("base64 is damaged")
    return found


def _bad(why: str) -> BadValue:
    return BadValue(
        f"This is no signed head of a log: {why}. Take the file as panhuo log head wrote it.", code="bad_head"
    )


def read_notes(text: str) -> list[Note]:
    """One signed head, or several as a witness file has them, a blank line after each. Raises: BadValue bad_head."""
    parts = text.split("\n\n")
    if len(parts) > 2 and parts[-1].strip() == "":
        parts.pop()
    if len(parts) % 2 or not parts:
        raise _bad("there is no blank line before its signatures")
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return [read_note(f"{body}\n\n{signatures.rstrip(chr(10))}\n") for body, signatures in pairs]
