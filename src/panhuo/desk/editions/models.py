"""Drafts of editions: what an officer proposes, what reviewers said; what became of published rows later."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from panhuo.desk.listings.models import Edition
from panhuo.desk.people.models import Account, Organisation
from panhuo.desk.registry.models import Asset


class Draft(models.Model):
    """One proposed edition. unit: the office whose it is, which leads it; co_units: other offices that review it.

    kind: desk.listings.actions.SUPPLY_LIST or SHARING_LIST; day: on which its rows stand; audience: of table
    edition_audiences, told: further words on it; steps: reviews that it needs; state: terms.edition_states;
    listed, annex: rows; job: number of its last work.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ()

    kind = models.CharField(max_length=24)
    title = models.CharField(max_length=120)
    day = models.DateField()
    audience = models.CharField(max_length=40)
    told = models.CharField(max_length=80, blank=True)
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="edition_drafts")
    co_units = models.ManyToManyField(Organisation, blank=True, related_name="co_edition_drafts")
    steps = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12)
    listed = models.PositiveIntegerField(default=0)
    annex = models.PositiveIntegerField(default=0)
    figures = models.JSONField(default=dict)  # rows by source and by bar
    columns = models.JSONField(default=list)
    pack_version = models.CharField(max_length=40, blank=True)
    judged_at = models.DateTimeField(null=True)
    job = models.PositiveBigIntegerField(null=True)
    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, null=True, related_name="draft")
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="edition_drafts")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.pk} {self.title}"


class DraftRow(models.Model):
    """A right in a draft. part: list, annex, or apart: reviewed as listed and not published; why: codes joined by ;.

    ended: legal status that an inventory found after the rows were judged, "" while none.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("cells",)

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="rows")
    part = models.CharField(max_length=8)
    position = models.PositiveIntegerField()
    asset_key = models.CharField(max_length=60, blank=True)
    cells = models.JSONField()
    source = models.CharField(max_length=16, blank=True)
    why = models.CharField(max_length=400, blank=True)
    ended = models.CharField(max_length=24, blank=True)

    class Meta:
        ordering = ("draft", "part", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["draft", "part", "position"], name="draft_place_once"),
        ]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.part} {self.position}"


class DraftStep(models.Model):
    """Who moved a draft, when, and why; in order. act: terms.edition_states.DraftAct; before: state it stood in."""

    personal_fields: ClassVar[tuple[str, ...]] = ("name",)

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="steps_taken")
    act = models.CharField(max_length=12)
    before = models.CharField(max_length=12)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="edition_steps")
    name = models.CharField(max_length=80)  # as it was then
    reason = models.CharField(max_length=400, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.draft_id} {self.act}"


class EditionNotice(models.Model):
    """What became of a published row later; the edition itself stays as it was published.

    why: a code of legal_status, or withdrawn; words: what the officer wrote.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("noted_by", "words")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="notices")
    asset_key = models.CharField(max_length=60)
    why = models.CharField(max_length=24)
    words = models.CharField(max_length=400, blank=True)
    day = models.DateField()
    noted_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "asset_key", "why"], name="edition_notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.asset_key} {self.why}"


class SharedPatent(models.Model):
    """A patent that a state firm puts on its sharing list, with its terms. state: terms.edition_states.SharingState.

    mode: a code of intended_mode; consideration: terms.edition_states.Consideration; until: last day of the offer.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("contact",)

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="shared")
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="shared_patents")
    mode = models.CharField(max_length=24)
    consideration = models.CharField(max_length=16)
    price_note = models.CharField(max_length=120, blank=True)
    contact = models.CharField(max_length=80, blank=True)
    until = models.DateField()
    state = models.CharField(max_length=12)
    offered_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="patents_shared")
    offered_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="sharing_confirmed")
    confirmed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["asset"], condition=models.Q(state__in=("offered", "confirmed")), name="patent_shared_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.state}"
