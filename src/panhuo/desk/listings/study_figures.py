"""Figures of the university study, from the projection, the ledgers and the latest Runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import ibis

from panhuo.adapters.tables.protocol import Tables
from panhuo.desk.listings.ledger_sources import ledger_facts
from panhuo.desk.listings.monthly import count_month
from panhuo.engine.indicators.ledger import PLEDGE, Ledger, LedgerFact, Size
from panhuo.engine.indicators.study import grants_by_year, rights_of, stock_by_owner, teams_by_owner, top_fields
from panhuo.engine.records.owners import normalise_party_name, split_joint_owners
from panhuo.engine.records.status import legal_status
from panhuo.rules import InForce

TOP_FIELDS = 10
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StudyFigures:
    """Plain figures; per owner by its key in the order of stock.

    years: (year, kind) -> grants. grades: owner -> grade letter or "high_value" -> rights, None without a grade Run.
    states: owner -> dormancy state -> rights, None without a dormant Run. use: (owner, what) -> pieces, what being
    licence, transfer or msme; use_years: (year, licence | transfer) -> pieces.
    """

    day: date
    stock: Sequence[Row]
    years: Mapping[tuple[int, str], int]
    fields: Sequence[tuple[str, int]]
    teams: Mapping[str, Row]
    grades: Mapping[str, Counter[str]] | None
    states: Mapping[str, Counter[str]] | None
    use: Mapping[tuple[str, str], int]
    use_years: Mapping[tuple[int, str], int]
    struck: int
    pledges: int
    contracts: int
    first_year: int
    totals: Mapping[str, int] = field(default_factory=dict)


def study_figures(tables: Tables, rules: InForce, *, graded: Path | None, dormant: Path | None) -> StudyFigures:
    """All figures as at the day of the rules. graded, dormant: kept rows of Runs of that day, None where none."""
    at, years = rules.day, rules.integer("study.years")
    types = rules.words("supply.university_owner_types")
    assets = tables["assets"].filter(tables["assets"].owner_type.isin([*types]))
    status = legal_status(assets, tables["events"], at)
    rights = rights_of(assets, status, types)
    stock = _rows(tables, stock_by_owner(rights))
    least = rules.integer("study.team_patents")
    teams = {row["owner_key"]: row for row in _rows(tables, teams_by_owner(rights, least=least))}
    first = date(at.year - min(years, 5) + 1, 1, 1)
    ledger = count_month(rules, first=first, last=at)
    owners = {normalise_party_name(row["owner"]): row["owner_key"] for row in stock}
    use, use_years, struck = _use(ledger, owners)
    return StudyFigures(
        day=at,
        stock=stock,
        years={(year, kind): number for year, kind, number in tables.rows(grants_by_year(rights, at=at, years=years))},
        fields=[(name, number) for name, number in tables.rows(top_fields(rights, number=TOP_FIELDS))],
        teams=teams,
        grades=_grades(tables, rights, graded),
        states=_states(tables, rights, dormant),
        use=use,
        use_years=use_years,
        struck=struck,
        pledges=_pledged(owners, first, at),
        contracts=len({row.fact.number for row in ledger.contracts if _seller(row.fact) in owners}),
        first_year=first.year,
        totals={
            name: sum(row[name] for row in stock)
            for name in ("total", "living", "inventions", "cannot_say", "with_firms")
        },
    )


def _rows(tables: Tables, expression: ibis.Table) -> list[Row]:
    return [dict(zip(expression.columns, cells, strict=True)) for cells in tables.rows(expression)]


def _grades(tables: Tables, rights: ibis.Table, path: Path | None) -> dict[str, Counter[str]] | None:
    if path is None:
        return None
    graded = tables.add("grade_run", path).select("asset_id", "grade", "high_value")
    joined = rights.filter(rights.living).join(graded, "asset_id")
    found: dict[str, Counter[str]] = {}
    for key, grade, high, number in tables.rows(
        joined.group_by("owner_key", "grade", "high_value").agg(number=ibis._.count())
    ):
        counts = found.setdefault(key, Counter())
        if grade:
            counts[grade] += number
        if high:
            counts["high_value"] += number
    return found


def _states(tables: Tables, rights: ibis.Table, path: Path | None) -> dict[str, Counter[str]] | None:
    if path is None:
        return None
    states = tables.add("dormant_run", path).select("asset_key", "state")
    joined = rights.join(states, "asset_key")
    found: dict[str, Counter[str]] = {}
    for key, state, number in tables.rows(joined.group_by("owner_key", "state").agg(number=ibis._.count())):
        found.setdefault(key, Counter())[state] += number
    return found


def _use(ledger: Ledger, owners: Mapping[str, str]) -> tuple[Counter[tuple[str, str]], Counter[tuple[int, str]], int]:
    use: Counter[tuple[str, str]] = Counter()
    years: Counter[tuple[int, str]] = Counter()
    struck = 0
    for row in ledger.conversions:
        key = owners.get(_seller(row.fact))
        if key is None:
            continue
        if not row.counts:
            struck += 1
            continue
        use[key, row.fact.ledger] += 1
        years[row.fact.day.year, row.fact.ledger] += 1
        if row.size is Size.MSME:
            use[key, "msme"] += 1
    return use, years, struck


def _pledged(owners: Mapping[str, str], first: date, last: date) -> int:
    """Pledged rights of these owners by registrations of the days, each right once."""
    return len(
        {
            fact.patent
            for fact in ledger_facts()
            if fact.ledger == PLEDGE and first <= fact.day <= last and _seller(fact) in owners
        }
    )


def _seller(fact: LedgerFact) -> str:
    return normalise_party_name(next(iter(split_joint_owners(fact.from_party)), ""))
