"""The only place where publicly funded projects are written: whether there is one, which, and what became of it.

Nothing of this stands under the patent's own name in the log, which pages of the patent show: it is internal.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate

from panhuo.desk.history.actions import log_action
from panhuo.desk.inventory.models import StockPatent
from panhuo.desk.people.access import Actor, not_there, require
from panhuo.desk.people.models import Organisation
from panhuo.desk.pool.access import owned_subject, stock_of
from panhuo.desk.pool.models import FundedProjectDeclaration, FundingWord, TrackingReport
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Right

if TYPE_CHECKING:
    from panhuo.rules import InForce

CHANNELS = ("agent", "self")
LEVELS = ("national", "provincial", "municipal")


@dataclass(frozen=True, slots=True)
class Project:
    """What is declared. project_type: table project_types; funding_level: LEVELS; channel: CHANNELS."""

    project_type: str
    project_name: str
    project_no: str
    funding_level: str
    undertaker: str
    declared_on: date
    channel: str


@dataclass(frozen=True, slots=True)
class YearsUse:
    """What is told of a year: exploited with its mode and income in yuan, or the reason why not."""

    year: int
    is_exploited: bool
    mode: str = ""
    income_cny: Decimal | None = None
    reason: str = ""


@transaction.atomic
def say_funding(asset: int, *, is_funded: bool, actor: Actor, at: datetime, rules: InForce) -> FundingWord:
    """Say that public money paid for a patent, or that none did. Raises: DomainError not_there, not_allowed,
    declared_already (it is not unfunded while declarations stand)."""
    patent, unit = _mine(asset, actor=actor, at=at, rules=rules)
    if not is_funded and FundedProjectDeclaration.objects.filter(asset=asset).exists():
        raise DomainError(
            f"{patent.number} has a declaration of a funded project already. See the declarations.",
            code="declared_already",
            number=patent.number,
        )
    told = {"unit": unit, "region_code": patent.region_code, "is_funded": is_funded}
    made, _ = FundingWord.objects.update_or_create(
        asset_id=asset, defaults={**told, "said_by": actor.login, "made_at": at}
    )
    _log(f"funding_word:{made.pk}", "funding.said", actor, at, {"is_funded": is_funded})
    return made


@transaction.atomic
def record_declaration(
    asset: int, project: Project, *, actor: Actor, at: datetime, rules: InForce
) -> FundedProjectDeclaration:
    """Keep which project a patent came from; the same project of a patent once.

    Raises: DomainError not_there, not_allowed, not_in_list (field name), missing (name), later_day, declared_already.
    """
    patent, unit = _mine(asset, actor=actor, at=at, rules=rules)
    _check(project, rules, localdate(at))
    number = "".join(project.project_no.split()).upper()
    if FundedProjectDeclaration.objects.filter(asset=asset, project_no=number).exists():
        raise DomainError(
            f"Project {number} is declared for {patent.number} already. See the declarations.",
            code="declared_already",
            number=patent.number,
        )
    made = FundedProjectDeclaration.objects.create(
        **{**asdict(project), "project_no": number}, asset_id=asset, unit=unit, region_code=patent.region_code,
        patent_number=patent.number, grant_date=patent.grant_date, recorded_by=actor.login, made_at=at,
    )  # fmt: skip
    FundingWord.objects.update_or_create(
        asset_id=asset,
        defaults={
            "unit": unit,
            "region_code": patent.region_code,
            "is_funded": True,
            "said_by": actor.login,
            "made_at": at,
        },
    )
    _log(f"declaration:{made.pk}", "declaration.recorded", actor, at, {"type": project.project_type})
    return made


def _check(project: Project, rules: InForce, today: date) -> None:
    lists = {
        "project_type": {row["code"] for row in rules.table("project_types")},
        "funding_level": set(LEVELS),
        "channel": set(CHANNELS),
    }
    for name, known in lists.items():
        if getattr(project, name) not in known:
            raise DomainError(
                f"{getattr(project, name)!r} is no choice of {name}. Choose from the list.",
                code="not_in_list",
                name=name,
            )
    for name in ("project_name", "project_no", "undertaker"):
        if not getattr(project, name).strip():
            raise DomainError(f"A declaration needs its {name}. Give it.", code="missing", name=name)
    if project.declared_on > today:
        raise DomainError("A declaration is not of a later day than today. Correct the day.", code="later_day")


@transaction.atomic
def report_use(declaration: int, use: YearsUse, *, actor: Actor, at: datetime, rules: InForce) -> TrackingReport:
    """Keep what became of a funded patent in a year; told again, the later word stands.

    Raises: DomainError not_there, not_allowed, later_day, missing (field name: mode or reason), not_in_list.
    """
    found = FundedProjectDeclaration.objects.select_related("unit__parent__parent").filter(pk=declaration).first()
    if found is None:
        raise not_there(f"declaration:{declaration}")
    subject = owned_subject(found.asset_id, found.unit, found.region_code)
    require(actor, Right.RECORD_DECLARATION, subject, at=at, rules=rules)
    if not 1985 <= use.year <= localdate(at).year:
        raise DomainError("A report is of this year or an earlier one. Correct the year.", code="later_day")
    lacking = "mode" if use.is_exploited and not use.mode else "" if use.is_exploited else "reason"
    if lacking and not getattr(use, lacking).strip():
        raise DomainError(f"The report needs its {lacking}. Give it.", code="missing", name=lacking)
    modes = {row["code"] for row in rules.table("check_options") if row["list"] == "mode"}
    if use.is_exploited and use.mode not in modes:
        raise DomainError(f"{use.mode!r} is no mode. Choose from the list.", code="not_in_list", name="mode")
    told = asdict(use) if use.is_exploited else {**asdict(use), "mode": "", "income_cny": None}
    made = TrackingReport.objects.create(declaration=found, reported_by=actor.login, made_at=at, **told)
    _log(f"declaration:{found.pk}", "declaration.reported", actor, at, {"year": use.year, "used": use.is_exploited})
    return made


def _mine(asset: int, *, actor: Actor, at: datetime, rules: InForce) -> tuple[StockPatent, Organisation]:
    patent = stock_of([asset]).get(asset)
    if patent is None or patent.unit is None:
        raise not_there(f"asset:{asset}")
    subject = owned_subject(asset, patent.unit, patent.region_code)
    require(actor, Right.RECORD_DECLARATION, subject, at=at, rules=rules)
    return patent, patent.unit


def _log(subject: str, act: str, actor: Actor, at: datetime, data: dict[str, Any]) -> None:
    log_action(subject, act, actor=actor.login, at=localdate(at), made_at=at, data=data)
