"""panhuo assess self-grade, first and pre-filing: forms out and back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from panhuo.cli.assess_office import ACTOR, AT, office_of, one_of, tell_taken
from panhuo.cli.frame import Answer, command, say
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.desk.assessments.intake import Office

FILE = click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
TEMPLATE = click.option("--template", type=click.Path(path_type=Path), metavar="OUT.xlsx", help="write the form")


@command("self-grade")
@FILE
@TEMPLATE
@ACTOR
@AT
def self_grade(*, home: Path, file: Path | None, template: Path | None, actor: str, at: date | None) -> Answer:
    """Take inventors' self-grades and willingness (.xlsx .csv .jsonl), or write the form for the open cases."""
    from panhuo.desk.assessments.intake import take_self_grades

    with office_of(home, actor=actor, at=at) as (place, office):
        return one_of(
            file,
            template,
            lambda path: tell_taken(take_self_grades(path, office), path),
            lambda out: _case_form(place, office, "self_grade", out, ("opened", "self_graded")),
        )


@command("first")
@FILE
@TEMPLATE
@ACTOR
@AT
def first(*, home: Path, file: Path | None, template: Path | None, actor: str, at: date | None) -> Answer:
    """Take internal first assessments, or write the form for the cases that have a self-grade."""
    from panhuo.desk.assessments.intake import take_first

    with office_of(home, actor=actor, at=at) as (place, office):
        return one_of(
            file,
            template,
            lambda path: tell_taken(take_first(path, office), path),
            lambda out: _case_form(place, office, "first", out, ("self_graded", "first_assessed")),
        )


@command("pre-filing")
@FILE
@TEMPLATE
@click.option("--approve", metavar="NUMBER", help="approve the filing of a disclosure, on its latest assessment")
@ACTOR
@AT
def pre_filing(
    *, home: Path, file: Path | None, template: Path | None, approve: str | None, actor: str, at: date | None
) -> Answer:
    """Take assessments before filing, write the form, or approve a filing; without a grade nothing is approved."""
    from panhuo.desk.assessments.filing_actions import approve_filing
    from panhuo.desk.assessments.forms import write_template
    from panhuo.desk.assessments.intake import take_prefiling
    from panhuo.engine.assessment import prefiling_rules

    with office_of(home, actor=actor, at=at) as (place, office):
        if approve is None:
            return one_of(
                file,
                template,
                lambda path: tell_taken(take_prefiling(path, office), path),
                lambda out: _written(out, write_template(place, office.rules, "prefiling", out)),
            )
        if file is not None or template is not None:
            raise DomainError("--approve goes without FILE and --template.", code="wrong_call")
        made, is_new = approve_filing(approve, form=prefiling_rules(office.rules), **office.who)
        say(f"Filing of {approve} {'is approved' if is_new else 'was approved on ' + str(made.approved_on)}.")
        return Answer(disclosure=approve, approved_on=made.approved_on, grade=made.assessment.grade, is_new=is_new)


def _case_form(place: Home, office: Office, form: str, out: Path, stages: tuple[str, ...]) -> Answer:
    from panhuo.desk.assessments.forms import case_rows, write_template
    from panhuo.desk.assessments.models import AssessmentCase

    cases = list(AssessmentCase.objects.filter(stage__in=stages))
    if not cases:
        raise DomainError(
            f"No case is {' or '.join(stages)}. Open cases first: panhuo assess open --patents NUMBERS", code="no_case"
        )
    return _written(out, write_template(place, office.rules, form, out, case_rows(cases)))


def _written(out: Path, rows: int) -> Answer:
    say(f"Wrote {out} with {rows} rows to fill in.")
    return Answer(out=str(out), rows=rows)
