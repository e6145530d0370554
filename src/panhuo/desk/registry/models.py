"""Tables of the register.

Bulk import writes them with executemany in the same transaction (intake); everything else through actions.
Personal data held: Asset.inventors, Offer.contact, Need.officer, Answer.approver (names and contacts).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Meta(models.Model):
    """Single values: version counts the commits that changed the register."""

    personal_fields: ClassVar[tuple[str, ...]] = ()

    key = models.CharField(primary_key=True, max_length=40)
    value = models.CharField(max_length=200)


class SourceFile(models.Model):
    """One file that was read; rows_done is written in the transaction of each batch, so an import can resume."""

    personal_fields: ClassVar[tuple[str, ...]] = ()

    digest = models.CharField(max_length=64)  # SHA-256 of the bytes
    format = models.CharField(max_length=60)
    name = models.CharField(max_length=400)
    as_of = models.DateField(null=True)
    fingerprint = models.CharField(max_length=64)  # engine and pack that read it
    rank = models.IntegerField()
    rows = models.IntegerField(default=0)
    rows_done = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    waiting = models.IntegerField(default=0)
    added = models.IntegerField(default=0, db_default=0)
    changed = models.IntegerField(default=0, db_default=0)
    complete = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["digest", "format", "as_of", "fingerprint"],
                name="one_row_per_reading",
                nulls_distinct=False,
            )
        ]


class RejectedRow(models.Model):
    """A row that was not taken, kept with its reason."""

    personal_fields: ClassVar[tuple[str, ...]] = ("value", "message")

    source = models.ForeignKey(SourceFile, on_delete=models.CASCADE)
    member = models.CharField(max_length=400, blank=True)
    row = models.IntegerField()
    column = models.CharField(max_length=100, blank=True)
    value = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=60)
    message = models.CharField(max_length=400)


class Asset(models.Model):
    """One intellectual property right or application (ip_asset); lists are JSON arrays.

    rank, day, source: who said the fields that field_sources does not name; field_sources: field -> [rank, day,
    source id] for the others.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("owners", "applicants", "inventors", "address")

    ip_type = models.CharField(max_length=24)
    jurisdiction = models.CharField(max_length=4)
    application_number = models.CharField(max_length=40, blank=True)
    first_publication_number = models.CharField(max_length=40, blank=True)
    first_publication_date = models.DateField(null=True)
    grant_publication_number = models.CharField(max_length=40, blank=True)
    grant_publication_date = models.DateField(null=True)
    grant_date = models.DateField(null=True)
    kind_code = models.CharField(max_length=4, blank=True)
    title = models.TextField(blank=True)
    title_en = models.TextField(blank=True)
    abstract = models.TextField(blank=True)
    abstract_en = models.TextField(blank=True)
    first_claim = models.TextField(blank=True)
    owners = models.JSONField(default=list)
    applicants = models.JSONField(default=list)
    inventors = models.JSONField(default=list)
    owner_code = models.CharField(max_length=20, blank=True)
    agency = models.TextField(blank=True)
    address = models.TextField(blank=True)
    region_code = models.CharField(max_length=6, blank=True)
    filing_date = models.DateField(null=True)
    priority_date = models.DateField(null=True)
    priority_numbers = models.JSONField(default=list)
    expiry_date = models.DateField(null=True)
    ipc_main = models.CharField(max_length=24, blank=True)
    ipc = models.JSONField(default=list)
    cpc = models.JSONField(default=list)
    loc = models.JSONField(default=list)
    industry_code = models.JSONField(default=list)
    claims_count = models.IntegerField(null=True)
    inventors_count = models.IntegerField(null=True)
    cites_count = models.IntegerField(null=True)
    cited_by_count = models.IntegerField(null=True)
    cited_by_3y_count = models.IntegerField(null=True)
    cited_by_5y_count = models.IntegerField(null=True)
    family_count = models.IntegerField(null=True)
    litigation_count = models.IntegerField(null=True)
    family_members = models.JSONField(default=list)
    awards = models.JSONField(default=list)
    data_day = models.DateField(null=True)
    rank = models.IntegerField()
    day = models.CharField(max_length=10, blank=True)
    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT, db_index=False)
    field_sources = models.JSONField(default=dict)


class AssetKey(models.Model):
    """By which numbers an asset is known; a: application number, p: publication body, t: other registrations."""

    personal_fields: ClassVar[tuple[str, ...]] = ()

    key = models.CharField(primary_key=True, max_length=60)
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE)


