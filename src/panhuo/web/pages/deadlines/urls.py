"""Addresses of what falls due."""

from __future__ import annotations

from django.urls import path

from panhuo.web.pages.deadlines import confirming, deadlines

urlpatterns = [
    path("deadlines/", deadlines.listed, name="deadlines-list"),
    path("deadlines/export/", deadlines.export, name="deadlines-export"),
    path("deadlines/confirm/", confirming.confirm, name="deadlines-confirm"),
]
