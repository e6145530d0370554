"""Entries of the pool with their steps and cards; samples; funded projects; exploitation with its evidence.

unit, region_code and asset stand on whatever belongs to a patent, so that one filter (inventory.access.reach_filter)
cuts all lists. Each model names its personal fields in `personal_fields`.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from panhuo.desk.people.models import Account, Organisation
from panhuo.desk.registry.models import Asset

PROTECT, CASCADE = models.PROTECT, models.CASCADE


class PoolEntry(models.Model):
    """A patent on its way into the pool, and in it. stage: engine.pool.Stage; it changes by desk.pool.actions only.

    version: goes up with every change, so that nobody acts on what he has not seen. has_college: whether a college
    reviews it, as it was when it was submitted. price_cny: yuan; royalty_percent: of sales, 0..100.
    confirmed_on: when its owner last said that it holds; empty before it is in the pool.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("made_by", "self_grade_reason")

    asset = models.OneToOneField(Asset, on_delete=PROTECT, related_name="pool_entry")
    unit = models.ForeignKey(Organisation, on_delete=PROTECT, related_name="pool_entries")
    region_code = models.CharField(max_length=6, blank=True)
    stage = models.CharField(max_length=24)
    version = models.PositiveIntegerField(default=1)
    has_college = models.BooleanField(default=False)
    number = models.CharField(max_length=40, blank=True)
    title = models.TextField(blank=True)
    grade_scheme = models.CharField(max_length=60, blank=True)
    self_grade = models.PositiveSmallIntegerField(null=True)
    self_grade_reason = models.TextField(blank=True)
    willingness = models.CharField(max_length=20, blank=True)
    intended_mode = models.CharField(max_length=24, blank=True)
    price_kind = models.CharField(max_length=16, blank=True)
    price_cny = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    royalty_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    application_field = models.CharField(max_length=200, blank=True)
    card_number = models.PositiveIntegerField(default=0)
    completeness = models.PositiveSmallIntegerField(default=0)
    confirmed_on = models.DateField(null=True)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    moved_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        indexes: ClassVar = [
            models.Index(fields=["stage", "unit", "id"], name="pool_by_unit"),
            models.Index(fields=["stage", "region_code", "id"], name="pool_by_region"),
            models.Index(fields=["stage", "confirmed_on"], name="pool_by_confirmed"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.stage}"


class EntryStep(models.Model):
    """What was done to an entry, by whom and why. act: engine.pool.Act or draft; step: terms.roles.Step or "".

    told: login of who is to go on, where it was returned.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("actor", "account", "told", "reason")

    entry = models.ForeignKey(PoolEntry, on_delete=CASCADE, related_name="steps")
    act = models.CharField(max_length=24)
    of_stage = models.CharField(max_length=24, blank=True)
    to_stage = models.CharField(max_length=24)
    step = models.CharField(max_length=16, blank=True)
    actor = models.CharField(max_length=80)
    account = models.ForeignKey(Account, on_delete=PROTECT, null=True, related_name="+")
    told = models.CharField(max_length=80, blank=True)
    reason = models.TextField(blank=True)
    card_number = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.entry_id} {self.act}"


class TechnologyCard(models.Model):
    """One version of an entry's card; versions are added, never changed. maturity: 1 to 9 as owners state it.

    contact_*: the owner's office, never an inventor's.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("contact_office", "contact_phone", "contact_email", "made_by")

    entry = models.ForeignKey(PoolEntry, on_delete=CASCADE, related_name="cards")
    number = models.PositiveIntegerField()
    problem = models.TextField(blank=True)
    gain = models.TextField(blank=True)
    maturity = models.PositiveSmallIntegerField(null=True)
    economics = models.TextField(blank=True)
    offered = models.TextField(blank=True)
    scenario = models.TextField(blank=True)
    contact_office = models.CharField(max_length=100, blank=True)
    contact_phone = models.CharField(max_length=30, blank=True)
    contact_email = models.EmailField(blank=True)
    completeness = models.PositiveSmallIntegerField()
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("entry", "number")
        constraints: ClassVar = [models.UniqueConstraint(fields=["entry", "number"], name="card_number_once")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.number}"


class FundingWord(models.Model):
    """What was said of a patent: that public money paid for it, or not. Internal, as the declarations are."""

    personal_fields: ClassVar[tuple[str, ...]] = ("said_by",)

    asset = models.OneToOneField(Asset, on_delete=PROTECT, related_name="+")
    unit = models.ForeignKey(Organisation, on_delete=PROTECT, related_name="+")
    region_code = models.CharField(max_length=6, blank=True)
    is_funded = models.BooleanField()
    said_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.asset_id} {self.is_funded}"


