"""Addresses of imports."""

from __future__ import annotations

from django.urls import path

from panhuo.web.pages.imports import imports

urlpatterns = [
    path("imports/", imports.listed, name="imports-list"),
    path("imports/new/", imports.send, name="imports-send"),
    path("imports/<key:number>/", imports.one, name="imports-one"),
    path("imports/<key:number>/headings/", imports.headings, name="imports-headings"),
    path("imports/<key:number>/start/", imports.start, name="imports-start"),
    path("imports/<key:number>/part/", imports.part, name="imports-part"),
    path("imports/<key:number>/errors.xlsx", imports.errors, name="imports-errors"),
]
