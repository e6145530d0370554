"""Addresses of editions."""

from __future__ import annotations

from django.urls import path

from panhuo.web.pages.editions import drafts, lists

urlpatterns = [
    path("editions/", lists.listed, name="editions-list"),
    path("editions/new/", drafts.new, name="editions-new"),
    path("editions/drafts/<key:number>/", drafts.one, name="editions-draft"),
    path("editions/drafts/<key:number>/part/", drafts.part, name="editions-part"),
    path("editions/drafts/<key:number>/difference/", drafts.difference, name="editions-draft-difference"),
    path("editions/drafts/<key:number>/judge/", drafts.judge_again, name="editions-judge"),
    path("editions/drafts/<key:number>/submit/", drafts.hand_in, name="editions-submit"),
    path("editions/drafts/<key:number>/pass/", drafts.passed, name="editions-pass"),
    path("editions/drafts/<key:number>/return/", drafts.returned, name="editions-return"),
    path("editions/drafts/<key:number>/publish/", drafts.published, name="editions-publish"),
    path("editions/drafts/<key:number>/drop/", drafts.dropped, name="editions-drop"),
    path("editions/<key:number>/", lists.edition, name="editions-one"),
    path("editions/<key:number>/difference/", lists.difference, name="editions-difference"),
    path("editions/<key:number>/list.xlsx", lists.workbook, name="editions-workbook"),
    path("editions/<key:number>/list.html", lists.printable, name="editions-printable"),
    path("editions/<key:number>/annex.xlsx", lists.annex, name="editions-annex"),
    path("editions/<key:number>/withdraw/<key:row>/", lists.withdraw, name="editions-withdraw"),
]
