"""What every page knows: whose site, which home, language, large text, where one is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from panhuo.adapters.files.home import existing_home
from panhuo.terms.errors import DomainError

CARE_COOKIE = "panhuo-care"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the main menu: name of its URL, words, names of URLs under it."""

    url: str
    words: str | Promise
    holds: frozenset[str] = frozenset()


NAVIGATION = (
    Entry("home", _("工作台")),
    Entry(
        "account", _("我的账号"), frozenset({"account_change_password", "account_reauthenticate", "usersessions_list"})
    ),
)


def every_page(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    match = request.resolver_match
    here = (match.url_name if match else None) or ""
    return {
        "installation": settings.SITE,
        "is_demo": is_demo(),
        "has_care": request.COOKIES.get(CARE_COOKIE) == "1",
        "user": getattr(request, "user", None),
        "request_id": getattr(request, "panhuo_id", ""),
        "here": request.get_full_path() if request.method == "GET" else "/",
        "navigation": [
            {
                "url": entry.url,
                "words": entry.words,
                "is_here": here == entry.url or here in entry.holds or _below(entry, here),
            }
            for entry in NAVIGATION
        ],
    }


def is_demo() -> bool:
    """Whether the home that is served holds a made-up city."""
    try:
        home = existing_home(settings.SITE.home)
    except DomainError:  # a damaged marker must not take the error page away
        return False
    return home is not None and home.kind == "demo"


def _below(entry: Entry, here: str) -> bool:
    return entry.url == "account" and here.startswith("mfa_")
