"""The only place where entries of the pool are written; cards: card_actions, funded projects: declaration_actions,
exploitation: exploitation_actions, samples: sample_actions.

Each action checks the right of its actor as at `at` and logs in its own transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils.timezone import localdate

from panhuo.desk.history.actions import log_action
from panhuo.desk.inventory.access import stock_subject
from panhuo.desk.inventory.models import StockPatent
from panhuo.desk.people.access import Actor, not_there, parents_of, require, standing_of
from panhuo.desk.people.models import Account, Organisation
from panhuo.desk.pool.access import entry_subject, may_see, stock_of
from panhuo.desk.pool.models import EntryStep, PoolEntry, TechnologyCard
from panhuo.engine.assessment import self_grade_scale
from panhuo.engine.pool import FILLABLE, Act, Move, Stage, move_of
from panhuo.rules.rights import read_rights
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import OrganisationKind, Right, Step

if TYPE_CHECKING:
    from panhuo.rules import InForce

DRAFTED = "draft"
PRICE_KINDS = ("fixed", "royalty", "negotiable", "free")
FILING = ("self_grade", "self_grade_reason", "willingness", "intended_mode")
"""What an entry is not submitted without, beside its card."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of several: the entry (None where there is none) or why not. number: the patent's."""

    number: str
    entry: int | None
    refused: DomainError | None


@dataclass(frozen=True, slots=True)
class Filing:
    """What the inventor says beside the card. Codes as in check_options; price_cny in yuan; royalty_percent 0..100."""

    self_grade: int | None = None
    self_grade_reason: str = ""
    willingness: str = ""
    intended_mode: str = ""
    price_kind: str = ""
    price_cny: Decimal | None = None
    royalty_percent: Decimal | None = None
    application_field: str = ""


def draft_entry(asset: int, *, actor: Actor, at: datetime, rules: InForce) -> PoolEntry:
    """Begin to file a patent. One that is filed already gives its entry.

    Raises: DomainError not_allowed, not_there, not_in_force (fields number), no_owner_here (number).
    """
    with transaction.atomic():
        patent = stock_of([asset]).get(asset)
        if patent is None:
            raise not_there(f"asset:{asset}")
        require(actor, Right.SUBMIT_POOL_ENTRY, stock_subject(patent), at=at, rules=rules)
        known = PoolEntry.objects.filter(asset=asset).first()
        if known is not None:
            return known
        if patent.status != "granted_in_force":
            raise DomainError(
                f"{patent.number} is not in force, so there is nothing to offer. See its legal status.",
                code="not_in_force",
                number=patent.number,
            )
        unit = _unit(patent)
        made = PoolEntry.objects.create(
            asset_id=asset, unit=unit, region_code=patent.region_code, stage=Stage.DRAFT, number=patent.number,
            title=patent.title, made_by=actor.login, made_at=at, moved_at=at,
        )  # fmt: skip
        _keep_step(made, DRAFTED, "", Stage.DRAFT, None, actor, at)
        return made


def _unit(patent: StockPatent) -> Organisation:
    if patent.unit is None:
        raise DomainError(
            f"{patent.number} is owned by nobody who is an organisation here. Found the organisation, then take stock.",
            code="no_owner_here",
            number=patent.number,
        )
    return patent.unit


def draft_entries(assets: Iterable[int], *, actor: Actor, at: datetime, rules: InForce) -> list[Outcome]:
    """Begin to file several, each judged by itself."""
    wanted = list(dict.fromkeys(assets))
    numbers = {asset: one.number for asset, one in stock_of(wanted).items()}

    def drafted(asset: int) -> Callable[[], PoolEntry]:
        return lambda: draft_entry(asset, actor=actor, at=at, rules=rules)

    return [_outcome(numbers.get(asset, ""), drafted(asset)) for asset in wanted]


