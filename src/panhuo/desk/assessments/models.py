"""Cases of assessment, panels of experts, disclosures before filing.

Personal data held: AssessmentCase.inventors, SelfGrade.inventor, FirstAssessment.assessor, SecondOrder.actor,
CaseReport.actor, PanelExpert (name, organisation, relations, dealings, draft, conflict_reason), PanelScore.comment,
Disclosure.inventors, PrefilingAssessment.assessor, FilingApproval.actor, FormFile.rejects (cells of refused rows).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from panhuo.desk.people.models import Account, Organisation


class AssessmentCase(models.Model):
    """One patent under assessment, as the register told it when the case was opened; it stays so.

    stage: engine.assessment.Stage. number: a serial that says nothing of the patent. departments,
    inventor_organisations: told by who opened the case, beside the owners. unit, region_code: whose the patent was by
    the inventory of that moment; empty where there was none, then the site shows the case to nobody.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("inventors",)

    number = models.CharField(max_length=12, unique=True)
    asset_key = models.CharField(max_length=60)
    application_number = models.CharField(max_length=40, blank=True)
    publication_number = models.CharField(max_length=40, blank=True)
    ip_type = models.CharField(max_length=24)
    title = models.TextField()
    abstract = models.TextField(blank=True)
    first_claim = models.TextField(blank=True)
    ipc_main = models.CharField(max_length=24, blank=True)
    owners = models.JSONField()
    owner_code = models.CharField(max_length=20, blank=True)
    inventors = models.JSONField()
    departments = models.JSONField(default=list)
    inventor_organisations = models.JSONField(default=list)
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="assessment_cases")
    region_code = models.CharField(max_length=6, blank=True, db_index=True)
    stage = models.CharField(max_length=20)
    opened_on = models.DateField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["asset_key"],
                condition=~models.Q(stage__in=["closed", "stopped"]),
                name="one_open_case_per_asset",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.stage}"


class SelfGrade(models.Model):
    """An inventor's self-grade with his willingness. The latest day, then the last told, stands.

    digest: of what the row said, so that the same row again is the same statement.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ("inventor", "reason")

    case = models.ForeignKey(AssessmentCase, on_delete=models.PROTECT, related_name="self_grades")
    scheme = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField()
    willingness = models.CharField(max_length=20)
    inventor = models.CharField(max_length=60)
    reason = models.TextField(blank=True)
    graded_on = models.DateField()
    digest = models.CharField(max_length=32)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("graded_on", "id")
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "digest"], name="self_grade_once")]


class FirstAssessment(models.Model):
    """The internal first assessment: answers by code, points 0..100, null for undecided."""

    personal_fields: ClassVar[tuple[str, ...]] = ("assessor", "remark")

    case = models.ForeignKey(AssessmentCase, on_delete=models.PROTECT, related_name="first_assessments")
    answers = models.JSONField()
    value_points = models.DecimalField(null=True, max_digits=12, decimal_places=6)
    prospect_points = models.DecimalField(null=True, max_digits=12, decimal_places=6)
    value_is_high = models.BooleanField(null=True)
    prospect_is_good = models.BooleanField(null=True)
    missing = models.JSONField()
    assessor = models.CharField(max_length=60)
    remark = models.TextField(blank=True)
    assessed_on = models.DateField()
    digest = models.CharField(max_length=32)
    run_id = models.CharField(max_length=32)  # desk.history.Run: rules and answers
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("assessed_on", "id")
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "digest"], name="first_assessment_once")]


class SecondOrder(models.Model):
    """The order of the third-party assessment."""

    personal_fields: ClassVar[tuple[str, ...]] = ("actor",)

    case = models.OneToOneField(AssessmentCase, on_delete=models.PROTECT, related_name="second_order")
    agency = models.CharField(max_length=200)
    ordered_on = models.DateField()
    actor = models.CharField(max_length=60)
    made_at = models.DateTimeField()


class CaseReport(models.Model):
    """A report in the file. which: first (of the first assessment named) or second; digest: SHA-256 of its bytes."""

    personal_fields: ClassVar[tuple[str, ...]] = ("actor",)

    case = models.ForeignKey(AssessmentCase, on_delete=models.PROTECT, related_name="reports")
    which = models.CharField(max_length=8)
    first = models.ForeignKey(FirstAssessment, null=True, on_delete=models.PROTECT)
    issuer = models.CharField(max_length=200)
    report_number = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=400)
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    attached_on = models.DateField()
    actor = models.CharField(max_length=60)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "which", "first", "digest"], name="report_once", nulls_distinct=False
            )
        ]


class Panel(models.Model):
    """A panel of experts on one case. indicators and rules stay as they were when it was opened.

    is_blind: experts see neither owner nor inventors nor numbers, and nobody sees scores before the end. shown: title,
    abstract and first claim as lists and search show them to experts. due: last day on which a score is in time.
    result: null until it is decided; then nobody scores any more.
    """

    personal_fields: ClassVar[tuple[str, ...]] = ()

    number = models.CharField(max_length=12, unique=True)
    case = models.ForeignKey(AssessmentCase, on_delete=models.PROTECT, related_name="panels")
    indicators = models.JSONField()
    rules = models.JSONField()
    pack = models.CharField(max_length=200)
    pack_version = models.CharField(max_length=40)
    is_blind = models.BooleanField(default=True)
    shown = models.JSONField(default=dict)
    opened_on = models.DateField()
    due = models.DateField()
    result = models.JSONField(null=True)
    run_id = models.CharField(max_length=32, blank=True)
    decided_on = models.DateField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(decided_on__isnull=True), name="one_open_panel_per_case"
            )
        ]


class PanelExpert(models.Model):
    """An expert of a panel; sheet: number of his score sheet, by which it is known when it comes back.

    withdrawn_on: day on which he left it; his scores stay and do not count. account: who scores at the site, empty for
    an expert who fills in a workbook. draft: indicator -> [points, comment] as typed, until it is handed in.
    conflict_reason: what he declared; he scores this patent no more.
    """

    personal_fields: ClassVar[tuple[str, ...]] = (
        "name", "organisation", "relations", "dealings", "draft", "conflict_reason",
    )  # fmt: skip

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="experts")
    expert = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    organisation = models.CharField(max_length=200)
    weight = models.DecimalField(max_digits=7, decimal_places=4)
    relations = models.JSONField()
    dealings = models.JSONField()
    sheet = models.CharField(max_length=24, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="panel_seats")
    draft = models.JSONField(default=dict)
    conflict_reason = models.TextField(blank=True)
    assigned_on = models.DateField()
    handed_in_on = models.DateField(null=True)
    withdrawn_on = models.DateField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["panel", "expert"], name="expert_code_once"),
            models.UniqueConstraint(fields=["panel", "name", "organisation"], name="expert_once"),
            models.UniqueConstraint(
                fields=["panel", "account"], condition=~models.Q(account=None), name="expert_account_once"
            ),
        ]


class PanelScore(models.Model):
    """One expert's points 0..100 for one indicator; given_on: the day on which they came in, the last where changed."""

    personal_fields: ClassVar[tuple[str, ...]] = ("comment",)

    expert = models.ForeignKey(PanelExpert, on_delete=models.PROTECT, related_name="scores")
    indicator = models.CharField(max_length=60)
    points = models.DecimalField(max_digits=7, decimal_places=4)
    comment = models.TextField(blank=True)
    given_on = models.DateField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["expert", "indicator"], name="score_once")]


