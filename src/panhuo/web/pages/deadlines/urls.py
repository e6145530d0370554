"""Addresses of what falls due."""

from __future__ import annotations

from django.urls import path

from panhuo.web.pages.deadlines import deadlines

urlpatterns = [
    path("deadlines/", deadlines.listed, name="deadlines-list"),
    path("deadlines/export/", deadlines.export, name="deadlines-export"),
]
