"""The workbench, one's own account."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from panhuo.desk.jobs.reading import count_quarantined
from panhuo.desk.people.models import Account
from panhuo.desk.signins.models import SignIn
from panhuo.terms.roles import Right
from panhuo.web.access import SIGNED_IN, account_of, page
from panhuo.web.obligations import has_second_factor
from panhuo.web.visitor import visitor

SHOWN = 10


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something that waits for this person: words, why, name of the URL that does it."""

    words: str | Promise
    why: str | Promise
    url: str


@page(policy=SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this person."""
    return render(request, "panhuo/home.html", {"to_do": [*to_do(account_of(request)), *quarantined(request)]})


@page(policy=SIGNED_IN)
def account(request: HttpRequest) -> HttpResponse:
    """One's own account: who one is here, security, the last sign-ins."""
    owner = account_of(request)
    return render(
        request,
        "panhuo/account.html",
        {
            "account": owner,
            "has_second_factor": has_second_factor(owner),
            "sign_ins": SignIn.objects.filter(account=owner).order_by("-at", "-id")[:SHOWN],
        },
    )


def quarantined(request: HttpRequest) -> list[ToDo]:
    """Background work that failed too often, for who manages it."""
    if not visitor(request).holds(Right.RUN_JOBS) or not (count := count_quarantined()):
        return []
    why = _("已停止自动重试。请查看原因，处理后重新开始。")
    return [ToDo(_("处理 %(count)s 个被隔离的后台任务") % {"count": count}, why, "jobs-list")]


def to_do(account: Account) -> list[ToDo]:
    """What this person has to do, most pressing first."""
    found = []
    if account.is_local and not has_second_factor(account):
        found.append(
            ToDo(
                _("启用两步验证"),
                _("除密码外再用手机或设备确认一次，密码泄露时别人也进不来。约需 2 分钟。"),
                "mfa_index",
            )
        )
    return found
