"""panhuo assess: cases from self-grade to report, expert panels, assessments before filing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.cli.assess_forms_command import first, pre_filing, self_grade
from panhuo.cli.assess_office import ACTOR, AT, CASE, office_of
from panhuo.cli.assess_panel_command import panel, result
from panhuo.cli.frame import Answer, command, say, show
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.desk.assessments.models import AssessmentCase, Disclosure
    from panhuo.rules import InForce
    from panhuo.rules.labels import Labels


@click.group("assess")
def assess() -> None:
    """Assess patents: self-grade, first assessment, expert panel, third party; and disclosures before filing.

    \b
    Example: panhuo assess open --patents CN113030719B --actor 评议中心
    panhuo assess self-grade --template self.xlsx      then: panhuo assess self-grade self.xlsx --actor 评议中心
    panhuo assess first --template first.xlsx          then: panhuo assess first first.xlsx --actor 评议中心
    panhuo assess order-second --case PG000001 --agency NAME --actor 评议中心
    """


@command("open")
@click.option("--patents", required=True, help="numbers, a comma between several, or a text file of them, one a line")
@click.option("--department", "departments", multiple=True, help="department of the inventors; withheld from experts")
@click.option("--inventor-org", "organisations", multiple=True, help="where inventors work, besides the owners")
@ACTOR
@AT
def open_cases(
    *, home: Path, patents: str, departments: Sequence[str], organisations: Sequence[str], actor: str, at: date | None
) -> Answer:
    """Open a case on each patent; one that is open stays as it is."""
    from panhuo.desk.assessments.case_actions import open_case

    numbers = _numbers(patents)
    done: list[dict[str, Any]] = []
    refused: list[dict[str, str]] = []
    with office_of(home, actor=actor, at=at) as (_, office):
        for number in numbers:
            try:
                opened = open_case(number, departments=departments, inventor_organisations=organisations, **office.who)
            except DomainError as error:
                if error.code == "no_actor":
                    raise
                refused.append({"number": number, "code": error.code, "message": error.message})
                say(error.message)
                continue
            case = opened.case
            done.append({"case": case.number, "number": number, "title": case.title, "is_new": opened.is_new})
            say(f"{case.number} {number} {case.title}{'' if opened.is_new else ' (open already)'}")
    answer = Answer(cases=done, opened=sum(one["is_new"] for one in done), refused=refused)
    answer.exit_code = 2 if refused and not done else 0
    return answer


def _numbers(patents: str) -> list[str]:
    import re

    from panhuo.cli.asked_patents import names_a_file

    text = patents
    if names_a_file(patents):
        try:
            text = Path(patents).read_text("utf-8-sig")
        except UnicodeDecodeError:
            raise DomainError(
                f"{patents} is no text in UTF-8. Save it as UTF-8, one number a line.", code="bad_file", file=patents
            ) from None
    found = [part for part in re.split(r"[,，、;；\s]+", text) if part]
    if not found:
        raise DomainError("--patents names no number.", code="wrong_call")
    return list(dict.fromkeys(found))


@command("order-second")
@CASE
@click.option("--agency", required=True, metavar="NAME", help="the third party that assesses")
@ACTOR
@AT
def order(*, home: Path, case: str, agency: str, actor: str, at: date | None) -> Answer:
    """Order the third-party assessment: only after willingness, high value and good prospect."""
    from panhuo.desk.assessments.case_actions import order_second
    from panhuo.desk.assessments.reading import case_of

    with office_of(home, actor=actor, at=at) as (_, office):
        found = case_of(case)
        made = order_second(found, agency=agency, rules=office.rules, **office.who)
        say(f"{found.number}: second assessment ordered from {made.agency}.")
        return Answer(case=found.number, stage=found.stage, agency=made.agency, ordered_on=made.ordered_on)


@command("attach")
@CASE
@click.option("--report", "which", required=True, type=click.Choice(["first", "second"]), help="of which assessment")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--issuer", default="", help="who made it [first: the assessor; second: the agency of the order]")
@click.option("--number", default="", help="number of the report")
@ACTOR
@AT
def attach(
    *, home: Path, case: str, which: str, file: Path, issuer: str, number: str, actor: str, at: date | None
) -> Answer:
    """Put a report into the file of a case."""
    from panhuo.desk.assessments.case_actions import attach_file
    from panhuo.desk.assessments.reading import case_of

    with office_of(home, actor=actor, at=at) as (place, office):
        found = case_of(case)
        report, is_new = attach_file(
            place, found, which, file, issuer=issuer, report_number=number, rules=office.rules, **office.who
        )
        say(f"{found.number}: report of the {which} assessment {'attached' if is_new else 'is there already'}.")
        return Answer(
            case=found.number,
            stage=found.stage,
            report=which,
            digest=report.digest,
            issuer=report.issuer,
            is_new=is_new,
        )


@command("close")
@CASE
@click.option("--stop", "reason", metavar="REASON", help="end it before its end, with a reason")
@ACTOR
@AT
def close(*, home: Path, case: str, reason: str | None, actor: str, at: date | None) -> Answer:
    """Close a case whose both reports are attached, or stop it."""
    from panhuo.desk.assessments.case_actions import close_case, stop_case
    from panhuo.desk.assessments.reading import case_of

    with office_of(home, actor=actor, at=at) as (_, office):
        found = case_of(case)
        if reason is None:
            close_case(found, rules=office.rules, **office.who)
        else:
            stop_case(found, reason=reason, rules=office.rules, **office.who)
        say(f"{found.number} is {found.stage}.")
        return Answer(case=found.number, stage=found.stage)


@command("status")
@click.option("--case", "case", metavar="NUMBER", help="one case with its history [all cases]")
@AT
def status(*, home: Path, case: str | None, at: date | None) -> Answer:
    """Where cases and disclosures stand, and which gates are shut. For the office, not for experts."""
    from panhuo.desk.assessments.models import AssessmentCase, Disclosure
    from panhuo.desk.assessments.reading import case_of
    from panhuo.desk.history import logged_actions
    from panhuo.rules.labels import Labels

    with office_of(home, actor="", at=at, writes=False) as (_, office):
        cases = [case_of(case)] if case else list(AssessmentCase.objects.all())
        words = Labels(office.rules)
        told = [_standing(one, office.rules, words) for one in cases]
        if case:
            told[0]["history"] = [
                {"act": one.act, "actor": one.actor, "day": one.day, "data": one.data}
                for one in logged_actions(f"case:{cases[0].number}")
            ]
        disclosures = [] if case else [_filing(one, words) for one in Disclosure.objects.all()]
    return Answer(at=office.at, cases=told, disclosures=disclosures)


def _filing(disclosure: Disclosure, words: Labels) -> dict[str, Any]:
    """One disclosure: what its latest assessment says, and whether its filing is approved."""
    from panhuo.desk.assessments.models import FilingApproval

    latest = disclosure.assessments.last()
    approval = FilingApproval.objects.filter(disclosure=disclosure).first()
    grade = latest.grade if latest else ""
    said = words.word("filing_grade", grade) if grade else "评估未完成"
    show(f"{disclosure.number} {said} {disclosure.title}{'　已批准' if approval else ''}")
    return {
        "disclosure": disclosure.number,
        "title": disclosure.title,
        "grade": grade or None,
        "approved_on": approval.approved_on if approval else None,
    }


def _standing(case: AssessmentCase, rules: InForce, words: Labels) -> dict[str, Any]:
    """One case: its stage, what the gates before and after the order lack, its panel."""
    from panhuo.desk.assessments.reading import case_record
    from panhuo.engine.assessment import ENDED, Act, lacks, willing_answers

    before_order = case.stage in ("opened", "self_graded", "first_assessed")
    ended = case.stage in ENDED
    act = Act.ORDER_SECOND if before_order else Act.CLOSE
    lacking = [] if ended else lacks(act, case_record(case), willing_answers(rules))
    said = "；".join(words.word("assessment_lack", one.code) for one in lacking)
    show(f"{case.number} {words.word('assessment_stage', case.stage)} {case.title}{f'　{said}' if said else ''}")
    newest = case.panels.last()
    return {
        "case": case.number,
        "application_number": case.application_number,
        "publication_number": case.publication_number,
        "title": case.title,
        "stage": case.stage,
        "lacks": [{"gate": one.gate.value, "code": one.code} for one in lacking],
        "reports": [{"which": one.which, "issuer": one.issuer, "digest": one.digest} for one in case.reports.all()],
        "panel": newest.number if newest else None,
        "panel_points": newest.result["points"] if newest and newest.result else None,
    }


for _one in (open_cases, self_grade, first, panel, result, order, attach, close, status, pre_filing):
    assess.add_command(_one)
