"""An operator's licensed copy of a standard's indicators and weights, read from sheets into a scheme.

The sheets come as texts with their places; nothing of a scheme is given out unless every cell is right. Which headings,
scenes and words are understood stands in the pack table standard_words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from panhuo.rules.tables import Row

__all__ = ["Fault", "Indicator", "Scheme", "Sheet", "SheetRow", "Words", "folded", "read_scheme", "words_of"]

SCORERS = ("automatic", "expert", "mixed")
DEEPEST = 3
MOST_DIGITS = 12
"""Digits of a weight; more are no weight that a person wrote."""
FINEST = Decimal("0.0001")
"""Scores count weights in these; a finer one would load and then refuse every grade."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row. cells: column's place -> text, empty ones left out."""

    number: int
    cells: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. header: column's place (0 is A) -> heading as written; header_row: its number."""

    name: str
    header_row: int
    header: Mapping[int, str]
    rows: Sequence[SheetRow]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell (C7) of a sheet; heading: of its column, "" for a whole sheet."""

    sheet: str
    cell: str
    heading: str
    message: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator; parent: code of another, "" on the first level. scorer: "" where it has parts."""

    code: str
    parent: str
    level: int
    zh: str
    en: str
    scorer: str
    rule: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """Indicators in the order of the sheet; weights: (scene, indicator's code) -> share among its sisters."""

    indicators: tuple[Indicator, ...]
    weights: Mapping[tuple[str, str], Decimal]

    @property
    def scenes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(scene for scene, _ in self.weights))


@dataclass(frozen=True, slots=True)
class Words:
    """What headings, scenes and ways of scoring are called: word in plain form -> code."""

    headings: Mapping[str, str]
    scenes: Mapping[str, str]
    scorers: Mapping[str, str]

    def field_of(self, heading: str) -> str:
        """code, zh, en, parent, scorer, rule, scene, weight, weight.<scene>, or "" for a heading not known."""
        plain = folded(heading)
        scene = self.scenes.get(plain.removesuffix("权重").removesuffix("weight").removeprefix("weight"))
        return self.headings.get(plain) or (f"weight.{scene}" if scene else "")


def words_of(rows: Iterable[Row]) -> Words:
    """From rows of standard_words."""
    kinds: dict[str, dict[str, str]] = {"heading": {}, "scene": {}, "scorer": {}}
    for row in rows:
        kinds.setdefault(row["kind"], {})[folded(row["word"])] = row["value"]
    return Words(kinds["heading"], kinds["scene"], kinds["scorer"])


def folded(text: str) -> str:
    """Letters, digits and characters alone, in small letters of one width: 金融类 (权重) and 金融类权重 are one."""
    return "".join(one for one in unicodedata.normalize("NFKC", text).casefold() if one.isalnum())


@dataclass(slots=True)
class _Entry:
    """One row of indicators while it is read. code: as written, or given to it; level: 0 before it is known."""

    sheet: Sheet
    row: SheetRow
    zh: str
    told: Mapping[str, str]
    code: str = ""
    parent: _Entry | None = None
    level: int = 0
    children: list[_Entry] = field(default_factory=list)


def read_scheme(sheets: Sequence[Sheet], words: Words, known: Sequence[Row] = ()) -> tuple[Scheme | None, list[Fault]]:
    """The scheme of the sheets, or None and all that is wrong with them.

    Args:
        sheets: one with indicators, parents and a column of weights for each scene; or one with indicators and one
            with scene, indicator and weight. Sheets with other headings are passed over.
        known: rows of the parent's scheme_indicators. An indicator of the same name takes over its code, its way of
            scoring and its automatic rule, unless the sheet says otherwise.
    """
    rules = {row["rule"] for row in known if row.get("rule")}
    reading = _Reading(words, {folded(row["zh"]): row for row in known}, rules)
    tree = [sheet for sheet in sheets if "zh" in reading.fields(sheet) or "code" in reading.fields(sheet)]
    tree = [sheet for sheet in tree if "scene" not in reading.fields(sheet)]
    weights = [sheet for sheet in sheets if {"scene", "weight"} <= set(reading.fields(sheet))]
    for sheet in tree:
        reading.take_indicators(sheet)
    if not reading.entries:
        reading.blame_all(sheets)
        return None, reading.faults
    reading.join()
    for sheet in tree:
        reading.take_scene_columns(sheet)
    for sheet in weights:
        reading.take_weight_rows(sheet)
    reading.prove_weights()
    return (None if reading.faults else reading.scheme()), reading.faults


