"""Which rights of a register may be offered on a day, and what each is shown with."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from panhuo.adapters.tables.protocol import Tables
    from panhuo.engine.matching.listing import Group
    from panhuo.engine.matching.teams import TeamBook
    from panhuo.rules import InForce


def judged(tables: Tables, assets: Any, rules: InForce) -> Any:
    """Each of assets, a part of the register, as the gate judges it (engine.matching.offerable)."""
    from panhuo.desk.registry.parties import roster
    from panhuo.desk.registry.statements import owners_words
    from panhuo.engine.matching.offerable import offer_states
    from panhuo.engine.matching.willingness import in_codes, willingness_words
    from panhuo.engine.records.encumbrances import encumbrances
    from panhuo.engine.records.status import legal_status

    at = rules.day
    events = tables["events"].semi_join(assets, "asset_id")
    said = owners_words(tables, roster())
    words = (told for (told,) in tables.rows(tables["offers"].select("willingness").distinct()))
    return offer_states(
        assets,
        events,
        in_codes(said, words, willingness_words(rules)),
        legal_status(assets, events, at),
        encumbrances(assets, events, at),
        rules,
        at,
    )


def grouped(tables: Tables, rules: InForce, within: Container[int] | None) -> tuple[TeamBook, Mapping[int, Group]]:
    """Teams of the register; families, series and teams of the rights within, None for every right."""
    from panhuo.cli.register_teams import register_teams
    from panhuo.engine.matching.groups import groups

    assets = tables["assets"]
    held = assets.filter((assets.family_key != "") | assets.same_day_pair.notnull())
    columns = ("asset_id", "family_key", "same_day_pair", "ip_type", "grant_date")
    book = register_teams(tables, rules)
    rows = (cells for cells in tables.rows(held.select(*columns)) if within is None or cells[0] in within)
    return book, groups(rows, book)
