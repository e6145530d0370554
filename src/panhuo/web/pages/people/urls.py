"""Addresses of the pages of people."""

from __future__ import annotations

from django.urls import path

from panhuo.web.pages.people import accounts, invitations, memberships, organisations

urlpatterns = [
    path("people/", accounts.accounts, name="people-accounts"),
    path("people/new/", accounts.make, name="people-make-account"),
    path("people/<int:number>/", accounts.account, name="people-account"),
    path("people/<int:number>/close/", accounts.close, name="people-close-account"),
    path("people/<int:number>/reopen/", accounts.reopen, name="people-reopen-account"),
    path("people/<int:number>/password/", accounts.new_password, name="people-new-password"),
    path("people/<int:number>/reveal/<slug:field>/", accounts.reveal, name="people-reveal"),
    path("people/<int:number>/role/", memberships.give, name="people-give-role"),
    path("people/roles/<int:number>/end/", memberships.end, name="people-end-role"),
    path("people/organisations/", organisations.organisations, name="people-organisations"),
    path("people/organisations/new/", organisations.found, name="people-found"),
    path("people/organisations/<int:number>/", organisations.organisation, name="people-organisation"),
    path("people/organisations/<int:number>/name/", organisations.rename, name="people-rename"),
    path("people/organisations/<int:number>/close/", organisations.close, name="people-close-organisation"),
    path("people/invitations/", invitations.invitations, name="people-invitations"),
    path("people/invitations/new/", invitations.new, name="people-invite"),
    path("people/invitations/<int:number>/", invitations.invitation, name="people-invitation"),
    path("people/invitations/<int:number>/withdraw/", invitations.withdraw, name="people-withdraw-invitation"),
    path("invitation/<str:token>/", invitations.take, name="people-take-invitation"),
]
