"""The outermost layer of every request: its number, headers, line in the log, error pages that are never blank."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from panhuo.web.errors import error_page

LOG = logging.getLogger("panhuo.request")
PLAIN_ERRORS = frozenset({405, 413})
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
    "X-Frame-Options": settings.X_FRAME_OPTIONS,
}
"""Django's own middleware sets them, too, where an answer comes through it."""


def content_policy() -> str:
    """Content-Security-Policy of every page: our own files only, no inline script or style, no frame around us."""
    unified = settings.SITE.unified_login
    sent_to = f"'self' {unified.origin}" if unified else "'self'"  # the sign-in form is sent on to the unified login
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'; manifest-src 'self'; form-action {sent_to}; base-uri 'none'; frame-ancestors 'none'"
    )


class RequestFrame:
    """Middleware; stands first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        request.panhuo_id = secrets.token_hex(5)  # type: ignore[attr-defined]
        response = self.get_response(request)
        if response.status_code in PLAIN_ERRORS and not response.content:
            response = _in_words(request, response)
        response.headers["X-Request-ID"] = request.panhuo_id  # type: ignore[attr-defined]
        response.headers["Content-Security-Policy"] = content_policy()
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store, private")
            _note(request, response, took=time.perf_counter() - began)
        return response


def _in_words(request: HttpRequest, plain: HttpResponse) -> HttpResponse:
    page = error_page(request, plain.status_code)
    if "Allow" in plain.headers:
        page.headers["Allow"] = plain.headers["Allow"]
    return page


def _note(request: HttpRequest, response: HttpResponse, *, took: float) -> None:
    match = request.resolver_match
    user = getattr(request, "user", None)
    LOG.info(
        "request",
        extra={
            "request_id": request.panhuo_id,  # type: ignore[attr-defined]
            "method": request.method,
            "route": match.route if match else "",
            "status": response.status_code,
            "ms": round(took * 1000, 1),
            "signed_in": bool(user is not None and user.is_authenticated),
        },
    )
