"""Examples of the arguments of every URL, one line each, and the things that they name, by whose they are.

A new URL with arguments gets a line in EXAMPLES; a new kind of thing a function in MAKERS. Where a line names rights,
the access matrix asks for those and not for what the view declares, so that a view that declares too little is found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from panhuo.desk.people.models import Account, Invitation, Membership, Organisation
from panhuo.terms.roles import Right

SINCE = datetime(2026, 1, 5, tzinfo=UTC)
MISSING = 999_999


class Ownership(StrEnum):
    """Whose a thing is, seen from the person who asks."""

    OWN = "own"  # of his organisation
    CHILD = "child"  # of one below it
    OTHER = "other"  # of another one in the same region
    FAR = "far"  # of one in another region
    NONE = "none"  # of nobody, or not there at all


REGIONS = {Ownership.OWN: "990100", Ownership.CHILD: "990101", Ownership.OTHER: "990102", Ownership.FAR: "990200"}


@dataclass(slots=True)
class World:
    """Organisations around one person and the things in them, made when they are asked for."""

    units: dict[Ownership, Organisation]
    made: dict[tuple[str, Ownership], int] = field(default_factory=dict)

    def number(self, kind: str, ownership: Ownership) -> int:
        """The number of a thing; one that is nobody's is not there, where its kind always has an owner."""
        if (kind, ownership) not in self.made:
            unit = self.units.get(ownership)
            self.made[kind, ownership] = MAKERS[kind](unit) if unit or kind in OWNERLESS else MISSING
        return self.made[kind, ownership]


def world_of(kind: str) -> World:
    """Organisations of one kind: own, below it, beside it, far away."""
    units: dict[Ownership, Organisation] = {}
    for ownership, region in REGIONS.items():
        units[ownership] = Organisation.objects.create(
            name=f"{ownership.value}-{kind}", kind=kind, region_code=region, open_from=date(2026, 1, 5), made_at=SINCE,
            parent=units[Ownership.OWN] if ownership is Ownership.CHILD else None,
        )  # fmt: skip
    return World(units)


def _organisation(unit: Any) -> int:
    return int(unit.pk)


def _account(unit: Any) -> int:
    return int(_membership_row(unit).account_id)


def _membership(unit: Any) -> int:
    return int(_membership_row(unit).pk)


def _membership_row(unit: Any) -> Membership:
    count = Account.objects.count()
    made = Account.objects.create(login=f"somebody{count}", name="某人", phone="13800000000", made_at=SINCE)
    return Membership.objects.create(
        account=made, organisation=unit, role="firm_officer", valid_from=SINCE, granted_by="t", made_at=SINCE
    )


