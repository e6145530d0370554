"""Addresses of editions."""

from __future__ import annotations

from django.urls import path

from panhuo.web.pages.editions import drafts, lists

urlpatterns = [
    path("editions/", lists.listed, name="editions-list"),
    path("editions/new/", drafts.new, name="editions-new"),
    path("editions/drafts/<int:number>/", drafts.one, name="editions-draft"),
    path("editions/drafts/<int:number>/part/", drafts.part, name="editions-part"),
    path("editions/drafts/<int:number>/difference/", drafts.difference, name="editions-draft-difference"),
    path("editions/drafts/<int:number>/judge/", drafts.judge_again, name="editions-judge"),
    path("editions/drafts/<int:number>/submit/", drafts.hand_in, name="editions-submit"),
    path("editions/drafts/<int:number>/pass/", drafts.passed, name="editions-pass"),
    path("editions/drafts/<int:number>/return/", drafts.returned, name="editions-return"),
    path("editions/drafts/<int:number>/publish/", drafts.published, name="editions-publish"),
    path("editions/drafts/<int:number>/drop/", drafts.dropped, name="editions-drop"),
    path("editions/<int:number>/", lists.edition, name="editions-one"),
    path("editions/<int:number>/difference/", lists.difference, name="editions-difference"),
    path("editions/<int:number>/list.xlsx", lists.workbook, name="editions-workbook"),
    path("editions/<int:number>/list.html", lists.printable, name="editions-printable"),
    path("editions/<int:number>/annex.xlsx", lists.annex, name="editions-annex"),
    path("editions/<int:number>/withdraw/<int:row>/", lists.withdraw, name="editions-withdraw"),
]
