"""Hand a signed head to somebody outside: an append-only file, an address that takes JSON, a time stamp authority.

Each gives a receipt (adapters.proofs.receipts), without the moment, which the caller knows.
"""

from __future__ import annotations

import base64
import json
import os
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from panhuo.adapters.proofs.receipts import check_stamp, note_digest, stamp_request
from panhuo.engine.proof.heads import read_note, read_notes
from panhuo.terms.errors import BadValue, DomainError

WAIT_SECONDS = 30.0
MOST_ANSWER = 1 << 20


class WitnessSilent(DomainError):
    """The witness cannot be reached, or says no."""

    code = "witness_silent"


def to_file(note: str, path: Path) -> dict[str, Any]:
    """Add a signed head at the end of a file that others keep. Raises: DomainError not_a_witness_file, cannot_write.

    The same head is not added twice. The file can be handed to `panhuo log verify --head`.
    """
    try:
        known = path.read_text(encoding="utf-8") if path.exists() else ""
        held = [one.signed for one in read_notes(known)] if known else []
    except (BadValue, UnicodeDecodeError):
        raise DomainError(
            f"{path} holds something else than signed heads. Name a file of its own.",
            code="not_a_witness_file",
            file=str(path),
        ) from None
    except OSError as error:
        raise _cannot_write(path, error) from error
    signed = read_note(note).signed
    if signed not in held:
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            with os.fdopen(handle, "ab") as file:
                file.write(f"{note}\n".encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise _cannot_write(path, error) from error
        held.append(signed)
    return _receipt("file", str(path), note) | {"place": held.index(signed) + 1}


def to_address(note: str, address: str) -> dict[str, Any]:
    """Post a signed head as JSON: origin, size, root (hex), hash, sha256 of the note, note. The answer is kept.

    Raises: WitnessSilent; DomainError bad_address.
    """
    head = read_note(note).head
    asked = {
        "origin": head.origin,
        "size": head.size,
        "root": head.root.hex(),
        "hash": head.hash,
        "sha256": note_digest(note),
        "note": note,
    }
    status, content = _post(address, json.dumps(asked, ensure_ascii=False).encode(), "application/json")
    try:
        answer = json.loads(content) if content else None
    except ValueError:
        raise WitnessSilent(
            f"{address} answered with something else than JSON. See that it is a witness's address.", address=address
        ) from None
    return _receipt("json", address, note) | {"status": status, "answer": answer}


def to_stamp_authority(note: str, address: str) -> dict[str, Any]:
    """Have a signed head stamped with the time by RFC 3161. Raises: WitnessSilent; BadStamp; DomainError no_rfc3161."""
    query, nonce = stamp_request(note.encode())
    _, content = _post(address, query, "application/timestamp-query")
    at, _ = check_stamp(content, note.encode(), nonce=nonce)
    stamp = base64.b64encode(content).decode()
    return _receipt("rfc3161", address, note) | {"stamp": stamp, "stamped_at": at.isoformat()}


def _receipt(kind: str, witness: str, note: str) -> dict[str, Any]:
    return {"kind": kind, "witness": witness, "size": read_note(note).head.size, "sha256": note_digest(note)}


class _NoDetour(urllib.request.HTTPRedirectHandler):
    """A witness is the one that was named."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _post(address: str, content: bytes, kind: str) -> tuple[int, bytes]:
    if not address.lower().startswith(("http://", "https://")):
        raise DomainError(
            f"{address} is no address of a witness. Write it with http:// or https://.", code="bad_address"
        )
    secure = urllib.request.HTTPSHandler(context=ssl.create_default_context())
    opener = urllib.request.build_opener(_NoDetour, secure)
    asked = urllib.request.Request(address, content, {"Content-Type": kind}, method="POST")  # noqa: S310 - http only, above
    try:
        with opener.open(asked, timeout=WAIT_SECONDS) as answer:
            told = answer.read(MOST_ANSWER + 1)
            status = int(answer.status)
    except (urllib.error.URLError, TimeoutError, OSError, ValueError) as error:
        raise WitnessSilent(
            f"{address} took no head: {error}. The head is kept; call again when the witness answers.", address=address
        ) from error
    if len(told) > MOST_ANSWER:
        raise WitnessSilent(f"{address} answers with more than {MOST_ANSWER >> 20} MiB.", address=address)
    return status, told


def _cannot_write(path: Path, error: OSError) -> DomainError:
    return DomainError(
        f"{path} cannot be written: {error.strerror or error}. Name another place.", code="cannot_write", file=str(path)
    )
