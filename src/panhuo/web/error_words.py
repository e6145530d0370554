"""Words of the error pages."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Words(NamedTuple):
    """A page's heading, what happened, what to do."""

    title: str | Promise
    happened: str | Promise
    to_do: str | Promise


ERRORS: dict[str, Words] = {
    "400": Words(
        _("请求无法识别"),
        _("浏览器发来的内容不完整或不正确，系统没有做任何改动。"),
        _("请返回上一页重新操作；如果是从别处复制的网址，请检查是否完整。"),
    ),
    "403": Words(
        _("没有权限"),
        _("您的账号不能进行这项操作，系统没有做任何改动。"),
        _("如工作需要，请联系本单位的账号管理员。"),
    ),
    "form": Words(
        _("表单已失效"),
        _("为防止他人冒用，每张表单只在打开它的登录期间有效。您填写的内容没有提交。"),
        _("请返回上一页，刷新后重新填写并提交。如果反复出现，请检查浏览器是否允许本站使用 Cookie。"),
    ),
    "404": Words(
        _("找不到这个页面"),
        _("网址不存在，或者它的内容不对您的账号开放。"),
        _("请检查网址，或从首页进入。"),
    ),
    "405": Words(
        _("不支持这种操作"),
        _("这个网址不接受这样的请求，系统没有做任何改动。"),
        _("请返回上一页，用页面上的按钮操作。"),
    ),
    "409": Words(
        _("现在不能这样做"),
        _("系统没有做任何改动。"),
        _("请返回上一页，刷新后查看最新情况。"),
    ),
    "413": Words(
        _("提交的内容过大"),
        _("提交的内容超过了本站允许的大小，没有保存。"),
        _("请分几次提交，或缩小文件后再试。"),
    ),
    "429": Words(
        _("操作过于频繁"),
        _("短时间内从您的网络收到的请求过多，暂停受理。"),
        _("请等待几分钟后再试。"),
    ),
    "500": Words(
        _("系统出错"),
        _("处理您的请求时发生了意外，已记录下来。已经确认保存的内容不受影响。"),
        _("请稍后再试。如果仍然出现，请把下面的编号告诉管理员。"),
    ),
}
