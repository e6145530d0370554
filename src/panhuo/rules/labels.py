"""Words for codes in what people open (pack table labels and the tables that name their own codes)."""

from __future__ import annotations

from collections.abc import Iterable

from panhuo.rules.pack import InForce

NAMED_ELSEWHERE = {
    "dormancy_reason": ("dormancy_situations", "situation"),
    "dormancy_flag": ("dormancy_flags", "flag"),
    "proper_reason": ("proper_reasons", "code"),
    "indicator": ("scheme_indicators", "code"),
    "scheme_finding": ("scheme_findings", "finding"),
    "scene": ("scheme_scenes", "scene"),
    "pledge_ground": ("pledge_grounds", "ground"),
    "advice_rule": ("advice_rules", "rule"),
    "advice_duty": ("advice_duties", "duty"),
    "portfolio_role": ("portfolio_roles", "role"),
    "card_part": ("card_parts", "part"),
    "project_type": ("project_types", "code"),
    "edition_audience": ("edition_audiences", "audience"),
}


class Labels:
    """Chinese (or English) words by kind and code; a code without a word stands as it is."""

    def __init__(self, rules: InForce, language: str = "zh") -> None:
        self._words = {(row["kind"], row["code"]): row[language] for row in rules.table("labels")}
        for kind, (table, key) in NAMED_ELSEWHERE.items():
            for row in rules.table(table):
                self._words.setdefault((kind, row[key]), row[language])
        for row in rules.table("proper_reasons"):
            self._words.setdefault(("dormancy_reason", row["code"]), row[language])

    def word(self, kind: str, code: str) -> str:
        return self._words.get((kind, code), code)

    def notes(self, keys: Iterable[str]) -> dict[str, str]:
        """What a reader should know of a column, for those keys that have a note."""
        return {key: self._words["column_note", key] for key in keys if ("column_note", key) in self._words}
