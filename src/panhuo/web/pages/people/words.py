"""Roles, kinds of organisations and scopes in the words of the rules, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from panhuo.desk.people.models import Invitation, Membership, Organisation
from panhuo.rules import InForce


def told(rules: InForce, table: str, key: str) -> dict[str, str]:
    """Key -> word of a table with the columns zh and en, in its order."""
    column = "en" if (get_language() or "").startswith("en") else "zh"
    return {row[key]: row[column] for row in rules.table(table)}


def role_words(rules: InForce) -> dict[str, str]:
    return told(rules, "roles", "role")


def kind_words(rules: InForce) -> dict[str, str]:
    return told(rules, "organisation_kinds", "kind")


def scope_words(scope: Mapping[str, Any]) -> str:
    """What a membership was given beyond or short of its organisation."""
    if scope.get("everything"):
        return _("全部")
    if "regions" in scope:
        named, without = scope["regions"]["include"], scope["regions"].get("exclude", [])
        inside = _("地区 %(codes)s") % {"codes": _("、").join(named)}
        return inside + (_("，不含 %(codes)s") % {"codes": _("、").join(without)} if without else "")
    if "units" in scope:
        names = Organisation.objects.filter(pk__in=scope["units"]).values_list("name", flat=True)
        return _("、").join(names) + (_("及其下属机构") if scope.get("with_children") else "")
    if "objects" in scope:
        return _("指定的 %(count)s 项") % {"count": len(scope["objects"])}
    return _("本机构的范围")


@dataclass(frozen=True, slots=True)
class Offered:
    """A role as it is held or offered, in words. row: the membership or invitation."""

    row: Any
    role: str
    where: str
    scope: str


def offered(row: Membership | Invitation, words: Mapping[str, str]) -> Offered:
    where = row.organisation.name if row.organisation else ""
    return Offered(row, words.get(row.role, row.role), where, scope_words(row.scope))
