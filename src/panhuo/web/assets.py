"""Files that the site serves, by the names that pages know: static/assets.json, made at installation."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from panhuo.terms.errors import DomainError

NEEDED = ("site.css", "site.js", "charts.js", "icon.svg")


@dataclass(frozen=True, slots=True)
class ThirdParty:
    """A package whose code the site serves, with the text of its licence."""

    name: str
    version: str
    licence: str
    text: str


def asset_url(name: str) -> str:
    """Address of an asset. Raises: DomainError no_asset."""
    try:
        return f"{settings.STATIC_URL}{_manifest()[name]}"
    except KeyError:
        raise DomainError(
            f"The site has no file {name}. Its files are made at installation: pip install -e . makes them again.",
            code="no_asset",
            name=name,
        ) from None


def missing_assets() -> list[str]:
    """What is not there of the files that pages ask for, one sentence each."""
    made = _manifest()
    return [
        f"The site's file {name} was not built."
        for name in NEEDED
        if name not in made or not (Path(settings.STATIC_ROOT) / made[name]).is_file()
    ]


def third_parties() -> list[ThirdParty]:
    """Packages of others in the site's scripts and styles."""
    told = json.loads((Path(settings.STATIC_ROOT) / "licences.json").read_text(encoding="utf-8"))
    return [ThirdParty(one["name"], one["version"], one["licence"], one["text"]) for one in told]


@functools.cache
def _manifest() -> dict[str, str]:
    try:
        told = json.loads((Path(settings.STATIC_ROOT) / "assets.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {str(name): str(file) for name, file in told["files"].items()}
