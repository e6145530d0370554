"""Pages for what went wrong: what happened, what to do, and the number by which it is found in the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from panhuo.terms.errors import DomainError
from panhuo.web.error_words import ERRORS
from panhuo.web.refusal_words import refusal_words


def error_page(request: HttpRequest, status: int, *, words: str | None = None, said: str = "") -> HttpResponse:
    """The page for a status. words: which words where a status has several; said: what happened, more exactly."""
    told = ERRORS[words or str(status)]
    context = {"told": told, "said": said, "status": status, "request_id": getattr(request, "panhuo_id", "")}
    if status >= 500 or not hasattr(request, "user") or not hasattr(request, "session"):
        # Nothing that could fail once more: no account, no register, no messages.
        alone = {
            **context,
            "alone": True,
            "installation": settings.SITE,
            "lang": getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE),
        }
        return HttpResponse(render_to_string("errors/error.html", alone), status=status)
    return render(request, "errors/error.html", context, status=status)


class Refusals:
    """Middleware: what the register refuses while a page is made becomes a page in words. not_there, and what looks
    like it, answers 404; not_allowed 403; anything else 409: it was right once and is not now."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        status = {"not_there": 404, "not_allowed": 403}.get(exception.code, 409)
        return error_page(request, status, said=refusal_words(exception) if status == 409 else "")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400; a form that is too large is told as such."""
    return error_page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler403."""
    return error_page(request, 403)


def not_there(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404."""
    return error_page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """handler500."""
    return error_page(request, 500)


def too_often(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler429 of the sign-in library."""
    return error_page(request, 429)


def form_refused(request: HttpRequest, reason: str = "", **_: Any) -> HttpResponse:
    """A form without its token, or with a token of another session."""
    return error_page(request, 403, words="form")
