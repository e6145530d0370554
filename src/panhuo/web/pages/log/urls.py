"""Addresses of the pages of the log."""

from __future__ import annotations

from django.urls import path

from panhuo.web.pages.log import entries, proofs

urlpatterns = [
    path("log/", entries.entries, name="log-entries"),
    path("log/head/", proofs.head_file, name="log-head"),
    path("log/key/", proofs.key_file, name="log-key"),
    path("log/bundle/", proofs.bundle_file, name="log-bundle"),
    path("log/<key:number>/", entries.entry, name="log-entry"),
    path("log/<key:number>/proof/", proofs.proof, name="log-proof"),
    path("log/<key:number>/proof/sign/", proofs.sign, name="log-sign"),
    path("log/<key:number>/proof/file/", proofs.proof_file, name="log-proof-file"),
]
