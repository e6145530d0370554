"""Which rights stand on the supply list (专利技术供给清单), which in its annex 待确认, which in neither.

The list offers; the annex asks: whatever lacks the owner's consent or is encumbered goes to the annex with every
reason, never to the list. An ended right stands in neither. A dormancy candidate needs the owner's consent like
any other; that nobody has checked it yet is no bar of its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from panhuo.engine.records.owners import split_joint_owners
from panhuo.engine.records.roster import Roster, tag_words
from panhuo.rules import InForce
from panhuo.terms.dates import add_years
from panhuo.terms.kinds import ENDED, IpType, LegalStatus, OwnerType


class Source(StrEnum):
    """The four sources of a list, and what lies outside them; in the order of the list."""

    UNIVERSITY = "university"
    STATE_OWNED = "state_owned"
    ENTERPRISE = "enterprise"
    OPEN_LICENCE = "open_licence"
    OTHER = "other"


class Part(StrEnum):
    """Where a right stands."""

    LIST = "list"
    ANNEX = "annex"
    NEITHER = "neither"


class Bar(StrEnum):
    """Why a right stands in the annex, in the order of showing."""

    NO_CONSENT = "no_consent"
    CONSENT_REFUSED = "consent_refused"
    CONSENT_EXPIRED = "consent_expired"
    STATED_BY_ANOTHER = "stated_by_another"  # who consented is no owner by the register
    TRANSFERRED_SINCE_CONSENT = "transferred_since_consent"
    NOT_GRANTED = "not_granted"
    STATUS_UNKNOWN = "status_unknown"
    PLEDGED = "pledged"
    EXCLUSIVELY_LICENSED = "exclusively_licensed"  # exclusive or sole
    LICENCE_KIND_UNKNOWN = "licence_kind_unknown"
    PRESERVED = "preserved"
    DISPUTED = "disputed"  # suspension, invalidation proceedings, litigation
    ENCUMBRANCE_UNKNOWN = "encumbrance_unknown"  # only a word of a later day speaks of it
    RESTRICTED_BY_OWNER = "restricted_by_owner"  # the owner's own word, whatever the register says
    TOO_LITTLE_TIME = "too_little_time"
    TERM_UNKNOWN = "term_unknown"
    SHOWN_WITH_PAIR = "shown_with_pair"  # 一案双申: the other one of the pair is shown
    OUTSIDE_SOURCES = "outside_sources"  # a person, an association, an owner of unknown type


@dataclass(frozen=True, slots=True)
class SupplyOffer:
    """What the owner stated last. consent: yes | no | ""; price in yuan, None where not told.

    stated_owner: whom the statement names as owner, joined by ；; restrictions: what the owner wrote of them.
    other_cells: JSON of what an inventory says beside the offer.
    """

    stated_on: date | None
    consent: str
    willingness: str = ""
    intended_mode: str = ""
    price_cny: Decimal | None = None
    price_note: str = ""
    maturity: int | None = None
    contact: str = ""
    scenario: str = ""
    summary: str = ""
    valid_to: date | None = None
    stated_owner: str = ""
    restrictions: str = ""
    other_cells: str = ""


@dataclass(frozen=True, slots=True)
class Encumbered:
    """What lies on a right on the day (engine.records.encumbrances)."""

    pledge: bool = False
    licence: bool = False
    exclusive: bool = False
    licence_kind_known: bool = True
    preservation: bool = False
    dispute: bool = False
    open_licence: bool = False
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class SupplyAsset:
    """One right that is considered. expires_on: end of its term, None where it cannot be told.

    transferred_on: day of the last transfer up to the day, transferred_to: its buyers.
    pair: id shared by an 一案双申, None where none.
    """

    asset_id: int
    asset_key: str
    application_number: str
    publication_number: str
    title: str
    ip_type: str
    owners: tuple[str, ...]
    owner_code: str
    owner_type: str
    status: str
    expires_on: date | None
    encumbered: Encumbered = Encumbered()
    offer: SupplyOffer | None = None
    transferred_on: date | None = None
    transferred_to: tuple[str, ...] = ()
    pair: int | None = None
    grade: str = ""
    industry: str = ""
    abstract: str = ""


@dataclass(frozen=True, slots=True)
class SupplyRules:
    """Rules of the pack and what rosters say.

    state_owned: words of rosters for state-owned firms. unrestricted: words that say there are no restrictions.
    """

    at: date
    roster: Roster
    min_remaining_years: int
    state_owned: frozenset[str]
    university_types: tuple[str, ...]
    unrestricted: frozenset[str]


@dataclass(frozen=True, slots=True)
class SupplyRow:
    """A considered right with where it stands and why. paired_with: application numbers of its same-day pair."""

    asset: SupplyAsset
    source: Source
    part: Part
    bars: tuple[Bar, ...]
    paired_with: tuple[str, ...] = ()


def supply_rules(rules: InForce, *, roster: Roster) -> SupplyRules:
    """Rules of the pack for its day."""
    return SupplyRules(
        at=rules.day,
        roster=roster,
        min_remaining_years=rules.integer("supply.min_remaining_years"),
        state_owned=tag_words(rules, rules.words("supply.state_owned_tags")),
        university_types=rules.words("supply.university_owner_types"),
        unrestricted=frozenset(
            _folded(row["word"]) for row in rules.table("restriction_words") if row["meaning"] == "none"
        ),
    )


def supply_list(assets: Iterable[SupplyAsset], rules: SupplyRules) -> list[SupplyRow]:
    """All considered rights that are alive or may be, list before annex, in the order of printing."""
    rows = [row for row in (_judge(asset, rules) for asset in assets) if row.part is not Part.NEITHER]
    return sorted(_pairs_once(rows), key=_order)


def _judge(asset: SupplyAsset, rules: SupplyRules) -> SupplyRow:
    source = _source(asset, rules)
    if asset.status in ENDED:
        return SupplyRow(asset, source, Part.NEITHER, ())
    bars = tuple(_bars(asset, source, rules))
    return SupplyRow(asset, source, Part.ANNEX if bars else Part.LIST, bars)


def _source(asset: SupplyAsset, rules: SupplyRules) -> Source:
    if asset.encumbered.open_licence:
        return Source.OPEN_LICENCE
    if asset.owner_type in rules.university_types:
        return Source.UNIVERSITY
    owner = rules.roster.party(asset.owners[0] if asset.owners else "", asset.owner_code)
    if rules.roster.tagged(owner, rules.state_owned, on=rules.at):
        return Source.STATE_OWNED
    return Source.ENTERPRISE if asset.owner_type == OwnerType.ENTERPRISE else Source.OTHER


def _bars(asset: SupplyAsset, source: Source, rules: SupplyRules) -> Iterable[Bar]:
    yield from _consent_bars(asset, rules)
    if asset.status == LegalStatus.CANNOT_SAY:
        yield Bar.STATUS_UNKNOWN
    elif asset.status != LegalStatus.GRANTED_IN_FORCE:
        yield Bar.NOT_GRANTED
    lies = asset.encumbered
    if lies.pledge:
        yield Bar.PLEDGED
    if lies.exclusive:
        yield Bar.EXCLUSIVELY_LICENSED
    elif lies.licence and not lies.licence_kind_known:
        yield Bar.LICENCE_KIND_UNKNOWN
    if lies.preservation:
        yield Bar.PRESERVED
    if lies.dispute:
        yield Bar.DISPUTED
    if lies.unknown:
        yield Bar.ENCUMBRANCE_UNKNOWN
    if asset.offer is not None and restricts(asset.offer.restrictions, rules):
        yield Bar.RESTRICTED_BY_OWNER
    if asset.expires_on is None:
        yield Bar.TERM_UNKNOWN
    elif asset.expires_on < add_years(rules.at, rules.min_remaining_years):
        yield Bar.TOO_LITTLE_TIME
    if source is Source.OTHER:
        yield Bar.OUTSIDE_SOURCES


def stated_by_owner(stated: str, owners: Sequence[str], owner_code: str, roster: Roster) -> bool:
    """Whether one of those that a statement names is an owner, by names as rosters know them.

    A statement that names nobody is taken for the owner's. owner_code: of the first owner.
    """
    named = {roster.party(name) for name in split_joint_owners(stated)}
    known = {roster.party(name) for name in owners} | {roster.party("", owner_code)}
    return not named or bool((named & known) - {""})


def restricts(text: str, rules: SupplyRules) -> bool:
    """Whether the owner's words on restrictions say anything but that there are none."""
    return bool(_folded(text)) and _folded(text) not in rules.unrestricted


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold().rstrip("。.;,")


