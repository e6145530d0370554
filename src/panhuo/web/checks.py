"""The site does not start with a URL that declares no policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register, run_checks
from django.urls import URLPattern, URLResolver, get_resolver

from panhuo.terms.errors import DomainError
from panhuo.web.access import Policy
from panhuo.web.assets import missing_assets


@register()
def every_url_has_a_policy(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """One error for each URL without a policy; none in a process that has no pages."""
    if not hasattr(settings, "ROOT_URLCONF"):
        return []
    return [
        Error(
            f"The URL {route!r} declares no policy.",
            hint="Say who may see it: @page(policy=...) of panhuo.web.access.",
            id="panhuo.E001",
        )
        for route, pattern in urls()
        if not isinstance(getattr(pattern.callback, "policy", None), Policy)
    ]


@register()
def numbers_have_a_length(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """One error for each URL whose number may be longer than a store can hold."""
    if not hasattr(settings, "ROOT_URLCONF"):
        return []
    return [
        Error(f"The URL {route!r} takes a number of any length.", hint="Write <key:name>.", id="panhuo.E003")
        for route, _ in urls()
        if "<int:" in route
    ]


@register()
def assets_are_built(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error where the site's scripts and styles were not made."""
    return [
        Error(problem, hint="Call pip install -e . or python frontend/panhuo_build.py", id="panhuo.E002")
        for problem in missing_assets()
    ]


def refuse_unsound() -> None:
    """Run all checks before serving. Raises: DomainError site_checks: what is wrong, such as no policy."""
    serious = [problem for problem in run_checks() if problem.is_serious()]
    if serious:
        raise DomainError(f"The site cannot start: {' '.join(map(str, serious))}", code="site_checks")


def urls() -> Iterator[tuple[str, URLPattern]]:
    """All URLs of the site with their routes."""
    yield from _walk(get_resolver().url_patterns, "/")


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route, pattern
