"""The summary of a run of the whole job: figures of the latest Runs, the stock, the owners, times and files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import ibis

from panhuo.adapters.files.home import Home
from panhuo.adapters.tables.duck import open_tables
from panhuo.adapters.tables.protocol import Tables
from panhuo.adapters.writers.charts import Chart
from panhuo.adapters.writers.layout import notes_of, phrase
from panhuo.adapters.writers.pages import Figure
from panhuo.adapters.writers.summary import Cell, OutputFile, Section, SummaryData
from panhuo.desk.history import latest_run
from panhuo.desk.registry.export import current_projection
from panhuo.engine.indicators.ledger_facts import COUNTED_KINDS
from panhuo.engine.records.status import legal_status
from panhuo.rules import InForce
from panhuo.rules.labels import Labels
from panhuo.terms.kinds import ENDED, PATENT_TYPES, DormancyState, LegalStatus

TOP_OWNERS = 10
STATES = {
    DormancyState.CANDIDATE: "candidates",
    DormancyState.TO_VERIFY: "to_verify",
    DormancyState.DORMANT: "dormant",
    DormancyState.EXPLOITED: "exploited",
    DormancyState.PROPER_REASON: "proper_reason",
    DormancyState.OUT: "taken_out",
    DormancyState.CANNOT_SAY: "cannot_say",
}
"""State -> its figure in the results of a dormant Run."""
LEDGER_FIGURES = ("official", "counted", "patents", "university_to_msme")


def overview(
    home: Home,
    rules: InForce,
    *,
    seconds: Mapping[str, float] | None = None,
    files: Sequence[OutputFile] = (),
    month: str = "",
) -> SummaryData:
    """What stands in the register on the day of the rules and what its latest Runs found, ready to be shown.

    Args:
        seconds: command -> wall seconds of this run. files: written files, relative to the summary's folder.
        month: of the ledger Run to show, the latest by default.
    """
    projection = current_projection(home, rules)
    made = _Overview(rules, projection.version, month)
    with open_tables(projection.paths()) as tables:
        sections = [*made.steps(seconds or {}), *made.stock(tables), *made.found()]
    kind = "synthetic" if home.kind == "demo" else ""
    return SummaryData(
        title=Labels(rules).word("output", "summary"),
        subtitle=[phrase(rules, "overview_day", day=rules.day, pack=rules.pack, version=rules.version)],
        figures=made.figures(),
        sections=sections,
        files=files,
        notes=notes_of(rules, "overview", notice=rules.text("scheme.notice")),
        footer=phrase(rules, "overview_footer", register=projection.version),
        synthetic=bool(kind),
    )


class _Overview:
    """Sections of the summary; a Run that was not made leaves its section out."""

    def __init__(self, rules: InForce, version: str, month: str) -> None:
        self._rules, self._words, self._english = rules, Labels(rules), Labels(rules, "en")
        self._results = {
            command: self._latest(command, version, month)
            for command in ("dormant", "grade", "match", "ledger", "supply-list")
        }
        self._patents = 0

    def _latest(self, command: str, version: str, month: str) -> Mapping[str, Any]:
        at: date | None = None if command == "ledger" else self._rules.day
        run = latest_run(command, inputs_digest=version, at=at)
        if run is None or (command == "ledger" and month and run.params.get("month") != month):
            return {}
        return dict(run.results)

    def figures(self) -> list[Figure]:
        dormant, grade, ledger = (self._results[name] for name in ("dormant", "grade", "ledger"))
        match, supply = self._results["match"], self._results["supply-list"]
        shown = [("figure_patents", self._patents), ("figure_candidates", dormant.get("candidates"))]
        shown += [("figure_high_value", grade.get("high_value")), ("figure_listed", supply.get("listed"))]
        counted = ledger.get("all.counted")
        shown += [("figure_counted", None if counted is None else int(counted)), ("figure_pairs", match.get("pairs"))]
        return [Figure(f"{value:,}", self._word(name)) for name, value in shown if value is not None]

    def steps(self, seconds: Mapping[str, float]) -> Iterator[Section]:
        if seconds:
            rows: list[list[Cell]] = [[self._words.word("step", name), float(taken)] for name, taken in seconds.items()]
            yield Section(self._word("steps"), [self._word("step"), self._word("seconds")], rows)

    def stock(self, tables: Tables) -> Iterator[Section]:
        assets = tables["assets"].filter(tables["assets"].ip_type.isin([*PATENT_TYPES]))
        states = legal_status(assets, tables["events"], self._rules.day).select("asset_id", "status")
        rights = assets.join(states, "asset_id")
        groups = ("living", "waiting", "ended", "unclear")
        counts = {(kind, group): 0 for kind in PATENT_TYPES for group in groups}
        counted = rights.group_by("ip_type", "status").agg(number=ibis._.count())
        for kind, status, number in tables.rows(counted):
            counts[kind, _group(status)] += number
        self._patents = sum(counts.values())
        kinds = [kind for kind in PATENT_TYPES if any(counts[kind, group] for group in groups)]
        yield Section(
            self._word("stock"),
            [self._word("kind"), *map(self._word, groups)],
            [[self._words.word("ip_type", kind), *(counts[kind, group] for group in groups)] for kind in kinds],
            self._chart(
                "stock", "ip_type", kinds, {group: [counts[kind, group] for kind in kinds] for group in groups}
            ),
        )
        yield self._owners(tables, rights)

    def _owners(self, tables: Tables, rights: ibis.Table) -> Section:
        living = rights.filter(rights.status == LegalStatus.GRANTED_IN_FORCE, rights.first_owner != "")
        top = (
            living.group_by(owner=living.first_owner)
            .agg(kind=living.owner_type.min(), number=ibis._.count())
            .order_by([ibis.desc("number"), "owner"])
            .limit(TOP_OWNERS)
        )
        rows = [[owner, self._words.word("owner_type", kind), number] for owner, kind, number in tables.rows(top)]
        return Section(self._word("owners"), [self._word(name) for name in ("owner", "owner_type", "patents")], rows)

    def found(self) -> Iterator[Section]:
        """Sections from Runs."""
        dormant, grade = self._results["dormant"], self._results["grade"]
        if dormant:
            states: list[list[Cell]] = [
                [self._words.word("dormancy_state", state), int(dormant.get(key, 0))] for state, key in STATES.items()
            ]
            yield Section(self._word("states"), [self._word("state"), self._word("rights")], states)
        if grade:
            yield from self._grade(grade)
        yield from self._ledger()
        bars: dict[str, int] = self._results["supply-list"].get("bars", {})
        if bars:
            rows: list[list[Cell]] = [[self._words.word("supply_bar", bar), number] for bar, number in bars.items()]
            chart = self._chart("bars", "supply_bar", list(bars), {"rights": list(bars.values())})
            yield Section(self._word("bars"), [self._word("bar"), self._word("rights")], rows, chart)

    def _grade(self, grade: Mapping[str, Any]) -> Iterator[Section]:
        grades: dict[str, int] = grade.get("grades", {})
        rows: list[list[Cell]] = [[self._words.word("grade", letter), number] for letter, number in grades.items()]
        chart = self._chart("grades", "grade", list(grades), {"rights": list(grades.values())})
        yield Section(self._word("grades"), [self._word("grade"), self._word("rights")], rows, chart)
        cases: dict[str, int] = grade.get("high_value_cases", {})
        if cases:
            rows = [[self._words.word("high_value", case), number] for case, number in cases.items()]
            yield Section(self._word("high_value"), [self._word("case"), self._word("rights")], rows)

    def _ledger(self) -> Iterator[Section]:
        ledger = self._results["ledger"]
        if not ledger:
            return
        rows: list[list[Cell]] = [
            [self._words.word("ledger_figure", name), *(int(ledger.get(f"{kind}.{name}", 0)) for kind in COUNTED_KINDS)]
            for name in LEDGER_FIGURES
        ]
        headings = [self._word("figure"), *(self._words.word("ledger", kind) for kind in COUNTED_KINDS)]
        yield Section(self._word("ledger"), headings, rows)

    def _word(self, code: str) -> str:
        return self._words.word("overview", code)

    def _chart(self, title: str, kind: str, codes: Sequence[str], series: Mapping[str, Sequence[int]]) -> Chart:
        return Chart(
            self._word(title),
            [self._words.word(kind, code) for code in codes],
            [(self._word(name), values) for name, values in series.items()],
            self._words.word("unit", "patent"),
            self._english.word("overview", title),
            [self._english.word(kind, code) for code in codes],
            [self._english.word("overview", name) for name in series],
            self._english.word("unit", "patent"),
        )


def _group(status: str) -> str:
    if status == LegalStatus.GRANTED_IN_FORCE:
        return "living"
    if status in ENDED:
        return "ended"
    return "unclear" if status == LegalStatus.CANNOT_SAY else "waiting"
