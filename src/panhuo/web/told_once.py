"""What a page may show a single time, such as a one-time password: kept in the session under a key of the home from the
form to the page that shows it, and gone with that page."""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest

from panhuo.web.secret_key import key_for

KEEP_SECONDS = 600
_KEPT = "panhuo_told_once"


def tell_once(request: HttpRequest, name: str, text: str) -> None:
    """Keep a text for the next page; name: what it is and of what, such as password:12."""
    request.session[_KEPT] = {name: _box().encrypt(text.encode()).decode()}


def told_once(request: HttpRequest, name: str) -> str:
    """The text, "" where there is none, it is another's, or it was shown before."""
    if name not in request.session.get(_KEPT, {}):
        return ""
    kept = request.session.pop(_KEPT)[name]
    try:
        return _box().decrypt(kept, ttl=KEEP_SECONDS).decode()
    except InvalidToken:
        return ""


def _box() -> Fernet:
    return Fernet(key_for("told once", settings.SECRET_KEY))
