"""The one place where the site reads the clock."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """The moment of a request, aware."""
    return timezone.now()
