"""Patents of the register as the object of a valuation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis

from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.rules import InForce

REGISTER = "register"


def with_patents(told: dict[str, Any], named: str, place: Home, rules: InForce) -> tuple[dict[str, Any], str]:
    """The inputs with the patents that a call names, as the register knows them, and the register's version.

    Raises: DomainError code patents_twice where the file names patents too; unknown_patent.
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
    return {**told, "patents": [_patent(*found[one]) for one in asked.ids]}, projection.version


def _patent(application: str, publication: str, ip_type: str, title: str, legal_end: object) -> dict[str, str]:
    told = {"number": application or publication, "ip_type": ip_type, "title": title}
    return told | ({"legal_end": str(legal_end), "legal_end_from": REGISTER} if legal_end else {})
