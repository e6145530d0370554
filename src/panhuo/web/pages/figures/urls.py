"""Addresses of figures."""

from __future__ import annotations

from django.urls import path

from panhuo.web.pages.figures import high_value, ledger, regions

urlpatterns = [
    path("figures/regions/", regions.shown, name="figures-regions"),
    path("figures/regions/export/", regions.export, name="figures-export"),
    path("figures/high-value/", high_value.shown, name="figures-high-value"),
    path("figures/high-value/export/", high_value.export, name="figures-high-value-export"),
    path("figures/ledger/", ledger.shown, name="figures-ledger"),
    path("figures/ledger/export/", ledger.export, name="figures-ledger-export"),
    path("figures/ledger/rows/", ledger.listed, name="figures-ledger-rows"),
    path("figures/ledger/rows/export/", ledger.export_rows, name="figures-ledger-rows-export"),
    path("figures/ledger/count/", ledger.count, name="figures-ledger-count"),
]
