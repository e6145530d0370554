"""Addresses of the dormant register."""

from __future__ import annotations

from django.urls import path

from panhuo.web.pages.dormant import register

urlpatterns = [
    path("dormant/", register.dormant, name="dormant-register"),
    path("dormant/export/", register.ask, name="dormant-export"),
    path("dormant/export/<key:job>/", register.file, name="dormant-file"),
]
