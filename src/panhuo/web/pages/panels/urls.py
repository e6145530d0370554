"""Addresses of assessment cases, panels and experts' sheets."""

from __future__ import annotations

from django.urls import path

from panhuo.web.pages.panels import cases, panels, reviews

urlpatterns = [
    path("assessment/", cases.cases, name="panels-cases"),
    path("assessment/new/", cases.open_cases, name="panels-open"),
    path("assessment/export/", panels.export, name="panels-export"),
    path("assessment/<int:number>/", cases.case, name="panels-case"),
    path("assessment/<int:number>/self-grade/", cases.self_grade, name="panels-self-grade"),
    path("assessment/<int:number>/first/", cases.first, name="panels-first"),
    path("assessment/<int:number>/panel/", panels.start, name="panels-start"),
    path("assessment/<int:number>/second/", cases.order, name="panels-order"),
    path("assessment/<int:number>/report/", cases.report, name="panels-report"),
    path("assessment/<int:number>/close/", cases.close, name="panels-close"),
    path("assessment/<int:number>/stop/", cases.stop, name="panels-stop"),
    path("assessment/reports/<int:number>/", cases.report_file, name="panels-report-file"),
    path("assessment/panels/<int:number>/", panels.panel, name="panels-panel"),
    path("assessment/panels/<int:number>/expert/", panels.invite, name="panels-invite"),
    path("assessment/experts/<int:seat>/leave/", panels.leave, name="panels-leave"),
    path("assessment/panels/<int:number>/decide/", panels.decide, name="panels-decide"),
    path("assessment/panels/<int:number>/result/", panels.result_file, name="panels-result-file"),
    path("reviews/", reviews.reviews, name="reviews-mine"),
    path("reviews/<int:number>/", reviews.sheet, name="reviews-sheet"),
    path("reviews/<int:number>/conflict/", reviews.conflict, name="reviews-conflict"),
]
