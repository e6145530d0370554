"""The only place where technology cards are written. A card that is saved is a new version."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils.timezone import localdate

from panhuo.desk.history.actions import log_action
from panhuo.desk.inventory.models import Inventorship
from panhuo.desk.people.access import Actor
from panhuo.desk.pool.actions import fillable_entry, moved_meanwhile
from panhuo.desk.pool.models import PoolEntry, TechnologyCard
from panhuo.engine.pool import card_parts, completeness
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Right

if TYPE_CHECKING:
    from panhuo.rules import InForce

TEXTS = ("problem", "gain", "economics", "offered", "scenario")
CONTACT = ("contact_office", "contact_phone", "contact_email")


@dataclass(frozen=True, slots=True)
class CardTexts:
    """What a card says; maturity 1 to 9."""

    problem: str = ""
    gain: str = ""
    maturity: int | None = None
    economics: str = ""
    offered: str = ""
    scenario: str = ""
    contact_office: str = ""
    contact_phone: str = ""
    contact_email: str = ""


def parts_of_card(card: CardTexts | TechnologyCard) -> dict[str, str]:
    """What stands in each part of table card_parts; the contact counts once it has an office and a way to reach it."""
    reached = card.contact_office if card.contact_phone or card.contact_email else ""
    told = {name: str(getattr(card, name)) for name in TEXTS}
    return {**told, "maturity": str(card.maturity or ""), "contact": reached}


@transaction.atomic
def save_card(
    number: int, card: CardTexts, *, actor: Actor, at: datetime, rules: InForce, seen: int | None = None
) -> TechnologyCard:
    """Keep a card as the entry's next version; the same words again are no new version.

    Raises: as desk.pool.actions.fillable_entry; DomainError bad_maturity, contact_is_inventor.
    """
    entry = fillable_entry(number, Right.EDIT_TECHNOLOGY_CARD, seen=seen, actor=actor, at=at, rules=rules)
    if card.maturity is not None and not 1 <= card.maturity <= 9:
        raise DomainError(
            f"Maturity is one of the levels 1 to 9, not {card.maturity}. Choose one.", code="bad_maturity"
        )
    _check_contact(entry, card)
    told: dict[str, Any] = {name: one.strip() if isinstance(one, str) else one for name, one in asdict(card).items()}
    last = entry.cards.last()
    if last is not None and all(getattr(last, name) == value for name, value in told.items()):
        return last
    share = completeness(parts_of_card(CardTexts(**told)), card_parts(rules)).percent
    changed = {"card_number": entry.card_number + 1, "completeness": share, "version": F("version") + 1}
    if PoolEntry.objects.filter(pk=number, version=entry.version).update(**changed) != 1:
        raise moved_meanwhile(entry)
    made = TechnologyCard.objects.create(
        entry=entry, number=entry.card_number + 1, completeness=share, made_by=actor.login, made_at=at, **told
    )
    log_action(
        f"pool_entry:{entry.pk}", "technology_card.saved", actor=actor.login, at=localdate(at), made_at=at,
        data={"number": made.number, "completeness": share},
    )  # fmt: skip
    return made


def _check_contact(entry: PoolEntry, card: CardTexts) -> None:
    """The contact is the owner's: no inventor's name, telephone or address."""
    said = {value.strip().casefold() for value in (card.contact_office, card.contact_phone, card.contact_email)}
    known = {str(one).strip().casefold() for one in entry.asset.inventors}
    for row in Inventorship.objects.filter(asset=entry.asset_id).select_related("account"):
        known |= {one.strip().casefold() for one in (row.account.name, row.account.phone, row.account.email)}
    if said & (known - {""}):
        raise DomainError(
            "The contact is an inventor's own. Give the office that deals with conversion, and its telephone.",
            code="contact_is_inventor",
        )
