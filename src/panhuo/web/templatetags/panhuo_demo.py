"""The accounts of a demo home on its sign-in page."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import get_language

from panhuo.desk.people.models import Account
from panhuo.web.pages.people.words import role_words
from panhuo.web.visitor import visitor

register = template.Library()


@register.inclusion_tag("panhuo/parts/demo_accounts.html", takes_context=True)
def demo_accounts(context: Any) -> dict[str, Any]:
    """Login, role and what to try; nothing in a home with real data."""
    if not context.get("is_demo"):
        return {"rows": []}
    from panhuo.demo_city.people import demo_accounts as planned

    there = set(Account.objects.filter(is_active=True).values_list("login", flat=True))
    roles = role_words(visitor(context["request"]).rules)
    language = "en" if (get_language() or "").startswith("en") else "zh"
    rows = [
        {"login": one.login, "role": roles[one.role], "to_try": one.to_try[language]}
        for one in planned()
        if one.login in there
    ]
    return {"rows": rows}
