"""Administrators and what they look after, for the look at every page in every state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone


def add_people(signed_in: Callable[..., Any]) -> dict[str, Any]:
    """Clients sys, sec, aud, unit, and under things the numbers of what their pages show."""
    from desk.people.made_people import uscc
    from panhuo.adapters.proofs.keys import log_key
    from panhuo.desk.history.models import LoggedAction
    from panhuo.desk.people.access import Operator
    from panhuo.desk.people.actions import found_organisation, invite, join, rename_organisation
    from panhuo.desk.people.log_actions import hand_out_head
    from panhuo.desk.people.models import Account, Membership
    from panhuo.rules import load_pack
    from panhuo.terms.roles import OrganisationKind, Role

    at = timezone.now()
    who: dict[str, Any] = {"actor": Operator("t"), "at": at, "rules": load_pack("national").at(timezone.localdate(at))}
    university = found_organisation(
        name="云湖大学", kind=OrganisationKind.UNIVERSITY, uscc=uscc(7), region="990101", **who
    )
    college = found_organisation(name="化工学院" * 12, kind=OrganisationKind.COLLEGE, parent=university, **who)
    clients: dict[str, Any] = {}
    for login, role, unit in (
        ("sys", Role.SYSTEM_ADMINISTRATOR, None),
        ("sec", Role.SECURITY_ADMINISTRATOR, None),
        ("aud", Role.AUDIT_ADMINISTRATOR, None),
        ("unit", Role.UNIT_ADMINISTRATOR, university),
        ("teacher", Role.UNIVERSITY_OFFICER, university),
    ):
        clients[login] = signed_in(login, name=f"{login}某", phone="13800001234", email=f"{login}@example.cn")
        join(Account.objects.get(login=login), role, organisation=unit, **who)
    made = invite(name="赵某", role=Role.INVENTOR, organisation=university, **who)
    rename_organisation(college, name="材料学院" * 12, reason="更名" * 60, **who)
    entry = LoggedAction.objects.get(act="organisation.renamed").number
    hand_out_head(log_key(Path(settings.SITE.home), make=True), **who)
    teacher = Account.objects.get(login="teacher")
    clients["things"] = {
        "account": teacher.pk,
        "membership": Membership.objects.get(account=teacher).pk,
        "long": Account.objects.get(login="a" * 60).pk,
        "self": Account.objects.get(login="sys").pk,
        "organisation": university.pk,
        "empty": college.pk,
        "invitation": made.invitation.pk,
        "token": made.token,
        "entry": entry,
        "unsigned": LoggedAction.objects.count(),
    }
    return clients
