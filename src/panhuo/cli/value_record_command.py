"""panhuo value-record: values put on record, shown on a day, with what they may be called."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo import __version__
from panhuo.cli.assess_office import ACTOR, AT, office_of
from panhuo.cli.frame import Answer, command, show
from panhuo.cli.value_command import INPUTS

if TYPE_CHECKING:
    from panhuo.desk.valuations.records import PaperFile, Recorded, SealedFile
    from panhuo.engine.valuation.record import RecordSource
    from panhuo.rules import InForce
    from panhuo.rules.labels import Labels

OUTPUT = "valuation_records"
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group("value-record")
def value_record() -> None:
    """Values on record (估值记录): an agency's report, a bank's, an agreed price, or our own estimate.

    \b
    Example: panhuo value-record add --inputs record.yaml --report report.pdf --actor 运营中心
    panhuo value-record add --inputs record.yaml --dossier case.dossier.json --actor 运营中心
    """


@command("add")
@click.option("--inputs", type=INPUTS, required=True, help="what is stated of the record (YAML)")
@click.option("--dossier", type=FILE, help="sealed dossier that gives the figures; they are not typed again")
@click.option("--report", type=FILE, help="the report itself, kept with the record")
@click.option("--pack", "pack_name", metavar="PACK", help="the pack of the dossier, where it stands in a folder")
@ACTOR
@AT
def add(
    *,
    home: Path,
    inputs: Path,
    dossier: Path | None,
    report: Path | None,
    pack_name: str | None,
    actor: str,
    at: date | None,
) -> Answer:
    """Put a value on record; all that is wrong with it is told at once, and then nothing is kept."""
    from panhuo.cli.inputs_file import InputsFile
    from panhuo.desk.valuations.records import add_record
    from panhuo.engine.valuation import BadInputs
    from panhuo.terms.errors import DomainError

    if dossier is not None and report is not None:
        raise DomainError("Name either --dossier or --report.", code="wrong_call")
    file = InputsFile(inputs)
    sealed = None if dossier is None else _sealed(dossier, pack_name)
    with office_of(home, actor=actor, at=at) as (place, office):
        try:
            found = add_record(
                place, file.told, paper=_paper(dossier, report), dossier=sealed, rules=office.rules, **office.who
            )
        except BadInputs as error:
            raise file.refused(error) from error
        told = _told(found, office.rules, office.at)
        _show(told, found, office.rules)
    return Answer(is_new=found.is_new, **told)


def _paper(dossier: Path | None, report: Path | None) -> PaperFile | None:
    from panhuo.adapters.files.attachments import look_at
    from panhuo.desk.valuations.records import PaperFile

    path = dossier or report
    return None if path is None else PaperFile(path, look_at(path))


def _sealed(path: Path, pack_name: str | None) -> SealedFile:
    from panhuo.cli.dossier_file import dossier_in, pack_here
    from panhuo.desk.valuations.records import SealedFile
    from panhuo.engine.flows import sealed_part, verify

    told = dossier_in(path)
    return SealedFile(sealed_part(told, verify(told, pack_here(told, pack_name), engine=__version__)), told.told.whole)


@command("list")
@click.option("--patent", default="", metavar="NUMBER", help="records of one patent, as they call it")
@click.option("--usable", is_flag=True, help="only those that may be used on the day")
@click.option("--out", type=click.Path(path_type=Path), help="also as .xlsx, .csv, .jsonl or .parquet")
@AT
def list_records(*, home: Path, patent: str, usable: bool, out: Path | None, at: date | None) -> Answer:
    """List what is on record, and which values are in use on the day.

    \b
    Example: panhuo value-record list --at 2026-06-30 --usable --out records.xlsx
    """
    from panhuo.adapters.writers.tables import check_target
    from panhuo.cli.record_lists import write_records
    from panhuo.desk.valuations.records import records_on

    if out is not None:
        check_target(out)
    with office_of(home, actor="", at=at, writes=False) as (place, office):
        found = [
            one
            for one in records_on(office.rules, at=office.at, patent=patent)
            if not usable or one.record.is_usable(office.at)
        ]
        rows = [_told(one, office.rules, office.at) for one in found]
        for row, one in zip(rows, found, strict=True):
            _show(row, one, office.rules)
        if out is not None:
            write_records(out, OUTPUT, [_flat(row) for row in rows], office.rules, place)
    return Answer(at=office.at, records=rows, out=None if out is None else str(out))


@command("show")
@click.argument("number")
@AT
def show_record(*, home: Path, number: str, at: date | None) -> Answer:
    """Show one record in full, with its history."""
    from panhuo.desk.history import logged_actions
    from panhuo.desk.valuations.records import record_of

    with office_of(home, actor="", at=at, writes=False) as (_, office):
        found = record_of(number, office.rules)
        told = _told(found, office.rules, office.at)
        _show(told, found, office.rules)
        history = [
            {"act": one.act, "actor": one.actor, "day": one.day} for one in logged_actions(f"value:{found.number}")
        ]
    return Answer(**told, stated=found.stored.content, history=history)


def _told(found: Recorded, rules: InForce, at: date) -> dict[str, Any]:
    from panhuo.engine.flows.appraise import yuan
    from panhuo.rules.labels import Labels

    record, stated = found.record, found.record.statement
    return {
        "number": found.number,
        "title": Labels(rules).word("record_title", record.source),
        "is_appraisal": record.is_appraisal,
        "source": record.source.value,
        "patents": [one.number for one in stated.patents],
        "purpose": stated.purpose,
        "scene": stated.scene.value,
        "value_type": stated.value_type.value,
        "right": stated.right.value,
        "base_date": stated.base_date,
        "methods": [one.value for one in record.methods],
        "low_cny": None if record.low_cny is None else yuan(record.low_cny),
        "value_cny": yuan(record.value_cny),
        "high_cny": None if record.high_cny is None else yuan(record.high_cny),
        "signers": [_signer(one.name, one.qualification, one.certificate) for one in record.signers],
        "agency": record.agency,
        "agency_filing": record.agency_filing,
        "is_statutory": record.is_statutory,
        "report_number": record.report.number,
        "report_on": record.report.day,
        "valid_until": record.valid_until,
        "state": "usable" if record.is_usable(at) else "expired",
        "days_left": record.days_left(at),
        "kept_until": record.kept_until(rules) if record.is_appraisal else None,
        "scheme_version": record.scheme_version,
        "file": record.file,
        "seal": found.stored.seal,
        "recorded_on": found.stored.recorded_on,
        "notice": _notice(record.source, rules),
    }


def _notice(source: RecordSource, rules: InForce) -> str:
    """That it is no appraisal report, in words of who stands behind it; the pack's general notice where it has none."""
    from panhuo.engine.valuation.record import RecordSource
    from panhuo.rules.labels import Labels

    if source is RecordSource.EXTERNAL:
        return ""
    said = Labels(rules).word("record_notice", source)
    return rules.text("valuation.notice") if said == source else said


