"""Addresses of the site. Names in account_, mfa_, usersessions_ and openid_ are asked for by the sign-in library."""

from __future__ import annotations

from django.urls import path

from panhuo.web.pages import about, health, home, preferences, security
from panhuo.web.pages.booklets import urls as booklets
from panhuo.web.pages.deadlines import urls as deadlines
from panhuo.web.pages.dormant import urls as dormant
from panhuo.web.pages.editions import urls as editions
from panhuo.web.pages.figures import urls as figures
from panhuo.web.pages.imports import urls as imports
from panhuo.web.pages.jobs import urls as jobs
from panhuo.web.pages.log import urls as log
from panhuo.web.pages.panels import urls as panels
from panhuo.web.pages.people import urls as people
from panhuo.web.pages.pool import urls as pool
from panhuo.web.pages.stock import urls as stock
from panhuo.web.pages.values import urls as values

urlpatterns = [
    path("", home.home, name="home"),
    path("health", health.health, name="health"),
    path("about/", about.about, name="about"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("sign-in/", security.sign_in, name="account_login"),
    path("sign-in/code/", security.second_step, name="mfa_authenticate"),
    path("sign-in/passkey/", security.sign_in_by_passkey, name="mfa_login_webauthn"),
    path("sign-in/closed/", security.closed, name="account_inactive"),
    path("sign-in/<slug:provider_id>/", security.unified_sign_in, name="openid_connect_login"),
    path("sign-in/<slug:provider_id>/back/", security.unified_back, name="openid_connect_callback"),
    path("sign-out/", security.sign_out, name="account_logout"),
    *stock.urlpatterns,
    *dormant.urlpatterns,
    *booklets.urlpatterns,
    *pool.urlpatterns,
    *panels.urlpatterns,
    *values.urlpatterns,
    path("account/", home.account, name="account"),
    path("account/password/", security.change_password, name="account_change_password"),
    path("account/sessions/", security.sessions, name="usersessions_list"),
    path("account/again/", security.password_again, name="account_reauthenticate"),
    path("account/again/code/", security.code_again, name="mfa_reauthenticate"),
    path("account/again/passkey/", security.passkey_again, name="mfa_reauthenticate_webauthn"),
    path("account/second-factor/", security.second_factor, name="mfa_index"),
    path("account/second-factor/app/", security.add_app, name="mfa_activate_totp"),
    path("account/second-factor/app/remove/", security.remove_app, name="mfa_deactivate_totp"),
    path("account/second-factor/codes/", security.recovery_codes, name="mfa_view_recovery_codes"),
    path("account/second-factor/codes/new/", security.new_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/second-factor/codes/text/", security.recovery_codes_as_text, name="mfa_download_recovery_codes"),
    path("account/second-factor/passkeys/", security.passkeys, name="mfa_list_webauthn"),
    path("account/second-factor/passkeys/add/", security.add_passkey, name="mfa_add_webauthn"),
    path("account/second-factor/passkeys/<key:pk>/", security.rename_passkey, name="mfa_edit_webauthn"),
    path("account/second-factor/passkeys/<key:pk>/remove/", security.remove_passkey, name="mfa_remove_webauthn"),
    *people.urlpatterns,
    *log.urlpatterns,
    *imports.urlpatterns,
    *jobs.urlpatterns,
    *editions.urlpatterns,
    *deadlines.urlpatterns,
    *figures.urlpatterns,
]

handler400 = "panhuo.web.errors.bad_request"
handler403 = "panhuo.web.errors.not_allowed"
handler404 = "panhuo.web.errors.not_there"
handler429 = "panhuo.web.errors.too_often"
handler500 = "panhuo.web.errors.broken"
