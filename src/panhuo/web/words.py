"""Words of codes in the language of the page."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import get_language

from panhuo.rules import InForce
from panhuo.rules.labels import Labels
from panhuo.web.visitor import visitor

_KEPT: dict[tuple[str, str], Labels] = {}
_REGIONS: dict[str, dict[str, str]] = {}


def words_for(request: HttpRequest) -> Labels:
    """Labels of the pack of the day, Chinese or English."""
    return labels_of(visitor(request).rules)


def labels_of(rules: InForce) -> Labels:
    """Labels of a pack in the language of the page; read once a process, pack and language."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    key = (rules.digest, language)
    if key not in _KEPT:
        _KEPT[key] = Labels(rules, language)
    return _KEPT[key]


def region_names(rules: InForce) -> dict[str, str]:
    """Names of regions by six digits."""
    if rules.digest not in _REGIONS:
        _REGIONS[rules.digest] = {row["code"]: row["name"] for row in rules.table("regions")}
    return _REGIONS[rules.digest]