def _invitation(unit: Any) -> int:
    count = Invitation.objects.count()
    made = Invitation.objects.create(
        token_hash=f"{count:064d}", name="某人", organisation=unit, role="firm_officer", invited_by="t", made_at=SINCE,
        ends_at=datetime(2999, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    return int(made.pk)


def _entry(unit: Any) -> int:
    from panhuo.desk.history.actions import log_action

    return int(log_action("test:1", "made", actor="t", at=date(2026, 1, 5), made_at=SINCE).number)


def _stock_patent(unit: Any) -> int:
    from panhuo.desk.inventory.models import Inventory, StockPatent
    from panhuo.desk.registry.models import Asset, SourceFile

    source, _ = SourceFile.objects.get_or_create(digest="0" * 64, format="t", fingerprint="t", rank=1, name="t.csv")
    told = {"day": date(2026, 1, 5), "pack": "national", "pack_version": "1", "register_version": "1-t"}
    inventory, _ = Inventory.objects.get_or_create(**told, taken_by="t", made_at=SINCE, done_at=SINCE)
    asset = Asset.objects.create(ip_type="invention", jurisdiction="CN", title="合成样例", rank=1, source=source)
    StockPatent.objects.create(
        inventory=inventory, asset=asset, unit=unit, ip_type="invention", status="granted_in_force",
        region_code=unit.region_code, number="2016100000010",
    )  # fmt: skip
    return int(asset.pk)


def _upload(unit: Any) -> int:
    from panhuo.desk.imports.models import Upload

    sender = Account.objects.get(pk=_account(unit))
    made = Upload.objects.create(
        organisation=unit, sent_by=sender, name="t.csv", digest="0" * 64, sent_at=SINCE, size=1,
    )  # fmt: skip
    return int(made.pk)


def _job(unit: Any) -> int:
    from panhuo.desk.jobs.models import Job

    count = Job.objects.count()
    asker = Account.objects.create(login=f"job{count}", name="某人", made_at=SINCE)
    return int(Job.objects.create(kind="import", what={"upload": 0}, key=f"{count}", asked_by=asker, asked_at=SINCE).pk)


def _booklet(unit: Any) -> int:
    from panhuo.desk.listings.models import Booklet

    count = Booklet.objects.count()
    made = Booklet.objects.create(
        number=f"HS{count}", owner=unit.name, day=date(2026, 1, 5), run_id="none", asked=3, unit=unit,
        region_code=unit.region_code, made_at=SINCE,
    )  # fmt: skip
    return int(made.pk)


def _pool_entry(unit: Any) -> int:
    from panhuo.desk.pool.models import PoolEntry

    made = PoolEntry.objects.create(
        asset_id=_stock_patent(unit), unit=unit, region_code=unit.region_code, stage="draft", made_by="t",
        made_at=SINCE, moved_at=SINCE,
    )  # fmt: skip
    return int(made.pk)


def _declaration(unit: Any) -> int:
    from panhuo.desk.pool.models import FundedProjectDeclaration

    made = FundedProjectDeclaration.objects.create(
        asset_id=_stock_patent(unit), unit=unit, region_code=unit.region_code, project_type="other",
        project_name="样例", project_no="1", funding_level="province", undertaker="样例", declared_on=date(2026, 1, 5),
        channel="self", recorded_by="t", made_at=SINCE,
    )  # fmt: skip
    return int(made.pk)


def _exploitation(unit: Any) -> int:
    from panhuo.desk.pool.models import ExploitationEntry

    columns = {one.name: one for one in ExploitationEntry._meta.concrete_fields}
    given = {
        "asset_id": _stock_patent(unit), "unit": unit, "region_code": unit.region_code, "kind": "exploited",
        "stage": "submitted", "recorded_by": "t", "made_at": SINCE, "recorded_on": date(2026, 1, 5),
    }  # fmt: skip
    known = {name: value for name, value in given.items() if name.removesuffix("_id") in columns}
    return int(ExploitationEntry.objects.create(**known).pk)


def _case(unit: Any) -> int:
    from panhuo.desk.assessments.models import AssessmentCase

    count = AssessmentCase.objects.count()
    made = AssessmentCase.objects.create(
        number=f"PG{count:06d}", asset_key=f"a:CN2020{count}", ip_type="invention", title="合成样例", owners=["t"],
        inventors=[], unit=unit, region_code=unit.region_code, stage="opened", opened_on=date(2026, 1, 5),
        made_at=SINCE,
    )  # fmt: skip
    return int(made.pk)


def _panel(unit: Any) -> int:
    from panhuo.desk.assessments.models import AssessmentCase
    from panhuo.desk.assessments.panel_actions import open_panel
    from panhuo.rules import load_pack

    rules = load_pack("national").at(date(2026, 1, 5))
    case = AssessmentCase.objects.get(pk=_case(unit))
    made, _ = open_panel(case, due=None, rules=rules, actor="t", at=date(2026, 1, 5), made_at=SINCE)
    return int(made.pk)


def _report(unit: Any) -> int:
    from panhuo.desk.assessments.models import CaseReport

    made = CaseReport.objects.create(
        case_id=_case(unit), which="second", issuer="t", name="t.pdf", digest="0" * 64, size=1,
        attached_on=date(2026, 1, 5), actor="t", made_at=SINCE,
    )  # fmt: skip
    return int(made.pk)


def _seat(unit: Any) -> int:
    from panhuo.desk.assessments.models import PanelExpert

    panel = _panel(unit)
    made = PanelExpert.objects.create(
        panel_id=panel, expert="E1", name="某人", organisation="t", weight=1, relations=[], dealings=[],
        sheet=f"PF-{panel}", account_id=_account(unit), assigned_on=date(2026, 1, 5), made_at=SINCE,
    )  # fmt: skip
    return int(made.pk)


def _value(unit: Any) -> int:
    from engine.valuation.test_record import OURS, stated
    from panhuo.desk.registry.models import AssetKey
    from panhuo.desk.valuations.models import ValuationRecord, ValuedPatent

    asset, count = _stock_patent(unit), ValuationRecord.objects.count()
    AssetKey.objects.create(key=f"a:CN2016{asset:08d}", asset_id=asset)
    made = ValuationRecord.objects.create(
        number=f"GZ{count:06d}", source="self_estimate", patents=["t"], base_date=date(2026, 1, 5), value_cny=1,
        valid_until=date(2026, 12, 31), content=stated(**OURS), digest=f"{count:032d}",
        recorded_on=date(2026, 1, 5), actor="t", made_at=SINCE,
    )  # fmt: skip
    ValuedPatent.objects.create(record=made, key=f"a:CN2016{asset:08d}")
    return int(made.pk)


def _edition_draft(unit: Any) -> int:
    from panhuo.desk.editions.models import Draft

    made = Draft.objects.create(
        kind="supply_list", title="合成清单", day=date(2026, 1, 5), audience="firms", unit=unit, steps=1,
        state="drafted", made_by_id=_account(unit), made_at=SINCE,
    )  # fmt: skip
    return int(made.pk)


def _edition(unit: Any) -> int:
    from panhuo.desk.listings.models import Edition

    number = Edition.objects.count() + 1
    made = Edition.objects.create(
        kind="supply_list", number=number, day=date(2026, 1, 5), digest=f"{number:064d}", run_id="t", pack="national",
        pack_version="1", columns=["position", "title"], notes={"sources": {}}, made_at=SINCE,
    )  # fmt: skip
    return int(made.pk)


MAKERS: dict[str, Callable[[Any], int]] = {
    "organisation": _organisation,
    "account": _account,
    "membership": _membership,
    "invitation": _invitation,
    "entry": _entry,
    "stock_patent": _stock_patent,
    "upload": _upload,
    "booklet": _booklet,
    "pool_entry": _pool_entry,
    "declaration": _declaration,
    "exploitation": _exploitation,
    "job": _job,
    "case": _case,
    "panel": _panel,
    "report": _report,
    "seat": _seat,
    "value": _value,
    "edition_draft": _edition_draft,
    "edition": _edition,
}
OWNERLESS = ("entry", "job", "edition")
"""Things of the installation, whose they cannot be."""


@dataclass(frozen=True, slots=True)
class Example:
    """Arguments of a URL: a kind of MAKERS for a thing, or {"=": value} for what stays the same.

    rights: who holds one over the thing, or over anything where the URL names none; () what the view declares.
    also: and one of these. is_nothing: it is there for nobody who asks here.
    """

    arguments: dict[str, Any] = field(default_factory=dict)
    rights: tuple[Right, ...] = ()
    also: tuple[Right, ...] = ()
    is_nothing: bool = False

    @property
    def kind(self) -> str:
        """The kind of thing whose owner is asked for, "" where there is none."""
        return next((one for one in self.arguments.values() if isinstance(one, str)), "")

    def filled(self, world: World, ownership: Ownership) -> dict[str, Any]:
        return {
            name: world.number(told, ownership) if isinstance(told, str) else told["="]
            for name, told in self.arguments.items()
        }


def same(value: Any) -> dict[str, Any]:
    return {"=": value}


R = Right
SEEING = (R.MANAGE_ORGANISATIONS, R.MANAGE_ACCOUNTS, R.GRANT_ROLES, R.MANAGE_UNIT_ACCOUNTS)
ADMINISTERING = (R.MANAGE_ACCOUNTS, R.GRANT_ROLES, R.MANAGE_UNIT_ACCOUNTS)
KEEPING = (R.MANAGE_ACCOUNTS, R.MANAGE_UNIT_ACCOUNTS)
GIVING = (R.GRANT_ROLES, R.MANAGE_UNIT_ACCOUNTS)
INSIDE = (R.SUBMIT_POOL_ENTRY, R.REVIEW_POOL_ENTRY, R.APPROVE_POOL_ENTRY, R.EDIT_TECHNOLOGY_CARD)
WORKING = (R.EDIT_TECHNOLOGY_CARD, R.REVIEW_POOL_ENTRY, R.APPROVE_POOL_ENTRY)
REVIEWING = (R.REVIEW_EDITION_1, R.REVIEW_EDITION_2, R.REVIEW_EDITION_3)
EDITING = (R.DRAFT_EDITION, *REVIEWING, R.PUBLISH_EDITION)
READING_EDITIONS = (*EDITING, R.READ_STOCK)
USING = (R.RECORD_EXPLOITATION, R.APPROVE_EXPLOITATION)
EXAMPLES: dict[str, Example] = {
    "openid_connect_login": Example({"provider_id": same("unified")}),
    "openid_connect_callback": Example({"provider_id": same("unified")}),
    "mfa_edit_webauthn": Example({"pk": same(1)}),
    "mfa_remove_webauthn": Example({"pk": same(1)}),
    "people-accounts": Example(rights=ADMINISTERING),
    "people-make-account": Example(rights=(R.MANAGE_ACCOUNTS,)),
    "people-account": Example({"number": "account"}, ADMINISTERING),
    "people-close-account": Example({"number": "account"}, KEEPING),
    "people-reopen-account": Example({"number": "account"}, KEEPING),
    "people-new-password": Example({"number": "account"}, KEEPING),
    "people-reveal": Example(
        {"number": "account", "field": same("phone")}, (R.REVEAL_PERSONAL_DATA,), also=ADMINISTERING
    ),
    "people-give-role": Example({"number": "account"}, GIVING),
    "people-end-role": Example({"number": "membership"}, GIVING),
    "people-organisations": Example(rights=SEEING),
    "people-found": Example(rights=(R.MANAGE_ORGANISATIONS,)),
    "people-organisation": Example({"number": "organisation"}, SEEING),
    "people-rename": Example({"number": "organisation"}, (R.MANAGE_ORGANISATIONS,)),
    "people-close-organisation": Example({"number": "organisation"}, (R.MANAGE_ORGANISATIONS,)),
    "people-invitations": Example(rights=GIVING),
    "people-invite": Example(rights=GIVING),
    "people-invitation": Example({"number": "invitation"}, GIVING),
    "people-withdraw-invitation": Example({"number": "invitation"}, GIVING),
    "people-take-invitation": Example({"token": same("no-such-token")}),
    "stock-list": Example(rights=(R.READ_STOCK,)),
    "stock-figures": Example(rights=(R.READ_STOCK,)),
    "stock-export": Example(rights=(R.EXPORT_ROWS,)),
    "stock-take": Example(rights=(R.RUN_GRADING,)),
    "stock-place": Example(rights=(R.IMPORT_STOCK,)),
    "stock-patent": Example({"asset": "stock_patent"}, (R.READ_STOCK,)),
    "imports-list": Example(rights=(R.IMPORT_STOCK,)),
    "imports-send": Example(rights=(R.IMPORT_STOCK,)),
    "imports-one": Example({"number": "upload"}, (R.IMPORT_STOCK,)),
    "imports-headings": Example({"number": "upload"}, (R.IMPORT_STOCK,)),
    "imports-start": Example({"number": "upload"}, (R.IMPORT_STOCK,)),
    "imports-part": Example(
        {"number": same(MISSING)}, is_nothing=True
    ),  # while it runs: tests/web/test_import_pages.py
    "imports-errors": Example(
        {"number": same(MISSING)}, is_nothing=True
    ),  # colleagues only: tests/web/test_import_pages.py
    "jobs-one": Example({"number": "job"}, (R.RUN_JOBS,)),
    "jobs-part": Example({"number": "job"}, (R.RUN_JOBS,)),
    "jobs-cancel": Example({"number": "job"}, (R.RUN_JOBS,)),
    "jobs-retry": Example({"number": "job"}, (R.RUN_JOBS,)),
    "dormant-register": Example(rights=(R.READ_STOCK,)),
    "dormant-export": Example(rights=(R.EXPORT_ROWS,)),
    "dormant-file": Example({"job": same(MISSING)}, is_nothing=True),  # who asked for it: tests/web/test_booklets.py
    "booklets-list": Example(rights=(R.SEND_BOOKLET, R.RETURN_BOOKLET)),
    "booklets-send": Example(rights=(R.SEND_BOOKLET,)),
    "booklets-one": Example({"number": "booklet"}, (R.SEND_BOOKLET, R.RETURN_BOOKLET)),
    "booklets-workbook": Example({"number": same(MISSING)}, is_nothing=True),  # files: tests/web/test_booklets.py
    "booklets-letter": Example({"number": same(MISSING)}, is_nothing=True),
    "pool-mine": Example(rights=(R.SUBMIT_POOL_ENTRY,)),
    "pool-list": Example(rights=(*INSIDE, R.READ_STOCK)),
    "pool-new": Example(rights=(R.SUBMIT_POOL_ENTRY,)),
    "pool-many": Example(is_nothing=True),  # a POST that names no act: tests/web/test_pool_pages.py
    "pool-entry": Example({"entry": "pool_entry"}, INSIDE),
    "pool-filing": Example({"entry": "pool_entry"}, INSIDE, also=(R.SUBMIT_POOL_ENTRY,)),
    "pool-card": Example({"entry": "pool_entry"}, INSIDE, also=(R.EDIT_TECHNOLOGY_CARD,)),
    "pool-card-share": Example({"entry": "pool_entry"}, INSIDE, also=(R.EDIT_TECHNOLOGY_CARD,)),
    "pool-preview": Example({"entry": "pool_entry"}, INSIDE, also=WORKING),
    # what needs an entry in a later stage, a version or a file: tests/web/test_pool_pages.py
    "pool-card-version": Example({"entry": same(MISSING), "number": same(1)}, is_nothing=True),
    "pool-act": Example({"entry": same(MISSING), "act": same("submit")}, is_nothing=True),
    "pool-confirm": Example({"entry": same(MISSING)}, is_nothing=True),
    "pool-evidence": Example({"number": same(MISSING)}, is_nothing=True),
    "pool-sample": Example({"number": same(MISSING)}, is_nothing=True),
    "pool-inventors": Example(
        {"asset": "stock_patent"}, (R.READ_STOCK,), also=(R.APPROVE_POOL_ENTRY, R.REVIEW_POOL_ENTRY)
    ),
    "pool-declarations": Example(rights=(R.READ_DECLARATIONS,)),
    "pool-declarations-missing": Example(rights=(R.READ_DECLARATIONS,)),
    "pool-declare": Example({"asset": "stock_patent"}, (R.RECORD_DECLARATION,)),
    "pool-declaration": Example({"number": "declaration"}, (R.READ_DECLARATIONS,)),
    "pool-exploitation-list": Example(rights=USING),
    "pool-exploitation-new": Example({"asset": "stock_patent"}, (R.RECORD_EXPLOITATION,)),
    "pool-exploitation": Example({"number": "exploitation"}, USING),
    "pool-exploitation-decide": Example({"number": "exploitation"}, USING, also=(R.APPROVE_EXPLOITATION,)),
    "pool-exploitation-withdraw": Example({"number": "exploitation"}, USING, also=(R.RECORD_EXPLOITATION,)),
    "log-entries": Example(rights=(R.READ_LOG,)),
    "log-head": Example(rights=(R.EXPORT_LOG,)),
    "log-key": Example(rights=(R.EXPORT_LOG,)),
    "log-bundle": Example(rights=(R.EXPORT_LOG,)),
    "log-entry": Example({"number": "entry"}, (R.READ_LOG,)),
    "log-proof": Example({"number": "entry"}, (R.READ_LOG,)),
    "log-sign": Example({"number": "entry"}, (R.EXPORT_LOG,)),
    "log-proof-file": Example({"number": "entry"}, (R.EXPORT_LOG,)),
    "values-list": Example(rights=(R.READ_STOCK,)),
    "values-record": Example({"number": "value"}, (R.READ_STOCK,)),
    "values-verify": Example({"number": "value"}, (R.READ_STOCK,)),
    "values-file": Example({"number": "value"}),
    "panels-cases": Example(rights=(R.RUN_PANEL,)),
    "panels-open": Example(rights=(R.RUN_PANEL,)),
    "panels-export": Example(rights=(R.EXPORT_ROWS,)),
    **{
        f"panels-{name}": Example({"number": "case"}, (R.RUN_PANEL,))
        for name in ("case", "self-grade", "first", "start", "order", "report", "close", "stop")
    },
    "panels-report-file": Example({"number": "report"}, (R.RUN_PANEL,)),
    "panels-panel": Example({"number": "panel"}, (R.RUN_PANEL,)),
    "panels-invite": Example({"number": "panel"}, (R.RUN_PANEL,)),
    "panels-decide": Example({"number": "panel"}, (R.RUN_PANEL,)),
    "panels-leave": Example({"seat": "seat"}, (R.RUN_PANEL,)),
    "panels-result-file": Example({"number": "panel"}, (R.EXPORT_ROWS,), also=(R.RUN_PANEL,)),
    "reviews-mine": Example(rights=(R.SCORE_PANEL,)),
    "reviews-sheet": Example({"number": "seat"}, (R.SCORE_PANEL,)),
    "reviews-conflict": Example({"number": "seat"}, (R.SCORE_PANEL,)),
    "figures-regions": Example(rights=(R.READ_STATISTICS,)),
    "figures-export": Example(rights=(R.EXPORT_ROWS,)),
    "deadlines-list": Example(rights=(R.READ_STOCK,)),
    "deadlines-export": Example(rights=(R.EXPORT_ROWS,)),
    "editions-list": Example(rights=READING_EDITIONS),
    "editions-new": Example(rights=(R.DRAFT_EDITION,)),
    **{
        f"editions-{name}": Example({"number": "edition_draft"}, rights)
        for name, rights in (
            ("draft", EDITING),
            ("part", EDITING),
            ("draft-difference", EDITING),
            ("judge", (R.DRAFT_EDITION,)),
            ("submit", (R.DRAFT_EDITION,)),
            ("pass", REVIEWING),
            ("return", (*REVIEWING, R.PUBLISH_EDITION)),
            ("publish", (R.PUBLISH_EDITION,)),
            ("drop", (R.DRAFT_EDITION,)),
        )
    },
    "editions-one": Example({"number": "edition"}, READING_EDITIONS),
    "editions-workbook": Example({"number": "edition"}, READING_EDITIONS),
    "editions-printable": Example({"number": "edition"}, READING_EDITIONS),
    # whose annex it is, and which row: tests/web/test_edition_pages.py
    "editions-difference": Example({"number": same(MISSING)}, is_nothing=True),
    "editions-annex": Example({"number": same(MISSING)}, is_nothing=True),
    "editions-withdraw": Example({"number": same(MISSING), "row": same(MISSING)}, is_nothing=True),
}


def example_of(pattern: Any) -> Example:
    """The example of a URL. Raises: AssertionError for one with arguments and without a line."""
    found = EXAMPLES.get(pattern.name)
    arguments = set(pattern.pattern.converters)
    assert found is not None or not arguments, (
        f"The URL {pattern.name} takes {sorted(arguments)} and has no example of them: "
        "add its line to EXAMPLES in tests/site_objects.py."
    )
    found = found or Example()
    assert set(found.arguments) == arguments, (
        f"The example of {pattern.name} in tests/site_objects.py gives {sorted(found.arguments)}, "
        f"and the URL takes {sorted(arguments)}: make them the same."
    )
    return found


def address_of(pattern: Any, world: World | None = None, ownership: Ownership = Ownership.NONE) -> str:
    """Where a URL leads for a thing of this owner; without a world to things that are not there."""
    from django.urls import reverse

    example = example_of(pattern)
    nowhere = {name: MISSING if isinstance(told, str) else told["="] for name, told in example.arguments.items()}
    return reverse(pattern.name, kwargs=example.filled(world, ownership) if world else nowhere)
