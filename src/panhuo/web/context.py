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


@dataclass(frozen=True, slots=True)
class Group:
    """Entries of one kind of work, which open under one word; a single one that somebody may see stands for itself."""

    words: str | Promise
    entries: tuple[Entry, ...]


STOCK = Group(
    _("专利"),
    (
        Entry("stock-list", _("存量专利"), ("stock-", "values-"), (Right.READ_STOCK,)),
        Entry("pool-mine", _("我的专利"), (), (Right.SUBMIT_POOL_ENTRY,)),
        Entry("dormant-register", _("沉睡专利"), ("dormant-",), (Right.READ_STOCK,)),
        Entry("booklets-list", _("核实表"), ("booklets-",), (Right.SEND_BOOKLET, Right.RETURN_BOOKLET)),
        Entry("deadlines-list", _("期限提醒"), ("deadlines-",), (Right.READ_STOCK,)),
        Entry("imports-list", _("导入"), ("imports-",), (Right.IMPORT_STOCK,)),
    ),
)
POOL = Group(
    _("资源库"),
    (
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
    ),
)
ASSESSMENT = Group(
    _("评估"),
    (
        Entry("panels-cases", _("价值评估"), ("panels-",), (Right.RUN_PANEL,)),
        Entry("reviews-mine", _("我的评审"), ("reviews-",), (Right.SCORE_PANEL,)),
    ),
)
EDITIONS = Entry(
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
)
FIGURES = Group(
    _("统计"),
    (
        Entry("figures-regions", _("地区与高价值"), ("figures-regions", "figures-high"), (Right.READ_STATISTICS,)),
        Entry("figures-ledger", _("转化台账"), ("figures-ledger",), (Right.READ_LEDGER,)),
    ),
)
CARE = Group(
    _("管理"),
    (
        Entry("people-accounts", _("人员与机构"), ("people-",), ACCOUNT_RIGHTS),
        Entry("log-entries", _("操作日志"), ("log-",), (Right.READ_LOG,)),
        Entry("jobs-list", _("后台任务"), ("jobs-",), (Right.IMPORT_STOCK, Right.RUN_GRADING, Right.RUN_JOBS)),
    ),
)
MENU: tuple[Entry | Group, ...] = (
    Entry("home", _("工作台")),
    STOCK,
    POOL,
    ASSESSMENT,
    EDITIONS,
    FIGURES,
    CARE,
    Entry("account", _("我的账号"), ("account", "usersessions_", "mfa_")),
)
FEW = 6
"""So many entries stand side by side; where there are more, they stand in groups."""


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
        "menu": menu(request, here),
    }


def menu(request: HttpRequest, here: str = "") -> list[dict[str, Any]]:
    """The main menu of who asks; empty for strangers and on pages of errors that could not ask.

    Its parts in order, each with words, is_here and entries (url, words, is_here); words are "" for an entry that
    stands for itself. here: the name of the URL of the page.
    """
    if not isinstance(getattr(request, "user", None), Account):
        return []
    parts: list[dict[str, Any]] = []
    for part in MENU:
        told = part.entries if isinstance(part, Group) else (part,)
        shown = [
            {"url": one.url, "words": one.words, "is_here": here == one.url or here.startswith(one.below)}
            for one in told
            if not one.rights or any(visitor(request).holds(right) for right in one.rights)
        ]
        if shown:
            words = part.words if len(shown) > 1 else ""
            parts.append({"words": words, "entries": shown, "is_here": any(one["is_here"] for one in shown)})
    if sum(len(part["entries"]) for part in parts) <= FEW:
        return [{**part, "words": "", "entries": [one]} for part in parts for one in part["entries"]]
    return parts


def is_demo() -> bool:
    """Whether the home that is served holds a made-up city."""
    try:
        home = existing_home(settings.SITE.home)
    except DomainError:  # a damaged marker must not take the error page away
        return False
    return home is not None and home.kind == "demo"
