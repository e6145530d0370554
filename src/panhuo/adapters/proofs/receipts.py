"""Receipts of outside witnesses, checked without asking them.

A receipt is a mapping: kind (file, json, rfc3161), witness, at, size and sha256 of the signed head that was handed on;
rfc3161: stamp, the authority's answer in base64; json: status and answer; file: line.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from panhuo.terms.errors import DomainError

KINDS = ("file", "json", "rfc3161")


@dataclass(frozen=True, slots=True)
class ReceiptCheck:
    """is_sound: false where it contradicts its head. standing: held (digest agrees; the witness has the rest), stamped
    (the stamp names this head), authenticated (its signature was checked against the authority's root, too)."""

    kind: str
    witness: str
    size: int
    is_sound: bool
    standing: str = ""
    stamped_at: datetime | None = None
    problem: str = ""


def note_digest(note: str) -> str:
    """SHA-256 of a signed head's text, 64 hex digits: what a receipt speaks of."""
    return hashlib.sha256(note.encode()).hexdigest()


def check_receipt(receipt: Mapping[str, Any], note: str, *, tsa_roots: bytes | None = None) -> ReceiptCheck:
    """Hold a receipt against its signed head. tsa_roots: PEM certificates of the stamp authority's root.

    Raises: DomainError no_rfc3161 where the extra `stamps` is not installed and a stamp is to be checked.
    """
    kind, witness = str(receipt.get("kind", "")), str(receipt.get("witness", ""))
    size = receipt.get("size")
    size = size if isinstance(size, int) else -1
    if kind not in KINDS or receipt.get("sha256") != note_digest(note):
        return ReceiptCheck(kind, witness, size, is_sound=False, problem="it speaks of another head")
    if kind != "rfc3161":
        return ReceiptCheck(kind, witness, size, is_sound=True, standing="held")
    try:
        stamp = base64.b64decode(str(receipt.get("stamp", "")), validate=True)
        at, is_checked = check_stamp(stamp, note.encode(), tsa_roots=tsa_roots)
    except (ValueError, BadStamp) as error:
        return ReceiptCheck(kind, witness, size, is_sound=False, problem=str(error))
    standing = "authenticated" if is_checked else "stamped"
    return ReceiptCheck(kind, witness, size, is_sound=True, standing=standing, stamped_at=at)


class BadStamp(DomainError):
    """A time stamp that does not stand for what it was asked for."""

    code = "bad_stamp"


def stamp_request(content: bytes) -> tuple[bytes, int | None]:
    """A time-stamp query over SHA-256 of the content, DER, and its nonce. Raises: DomainError no_rfc3161."""
    client = _client()
    asked = (
        client.TimestampRequestBuilder().data(content).hash_algorithm(client.HashAlgorithm.SHA256).nonce(nonce=True)
    ).build()
    return bytes(asked.as_bytes()), asked.nonce


def check_stamp(
    stamp: bytes, content: bytes, *, nonce: int | None = None, tsa_roots: bytes | None = None
) -> tuple[datetime, bool]:
    """When a stamp was given, and whether its signature was checked (only where tsa_roots are given).

    Raises: BadStamp; DomainError no_rfc3161.
    """
    client = _client()
    try:
        answer = client.decode_timestamp_response(stamp)
        if answer.status != client.PKIStatus.GRANTED:
            raise BadStamp(f"The time stamp authority refused: status {answer.status}. Ask another.")
        told = answer.tst_info
        imprint, at, told_nonce = told.message_imprint, told.gen_time, told.nonce
        algorithm, digest = imprint.hash_algorithm.dotted_string, imprint.message
    except ValueError as error:
        raise BadStamp(f"This is no time stamp: {error}") from error
    if algorithm != "2.16.840.1.101.3.4.2.1" or digest != hashlib.sha256(content).digest():
        raise BadStamp("The time stamp is for something else.")
    if nonce is not None and told_nonce != nonce:
        raise BadStamp("The time stamp answers another question (nonce).")
    if tsa_roots is not None:
        _check_signature(answer, content, tsa_roots)
    return at if at.tzinfo else at.replace(tzinfo=UTC), tsa_roots is not None


def _check_signature(answer: Any, content: bytes, tsa_roots: bytes) -> None:
    from cryptography import x509
    from rfc3161_client import VerificationError, VerifierBuilder

    builder = VerifierBuilder()
    try:
        for root in x509.load_pem_x509_certificates(tsa_roots):
            builder = builder.add_root_certificate(root)
        builder.build().verify_message(answer, content)
    except (VerificationError, ValueError) as error:
        raise BadStamp(f"The time stamp is not signed by the authority named: {error}") from error


def _client() -> Any:
    try:
        import rfc3161_client
    except ModuleNotFoundError:
        raise DomainError(
            "Time stamps need the extra `stamps`. Install it: pip install 'panhuo[stamps]'", code="no_rfc3161"
        ) from None
    return rfc3161_client
