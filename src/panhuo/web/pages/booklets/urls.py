"""Addresses of the check booklets."""

from __future__ import annotations

from django.urls import path

from panhuo.web.pages.booklets import booklets

urlpatterns = [
    path("booklets/", booklets.listed, name="booklets-list"),
    path("booklets/send/", booklets.send, name="booklets-send"),
    path("booklets/<key:number>/", booklets.one, name="booklets-one"),
    path("booklets/<key:number>/workbook/", booklets.workbook, name="booklets-workbook"),
    path("booklets/<key:number>/letter/", booklets.letter, name="booklets-letter"),
]
