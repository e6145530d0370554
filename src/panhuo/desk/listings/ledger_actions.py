"""The only place where months of the conversion ledger are kept, so that pages show numbers with their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localdate

from panhuo.desk.history.actions import log_action
from panhuo.desk.inventory.rows import OwnerUnits
from panhuo.desk.listings.ledger_sources import ledger_facts
from panhuo.desk.listings.models import LedgerEntry, LedgerMonth
from panhuo.desk.listings.monthly import count_month, record_ledger_run
from panhuo.desk.people.access import Actor, require_any
from panhuo.desk.people.models import Organisation
from panhuo.desk.registry.export import current_projection
from panhuo.desk.registry.models import Asset
from panhuo.desk.registry.parties import regions_by_name, roster
from panhuo.engine.indicators.ledger import Ledger, LedgerRow, month_of
from panhuo.engine.records.owners import normalise_party_name, split_joint_owners
from panhuo.terms.dates import add_months
from panhuo.terms.errors import DomainError
from panhuo.terms.roles import Right

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.rules import InForce

BATCH = 2_000
MOST_MONTHS = 36
Told = Callable[[int, int], None]


def keep_ledger(
    home: Home, rules: InForce, months: Sequence[date], *, actor: Actor, at: datetime, progress: Told | None = None
) -> list[LedgerMonth]:
    """Count months from the register and keep each with its rows; what stood of a month before gives way to it.

    months: first days, none ahead of the day of `at`. Each is counted by the rules of its last day, as the command line
    counts it. The caller holds the home's lock. The same register and pack keep what stands. progress: told how many
    months are done, of how many. Raises: DomainError not_allowed, no_months, too_many_months (field most), month_ahead.
    """
    require_any(actor, Right.KEEP_LEDGER, at=at, rules=rules)
    check_months(months, today=localdate(at))
    facts, known = list(ledger_facts()), roster()
    places = _Places()
    kept = []
    for done, month in enumerate(months, start=1):
        first, last = month_of(f"{month:%Y-%m}")
        of_month = rules.source_pack.at(last)
        ledger = count_month(of_month, first=first, last=last, facts=facts, known=known)
        version = current_projection(home, of_month).version
        kept.append(_keep(ledger, of_month, version, places, actor=actor, at=at))
        if progress is not None:
            progress(done, len(months))
    return kept


def check_months(months: Sequence[date], *, today: date) -> None:
    """Raises: DomainError no_months, too_many_months (field most), month_ahead."""
    if not months:
        raise DomainError("Name at least one month, the first not after the last.", code="no_months")
    if len(months) > MOST_MONTHS:
        raise DomainError(
            f"{len(months)} months are too many at once. Name at most {MOST_MONTHS}.",
            code="too_many_months",
            most=MOST_MONTHS,
        )
    if max(months) > today:
        raise DomainError(f"{max(months):%Y-%m} has not begun. Name this month or an earlier one.", code="month_ahead")


def months_between(first: date, last: date) -> list[date]:
    """First days of the months from one to another, both included; [] where the first is later.

    >>> [str(one) for one in months_between(date(2025, 11, 30), date(2026, 1, 1))]
    ['2025-11-01', '2025-12-01', '2026-01-01']
    """
    begin = first.replace(day=1)
    count = (last.year - begin.year) * 12 + last.month - begin.month + 1
    return [add_months(begin, step) for step in range(count)]


@transaction.atomic
def _keep(ledger: Ledger, rules: InForce, version: str, places: _Places, *, actor: Actor, at: datetime) -> LedgerMonth:
    standing = LedgerMonth.objects.filter(month=ledger.first, stands=True).first()
    if standing is not None and (standing.register_version, standing.pack_version) == (version, rules.version):
        return standing
    run = record_ledger_run(ledger, rules, version=version, made_at=at)
    if standing is not None:
        LedgerEntry.objects.filter(ledger=standing).delete()
        LedgerMonth.objects.filter(pk=standing.pk).update(stands=False)
    made = LedgerMonth.objects.create(
        month=ledger.first, covered_until=ledger.covered_until, figures=run.results, run_id=run.id, pack=run.pack,
        pack_version=run.pack_version, register_version=version, counted_by=actor.login, made_at=at,
    )  # fmt: skip
    rows = (*ledger.conversions, *ledger.contracts)
    LedgerEntry.objects.bulk_create(_entries(made, rows, places), batch_size=BATCH)
    told = {"month": f"{ledger.first:%Y-%m}", "rows": len(rows), "run": run.id}
    log_action(f"ledger:{made.pk}", "ledger.kept", actor=actor.login, at=localdate(at), made_at=at, data=told)
    return made


def _entries(made: LedgerMonth, rows: Sequence[LedgerRow], places: _Places) -> Iterator[LedgerEntry]:
    numbers = {asset for asset in map(_asset, rows) if asset is not None}
    regions = dict(Asset.objects.filter(pk__in=numbers).values_list("pk", "region_code"))
    for row in rows:
        fact, asset = row.fact, _asset(row)
        unit = places.unit_of(fact.from_party, fact.from_code)
        yield LedgerEntry(
            ledger=made,
            month=made.month,
            day=fact.day,
            kind=fact.ledger,
            number=fact.number,
            asset_id=asset if asset in regions else None,
            unit=unit,
            region_code=places.region_of(fact.from_party, fact.from_code)
            or regions.get(asset or 0, "")
            or places.region_of(fact.to_party, fact.to_code),
            patent_number=(fact.application_number or fact.publication_number)[:40],
            title=fact.title,
            ip_type=fact.ip_type,
            from_party=fact.from_party,
            to_party=fact.to_party,
            terms=fact.terms,
            counts=row.counts,
            strike=row.strike or "",
            is_from_university=row.from_university,
            size=row.size.value,
            is_university_to_msme=row.is_university_to_msme,
            reconciled=row.reconciled.value,
            counterpart=row.counterpart,
            amount_cny=fact.amount_cny,
        )


def _asset(row: LedgerRow) -> int | None:
    kind, _, number = row.fact.patent.partition(":")
    return int(number) if kind == "asset" else None


class _Places:
    """Organisations and regions of the parties that ledgers name: by accounts of organisations, else by rosters."""

    def __init__(self) -> None:
        self._units, self._regions = OwnerUnits(), regions_by_name()

    def unit_of(self, party: str, code: str) -> Organisation | None:
        return self._units.of(code, _first(party))

    def region_of(self, party: str, code: str) -> str:
        unit = self.unit_of(party, code)
        if unit is not None and unit.region_code:
            return unit.region_code
        return self._regions.get(normalise_party_name(_first(party)), "") if party else ""


def _first(party: str) -> str:
    return next(iter(split_joint_owners(party)), "")
