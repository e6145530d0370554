"""panhuo value: patents in money, from stated inputs."""

from __future__ import annotations

from pathlib import Path

import click

from panhuo.cli.frame import Answer, command, now
from panhuo.engine.valuation.case import Scene

INPUTS = click.Path(path_type=Path, exists=True, dir_okay=False)


@command("value")
@click.option("--inputs", type=INPUTS, required=True, help="stated inputs (YAML)")
@click.option(
    "--scene",
    type=click.Choice([one.value for one in Scene]),
    help="what the value is for, where the inputs do not say it",
)
@click.option("--patent", "patents", metavar="NUMBER", help="patents of the register, as one object of valuation")
@click.option("--list", "listed", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="the same from a file that import reads")  # fmt: skip
@click.option("--pack", "pack_name", metavar="PACK", help="policy pack [the home's, without a register national]")
def value(
    *, home: Path, inputs: Path, scene: str | None, patents: str | None, listed: Path | None, pack_name: str | None
) -> Answer:
    """Value patents by two or more methods, with a range, the drivers in order and what would have to be true.

    Nothing that must be stated is filled in: purpose, type of value, base date, right, assumptions, bases of flows
    and rate. The result is our own estimate, no appraisal.

    \b
    Example: panhuo value --inputs case.yaml --scene finance --patent CN113030719B
    """
    from panhuo.cli.asked_patents import named_once
    from panhuo.cli.valued import asked_case, show_figures, show_sources
    from panhuo.desk.history import record_run
    from panhuo.engine.flows import appraise
    from panhuo.engine.valuation import BadInputs

    asked = asked_case(home, inputs, scene, named_once(patents, listed), pack_name)
    try:
        results = appraise(asked.told, asked.rules)
    except BadInputs as error:
        raise asked.file.refused(error) from error
    show_sources(asked)
    show_figures(results, asked.rules)
    answer = Answer(at=asked.rules.day, pack=asked.rules.pack, pack_version=asked.rules.version, results=results)
    if asked.looked_up:
        answer["looked_up"] = [{"place": one.place, **one.evidence} for one in asked.looked_up]
    if asked.register:
        run = record_run(
            "value",
            at=asked.rules.day,
            rules=asked.rules,
            inputs_digest=asked.register,
            params={"inputs": asked.told},
            results=results,
            made_at=now(),
        )
        answer["run"] = run.id
    return answer