class Event(models.Model):
    """What a source says happened to a right; asset is empty while the patent is unknown (waiting_key then).

    event_date: announcement or registration; known_on: day from which an undated statement holds.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("from_party", "to_party")

    asset = models.ForeignKey(Asset, null=True, on_delete=models.CASCADE, db_index=False)
    waiting_key = models.CharField(max_length=60, blank=True)
    uid = models.BigIntegerField()
    event = models.CharField(max_length=32)
    event_date = models.DateField(null=True)
    known_on = models.DateField(null=True)
    effective_on = models.DateField(null=True)
    status = models.CharField(max_length=24, blank=True)
    from_party = models.TextField(blank=True)
    to_party = models.TextField(blank=True)
    from_code = models.CharField(max_length=20, blank=True)
    to_code = models.CharField(max_length=20, blank=True)
    number = models.CharField(max_length=60, blank=True)
    amount_cny = models.DecimalField(null=True, max_digits=20, decimal_places=2)
    ends_on = models.DateField(null=True)
    terms = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=8, blank=True)
    text = models.TextField(blank=True)
    ledger = models.CharField(max_length=24, blank=True)
    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT, db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["asset", "uid"], name="event_once_per_asset"),
            models.UniqueConstraint(
                fields=["waiting_key", "uid"],
                condition=models.Q(asset__isnull=True),
                name="waiting_event_once",
            ),
        ]


class RosterTag(models.Model):
    """A tag of an organisation by an official roster, valid from..to; controller names its group."""

    personal_fields: ClassVar[tuple[str, ...]] = ()

    uid = models.BigIntegerField(unique=True)
    party_code = models.CharField(max_length=20, blank=True, db_index=True)
    party_name = models.CharField(max_length=200)
    alias = models.CharField(max_length=400, blank=True)
    tag = models.CharField(max_length=60)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    controller = models.CharField(max_length=200, blank=True)
    region_code = models.CharField(max_length=6, blank=True)
    source_name = models.CharField(max_length=200, blank=True)
    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT, db_index=False)


class Population(models.Model):
    """Year-end resident population of a region, persons."""

    personal_fields: ClassVar[tuple[str, ...]] = ()

    uid = models.BigIntegerField(unique=True)
    region_code = models.CharField(max_length=6)
    region_name = models.CharField(max_length=60, blank=True)
    year = models.IntegerField()
    persons = models.BigIntegerField()
    source_name = models.CharField(max_length=200, blank=True)
    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT, db_index=False)


class Need(models.Model):
    """A technology need of a firm, as told; amounts in yuan."""

    personal_fields: ClassVar[tuple[str, ...]] = ("officer",)

    need_id = models.CharField(max_length=60, unique=True)
    firm = models.CharField(max_length=200, blank=True)
    firm_code = models.CharField(max_length=20, blank=True)
    region_code = models.CharField(max_length=6, blank=True)
    industry_code = models.CharField(max_length=10, blank=True)
    title = models.TextField(blank=True)
    text = models.TextField(blank=True)
    problem = models.TextField(blank=True)
    goal = models.TextField(blank=True)
    foundation = models.TextField(blank=True)
    difficulty = models.TextField(blank=True)
    budget_low_cny = models.DecimalField(null=True, max_digits=20, decimal_places=2)
    budget_high_cny = models.DecimalField(null=True, max_digits=20, decimal_places=2)
    budget_text = models.TextField(blank=True, default="", db_default="")  # words that say no sum
    urgency = models.CharField(max_length=20, blank=True)
    mode = models.CharField(max_length=60, blank=True)
    source_name = models.CharField(max_length=60, blank=True)
    received_on = models.DateField(null=True)
    stage = models.CharField(max_length=40, blank=True)
    officer = models.CharField(max_length=60, blank=True)
    next_on = models.DateField(null=True)
    stated_on = models.DateField(null=True)  # the day for which it was told so; null in registers before that was kept
    uid = models.BigIntegerField()
    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT, db_index=False)


class Offer(models.Model):
    """What the owner stated about offering a right: consent, mode, price, maturity, contact."""

    personal_fields: ClassVar[tuple[str, ...]] = ("contact", "other_cells")

    asset = models.ForeignKey(Asset, null=True, on_delete=models.CASCADE)
    waiting_key = models.CharField(max_length=60, blank=True)
    uid = models.BigIntegerField()
    stated_on = models.DateField(null=True)
    origin = models.CharField(max_length=20)  # stock_item | owner_answer | open_licence
    stated_owner = models.TextField(blank=True, default="")  # whom the statement names as owner
    consent = models.CharField(max_length=4, blank=True)
    willingness = models.CharField(max_length=40, blank=True)
    intended_mode = models.CharField(max_length=100, blank=True)
    price_cny = models.DecimalField(null=True, max_digits=20, decimal_places=2)
    price_note = models.CharField(max_length=200, blank=True)
    maturity = models.IntegerField(null=True)
    contact = models.CharField(max_length=200, blank=True)
    scenario = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    restrictions = models.TextField(blank=True, default="")
    other_cells = models.TextField(blank=True, default="", db_default="")  # JSON: fields.STOCK_BESIDE -> text
    valid_to = models.DateField(null=True)
    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT, db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["asset", "uid"], name="offer_once_per_asset"),
            models.UniqueConstraint(
                fields=["waiting_key", "uid"],
                condition=models.Q(asset__isnull=True),
                name="waiting_offer_once",
            ),
        ]


class Answer(models.Model):
    """The owner's answer to the check booklet: exploited or not, an accepted reason and until when."""

    personal_fields: ClassVar[tuple[str, ...]] = ("approver",)

    asset = models.ForeignKey(Asset, null=True, on_delete=models.CASCADE)
    waiting_key = models.CharField(max_length=60, blank=True)
    uid = models.BigIntegerField()
    answered_on = models.DateField(null=True)
    booklet = models.CharField(max_length=60, blank=True)
    owner = models.CharField(max_length=200, blank=True)
    exploited = models.CharField(max_length=4, blank=True)  # yes | no | ""
    mode = models.CharField(max_length=60, blank=True)
    since = models.DateField(null=True)
    evidence = models.TextField(blank=True)
    reason = models.CharField(max_length=60, blank=True)
    reason_valid_to = models.DateField(null=True)
    approver = models.CharField(max_length=60, blank=True)
    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT, db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["asset", "uid"], name="answer_once_per_asset"),
            models.UniqueConstraint(
                fields=["waiting_key", "uid"],
                condition=models.Q(asset__isnull=True),
                name="waiting_answer_once",
            ),
        ]
