"""转化月度台账: read the official lists of the register, count, write the workbook or the rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from panhuo.adapters.files.home import Home
from panhuo.adapters.writers.layout import Layout, layout_of, notes_of, phrase
from panhuo.adapters.writers.tables import check_suffix, write_rows
from panhuo.adapters.writers.workbook import Sheet, write_workbook
from panhuo.desk.history import record_run
from panhuo.desk.listings.ledger_sources import ledger_facts
from panhuo.desk.registry.export import current_projection
from panhuo.desk.registry.parties import roster
from panhuo.engine.indicators.ledger import (
    Ledger,
    LedgerFact,
    LedgerRow,
    Reconciled,
    Strike,
    ledger_rules,
    monthly_ledger,
)
from panhuo.engine.records.owners import OwnerSuffixes
from panhuo.engine.records.roster import Roster
from panhuo.rules import InForce
from panhuo.rules.labels import Labels
from panhuo.terms.kinds import OwnerType

if TYPE_CHECKING:
    from panhuo.desk.history.models import Run

CONVERSION_FIGURES = (
    "official",
    *(f"struck.{reason}" for reason in Strike),
    "counted",
    "patents",
    "contracts",
    "university",
    "university_to_msme",
    "university_to_msme_patents",
    "university_to_msme_firms",
    "university_size_unknown",
)


def make_ledger(
    home: Home, rules: InForce, *, first: date, last: date, out: Path, made_at: datetime
) -> tuple[Ledger, Run]:
    """Count the month, note the Run, write `out`: sheets as a workbook, the rows of licences and transfers else.

    Raises: UnknownSuffix; DomainError cannot_write.
    """
    suffix = check_suffix(out)
    ledger = count_month(rules, first=first, last=last)
    run = record_ledger_run(ledger, rules, version=current_projection(home, rules).version, made_at=made_at)
    layout = layout_of(rules, "ledger_rows")
    if suffix == ".xlsx":
        write_workbook(out, list(_sheets(ledger, rules, synthetic=home.kind == "demo")), notes=_notes(ledger, rules))
    else:
        write_rows(out, layout.columns, _rows(ledger.conversions, None), sheet_title="")
    return ledger, run


def record_ledger_run(ledger: Ledger, rules: InForce, *, version: str, made_at: datetime) -> Run:
    """The Run of a month that was counted. version: of the projection that it stands on."""
    return record_run(
        "ledger",
        at=ledger.last,
        rules=rules,
        inputs_digest=version,
        params={"month": f"{ledger.first:%Y-%m}"},
        results={figure.code: str(figure.value) for figure in ledger.figures},
        made_at=made_at,
    )


def count_month(
    rules: InForce, *, first: date, last: date, facts: Sequence[LedgerFact] | None = None, known: Roster | None = None
) -> Ledger:
    """The ledger of the month from the register that is open.

    facts, known: ledger_facts() and roster() of the register, by whoever counts several months.
    """
    suffixes = OwnerSuffixes(rules.table("owner_suffixes"))

    @cache
    def owner_type(name: str) -> OwnerType:
        return suffixes.judge(name).owner_type

    return monthly_ledger(
        ledger_facts() if facts is None else facts,
        ledger_rules(rules, roster=known or roster(), owner_type=owner_type),
        first=first,
        last=last,
    )


def _notes(ledger: Ledger, rules: InForce) -> list[str]:
    return notes_of(
        rules,
        "ledger",
        months=rules.integer("ledger.circular_months"),
        days=rules.integer("ledger.match_window_days"),
        covered=ledger.covered_until,
    )


def _sheets(ledger: Ledger, rules: InForce, *, synthetic: bool) -> Iterator[Sheet]:
    words = Labels(rules)
    marked = [phrase(rules, "synthetic")] if synthetic else []
    title = phrase(rules, "ledger_title", title=words.word("output", "ledger"), month=f"{ledger.first:%Y-%m}")
    head = (title, phrase(rules, "ledger_covered", covered=ledger.covered_until), *marked)

    def sheet(name: str, layout: Layout, rows: Iterable[list[object]]) -> Sheet:
        tab = words.word("output", name)
        return Sheet(tab, layout.columns, rows, head=(f"{title}　{tab}", *head[1:]), explain=layout.explain)

    figures, rows, contracts = (
        layout_of(rules, name) for name in ("ledger_figures", "ledger_rows", "ledger_contracts")
    )
    yield Sheet(
        words.word("output", "ledger_figures"),
        figures.columns,
        _figures(ledger, words),
        head=head,
        explain=figures.explain,
        upright=True,
    )
    yield sheet("ledger_rows", rows, _rows([row for row in ledger.conversions if row.counts], words))
    yield sheet("ledger_struck", rows, _rows([row for row in ledger.conversions if not row.counts], words))
    missing = [row for row in ledger.contracts if row.reconciled is Reconciled.MISSING]
    yield sheet("ledger_unrecorded", contracts, _contracts(missing, words))
    alone = [row for row in ledger.conversions if row.counts and row.reconciled is Reconciled.MISSING]
    yield sheet("ledger_uncontracted", rows, _rows(alone, words))
    unsure = [row for row in ledger.contracts if row.reconciled is Reconciled.AMBIGUOUS]
    yield sheet("ledger_ambiguous", contracts, _contracts(unsure, words))
    yield sheet("ledger_contracts", contracts, _contracts(ledger.contracts, words))


def _figures(ledger: Ledger, words: Labels) -> Iterator[list[object]]:
    values = {figure.code: figure for figure in ledger.figures}
    for name in CONVERSION_FIGURES:
        licence, transfer = values[f"licence.{name}"], values[f"transfer.{name}"]
        total = values.get(f"all.{name}")
        number = total.value if total else licence.value + transfer.value
        if name.startswith("struck.") and not number:
            continue
        label = words.word("ledger_figure", name)
        if name.startswith("struck."):
            label = f"{words.word('ledger_figure', 'struck')}：{words.word('strike', name.removeprefix('struck.'))}"
        yield [label, licence.value, transfer.value, number, words.word("unit", licence.unit)]
    for figure in ledger.figures:
        group, _, name = figure.code.partition(".")
        if group in ("licence", "transfer", "all"):
            continue
        label = f"{words.word('ledger', group)}：{_figure_word(words, group, name)}"
        value = Decimal(figure.value) / 10_000 if figure.unit == "cny" else figure.value
        yield [label, None, None, value, words.word("unit", figure.unit)]


def _rows(rows: Iterable[LedgerRow], words: Labels | None) -> Iterator[list[object]]:
    """Cells of output ledger_rows; codes where no labels are given."""
    say = partial(_say, words)
    for place, row in enumerate(rows, start=1):
        fact = row.fact
        yield [
            place,
            say("ledger_kind", fact.ledger),
            fact.day,
            fact.number,
            fact.application_number,
            fact.title,
            say("ip_type", fact.ip_type),
            fact.from_party,
            fact.to_party,
            say("licence_terms", fact.terms),
            say("yes_no", "yes" if row.counts else "no"),
            say("strike", row.strike or ""),
            say("yes_no", "yes" if row.from_university else "no"),
            say("size", row.size),
            row.size_source,
            say("yes_no", "yes" if row.is_university_to_msme else "no"),
            say("reconciled", row.reconciled),
            row.counterpart,
            fact.publication_number,
            fact.from_code,
            fact.to_code,
            fact.ends_on,
            fact.amount_cny,
            fact.text,
        ]


def _contracts(rows: Iterable[LedgerRow], words: Labels) -> Iterator[list[object]]:
    """Cells of output ledger_contracts."""
    for place, row in enumerate(rows, start=1):
        fact = row.fact
        yield [
            place,
            fact.day,
            fact.number,
            fact.text,
            fact.application_number,
            fact.publication_number,
            fact.title,
            fact.from_party,
            fact.to_party,
            fact.amount_cny,
            fact.ends_on,
            words.word("reconciled", row.reconciled),
            row.counterpart,
            row.window_ends,
            words.word("yes_no", "no" if row.window_open else "yes"),
        ]


def _figure_word(words: Labels, group: str, name: str) -> str:
    own = words.word("ledger_figure", f"{group}.{name}")
    return words.word("ledger_figure", name) if own == f"{group}.{name}" else own


def _say(words: Labels | None, kind: str, code: str) -> str:
    return words.word(kind, code) if words else str(code)
