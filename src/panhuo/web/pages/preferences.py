"""Language and large text, kept by the browser; forms that work without scripts."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from panhuo.web.access import PUBLIC, page
from panhuo.web.context import CARE_COOKIE

YEAR = 365 * 24 * 3600


@page(policy=PUBLIC, while_obliged=True)
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """language=zh-hans|en, care=1|0, next: the page to go back to, on this site only."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = redirect(back)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        _keep(response, settings.LANGUAGE_COOKIE_NAME, language)
    if request.POST.get("care") in {"0", "1"}:
        _keep(response, CARE_COOKIE, request.POST["care"])
    return response


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR, httponly=True, secure=settings.SITE.https, samesite="Lax")
