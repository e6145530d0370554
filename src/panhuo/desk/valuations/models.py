"""Valuation records, banks' cards with what became of their loans, and the royalty reference that an operator loads.

Personal data held: RoyaltyLoad.actor, ValuationRecord.actor, ValuationRecord.content (names of who signed),
BankCard.actor, CardOverride.name, CardOutcome.actor.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class RoyaltyLoad(models.Model):
    """A file of licence statistics as it was read. digest: SHA-256 of its bytes; rejects: refused rows with reasons."""

    personal_fields: ClassVar[tuple[str, ...]] = ("actor", "rejects")

    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=400)
    rows = models.PositiveIntegerField()
    rejects = models.JSONField()
    loaded_on = models.DateField()
    actor = models.CharField(max_length=60)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.name} {self.loaded_on}"


class RoyaltyRow(models.Model):
    """One industry in one year (engine.valuation.IndustryRoyalty). Of several loads the latest that has it stands."""

    personal_fields: ClassVar[tuple[str, ...]] = ()

    load = models.ForeignKey(RoyaltyLoad, on_delete=models.PROTECT, related_name="good_rows")
    year = models.PositiveIntegerField()
    industry = models.CharField(max_length=200)
    contracts = models.BigIntegerField()
    free_contracts = models.BigIntegerField()
    royalty_of = models.CharField(max_length=10, blank=True)
    royalty_low = models.DecimalField(null=True, max_digits=20, decimal_places=12)
    royalty_mean = models.DecimalField(null=True, max_digits=20, decimal_places=12)
    royalty_high = models.DecimalField(null=True, max_digits=20, decimal_places=12)
    fixed_mean_cny = models.DecimalField(null=True, max_digits=30, decimal_places=12)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["load", "year", "industry"], name="royalty_once")]


class ValuationRecord(models.Model):
    """A value on record (engine.valuation.ValuationRecord); written once, never changed.

    content: what was stated and what a dossier gave, as engine.valuation.read_record takes it. digest: of that and of
    the file. file, file_name, file_size: SHA-256 and name of the report or dossier kept in the home. seal: of the
    dossier, "" where there is none. patents: their numbers.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("actor", "content")

    number = models.CharField(max_length=12, unique=True)
    source = models.CharField(max_length=20)
    patents = models.JSONField()
    base_date = models.DateField()
    valid_until = models.DateField()
    value_cny = models.DecimalField(max_digits=40, decimal_places=12)
    content = models.JSONField()
    digest = models.CharField(max_length=32, unique=True)
    file = models.CharField(max_length=64, blank=True)
    file_name = models.CharField(max_length=400, blank=True)
    file_size = models.BigIntegerField(default=0)
    seal = models.CharField(max_length=64, blank=True)
    recorded_on = models.DateField()
    actor = models.CharField(max_length=60)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.number} {self.source}"


class ValuedPatent(models.Model):
    """A patent of a record by the key under which the register knows it (terms.numbers)."""

    personal_fields: ClassVar[tuple[str, ...]] = ()

    record = models.ForeignKey(ValuationRecord, on_delete=models.PROTECT, related_name="valued")
    key = models.CharField(max_length=60, db_index=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["record", "key"], name="valued_patent_once")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.key}"


class BankCard(models.Model):
    """A bank's internal-evaluation card; written once, never changed. content: what was stated; result: the card
    (engine.flows.card_told). digest: of content and day. run_id: desk.history.Run with the rules it read."""

    personal_fields: ClassVar[tuple[str, ...]] = ("actor", "content")

    number = models.CharField(max_length=12, unique=True)
    record = models.ForeignKey(ValuationRecord, on_delete=models.PROTECT, related_name="cards")
    bank = models.CharField(max_length=200)
    content = models.JSONField()
    result = models.JSONField()
    digest = models.CharField(max_length=32, unique=True)
    run_id = models.CharField(max_length=32)
    made_on = models.DateField()
    valid_until = models.DateField()
    actor = models.CharField(max_length=60)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.number} {self.bank}"


class CardOverride(models.Model):
    """An officer's figures beside the card's; the last told stands. Null where the card's figure stands."""

    personal_fields: ClassVar[tuple[str, ...]] = ("name", "reason")

    card = models.ForeignKey(BankCard, on_delete=models.PROTECT, related_name="overrides")
    value_cny = models.DecimalField(null=True, max_digits=40, decimal_places=12)
    loan_cny = models.DecimalField(null=True, max_digits=40, decimal_places=12)
    reason = models.TextField()
    name = models.CharField(max_length=60)
    day = models.DateField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("day", "id")


class CardOutcome(models.Model):
    """What became of a card's loan (engine.valuation.card_outcome.Outcome); the latest knowledge stands.

    content: as it was stated. digest: of that. told_on: day on which it came in.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("actor",)

    card = models.ForeignKey(BankCard, on_delete=models.PROTECT, related_name="outcomes")
    content = models.JSONField()
    digest = models.CharField(max_length=32)
    known_on = models.DateField()
    told_on = models.DateField()
    actor = models.CharField(max_length=60)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("known_on", "id")
        constraints: ClassVar = [models.UniqueConstraint(fields=["card", "digest"], name="card_outcome_once")]
