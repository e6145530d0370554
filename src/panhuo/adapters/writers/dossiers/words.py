"""The words of a printed dossier, from the pack (dossier_words, labels)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from panhuo.adapters.writers.dossiers.told import NONE, Told, as_text, joined, percent, yuan
from panhuo.rules import InForce
from panhuo.rules.labels import Labels
from panhuo.terms.errors import DomainError


class Words:
    """say: a sentence by its code. of: the word for a code that a dossier holds, the code where there is none."""

    def __init__(self, rules: InForce) -> None:
        self._texts = {row["code"]: row["text"] for row in rules.table("dossier_words")}
        self._percent = {code.removeprefix("percent.") for code in self._texts if code.startswith("percent.")}
        self._places = {code: place for place, code in enumerate(self._texts)}
        self._labels = Labels(rules)
        self._pack = rules.pack
        self._rules = rules

    def say(self, code: str, **values: object) -> str:
        """Raises: DomainError code unknown_output where the pack lacks the sentence."""
        if code not in self._texts:
            raise DomainError(
                f"Pack {self._pack} has no text {code} in dossier_words. Add it.", code="unknown_output", output=code
            )
        return self._texts[code].format(**values)

    def of(self, kind: str, code: str) -> str:
        if not code:
            return NONE
        found = self._texts.get(f"{kind}.{code}")
        return as_text(found if found is not None else self._labels.word(kind, code))

    def field(self, name: str) -> str:
        return self.of("field", name)

    def rule(self, name: str) -> str:
        """What a rule or table (table:NAME) is called in the pack at hand, else its name alone."""
        pack = self._rules.source_pack
        if name.startswith("table:"):
            table = pack.tables.get(name.removeprefix("table:"))
            return table.label.get("zh", NONE) if table else NONE
        parameter = pack.parameters.get(name)
        return parameter.label.get("zh", NONE) if parameter else NONE

    def table_status(self, name: str) -> str:
        """Status of a table in the pack at hand, "" where it has none of that name."""
        table = self._rules.source_pack.tables.get(name)
        return table.source.status if table else ""

    def stated(self, told: Told, *, without: tuple[str, ...] = ()) -> list[tuple[str, str]]:
        """All entries of a part of the inputs, one row each; the name of a group stands before those within it."""
        rows: list[tuple[str, str]] = []
        for name, value in self._in_order(told.pairs):
            if name not in without:
                rows += self._rows(self.field(name), name, value, is_money=name.endswith("_cny"))
        return rows

    def _in_order(self, pairs: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """Entries in the order of their words in the pack; those without a word last, as they come."""
        return sorted(pairs.items(), key=lambda pair: self._places.get(f"field.{pair[0]}", len(self._places)))

    def _rows(self, label: str, name: str, value: object, *, is_money: bool) -> list[tuple[str, str]]:
        if isinstance(value, dict):
            return [
                row
                for key, one in self._in_order(value)
                for row in self._rows(f"{label}：{self.field(key)}", key, one, is_money=is_money)
            ]
        if isinstance(value, list):
            return [(label, joined(self._shown(name, one, is_money=is_money) for one in value))]
        return [(label, self._shown(name, value, is_money=is_money))]

    def _shown(self, name: str, value: object, *, is_money: bool) -> str:
        text = as_text(value)
        if is_money:
            return yuan(text)
        if name in self._percent:
            return percent(text)
        return self._texts.get(f"value.{name}.{text}", text)