def _consent_bars(asset: SupplyAsset, rules: SupplyRules) -> Iterable[Bar]:
    """An open licence in force is the owner's public offer; any other right needs a statement that still holds."""
    offer, at = asset.offer, rules.at
    if offer is None or not offer.consent:
        if not asset.encumbered.open_licence:
            yield Bar.NO_CONSENT
        return
    if not stated_by_owner(offer.stated_owner, asset.owners, asset.owner_code, rules.roster):
        if not asset.encumbered.open_licence:
            yield Bar.STATED_BY_ANOTHER
        return
    if offer.consent == "no":
        yield Bar.CONSENT_REFUSED
        return
    if offer.valid_to is not None and offer.valid_to < at:
        yield Bar.CONSENT_EXPIRED
    if _transferred_since(asset, offer, rules.roster):
        yield Bar.TRANSFERRED_SINCE_CONSENT


def _transferred_since(asset: SupplyAsset, offer: SupplyOffer, roster: Roster) -> bool:
    """An undated consent holds against a transfer only where the buyer gave it."""
    if asset.transferred_on is None:
        return False
    if offer.stated_on is not None:
        return asset.transferred_on > offer.stated_on
    return not (offer.stated_owner and stated_by_owner(offer.stated_owner, asset.transferred_to, "", roster))


def _pairs_once(rows: Sequence[SupplyRow]) -> Iterable[SupplyRow]:
    """Of a same-day pair one is shown: the one without bars, of equals the invention; the other names it."""
    pairs: dict[int, list[SupplyRow]] = {}
    for row in rows:
        if row.asset.pair is not None:
            pairs.setdefault(row.asset.pair, []).append(row)
    for row in rows:
        members = pairs.get(row.asset.pair, []) if row.asset.pair is not None else []
        if len(members) < 2:
            yield row
            continue
        shown = min(members, key=_showing)
        others = tuple(sorted(other.asset.application_number for other in members if other is not row))
        if row is shown:
            yield SupplyRow(row.asset, row.source, row.part, row.bars, others)
        else:
            bars = (*row.bars, Bar.SHOWN_WITH_PAIR)
            yield SupplyRow(row.asset, row.source, Part.ANNEX, bars, others)


def _showing(row: SupplyRow) -> tuple[object, ...]:
    return (
        len(row.bars) > 0,
        row.asset.ip_type != IpType.INVENTION,
        len(row.bars),
        row.asset.application_number,
    )


_SOURCES = {source: place for place, source in enumerate(Source)}


def _order(row: SupplyRow) -> tuple[object, ...]:
    asset = row.asset
    return (
        row.part is Part.ANNEX,
        _SOURCES[row.source],
        asset.grade or "Z",
        asset.industry,
        asset.owners[:1],
        asset.application_number or asset.publication_number,
        asset.asset_key,
    )
