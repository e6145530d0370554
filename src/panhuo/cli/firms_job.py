"""The work of panhuo firms: every firm's texts held against the patents asked about, by the matcher of needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from panhuo.adapters.writers.layout import phrase
from panhuo.cli.match_rows import sentences
from panhuo.cli.register_firms import Firm, RegisterFirms
from panhuo.engine.matching.firm_ranking import (
    Boost,
    FirmRules,
    FirmText,
    PatentFacts,
    firm_score,
    holding,
)
from panhuo.engine.matching.needs import NeedRules, Part, understand
from panhuo.rules import InForce

if TYPE_CHECKING:
    from panhuo.cli.opened_matcher import OpenedMatcher
    from panhuo.engine.matching.query import Query
    from panhuo.engine.matching.ranking import Match

REASONS = 3
PRODUCTS_SHOWN = 3
PATENTS_AT_ONCE = 200
"""Patents held against all firms in one pass: as many as one way of seeking candidates gives."""


@dataclass(frozen=True, slots=True)
class _Text:
    """One text of a firm. number: of its need."""

    party: str
    kind: FirmText
    number: int = 0


@dataclass(slots=True)
class FirmLine:
    """One firm for one patent. parts: best match of each kind of text; needs: all its needs that fit, best first."""

    firm: Firm
    score: float
    parts: dict[FirmText, Match]
    needs: list[tuple[float, int]]
    boosts: list[Boost]
    reasons: list[str] = field(default_factory=list)

    def part(self, kind: FirmText) -> float:
        return self.parts[kind].score.total if kind in self.parts else 0.0


class FirmsJob:
    """One call."""

    def __init__(self, rules: InForce, firms: RegisterFirms, weights: FirmRules, known: NeedRules) -> None:
        self._rules, self._firms, self._weights, self._known = rules, firms, weights, known

    def lines(
        self, matcher: OpenedMatcher, patents: Mapping[int, Mapping[str, Any]], ids: Sequence[int], *, top: int
    ) -> Iterator[tuple[int, list[FirmLine]]]:
        """For each patent, in the order of ids, its best `top` firms; equal scores in the order of identity."""
        texts, queries = self._queries(matcher)
        found: dict[int, dict[str, list[tuple[_Text, Match]]]] = defaultdict(lambda: defaultdict(list))
        for start in range(0, len(ids), PATENTS_AT_ONCE):
            block = ids[start : start + PATENTS_AT_ONCE]
            shard = matcher.shard(block)
            told = matcher.outcomes(queries, shard, {}, top=len(block), team_rows=None)
            for text, outcome in zip(texts, told, strict=True):
                for match in outcome.matches:
                    found[match.asset_id][text.party].append((text, match))
        for asset_id in ids:
            yield asset_id, self._ranked(patents[asset_id], found.get(asset_id, {}), top)

    def _queries(self, matcher: OpenedMatcher) -> tuple[list[_Text], list[Query]]:
        texts: list[_Text] = []
        queries: list[Query] = []
        for firm in self._firms:
            for number, need in enumerate(firm.needs):
                texts.append(_Text(firm.party, FirmText.NEED, number))
                queries.append(matcher.query(need.need_id, need.said, firm=firm.name))
            for kind, lines in ((FirmText.OWN_PATENTS, firm.titles), (FirmText.PRODUCTS, firm.products)):
                if lines:
                    said = understand("", self._known, given={Part.PROBLEM: "\n".join(lines)})
                    texts.append(_Text(firm.party, kind))
                    queries.append(matcher.query(f"{kind}:{firm.party}", said, firm=firm.name))
        return texts, queries

    def _ranked(
        self, patent: Mapping[str, Any], told: Mapping[str, Sequence[tuple[_Text, Match]]], top: int
    ) -> list[FirmLine]:
        owners = self._firms.parties(patent["owners"] or (), patent["owner_code"])
        tags = frozenset(tag for owner in owners for tag in self._firms.tags(owner))
        facts = PatentFacts(frozenset(patent["ipc_keys"] or ()), tags)
        lines = []
        for party, matches in told.items():
            if party in owners:
                continue  # whose patent it is need not be told of it
            firm = self._firms.firms[party]
            parts: dict[FirmText, Match] = {}
            needs = []
            for text, match in matches:
                if text.kind is FirmText.NEED:
                    needs.append((match.score.total, text.number))
                if text.kind not in parts or match.score.total > parts[text.kind].score.total:
                    parts[text.kind] = match
            needs.sort(key=lambda one: (-one[0], one[1]))
            given = holding(self._weights.boosts, facts, self._firms.facts(firm))
            scores = {kind: match.score.total for kind, match in parts.items()}
            lines.append(FirmLine(firm, firm_score(scores, given, self._weights.weights), parts, needs, given))
        lines.sort(key=lambda line: (-line.score, line.firm.party))
        listed = lines[:top]
        for line in listed:
            line.reasons = list(self._reasons(line, patent))
        return listed

    def _reasons(self, line: FirmLine, patent: Mapping[str, Any]) -> Iterator[str]:
        """What the texts say, then every boost, then facts until there are three."""
        told = [self._text_reason(kind, line) for kind in sorted(line.parts, key=lambda kind: -line.part(kind))]
        told += [
            self._say("firm_reason_boost", reason=one.reason, source=one.source_row, points=one.points)
            for one in line.boosts
        ]
        yield from told
        lacking = REASONS - len(told)
        if lacking > 0:
            yield from list(self._facts(line, patent))[:lacking]

    def _text_reason(self, kind: FirmText, line: FirmLine) -> str:
        told = line.parts[kind].reasons
        if kind is not FirmText.NEED:  # which part of a need a word stands in says nothing here
            told = tuple(replace(one, data={**one.data, "heard_in": []}) for one in told)
        why = "；".join(sentences(told, ipc="", years=None))
        if kind is FirmText.NEED:
            need = line.firm.needs[line.needs[0][1]]
            return self._say("firm_reason_need", title=need.title, need_id=need.need_id, why=why)
        if kind is FirmText.OWN_PATENTS:
            return self._say("firm_reason_own_patents", count=line.firm.own_patents, why=why)
        products = "、".join(line.firm.products[:PRODUCTS_SHOWN])
        return self._say("firm_reason_products", products=products, why=why)

    def _facts(self, line: FirmLine, patent: Mapping[str, Any]) -> Iterator[str]:
        if len(line.needs) > 1:
            yield self._say("firm_reason_more_needs", count=len(line.needs) - 1)
        if patent["ipc_main"] and patent["ipc_main"][:4] in line.firm.ipc:
            yield self._say("firm_reason_class", ipc=patent["ipc_main"][:4])
        region = self._firms.region(line.firm.region_code)
        if region and line.firm.region_code == patent["region_code"]:
            yield self._say("firm_reason_region", region=region)
        tags = self._firms.tag_words(line.firm.party)
        if tags:
            yield self._say("firm_reason_tag", tags="、".join(tags))
        if patent["years"] is not None:
            yield self._say("firm_reason_life", years=patent["years"])
        if patent["ipc_main"]:
            yield self._say("firm_reason_ipc", ipc=patent["ipc_main"])
        if region:
            yield self._say("firm_reason_where", region=region)

    def use(self, line: FirmLine) -> str:
        """What to begin with, by the kind of text that fits best."""
        best = max(line.parts, key=lambda kind: (line.part(kind), kind))
        return self._say(f"firm_use_{best}")

    def _say(self, name: str, **values: object) -> str:
        return phrase(self._rules, name, **values)
