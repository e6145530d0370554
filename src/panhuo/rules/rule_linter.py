"""The count-rule linter (INC-03): targets and statistics may count anything, money and verdicts may not.

What is refused, from which day, on which basis and with what allowed instead stands in the pack table
count_rule_bases; which counts are filings or grants in counted_events. A child may not replace these, and may lower
the two limits only. Worked table: docs/algorithms/rule-linter.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from panhuo.rules.problems import Problem
from panhuo.rules.programme_rules import Condition, Criterion, Driver, Effect, Place, read_criteria
from panhuo.rules.regions import words
from panhuo.rules.required import TABLES
from panhuo.rules.tables import Row, Table, extend_table
from panhuo.rules.values import Parameter, read_day

__all__ = ["Clause", "Layer", "Limits", "Refusal", "lint", "read_clause", "refusals", "without_conversion"]

RULES = "programme_rules"
BASES, EVENTS, COSTS = "count_rule_bases", "counted_events", "covered_costs"
FIXED = (BASES, EVENTS, COSTS)
MAIN_WEIGHT, FEE_SHARE = "programmes.main_condition_weight", "programmes.most_fee_share"
LIMITS = (MAIN_WEIGHT, FEE_SHARE)
OFFICIAL_FEES = ("official_fees",)


@dataclass(frozen=True, slots=True)
class Layer:
    """Tables and parameters of one pack's own files."""

    pack: str
    tables: Mapping[str, Table]
    parameters: Mapping[str, Parameter]


