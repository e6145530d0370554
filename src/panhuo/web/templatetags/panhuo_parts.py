"""Tags that pages are put together with."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput
from django.utils.html import format_html
from django.utils.safestring import SafeString

from panhuo.desk.signins.agents import agent_words
from panhuo.web.assets import asset_url

register = template.Library()
register.simple_tag(asset_url, name="asset")


@register.inclusion_tag("panhuo/parts/field.html")
def field(bound: BoundField, css: str = "", *, cuts: bool = False) -> dict[str, Any]:
    """A form field with its label, help and errors, tied together for screen readers by Django's own ids.

    cuts: one of a list's filter, where nobody expects to have to fill in all.
    """
    return {"field": bound, "is_check": isinstance(bound.field.widget, CheckboxInput), "css": css, "cuts": cuts}


@register.inclusion_tag("panhuo/parts/error_summary.html")
def error_summary(form: Any) -> dict[str, Any]:
    """What is wrong with a form, at its head, each with a link to its field."""
    return {"form": form, "wrong": [bound for bound in form.visible_fields() if bound.errors] if form.is_bound else []}


@register.simple_tag
def status(state: str, words: str) -> SafeString:
    """A state as a word with a mark; colour is never the only sign. state: good, warn, bad, busy or "" for neutral."""
    return format_html('<span class="status{}">{}</span>', f" {state}" if state else "", words)


@register.inclusion_tag("panhuo/parts/pagination.html", takes_context=True)
def pagination(context: Any, at: Any) -> dict[str, Any]:
    """Pages of a list: at is Django's Page; the filters of the address stay."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    return {
        "page": at,
        "numbers": at.paginator.get_elided_page_range(at.number, on_each_side=1, on_ends=1),
        "query": query.urlencode(),
    }


@register.inclusion_tag("panhuo/parts/progress.html")
def progress(words: str, done: int, of: int) -> dict[str, Any]:
    """How far a job is, as a bar and in figures."""
    return {"words": words, "done": done, "of": of, "percent": round(100 * done / of) if of else 0}


@register.inclusion_tag("panhuo/parts/breadcrumbs.html")
def breadcrumbs(*trail: str) -> dict[str, Any]:
    """Where this page lies: pairs of URL name and words, and at last the words of this page."""
    pairs = [{"url": trail[at], "words": trail[at + 1]} for at in range(0, len(trail) - 1, 2)]
    return {"steps": pairs, "here": trail[-1]}


@register.inclusion_tag("panhuo/parts/empty.html")
def empty(words: str, hint: str = "", url: str = "", action: str = "") -> dict[str, str]:
    """A list without entries: that it is empty, why, and what to do."""
    return {"words": words, "hint": hint, "url": url, "action": action}


register.filter("agent_words", agent_words)


@register.filter
def at(rows: Any, place: int) -> Any:
    """What stands at a place of a list, counted from 0: the heading of a cell while one goes through a row."""
    return rows[place]
