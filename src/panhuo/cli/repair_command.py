"""panhuo repair: what can be mended without loss: the search table, files that nothing names, unfinished inventories.

Also what panhuo status says of the search table.
"""

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


@command("repair", needs_register=False)
@click.option("--rewrite", is_flag=True, help="write every row anew, in the same vector space; make search columns new")
def repair(*, home: Path, rewrite: bool) -> Answer:
    """Mend what can be mended without loss: files, inventories, the search table.

    Files among attachments and uploads that the register does not name are put aside (set-aside in the home), unless
    they came within the last hour. What an inventory left that was cut off goes; the last whole one stands. The
    register is brought up to date. What is damaged or lost is told by panhuo doctor and comes from a backup.

    The search table is brought to what the register says, and late rows are taken into its index of words. Versions of
    rows are compared, not what rows hold: where bytes were changed on the disk behind them, --rewrite writes all from
    the register. What cannot be read is made new. A row put right is as a rewrite would have it; a table made from
    nothing (panhuo rebuild) fits space and word counts to the texts of today, and its scores differ a little.

    \b
    Example: panhuo repair --home city
    """
    from panhuo.cli.match_progress import Bars
    from panhuo.cli.site_tables import has_site, setup_for

    place = home_to_write(home)
    setup_for(home, with_site=has_site(home))
    from panhuo.desk.registry.export import current_projection
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack

    with place.writing():
        open_register(place, write=True)
        mended = _mend(place)
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
        before=before.state,
        lacking=before.lacking,
        stale=before.stale,
        surplus=before.surplus,
        built_anew=table.fitted,
        rewritten=rewrite and not table.fitted,
        taken_into_index=taken_in,
        **mended,
    )
    if table.fitted:
        why = f" Before: {before.spoilt} could not be read." if before.spoilt else ""
        say(f"The search table was built anew: {table.texts} texts.{why}")
    else:
        say(
            f"The search table holds {table.texts} texts. Before: {before.lacking} lacking, {before.stale} stale, "
            f"{before.surplus} too many. {taken_in} rows were taken into the index of words."
        )
    return answer


def _mend(place: Home) -> dict[str, Any]:
    """Files and inventories; the caller holds the writer's lock, so that no inventory is being taken."""
    from panhuo.adapters.files.kept_files import ASIDE, put_aside
    from panhuo.cli.doctor_site import kept_files, unfinished_inventories
    from panhuo.desk.inventory.actions import clear_former_inventories

    at, dropped = now(), unfinished_inventories()
    if dropped:
        clear_former_inventories(place)
        say(f"{dropped} unfinished inventories were dropped. The last whole one stands.")
    loose = [path for held in kept_files(place, at=at).values() for path in held.loose]
    called = f"{at:%Y%m%dT%H%M%S}"
    if put_aside(place, loose, called=called):
        say(f"{len(loose)} files that nothing names lie in {place.root / ASIDE / called}. Look at them, then delete.")
    return {
        "inventories_dropped": dropped,
        "files_put_aside": len(loose),
        "put_aside_in": str(place.root / ASIDE / called) if loose else None,
    }


def search_state(place: Home, rules: InForce) -> dict[str, Any]:
    """What panhuo status says of projection, search table and search columns; no encoder is asked for anything."""
    from panhuo.adapters.search.build import recipe_of, space_rules
    from panhuo.adapters.search.compaction import last_compaction
    from panhuo.adapters.search.cutter import lexicon
    from panhuo.adapters.search.encoders import may_have_made
    from panhuo.adapters.search.generations import read_current
    from panhuo.adapters.search.search_columns import ColumnsState, columns_state
    from panhuo.adapters.search.table_gap import TableState, table_gap
    from panhuo.desk.registry.export import spoilt_projection, standing_projection

    projection, spoilt = standing_projection(place, rules), spoilt_projection(place, rules)
    is_built = place.tables.is_dir() and any(place.tables.iterdir())
    words, sizes = lexicon(rules), space_rules(rules)
    gap = table_gap(
        place.search,
        recipe_of(words, sizes),
        may_have_made(place.encoder, sizes, os.environ),
        projection.path("assets") if projection else None,
        projection.version if projection else "",
        words.rules.openings,
    )
    without = "spoilt" if spoilt else "register_changed" if is_built else "not_built"
    state: dict[str, Any] = {
        "projection": "whole" if projection else without,
        "search_table": gap.state,
        "search_columns": ColumnsState.NOT_MADE,
    }
    if gap.spoilt:
        spoilt.append(gap.spoilt)
    current = read_current(place.search)
    if current and gap.state in (TableState.BEHIND, TableState.GAP, TableState.WHOLE):
        generation, last = place.search / current.generation, last_compaction(place.search)
        state["search_columns"] = columns_state(generation, projection.version if projection else "")
        if state["search_columns"] == ColumnsState.SPOILT:
            spoilt.append(generation / "columns")
        state |= {
            "search_rows": gap.rows,
            "search_lacking": gap.lacking,
            "search_stale": gap.stale,
            "search_surplus": gap.surplus,
            "search_unindexed": gap.unindexed,
            "search_fitted": gap.fitted,
            "search_changed_since_fit": gap.changed_since_fit,
            "search_compacted": last.at if last else "never",
        }
    return {**state, "spoilt": [str(file.relative_to(place.root)) for file in spoilt]}


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
