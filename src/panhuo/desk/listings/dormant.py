"""The dormant register as at a day: found, kept with its Run under the number of an edition, written for people."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from panhuo.adapters.files.home import Home
from panhuo.adapters.tables.duck import open_tables
from panhuo.adapters.tables.protocol import Tables
from panhuo.adapters.writers.columns import Column
from panhuo.adapters.writers.grade_columns import CRITERIA, GRADE, INDUSTRY, grade_note, shower
from panhuo.adapters.writers.list_notes import stands_on, synthetic_head
from panhuo.adapters.writers.tables import write_rows
from panhuo.desk.history import record_run
from panhuo.desk.listings.actions import number_dormant_register
from panhuo.desk.registry.export import Projection, current_projection
from panhuo.desk.registry.grading import grade_register
from panhuo.desk.registry.stock import DormantListing, StockRow, dormant_listing
from panhuo.engine.dormancy import dormancy_rules
from panhuo.rules import InForce
from panhuo.rules.errors import NotInForce
from panhuo.rules.labels import Labels
from panhuo.terms.kinds import DormancyState

if TYPE_CHECKING:
    from panhuo.desk.history.models import Run
    from panhuo.desk.listings.models import Edition

VERDICTS = tuple(one for one in CRITERIA if one.words == "verdict")
SHOWN = (GRADE[0], *INDUSTRY, *VERDICTS)
"""Of a grade, printed: the grade, SEI class and branches, the four criteria of SC-011."""
BESIDE = (GRADE[2], GRADE[3], *(one for one in CRITERIA if one not in VERDICTS))
"""And folded away: confidence, why there is no grade, evidence of the criteria."""
GRADED = (*SHOWN, *BESIDE)
GRADED_KEYS = tuple(one.key for one in GRADED)
FACTS_SHOWN = (
    "publication_number",
    "application_number",
    "title",
    "first_owner",
    "owners",
    "owner_code",
    "region_code",
    "industry_code",
    "asset_key",
)
"""Cells that are taken from the register as they stand."""
COLUMNS = (
    Column("publication_number", "公开（公告）号", "text", 15),
    Column("application_number", "专利号", "text", 16),
    Column("title", "专利名称", "long", 30),
    Column("ip_type", "类型", "text", 9),
    Column("first_owner", "第一权利人", "long", 20),
    Column("region_code", "地区代码", "text", 8),
    Column("grant_date", "授权公告日", "date"),
    Column("legal_status", "法律状态（查询日）", "text", 12),
    Column("state", "沉睡状态", "text", 9),
    Column("reason", "判读理由", "long", 24),
    Column("flags", "提示", "long", 20),
    Column("events", "法律事件", "long", 30),
    Column("ipc_subclass", "IPC小类", "text", 8),
    Column("industry_code", "国民经济行业", "list", 9),
    *(one.column for one in SHOWN),
    *(
        replace(column, folded=True)
        for column in (
            Column("owners", "权利人", "list", 30),
            Column("owner_code", "统一社会信用代码", "text", 20),
            Column("owner_type", "权利人类型", "text", 12),
            Column("owner_type_rule", "类型依据", "text", 14),
            Column("filing_date", "申请日", "date"),
            Column("status_basis", "状态依据", "text", 10),
            Column("transfer_date", "转移登记日", "date"),
            Column("transfer_parties", "转移双方", "long", 30),
            Column("same_day_twin", "同日申请对应件", "text", 18),
            *(one.column for one in BESIDE),
            Column("asset_key", "登记键", "text", 20),
        )
    ),
)


@dataclass(frozen=True, slots=True)
class DormantResult:
    """What was found. figures: counts by state and reason."""

    edition: Edition
    run: Run
    profile: str
    figures: dict[str, Any]


def make_dormant_register(
    home: Home, rules: InForce, *, any_owner: bool, profile: str | None = None, out: Path | None = None,
    made_at: datetime,
) -> DormantResult:  # fmt: skip
    """Find the candidates of rules.day, keep the rows with their Run and number them; out: a list for people as well.

    any_owner: every type of owner, not only the pack's (universities, institutes). profile: the pack's default.
    The same rows for the same day keep their number. Raises: UnknownProfile; NotInForce; DomainError cannot_write.
    """
    chosen = profile or rules.text("dormancy.default_profile")
    owners = "any" if any_owner else "institutions"
    dormancy = dormancy_rules(rules, profile=chosen, any_owner=any_owner)
    projection = current_projection(home, rules)
    with open_tables(projection.paths()) as tables:
        listing = dormant_listing(tables, rules, dormancy, rules.day)
        listed = {row.situation.asset_id for row in listing.rows}
        grades = _grades(tables, projection, rules, listed)
    figures = _figures(listing.rows)
    run = record_run(
        "dormant",
        at=rules.day,
        rules=rules,
        inputs_digest=projection.version,
        params={"profile": chosen, "owner": owners},
        results=figures,
        made_at=made_at,
    )
    edition = _freeze(home, rules, listing, grades, run, reading=f"{chosen} {owners}", made_at=made_at)
    if out is not None:
        words = Labels(rules) if out.suffix.lower() == ".xlsx" else None
        title = f"{TITLE} 第{edition.number}期"
        write_rows(
            out,
            COLUMNS,
            _rows(listing, _shown(grades, words, rules), words),
            sheet_title=TITLE,
            head=synthetic_head(home, rules, title),
            notes=(title, stands_on(rules, run.id), f"口径 {chosen}", CANDIDATE_NOTE, grade_note(rules)),
            explain=words.notes(column.key for column in COLUMNS) if words else None,
        )
    return DormantResult(edition, run, chosen, figures)


def _freeze(
    home: Home,
    rules: InForce,
    listing: DormantListing,
    grades: Mapping[int, Iterable[object]],
    run: Run,
    *,
    reading: str,
    made_at: datetime,
) -> Edition:
    """Keep the rows with their Run and number them; the same rows for the same day keep their number."""
    kept = home.runs / run.id / "dormant.parquet"
    kept.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()

    def summed() -> Iterator[tuple[object, ...]]:
        for row in _rows(listing, _shown(grades, None, rules), None):
            digest.update(f"{row!r}\n".encode())
            yield row

    write_rows(kept, COLUMNS, summed(), sheet_title=TITLE)
    return number_dormant_register(
        digest.hexdigest(),
        columns=[column.key for column in COLUMNS],
        day=rules.day,
        reading=reading,
        run=run,
        notes=run.results,
        made_at=made_at,
    )


def _shown(grades: Mapping[int, Iterable[object]], words: Labels | None, rules: InForce) -> dict[int, list[object]]:
    cells = shower(GRADED, words, rules)
    return {asset_id: cells(row) for asset_id, row in grades.items()}


TITLE = "疑似沉睡专利"
CANDIDATE_NOTE = "疑似沉睡由程序据登记事实判读，须经权利人核实后方为沉睡专利；未经核实不得公布。"


def _grades(tables: Tables, projection: Projection, rules: InForce, listed: set[int]) -> dict[int, tuple[object, ...]]:
    """asset_id -> cells of GRADED; nothing but the reason on a day for which the pack has no grading rules."""
    try:
        graded = tables.add("graded", grade_register(projection, rules))
    except NotInForce:
        none = tuple("no_rule_that_day" if key == "grade_reason" else None for key in GRADED_KEYS)
        return dict.fromkeys(listed, none)
    return {row[0]: row[1:] for row in tables.rows(graded.select("asset_id", *GRADED_KEYS)) if row[0] in listed}


def _rows(
    listing: DormantListing, grades: Mapping[int, Iterable[object]], words: Labels | None
) -> Iterator[tuple[object, ...]]:
    """Rows in the order of COLUMNS; codes, or Chinese words where labels are given."""

    def word(kind: str, code: str) -> str:
        return words.word(kind, code) if words else code

    for row in sorted(listing.rows, key=lambda one: (STATE_ORDER.index(one.state), one.situation.asset_id)):
        situation, verdict = row.situation, row.verdict
        facts = listing.facts[situation.asset_id]
        cells = {
            **{key: facts[key] for key in FACTS_SHOWN},
            "ip_type": word("ip_type", situation.ip_type),
            "owner_type": word("owner_type", situation.owner_type),
            "owner_type_rule": _owner_rule(facts["owner_type_rule"], words),
            "filing_date": situation.filing_date,
            "grant_date": situation.grant_date,
            "legal_status": word("legal_status", situation.status),
            "status_basis": word("status_basis", situation.status_basis),
            "state": word("dormancy_state", row.state),
            "reason": "; ".join(word("dormancy_reason", reason) for reason in verdict.reasons),
            "flags": "; ".join(word("dormancy_flag", flag) for flag in verdict.flags),
            "transfer_date": situation.transfer_day,
            "transfer_parties": situation.transfer_parties,
            "events": "; ".join(
                f"{when} {word(kind, code)}" for when, kind, code in listing.events.get(situation.asset_id, ())
            ),
            "same_day_twin": listing.twin_of(row),
            "ipc_subclass": facts["ipc_main"][:4],
            **dict(zip(GRADED_KEYS, grades[situation.asset_id], strict=True)),
        }
        yield tuple(cells[column.key] for column in COLUMNS)


def _owner_rule(rule: str, words: Labels | None) -> str:
    kind, _, name = rule.partition(":")
    return words.word("owner_type_rule", kind) + name if words else rule


STATE_ORDER = (
    DormancyState.CANDIDATE,
    DormancyState.TO_VERIFY,
    DormancyState.DORMANT,
    DormancyState.PROPER_REASON,
    DormancyState.EXPLOITED,
    DormancyState.CANNOT_SAY,
    DormancyState.OUT,
)


def _figures(rows: Iterable[StockRow]) -> dict[str, Any]:
    rows = list(rows)
    states = Counter(row.state for row in rows)
    return {
        "candidates": states[DormancyState.CANDIDATE],
        "considered": sum(row.verdict.considered for row in rows),
        "cannot_say": states[DormancyState.CANNOT_SAY],
        "to_verify": states[DormancyState.TO_VERIFY],
        "dormant": states[DormancyState.DORMANT],
        "exploited": states[DormancyState.EXPLOITED],
        "proper_reason": states[DormancyState.PROPER_REASON],
        "taken_out": states[DormancyState.OUT],
        "reasons": dict(sorted(Counter(f"{row.state}: {why}" for row in rows for why in row.verdict.reasons).items())),
    }
