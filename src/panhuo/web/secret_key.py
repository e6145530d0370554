"""The secret that signs sessions and keeps second factors: in a file of the home that only its owner may read."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from pathlib import Path

from panhuo.terms.errors import DomainError

FILE = "secret.key"


def kept_secret(home: Path) -> str | None:
    """The secret of the home, or None where none was made yet. Raises: DomainError secret_open to other people."""
    path = home / FILE
    try:
        mode = path.stat().st_mode
        found = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    if mode & 0o077:
        raise DomainError(
            f"{path} may be read by other people of this machine. Take that right away: chmod 600 {path}. "
            "If they may have read it, delete the file: all sessions end, and authenticator apps are set up anew.",
            code="secret_open",
            file=str(path),
        )
    return found or None


def make_secret(home: Path) -> str:
    """The secret of the home; made at the first call, with mode 0600, and never changed."""
    found = kept_secret(home)
    if found is not None:
        return found
    made = secrets.token_urlsafe(64)
    draft = home / f"{FILE}.{os.getpid()}.new"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(made)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, home / FILE)  # fails where another process was first
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return kept_secret(home) or made


def key_for(purpose: str, secret: str) -> bytes:
    """A key of 32 bytes in URL-safe base64 for one purpose; keys of two purposes say nothing about each other."""
    return base64.urlsafe_b64encode(
        hashlib.blake2b(purpose.encode(), key=hashlib.sha512(secret.encode()).digest()).digest()[:32]
    )
