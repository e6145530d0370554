"""Addresses of the pages of people."""

from __future__ import annotations

from django.urls import path

from panhuo.web.pages.people import accounts, invitations, memberships, organisations

urlpatterns = [
    path("people/", accounts.accounts, name="people-accounts"),
    path("people/new/", accounts.make, name="people-make-account"),
    path("people/<key:number>/", accounts.account, name="people-account"),
    path("people/<key:number>/close/", accounts.close, name="people-close-account"),
    path("people/<key:number>/reopen/", accounts.reopen, name="people-reopen-account"),
    path("people/<key:number>/password/", accounts.new_password, name="people-new-password"),
    path("people/<key:number>/reveal/<slug:field>/", accounts.reveal, name="people-reveal"),
    path("people/<key:number>/role/", memberships.give, name="people-give-role"),
    path("people/roles/<key:number>/end/", memberships.end, name="people-end-role"),
    path("people/organisations/", organisations.organisations, name="people-organisations"),
    path("people/organisations/new/", organisations.found, name="people-found"),
    path("people/organisations/<key:number>/", organisations.organisation, name="people-organisation"),
    path("people/organisations/<key:number>/name/", organisations.rename, name="people-rename"),
    path("people/organisations/<key:number>/close/", organisations.close, name="people-close-organisation"),
    path("people/invitations/", invitations.invitations, name="people-invitations"),
    path("people/invitations/new/", invitations.new, name="people-invite"),
    path("people/invitations/<key:number>/", invitations.invitation, name="people-invitation"),
    path("people/invitations/<key:number>/withdraw/", invitations.withdraw, name="people-withdraw-invitation"),
    path("invitation/<str:token>/", invitations.take, name="people-take-invitation"),
]
