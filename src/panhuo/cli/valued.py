"""What `panhuo value` and `panhuo dossier make` share: the case of a call, its figures in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from panhuo.cli.frame import home_to_write, show, today
from panhuo.cli.inputs_file import InputsFile
from panhuo.cli.looked_up import LookedUp, asks_reference, pack_ranges, with_references
from panhuo.cli.valuation_inputs import with_patents
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.rules import InForce


@dataclass(frozen=True, slots=True)
class Asked:
    """A valuation as a call names it; register: version of the register that named the patents, else empty.

    is_synthetic: the register holds made-up patents. looked_up: references to the royalty table, with what they gave.
    """

    file: InputsFile
    told: Mapping[str, Any]
    rules: InForce
    register: str
    looked_up: tuple[LookedUp, ...] = ()
    is_synthetic: bool = False


def asked_case(home: Any, inputs: Path, scene: str | None, patents: str | None, pack: str | None) -> Asked:
    """The stated inputs with scene and patents of the call, and the rules of their base date."""
    from panhuo.desk.registry.opening import open_register
    from panhuo.rules import load_pack

    file = InputsFile(inputs)
    told = dict(file.told)
    if scene is not None:
        if told.get("scene") not in (None, scene):
            raise DomainError(f"--scene says {scene}, {inputs} says {told['scene']}. Say it once.", code="wrong_call")
        told["scene"] = scene
    day = base_date_of(file)
    if patents is None and not asks_reference(told):
        return Asked(file, told, load_pack(pack or "national").at(day), "")
    place = home_to_write(home)
    with place.writing():
        open_register(place, write=True)
        rules = load_pack(pack or place.pack).at(day)
        told, looked_up = with_references(told, file, rules, today())
        version = ""
        if patents is not None:
            told, version = with_patents(told, patents, place, rules)
    return Asked(file, told, rules, version, tuple(looked_up), is_synthetic=bool(version) and place.kind == "demo")


def base_date_of(file: InputsFile) -> date:
    """The day for which the inputs are stated. Raises: DomainError bad_inputs."""
    try:
        return date.fromisoformat(str(file.told.get("base_date")))
    except ValueError:
        raise DomainError(
            f"{file.path}, {file.where('base_date')}: states no base date (YYYY-MM-DD); no figure without one.",
            code="bad_inputs",
            file=str(file.path),
        ) from None


def show_sources(asked: Asked) -> None:
    """That the patents are made up; where figures come from that the inputs name by an industry."""
    from panhuo.adapters.writers.layout import phrase

    if asked.is_synthetic:
        show(phrase(asked.rules, "synthetic"))
    for said in (*(one.said for one in asked.looked_up), *pack_ranges(asked.told, asked.rules)):
        show(said)


def show_figures(results: Mapping[str, Any], rules: InForce) -> None:
    """The figures as a person reads them at the terminal."""
    from panhuo.rules.labels import Labels

    words, value = Labels(rules), results["value_cny"]
    show(f"评估结果 value: {in_wan(value['base'])} 万元 ({in_wan(value['low'])} – {in_wan(value['high'])})")
    for grade in results["grades"]:
        told = words.word("grade_reason", grade["reason"]) if grade["letter"] is None else f"{grade['letter']} 级"
        show(
            f"  {grade['number']}: {told}, 得分 score {grade['score'] or '-'}, 可信度 confidence {grade['confidence']} "
            f"({grade['scheme']}, {grade['notice']})"
        )
    for name, method in results["methods"].items():
        label = words.word("valuation_method", name)
        show(f"  {label} {name}: {in_wan(method['value_cny'])} 万元, 权重 weight {method['weight']}")
    if results["drivers"]:
        show("影响因素 drivers (其余不变 all else at its base):")
    for one in results["drivers"]:
        ends = f"{in_wan(one['at_low_cny'])} – {in_wan(one['at_high_cny'])} 万元"
        label = words.word("valuation_driver", one["driver"])
        show(f"  {label} {one['driver']} ×{one['low_factor']}–{one['high_factor']}: {ends}")
    for needed in results["needed"]:
        show(f"若要达到 to reach {in_wan(needed['target_cny'])} 万元:")
        for driver, factor in needed["drivers"].items():
            said = "单独变动不可达 not by itself" if factor is None else f"×{factor}"
            show(f"  {words.word('valuation_driver', driver)} {driver}: {said}")
    held = results["security"]
    if held is not None:
        show(
            f"质押 security: 处置价值 disposal {in_wan(held['disposal_cny'])} 万元, 质押率上限 cap {held['cap']}, "
            f"可承载贷款 carries {in_wan(held['carries_cny'])} 万元, 期限余量 spare days {held['spare_days']}"
        )
        if not held["outlives_debt"]:
            show("  债务履行期限长于专利权期限 the debt outlives the patent: a ground of refusal, no loan")
    show(f"{results['notice']} (有效期至 valid until {results['valid_until']})")


def in_wan(yuan: str) -> str:
    """Whole yuan as 万元 with all digits that there are: 164606 is 16.4606."""
    sign, digits = ("-", yuan[1:]) if yuan.startswith("-") else ("", yuan)
    digits = digits.rjust(5, "0")
    return f"{sign}{int(digits[:-4]):,}.{digits[-4:]}"
