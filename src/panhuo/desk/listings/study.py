"""高校专利创新资源及运营状况 as a Word document: text, tables, charts; every figure of a chart stands in a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from panhuo.adapters.files.home import Home
from panhuo.adapters.tables.duck import open_tables
from panhuo.adapters.writers.charts import Chart, chart_png
from panhuo.adapters.writers.layout import notes_of, phrase
from panhuo.adapters.writers.word import WordDocument, letter_fonts
from panhuo.desk.history import latest_run, record_run
from panhuo.desk.listings.standing import result_of
from panhuo.desk.listings.study_figures import Row, StudyFigures, study_figures
from panhuo.desk.registry.export import current_projection
from panhuo.rules import InForce
from panhuo.rules.labels import Labels
from panhuo.terms.errors import DomainError
from panhuo.terms.kinds import PATENT_TYPES

if TYPE_CHECKING:
    from panhuo.desk.history.models import Run

SHOWN_OWNERS = 20
"""Owners that tables list one by one; the others stand in one row."""
CHARTED_OWNERS = 12
TEXT_WIDTH_MM = 156.0
STATES = ("dormancy_candidate", "to_verify", "dormant", "exploited", "proper_reason")


def make_study(home: Home, rules: InForce, *, out: Path, made_at: datetime) -> tuple[StudyFigures, Run]:
    """Write the study as at the day of the rules to `out` (.docx) and note the Run.

    Raises: DomainError unknown_suffix, no_owners, cannot_write.
    """
    if out.suffix.lower() != ".docx":
        raise DomainError(f"{out} is no .docx; the study is a Word document.", code="unknown_suffix", file=str(out))
    projection = current_projection(home, rules)
    graded = latest_run("grade", inputs_digest=projection.version, at=rules.day)
    dormant = latest_run("dormant", inputs_digest=projection.version, at=rules.day)
    with open_tables(projection.paths()) as tables:
        figures = study_figures(
            tables,
            rules,
            graded=result_of(home, graded, "grade.parquet"),
            dormant=result_of(home, dormant, "dormant.parquet"),
        )
    if not figures.stock:
        raise DomainError(
            "The register holds no patent of a university or institute; import some first.", code="no_owners"
        )
    _Study(figures, rules, synthetic=home.kind == "demo").write(out)
    run = record_run(
        "study",
        at=rules.day,
        rules=rules,
        inputs_digest=projection.version,
        params={},
        results={**figures.totals, "owners": len(figures.stock)},
        made_at=made_at,
    )
    return figures, run


@dataclass(frozen=True, slots=True)
class _Table:
    """One table of the study: columns by code (labels study_column) and cells."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]


