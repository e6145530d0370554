"""Rights as data: a row of no known role or right keeps the pack from loading; the page shows what the pack says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from packs.rights_page import page_rows, table_of_page
from panhuo.rules import BadPack, load_pack, packs_folder
from panhuo.terms.roles import OrganisationKind, Reach, Right, Role

PAGE = Path(__file__).parents[2] / "docs" / "people-and-rights.md"
PACK = load_pack("national")


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        (
            "role_rights",
            "auditor,verify_report,scope",
            "auditorr,verify_report,scope",
            "'auditorr' does not stand in roles.role",
        ),
        (
            "role_rights",
            "auditor,verify_report,scope",
            "auditor,verify_reports,scope",
            "'verify_reports' does not stand in rights.right",
        ),
        ("role_rights", "auditor,verify_report,scope", "auditor,verify_report,world", "'world' is no reach of a right"),
        ("role_rights", "auditor,verify_report,scope,allow", "auditor,verify_report,scope,may", "'may' is not one of"),
        ("role_rights", "auditor,verify_report,scope", "auditor,read_stock,scope", "stands in line"),
        ("rights", "verify_report,figures,approve,other_unit", "verify_report,figures,sign,other_unit", "'sign'"),
        ("roles", "expert,business", "expert,neutral", "'neutral' is not one of"),
        ("roles", "bank_officer,business,bank", "bank_officer,business,bankk", "'bankk' does not stand in"),
        ("organisation_kinds", "bank,unit", "banks,unit", "'banks' is no kind of organisation"),
    ],
)
def test_a_wrong_cell_is_refused_with_file_and_line(tmp_path: Path, table: str, old: str, new: str, said: str) -> None:
    folder = tmp_path / "national"
    shutil.copytree(packs_folder() / "national", folder)
    path = folder / "tables" / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(f"\n{old}") == 1
    line = text[: text.index(f"\n{old}") + 1].count("\n") + 1
    path.write_text(text.replace(f"\n{old}", f"\n{new}"), encoding="utf-8")
    with pytest.raises(BadPack) as caught:
        load_pack(folder)
    assert said in caught.value.message
    assert caught.value.fields["file"].endswith(".csv")
    if table == "role_rights":
        assert (caught.value.fields["file"], caught.value.fields["line"]) == ("tables/role_rights.csv", line)


@pytest.mark.parametrize(
    ("table", "column", "members"),
    [("roles", "role", Role), ("rights", "right", Right), ("organisation_kinds", "kind", OrganisationKind)],
)
def test_each_member_of_a_closed_set_has_its_row_and_words(table: str, column: str, members: type[Role]) -> None:
    rows = PACK.tables[table].rows
    assert [row[column] for row in rows] == [member.value for member in members]
    for words in ("zh", "en"):
        assert len({row[words] for row in rows}) == len(rows)


def test_consent_is_asked_with_reach_party_only() -> None:
    """A filter over many things cannot say it otherwise (rules.reachable)."""
    asked = {row["reach"] for row in PACK.tables["role_rights"].rows if row["condition"]}
    assert asked == {Reach.PARTY.value}


def test_the_page_shows_what_the_pack_says() -> None:
    told = table_of_page(PAGE.read_text(encoding="utf-8"))
    assert len(told) > 35
    assert told == page_rows(PACK)
    assert told != [*page_rows(PACK)[:-1], page_rows(PACK)[0]], "the negative control"
