"""Addresses of the stock patents."""

from __future__ import annotations

from django.urls import path

from panhuo.web.pages.stock import lists, patent, placing, taking

urlpatterns = [
    path("stock/", lists.stock_list, name="stock-list"),
    path("stock/figures/", lists.stock_figures, name="stock-figures"),
    path("stock/export/", lists.export, name="stock-export"),
    path("stock/take/", taking.take, name="stock-take"),
    path("stock/place/", placing.place, name="stock-place"),
    path("stock/<key:asset>/", patent.patent, name="stock-patent"),
]
