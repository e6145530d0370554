"""Acts of the log in words; an act without words is shown by its code."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTS: dict[str, str | Promise] = {
    "organisation.founded": _("建立机构"),
    "organisation.renamed": _("更改机构名称"),
    "organisation.closed": _("关闭机构"),
    "account.made": _("建立账号"),
    "account.closed": _("停用账号"),
    "account.reopened": _("重新启用账号"),
    "membership.begun": _("授予角色"),
    "membership.ended": _("结束角色"),
    "membership.scope_changed": _("更改管辖范围"),
    "invitation.made": _("发出邀请"),
    "invitation.taken": _("接受邀请"),
    "invitation.withdrawn": _("撤回邀请"),
    "password.set": _("本人修改密码"),
    "password.forced": _("生成一次性密码"),
    "local_sign_in.set": _("设置本地登录"),
    "field.revealed": _("查看未脱敏信息"),
    "rows.exported": _("导出数据"),
    "signed_in": _("登录"),
    "second_factor_added": _("启用两步验证"),
    "second_factor_removed": _("停用两步验证"),
    "second_factor_renewed": _("更换两步验证"),
    "log.head_exported": _("导出日志签名头"),
    "log.proof_exported": _("导出存证证明"),
    "log.bundle_exported": _("导出全部日志"),
    "demo_accounts.opened": _("启用演示账号"),
}


def act_words(act: str) -> str:
    return str(ACTS.get(act, act))
