"""panhuo repair: the search table compared with the register and mended; what panhuo status says of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.cli.compact_command import compact_later
from panhuo.cli.frame import Answer, command, home_to_write, now, say, today

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.adapters.search.build import SearchBuilder
    from panhuo.rules import InForce


@command("repair")
@click.option("--rewrite", is_flag=True, help="write every row anew, in the same vector space")
def repair(*, home: Path, rewrite: bool) -> Answer:
    """Bring the search table to what the register says, and take late rows into its index of words.

    \b
    Example: panhuo repair --home city
    """
    from panhuo.cli.match_progress import Bars
    from panhuo.desk.registry.export import current_projection
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack

    place = home_to_write(home)
    with place.writing():
        open_register(place, write=True)
        rules = load_pack(place.pack).at(today())
        projection = current_projection(place, rules)
        with Bars() as bars:
            builder = search_builder(place, rules, bars.tell)
            assets = projection.path("assets")
            before = builder.gap(assets, projection.version)
            table = builder.repair(assets, projection.version, rewrite=rewrite)
            done = builder.compact(now().isoformat(timespec="seconds"))
    taken_in = done.taken_in if done else 0
    answer = Answer(
        rows=table.texts,
        lacking=before.lacking,
        stale=before.stale,
        surplus=before.surplus,
        built_anew=table.fitted,
        rewritten=rewrite and not table.fitted,
        taken_into_index=taken_in,
    )
    if table.fitted:
        say(f"The search table was built anew: {table.texts} texts.")
    else:
        say(
            f"The search table holds {table.texts} texts. Before: {before.lacking} lacking, {before.stale} stale, "
            f"{before.surplus} too many. {taken_in} rows were taken into the index of words."
        )
    return answer


def search_state(place: Home, rules: InForce) -> dict[str, Any]:
    """What panhuo status says of the search table: its rows and what it lacks of the projection as it stands."""
    from panhuo.adapters.search.compaction import last_compaction
    from panhuo.desk.registry.export import standing_projection

    if not (place.search / "current.json").is_file():
        return {"search_table": "not_built"}
    projection = standing_projection(place, rules)
    if projection is None:
        return {"search_table": "register_changed"}
    gap = search_builder(place, rules, None).gap(projection.path("assets"), projection.version)
    if not gap.built:
        return {"search_table": "not_built"}
    state = "whole" if gap.whole else "gap"
    last = last_compaction(place.search)
    return {
        "search_table": state,
        "search_rows": gap.rows,
        "search_lacking": gap.lacking,
        "search_stale": gap.stale,
        "search_surplus": gap.surplus,
        "search_unindexed": gap.unindexed,
        "search_compacted": last.at if last else "never",
    }


def search_builder(place: Home, rules: InForce, progress: Any, *, folder: Path | None = None) -> SearchBuilder:
    """The builder of this home's search table, or of one in another folder, with the encoder the home has chosen."""
    from panhuo.adapters.search.build import SearchBuilder, space_rules
    from panhuo.adapters.search.cutter import lexicon
    from panhuo.adapters.search.encoders import encoders

    sizes = space_rules(rules)
    chosen = encoders(place.encoder, place.cache / "terms", sizes, os.environ, progress=progress)
    return SearchBuilder(
        folder or place.search,
        lexicon(rules),
        chosen.terms,
        sizes,
        whole=chosen.whole,
        progress=progress,
        waiting=lambda waiting, rows: compact_later(place, rules, waiting, rows),
    )
