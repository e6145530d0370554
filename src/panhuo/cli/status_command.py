"""panhuo status: what stands in the register; panhuo rebuild: make the projection anew."""

from __future__ import annotations

from pathlib import Path

from panhuo.adapters.files.home import Home
from panhuo.cli.frame import Answer, command, home_to_write, say, show, today
from panhuo.cli.repair_command import search_state
from panhuo.terms.errors import DomainError


@command("status")
def status(*, home: Path) -> Answer:
    """What the register holds, with a digest of its contents, and whether the search table says the same.

    A home that is missing is made, as other commands do.

    \b
    search_table      whole; gap: rows are lacking, stale, surplus: call panhuo repair
      register_changed  since the last match; the next one brings it up to date
      outdated          made by another encoder, pack or version; the next match makes it anew
      spoilt            a file cannot be read: call panhuo repair; not_built
    search_columns    whole, register_changed, not_made; spoilt: the next search makes them anew
    projection        tables for computing: whole, register_changed, not_built; spoilt: the next match makes them anew
    spoilt            files that cannot be read

    \b
    Example: panhuo status --home city --json
    """
    from panhuo.desk.registry.opening import open_register

    place = home_to_write(home)
    open_register(place, write=False)
    from panhuo.desk.history.models import Run
    from panhuo.desk.listings.models import Edition
    from panhuo.desk.registry.digest import register_digest
    from panhuo.desk.registry.models import Asset, Need, RejectedRow, SourceFile
    from panhuo.desk.registry.waiting import statements
    from panhuo.rules import load_pack
    from panhuo.terms.kinds import PATENT_TYPES

    events = statements()
    patents = Asset.objects.filter(ip_type__in=PATENT_TYPES).count()
    answer = Answer(
        home=str(place.root),
        kind=place.kind,
        pack=place.pack,
        patents=patents,
        other_assets=Asset.objects.count() - patents,
        events=events.count(),
        waiting_events=events.filter(asset__isnull=True).exclude(waiting_key__startswith="c:").count(),
        needs=Need.objects.count(),
        editions=Edition.objects.count(),
        runs=Run.objects.count(),
        sources=SourceFile.objects.count(),
        unfinished_sources=SourceFile.objects.filter(complete=False).count(),
        rejected_rows=RejectedRow.objects.count(),
        digest=register_digest(),
        match_model=_model_in_force(place),
        **search_state(place, load_pack(place.pack).at(today())),
    )
    for name, value in answer.items():
        show(f"{name:<24} {', '.join(value) if isinstance(value, list) else value}".rstrip())
    return answer


def _model_in_force(place: Home) -> int | str:
    """Number of the learned ranking that is in force, 0 where nothing was learnt; what is wrong where it is damaged."""
    from panhuo.adapters.files.match_models import number_in_force, read_model

    try:
        number = number_in_force(place)
        return read_model(place, number).number if number else number
    except DomainError as error:
        return error.message


@command("rebuild")
def rebuild(*, home: Path) -> Answer:
    """Throw the tables for computing and searching away: those for computing are built again at once.

    The search table, the candidates of the last match and what is kept of who may be shown are made by the next match
    or search, from nothing. Vectors of words are kept. The register is not touched.

    \b
    Example: panhuo rebuild --home city
    """
    from panhuo.adapters.search.generations import drop_search
    from panhuo.cli.offer_table import drop_offers
    from panhuo.desk.registry.export import rebuild_projection
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack

    place = home_to_write(home)
    with place.writing():
        open_register(place, write=True)
        drop_search(place.search)
        drop_offers(place)
        projection = rebuild_projection(place, load_pack(place.pack).at(today()))
    say(f"rebuilt {projection.folder}")
    return Answer(projection=str(projection.folder), version=projection.version)