@dataclass(frozen=True, slots=True)
class Clause:
    """One row of count_rule_bases: what is refused on which days.

    drivers: counts it is about, empty for any. binds: "" for everyone. test: a name of TESTS.
    """

    clause: str
    letter: str
    effect: Effect
    drivers: tuple[Driver, ...]
    costs: tuple[str, ...]
    binds: str
    test: str
    since: date
    until: date
    may_override: bool
    basis: str
    said: str
    allowed: str

    def is_about(self, criterion: Criterion) -> bool:
        return (
            self.effect in criterion.effects
            and (not self.drivers or criterion.driver in self.drivers)
            and self.binds in ("", criterion.binds)
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """The two limits as dated parameters; before its first value a limit is that one, a repealed one allows nothing."""

    main_weight: Parameter
    fee_share: Parameter

    def at(self, day: date) -> tuple[Decimal, Decimal]:
        """Largest weight that is not main, and largest share of official fees."""
        return _value(self.main_weight, day), _value(self.fee_share, day)

    @property
    def days(self) -> set[date]:
        return {dated.since for one in (self.main_weight, self.fee_share) for dated in one.values}


def _value(parameter: Parameter, day: date) -> Decimal:
    value = (parameter.on(day) or parameter.values[0]).value
    return value if isinstance(value, Decimal) else Decimal(0)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that a clause refuses, the first day on which it does, and the offending part of the rule."""

    clause: Clause
    criterion: Criterion
    day: date
    offending: str

    @property
    def message(self) -> str:
        may = "Override: in writing only" if self.clause.may_override else "No override"
        return (
            f"refused under ({self.clause.letter}) {self.clause.said}, on {self.day}: {self.offending}. "
            f"依据 Basis: {self.clause.basis}. 可改为 Allowed instead: {self.clause.allowed}. {may}"
        )


def lint(layers: Sequence[Layer]) -> tuple[list[Problem], list[Problem]]:
    """What keeps a pack from loading for its programme rules, and notes that only the check tells.

    Args:
        layers: the pack and its parents, the root first.
    """
    problems = [*_fixed(layers), *_raised(layers)]
    placed = _placed(layers)
    if not placed or problems:
        return problems, []
    tables = {name: table for layer in layers for name, table in layer.tables.items() if name in FIXED}
    limits = {name: one for layer in layers for name, one in layer.parameters.items() if name in LIMITS}
    lacking = [name for name in (*FIXED, *LIMITS) if name not in {**tables, **limits}]
    if lacking:
        return [_unjudged(placed[0][1], lacking)], []
    problems = [*_unlike(tables)]
    if problems:
        return problems, []
    drivers = {row["event"]: row["driver"] for row in tables[EVENTS].rows}
    criteria, problems = read_criteria(placed, drivers, [row["cost"] for row in tables[COSTS].rows])
    if problems:
        return problems, []
    clauses = [read_clause(row) for row in tables[BASES].rows]
    told = refusals(criteria, clauses, Limits(limits[MAIN_WEIGHT], limits[FEE_SHARE]))
    return [*_uneven(criteria), *(_told(one) for one in told)], without_conversion(criteria)


def refusals(criteria: Sequence[Criterion], clauses: Sequence[Clause], limits: Limits) -> Iterator[Refusal]:
    """Each row that a clause refuses on some day of its validity, once for each clause, with the first such day."""
    for rows in _by_rule(criteria).values():
        for clause in clauses:
            told: set[Criterion] = set()
            for day in _days(rows, clause, limits):
                held = [row for row in rows if row.holds_on(day)]
                for row, offending in TESTS[clause.test](clause, held, limits.at(day)):
                    excused = clause.may_override and row.override is not None and row.override.on <= day
                    if not excused and row not in told:
                        told.add(row)
                        yield Refusal(clause, row, day, offending)


def without_conversion(criteria: Sequence[Criterion]) -> list[Problem]:
    """Rules that judge and have no criterion of conversion, which JM-030 asks for; a note, no refusal."""
    return [
        Problem(
            rows[0].place.file,
            f"line {rows[0].place.line}, {rule}",
            "judges without any criterion of conversion; conversion benefit is to be an important one "
            "要将专利的转化效益作为重要评价标准 (JM-030)",
            fatal=False,
            line=rows[0].place.line,
        )
        for rule, rows in _by_rule(criteria).items()
        if Effect.VERDICT in rows[0].effects and not any(row.driver is Driver.CONVERSION for row in rows)
    ]


def _by_rule(criteria: Iterable[Criterion]) -> dict[str, list[Criterion]]:
    found: dict[str, list[Criterion]] = {}
    for one in criteria:
        found.setdefault(one.rule, []).append(one)
    return found


def _days(rows: Sequence[Criterion], clause: Clause, limits: Limits) -> list[date]:
    """Days on which something about the rule or its law changes, while both hold: between two of them nothing does."""
    changes = {clause.since, *limits.days}
    for row in rows:
        changes |= {row.since} | ({row.override.on} if row.override else set())
        if row.until < date.max:
            changes.add(row.until + timedelta(days=1))
    return sorted(
        day for day in changes if clause.since <= day <= clause.until and any(row.holds_on(day) for row in rows)
    )


Found = Iterator[tuple[Criterion, str]]


def _any_money(clause: Clause, rows: Sequence[Criterion], _limits: tuple[Decimal, Decimal]) -> Found:
    for row in rows:
        if clause.is_about(row):
            yield row, _cells(row)


def _over_fee_share(clause: Clause, rows: Sequence[Criterion], limits: tuple[Decimal, Decimal]) -> Found:
    """More than the share of official fees, or money of which nobody can say that it is not."""
    for row in rows:
        within = row.pays_for == OFFICIAL_FEES and row.share is not None and row.share <= limits[1]
        if clause.is_about(row) and not within:
            untold = "" if row.share is not None and row.pays_for else "; its share of the official fees is not told"
            yield row, f"{_cells(row)}{untold}; at most {limits[1]} of official_fees alone"


def _barred_costs(clause: Clause, rows: Sequence[Criterion], _limits: tuple[Decimal, Decimal]) -> Found:
    for row in rows:
        barred = [cost for cost in row.pays_for if cost in clause.costs]
        if clause.is_about(row) and barred:
            yield row, f"{_cells(row)}; barred: {', '.join(barred)}"


def _main_condition(clause: Clause, rows: Sequence[Criterion], limits: tuple[Decimal, Decimal]) -> Found:
    """Counts that alone, by their own word, or together by weight decide; what is not told is taken for main."""
    counts = [row for row in rows if clause.is_about(row)]
    together = sum((row.weight for row in counts if row.weight is not None), Decimal(0))
    for row in counts:
        if len(counts) == len(rows):
            yield row, f"{_cells(row)}; nothing but counts of filings or grants decides"
        elif row.condition in (Condition.SOLE, Condition.MAIN):
            yield row, _cells(row)
        elif together > limits[0]:
            yield row, f"{_cells(row)}; counts of filings and grants weigh {together} together, over {limits[0]}"
        elif row.weight is None and row.condition is Condition.UNTOLD:
            yield row, f"{_cells(row)}; neither weight nor condition is told"


Test = Callable[[Clause, Sequence[Criterion], tuple[Decimal, Decimal]], Found]
TESTS: Mapping[str, Test] = {
    "any": _any_money,
    "fee_share": _over_fee_share,
    "costs": _barred_costs,
    "main_condition": _main_condition,
}


def _cells(row: Criterion) -> str:
    told = (
        ("kind", row.kind),
        ("binds", row.binds if row.binds != "any" else ""),
        ("counted", row.counted),
        ("weight", row.weight),
        ("condition", row.condition),
        ("amount_cny", row.amount_cny),
        ("share", row.share),
        ("pays_for", ";".join(row.pays_for)),
    )
    return ", ".join(f"{name} {value}" for name, value in told if value not in ("", None))


def read_clause(row: Row) -> Clause:
    """A row of count_rule_bases."""
    document = " ".join(part for part in (row["document"], row["article"]) if part)
    return Clause(
        clause=row["clause"],
        letter=row["letter"],
        effect=Effect(row["effect"]),
        drivers=tuple(Driver(one) for one in words(row["drivers"])),
        costs=words(row["costs"]),
        binds=row["binds"],
        test=row["test"],
        since=read_day(row["since"]) or date.min,
        until=read_day(row["until"]) or date.max,
        may_override=row["override"] == "written",
        basis=f"{document} ({row['status']})",
        said=f"{row['zh']} {row['en']}",
        allowed=f"{row['allowed_zh']} {row['allowed_en']}",
    )


def _told(refusal: Refusal) -> Problem:
    place = refusal.criterion.place
    return Problem(place.file, f"line {place.line}, {refusal.criterion.rule}", refusal.message, line=place.line)


def _uneven(criteria: Sequence[Criterion]) -> Iterator[Problem]:
    """Rules that judge whose weights do not sum to one on a day: what is not listed could hide that a count decides."""
    for rule, rows in _by_rule(criteria).items():
        if Effect.VERDICT not in rows[0].effects:
            continue
        ends = {row.until + timedelta(days=1) for row in rows if row.until < date.max}
        for day in sorted({row.since for row in rows} | ends):  # a criterion that ends leaves more to the others
            held = [row for row in rows if row.holds_on(day)]
            weights = [row.weight for row in held if row.weight is not None]
            total = sum(weights, Decimal(0))
            if weights and (len(weights) < len(held) or total != 1):
                said = (
                    "some rows have no weight" if len(weights) < len(held) else f"the weights sum to {total}, not to 1"
                )
                place = held[-1].place
                yield Problem(place.file, f"line {place.line}, {rule}", f"on {day} {said}", line=place.line)
                break


def _placed(layers: Sequence[Layer]) -> list[tuple[Row, Place]]:
    """Rows of the rules that hold for the last layer, each with the place where it stands."""
    table: Table | None = None
    places: dict[int, Place] = {}
    for layer in layers:
        own = layer.tables.get(RULES)
        if own is None:
            continue
        file = own.file if layer is layers[-1] else f"{layer.pack}/{own.file}"
        places |= {id(row): Place(file, line) for row, line in zip(own.rows, own.lines, strict=True)}
        table = extend_table(table, own) if own.extends and table else own
    return [(row, places[id(row)]) for row in table.rows] if table else []


def _fixed(layers: Sequence[Layer]) -> Iterator[Problem]:
    for name in FIXED:
        holders = [layer for layer in layers if name in layer.tables]
        for layer in holders[1:]:
            said = f"the law in {name} stands in the pack {holders[0].pack}; a child may not replace or extend it"
            yield Problem(layer.tables[name].file, "line 1", said, line=1)


def _raised(layers: Sequence[Layer]) -> Iterator[Problem]:
    """Limits that a child sets higher than its nearest parent with that limit does on the same day."""
    for name in LIMITS:
        holders = [layer.parameters[name] for layer in layers if name in layer.parameters]
        for above, own in pairwise(holders):
            for day in sorted({dated.since for one in (own, above) for dated in one.values}):
                if _value(own, day) > _value(above, day):
                    said = f"is {_value(own, day)} on {day}, above the {_value(above, day)} of its parent; lower it"
                    yield Problem(own.file, f"line {own.line}, {name}", said, line=own.line)
                    break


def _unlike(tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Tables of the law that lack a column, or rows of it that no test can be made of."""
    for name, table in tables.items():
        lacking = set(TABLES["programmes"][name]) - {column.name for column in table.columns}
        if lacking:
            yield Problem(table.file, "line 1", f"lacks the columns {', '.join(sorted(lacking))}", line=1)
            return
    bases = tables[BASES]
    for row, line in zip(bases.rows, bases.lines, strict=True):
        sound = row["effect"] in tuple(Effect) and row["test"] in TESTS and set(words(row["drivers"])) <= set(Driver)
        if not sound:
            said = "its effect, its drivers or its test is none that the linter knows"
            yield Problem(bases.file, f"line {line}, {row['clause']}", said, line=line)


def _unjudged(place: Place, lacking: Sequence[str]) -> Problem:
    said = f"has programme rules, but no pack says what the law is ({', '.join(lacking)}); write parent: national"
    return Problem(place.file, f"line {place.line}", said, line=place.line)
