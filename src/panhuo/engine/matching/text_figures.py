"""Figures of texts, read once for all needs that look at them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from panhuo.engine.matching.figure_units import Units
from panhuo.engine.matching.placed_figures import PlacedFigure, clause_figures
from panhuo.engine.ports import Ids


class TextFigures:
    """said: title and abstract as written, by asset_id; a text that it does not know has no figures."""

    def __init__(self, said: Callable[[Ids], Mapping[int, str]], units: Units) -> None:
        self._said, self._units = said, units
        self._written: dict[int, str] = {}
        self._found: dict[int, tuple[PlacedFigure, ...]] = {}

    def look_up(self, ids: Ids) -> None:
        """Read these texts at one go, so that of() asks for none of them."""
        lacking = [one for one in np.unique(ids).tolist() if one >= 0 and one not in self._written]
        if lacking:
            found = self._said(np.array(lacking, np.int64))
            self._written.update((one, found.get(one, "")) for one in lacking)

    def of(self, asset_id: int) -> tuple[PlacedFigure, ...]:
        """Figures of one text."""
        found = self._found.get(asset_id)
        if found is None:
            if asset_id not in self._written:
                self.look_up(np.array([asset_id], np.int64))
            found = self._found[asset_id] = clause_figures(self._written[asset_id], self._units)
        return found
