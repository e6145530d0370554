"""What this program is and whose work it holds."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from panhuo import __version__
from panhuo.web.access import PUBLIC, page
from panhuo.web.assets import third_parties


@dataclass(frozen=True, slots=True)
class Library:
    """A package of Python that Panhuo asks for, as it is installed."""

    name: str
    version: str
    licence: str


@page(policy=PUBLIC, while_obliged=True)
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Version, licence, packages of others."""
    return render(
        request,
        "panhuo/about.html",
        {"version": __version__, "in_pages": third_parties(), "libraries": libraries()},
    )


@functools.cache
def libraries() -> tuple[Library, ...]:
    """Packages that Panhuo asks for and what they say of their licence, by name."""
    try:
        asked = distribution("panhuo").requires or []
    except PackageNotFoundError:
        return ()
    found = []
    for line in asked:
        if "extra ==" in line:
            continue
        name = re.split(r"[\s\[<>=!~;(]", line, maxsplit=1)[0]
        try:
            told = distribution(name)
        except PackageNotFoundError:
            continue
        found.append(Library(told.metadata["Name"], told.version, _licence(told.metadata)))
    return tuple(sorted(found, key=lambda one: one.name.casefold()))


def _licence(told: object) -> str:
    read = told.get_all  # type: ignore[attr-defined]
    classed = [line.rsplit(" :: ", 1)[-1] for line in read("Classifier") or [] if line.startswith("License ::")]
    named = (read("License-Expression") or [""])[0] or next(iter(classed), "") or (read("License") or [""])[0]
    return str(named).strip().splitlines()[0][:60] if str(named).strip() else "—"
