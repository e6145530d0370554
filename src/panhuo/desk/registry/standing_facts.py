"""How rights stand on a day, gathered for decisions on them: status, grade, burdens, what happened, dormancy.

One row per right with what several lists ask; three-valued: None where nobody can say on the day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import ibis
from ibis import Table

from panhuo.adapters.tables.protocol import Tables
from panhuo.desk.registry.export import Projection
from panhuo.desk.registry.grading import grade_register
from panhuo.desk.registry.stock import dormant_register
from panhuo.engine.dormancy import dormancy_rules
from panhuo.engine.grading.high_value import CASES
from panhuo.engine.grading.histories import FEE_UNPAID, histories, marked
from panhuo.engine.records.encumbrances import encumbrances
from panhuo.rules import InForce
from panhuo.terms.dates import add_months
from panhuo.terms.kinds import PATENT_TYPES, DormancyState, EventType, LegalStatus

ASSET = (
    "asset_id",
    "asset_key",
    "title",
    "application_number",
    "publication_number",
    "ip_type",
    "jurisdiction",
    "owners",
    "first_owner",
    "owner_code",
    "owner_type",
    "co_owner_types",
    "region_code",
    "filing_date",
    "grant_date",
    "ipc_main",
    "data_day",
)
GRADE = (
    "status",
    "grade",
    "value_score",
    "value_confidence",
    "grade_reason",
    "term_end",
    "high_value",
    *CASES,
    "overseas_family_reason",
    "criterion_good_market",
    "criterion_ready_to_use",
    "sei_class",
    "sei_branches",
)
BURDENS = ("licence", "pledge", "preservation", "suspension", "open_licence")
_MARKS = ("exploited", "invalidation_started", "sued_over", FEE_UNPAID)
NOT_CONSIDERED = "not_considered"
"""Dormancy of a right that is not old enough, or of no kind that the rule looks at."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One right. cells: ASSET and GRADE by name. burdens: of BURDENS, with exclusive and sole.

    living: granted and in force. marks: exploited, invalidation_started, sued_over, fee_unpaid, by events up to the
    day. told_on: day for which its legal events speak, None where no event but status words is told. dormancy:
    DormancyState or not_considered, None where nobody can say; dormancy_why: codes of the reasons of that state.
    """

    cells: Mapping[str, Any]
    burdens: Mapping[str, bool | None]
    marks: Mapping[str, bool]
    told_on: date | None
    dormancy: str | None
    dormancy_why: tuple[str, ...] = ()

    @property
    def living(self) -> bool | None:
        status = self.cells["status"]
        return None if status in (None, LegalStatus.CANNOT_SAY) else status == LegalStatus.GRANTED_IN_FORCE

    @property
    def number(self) -> str:
        return str(self.cells["application_number"] or self.cells["publication_number"])

    @property
    def score(self) -> Decimal | None:
        told = self.cells["value_score"]
        return None if told is None else Decimal(str(told))

    def months_left(self, at: date) -> int | None:
        """Whole months of the term from a day on, 0 where it is over; None where its end is not told."""
        end = self.cells["term_end"]
        if end is None:
            return None
        months = (end.year - at.year) * 12 + end.month - at.month
        return max(0, months - (add_months(at, months) > end))

    def events_known(self, at: date, days: int) -> bool | None:
        """True where legal events of the right are told up to about the day; else nobody can say."""
        return True if self.told_on is not None and self.told_on >= at - timedelta(days=days) else None


def standings(
    projection: Projection, tables: Tables, rules: InForce, *, ids: Sequence[int] | None = None
) -> Iterator[Standing]:
    """Rights filed by rules.day in the order of asset_id: those of ids, else all patents of CNIPA.

    tables: over projection. Grades are those of the whole register in the scene management, so that a right stands
    alike alone and in a list.
    """
    at = rules.day
    graded = tables.add("graded", grade_register(projection, rules))
    assets = _chosen(tables["assets"], ids, at)
    dormancy = _dormancy(tables, rules, ids)
    joined = _joined(assets, graded, tables["events"], at)
    marks = marked(joined.marks)
    names = [*ASSET, *GRADE, *_burden_columns(), "told_on"]
    shown = joined.select(*names, **{name: marks[name].fill_null(False) for name in _MARKS}).order_by("asset_id")
    for row in tables.rows(shown):
        cells = dict(zip([*names, *_MARKS], row, strict=True))
        yield Standing(
            {name: cells[name] for name in (*ASSET, *GRADE)},
            _burdens(cells),
            {name: bool(cells[name]) for name in _MARKS},
            cells["told_on"],
            *dormancy.get(cells["asset_id"], (NOT_CONSIDERED, ())),
        )


def any_of(*told: bool | None) -> bool | None:
    """Whether one holds; None where none does and nobody can say of another."""
    return True if True in told else None if None in told else False


def _chosen(assets: Table, ids: Sequence[int] | None, at: date) -> Table:
    if ids is None:
        return assets.filter(
            assets.ip_type.isin([*PATENT_TYPES]), assets.jurisdiction == "CN", assets.filing_date <= at
        )
    return assets.semi_join(ibis.memtable({"asset_id": list(ids)}, schema={"asset_id": "int64"}), "asset_id")


def _joined(assets: Table, graded: Table, events: Table, at: date) -> Table:
    mine = events.semi_join(assets, "asset_id")
    found = assets.select(*ASSET)
    others = (graded.select("asset_id", *GRADE), encumbrances(assets, mine, at), histories(mine, at), _told(mine, at))
    for other in others:
        found = found.left_join(other, "asset_id").drop("asset_id_right")
    return found.mutate(told_on=found.has_events.ifelse(found.data_day, None))


def _told(events: Table, at: date) -> Table:
    """Rights of which a dated legal event other than a status word or the grant is told."""
    quiet = [EventType.STATUS_WORD, EventType.PUBLISHED, EventType.GRANTED, EventType.EXAMINATION]
    dated = events.filter(events.event_date <= at, ~events.event.isin(quiet))
    return dated.select("asset_id").distinct().mutate(has_events=ibis.literal(True))  # noqa: FBT003 - a column of truth


def _burden_columns() -> tuple[str, ...]:
    told = [f"{kind}_{part}" for kind in BURDENS for part in ("active", "later_word")]
    return (*told, "exclusive_active", "sole_active")


def _burdens(cells: Mapping[str, Any]) -> dict[str, bool | None]:
    """Whether each burden lies on the right; None where only a word of a later day speaks of it."""
    found: dict[str, bool | None] = {}
    for kind in BURDENS:
        is_active = bool(cells[f"{kind}_active"])
        found[kind] = None if not is_active and cells[f"{kind}_later_word"] else is_active
    return found | {"exclusive": bool(cells["exclusive_active"]), "sole": bool(cells["sole_active"])}


def _dormancy(
    tables: Tables, rules: InForce, ids: Sequence[int] | None
) -> dict[int, tuple[str | None, tuple[str, ...]]]:
    """State of each right that the rule looks at, whoever owns it, and the codes of its reasons."""
    asked = dormancy_rules(rules, profile=rules.text("dormancy.default_profile"), any_owner=True)
    wanted = None if ids is None else frozenset(ids)
    return {
        row.situation.asset_id: (
            None if row.state is DormancyState.CANNOT_SAY else row.state.value,
            tuple(row.verdict.reasons),
        )
        for row in dormant_register(tables, rules, asked, rules.day)
        if wanted is None or row.situation.asset_id in wanted
    }