def _signer(name: str, qualification: str, certificate: str) -> dict[str, str]:
    return {"name": name, "qualification": qualification, "certificate": certificate}


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    signers = [" ".join(text for text in (one["name"], one["certificate"]) if text) for one in row["signers"]]
    return {**row, "signers": signers}


def _show(told: dict[str, Any], found: Recorded, rules: InForce) -> None:
    from panhuo.cli.valued import in_wan
    from panhuo.rules.labels import Labels

    zh, en = Labels(rules), Labels(rules, "en")
    low, high = told["low_cny"], told["high_cny"]
    span = f" ({in_wan(low)} – {in_wan(high)})" if low is not None and high is not None else ""
    called = f"{told['title']} {en.word('record_title', told['source'])}"
    show(
        f"{found.number} {called}: {in_wan(told['value_cny'])} 万元{span}, "
        f"基准日 base date {told['base_date']}, {_state(told, zh, en)}"
    )
    signed = ", ".join(f"{one['name']} ({zh.word('qualification', one['qualification'])})" for one in told["signers"])
    agency = f"{told['agency']} {told['agency_filing']}: ".lstrip() if told["agency"] else ""
    show(f"  {' '.join(told['patents'])}; {agency}{signed}")
    if told["notice"]:
        show(f"  {told['notice']}")


def _state(told: dict[str, Any], zh: Labels, en: Labels) -> str:
    said = f"{zh.word('record_state', told['state'])} {en.word('record_state', told['state'])}"
    return f"{said}, 有效期至 valid until {told['valid_until']} ({told['days_left']:+d} 日 days)"


for _one in (add, list_records, show_record):
    value_record.add_command(_one)
