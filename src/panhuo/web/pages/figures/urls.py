"""Addresses of figures."""

from __future__ import annotations

from django.urls import path

from panhuo.web.pages.figures import regions

urlpatterns = [
    path("figures/regions/", regions.shown, name="figures-regions"),
    path("figures/regions/export/", regions.export, name="figures-export"),
]
