"""Django settings of the site: those of the register, and what pages, signing in and sessions need.

The environment is read by web/environment.py; docs/site.md lists the variables.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.utils import get_random_secret_key

from panhuo.settings import *  # noqa: F403 - the register's settings hold here, too
from panhuo.settings import DATABASES, INSTALLED_APPS
from panhuo.web.environment import read_environment
from panhuo.web.secret_key import kept_secret

SITE = read_environment(os.environ)
PACKAGE = Path(__file__).resolve().parent

# Who serves has a secret in its home (web/serve_command.py makes it); others, such as tests, need one for themselves.
SECRET_KEY = os.environ.get("PANHUO_SECRET_KEY") or kept_secret(SITE.home) or get_random_secret_key()
DEBUG = False
ALLOWED_HOSTS = list(SITE.allowed_hosts)
ROOT_URLCONF = "panhuo.web.urls"
WSGI_APPLICATION = "panhuo.web.wsgi.application"

INSTALLED_APPS = [
    *INSTALLED_APPS,
    "panhuo.desk.signins",
    "panhuo.desk.jobs",
    "panhuo.desk.imports",
    "django_tasks_db",
    "panhuo.web",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
]
# Django's groups, permissions and content types have no tables: what one may do comes from memberships (docs/adr/0012).
MIGRATION_MODULES = {"auth": None, "contenttypes": None}
DATABASE_ROUTERS = ["panhuo.web.routing.WithoutGroups"]
if DATABASES["default"]["NAME"] == ":memory:" and os.environ.get("PANHUO_HOME"):
    DATABASES["default"]["NAME"] = str(SITE.home / "register.sqlite3")
DATABASES["default"].update({"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True})

MIDDLEWARE = [
    "panhuo.web.frame.RequestFrame",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "panhuo.web.session_rules.SessionRules",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "panhuo.web.obligations.Obligations",
    "panhuo.web.errors.Refusals",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "panhuo.web.context.every_page",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True

# What was built at installation (frontend/): names follow contents, so that browsers may keep them for ever.
STATIC_URL = "/static/"
STATIC_ROOT = PACKAGE / "static"
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/[a-z]+-[0-9a-f]{12}\.[a-z]+$"

CACHES = {
    "default": {
        # In the register, so that tries are counted over all processes, on both stores.
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "site_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Background work: the queue is a table of the register, the worker is `panhuo work` (docs/adr/0014).
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["jobs"]}}

# Sessions: end with the browser, after idle minutes, and after so many hours in any case (web/session_rules.py).
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = SITE.session_hours * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SITE.https
SESSION_COOKIE_NAME = "__Host-panhuo" if SITE.https else "panhuo"
CSRF_COOKIE_SECURE = SITE.https
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-panhuo-form" if SITE.https else "panhuo-form"
CSRF_FAILURE_VIEW = "panhuo.web.errors.form_refused"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = SITE.https
SECURE_REDIRECT_EXEMPT = [r"^health$"]  # asked from the machine itself
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SITE.https else 0
if SITE.https and SITE.trusted_proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Whether other hosts of the domain speak HTTPS, and whether browsers should be told beforehand, is not ours to say.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_HANDLERS = [
    "panhuo.web.upload_limit.LimitedUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

AUTHENTICATION_BACKENDS = ["panhuo.web.signing_in.LoginBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "panhuo.web.signing_in.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGIN_TIMEOUT = 600
ACCOUNT_FORMS = {
    "login": "panhuo.web.forms.SignInForm",
    "reauthenticate": "panhuo.web.forms.PasswordAgainForm",
    "change_password": "panhuo.web.forms.ChangePasswordForm",
}
# Of login_failed, the first limit is one address's over all accounts, generous because an office may share one. The
# second counts wrong passwords for one account from one address (web/signing_in.py makes that key): nobody is locked
# out by somebody else.
ACCOUNT_RATE_LIMITS = {
    "login": "120/5m/ip",
    "login_failed": "60/15m/ip,5/15m/key",
    "change_password": "10/5m/user",
    "reauthenticate": "10/5m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = SITE.trusted_proxies

MFA_ADAPTER = "panhuo.web.signing_in.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE.site_name or "盘活"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TRUST_ENABLED = False
MFA_TRUST_COOKIE_AGE = timedelta(0)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SITE.https  # passkeys on http://localhost; browsers refuse them on other http
MFA_FORMS = {
    "authenticate": "panhuo.web.forms.CodeForm",
    "reauthenticate": "panhuo.web.forms.CodeAgainForm",
    "activate_totp": "panhuo.web.forms.ActivateAppForm",
    "add_webauthn": "panhuo.web.forms.AddPasskeyForm",
    "edit_webauthn": "panhuo.web.forms.RenamePasskeyForm",
}

SOCIALACCOUNT_ADAPTER = "panhuo.web.signing_in.UnifiedAccounts"
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if SITE.unified_login is not None:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "unified",
                "name": SITE.unified_login.name,
                "client_id": SITE.unified_login.client,
                "secret": SITE.unified_login.secret,
                "settings": {"server_url": SITE.unified_login.server},
            }
        ],
    }

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "panhuo.web.request_log.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "panhuo.request": {"level": "INFO"},
        "panhuo.sign_in": {"level": "INFO"},
        "panhuo.jobs": {"level": "INFO"},
        "django.request": {"level": "ERROR"},  # what strangers ask for stands in panhuo.request, without addresses
        "django.security": {"level": "ERROR"},
    },
}
