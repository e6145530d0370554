"""The facts of one call's needs and of the rights held against them, and what they say on a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from panhuo.engine.matching.circumstances import (
    FIGURES,
    INDUSTRY,
    MATURITY,
    NEARNESS,
    NEUTRAL,
    PRICE,
    REGION,
    SUITED,
    CircumstanceRules,
    NeedFacts,
    PatentColumns,
    circumstances,
    figure_agreement,
    nearness,
    need_fact_columns,
)
from panhuo.engine.matching.firm_ranking import Boost
from panhuo.engine.matching.placed_figures import PlacedFigure
from panhuo.engine.matching.reasons import Reason
from panhuo.engine.matching.text_figures import TextFigures
from panhuo.engine.ports import Floats, Ids

SHOWN_FIGURES = 3


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Needs in the order in which they are asked. patents: what is known of rights, by ascending asset_ids.

    boosts: by their bit, in NeedFacts.suits and PatentColumns.suits.
    """

    needs: Sequence[NeedFacts]
    patents: Callable[[Ids], PatentColumns]
    boosts: Sequence[Boost]
    rules: CircumstanceRules
    day: date

    def some(self, first: int, last: int) -> CaseFacts:
        """The needs first..last only."""
        return CaseFacts(self.needs[first:last], self.patents, self.boosts, self.rules, self.day)

    def lines(
        self, ids: Ids, asked: Sequence[Sequence[PlacedFigure]], texts: TextFigures
    ) -> tuple[Floats, PatentColumns]:
        """Circumstances of lines ids (n, lines), -1 for none, and what is known of their rights.

        asked: figures of each need; those of the first figure_lines texts are held against them.
        """
        wanted = np.unique(ids)
        known = self.patents(wanted[wanted >= 0])
        values = circumstances(need_fact_columns(self.needs), known, ids, self.rules, self.day)
        for need, ours in enumerate(asked):
            if not ours:
                continue
            for place, asset_id in enumerate(ids[need, : self.rules.figure_lines].tolist()):
                if asset_id >= 0:
                    values[need, place, FIGURES] = figure_agreement(ours, texts.of(asset_id)).value
        return values, known

    def texts_with_figures(self, ids: Ids, asked: Sequence[Sequence[PlacedFigure]]) -> Ids:
        """Texts whose figures lines() will look at, ascending."""
        some = ids[[bool(ours) for ours in asked], : self.rules.figure_lines]
        found: Ids = np.unique(some[some >= 0])
        return found

    def reasons(self, need: int, asset_id: int, values: Sequence[float], known: PatentColumns) -> Iterator[Reason]:
        """What of the circumstances speaks for or against a line, neutral ones left out; figures are of the texts.

        A price or a level that both sides told is never neutral, so that it is said whichever way it speaks.
        """
        row = int(np.searchsorted(known.ids, asset_id))
        if all(value == NEUTRAL for value in values) or row == len(known.ids) or known.ids[row] != asset_id:
            return
        mine = self.needs[need]
        if values[REGION] > NEUTRAL:
            yield Reason("same_region", {"at": NEARNESS[int(nearness(np.array(mine.region), known.region[row]))]})
        if values[SUITED] > NEUTRAL:
            bits = mine.suits & int(known.suits[row])
            held = [boost for place, boost in enumerate(self.boosts) if bits >> place & 1]
            yield Reason("suited", {"boosts": [boost.boost for boost in held], "told": [one.reason for one in held]})
        if values[PRICE] != NEUTRAL and mine.budget and not np.isnan(known.price[row]):
            told = {"price_cny": float(known.price[row]), "budget_cny": mine.budget}
            yield Reason("price_fits" if told["price_cny"] <= mine.budget else "price_over", told)
        stated = int(known.maturity[row])
        if values[MATURITY] != NEUTRAL and stated and mine.maturity:
            code = "mature_enough" if stated >= mine.maturity else "less_mature"
            yield Reason(code, {"stated": stated, "wished": mine.maturity})
        if values[INDUSTRY] > NEUTRAL:
            yield Reason("same_industry", {"stated": bool(mine.industries & int(known.stated[row]))})
