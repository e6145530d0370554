"""Lists of what runs out: terms, ten years, fees. One workbook each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from panhuo.adapters.files.home import Home
from panhuo.adapters.tables.duck import open_tables
from panhuo.adapters.tables.protocol import Tables
from panhuo.adapters.writers.layout import layout_of, notes_of, phrase
from panhuo.adapters.writers.workbook import Sheet, write_workbook
from panhuo.desk.history import latest_run, record_run
from panhuo.desk.listings.grades import GradeInfo, grades_of
from panhuo.desk.listings.standing import result_of
from panhuo.desk.registry.export import current_projection
from panhuo.desk.registry.fee_facts import fee_days, fee_facts
from panhuo.engine.indicators.deadlines import Ending, EndingRight, FeePayable, LivingRight, endings, fees_payable
from panhuo.engine.records.encumbrances import encumbrances
from panhuo.engine.records.owners import normalise_party_name
from panhuo.engine.records.status import legal_status
from panhuo.engine.records.terms_and_fees import FeeRules, fee_rules
from panhuo.rules import InForce
from panhuo.rules.labels import Labels
from panhuo.terms.errors import DomainError
from panhuo.terms.kinds import PATENT_TYPES, IpType, LegalStatus

if TYPE_CHECKING:
    from panhuo.desk.history.models import Run

COLUMNS = (
    "asset_id",
    "asset_key",
    "title",
    "application_number",
    "publication_number",
    "ip_type",
    "owners",
    "first_owner",
    "owner_type",
    "co_owner_types",
    "owner_code",
    "region_code",
    "filing_date",
    "grant_date",
)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CalendarResult:
    """What was listed, with the sum payable and the files."""

    expiring: int
    ten_years: int
    fees: int
    payable_cny: Decimal
    files: tuple[Path, ...]
    run: Run


def make_calendar_lists(
    home: Home, rules: InForce, *, at: date, owner: str | None, out: Path, made_at: datetime
) -> CalendarResult:
    """Write the lists of the living rights of CNIPA, of one owner (code or name) where one is given.

    Raises: DomainError unknown_owner, cannot_write.
    """
    projection = current_projection(home, rules)
    fees_rules = fee_rules(rules)
    months = rules.integer("lists.within_months"), rules.integer("lists.fee_months")
    graded = latest_run("grade", inputs_digest=projection.version)
    with open_tables(projection.paths()) as tables:
        days = fee_days(tables, at)
        rows = {row["asset_key"]: row for row in _living(tables, at) if _is_of(row, owner)}
        grades = grades_of(tables, result_of(home, graded, "grade.parquet"), rules)
    if owner is not None and not rows:
        raise DomainError(f"No living right is held by {owner}.", code="unknown_owner", owner=owner)
    rights = [
        LivingRight(row["asset_key"], IpType(row["ip_type"]), row["filing_date"], fee_facts(row, days))
        for row in rows.values()
    ]
    found = endings(rights, at=at, months=months[0], rules=fees_rules)
    fees = fees_payable(rights, at=at, months=months[1], rules=fees_rules)
    writer = _Writer(rules, fees_rules, rows, grades, synthetic=home.kind == "demo")
    files = (writer.write_endings(found, months[0], out), writer.write_fees(fees, months[1], out))
    counts = {ending: sum(one.ending is ending for one in found) for ending in Ending}
    payable = sum((fee.total_cny for fee in fees), Decimal(0))
    run = record_run(
        "lists",
        at=at,
        rules=rules,
        inputs_digest=projection.version,
        params={"owner": owner or ""},
        results={**{ending.value: counts[ending] for ending in Ending}, "fees": len(fees), "payable_cny": str(payable)},
        made_at=made_at,
    )
    return CalendarResult(counts[Ending.EXPIRES], counts[Ending.TEN_YEARS], len(fees), payable, files, run)


def _living(tables: Tables, at: date) -> Iterator[Row]:
    assets = tables["assets"]
    chosen = assets.filter(assets.ip_type.isin([*PATENT_TYPES]), assets.jurisdiction == "CN", assets.filing_date <= at)
    states = legal_status(chosen, tables["events"], at)
    living = chosen.semi_join(states.filter(states.status == LegalStatus.GRANTED_IN_FORCE), "asset_id")
    lies = encumbrances(living, tables["events"], at).select("asset_id", "open_licence_active")
    joined = living.select(*COLUMNS).left_join(lies, "asset_id").drop("asset_id_right").order_by("asset_id")
    for cells in tables.rows(joined):
        yield dict(zip((*COLUMNS, "open_licence"), cells, strict=True))


def _is_of(row: Row, owner: str | None) -> bool:
    if owner is None:
        return True
    return owner == row["owner_code"] or normalise_party_name(owner) == normalise_party_name(row["first_owner"])


class _Writer:
    """Rows in words, and the two workbooks."""

    def __init__(
        self,
        rules: InForce,
        fees: FeeRules,
        rows: Mapping[str, Row],
        grades: Mapping[str, GradeInfo],
        *,
        synthetic: bool,
    ) -> None:
        self._rules, self._fees, self._rows, self._grades = rules, fees, rows, grades
        self._words = Labels(rules)
        self._regions = {row["code"]: row["name"] for row in rules.table("regions")}
        self._marked = [phrase(rules, "synthetic")] if synthetic else []

    def write_endings(self, found: list[EndingRight], months: int, out: Path) -> Path:
        layout = layout_of(self._rules, "rights_ending")
        sheets = []
        for ending, name in ((Ending.EXPIRES, "rights_expiring"), (Ending.TEN_YEARS, "rights_ten_years")):
            mine = [one for one in found if one.ending is ending]
            title = self._words.word("output", name)
            head = (title, phrase(self._rules, "ending_head", day=self._rules.day, months=months, count=len(mine)))
            cells = [self._ending(place, one) for place, one in enumerate(mine, start=1)]
            sheets.append(Sheet(title, layout.columns, cells, head=(*head, *self._marked), explain=layout.explain))
        path = out / f"{self._words.word('output', 'rights_ending')}.xlsx"
        write_workbook(path, sheets, notes=notes_of(self._rules, "rights_ending", day=self._rules.day))
        return path

    def write_fees(self, fees: list[FeePayable], months: int, out: Path) -> Path:
        owners, layout = (layout_of(self._rules, name) for name in ("fees_by_owner", "fees_payable"))
        title, by_owner = (self._words.word("output", name) for name in ("fees_payable", "fees_by_owner"))
        head = phrase(self._rules, "fees_head", day=self._rules.day, months=months, count=len(fees))
        sums = list(self._by_owner(fees))
        cells = [self._fee(place, fee) for place, fee in enumerate(fees, start=1)]
        sheets = [
            Sheet(by_owner, owners.columns, sums, head=(title, head, *self._marked), explain=owners.explain),
            Sheet(title, layout.columns, cells, head=(title, head, *self._marked), explain=layout.explain),
        ]
        path = out / f"{title}.xlsx"
        write_workbook(path, sheets, notes=notes_of(self._rules, "fees_payable", day=self._rules.day))
        return path

    def _ending(self, place: int, one: EndingRight) -> list[object]:
        row = self._rows[one.right.key]
        return [
            place,
            row["title"],
            row["application_number"],
            row["publication_number"],
            self._words.word("ip_type", row["ip_type"]),
            row["owners"],
            self._words.word("owner_type", row["owner_type"]),
            self._regions.get(row["region_code"], row["region_code"]),
            row["filing_date"],
            row["grant_date"],
            self._words.word("ending", one.ending),
            one.day,
            self._grades.get(one.right.key, GradeInfo()).cases,
        ]

    def _fee(self, place: int, fee: FeePayable) -> list[object]:
        row = self._rows[fee.right.key]
        return [
            place,
            row["owners"],
            row["title"],
            row["application_number"] or row["publication_number"],
            self._words.word("ip_type", row["ip_type"]),
            row["filing_date"],
            fee.year,
            fee.due_date,
            self._words.word("fee_line", fee.line),
            fee.grace_until,
            fee.late_month,
            fee.full_fee_cny,
            fee.reduction.share,
            fee.payable_fee_cny,
            fee.late_fee_cny,
            fee.restoration_fee_cny,
            fee.total_cny,
            self._words.word("fee_reduction", fee.reduction.rule),
        ]

    def _by_owner(self, fees: Iterable[FeePayable]) -> Iterator[list[object]]:
        groups: dict[str, list[FeePayable]] = {}
        for fee in fees:
            groups.setdefault(self._rows[fee.right.key]["first_owner"], []).append(fee)
        ordered = sorted(groups.items(), key=lambda group: (-sum(fee.total_cny for fee in group[1]), group[0]))
        for place, (owner, mine) in enumerate(ordered, start=1):
            yield [
                place,
                owner,
                len(mine),
                sum(fee.full_fee_cny for fee in mine),
                sum(fee.payable_fee_cny for fee in mine),
                sum(fee.late_fee_cny for fee in mine),
                sum(fee.restoration_fee_cny for fee in mine),
                sum(fee.total_cny for fee in mine),
            ]
