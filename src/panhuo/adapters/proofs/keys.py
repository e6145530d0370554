"""The Ed25519 key of an installation: made on first use, one file of the home, for its owner's eyes only."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from panhuo.engine.proof.heads import Head, Note, PublicKey, note_text
from panhuo.terms.errors import DomainError

KEY_FILE = "log-key.pem"
_PREFIX = "panhuo-log/"


@dataclass(frozen=True, slots=True)
class LogKey:
    """Signs heads. public: the half that everybody may have; its name is the log's origin."""

    private: Ed25519PrivateKey
    public: PublicKey

    def sign(self, head: Head) -> str:
        """The signed head as text."""
        return note_text(head, self.public, self.private.sign(head.text().encode()))


def log_key(home: Path, *, make: bool) -> LogKey:
    """The key in a home's folder. make: where there is none, a new one is made, mode 0600.

    Raises: DomainError no_log_key, log_key_open, bad_log_key.
    """
    path = home / KEY_FILE
    if not path.exists():
        if not make:
            raise DomainError(
                f"{path} is not there, and this log has signed heads already. Restore the file from a copy; a new key "
                "would make the heads that others hold worthless.",
                code="no_log_key",
                file=str(path),
            )
        _write(path, Ed25519PrivateKey.generate())
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise DomainError(
            f"{path} may be read by others, so its signatures say nothing. See who had it, then: chmod 600 {path}",
            code="log_key_open",
            file=str(path),
        )
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except ValueError:
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise DomainError(
            f"{path} holds no Ed25519 key. Restore the file from a backup.", code="bad_log_key", file=str(path)
        )
    return LogKey(private, public_key(private))


def public_key(private: Ed25519PrivateKey) -> PublicKey:
    """The public half, under the name that is made of it."""
    raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return PublicKey(_PREFIX + hashlib.sha256(raw).hexdigest()[:16], raw)


def is_signed(note: Note, key: PublicKey) -> bool:
    """Whether the key signed the note: a line of its name and id is there, and each of them verifies."""
    mine = [signature for name, id_, signature in note.signatures if (name, id_) == (key.name, key.id)]
    try:
        for signature in mine:
            Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, note.signed)
    except (InvalidSignature, ValueError):
        return False
    return bool(mine)


def _write(path: Path, private: Ed25519PrivateKey) -> None:
    """Whole or not at all; of two that make one at once, the first wins."""
    draft = path.with_suffix(f".{os.getpid()}.new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            file.flush()
            os.fsync(file.fileno())
        if not path.exists():
            os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
