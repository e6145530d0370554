"""The teams of a register, read from its projection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from panhuo.engine.matching.teams import Filed, TeamBook, owner_identity, team_rules, teams
from panhuo.rules import InForce
from panhuo.terms.kinds import PATENT_TYPES

if TYPE_CHECKING:
    from panhuo.adapters.tables.protocol import Tables

COLUMNS = ("asset_id", "owner_code", "first_owner", "inventors", "title", "title_en")


def register_teams(tables: Tables, rules: InForce) -> TeamBook:
    """Teams among all patents, whatever may be offered of them: a filter does not change who belongs together."""
    return teams(_filed(tables), team_rules(rules))


def _filed(tables: Tables) -> Iterator[Filed]:
    assets = tables["assets"]
    told = assets.filter(assets.ip_type.isin([*PATENT_TYPES]), assets.inventors.length() > 0)
    for asset_id, code, owner, inventors, title, title_en in tables.rows(told.select(*COLUMNS)):
        yield Filed(asset_id, owner_identity(code, owner), tuple(inventors), title or title_en or "")
