"""panhuo dossier: seal a valuation, verify a seal, explain the way from one value to another, print one."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import click

from panhuo import __version__
from panhuo.cli.dossier_file import dossier_in, pack_here
from panhuo.cli.dossier_print_command import print_dossier
from panhuo.cli.frame import Answer, command, show
from panhuo.cli.value_command import INPUTS
from panhuo.engine.valuation.case import Scene
from panhuo.terms.errors import DomainError

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
MOST_SHOWN = 20


@click.group("dossier")
def dossier() -> None:
    """Seal a valuation in one file, verify it anywhere, explain what changed between two, print it.

    \b
    Example: panhuo dossier make --inputs case.yaml --out case.dossier.json
    """


@command("make")
@click.option("--inputs", type=INPUTS, required=True, help="stated inputs (YAML)")
@click.option(
    "--scene",
    type=click.Choice([one.value for one in Scene]),
    help="what the value is for, where the inputs do not say it",
)
@click.option("--patent", "patents", metavar="NUMBER", help="patents of the register, as one object of valuation")
@click.option("--evidence", type=FILE, multiple=True, help="a file that the inputs stand on; its sha256 is sealed")
@click.option("--pack", "pack_name", metavar="PACK", help="policy pack [the home's, without a register national]")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="the dossier (.json)")
def make(
    *,
    home: Path,
    inputs: Path,
    scene: str | None,
    patents: str | None,
    evidence: tuple[Path, ...],
    pack_name: str | None,
    out: Path,
) -> Answer:
    """Seal inputs, rules, versions, seed, evidence and results in one file; its digest is the seal.

    \b
    Example: panhuo dossier make --inputs case.yaml --evidence forecast.xlsx --out case.dossier.json
    """
    from panhuo.adapters.writers.atomic import check_place, whole_file
    from panhuo.cli.valued import asked_case, show_figures, show_sources
    from panhuo.engine.flows import SYNTHETIC, make_dossier, read_dossier
    from panhuo.engine.valuation import BadInputs

    check_place(out)
    asked = asked_case(home, inputs, scene, patents, pack_name)
    listed = [{"what": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()} for path in evidence]
    if asked.register:
        made_up = {"kind": SYNTHETIC} if asked.is_synthetic else {}
        listed.append({"what": "register", "version": asked.register, **made_up})
    listed += [dict(one.evidence) for one in asked.looked_up]
    try:
        data = make_dossier(asked.told, asked.rules, engine=__version__, evidence=tuple(listed))
    except BadInputs as error:
        raise asked.file.refused(error) from error
    with whole_file(out) as draft:
        draft.write_bytes(data)
    made = read_dossier(data)
    show_sources(asked)
    show_figures(made.content["results"], asked.rules)
    show(f"封存 seal: {made.told.whole}\n写入 wrote {out}")
    return Answer(seal=made.told.whole, results=made.content["results"], at=asked.rules.day, out=str(out))


@command("verify")
@click.argument("file", type=FILE)
@click.option("--pack", "pack_name", metavar="PACK", help="the pack of the dossier, where it stands in a folder")
def verify(*, home: Any, file: Path, pack_name: str | None) -> Answer:
    """Say whether a dossier is as it was sealed and gives every figure again; exit code 1 when not.

    \b
    Example: panhuo dossier verify case.dossier.json
    """
    from panhuo.engine.flows import verify as verified

    told = dossier_in(file)
    here = pack_here(told, pack_name)
    found = verified(told, here, engine=__version__)
    for place in found.changed[:MOST_SHOWN]:
        show(f"已被改动 changed since it was sealed: {place}")
    for name, (then, now) in list(found.rules.items())[:MOST_SHOWN]:
        show(f"规则不同 rule differs here: {name} 当时 then {then or '-'}, 现在 here {now or '-'}")
    if found.engine:
        show(f"程序版本不同 made by version {found.engine[0]}, here is {found.engine[1]}")
    for place, (then, now) in list(found.figures.items())[:MOST_SHOWN]:
        show(f"数字不同 figure differs: {place} 当时 then {then}, 重算 again {now}")
    show(_sentence(sealed=found.is_sealed, reproduced=found.is_reproduced))
    answer = Answer(
        sealed=found.is_sealed,
        reproduced=found.is_reproduced,
        changed=list(found.changed),
        rules={name: list(pair) for name, pair in found.rules.items()},
        figures={path: list(pair) for path, pair in found.figures.items()},
        engine=list(found.engine) if found.engine else None,
        seal=told.told.whole,
    )
    answer.exit_code = 0 if found.is_sealed and found.is_reproduced else 1
    return answer


@command("explain")
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@click.option("--pack", "pack_name", metavar="PACK", help="the pack of both, where it stands in a folder")
def explain(*, home: Any, old: Path, new: Path, pack_name: str | None) -> Answer:
    """Lead from the value of one dossier to that of another, in yuan, change by change.

    A broken seal is refused; exit code 1 where not every figure of both comes out again here.

    \b
    Example: panhuo dossier explain last-year.dossier.json this-year.dossier.json
    """
    from panhuo.engine.flows import bridge, recorded_rules
    from panhuo.engine.flows import verify as verified

    first, second = dossier_in(old), dossier_in(new)
    rules, differing = {}, []
    for name, path, one in (("old", old, first), ("new", new, second)):
        here = pack_here(one, pack_name)
        if here is None:
            raise DomainError(
                f"The pack of {path} is not here. Name its folder by --pack.", code="no_pack", file=str(path)
            )
        verdict = verified(one, here, engine=__version__)
        if not verdict.is_sealed:
            raise DomainError(
                f"{path}: the seal is broken, first {verdict.changed[0]:.80}; no bridge leads from or to it. Ask for "
                "the file as it was sealed; panhuo dossier verify names all that was changed.",
                code="broken_seal",
                file=str(path),
                changed=verdict.changed,
            )
        if not verdict.is_reproduced:
            differing.append(str(path))
        rules[name] = recorded_rules(one, here)
    found = bridge(first, second, rules)
    show(f"原值 old {found.old_cny:,} 元")
    for step in found.steps:
        show(f"  {step.moved_cny:+,} 元 {', '.join(step.names)}")
        for place, (then, now) in list(step.changed.items())[:MOST_SHOWN]:
            show(f"      {place}: {then} → {now}")
    show(f"新值 new {found.new_cny:,} 元")
    for name_of in differing:
        show(
            f"{name_of}: 封存的数字未能全部重现，以上为此处重算 not every sealed figure comes out again; these are ours"
        )
    answer = Answer(
        old_cny=found.old_cny,
        new_cny=found.new_cny,
        steps=[
            {
                "names": list(step.names),
                "moved_cny": step.moved_cny,
                "changed": {path: list(pair) for path, pair in step.changed.items()},
            }
            for step in found.steps
        ],
        not_reproduced=differing,
    )
    answer.exit_code = 1 if differing else 0
    return answer


for _one in (make, verify, explain, print_dossier):
    dossier.add_command(_one)


def _sentence(*, sealed: bool, reproduced: bool) -> str:
    if sealed and reproduced:
        return "封存完好，全部数字重算一致 sealed, and every figure comes out again"
    if sealed:
        return "封存完好，但数字未能全部重现 sealed, but not every figure comes out again"
    return "封存已破坏 the seal is broken"
