"""Offices, drafts in several states and published editions, for the look at their pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone

COLUMNS = (
    "position", "title", "patent_number", "ip_type", "owners", "legal_status", "industry", "summary", "scenario",
    "maturity", "intended_mode", "price", "contact", "source", "bars",
)  # fmt: skip
TITLES = ("合成样例一", "合成样例二", "合成样例三")


def make_edition_pages(signed_in: Callable[..., Any]) -> tuple[dict[str, Any], dict[str, int]]:
    """Clients, and numbers of drafts in each state, an edition and a row of it; a stock with what falls due."""
    from panhuo.desk.editions.models import Draft
    from panhuo.desk.jobs.models import Job
    from panhuo.desk.people.models import Account, Organisation

    people = offices(signed_in)
    made = add_editions(people)
    author, at = Account.objects.get(login="author"), timezone.now()

    def draft(title: str, **told: Any) -> Draft:
        found = Draft.objects.create(
            kind="supply_list", title=title, day=at.date(), audience="finance", unit=people["unit"], steps=2,
            state="drafted", made_by=author, made_at=at,
        )  # fmt: skip
        fill_draft(found, price="20万元", without="合成样例三")
        Draft.objects.filter(pk=found.pk).update(**told)
        return found

    under_way = draft("二季度清单" * 8)
    under_way.rows.filter(part="list", position=1).update(ended="lapsed_unpaid_fee")
    in_review = draft("三季度清单", state="review_1")
    job = Job.objects.create(
        kind="edition-judge", what={"draft": 0}, key="editions", asked_by=author, asked_at=at, state="running",
        step="judging",
    )  # fmt: skip
    judging = draft("四季度清单", state="judging", judged_at=None, job=job.pk)
    make_due(people["unit"])
    _stand_in_the_last_inventory()
    consent = make_consents(Organisation.objects.get(name="云湖示例大学"))
    make_ledger_month(Organisation.objects.get(name="云湖示例大学"))
    row = made["edition"].rows.filter(part="list").last()
    clients = {name: people[name] for name in ("author", "reviewer", "publisher", "elsewhere", "reader")}
    return clients, {
        "under_way": under_way.pk, "in_review": in_review.pk, "judging": judging.pk, "published": made["draft"].pk,
        "edition": made["edition"].pk, "row": row.pk if row else 0, "consent": consent,
    }  # fmt: skip


def _stand_in_the_last_inventory() -> None:
    """Patents of areas that were made before are seen beside those that fall due."""
    from panhuo.desk.inventory.access import current_inventory
    from panhuo.desk.inventory.models import StockPatent

    StockPatent.objects.update(inventory=current_inventory())


def make_due(unit: Any) -> None:
    """An inventory with a fee that is due and one in its grace period, after one of which only counts are kept."""
    from datetime import timedelta

    from panhuo.desk.inventory.models import Inventory, StockCount, StockPatent
    from panhuo.desk.registry.models import Asset, SourceFile

    at = timezone.now()
    day = timezone.localdate(at)
    source = SourceFile.objects.create(
        digest=f"{SourceFile.objects.count():064d}", format="t", fingerprint="t", rank=1, name="t.csv"
    )
    told = {"pack": "national", "pack_version": "1", "taken_by": "t", "made_at": at, "done_at": at}
    former = Inventory.objects.create(day=day - timedelta(days=90), register_version="0-t", **told)
    StockCount.objects.create(
        inventory=former, region_code="990101", ip_type="invention", status="granted_in_force", is_high_value=True,
        high_value_cases="sei", patents=3,
    )  # fmt: skip
    inventory = Inventory.objects.create(day=day, register_version="1-t", **told)
    for title, state, days in (("一种合成样例电池", "due", 20), ("一种合成样例隔膜", "grace", -40)):
        asset = Asset.objects.create(ip_type="invention", jurisdiction="CN", title=title, rank=1, source=source)
        StockPatent.objects.create(
            inventory=inventory, asset=asset, unit=unit, title=title, ip_type="invention", region_code="990101",
            status="granted_in_force", number="2016100000010", owner_name="云湖大学", fee_state=state,
            fee_due_on=day + timedelta(days=days), fee_year=12, fee_full_cny=4000, fee_payable_cny=600,
            fee_is_assumed=True, fee_late_cny=200 if state == "grace" else None,
        )  # fmt: skip
    from panhuo.desk.inventory.actions import recount

    recount()


def make_consents(unit: Any) -> int:
    """High-value inventions of a university whose owner's consent runs out or ran out. Returns the first's asset."""
    from datetime import timedelta

    from panhuo.desk.inventory.actions import recount
    from panhuo.desk.inventory.models import Inventory, StockPatent
    from panhuo.desk.registry.models import Asset, AssetKey, SourceFile

    inventory = Inventory.objects.exclude(done_at=None).latest("pk")
    source = SourceFile.objects.latest("pk")
    first = 0
    for place, (region, days, cases) in enumerate(
        (("990101", 20, "sei;award"), ("990102", -5, "sei"), ("990103", 80, ""), ("990100", 300, "award"))
    ):
        asset = Asset.objects.create(
            ip_type="invention", jurisdiction="CN", title=f"合成样例在册{place}", rank=1, source=source
        )
        AssetKey.objects.create(key=f"a:CN20161{asset.pk:07d}", asset=asset)
        StockPatent.objects.create(
            inventory=inventory, asset=asset, unit=unit, title=asset.title, ip_type="invention", region_code=region,
            status="granted_in_force", number=f"20161{asset.pk:07d}", owner_name=unit.name, owner_type="university",
            is_high_value=bool(cases), high_value_cases=cases, consent_until=inventory.day + timedelta(days=days),
            dormancy=("dormancy_candidate", "exploited", "to_verify", "dormant")[place],
        )  # fmt: skip
        first = first or asset.pk
    recount()
    return first


def make_ledger_month(unit: Any) -> None:
    """Two months of the conversion ledger with rows of each kind."""
    from datetime import date

    from panhuo.desk.listings.models import LedgerEntry, LedgerMonth

    at = timezone.now()
    for month in (date(2026, 9, 1), date(2026, 10, 1)):
        kept = LedgerMonth.objects.create(
            month=month, covered_until=month.replace(day=28), run_id="t", pack="national", pack_version="1",
            register_version="0-t", counted_by="t", made_at=at,
        )  # fmt: skip
        for place, (kind, strike, region, msme, state) in enumerate(
            (
                ("licence", "", "990101", True, "matched"),
                ("licence", "", "990102", False, "missing"),
                ("transfer", "inside_group", "990101", False, "missing"),
                ("technology_contract", "", "990101", False, "missing"),
            )
        ):
            LedgerEntry.objects.create(
                ledger=kept, month=month, day=month.replace(day=5 + place), kind=kind, number=f"{kind[0]}{place}",
                unit=unit, region_code=region, patent_number="202010000001.2", title=f"一种合成样例电池{place}",
                ip_type="invention", from_party=unit.name, to_party="甲示例有限公司", terms="", counts=not strike,
                strike=strike, is_from_university=True, size="msme" if msme else "unknown",
                is_university_to_msme=msme, reconciled=state,
                amount_cny=100_000 if kind == "technology_contract" else None,
            )  # fmt: skip


def cells(place: int, title: str, *, price: str = "12.5万元", bars: str = "") -> list[Any]:
    told = [
        place, title, f"ZL2020{place:08d}.1", "发明专利", ["云湖大学"], "授权有效(2026-01-05)", "新能源", "一句简介",
        "储能",
        "6级", "转让", price, "成果转化中心 0000-12345678", "高校院所",
    ]  # fmt: skip
    return [*told, bars] if bars else told


def offices(signed_in: Callable[..., Any]) -> dict[str, Any]:
    """Clients author, reviewer, publisher of one office, elsewhere of another, reader of a university; unit."""
    from desk.people.made_people import uscc
    from panhuo.desk.people.access import Operator
    from panhuo.desk.people.actions import found_organisation, join
    from panhuo.desk.people.models import Account
    from panhuo.rules import load_pack
    from panhuo.terms.roles import OrganisationKind, Role

    at = timezone.now()
    who: dict[str, Any] = {"actor": Operator("t"), "at": at, "rules": load_pack("national").at(timezone.localdate(at))}
    city = OrganisationKind.CITY_OFFICE
    unit = found_organisation(name="云湖市局", kind=city, uscc=uscc(801), region="990100", **who)
    other = found_organisation(name="松原市局", kind=city, uscc=uscc(802), region="990200", **who)
    university = found_organisation(
        name="云湖示例大学", kind=OrganisationKind.UNIVERSITY, uscc=uscc(803), region="990101", **who
    )
    found: dict[str, Any] = {"unit": unit}
    for login, role, organisation in (
        ("author", Role.CITY_OFFICER, unit),
        ("reviewer", Role.CITY_OFFICER, unit),
        ("publisher", Role.LEADER, unit),
        ("elsewhere", Role.CITY_OFFICER, other),
        ("reader", Role.UNIVERSITY_OFFICER, university),
    ):
        found[login] = signed_in(login, name=f"{login}某")
        join(Account.objects.get(login=login), role, organisation=organisation, **who)
    return found


def fill_draft(draft: Any, *, rows: int = 3, price: str = "12.5万元", without: str = "") -> None:
    """Give a draft rows, as the worker would."""
    from panhuo.desk.editions.models import Draft, DraftRow

    titles = [title for title in TITLES if title != without] + [f"合成样例{n}" for n in range(4, rows + 1)]
    annex = [("合成样例甲", "pledged", "质押中，须经质权人同意"), ("合成样例乙", "no_consent", "未取得权利人同意")]
    if without:
        annex.append((without, "no_consent", "未取得权利人同意"))
    DraftRow.objects.bulk_create(
        [
            *(
                DraftRow(
                    draft=draft, part="list", position=n, asset_key=f"a:{title}", cells=cells(n, title, price=price)
                )
                for n, title in enumerate(titles, 1)
            ),
            *(
                DraftRow(
                    draft=draft,
                    part="annex",
                    position=n,
                    asset_key=f"a:{title}",
                    cells=cells(n, title, bars=said),
                    why=why,
                )
                for n, (title, why, said) in enumerate(annex, 1)
            ),
        ]
    )
    Draft.objects.filter(pk=draft.pk).update(
        state="drafted", listed=len(titles), annex=len(annex), columns=list(COLUMNS), judged_at=draft.made_at,
        figures={"bars": {"pledged": 1, "no_consent": len(annex) - 1}}, job=None,
    )  # fmt: skip
    draft.refresh_from_db()


def add_editions(people: dict[str, Any], *, rows: int = 3) -> dict[str, Any]:
    """A published edition with its draft and a notice; what its pages are called by."""
    from panhuo.desk.editions.models import Draft, DraftStep, EditionNotice
    from panhuo.desk.history import record_run
    from panhuo.desk.listings.actions import FrozenRow, publish_supply_list
    from panhuo.desk.people.models import Account

    at = timezone.now()
    author = Account.objects.get(login="author")
    draft = Draft.objects.create(
        kind="supply_list", title="一月清单", day=at.date(), audience="firms", told="电子信息", unit=people["unit"],
        steps=1,
        state="drafted", made_by=author, made_at=at,
    )  # fmt: skip
    fill_draft(draft, rows=rows)
    moved = (("submit", "drafted", "author"), ("pass", "review_1", "reviewer"), ("publish", "approved", "publisher"))
    steps = []
    for act, before, login in moved:
        DraftStep.objects.create(
            draft=draft, act=act, before=before, account=Account.objects.get(login=login), name=f"{login}某", made_at=at
        )
        steps.append({"act": act, "before": before, "name": f"{login}某", "at": at.isoformat()})
    run = record_run("edition-draft", at=at.date(), rules=None, inputs_digest="1", params={}, results={}, made_at=at)
    parts = {
        part: [FrozenRow(row.asset_key, row.cells) for row in draft.rows.filter(part=part)]
        for part in ("list", "annex")
    }
    edition, _ = publish_supply_list(
        parts["list"], parts["annex"], columns=COLUMNS, day=at.date(), audience="本地企业：电子信息", run=run,
        notes={"sources": {"university": rows}, "steps": steps, "apart": 0}, made_at=at,
    )  # fmt: skip
    Draft.objects.filter(pk=draft.pk).update(state="published", edition=edition)
    first = edition.rows.filter(part="list").first()
    assert first is not None
    EditionNotice.objects.create(
        edition=edition, asset_key=first.asset_key, why="lapsed_unpaid_fee", day=at.date(), noted_by="t", made_at=at
    )
    return {"edition": edition, "draft": draft}
