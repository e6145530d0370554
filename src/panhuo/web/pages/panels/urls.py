"""Addresses of assessment cases, panels and experts' sheets."""

from __future__ import annotations

from django.urls import path

from panhuo.web.pages.panels import cases, panels, reviews

urlpatterns = [
    path("assessment/", cases.cases, name="panels-cases"),
    path("assessment/new/", cases.open_cases, name="panels-open"),
    path("assessment/export/", panels.export, name="panels-export"),
    path("assessment/<key:number>/", cases.case, name="panels-case"),
    path("assessment/<key:number>/self-grade/", cases.self_grade, name="panels-self-grade"),
    path("assessment/<key:number>/first/", cases.first, name="panels-first"),
    path("assessment/<key:number>/panel/", panels.start, name="panels-start"),
    path("assessment/<key:number>/second/", cases.order, name="panels-order"),
    path("assessment/<key:number>/report/", cases.report, name="panels-report"),
    path("assessment/<key:number>/close/", cases.close, name="panels-close"),
    path("assessment/<key:number>/stop/", cases.stop, name="panels-stop"),
    path("assessment/reports/<key:number>/", cases.report_file, name="panels-report-file"),
    path("assessment/panels/<key:number>/", panels.panel, name="panels-panel"),
    path("assessment/panels/<key:number>/expert/", panels.invite, name="panels-invite"),
    path("assessment/experts/<key:seat>/leave/", panels.leave, name="panels-leave"),
    path("assessment/panels/<key:number>/decide/", panels.decide, name="panels-decide"),
    path("assessment/panels/<key:number>/result/", panels.result_file, name="panels-result-file"),
    path("reviews/", reviews.reviews, name="reviews-mine"),
    path("reviews/<key:number>/", reviews.sheet, name="reviews-sheet"),
    path("reviews/<key:number>/conflict/", reviews.conflict, name="reviews-conflict"),
]
