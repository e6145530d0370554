"""What a password must be, and what is wrong with one, in words; the numbers are the rules'."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from panhuo.rules.sign_in_rules import LEAST_DIFFERENT, PasswordFault, PasswordRule


def password_help(rule: PasswordRule) -> str:
    """What a new password must be, before it is typed."""
    return _(
        "至少 %(length)s 个字符；大写字母、小写字母、数字、其他字符中至少有 %(kinds)s 种；不要含有账号，"
        "不要与姓名、邮箱或手机号相近，不要用常见密码或用过的密码。"
    ) % {"length": rule.least_length, "kinds": rule.least_kinds}


def fault_words(faults: Iterable[str], *, rule: PasswordRule) -> list[str]:
    """A sentence for each fault (PasswordFault), in their order."""
    words = {
        PasswordFault.TOO_SHORT: _("密码太短，至少要 %(length)s 个字符。") % {"length": rule.least_length},
        PasswordFault.TOO_LONG: _("密码太长，最多 %(length)s 个字符。") % {"length": rule.most_length},
        PasswordFault.TOO_FEW_KINDS: _("大写字母、小写字母、数字、其他字符中至少要有 %(kinds)s 种。")
        % {"kinds": rule.least_kinds},
        PasswordFault.HOLDS_LOGIN: _("密码里不能含有账号。"),
        PasswordFault.REPEATS: _("重复的字符太多，至少要有 %(count)s 个不同的字符。") % {"count": LEAST_DIFFERENT},
        PasswordFault.COMMON: _("这是常见密码，容易被猜中，请换一个。"),
        PasswordFault.FORMER: _("新密码不能与现在的或最近用过的密码相同。"),
        PasswordFault.LIKE_PERSON: _("密码与姓名、邮箱或手机号太相近，请换一个。"),
    }
    return [words[PasswordFault(fault)] for fault in faults]