def move_entries(
    entries: Mapping[int, int], act: Act, *, actor: Actor, at: datetime, rules: InForce, reason: str = ""
) -> list[Outcome]:
    """Take several through one act, each judged by itself in a transaction of its own.

    entries: number of the entry -> its version as the actor saw it.
    """
    numbers = dict(PoolEntry.objects.filter(pk__in=entries).values_list("pk", "number"))

    def moved(number: int) -> Callable[[], PoolEntry]:
        return lambda: move_entry(
            number, act, seen=entries[number], actor=actor, at=at, rules=rules, reason=reason
        )  # fmt: skip

    return [_outcome(numbers.get(number, ""), moved(number)) for number in entries]


def _outcome(number: str, act: Callable[[], PoolEntry]) -> Outcome:
    try:
        return Outcome(number, act().pk, None)
    except DomainError as error:
        return Outcome(number, None, error)


@transaction.atomic
def move_entry(
    number: int, act: Act, *, actor: Actor, at: datetime, rules: InForce, reason: str = "", seen: int | None = None
) -> PoolEntry:
    """Take an entry through a row of engine.pool.MOVES.

    seen: version of the entry that the actor looked at; None does not ask.
    Raises: DomainError not_there, not_allowed, moved_meanwhile, no_reason, incomplete (field lacks: codes joined by ;),
    not_placed, unwilling; WrongStage.
    """
    entry = seen_entry(number, actor=actor, at=at, rules=rules)
    if act is Act.SUBMIT:
        entry.unit = placed_unit(entry)
    subject = entry_subject(entry)
    old = Stage(entry.stage)
    if seen is not None and seen != entry.version:
        raise moved_meanwhile(entry)
    has_college = college_reviews(entry.unit, rules) if act is Act.SUBMIT else entry.has_college
    move = move_of(act, old, colleges=has_college)
    require(actor, move.right, subject, at=at, rules=rules)
    if move.needs_reason and not reason.strip():
        raise DomainError("This needs a reason, which the others will read. Give it.", code="no_reason")
    changed: dict[str, Any] = {"stage": move.to, "version": F("version") + 1, "moved_at": at}
    if act is Act.SUBMIT:
        _check_complete(entry)
        if has_college and entry.unit.kind != OrganisationKind.COLLEGE:
            raise DomainError(
                f"{entry.number} belongs to no college yet, so none can review it. Place it in its college first.",
                code="not_placed",
                number=entry.number,
            )
        changed |= {"has_college": has_college, "unit": entry.unit}
    if move.to is Stage.UNIVERSITY_APPROVED:
        changed["confirmed_on"] = localdate(at)
    if PoolEntry.objects.filter(pk=number, stage=old, version=entry.version).update(**changed) != 1:
        raise moved_meanwhile(entry)
    entry.refresh_from_db()
    _keep_step(entry, act, old, move.to, move, actor, at, reason=reason.strip(), told=_who_goes_on(entry, act))
    return entry


def moved_meanwhile(entry: PoolEntry) -> DomainError:
    """Somebody else was quicker: what the actor looked at is no more so."""
    return DomainError(
        f"{entry.number} was changed by somebody else meanwhile. Open it again and look at what it says now.",
        code="moved_meanwhile",
        number=entry.number,
    )


def placed_unit(entry: PoolEntry) -> Organisation:
    """The part of its owner to which the patent belongs today: it may have been placed after the entry was begun.

    The entry's own where the patent left the stock or has another owner now.
    """
    patent = stock_of([entry.asset_id]).get(entry.asset_id)
    if patent is None or patent.unit is None or _root(patent.unit) != _root(entry.unit):
        return entry.unit
    return patent.unit


def needs_placing(entry: PoolEntry, rules: InForce) -> bool:
    """Whether nobody can review it yet, because its owner has colleges and the patent belongs to none."""
    unit = placed_unit(entry)
    return college_reviews(unit, rules) and unit.kind != OrganisationKind.COLLEGE


def _root(unit: Organisation) -> int:
    above = parents_of(unit)
    return above[-1] if above else unit.pk


