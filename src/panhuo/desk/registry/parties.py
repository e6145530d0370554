"""The rosters of the register as the engine's look-ups."""

from __future__ import annotations

from panhuo.desk.registry.models import RosterTag
from panhuo.engine.records.owners import normalise_party_name, split_joint_owners
from panhuo.engine.records.roster import Roster, RosterRow


def roster() -> Roster:
    """All roster rows in memory (tens of thousands); found by code, name or alias."""
    return Roster(
        RosterRow(
            party_name=row.party_name,
            tag=row.tag,
            party_code=row.party_code,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            controller=row.controller,
            source_name=row.source_name,
            aliases=split_joint_owners(row.alias),
        )
        for row in RosterTag.objects.order_by("uid").iterator()
    )


def regions_by_name() -> dict[str, str]:
    """Region code of each organisation that a roster places, by folded name and alias."""
    found: dict[str, str] = {}
    for row in RosterTag.objects.exclude(region_code="").order_by("uid").iterator():
        for name in (row.party_name, *split_joint_owners(row.alias)):
            found.setdefault(normalise_party_name(name), row.region_code)
    return found