class Disclosure(models.Model):
    """An invention told to the unit, before it is filed; number: the unit's own."""

    personal_fields: ClassVar[tuple[str, ...]] = ("inventors",)

    number = models.CharField(max_length=60, unique=True)
    title = models.TextField()
    department = models.CharField(max_length=200, blank=True)
    inventors = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return self.number


class PrefilingAssessment(models.Model):
    """An assessment before filing; grade "" while questions are open. The latest day, then the last told, stands."""

    personal_fields: ClassVar[tuple[str, ...]] = ("assessor",)

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="assessments")
    answers = models.JSONField()
    grade = models.CharField(max_length=20, blank=True)
    points = models.DecimalField(null=True, max_digits=12, decimal_places=6)
    by_answer = models.BooleanField()
    reasons = models.JSONField()
    missing = models.JSONField()
    assessor = models.CharField(max_length=60)
    assessed_on = models.DateField()
    digest = models.CharField(max_length=32)
    run_id = models.CharField(max_length=32)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("assessed_on", "id")
        constraints: ClassVar = [models.UniqueConstraint(fields=["disclosure", "digest"], name="prefiling_once")]


class FilingApproval(models.Model):
    """Leave to file; assessment: the record it stands on."""

    personal_fields: ClassVar[tuple[str, ...]] = ("actor",)

    disclosure = models.OneToOneField(Disclosure, on_delete=models.PROTECT, related_name="approval")
    assessment = models.ForeignKey(PrefilingAssessment, on_delete=models.PROTECT)
    approved_on = models.DateField()
    actor = models.CharField(max_length=60)
    made_at = models.DateTimeField()


class FormFile(models.Model):
    """A filled form as it was read last: bad rows are kept here, with row, column, value, code and message."""

    personal_fields: ClassVar[tuple[str, ...]] = ("rejects",)

    form = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=400)
    read_on = models.DateField()
    rows = models.PositiveIntegerField()
    rejects = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["form", "digest"], name="form_file_once")]