def college_reviews(unit: Organisation, rules: InForce) -> bool:
    """Whether entries of a unit go through a college first: table pool_steps by the kind of the owner itself."""
    root = unit
    while root.parent is not None:
        root = root.parent
    rule = {row["kind"]: row["college_review"] for row in rules.table("pool_steps")}.get(root.kind, "never")
    if rule == "never":
        return False
    parts = Organisation.objects.filter(parent=root, kind=OrganisationKind.COLLEGE)
    return parts.filter(open_to=None).exists() or unit.kind == OrganisationKind.COLLEGE


def seen_entry(number: int, *, actor: Actor, at: datetime, rules: InForce) -> PoolEntry:
    """An entry that the actor may see. Raises: DomainError not_there."""
    entry = PoolEntry.objects.select_related("unit__parent__parent", "asset").filter(pk=number).first()
    if entry is None:
        raise not_there(f"pool_entry:{number}")
    if isinstance(actor, Account):
        standing, book = standing_of(actor, at=at, rules=rules), read_rights(rules)
        if not may_see(standing, entry, entry_subject(entry), book=book, rules=rules):
            raise not_there(f"pool_entry:{number}")
    return entry


def fillable_entry(
    number: int, right: Right, *, seen: int | None, actor: Actor, at: datetime, rules: InForce
) -> PoolEntry:
    """An entry whose filing or card the actor may change now.

    Raises: DomainError not_there, not_allowed, moved_meanwhile, not_fillable (field stage).
    """
    entry = seen_entry(number, actor=actor, at=at, rules=rules)
    require(actor, right, replace(entry_subject(entry), steps=frozenset()), at=at, rules=rules)
    if seen is not None and seen != entry.version:
        raise moved_meanwhile(entry)
    if entry.stage not in FILLABLE:
        raise DomainError(
            f"{entry.number} is {entry.stage}: what was submitted stays as others see it. Take it back, or have it "
            "returned, then change it.",
            code="not_fillable",
            stage=entry.stage,
        )
    return entry


@transaction.atomic
def save_filing(
    number: int, filing: Filing, *, actor: Actor, at: datetime, rules: InForce, seen: int | None = None
) -> PoolEntry:
    """Keep what the inventor says beside the card; it may be unfinished until it is submitted.

    Raises: as fillable_entry; DomainError not_in_list (field name), bad_price; BadValue not_in_list.
    """
    entry = fillable_entry(number, Right.SUBMIT_POOL_ENTRY, seen=seen, actor=actor, at=at, rules=rules)
    told = _checked(filing, rules)
    fresh = {"version": F("version") + 1, **told}
    if PoolEntry.objects.filter(pk=number, version=entry.version).update(**fresh) != 1:
        raise moved_meanwhile(entry)
    entry.refresh_from_db()
    _log(entry, "pool_entry.filled", actor, at, {name: str(value) for name, value in told.items() if value})
    return entry


def _checked(filing: Filing, rules: InForce) -> dict[str, Any]:
    scale = self_grade_scale(rules)
    if filing.self_grade is not None:
        scale.level(str(filing.self_grade))
    options = {(row["list"], row["code"]) for row in rules.table("check_options")}
    for name in ("willingness", "intended_mode"):
        said = getattr(filing, name)
        if said and (name, said) not in options:
            raise DomainError(f"{said!r} is no choice of {name}. Choose from the list.", code="not_in_list", name=name)
    if filing.price_kind and filing.price_kind not in PRICE_KINDS:
        raise DomainError(
            f"{filing.price_kind!r} is no kind of price. Choose one.", code="not_in_list", name="price_kind"
        )
    price = filing.price_cny if filing.price_kind == "fixed" else None
    share = filing.royalty_percent if filing.price_kind == "royalty" else None
    if (filing.price_kind == "fixed" and (price is None or price <= 0)) or (
        filing.price_kind == "royalty" and (share is None or not 0 < share <= 100)
    ):
        raise DomainError(
            "A fixed price needs its amount above 0 yuan, a share of sales its per cent above 0 up to 100. Give it.",
            code="bad_price",
        )
    return {
        "grade_scheme": scale.scheme if filing.self_grade is not None else "",
        "self_grade": filing.self_grade,
        "self_grade_reason": filing.self_grade_reason.strip(),
        "willingness": filing.willingness,
        "intended_mode": filing.intended_mode,
        "price_kind": filing.price_kind,
        "price_cny": price,
        "royalty_percent": share,
        "application_field": filing.application_field.strip(),
    }


