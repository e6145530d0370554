"""A university with a patent under assessment, an officer who runs the panel, and experts, for tests of the pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.test import Client
from django.utils import timezone

OWNER, INVENTOR, AGENCY = "云湖大学", "方甲", "望岭代理所"
TITLE = "云湖大学石灰窑供风装置"


@dataclass
class Office:
    """asset: the patent; number: its application number; clients: by login; units: by name."""

    asset: int
    number: str
    units: dict[str, Any]
    enter: Callable[..., Client]
    clients: dict[str, Client] = field(default_factory=dict)

    def person(self, login: str, role: Any, unit: Any = None) -> Client:
        from panhuo.desk.people.actions import join
        from panhuo.desk.people.models import Account

        self.clients[login] = self.enter(login, name=f"{login}某")
        join(Account.objects.get(login=login), role, organisation=unit, **who())
        return self.clients[login]


def who() -> dict[str, Any]:
    """The machine, now, the rules of today."""
    from panhuo.desk.people.access import Operator
    from panhuo.rules import load_pack

    at = timezone.now()
    return {"actor": Operator("t"), "at": at, "rules": load_pack("national").at(timezone.localdate(at))}


def office(enter: Callable[..., Client], *, university: Any = None) -> Office:
    """The patent in stock, its university's officer `organiser`, experts e1 to e5 without ties."""
    from desk.people.made_people import uscc
    from panhuo.desk.inventory.models import Inventory, StockPatent
    from panhuo.desk.people.actions import found_organisation
    from panhuo.desk.registry.models import Asset, AssetKey, SourceFile
    from panhuo.terms.numbers import cn_application_check_digit
    from panhuo.terms.roles import OrganisationKind, Role

    if university is None:
        university = found_organisation(
            name=OWNER, kind=OrganisationKind.UNIVERSITY, uscc=uscc(31), region="990101", **who()
        )
    other = found_organisation(
        name="松原大学", kind=OrganisationKind.UNIVERSITY, uscc=uscc(32), region="990201", **who()
    )
    source = SourceFile.objects.create(digest="9" * 64, format="t", fingerprint="p", rank=1, name="p.csv")
    body = "202010000009"
    number = f"{body}.{cn_application_check_digit(body)}"
    asset = Asset.objects.create(
        ip_type="invention", jurisdiction="CN", title=TITLE, rank=1, source=source, application_number=number,
        abstract=f"{OWNER}材料学院{INVENTOR}提出石灰窑供风装置，专利号ZL{number}。", owners=[OWNER], agency=AGENCY,
        inventors=[INVENTOR], ipc_main="C04B2/12", first_claim="一种石灰窑供风装置，其特征在于包括风机。",
    )  # fmt: skip
    AssetKey.objects.create(key=f"a:CN{body}", asset=asset)
    told = {"day": date(2026, 1, 5), "pack": "national", "pack_version": "1", "register_version": "1-p"}
    inventory, _ = Inventory.objects.get_or_create(
        **told, taken_by="t", made_at=timezone.now(), done_at=timezone.now()
    )  # fmt: skip
    StockPatent.objects.create(
        inventory=inventory, asset=asset, unit=university, ip_type="invention", status="granted_in_force",
        region_code="990101", number=number.replace(".", ""), title=TITLE, owner_name=OWNER,
    )  # fmt: skip
    made = Office(asset.pk, number, {"own": university, "other": other}, enter)
    made.person("organiser", Role.UNIVERSITY_OFFICER, university)
    for place in range(1, 6):
        made.person(f"e{place}", Role.EXPERT)
    return made


def opened(made: Office) -> Any:
    """The case, opened through the page."""
    from panhuo.desk.assessments.models import AssessmentCase

    answer = made.clients["organiser"].post(
        "/assessment/new/", {"numbers": made.number, "departments": "材料学院", "organisations": ""}
    )
    assert answer.status_code == 302, answer.content.decode()
    return AssessmentCase.objects.get()


def panel_of(made: Office, case: Any, *, experts: int = 5, way: str = "blind") -> Any:
    """A panel with so many of the experts, through the pages."""
    client = made.clients["organiser"]
    client.post(f"/assessment/{case.pk}/panel/", {"due": "2099-01-01", "is_blind": way})
    panel = case.panels.get(decided_on=None)
    for place in range(1, experts + 1):
        answer = seated(made, panel, f"e{place}")
        assert answer.status_code == 302, answer.content.decode()
    return panel


def seated(made: Office, panel: Any, login: str, **changed: Any) -> Any:
    from panhuo.desk.people.models import Account

    told = {"account": Account.objects.get(login=login).pk, "workplace": "江城学院", "weight": "1"}
    told |= {"relations": "", "has_declared": "on", **changed}
    return made.clients["organiser"].post(f"/assessment/panels/{panel.pk}/expert/", told)


def filled(panel: Any, points: str = "80", **more: str) -> dict[str, str]:
    """What an expert types: the same points for every indicator."""
    return {f"points_{one['code']}": points for one in panel.indicators} | more


def add_panels(enter: Callable[..., Client], university: Any, folder: Path) -> dict[str, Any]:
    """Clients organiser, e1 to e5, and under things a case with a decided panel and an open one, and a value."""
    from panhuo.desk.assessments.models import PanelExpert
    from site_values import sealed_record

    made = office(enter, university=university)
    case = opened(made)
    decided = panel_of(made, case)
    for place, points in enumerate(("90", "80", "70", "75", "20"), start=1):
        seat = PanelExpert.objects.get(panel=decided, account__login=f"e{place}")
        made.clients[f"e{place}"].post(f"/reviews/{seat.pk}/", {**filled(decided, points), "hand_in": "1"})
    made.clients["organiser"].post(f"/assessment/panels/{decided.pk}/decide/")
    panel = panel_of(made, case, experts=3)
    seats = {one.account.login: one.pk for one in panel.experts.select_related("account") if one.account}
    made.clients["e2"].post(f"/reviews/{seats['e2']}/conflict/", {"reason": "合作过项目" * 30})
    done = PanelExpert.objects.get(panel=decided, account__login="e1").pk
    things = {"case": case.pk, "panel": panel.pk, "decided": decided.pk, "seat": seats["e1"], "left": seats["e2"]}
    things |= {"scored": done, "value": sealed_record(folder, made.asset).pk, "asset": made.asset}
    return {**made.clients, "things": things}
