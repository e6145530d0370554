"""What gunicorn runs: `gunicorn panhuo.web.wsgi` with PANHUO_HOME set, after `panhuo serve --prepare`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "panhuo.web.settings")


def _application() -> WSGIHandler:
    from django.core.wsgi import get_wsgi_application

    if not os.environ.get("PANHUO_HOME"):
        raise DomainError("The site serves one home. Set PANHUO_HOME to its folder.", code="no_home")
    made = get_wsgi_application()
    from panhuo.web.checks import refuse_unsound

    refuse_unsound()
    return made


application = _application()