@transaction.atomic
def confirm_entry(number: int, *, actor: Actor, at: datetime, rules: InForce) -> PoolEntry:
    """Say that an entry of the pool still holds; what was hidden is shown again.

    Raises: DomainError not_there, not_allowed; WrongStage where it is not in the pool.
    """
    entry = seen_entry(number, actor=actor, at=at, rules=rules)
    require(actor, Right.CONFIRM_LISTING, entry_subject(entry), at=at, rules=rules)
    if entry.stage != Stage.UNIVERSITY_APPROVED:
        raise DomainError(
            f"{entry.number} is not in the pool, so there is nothing to confirm. See its stage.",
            code="wrong_stage",
            stage=entry.stage,
            act="confirm",
        )
    changed = {"confirmed_on": localdate(at), "version": F("version") + 1}
    if PoolEntry.objects.filter(pk=number, stage=entry.stage, version=entry.version).update(**changed) != 1:
        raise moved_meanwhile(entry)
    entry.refresh_from_db()
    _log(entry, "pool_entry.confirmed", actor, at, {})
    return entry


def lacks(entry: PoolEntry, card: TechnologyCard | None) -> list[str]:
    """Codes of what an entry is not submitted without: of FILING, and gain, maturity of the card."""
    found = [name for name in FILING if getattr(entry, name) in (None, "")]
    if card is None or not card.gain.strip():
        found.append("gain")
    if card is None or card.maturity is None:
        found.append("maturity")
    return found


def _check_complete(entry: PoolEntry) -> None:
    lacking = lacks(entry, entry.cards.last())
    if lacking:
        raise DomainError(
            f"{entry.number} cannot be submitted yet, it lacks {', '.join(lacking)}. Fill that in.",
            code="incomplete",
            number=entry.number,
            lacks=";".join(lacking),
        )
    if entry.willingness == "unwilling":
        raise DomainError(
            f"The inventor of {entry.number} is not willing, so it is not offered. Ask him, or leave it out.",
            code="unwilling",
            number=entry.number,
        )


def _who_goes_on(entry: PoolEntry, act: Act) -> str:
    wanted = {Act.RETURN: Step.APPLY, Act.RETURN_TO_COLLEGE: Step.REVIEW}.get(act)
    if wanted is None:
        return ""
    last = EntryStep.objects.filter(entry=entry, step=wanted).last()
    return last.actor if last else entry.made_by


def _keep_step(
    entry: PoolEntry, act: str, of: str, to: str, move: Move | None, actor: Actor, at: datetime, *, reason: str = "",
    told: str = "",
) -> None:  # fmt: skip
    EntryStep.objects.create(
        entry=entry,
        act=act,
        of_stage=of,
        to_stage=to,
        step=move.step or "" if move else "",
        actor=actor.login,
        account=actor if isinstance(actor, Account) else None,
        told=told,
        reason=reason,
        card_number=entry.card_number,
        made_at=at,
    )
    data = {"from": str(of), "to": str(to), "card": entry.card_number, "told": told}
    _log(entry, f"pool_entry.{act}", actor, at, data, reason=reason)


def _log(entry: PoolEntry, act: str, actor: Actor, at: datetime, data: dict[str, Any], *, reason: str = "") -> None:
    log_action(f"pool_entry:{entry.pk}", act, actor=actor.login, at=localdate(at), made_at=at, data=data, reason=reason)
