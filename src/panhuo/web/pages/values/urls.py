"""Addresses of valuation records."""

from __future__ import annotations

from django.urls import path

from panhuo.web.pages.values import records

urlpatterns = [
    path("values/", records.values, name="values-list"),
    path("values/<key:number>/", records.value, name="values-record"),
    path("values/<key:number>/verify/", records.verify, name="values-verify"),
    path("values/<key:number>/file/", records.value_file, name="values-file"),
]
