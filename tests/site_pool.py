"""People who file into the pool, with entries in every state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils.timezone import localdate

LONG = "一种用于复杂多相流工况下高温高压换热装置的可拆卸式防腐蚀密封结构及其装配检测方法" * 3


def make_booklets(city: Any) -> dict[str, int]:
    """One that a university has still to fill in, one of a long name that is late."""
    from panhuo.desk.listings.models import Booklet
    from panhuo.web.clock import now

    at = now()
    day = localdate(at)
    made = {"booklet": (city.university, city.university.name, day + timedelta(days=20))}
    made["booklet_late"] = (city.firm, "云湖城投基础设施建设投资运营管理集团有限责任公司" * 4, day - timedelta(days=3))
    return {
        name: Booklet.objects.create(
            number=f"HS2026112{place}-0000000{place}", owner=owner[:200], unit=unit, region_code=unit.region_code,
            day=day, run_id="0" * 32, asked=12 + place, answer_by=until, sent_by="shiju", made_at=at,
        ).pk
        for place, (name, (unit, owner, until)) in enumerate(made.items())
    }  # fmt: skip


def make_pool(signed_in: Callable[..., Client]) -> tuple[dict[str, Client], dict[str, int]]:
    """Clients by login (faming, tongshi, xueyuan, daxue, shiju) and the numbers of what they see."""
    from desk.people.made_people import RULES
    from made_pool import filled_entry, inventor_of, made_patents, pool_city, pooled_entry
    from panhuo.adapters.files.home import open_home
    from panhuo.desk.people.models import Account
    from panhuo.desk.pool.actions import draft_entry, move_entry
    from panhuo.desk.pool.declaration_actions import Project, YearsUse, record_declaration, report_use
    from panhuo.desk.pool.exploitation_actions import Claim, Paper, record_exploitation
    from panhuo.desk.pool.sample_actions import draw_quality_sample, judge_sampled
    from panhuo.engine.pool import Act
    from panhuo.web.clock import now

    clients: dict[str, Client] = {}

    def make(login: str) -> Any:
        clients[login] = signed_in(login, name=f"{login}某")
        return Account.objects.get(login=login)

    city = pool_city(make)
    when = {"at": now(), "rules": RULES}
    assets = made_patents(city.college, list(range(1, 9)))
    for asset in assets:
        inventor_of(asset, city.faming)
    pooled, waits, returned, draft, empty, free, *_ = assets
    entry = pooled_entry(pooled, city)
    numbers = {"pool_entry": entry.pk, "pool_asset": free}
    submitted = move_entry(filled_entry(waits, city.faming).pk, Act.SUBMIT, actor=city.faming, **when)
    numbers["pool_waits"] = submitted.pk
    sent_back = move_entry(filled_entry(returned, city.faming).pk, Act.SUBMIT, actor=city.faming, **when)
    move_entry(sent_back.pk, Act.RETURN, actor=city.xueyuan, reason="优势没有数据，请补充对比。", **when)
    numbers["pool_returned"] = sent_back.pk
    numbers["pool_draft"] = filled_entry(draft, city.faming, economics="").pk
    numbers["pool_empty"] = draft_entry(empty, actor=city.faming, **when).pk
    told = Project(
        "nsfc", "合成样例项目：金属表面绿色处理", "51900001", "national", "云湖大学", date(2024, 3, 2), "self"
    )
    declaration = record_declaration(pooled, told, actor=city.daxue, **when)
    report_use(declaration.pk, YearsUse(2025, is_exploited=False, reason="中试未完成"), actor=city.daxue, **when)
    numbers["pool_declaration"] = declaration.pk
    numbers |= make_booklets(city)
    (numbers["pool_long"],) = made_patents(city.university, [20], title=LONG, grade="B", value_score=61.25)
    home = open_home(settings.SITE.home)
    file = Path(home.root) / "made.pdf"
    file.write_bytes(b"%PDF-1.7\n")
    claim = Claim("exploited", mode="own_use", since=date(2024, 5, 1), note="用于本校中试线。")
    papers = [Paper("中试线照片和合同扫描件.pdf", file)]
    numbers["pool_exploitation"] = record_exploitation(home, pooled, claim, papers, actor=city.faming, **when).pk
    sample = draw_quality_sample(seed="2026-11", size=5, actor=city.shiju, **when)
    judge_sampled(sample.entries.get().pk, found=3, note="只有实验室数据", actor=city.shiju, **when)
    numbers["pool_sample"] = sample.pk
    return clients, numbers
