"""When a session ends: after idle minutes, and so many hours after signing in whatever was done."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from panhuo.web.clock import now

BEGAN, SEEN = "panhuo_began", "panhuo_seen"
STEP_SECONDS = 30
"""The last sight is written at most this often: a page is not to cost a write each time."""


class SessionRules:
    """Middleware; after Django's authentication, before messages of its own are read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            at = now().timestamp()
            began, seen = request.session.get(BEGAN, at), request.session.get(SEEN, at)
            if is_over(began=began, seen=seen, at=at):
                logout(request)
                request.session["panhuo_said"] = "idle"
            elif SEEN not in request.session or at - seen >= STEP_SECONDS:
                request.session[BEGAN], request.session[SEEN] = began, at
        return self.get_response(request)


def is_over(*, began: float, seen: float, at: float) -> bool:
    """Whether a session that began and was last used at these moments (seconds) is over at `at`.

    A clock that was put back ends nothing and lengthens nothing beyond the hours: both differences count from 0.
    """
    return at - seen > settings.SITE.idle_minutes * 60 or at - began > settings.SITE.session_hours * 3600


def tell_if_ended(request: HttpRequest) -> None:
    """On the sign-in page: why one has to sign in again."""
    if request.session.pop("panhuo_said", "") == "idle":
        messages.info(request, _("为保护您的账号，长时间未操作或登录时间过长后会自动退出。请重新登录。"))
