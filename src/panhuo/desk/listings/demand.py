"""专利转化清单: needs of the register with what the latest match Runs found for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from panhuo.adapters.files.home import Home
from panhuo.adapters.tables.duck import open_tables
from panhuo.adapters.tables.protocol import Tables
from panhuo.adapters.writers.layout import layout_of, notes_of, phrase
from panhuo.adapters.writers.tables import check_suffix, write_rows
from panhuo.adapters.writers.workbook import Sheet, write_workbook
from panhuo.desk.history import record_run
from panhuo.desk.listings.standing import NoRun, result_of
from panhuo.desk.registry.export import current_projection
from panhuo.engine.indicators.conversion_list import ConversionRow, DemandNeed, MatchedRight, conversion_list
from panhuo.engine.matching.figure_units import units
from panhuo.engine.matching.figures import figures
from panhuo.rules import InForce
from panhuo.rules.labels import Labels
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.desk.history.models import Run

NEED_COLUMNS = tuple(DemandNeed.__dataclass_fields__)
PAIR_COLUMNS = (
    "need_id",
    "rank",
    "title",
    "publication_number",
    "application_number",
    "owners",
    "score",
    "reason",
    "offer_state",
    "status_note",
)
AMOUNTS = ("budget_low_cny", "budget_high_cny")


def make_conversion_list(
    home: Home, rules: InForce, *, out: Path, made_at: datetime
) -> tuple[list[ConversionRow], int, Run]:
    """Write the list (and, in a workbook, the pairs as annex) and note the Run. Returns rows, pairs, Run.

    Raises: DomainError no_needs; NoRun when no match Run stands on the register as it is; UnknownSuffix.
    """
    suffix = check_suffix(out)
    projection = current_projection(home, rules)
    runs = _match_runs(projection.version, rules.day)
    if not runs:
        call = f"panhuo match --needs FILE --at {rules.day} --out match.xlsx --home {home.root}"
        raise NoRun(f"There is no match of the register as it stands for {rules.day}. Call: {call}", call=call)
    with open_tables(projection.paths()) as tables:
        needs = list(_needs(tables))
        pairs, asked = _pairs(home, tables, runs)
    if not needs:
        raise DomainError("The register holds no need; import a file of needs first.", code="no_needs")
    rows = conversion_list(needs, pairs, asked=asked)
    write = _Writer(rules, synthetic=home.kind == "demo")
    if suffix == ".xlsx":
        write.workbook(out, rows, pairs)
    else:
        layout = layout_of(rules, "conversion_list")
        write_rows(out, layout.columns, write.rows(rows), sheet_title="")
    run = record_run(
        "conversion-list",
        at=rules.day,
        rules=rules,
        inputs_digest=projection.version,
        params={"match_runs": [run.id for run in runs]},
        results={"needs": len(rows), "matched": sum(bool(row.matched) for row in rows), "pairs": len(pairs)},
        made_at=made_at,
    )
    return rows, len(pairs), run


def _match_runs(version: str, at: date) -> list[Run]:
    """Match Runs of the day on this register, newest first: each may have looked at another file of needs."""
    from panhuo.desk.history.models import Run

    return list(Run.objects.filter(command="match", inputs_digest=version, at=at))


def _needs(tables: Tables) -> Iterator[DemandNeed]:
    for cells in tables.rows(tables["needs"].select(*NEED_COLUMNS)):
        row: dict[str, Any] = dict(zip(NEED_COLUMNS, cells, strict=True))
        for name in AMOUNTS:
            row[name] = None if row[name] is None else Decimal(str(row[name]))
        yield DemandNeed(**row)


def _pairs(home: Home, tables: Tables, runs: list[Run]) -> tuple[list[MatchedRight], set[str]]:
    """Pairs of each need from the newest Run that looked at it, and the needs looked at."""
    found: list[MatchedRight] = []
    asked: set[str] = set()
    for run in runs:
        path = result_of(home, run, "match.parquet")
        if path is None:
            continue
        kept = tables.add(f"match_{run.id}", path)
        mine: set[str] = set(run.results.get("unmatched") or ())
        for cells in tables.rows(kept.select(*PAIR_COLUMNS).order_by(["need_id", "rank"])):
            row: dict[str, Any] = dict(zip(PAIR_COLUMNS, cells, strict=True))
            mine.add(row["need_id"])
            if row["need_id"] not in asked:
                found.append(_pair(row))
        asked |= mine
    return found, asked


def _pair(row: dict[str, Any]) -> MatchedRight:
    remarks = [row["offer_state"] if row["offer_state"] != "offerable" else "", *row["status_note"].split(";")]
    return MatchedRight(
        row["need_id"],
        row["rank"],
        row["title"],
        row["publication_number"] or row["application_number"],
        tuple(row["owners"] or ()),
        row["score"],
        row["reason"],
        ";".join(filter(None, remarks)),
    )


class _Writer:
    """Rows in words."""

    def __init__(self, rules: InForce, *, synthetic: bool) -> None:
        self._rules, self._words, self._units = rules, Labels(rules), units(rules)
        self._regions = {row["code"]: row["name"] for row in rules.table("regions")}
        self._marked = [phrase(rules, "synthetic")] if synthetic else []

    def workbook(self, out: Path, rows: list[ConversionRow], pairs: list[MatchedRight]) -> None:
        layout, annex = (layout_of(self._rules, name) for name in ("conversion_list", "conversion_pairs"))
        title, annex_title = (self._words.word("output", name) for name in ("conversion_list", "conversion_pairs"))
        head = phrase(self._rules, "conversion_head", day=self._rules.day, count=len(rows), pairs=len(pairs))
        needs = {row.need.need_id: row.need for row in rows}
        places = {need_id: place for place, need_id in enumerate(needs)}
        listed = sorted(pairs, key=lambda pair: (places.get(pair.need_id, len(places)), pair.need_id, pair.rank))
        sheets = [
            Sheet(title, layout.columns, self.rows(rows), head=(title, head, *self._marked), explain=layout.explain),
            Sheet(
                annex_title,
                annex.columns,
                (self._pair(pair, needs) for pair in listed),
                head=(f"{title}　{annex_title}", head, *self._marked),
                explain=annex.explain,
            ),
        ]
        write_workbook(out, sheets, notes=notes_of(self._rules, "conversion_list"))

    def rows(self, rows: list[ConversionRow]) -> Iterator[list[object]]:
        """Cells of output conversion_list."""
        for place, row in enumerate(rows, start=1):
            need = row.need
            yield [
                place,
                need.need_id,
                need.firm,
                self._regions.get(need.region_code, need.region_code),
                need.industry_code,
                need.title,
                need.text,
                self._figures(need),
                self._budget(need),
                need.urgency,
                need.mode,
                need.source_name,
                self._best(row),
                row.matched,
                need.stage,
                need.officer,
                need.next_on,
                need.firm_code,
                need.problem,
                need.goal,
                need.foundation,
                need.difficulty,
                need.received_on,
            ]

    def _figures(self, need: DemandNeed) -> str:
        """Numbers with units as the text has them."""
        return "；".join(figure.shown for figure in figures(f"{need.title} {need.text}", self._units))

    def _budget(self, need: DemandNeed) -> str:
        ends = [
            f"{(amount / 10_000).normalize():f}" for amount in (need.budget_low_cny, need.budget_high_cny) if amount
        ]
        return "–".join(dict.fromkeys(ends)) or need.budget_text

    def _best(self, row: ConversionRow) -> str:
        if row.matched is None:
            return phrase(self._rules, "not_matched_yet")
        if not row.best:
            return phrase(self._rules, "nothing_matched")
        return "\n".join(f"{pair.rank}. {pair.title}（{pair.publication_number}）" for pair in row.best)

    def _pair(self, pair: MatchedRight, needs: dict[str, DemandNeed]) -> list[object]:
        need = needs.get(pair.need_id)
        remarks = [self._remark(code) for code in pair.remarks.split(";") if code]
        return [
            pair.need_id,
            need.firm if need else "",
            need.title if need else "",
            pair.rank,
            pair.title,
            pair.publication_number,
            "；".join(pair.owners),
            pair.score,
            pair.reason,
            "；".join(remarks),
        ]

    def _remark(self, code: str) -> str:
        bar = self._words.word("supply_bar", code)
        return self._words.word("offer_state", code) if bar == code else bar
