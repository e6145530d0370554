"""The royalty reference: the only place where it is written, and how it is read on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from panhuo.adapters.readers.form_rows import read_form
from panhuo.desk.history import log_action
from panhuo.desk.valuations.models import RoyaltyLoad, RoyaltyRow
from panhuo.engine.records.raw import Reject
from panhuo.engine.valuation import IndustryRoyalty, royalty_of, royalty_rows
from panhuo.engine.valuation.income import ShareOf
from panhuo.engine.valuation.royalty_reference import COLUMNS, RoyaltyAnswer
from panhuo.rules import InForce
from panhuo.terms.errors import DomainError

NEEDED = ("year", "industry", "contracts", "free_contracts")
"""Without these a row says nothing; the figures themselves may be unpublished."""


@dataclass(frozen=True, slots=True)
class LoadedRoyalties:
    """What a file gave. is_new: False where the same file was loaded before."""

    load: RoyaltyLoad
    good: int
    rejects: tuple[Reject, ...]
    left_out: tuple[str, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class SourcedRoyalty:
    """What may be told of an industry in a year; load: the file it comes from, None where no file has it."""

    answer: RoyaltyAnswer
    load: RoyaltyLoad | None


def load_royalties(path: Path, *, rules: InForce, actor: str, at: date, made_at: datetime) -> LoadedRoyalties:
    """Read and keep a file: good rows go in, the others are kept with their reasons.

    Raises: RefusedFile where no heading names the needed columns; DomainError no_actor.
    """
    read = read_form(path, _headings(rules), needed=NEEDED)
    words = {row["word"]: row["code"] for row in rules.table("valuation_words") if row["kind"] == "royalty_of"}
    good, bad = royalty_rows((row.row, _in_codes(row.cells, words)) for row in read.rows)
    rejects = [*read.rejects, *(_reject(row, why, path) for row, why in bad)]
    known = RoyaltyLoad.objects.filter(digest=read.digest).first()
    left_out = tuple(read.left_out)
    if known is not None:
        return LoadedRoyalties(known, len(good), tuple(rejects), left_out, is_new=False)
    with transaction.atomic():
        load = RoyaltyLoad.objects.create(
            digest=read.digest,
            name=path.name[-400:],
            rows=len(good) + len(rejects),
            rejects=[{**asdict(one), "file": path.name} for one in rejects],
            loaded_on=at,
            actor=actor.strip(),
            made_at=made_at,
        )
        RoyaltyRow.objects.bulk_create(_stored(load, one) for one in good)
        data = {"name": load.name, "digest": load.digest, "good": len(good), "rejected": len(rejects)}
        log_action(f"royalties:{load.pk}", "loaded", actor=actor, at=at, made_at=made_at, data=data)
    return LoadedRoyalties(load, len(good), tuple(rejects), left_out, is_new=True)


def royalty_on(industry: str, year: int, *, rules: InForce, at: date) -> SourcedRoyalty:
    """An industry's figures as the reference has them on a day, suppressed where too few contracts stand behind."""
    row = (
        RoyaltyRow.objects.filter(industry=industry, year=year, load__loaded_on__lte=at)
        .select_related("load")
        .order_by("load__loaded_on", "load_id")
        .last()
    )
    rows = [] if row is None else [_told(row)]
    return SourcedRoyalty(royalty_of(rows, industry, year, rules), row.load if row else None)


def industries_on(*, at: date, year: int | None = None, industry: str | None = None) -> list[tuple[int, str]]:
    """Years and industries that the reference knows on a day, in order."""
    rows = RoyaltyRow.objects.filter(load__loaded_on__lte=at)
    if year is not None:
        rows = rows.filter(year=year)
    if industry is not None:
        rows = rows.filter(industry=industry)
    return sorted(set(rows.order_by().values_list("year", "industry")))


def _headings(rules: InForce) -> dict[str, str]:
    words = {row["word"]: row["code"] for row in rules.table("valuation_words") if row["kind"] == "royalty_heading"}
    unknown = sorted({*words.values()} - {*COLUMNS})
    if unknown:
        raise DomainError(
            f"Table valuation_words of pack {rules.pack} names {unknown[0]} as a column of the royalty reference; it "
            f"has {', '.join(COLUMNS)}. Mend the table.",
            code="unknown_column",
        )
    return {name: name for name in COLUMNS} | words


def _in_codes(cells: Mapping[str, str], words: Mapping[str, str]) -> dict[str, str]:
    told = cells.get("royalty_of", "")
    return {**cells, "royalty_of": words.get(told, told)}


def _reject(row: int, why: str, path: Path) -> Reject:
    return Reject(row, "", "", "bad_royalty_row", why, "", str(path))


def _stored(load: RoyaltyLoad, one: IndustryRoyalty) -> RoyaltyRow:
    return RoyaltyRow(load=load, **{**asdict(one), "royalty_of": one.royalty_of or ""})


def _told(row: RoyaltyRow) -> IndustryRoyalty:
    return IndustryRoyalty(
        row.year,
        row.industry,
        row.contracts,
        row.free_contracts,
        ShareOf(row.royalty_of) if row.royalty_of else None,
        _plain(row.royalty_low),
        _plain(row.royalty_mean),
        _plain(row.royalty_high),
        _plain(row.fixed_mean_cny),
    )


def _plain(value: Decimal | None) -> Decimal | None:
    """As the file wrote it: without the zeros that a column adds."""
    if value is None:
        return None
    found = value.normalize()
    return found.quantize(Decimal(1)) if found == found.to_integral_value() else found
