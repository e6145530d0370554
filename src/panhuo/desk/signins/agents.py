"""What a browser calls itself, in a few words."""

from __future__ import annotations

BROWSERS = (
    ("MicroMessenger/", "微信"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def agent_words(told: str) -> str:
    """Browser and system of a User-Agent header, such as "Chrome · Windows"; "" where nothing is known.

    >>> agent_words("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36")
    'Chrome · Windows'
    """
    found = [next((word for mark, word in marks if mark in told), "") for marks in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, found))