class FundedProjectDeclaration(models.Model):
    """声明: which publicly funded project a patent came from. Internal government information: no public page, export
    or search holds it. channel: agent or self."""

    personal_fields: ClassVar[tuple[str, ...]] = ("recorded_by",)

    asset = models.ForeignKey(Asset, on_delete=PROTECT, related_name="+")
    unit = models.ForeignKey(Organisation, on_delete=PROTECT, related_name="+")
    region_code = models.CharField(max_length=6, blank=True)
    patent_number = models.CharField(max_length=40, blank=True)
    grant_date = models.DateField(null=True)
    project_type = models.CharField(max_length=24)
    project_name = models.CharField(max_length=200)
    project_no = models.CharField(max_length=60)
    funding_level = models.CharField(max_length=16)
    undertaker = models.CharField(max_length=200)
    declared_on = models.DateField()
    channel = models.CharField(max_length=8)
    recorded_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("project_no", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["asset", "project_no"], name="declaration_once_per_project")
        ]

    def __str__(self) -> str:
        return f"{self.project_no} {self.asset_id}"


class TrackingReport(models.Model):
    """实施跟踪: what was said of a funded patent's use in a year; the last one told of a year stands."""

    personal_fields: ClassVar[tuple[str, ...]] = ("reported_by",)

    declaration = models.ForeignKey(FundedProjectDeclaration, on_delete=PROTECT, related_name="reports")
    year = models.PositiveSmallIntegerField()
    is_exploited = models.BooleanField()
    mode = models.CharField(max_length=24, blank=True)
    income_cny = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    reason = models.TextField(blank=True)
    reported_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("declaration", "year", "id")

    def __str__(self) -> str:
        return f"{self.declaration_id} {self.year}"


class ExploitationEntry(models.Model):
    """实施情况: an owner's word that a patent is exploited, or why not, and what another person decided on it.

    kind: exploited (mode, since) or reason (table proper_reasons, valid_to). stage: submitted, approved, declined,
    withdrawn. Approved, it is an Answer of the register as well.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("made_by", "decided_by", "maker", "decider")

    asset = models.ForeignKey(Asset, on_delete=PROTECT, related_name="+")
    unit = models.ForeignKey(Organisation, on_delete=PROTECT, related_name="+")
    region_code = models.CharField(max_length=6, blank=True)
    patent_number = models.CharField(max_length=40, blank=True)
    title = models.TextField(blank=True)
    kind = models.CharField(max_length=12)
    mode = models.CharField(max_length=24, blank=True)
    since = models.DateField(null=True)
    reason = models.CharField(max_length=60, blank=True)
    valid_to = models.DateField(null=True)
    note = models.TextField(blank=True)
    stage = models.CharField(max_length=12)
    made_by = models.CharField(max_length=80)
    maker = models.ForeignKey(Account, on_delete=PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    decided_by = models.CharField(max_length=80, blank=True)
    decider = models.ForeignKey(Account, on_delete=PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)

    class Meta:
        ordering = ("id",)
        indexes: ClassVar = [models.Index(fields=["stage", "unit", "id"], name="exploitation_by_unit")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["asset"], condition=Q(stage="submitted"), name="one_open_exploitation_per_patent"
            )
        ]

    def __str__(self) -> str:
        return f"{self.patent_number} {self.kind} {self.stage}"


class EvidenceFile(models.Model):
    """A paper that proves an entry; its bytes lie in the home's attachments under their digest (SHA-256)."""

    personal_fields: ClassVar[tuple[str, ...]] = ("name", "added_by")

    entry = models.ForeignKey(ExploitationEntry, on_delete=CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    added_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["entry", "digest"], name="evidence_once")]

    def __str__(self) -> str:
        return self.name


class QualitySample(models.Model):
    """质量抽查: entries of the pool drawn by a seed, looked at by an officer. drawn_from: how many there were."""

    personal_fields: ClassVar[tuple[str, ...]] = ("drawn_by",)

    seed = models.CharField(max_length=60)
    size = models.PositiveSmallIntegerField()
    drawn_from = models.PositiveIntegerField()
    drawn_by = models.CharField(max_length=80)
    drawer = models.ForeignKey(Account, on_delete=PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.id} {self.seed}"


class SampledEntry(models.Model):
    """One entry of a sample. stated: the level of its self-grade when it was drawn; found: the officer's own level."""

    personal_fields: ClassVar[tuple[str, ...]] = ("judged_by", "note")

    sample = models.ForeignKey(QualitySample, on_delete=CASCADE, related_name="entries")
    entry = models.ForeignKey(PoolEntry, on_delete=PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    stated = models.PositiveSmallIntegerField()
    found = models.PositiveSmallIntegerField(null=True)
    note = models.TextField(blank=True)
    judged_by = models.CharField(max_length=80, blank=True)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("sample", "place")
        constraints: ClassVar = [models.UniqueConstraint(fields=["sample", "entry"], name="sampled_once")]

    def __str__(self) -> str:
        return f"{self.sample_id} {self.place}"
