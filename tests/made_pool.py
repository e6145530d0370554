"""Two universities, a firm, offices and people who file into the pool; patents of theirs in an inventory. Made up."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from desk.people.made_people import NOW, RULES, WHO, account, member, organisation
from panhuo.terms.numbers import cn_application_check_digit
from panhuo.terms.roles import OrganisationKind as Kind
from panhuo.terms.roles import Role

GAIN = "与常用的酸洗工艺相比，时间由四十分钟降到九分钟，药剂用量减少约三成。"
CARD = {
    "problem": "电镀件酸洗耗时长、废液多，小厂难以达标排放。",
    "gain": GAIN,
    "maturity": 6,
    "economics": "一条线改造约二十万元，按每年两千吨件计，一年半收回。",
    "offered": "专利许可、成套工艺参数和两周现场培训。",
    "scenario": "五金电镀、汽车零部件前处理。",
    "contact_office": "技术转移中心",
    "contact_phone": "0990-5550100",
    "contact_email": "",
}
FILED = {
    "self_grade": 4,
    "self_grade_reason": "中试线已运行半年。",
    "willingness": "willing",
    "intended_mode": "ordinary_licence",
    "price_kind": "negotiable",
    "application_field": "金属表面处理",
}


def number(serial: int) -> str:
    body = f"20181{serial:07d}"
    return f"{body}.{cn_application_check_digit(body)}"


def pool_city(make: Any = None) -> SimpleNamespace:
    """Organisations: office, university, college, sister, firm. People by login, each with one role.

    make: makes an account of a login; desk.people.made_people.account where it is left out.
    """
    office = organisation("云湖市局", Kind.CITY_OFFICE, 6110, region="9901")
    university = organisation("云湖大学", Kind.UNIVERSITY, 6112, region="990101")
    college = organisation("云湖大学化工学院", Kind.COLLEGE, parent=university)
    sister = organisation("松原大学", Kind.UNIVERSITY, 6122, region="990201")
    firm = organisation("云湖城投有限公司", Kind.STATE_FIRM, 6113, region="990102")
    made = {
        "faming": (Role.INVENTOR, college),
        "tongshi": (Role.INVENTOR, college),
        "xueyuan": (Role.COLLEGE_OFFICER, college),
        "xueyuan2": (Role.COLLEGE_OFFICER, college),
        "daxue": (Role.UNIVERSITY_OFFICER, university),
        "daxue2": (Role.UNIVERSITY_OFFICER, university),
        "waixiao": (Role.UNIVERSITY_OFFICER, sister),
        "chengtou": (Role.STATE_FIRM_OFFICER, firm),
        "chengtou2": (Role.STATE_FIRM_OFFICER, firm),
        "shiju": (Role.CITY_OFFICER, office),
    }
    people = {}
    for login, (role, unit) in made.items():
        people[login] = (make or account)(login)
        member(people[login], role, unit)
    units = {"office": office, "university": university, "college": college, "sister": sister, "firm": firm}
    return SimpleNamespace(**units, **people)


def made_patents(unit: Any, serials: list[int], **told: Any) -> list[int]:
    """Patents in force of a unit in the current inventory. Returns their assets."""
    from panhuo.desk.inventory.models import Inventory, StockPatent
    from panhuo.desk.registry.models import Asset, AssetKey, SourceFile

    source, _ = SourceFile.objects.get_or_create(
        digest="0" * 64, format="made", as_of=None, fingerprint="", defaults={"name": "made.csv", "rank": 1}
    )
    inventory, _ = Inventory.objects.get_or_create(
        day=date(2026, 11, 23),
        defaults={
            "pack": "national", "pack_version": "1", "register_version": "1", "taken_by": "test", "made_at": NOW,
            "done_at": NOW,
        },
    )  # fmt: skip
    found = []
    for serial in serials:
        fields = {"ip_type": "invention", "grant_date": date(2021, 5, 4), "title": f"合成样例 {serial}"}
        asset = Asset.objects.create(
            **fields, application_number=number(serial), jurisdiction="CN", owners=[unit.name], inventors=["发某某"],
            rank=1, source=source,
        )  # fmt: skip
        AssetKey.objects.create(key=f"a:CN{number(serial)[:12]}", asset=asset)
        row = {"status": "granted_in_force", "dormancy": "dormancy_candidate", "region_code": unit.region_code}
        StockPatent.objects.create(
            **{**fields, **row, **told}, inventory=inventory, asset=asset, unit=unit, number=number(serial),
            owner_name=unit.name, owner_type="university",
        )  # fmt: skip
        found.append(asset.pk)
    return found


def inventor_of(asset: int, account: Any) -> None:
    from panhuo.desk.inventory.actions import confirm_inventorship

    confirm_inventorship(asset, account, **WHO)


def filled_entry(asset: int, actor: Any, **card: Any) -> Any:
    """A draft whose card and filing are whole."""
    from panhuo.desk.pool.actions import Filing, draft_entry, save_filing
    from panhuo.desk.pool.card_actions import CardTexts, save_card

    entry = draft_entry(asset, actor=actor, at=NOW, rules=RULES)
    save_card(entry.pk, CardTexts(**{**CARD, **card}), actor=actor, at=NOW, rules=RULES)
    return save_filing(entry.pk, Filing(**FILED), actor=actor, at=NOW, rules=RULES)


def pooled_entry(asset: int, city: Any, *, at: Any = NOW) -> Any:
    """An entry in the pool by every step, of a patent in the college."""
    from panhuo.desk.pool.actions import move_entry
    from panhuo.engine.pool import Act

    entry = filled_entry(asset, city.faming)
    for act, actor in ((Act.SUBMIT, city.faming), (Act.REVIEW, city.xueyuan), (Act.APPROVE, city.daxue)):
        entry = move_entry(entry.pk, act, actor=actor, at=at, rules=RULES)
    return entry
