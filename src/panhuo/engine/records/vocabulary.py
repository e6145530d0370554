"""The words of sources and what they mean, read once from the pack's tables for one import."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from panhuo.engine.records.amounts import amount_words
from panhuo.rules import InForce
from panhuo.terms.codes import is_within, parse_region_code, parse_uscc
from panhuo.terms.dates import parse_date
from panhuo.terms.errors import BadValue
from panhuo.terms.kinds import EventType, IpType

_POSTCODE = re.compile(r"^\d{6}\s*(?=\D)")


class Vocabulary:
    """Status words, event codes, kinds, offices and regions of one pack as dictionaries."""

    def __init__(self, rules: InForce) -> None:
        self._status = {_fold(row["word"]): (row["kind"], row["value"]) for row in rules.table("status_words")}
        self._codes: dict[tuple[str, str], str] = {}
        self._texts: dict[str, str] = {}
        for row in rules.table("event_codes"):
            if row["code"]:
                self._codes[(row["authority"], row["code"])] = row["event"]
            if row["text"]:
                self._texts.setdefault(_fold(row["text"]), row["event"])
        self._ip_types = {_fold(row["word"]): row["ip_type"] for row in rules.table("ip_type_words")}
        self._offices = {row["name"]: row["code"] for row in rules.table("jurisdictions")}
        self._regions: dict[str, str] = {}
        self._office_regions: dict[str, str] = {}
        for row in rules.table("regions"):
            for name in (row["name"], *row["aliases"].split(";")):
                if name:
                    self._regions.setdefault(name, row["code"])
            if row["office_code"]:
                self._office_regions.setdefault(row["office_code"], row["code"])
        words = rules.table("restriction_words")
        self._register_marks = tuple(row["word"] for row in words if row["meaning"] == "register")
        self.amount_words = amount_words(rules)
        self._longest = max((len(name) for name in self._regions), default=0)
        self._by_address: dict[str, str] = {}
        self._owner_codes: dict[str, str] = {}

    def status_word(self, word: str) -> tuple[str, str]:
        """("status", LegalStatus) or ("event", EventType) or ("mark", ...); ("", "") for an unknown word."""
        return self._status.get(_fold(word), ("", ""))

    def event(self, code: str, text: str, authority: str) -> str:
        """EventType of an office's words, else of its code (words settle codes that changed), else OTHER."""
        found = self._texts.get(_fold(text).lstrip("+-")) if text else None
        return found or self._codes.get((authority, code)) or EventType.OTHER

    def ip_type(self, word: str) -> IpType | None:
        found = self._ip_types.get(_fold(word))
        return IpType(found) if found else None

    def jurisdiction(self, word: str) -> str:
        """Two-letter code of an office named by code or in words; "" when not told."""
        if len(word) == 2 and word.isascii():
            return word.upper()
        return self._offices.get(word, "")

    def region(self, word: str, address: str) -> str:
        """Region code from a code or name and the beginning of an address; "" when neither says it.

        The address narrows the region that is stated (广东;44 and 广东省江门市 is 江门市); where it lies outside, the
        stated region stands.
        """
        if not word and not address:
            return ""
        key = f"{word}|{address[:40]}"
        found = self._by_address.get(key)
        if found is None:
            if len(self._by_address) > 200_000:
                self._by_address.clear()
            found = self._by_address[key] = self._narrowed(self._find_region(word), address)
        return found

    def _narrowed(self, stated: str, address: str) -> str:
        names = _POSTCODE.sub("", address.strip())
        if not stated:
            return self._find_region(names)
        found = self._named(names.removeprefix("中国").strip(), stated)
        return found or stated

    def _find_region(self, text: str) -> str:
        text = text.strip().removeprefix("中国").strip()
        digits = text.split(";")[-1].strip() if ";" in text else text
        if digits in self._office_regions:
            return self._office_regions[digits]
        if digits[:2].isdigit():
            code = digits[:6] if digits[:6].isdigit() and len(digits[:6]) == 6 else digits[:2] + "0000"
            try:
                return parse_region_code(code)
            except BadValue:
                return ""
        return self._named(text, "")

    def _named(self, text: str, within: str) -> str:
        """The deepest region that the names at the beginning of a text lead to, inside `within`; "" for none."""
        best, rest = "", text
        while rest:  # 广东省 江门市 蓬江区: each further name inside the last one narrows it
            length = next((n for n in range(min(self._longest, len(rest)), 1, -1) if rest[:n] in self._regions), 0)
            if not length:
                break
            inside = best or within
            code = self._regions[rest[:length]]
            if inside and not is_within(code, inside):
                break
            best, rest = code, rest[length:].lstrip("省市区县 ,，;；")
        return best

    def owner_code(self, text: str) -> str:
        """A valid USCC, else ""; a wrong code must not stand as somebody's name."""
        if not text:
            return ""
        found = self._owner_codes.get(text)
        if found is None:
            try:
                found = parse_uscc(text)
            except BadValue:
                found = ""
            self._owner_codes[text] = found
        return found

    def owners_part(self, text: str) -> str:
        """A cell of restrictions without what a list of ours wrote into it from the register.

        That stands behind a mark of the pack (table restriction_words) and is not the owner's statement.
        """
        for mark in self._register_marks:
            text = text.partition(mark)[0]
        return text.rstrip(" ;；")

    @staticmethod
    def event_details(details: Mapping[str, str]) -> dict[str, Any]:
        """Known details of an event as columns of EventRecord; unreadable ones are left out."""
        found: dict[str, Any] = {}
        if details.get("ends_on"):
            found["ends_on"] = _date_or_none(details["ends_on"])
        if details.get("terms"):
            found["terms"] = licence_terms(details["terms"])
        return found


def licence_terms(word: str) -> str:
    """exclusive, sole, ordinary, cross, sub or open from a source's word (独占许可); "" when it says none."""
    for chinese, term in TERMS.items():
        if chinese in word:
            return term
    return word if word in TERMS.values() else ""


TERMS = {
    "独占": "exclusive",
    "排他": "sole",
    "独家": "sole",
    "普通": "ordinary",
    "开放": "open",
    "交叉": "cross",
    "分许可": "sub",
}


def _date_or_none(text: str) -> date | None:
    try:
        return parse_date(text)
    except BadValue:
        return None


def _fold(text: str) -> str:
    return text.strip().replace("（", "(").replace("）", ")").replace(" ", "").upper()