class _Reading:
    """Gathers entries, weights and faults of one set of sheets."""

    def __init__(self, words: Words, known: Mapping[str, Row], rules: set[str]) -> None:
        self._words, self._known, self._rules = words, known, rules
        self.entries: list[_Entry] = []
        self.faults: list[Fault] = []
        self._by_word: dict[str, _Entry] = {}
        self._weights: dict[tuple[str, int], tuple[Decimal, Sheet, int, int]] = {}

    def fields(self, sheet: Sheet) -> dict[str, int]:
        """Field -> column's place; of two columns of one field the first."""
        found: dict[str, int] = {}
        for place, heading in sheet.header.items():
            name = self._words.field_of(heading)
            if name:
                found.setdefault(name, place)
        return found

    def blame(self, sheet: Sheet, number: int, place: int | None, message: str) -> None:
        cell = f"{_letters(place)}{number}" if place is not None else f"row {number}"
        heading = sheet.header.get(place, "") if place is not None else ""
        self.faults.append(Fault(sheet.name, cell, heading, message))

    def blame_all(self, sheets: Sequence[Sheet]) -> None:
        asked = "a column with the name or the code of each indicator (指标名称, 指标编码)"
        if not sheets:
            self.faults.append(Fault("", "", "", f"the file has no sheet with {asked}; --template writes one to fill"))
        for sheet in sheets:
            self.blame(
                sheet, sheet.header_row, None, f"no indicator was found; a sheet needs {asked} and rows below it"
            )

    def take_indicators(self, sheet: Sheet) -> None:
        places = self.fields(sheet)
        for name, place in self._doubled(sheet):
            self.blame(sheet, sheet.header_row, place, f"a second column for {name}; leave one")
        for row in sheet.rows:
            told = {name: row.cells[place] for name, place in places.items() if row.cells.get(place)}
            name = told.get("zh") or told.get("code", "")
            if not name:
                self.blame(sheet, row.number, places.get("zh", places.get("code")), "the indicator has no name")
                continue
            entry = _Entry(sheet, row, name, told)
            for word in dict.fromkeys((_code_word(told.get("code", "")), _name_word(name))):
                other = self._by_word.setdefault(word, entry) if word[2:] else entry
                if other is not entry:
                    said = f"{name} stands in row {other.row.number} of {other.sheet.name or 'the file'} already"
                    self.blame(sheet, row.number, places.get("zh", places.get("code")), said)
            self.entries.append(entry)

    def _named(self, text: str) -> _Entry | None:
        """The indicator of a code, else of a name."""
        return self._by_word.get(_code_word(text)) or self._by_word.get(_name_word(text))

    def _doubled(self, sheet: Sheet) -> Iterator[tuple[str, int]]:
        first = self.fields(sheet)
        for place, heading in sheet.header.items():
            name = self._words.field_of(heading)
            if name and first[name] != place:
                yield name, place

    def join(self) -> None:
        """Parents, levels, codes and scorers."""
        for entry in self.entries:
            self._find_parent(entry)
        for entry in self.entries:
            self._find_level(entry)
        if not self.faults:
            self._give_codes()
        for entry in self.entries:
            self._check_scoring(entry)

    def _find_parent(self, entry: _Entry) -> None:
        said = entry.told.get("parent", "")
        if not said:
            return
        found = self._named(said)
        place = self.fields(entry.sheet)["parent"]
        if found is None:
            self.blame(entry.sheet, entry.row.number, place, f"{said!r} is no code or name of an indicator here")
        elif found is entry:
            self.blame(entry.sheet, entry.row.number, place, "an indicator is not its own parent")
        else:
            entry.parent = found
            found.children.append(entry)

    def _find_level(self, entry: _Entry) -> None:
        level, above = 1, entry.parent
        while above is not None and level <= DEEPEST:
            level, above = level + 1, above.parent
        if level > DEEPEST:
            said = f"it lies deeper than {DEEPEST} levels, or its parents make a circle"
            self.blame(entry.sheet, entry.row.number, self.fields(entry.sheet)["parent"], said)
        entry.level = level

    def _give_codes(self) -> None:
        """Codes as written, else of the known indicator of that name, else numbers of the tree such as 1.2.3."""
        taken: dict[str, _Entry] = {}
        roots = [entry for entry in self.entries if entry.parent is None]
        for entry, number in _numbered(roots, ""):
            known = self._known.get(folded(entry.zh))
            entry.code = entry.told.get("code") or (known["code"] if known else number)
            place = self.fields(entry.sheet).get("code")
            if entry.code.split() != [entry.code]:
                self.blame(entry.sheet, entry.row.number, place, f"the code {entry.code!r} holds a blank")
            if taken.setdefault(entry.code, entry) is not entry:
                said = f"the code {entry.code} is that of row {taken[entry.code].row.number}; write codes for both"
                self.blame(entry.sheet, entry.row.number, place, said)

    def _check_scoring(self, entry: _Entry) -> None:
        places = self.fields(entry.sheet)
        scorer = entry.told.get("scorer", "")
        if scorer and folded(scorer) not in self._words.scorers:
            said = f"{scorer!r} is no way of scoring: {', '.join(SCORERS)}"
            self.blame(entry.sheet, entry.row.number, places["scorer"], said)
            return
        rule = entry.told.get("rule", "")
        if rule and self._rules and rule not in self._rules:
            said = f"{rule!r} is no automatic rule; known are {', '.join(sorted(self._rules))}"
            self.blame(entry.sheet, entry.row.number, places["rule"], said)
        given, own = self._scoring(entry)
        if given in ("automatic", "mixed") and not own:
            said = f"{given} scoring needs the name of an automatic rule; name it, or let an expert score"
            self.blame(entry.sheet, entry.row.number, places.get("scorer"), said)

    def _scoring(self, entry: _Entry) -> tuple[str, str]:
        """Scorer and rule of an indicator without parts; an expert where nobody says otherwise."""
        if entry.children:
            return "", ""
        known = self._known.get(folded(entry.zh))
        scorer = self._words.scorers.get(folded(entry.told.get("scorer", "")), "")
        rule = entry.told.get("rule") or (known.get("rule", "") if known else "")
        scorer = scorer or (known.get("scorer", "") if known else "") or ("automatic" if rule else "expert")
        return scorer, "" if scorer == "expert" else rule

    def take_scene_columns(self, sheet: Sheet) -> None:
        columns = {name: place for name, place in self.fields(sheet).items() if name.startswith("weight.")}
        rows = {entry.row.number: number for number, entry in enumerate(self.entries) if entry.sheet is sheet}
        for name, place in columns.items():
            for row in sheet.rows:
                if row.number in rows and row.cells.get(place):
                    self._weigh(name.partition(".")[2], rows[row.number], row.cells[place], sheet, row.number, place)

    def take_weight_rows(self, sheet: Sheet) -> None:
        places = self.fields(sheet)
        order = {id(entry): number for number, entry in enumerate(self.entries)}
        for row in sheet.rows:
            told = {name: row.cells.get(place, "") for name, place in places.items()}
            scene = self._words.scenes.get(folded(told["scene"]))
            name = told.get("code") or told.get("zh", "")
            entry = self._named(name)
            if scene is None:
                self.blame(sheet, row.number, places["scene"], f"{told['scene']!r} is no scene: {self._scene_names()}")
            elif entry is None:
                place = places.get("code", places.get("zh"))
                self.blame(sheet, row.number, place, f"{name!r} is no code or name of an indicator")
            elif not told["weight"]:
                self.blame(sheet, row.number, places["weight"], "the weight is empty")
            else:
                self._weigh(scene, order[id(entry)], told["weight"], sheet, row.number, places["weight"])

    def _scene_names(self) -> str:
        return ", ".join(dict.fromkeys(self._words.scenes.values()))

    def _weigh(self, scene: str, number: int, text: str, sheet: Sheet, row: int, place: int) -> None:
        weight = _weight(text)
        if weight is None:
            said = f"{text!r} is no weight from 0 to 1 of at most {MOST_DIGITS} digits; write 0.30 or 30%"
            self.blame(sheet, row, place, said)
        elif weight % FINEST:
            said = f"{text!r} is finer than {FINEST}, in which scores count weights; write four decimals (33.33%)"
            self.blame(sheet, row, place, said)
        elif (scene, number) in self._weights:
            _, other, line, column = self._weights[scene, number]
            said = (
                f"{self.entries[number].zh} has a weight for {scene} in {other.name} {_letters(column)}{line} already"
            )
            self.blame(sheet, row, place, said)
        else:
            self._weights[scene, number] = (weight, sheet, row, place)

    def prove_weights(self) -> None:
        """In each scene that has weights every indicator has one, and those of sisters sum to one."""
        scenes = list(dict.fromkeys(scene for scene, _ in self._weights))
        if not scenes and not self.faults:
            first = self.entries[0].sheet
            asked = "a scene needs a column (金融类权重), or rows of a second sheet (场景, 指标, 权重)"
            said = f"no weight was found; {asked}: {self._scene_names()}"
            self.blame(first, first.header_row, None, said)
        for scene in scenes:
            missing = [one for number, one in enumerate(self.entries) if (scene, number) not in self._weights]
            for entry in missing:
                place = self.fields(entry.sheet).get(f"weight.{scene}")
                self.blame(entry.sheet, entry.row.number, place, f"{entry.zh} has no weight for {scene}")
            if not missing:
                self._prove_sums(scene)

    def _prove_sums(self, scene: str) -> None:
        sisters: dict[int, list[int]] = {}
        for number, entry in enumerate(self.entries):
            sisters.setdefault(id(entry.parent), []).append(number)
        for members in sisters.values():
            total = sum((self._weights[scene, number][0] for number in members), Decimal(0))
            if total != 1:
                _, sheet, row, place = self._weights[scene, members[0]]
                above = self.entries[members[0]].parent
                names = ", ".join(self.entries[number].zh for number in members)
                under = f"under {above.zh}" if above else "on the first level"
                said = f"the weights {under} for {scene} sum to {total}, not to 1: {names}"
                self.blame(sheet, row, place, said)

    def scheme(self) -> Scheme:
        """The scheme, once there are no faults."""
        indicators = []
        for entry in self.entries:
            known = self._known.get(folded(entry.zh))
            english = entry.told.get("en") or (known.get("en", "") if known else "")
            above = entry.parent.code if entry.parent else ""
            indicators.append(Indicator(entry.code, above, entry.level, entry.zh, english, *self._scoring(entry)))
        weights = {
            (scene, self.entries[number].code): told[0]
            for (scene, number), told in sorted(self._weights.items(), key=lambda item: item[0])
        }
        return Scheme(tuple(indicators), weights)


def _code_word(text: str) -> str:
    """A code for looking up: 1.11 and 11.1 are two."""
    return f"c:{unicodedata.normalize('NFKC', text).strip().casefold()}"


def _name_word(text: str) -> str:
    return f"n:{folded(text)}"


def _numbered(entries: Sequence[_Entry], above: str) -> Iterator[tuple[_Entry, str]]:
    for number, entry in enumerate(entries, 1):
        own = f"{above}.{number}" if above else str(number)
        yield entry, own
        yield from _numbered(entry.children, own)


def _weight(text: str) -> Decimal | None:
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        number = Decimal(plain.removesuffix("%").strip())
    except InvalidOperation:
        return None
    if not number.is_finite() or len(number.as_tuple().digits) > MOST_DIGITS or abs(number.adjusted()) > MOST_DIGITS:
        return None
    share = number / 100 if plain.endswith("%") else number
    return share if 0 <= share <= 1 else None


def _letters(place: int) -> str:
    """A column's letters: 0 is A, 26 is AA."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text
