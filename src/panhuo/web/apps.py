"""Django's view of the site."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "panhuo.web"
    label = "web"

    def ready(self) -> None:
        from panhuo.web import (
            checks,  # noqa: F401 - registers itself
            notices,  # noqa: F401 - listens to what the sign-in library tells
        )
