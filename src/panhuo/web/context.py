"""What every page knows: whose site, which home, language, large text, where one is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from panhuo.adapters.files.home import existing_home
from panhuo.desk.people.access import ACCOUNT_RIGHTS
from panhuo.desk.people.models import Account
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Right
from panhuo.web.visitor import visitor

CARE_COOKIE = "panhuo-care"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the main menu, for who holds one of the rights; () for everybody who is signed in.

    url: name of its URL; below: beginnings of the names of URLs that lie under it.
    """

    url: str
    words: str | Promise
    below: tuple[str, ...] = ()
    rights: tuple[Right, ...] = ()


NAVIGATION = (
    Entry("home", _("工作台")),
    Entry("stock-list", _("存量专利"), ("stock-", "values-"), (Right.READ_STOCK,)),
    Entry("dormant-register", _("沉睡专利"), ("dormant-",), (Right.READ_STOCK,)),
    Entry("booklets-list", _("核实表"), ("booklets-",), (Right.SEND_BOOKLET, Right.RETURN_BOOKLET)),
    Entry("pool-mine", _("我的专利"), (), (Right.SUBMIT_POOL_ENTRY,)),
    Entry(
        "pool-list",
        _("入库"),
        ("pool-entry", "pool-new", "pool-card", "pool-filing", "pool-act", "pool-preview", "pool-inventors"),
        (Right.SUBMIT_POOL_ENTRY, Right.REVIEW_POOL_ENTRY, Right.APPROVE_POOL_ENTRY, Right.READ_STOCK),
    ),
    Entry(
        "pool-exploitation-list",
        _("实施情况"),
        ("pool-exploitation",),
        (Right.RECORD_EXPLOITATION, Right.APPROVE_EXPLOITATION),
    ),
    Entry("pool-declarations", _("资助项目声明"), ("pool-declar",), (Right.READ_DECLARATIONS,)),
    Entry("pool-samples", _("质量抽查"), ("pool-sample",), (Right.RETURN_POOL_ENTRY,)),
    Entry("panels-cases", _("价值评估"), ("panels-",), (Right.RUN_PANEL,)),
    Entry("reviews-mine", _("我的评审"), ("reviews-",), (Right.SCORE_PANEL,)),
    Entry("deadlines-list", _("期限提醒"), ("deadlines-",), (Right.READ_STOCK,)),
    Entry(
        "editions-list",
        _("供给清单"),
        ("editions-",),
        (
            Right.DRAFT_EDITION,
            Right.REVIEW_EDITION_1,
            Right.REVIEW_EDITION_2,
            Right.REVIEW_EDITION_3,
            Right.PUBLISH_EDITION,
            Right.READ_STOCK,
        ),
    ),
    Entry("figures-regions", _("统计"), ("figures-regions", "figures-high"), (Right.READ_STATISTICS,)),
    Entry("figures-ledger", _("转化台账"), ("figures-ledger",), (Right.READ_LEDGER,)),
    Entry("people-accounts", _("人员与机构"), ("people-",), ACCOUNT_RIGHTS),
    Entry("log-entries", _("操作日志"), ("log-",), (Right.READ_LOG,)),
    Entry("imports-list", _("导入"), ("imports-",), (Right.IMPORT_STOCK,)),
    Entry("jobs-list", _("后台任务"), ("jobs-",), (Right.IMPORT_STOCK, Right.RUN_GRADING, Right.RUN_JOBS)),
    Entry("account", _("我的账号"), ("account", "usersessions_", "mfa_")),
)


def every_page(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    match = request.resolver_match
    here = (match.url_name if match else None) or ""
    return {
        "installation": settings.SITE,
        "is_demo": is_demo(),
        "has_care": request.COOKIES.get(CARE_COOKIE) == "1",
        "user": getattr(request, "user", None),
        "request_id": getattr(request, "panhuo_id", ""),
        "here": request.get_full_path() if request.method == "GET" else "/",
        "navigation": [
            {
                "url": entry.url,
                "words": entry.words,
                "is_here": here == entry.url or here.startswith(entry.below),
            }
            for entry in entries(request)
        ],
    }


def entries(request: HttpRequest) -> list[Entry]:
    """The main menu of who asks; none for strangers and on pages of errors that could not ask."""
    if not isinstance(getattr(request, "user", None), Account):
        return []
    return [one for one in NAVIGATION if not one.rights or any(visitor(request).holds(right) for right in one.rights)]


def is_demo() -> bool:
    """Whether the home that is served holds a made-up city."""
    try:
        home = existing_home(settings.SITE.home)
    except DomainError:  # a damaged marker must not take the error page away
        return False
    return home is not None and home.kind == "demo"
