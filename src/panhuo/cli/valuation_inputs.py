"""Patents of the register as the object of a valuation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import ibis

from panhuo.cli.frame import say
from panhuo.engine.records.status import PENDING, legal_status
from panhuo.terms.errors import DomainError
from panhuo.terms.kinds import LegalStatus

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.desk.registry.export import Projection
    from panhuo.rules import InForce

GRADES = "grades"
REGISTER = "register"


def with_patents(told: dict[str, Any], named: str, place: Home, rules: InForce) -> tuple[dict[str, Any], str]:
    """The inputs with the patents that a call names and their grades in the scene, as the register knows them on the
    base date, and the register's version. Grades that the file states stay.

    Raises: DomainError code patents_twice where the file names patents too; unknown_patent; right_ended.
    """
    from panhuo.adapters.tables.duck import open_tables
    from panhuo.cli.asked_patents import asked_patents
    from panhuo.desk.registry.export import current_projection
    from panhuo.engine.records.protection import term_end

    if told.get("patents"):
        raise DomainError("The inputs name patents, and so does --patents. Name them once.", code="patents_twice")
    projection = current_projection(place, rules)
    with open_tables(projection.paths()) as tables:
        asked = asked_patents(named, tables)
        if asked.unknown or asked.unread:
            number = [*asked.unknown, *asked.unread][0]
            raise DomainError(
                f"The register has no patent {number}. Import it first, or state it under patents of the inputs.",
                code="unknown_patent",
            )
        held = ibis.memtable({"asset_id": asked.ids}, schema={"asset_id": "int64"})
        assets = tables["assets"].semi_join(held, "asset_id")
        rows = assets.select(
            "asset_id",
            "application_number",
            "publication_number",
            "ip_type",
            "title",
            legal_end=term_end(assets, rules),
        )
        found = {row[0]: row[1:] for row in tables.rows(rows)}
        states = legal_status(assets, tables["events"], rules.day).select("asset_id", "status")
        standing = dict(tables.rows(states))
    patents = [_patent(*found[one]) for one in asked.ids]
    numbers = {one: patent["number"] for one, patent in zip(asked.ids, patents, strict=True)}
    _check_standing({numbers[one]: standing[one] for one in asked.ids}, rules)
    return {**with_grades(told, projection, rules, numbers), "patents": patents}, projection.version


def with_grades(
    told: Mapping[str, Any], projection: Projection, rules: InForce, numbers: dict[int, str]
) -> dict[str, Any]:
    """The inputs with the register's grades of patents (asset_id -> number); grades that the inputs state stay."""
    if told.get(GRADES):
        return dict(told)
    return {**told, GRADES: _grades(projection, rules, str(told.get("scene")), numbers)}


def _check_standing(standing: Mapping[str, str], rules: InForce) -> None:
    """A right that had ended earns nothing to the end of its term. Raises: DomainError code right_ended."""
    open_ended = (*PENDING, LegalStatus.GRANTED_IN_FORCE, LegalStatus.CANNOT_SAY)
    for number, status in standing.items():
        if status not in open_ended:
            raise DomainError(
                f"{number} is {status} on {rules.day} by the register: nothing is left to earn. For past infringement "
                "(scene remedy) take a base date on which it stood, or import what restored it.",
                code="right_ended",
                number=number,
                status=status,
            )


def _grades(projection: Projection, rules: InForce, scene: str, numbers: dict[int, str]) -> list[dict[str, Any]]:
    """Points and findings of patents (asset_id -> number) as the inputs state them; none without such a scene."""
    from panhuo.adapters.tables.duck import open_tables
    from panhuo.desk.registry.grading import grade_register
    from panhuo.engine.flows import FINDINGS
    from panhuo.engine.grading import UnknownScene, read_scheme
    from panhuo.engine.grading.scheme_alone import OUTSIDE

    try:
        leaves = [one.code for one in read_scheme(rules, scene).leaves]
    except UnknownScene as error:
        say(f"No grade: {error.message}")
        return []
    with open_tables({"graded": grade_register(projection, rules, scene=scene)}) as tables:
        held = tables["graded"].filter(tables["graded"].asset_id.isin([*numbers]))
        columns = ["asset_id", "grade_reason", *FINDINGS, *(f"score_{code}" for code in leaves)]
        rows = {row[0]: row for row in tables.rows(held.select(*columns))}
    found = []
    for one, number in numbers.items():
        _, reason, *cells = rows[one]
        lists = {name: cell.split(";") for name, cell in zip(FINDINGS, cells, strict=False) if cell}
        points = {
            code: f"{cell:g}" for code, cell in zip(leaves, cells[len(FINDINGS) :], strict=True) if cell is not None
        }
        told = {"number": number, "points": points, **lists}
        found.append(told | ({"outside": reason} if reason in OUTSIDE else {}))
    return found


def _patent(application: str, publication: str, ip_type: str, title: str, legal_end: object) -> dict[str, str]:
    told = {"number": application or publication, "ip_type": ip_type, "title": title}
    return told | ({"legal_end": str(legal_end), "legal_end_from": REGISTER} if legal_end else {})
