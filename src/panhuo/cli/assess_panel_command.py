"""panhuo assess panel and result: experts assigned, blind sheets out and back, what they give."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.cli.assess_office import ACTOR, AT, CASE, office_of, one_of, tell_taken
from panhuo.cli.frame import Answer, Day, command, say, show
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.desk.assessments.models import Panel
    from panhuo.engine.assessment import PanelResult

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("panel")
def panel() -> None:
    """Expert panels: assign, sheet, scores, withdraw. A panel is blind: sheets hold the technology and no owner."""


@command("assign")
@click.option("--case", "case", metavar="NUMBER", help="number of the case, or of its patent")
@click.option("--template", type=click.Path(path_type=Path), metavar="OUT.xlsx", help="write the form for experts")
@click.argument("file", required=False, type=FILE)
@click.option("--due", type=Day(), help="last day on which a score counts [the pack's days from today]")
@ACTOR
@AT
def assign(
    *, home: Path, case: str | None, template: Path | None, file: Path | None, due: date | None, actor: str,
    at: date | None,
) -> Answer:  # fmt: skip
    """Assign the experts of FILE to the panel of a case; who is in conflict with owner or inventors is refused."""
    from panhuo.desk.assessments.forms import write_template
    from panhuo.desk.assessments.intake import take_experts
    from panhuo.desk.assessments.panel_actions import open_panel
    from panhuo.desk.assessments.reading import case_of, sitting

    with office_of(home, actor=actor, at=at) as (place, office):

        def take(path: Path) -> Answer:
            if not case:
                raise DomainError("Say whose panel: --case NUMBER.", code="wrong_call")
            made, _ = open_panel(case_of(case), due=due, rules=office.rules, **office.who)
            taken = take_experts(path, made, office)
            experts = len(sitting(made))
            say(f"Panel {made.number} of {made.case.number}: {experts} experts, scores until {made.due}.")
            return tell_taken(taken, path, panel=made.number, case=made.case.number, experts=experts, due=made.due)

        def make(out: Path) -> Answer:
            rows = write_template(place, office.rules, "experts", out)
            say(f"Wrote {out} with {rows} rows to fill in.")
            return Answer(out=str(out), rows=rows)

        return one_of(file, template, take, make)


@command("sheet")
@CASE
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="folder for the sheets")
@AT
def sheet(*, home: Path, case: str, out: Path, at: date | None) -> Answer:
    """Write one workbook per expert, with checked cells and without owner, inventors, department and numbers."""
    from panhuo.desk.assessments.forms import write_score_sheets
    from panhuo.desk.assessments.reading import case_of, panel_of

    with office_of(home, actor="", at=at, writes=False) as (place, office):
        found = panel_of(case_of(case))
        written = write_score_sheets(place, office.rules, found, out, at=office.at)
    say(f"Wrote {len(written)} score sheets of panel {found.number} to {out}.")
    return Answer(panel=found.number, sheets=[{"expert": expert, "file": str(path)} for expert, path in written])


@command("scores")
@click.argument("files", nargs=-1, required=True, type=FILE)
@ACTOR
@AT
def scores(*, home: Path, files: tuple[Path, ...], actor: str, at: date | None) -> Answer:
    """Take filled score sheets; a score counts from the day on which it comes in."""
    from panhuo.desk.assessments.intake import take_scores

    with office_of(home, actor=actor, at=at) as (_, office):
        told = [tell_taken(take_scores(path, office), path) for path in files]
    return Answer(files=[dict(one) for one in told], rejected=sum(one["rejected"] for one in told))


@command("withdraw")
@CASE
@click.option("--expert", required=True, metavar="CODE", help="code of the expert")
@click.option("--reason", required=True, help="why; kept in the history")
@ACTOR
@AT
def withdraw(*, home: Path, case: str, expert: str, reason: str, actor: str, at: date | None) -> Answer:
    """Take an expert off an open panel; his scores no longer count."""
    from panhuo.desk.assessments.panel_actions import withdraw_expert
    from panhuo.desk.assessments.reading import case_of, panel_of, sitting

    with office_of(home, actor=actor, at=at) as (_, office):
        made = panel_of(case_of(case))
        withdraw_expert(made, expert, reason=reason, **office.who)
        experts = len(sitting(made))
        say(f"{expert} is off panel {made.number}; {experts} experts are left.")
        return Answer(panel=made.number, expert=expert, experts=experts)


for _one in (assign, sheet, scores, withdraw):
    panel.add_command(_one)


@command("result")
@CASE
@click.option("--decide", is_flag=True, help="fix it: nobody scores any more")
@ACTOR
@AT
def result(*, home: Path, case: str, decide: bool, actor: str, at: date | None) -> Answer:
    """What the panel's scores give so far: result, disagreement, who is missing or late; --decide fixes it."""
    from panhuo.desk.assessments.panel_actions import decide_panel, outcome, result_of
    from panhuo.desk.assessments.reading import case_of, panel_of

    with office_of(home, actor=actor, at=at, writes=decide) as (_, office):
        made = panel_of(case_of(case))
        found = decide_panel(made, rules=office.rules, **office.who) if decide else result_of(made)
        _show(made, found)
        answer = Answer(case=made.case.number, panel=made.number, decided_on=made.decided_on, run=made.run_id or None)
        answer.update(outcome(found))
        answer["average"] = made.rules["average"]
        return answer


def _show(made: Panel, found: PanelResult) -> None:
    names: dict[str, Any] = {one["code"]: one["zh"] for one in made.indicators}
    points = found.points if found.points is not None else f"无结果 no result ({', '.join(found.lacks)})"
    show(f"{made.number}　{points}　计入 {len(found.counted)} 人 counted")
    for one in found.indicators:
        mark = "　需讨论 discuss" if one.to_discuss else ""
        apart = f"　偏离较大 apart: {', '.join(one.apart)}" if one.apart else ""
        show(f"  {names[one.indicator]} {one.points}　{one.lowest}–{one.highest}　标准差 {one.deviation}{mark}{apart}")
    for expert, codes in found.missing.items():
        show(f"  {expert} 缺 lacks {len(codes)}: {'、'.join(names[code] for code in codes)}")
    for expert in found.late:
        show(f"  {expert} 逾期 late")
