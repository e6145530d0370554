"""Awards of a patent as at a day: which of them the pack counts."""

from __future__ import annotations

from datetime import date

from ibis import Table, _
from ibis.expr.types import StringValue

from panhuo.rules import InForce
from panhuo.terms.kinds import EventType

_BEFORE = "^(第[一二三四五六七八九十百〇零0-9]+(届|批|次)|[12][0-9]{3}年?(度)?|[ 　])+"
_AFTER = "[(（][^()（）]*[)）]$"


def awards_won(assets: Table, events: Table, rules: InForce, at: date) -> Table:
    """One row per asset that any source names an award for.

    Columns: asset_id; award_won: the smallest award by name that counts and was known by the day; award_later: one
    that counts, known only from a source of a later day, whose own year is not told; award_other: one that the
    pack does not count. Null where none. A year or session before the name, and a bracket after it, are left
    out when names are compared with the pack's table; nothing else is, so that a provincial award never counts.
    """
    named = assets.filter(assets.awards.length() > 0).select("asset_id", "data_day", award=_.awards.unnest())
    dated = events.filter(
        events.event == EventType.AWARDED,
        events.asset_id.notnull(),
        events.event_date.isnull() | (events.event_date <= at),
    )
    dated = dated.select("asset_id", data_day=dated.event_date.coalesce(dated.known_on), award="text")
    rows = named.union(dated)
    year = rows.award.re_extract("(19[0-9]{2}|20[0-9]{2})", 1).try_cast("int32")
    rows = rows.mutate(
        is_counted=_plain(rows.award).isin(_counted(rules)),
        is_known=(rows.data_day <= at) | (year < at.year).fill_null(False),  # noqa: FBT003 - a null that means no
        is_later=(year > at.year).fill_null(False),  # noqa: FBT003 - a null that means no
    ).filter(~_.is_later)
    return rows.group_by("asset_id").agg(
        award_won=_.award.min(where=_.is_counted & _.is_known),
        award_later=_.award.min(where=_.is_counted & ~_.is_known.fill_null(False)),
        award_other=_.award.min(where=~_.is_counted & _.is_known),
    )


def _counted(rules: InForce) -> list[str]:
    kinds = rules.words("high_value.awards")
    return [row["word"] for row in rules.table("awards") if row["award"] in kinds]


def _plain(award: StringValue) -> StringValue:
    return award.strip().re_replace(_AFTER, "").re_replace(_BEFORE, "").strip()
