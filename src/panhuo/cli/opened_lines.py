"""Lines of a match that were kept as numbers, as the matches that they were, beside the register as it is now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np

from panhuo.adapters.readers.protocol import RefusedFile
from panhuo.cli.match_job import MatchJob
from panhuo.cli.match_needs import NeedsFile, need_of
from panhuo.cli.match_rows import FACTS, rows
from panhuo.engine.matching.circumstances import (
    CIRCUMSTANCES,
    FIGURES,
    NEUTRAL,
    circumstances,
    need_fact_columns,
)
from panhuo.engine.matching.needs import NeedRules, Part, Remark
from panhuo.engine.matching.query import Query
from panhuo.engine.matching.ranking import Match, Outcome, line_reasons, list_remarks
from panhuo.engine.matching.scoring import PARTS, NearPair, Score, Told
from panhuo.engine.matching.text_figures import TextFigures
from panhuo.rules import InForce

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.adapters.search.line_files import OpenedLines
    from panhuo.desk.registry.export import Projection
    from panhuo.engine.ports import Ids

SAME = 2e-4
"""Values of a fact that differ by no more are the same: lines keep them to seven digits."""
GONE: dict[str, Any] = {
    **dict.fromkeys(FACTS, ""),
    "owners": [],
    "shown_title": "",
}
NO_OFFER: dict[str, Any] = {"offer_state": "", "notes": "", "status": "", "bars": "", "expires_on": None}


class LinesOnRegister:
    """Needs of one file of lines over one register: rows as panhuo match writes them, and what changed since."""

    def __init__(
        self, place: Home, rules: InForce, projection: Projection, known: NeedRules, opened: OpenedLines, file: Path
    ) -> None:
        from panhuo.adapters.search.cutter import lexicon

        self._rules, self._known, self._opened = rules, known, opened
        self._needs = {need_id: need_of(said["values"], known) for need_id, said in opened.needs.items()}
        self._job = MatchJob(place, rules, projection, NeedsFile(list(self._needs.values())), known)
        self._job.lexicon = lexicon(rules)
        _check_register(file, opened.lines, self._patents)

    def close(self) -> None:
        self._job.close()

    def rows(self) -> Iterator[tuple[object, ...]]:
        """Rows in the order of the lines, match_rows.COLUMNS in codes."""
        yield from rows(
            self._outcomes(), self._needs, _Or(self._patents, GONE), _Or(self._offers, NO_OFFER), self._rules.day,
            self._opened.facts["levels_by"],
        )  # fmt: skip

    def changes(self) -> Iterator[list[str]]:
        """What is no longer as it was, line by line: gone, not_offerable, unknown, facts."""
        unknown_was_asked = self._opened.facts["status"] == "any"
        moved = self._moved
        for place, line in enumerate(self._opened.lines):
            asset_id = line["asset_id"]
            if asset_id not in self._patents:
                yield ["gone"]
                continue
            state = self._offers[asset_id]["offer_state"] if asset_id in self._offers else "not_offerable"
            told = [] if state == "offerable" or (state == "unknown" and unknown_was_asked) else [state]
            yield [*told, *(["facts"] if moved[place] else [])]

    # -- the lines ---------------------------------------------------------------------------------------------

    def _outcomes(self) -> Iterator[Outcome]:
        by_need: dict[str, list[Mapping[str, Any]]] = {}
        for line in self._opened.lines:
            by_need.setdefault(line["need_id"], []).append(line)
        texts = TextFigures(self._said, self._known.units)
        texts.look_up(self._ids)
        places = {need_id: place for place, need_id in enumerate(self._needs)}
        for need_id, lines in by_need.items():
            said = self._opened.needs[need_id]
            query = Query(
                need_id,
                {},
                {},
                {word: tuple(map(Part, parts)) for word, parts in said["heard_in"].items()},
                self._needs[need_id].said.figures,
                tuple(map(Remark, said["remarks"])),
            )
            matches = tuple(self._match(query, line, places[need_id], texts) for line in lines)
            yield Outcome(query, matches, 0, list_remarks(query.remarks, matches[0].level))

    def _match(self, query: Query, line: Mapping[str, Any], need: int, texts: TextFigures) -> Match:
        asset_id, level, probability = line["asset_id"], line["level"], round(line["probability"], 4)
        values = _values(line)
        words = Told(
            tuple(line["shared"]), frozenset(line["in_title"]), tuple(NearPair(*pair) for pair in line["near"])
        )
        beside = self._case.reasons(need, asset_id, values, self._facts)
        return Match(
            query.need_id,
            line["rank"],
            asset_id,
            Score(line["score"], tuple(round(line[f"score_{name}"], 6) for name in PARTS)),
            line_reasons(query, words, asset_id, texts, beside, level, probability),
            tuple(one for one in line["same_family"] if one in self._patents),
            tuple(one for one in line["series"] if one in self._patents),
            more_of_team=line["more_of_team"],
            text_score=line["score_texts"],
            values=values,
            level=level,
            probability=probability,
        )

    # -- the register ------------------------------------------------------------------------------------------

    @cached_property
    def _ids(self) -> Ids:
        return np.unique(np.array([line["asset_id"] for line in self._opened.lines], np.int64))

    @cached_property
    def _patents(self) -> dict[int, dict[str, Any]]:
        lines = self._opened.lines
        return self._job.facts({one for row in lines for one in (row["asset_id"], *row["same_family"], *row["series"])})

    @cached_property
    def _offers(self) -> dict[int, dict[str, Any]]:
        """What the gate says of the rights on the lines now, for the day of the match."""
        from panhuo.cli.register_gate import judged

        states = judged(self._job.tables, self._assets(), self._rules)
        told = (dict(zip(states.columns, cells, strict=True)) for cells in self._job.tables.rows(states))
        return {row["asset_id"]: row for row in told}

    def _assets(self) -> Any:
        ids = ibis.memtable({"asset_id": self._ids.tolist()}, schema={"asset_id": "int64"})
        return self._job.tables["assets"].semi_join(ids, "asset_id")

    def _said(self, ids: Ids) -> dict[int, str]:
        """Title and body as the search table reads them."""
        import pyarrow as pa

        from panhuo.adapters.search.texts import READ, row_texts

        told = self._job.tables.rows(self._assets().select(*READ))
        held = [row for row in (dict(zip(READ, cells, strict=True)) for cells in told) if row["asset_id"] in ids]
        texts = row_texts(pa.RecordBatch.from_pylist(held), self._job.lexicon.rules.openings) if held else []
        return {text.asset_id: text.said for text in texts if text is not None}

    @cached_property
    def _case(self) -> Any:
        from panhuo.cli.match_facts import RegisterFacts
        from panhuo.desk.registry.parties import roster

        return RegisterFacts(self._job.tables, self._rules, roster()).case(list(self._needs.values()))

    @cached_property
    def _facts(self) -> Any:
        """What is known of the rights now."""
        return self._case.patents(self._ids)

    @property
    def _moved(self) -> list[bool]:
        """Line by line whether a fact has another value now; lines whose facts were not looked at have none."""
        case, lines = self._case, self._opened.lines
        places = {need_id: place for place, need_id in enumerate(self._needs)}
        needs = need_fact_columns([case.needs[places[line["need_id"]]] for line in lines])
        ids = np.array([[line["asset_id"]] for line in lines], np.int64)
        now = circumstances(needs, self._facts, ids, case.rules, self._rules.day)[:, 0, :]
        then = np.array([_values(line) for line in lines])
        told = np.abs(now - then) > SAME
        told[:, FIGURES] = False
        found: list[bool] = (told.any(axis=1) & np.any(then != NEUTRAL, axis=1)).tolist()
        return found


class _Or(dict[int, dict[str, Any]]):
    """Rows by asset_id, and one that stands for all that are lacking."""

    def __init__(self, held: Mapping[int, dict[str, Any]], lacking: dict[str, Any]) -> None:
        super().__init__(held)
        self._lacking = lacking

    def __missing__(self, key: int) -> dict[str, Any]:
        return self._lacking


def _values(line: Mapping[str, Any]) -> tuple[float, ...]:
    return tuple(round(line[f"case_{name}"], 4) for name in CIRCUMSTANCES)


def _check_register(file: Path, lines: Sequence[Mapping[str, Any]], patents: Mapping[int, Mapping[str, Any]]) -> None:
    """Raises: RefusedFile other_register where a line names another right than the register has under its id.

    A right may have got further keys since, and one that was joined to another is gone.
    """
    keys = {line["asset_key"]: line["asset_id"] for line in lines}
    held = _ids_of(keys)
    for key, asset_id in keys.items():
        if asset_id in patents and held.get(key) != asset_id:
            raise RefusedFile(
                f"{file} was made from another register: there {key} is what is "
                f"{patents[asset_id]['asset_key']} here. Open it with the --home of the match, or match anew.",
                code="other_register",
                file=str(file),
            )


def _ids_of(keys: Iterable[str]) -> dict[str, int]:
    from panhuo.desk.registry.models import AssetKey

    return dict(AssetKey.objects.filter(key__in=[*keys]).values_list("key", "asset_id"))
