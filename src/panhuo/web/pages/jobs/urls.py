"""Addresses of background work."""

from __future__ import annotations

from django.urls import path

from panhuo.web.pages.jobs import jobs

urlpatterns = [
    path("jobs/", jobs.listed, name="jobs-list"),
    path("jobs/<key:number>/", jobs.one, name="jobs-one"),
    path("jobs/<key:number>/part/", jobs.part, name="jobs-part"),
    path("jobs/<key:number>/cancel/", jobs.cancel, name="jobs-cancel"),
    path("jobs/<key:number>/retry/", jobs.retry, name="jobs-retry"),
]
