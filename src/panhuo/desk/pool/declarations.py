"""Reading funded projects: only for who may read declarations. Nobody else gets at one through here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet

from panhuo.desk.inventory.access import current_inventory, reach_filter
from panhuo.desk.inventory.models import StockPatent
from panhuo.desk.people.access import not_there
from panhuo.desk.people.models import Organisation
from panhuo.desk.pool.access import Reach
from panhuo.desk.pool.models import FundedProjectDeclaration, FundingWord, TrackingReport
from panhuo.engine.pool import alert_year
from panhuo.terms.roles import Right

if TYPE_CHECKING:
    from panhuo.rules import InForce


@dataclass(frozen=True, slots=True)
class Tracked:
    """A declaration with how its use stands: last report, years since grant that call for it (0 none), whether this
    year's report lacks."""

    row: FundedProjectDeclaration
    last: TrackingReport | None
    alert: int
    is_due: bool


@dataclass(frozen=True, slots=True)
class MissingWords:
    """Of one unit: patents in force, said to be funded, of these without a declaration, without any word."""

    unit: Organisation
    patents: int
    funded: int
    undeclared: int
    silent: int


def declarations_for(reach: Reach, *, project: str = "") -> QuerySet[FundedProjectDeclaration]:
    """Declarations that somebody may read, by project number; project: the beginning of one."""
    rows = FundedProjectDeclaration.objects.filter(reach_filter(reach(Right.READ_DECLARATIONS)))
    wanted = "".join(project.split()).upper()
    return rows.filter(project_no__startswith=wanted) if wanted else rows


def declaration_for(reach: Reach, number: int) -> FundedProjectDeclaration:
    """One declaration. Raises: DomainError not_there, alike for one that may not be read."""
    found = declarations_for(reach).select_related("unit__parent__parent").filter(pk=number).first()
    if found is None:
        raise not_there(f"declaration:{number}")
    return found


def tracked(rows: Iterable[FundedProjectDeclaration], rules: InForce) -> list[Tracked]:
    """How the use of declared patents stands on rules.day; the last report decides whether they are exploited."""
    wanted = list(rows)
    last = {
        one.declaration_id: one for one in TrackingReport.objects.filter(declaration__in=wanted)
    }  # by year, then id
    years = [int(one) for one in rules.words("pool.alert_years")]
    found = []
    for row in wanted:
        told = last.get(row.pk)
        alert = alert_year(row.grant_date, exploited=bool(told and told.is_exploited), at=rules.day, years=years)
        found.append(Tracked(row, told, alert, told is None or told.year < rules.day.year))
    return found


def missing_words(reach: Reach) -> list[MissingWords]:
    """Per unit, what lacks of words and declarations; units with nothing in force are left out."""
    inventory = current_inventory()
    said = reach_filter(reach(Right.READ_DECLARATIONS))
    if inventory is None:
        return []
    stock = StockPatent.objects.filter(said, inventory=inventory, status="granted_in_force", unit__isnull=False)
    declared = FundedProjectDeclaration.objects.values("asset")
    words = FundingWord.objects.values("asset")
    funded = FundingWord.objects.filter(is_funded=True).values("asset")
    rows = (
        stock.order_by()
        .values_list("unit")
        .annotate(
            patents=Count("pk"),
            funded=Count("pk", filter=Q(asset__in=funded)),
            undeclared=Count("pk", filter=Q(asset__in=funded) & ~Q(asset__in=declared)),
            silent=Count("pk", filter=~Q(asset__in=words)),
        )
    )
    counted = {unit: numbers for unit, *numbers in rows}
    units = Organisation.objects.filter(pk__in=counted).order_by("name")
    return [MissingWords(unit, *counted[unit.pk]) for unit in units]


def missing_patents(reach: Reach, *, unit: int | None, kind: str) -> QuerySet[StockPatent]:
    """The patents behind a number of missing_words. kind: undeclared or silent; unit: None for all."""
    said = reach_filter(reach(Right.READ_DECLARATIONS))
    rows = StockPatent.objects.filter(
        said, inventory=current_inventory(), status="granted_in_force", unit__isnull=False
    )
    rows = rows.filter(unit=unit) if unit is not None else rows
    if kind == "undeclared":
        funded = FundingWord.objects.filter(is_funded=True).values("asset")
        return rows.filter(asset__in=funded).exclude(asset__in=FundedProjectDeclaration.objects.values("asset"))
    return rows.exclude(asset__in=FundingWord.objects.values("asset"))
