"""Forms of the sign-in library with our words: labels that stay, help where it is needed."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.core import context
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from panhuo.rules.sign_in_rules import password_rule
from panhuo.web.password_words import password_help
from panhuo.web.visitor import visitor


def _word(form: Any, name: str, label: str | Promise, help_text: str | Promise = "", **attrs: str) -> None:
    field = form.fields[name]
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)


class SignInForm(account_forms.LoginForm):
    """Account and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "login", _("账号"), autocapitalize="none", spellcheck="false")
        _word(self, "password", _("密码"))


class PasswordAgainForm(account_forms.ReauthenticateForm):
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "password", _("密码"))


class ChangePasswordForm(account_forms.ChangePasswordForm):
    """Old password, new password twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "oldpassword", _("现在的密码"))
        _word(self, "password1", _("新密码"), password_help(password_rule(visitor(context.request).rules)))
        _word(self, "password2", _("再输入一次新密码"))


class CodeForm(mfa_forms.AuthenticateForm):
    """The second step of signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "code", _("验证码"), _("身份验证器应用上显示的 6 位数字，或一个恢复码。"), inputmode="numeric")


class CodeAgainForm(mfa_forms.ReauthenticateForm):
    """A code once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "code", _("验证码"), _("身份验证器应用上显示的 6 位数字，或一个恢复码。"), inputmode="numeric")


class ActivateAppForm(totp_forms.ActivateTOTPForm):
    """The first code of a new authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "code", _("验证码"), _("扫码后，应用上显示的 6 位数字。"), inputmode="numeric")


class AddPasskeyForm(webauthn_forms.AddWebAuthnForm):
    """A name for a new passkey, and whether it signs in alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "name", _("名称"), _("便于您辨认，例如“办公室电脑”。"))
        _word(
            self, "passwordless", _("可直接登录，不再输入账号和密码"), _("要求设备用指纹、人脸或 PIN 码确认是您本人。")
        )


class RenamePasskeyForm(webauthn_forms.EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "name", _("名称"))