class _Study:
    """The document while it is written; tables and pictures are numbered as they come."""

    def __init__(self, figures: StudyFigures, rules: InForce, *, synthetic: bool) -> None:
        self._figures, self._rules = figures, rules
        self._words, self._english = Labels(rules), Labels(rules, "en")
        self._title = phrase(rules, "study_title")
        mark = phrase(rules, "synthetic") if synthetic else ""
        self._doc = WordDocument(letter_fonts(rules), title=self._title, synthetic=mark)
        self._tables = self._pictures = 0
        self._owners = list(figures.stock[:SHOWN_OWNERS])

    def write(self, path: Path) -> None:
        day = _long(self._rules, self._figures.day)
        self._doc.title(self._title, subtitle=phrase(self._rules, "study_subtitle", day=day))
        totals = self._figures.totals
        self._say(
            "study_scope",
            day=day,
            owners=len(self._figures.stock),
            total=totals["total"],
            living=totals["living"],
            inventions=totals["inventions"],
            share=_share(totals["inventions"], totals["living"]),
        )
        for section in (
            self._stock,
            self._years,
            self._fields,
            self._value,
            self._use,
            self._dormant,
            self._teams,
            self._method,
        ):
            section()
        self._doc.save(path)

    def _stock(self) -> None:
        self._head("study_h_stock")
        stock, totals = self._figures.stock, self._figures.totals
        first = stock[:3]
        self._say(
            "study_stock",
            top=stock[0]["owner"],
            top_living=stock[0]["living"],
            n=len(first),
            top_share=_share(sum(row["living"] for row in first), totals["living"]),
        )
        if totals["cannot_say"]:
            self._say("study_stock_unknown", cannot_say=totals["cannot_say"])
        kinds = ("inventions", "utility_models", "designs")
        self._chart("study_t_stock", stock[:CHARTED_OWNERS], kinds)
        columns = ("total", "living", *kinds, "pending", "ended")
        self._owner_table("study_t_stock", columns, lambda row, column: row[column])

    def _years(self) -> None:
        self._head("study_h_years")
        years = range(self._figures.day.year - self._rules.integer("study.years") + 1, self._figures.day.year + 1)
        by_year = {year: [self._figures.years.get((year, kind), 0) for kind in PATENT_TYPES] for year in years}
        sums = {year: sum(cells) for year, cells in by_year.items()}
        peak = max(sums, key=lambda year: sums[year])
        self._say(
            "study_years",
            first=years[0],
            last=years[-1],
            grants=sum(sums.values()),
            peak=peak,
            peak_grants=sums[peak],
        )
        title = phrase(self._rules, "study_t_years")
        chart = Chart(
            title,
            [str(year) for year in years],
            [
                (self._words.word("study_column", kind), [by_year[year][place] for year in years])
                for place, kind in enumerate(PATENT_TYPES)
            ],
            self._words.word("unit", "patent"),
            "Grants by year",
            [str(year) for year in years],
            [self._english.word("study_column", kind) for kind in PATENT_TYPES],
            "patents",
            upright=True,
        )
        self._picture(title, chart)
        rows = [[str(year), *(str(cell) for cell in by_year[year]), str(sums[year])] for year in years]
        self._table(title, _Table(("year", *PATENT_TYPES, "sum"), rows, (30, 32, 32, 32, 30)))

    def _fields(self) -> None:
        self._head("study_h_fields")
        fields, living = self._figures.fields, self._figures.totals["living"]
        self._say(
            "study_fields",
            fields="、".join(name for name, _ in fields[:3]),
            n=len(fields),
            share=_share(sum(number for _, number in fields), living),
        )
        title = phrase(self._rules, "study_t_fields")
        names, numbers = [name for name, _ in fields], [number for _, number in fields]
        unit = self._words.word("unit", "patent")
        if fields:
            series = [(self._words.word("study_column", "living"), numbers)]
            self._picture(title, Chart(title, names, series, unit, "IPC subclasses", names, ["Living"], "patents"))
        rows = [[name, str(number), _share(number, living)] for name, number in fields]
        self._table(title, _Table(("subclass", "living", "share"), rows, (50, 50, 50)))

    def _value(self) -> None:
        self._head("study_h_value")
        grades = self._figures.grades
        if grades is None:
            self._say("study_value_none", day=self._figures.day)
            return
        sums = sum(grades.values(), Counter())
        scheme = {name: self._rules.text(f"scheme.{name}") for name in ("name", "notice")}
        self._say(
            "study_value", a=sums["A"], b=sums["B"], c=sums["C"], d=sums["D"], high=sums["high_value"],
            scheme=scheme["name"], notice=scheme["notice"],
        )  # fmt: skip
        columns = ("A", "B", "C", "D", "high_value")
        self._owner_table("study_t_value", columns, lambda row, column: grades.get(row["owner_key"], Counter())[column])

    def _use(self) -> None:
        self._head("study_h_use")
        use, years = self._figures.use, self._figures.use_years
        if not use:
            self._say("study_use_none")
        pieces: Counter[str] = Counter()
        for (_, what), number in use.items():
            pieces[what] += number
        self._say(
            "study_use",
            first=self._figures.first_year,
            licences=pieces["licence"],
            transfers=pieces["transfer"],
            struck=self._figures.struck,
            msme=pieces["msme"],
            pledges=self._figures.pledges,
            contracts=self._figures.contracts,
        )
        shown = range(self._figures.first_year, self._figures.day.year + 1)
        rows = [
            [str(year), str(years.get((year, "licence"), 0)), str(years.get((year, "transfer"), 0))] for year in shown
        ]
        self._table(phrase(self._rules, "study_t_use"), _Table(("year", "licence", "transfer"), rows, (50, 50, 50)))
        title = phrase(self._rules, "study_t_use_owner", first=self._figures.first_year)
        columns = ("licence", "transfer", "msme")
        self._owner_table(title, columns, lambda row, column: use.get((row["owner_key"], column), 0), is_title=True)

    def _dormant(self) -> None:
        self._head("study_h_dormant")
        states = self._figures.states
        if states is None:
            self._say("study_dormant_none", day=self._figures.day)
            return
        sums = sum(states.values(), Counter())
        self._say(
            "study_dormant",
            candidates=sums["dormancy_candidate"],
            to_verify=sums["to_verify"],
            dormant=sums["dormant"],
            exploited=sums["exploited"],
            reason=sums["proper_reason"],
        )
        self._owner_table(
            "study_t_dormant", STATES, lambda row, column: states.get(row["owner_key"], Counter())[column]
        )

    def _teams(self) -> None:
        self._head("study_h_teams")
        teams = self._figures.teams
        self._say(
            "study_teams",
            least=self._rules.integer("study.team_patents"),
            teams=sum(row["teams"] for row in teams.values()),
            patents=sum(row["patents"] for row in teams.values()),
            with_firms=self._figures.totals["with_firms"],
        )
        names = {"teams": "teams", "team_patents": "patents", "largest": "largest"}

        def cell(row: Row, column: str) -> int:
            if column == "with_firms":
                return int(row["with_firms"])
            found = teams.get(row["owner_key"])
            return int(found[names[column]]) if found else 0

        self._owner_table("study_t_teams", ("teams", "team_patents", "largest", "with_firms"), cell, summed=False)

    def _method(self) -> None:
        self._head("study_h_method")
        day = _long(self._rules, self._figures.day)
        for line in notes_of(self._rules, "study_method", day=day, pack=self._rules.pack, version=self._rules.version):
            self._doc.text(line)

    def _head(self, name: str) -> None:
        self._doc.heading(phrase(self._rules, name))

    def _say(self, name: str, **values: object) -> None:
        shown = {
            key: f"{value:,}" if isinstance(value, int) and value > 9999 else value for key, value in values.items()
        }
        self._doc.text(phrase(self._rules, name, **shown))

    def _owner_table(
        self,
        name: str,
        columns: Sequence[str],
        cell: Callable[[Row, str], int],
        *,
        summed: bool = True,
        is_title: bool = False,
    ) -> None:
        """A table with a row for each owner shown, one for all others, and their sum where columns can be summed."""
        title = name if is_title else phrase(self._rules, name)
        rows = [[row["owner"], *(str(cell(row, column)) for column in columns)] for row in self._owners]
        others = self._figures.stock[SHOWN_OWNERS:]
        if others and summed:
            label = f"{self._words.word('study_column', 'others')}（{len(others)}）"
            rows.append([label, *(str(sum(cell(row, column) for row in others)) for column in columns)])
        if summed:
            sums = (str(sum(cell(row, column) for row in self._figures.stock)) for column in columns)
            rows.append([self._words.word("study_column", "sum"), *sums])
        rest = (TEXT_WIDTH_MM - 48) / len(columns)
        self._table(title, _Table(("owner", *columns), rows, (48, *[rest] * len(columns))))

    def _table(self, title: str, table: _Table) -> None:
        self._tables += 1
        self._doc.caption(phrase(self._rules, "study_table", number=self._tables, title=title))
        headings = [self._words.word("study_column", column) for column in table.columns]
        self._doc.table(headings, table.rows, widths_mm=table.widths)

    def _chart(self, name: str, rows: Sequence[Row], columns: Sequence[str]) -> None:
        title = phrase(self._rules, name)
        chart = Chart(
            title,
            [row["owner"] for row in rows],
            [(self._words.word("study_column", column), [row[column] for row in rows]) for column in columns],
            self._words.word("unit", "patent"),
            "Living patents by institution",
            [f"No. {place}" for place in range(1, len(rows) + 1)],
            [self._english.word("study_column", column) for column in columns],
            "patents",
        )
        self._picture(title, chart)

    def _picture(self, title: str, chart: Chart) -> None:
        self._pictures += 1
        self._doc.picture(chart_png(chart), width_mm=150, alternative=title)
        self._doc.caption(phrase(self._rules, "study_picture", number=self._pictures, title=title), above=False)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "—"


def _long(rules: InForce, day: date) -> str:
    return phrase(rules, "day_long", year=day.year, month=day.month, day=day.day)
