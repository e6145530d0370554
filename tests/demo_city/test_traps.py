"""The planted traps and needs: all there, with answers that the product then gives."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from panhuo.adapters.files.home import open_home
from panhuo.demo_city import CityTruth, Trap
from panhuo.demo_city.term_bank import Voice
from panhuo.demo_city.trap_maker import trap_texts
from panhuo.engine.records.terms_and_fees import annual_fee_cny, expiry_date, fee_rules, late_fee_cny, late_month
from panhuo.rules import load_pack
from panhuo.terms.dates import parse_date
from panhuo.terms.ipc import parse_ipc
from panhuo.terms.kinds import IpType

OF_THE_FIELD_REVIEW = [
    "inside_group_transfer",
    "university_to_asset_company",
    "person_to_own_firm",
    "flipped_to_media_company",
    "same_day_pair_given_up",
    "same_day_pair_both_in_force",
    "pledged_candidate",
    "licence_cancelled_long_ago",
    "co_owned_with_firm",
    "design_filed_2020",
    "fee_in_grace",
    "contract_without_recordal",
    "recordal_without_contract",
    "two_spellings",
    "expired_roster_tag",
    "university_to_unrelated_firm",
    "pledge_discharged",
    "preserved",
    "preservation_discharged",
    "a_and_b_rows",
    "a_row_only",
    "need_without_figures",
    "event_of_unknown_patent",
]
NEAR_MISSES = [
    "sei_utility_model",
    "pending_family",
    "exactly_ten_years",
    "ten_years_and_a_day",
    "pledged_utility_model",
    "awarded_utility_model",
    "science_award",
]


def test_every_trap_of_the_field_review_is_planted(city: CityTruth) -> None:
    planted = {trap.trap for trap in city.traps}
    assert planted >= {*OF_THE_FIELD_REVIEW, *(f"high_value:{name}" for name in NEAR_MISSES)}
    assert {row.trap for row in city.rows} == {"wrong_check_digit", "duplicate_row", "row_without_number"}


def test_what_is_planted_stands_in_the_files(city: CityTruth, city_rows: dict[str, list[dict[str, object]]]) -> None:
    shown = {str(row.get("publication_number")) for rows in city_rows.values() for row in rows}
    assert {trap.publication_number for trap in city.traps if trap.publication_number} <= shown
    assert {need.answer for need in city.needs} | {need.decoy for need in city.needs} <= shown
    needs = {row["need_id"] for name, rows in city_rows.items() if name.startswith("4") for row in rows}
    assert {need.need_id for need in city.needs} <= needs


def test_each_planted_demand_is_told_in_both_voices_and_both_shapes(
    city: CityTruth, city_rows: dict[str, list[dict[str, object]]]
) -> None:
    voices = {(need.key, need.voice) for need in city.needs}
    keys = {need.key for need in city.needs}
    assert len(city.needs) == len({need.need_id for need in city.needs}) == len(voices) == 2 * len(keys) == 180
    assert voices == {(key, voice.value) for key in keys for voice in Voice}
    in_form = {row["need_id"] for row in city_rows_of(city_rows, "41")}
    for voice in Voice:
        ids = {need.need_id for need in city.needs if need.voice == voice}
        assert len(ids & in_form) == len(ids) // 2


def test_answers_have_their_owners_consent_and_decoys_cannot_be_offered(
    city: CityTruth, city_rows: dict[str, list[dict[str, object]]]
) -> None:
    stock = {
        str(row["application_number"]): row["consent"]
        for name, rows in city_rows.items()
        if name.startswith("5")
        for row in rows
    }
    patents = {str(row["publication_number"]): row for row in city_rows_of(city_rows, "01", "03")}
    for need in city.needs:
        answer = patents[need.answer]
        number = str(answer["application_number"]).removeprefix("CN")
        told = {key.replace(" ", "").removeprefix("ZL"): value for key, value in stock.items()}
        assert told[number] == "同意"
        assert str(answer["status_words"]) in ("授权", "['授权']")
        words = str(patents[need.decoy]["status_words"])
        assert {"lapsed": "未缴年费", "exclusively_licensed": "许可", "preserved": "保全"}[need.bar] in words
    assert len({need.bar for need in city.needs}) == 3


def city_rows_of(city_rows: dict[str, list[dict[str, object]]], *heads: str) -> list[dict[str, object]]:
    return [row for name, rows in city_rows.items() if name[:2] in heads for row in rows]


def test_a_need_without_figures_has_none(city: CityTruth, city_rows: dict[str, list[dict[str, object]]]) -> None:
    need_id = city.trap("need_without_figures").expect["need_id"]
    row = next(row for row in city_rows_of(city_rows, "41", "42") if row["need_id"] == need_id)
    told = "".join(str(row.get(part) or "") for part in ("title", "text", "problem", "goal", "difficulty"))
    assert told
    assert not any(character.isdigit() for character in told)


def test_near_misses_stay_clear_of_the_table_of_strategic_industries() -> None:
    table = load_pack("national").at(parse_date("2025-11-30")).table("sei_ipc")
    ranges = [(row["low_key"], row["high_key"]) for row in table if row["kind"] == "include"]

    def hits(symbol: str) -> bool:
        key = parse_ipc(symbol).sort_key
        return any(low <= key < high for low, high in ranges)

    rights = trap_texts()["rights"]
    for name, told in rights.items():
        assert all(map(hits, told["ipc"])) is (name == "sei_utility_model"), name


def test_terms_and_fees_of_traps_are_worked_as_the_law_says(city: CityTruth) -> None:
    """Source: Patent Law art. 42; fee schedule years 7 to 9; late fee 15 % in the fourth month."""
    rules = fee_rules(load_pack("national").at(parse_date(city.at)))
    for name, filed in (("design_filed_2020", "2020-06-18"), ("design_filed_on_the_day_of_the_new_law", "2021-06-01")):
        expected = city.trap(name).expect["expires_on"]
        assert expiry_date(IpType.DESIGN, parse_date(filed), rules=rules).isoformat() == expected
    expect = city.trap("fee_in_grace").expect
    filed, due = parse_date("2017-08-20"), parse_date(expect["due_date"])
    fee = annual_fee_cny(IpType.INVENTION, filed, expect["patent_year"], rules=rules)
    month = late_month(due, parse_date(city.at))
    assert (fee, month) == (Decimal(expect["full_fee_cny"]), expect["late_month"])
    assert late_fee_cny(fee, month, rules=rules) == Decimal(expect["late_fee_cny"])


@dataclass(frozen=True)
class Told:
    """What the product says of the city: its import, dormancy states by profile, ledger rows of the month."""

    imported: dict[str, Any]
    states: dict[str, dict[str, dict[str, str]]]
    ledger: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def told(city: CityTruth, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Told]:
    """The commands in this process, on a home of their own."""
    from django.db import connections

    from panhuo.cli import run

    folder = tmp_path_factory.mktemp("told")
    open_home(folder / "home", create_kind="demo", create_pack="demo_city")
    kept = connections["default"]
    connections["default"] = kept.copy()

    def call(*arguments: object) -> dict[str, Any]:
        out, said = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(said):
            code = run([*map(str, arguments), "--home", str(folder / "home"), "--json"])
        assert code == 0, said.getvalue()[-2000:]
        answer: dict[str, Any] = json.loads(out.getvalue())
        return answer

    with django_db_blocker.unblock():
        yield what_is_told(call, city, folder)
        connections["default"].close()
    connections["default"] = kept


def what_is_told(call: Callable[..., dict[str, Any]], city: CityTruth, folder: Path) -> Told:
    imported = call("import", city.folder, "--as-of", city.at)
    states = {}
    for profile in ("default", "simple"):
        out = folder / f"{profile}.csv"
        call("dormant", "--at", city.at, "--owner", "any", "--profile", profile, "--out", out)
        with out.open(encoding="utf-8-sig", newline="") as stream:
            states[profile] = {row["publication_number"]: row for row in csv.DictReader(stream)}
    out = folder / "ledger.jsonl"
    call("ledger", "--month", "2025-11", "--out", out)
    rows = [json.loads(line) for line in Path(out).read_text(encoding="utf-8").splitlines()]
    return Told(imported, states, {row["number"]: row for row in rows})


def test_import_rejects_waits_and_skips_exactly_what_is_planted(told: Told, city: CityTruth) -> None:
    sums = {name: told.imported[name] for name in ("rejected", "waiting", "unchanged")}
    rejected = sum(row.expect == "rejected" for row in city.rows)
    assert sums == {"rejected": rejected, "waiting": 1, "unchanged": 1}


@pytest.mark.parametrize("profile", ["default", "simple"])
def test_dormancy_is_read_as_each_trap_says(told: Told, city: CityTruth, profile: str) -> None:
    rows = told.states[profile]
    asked = [trap for trap in city.traps if profile in trap.expect]
    assert len(asked) > 20
    states = {
        trap.trap: rows[trap.publication_number]["state"] if trap.publication_number in rows else "not_considered"
        for trap in asked
    }
    assert states == {trap.trap: trap.expect[profile] for trap in asked}


def test_flags_of_candidates_and_doubtful_rights_are_those_that_traps_name(told: Told, city: CityTruth) -> None:
    asked = [trap for trap in city.traps if "flags" in trap.expect]
    assert {trap.expect["default"] for trap in asked} == {"dormancy_candidate", "to_verify"}
    assert len(asked) > 10
    for trap in asked:
        flags = told.states["default"][trap.publication_number]["flags"]
        assert [flag for flag in flags.split("; ") if flag] == trap.expect["flags"], trap.trap


def test_two_spellings_are_one_firm_by_the_rosters_former_name(told: Told, city: CityTruth) -> None:
    trap = city.trap("two_spellings")
    rows = [told.states["default"][number] for number in (trap.expect["same_party_as"], trap.publication_number)]
    assert [row["first_owner"] for row in rows] == trap.expect["spellings"]
    assert {row["owner_code"] for row in rows} == {trap.expect["party_code"]}


def test_documents_of_one_application_are_one_right(told: Told, city: CityTruth) -> None:
    trap = city.trap("a_and_b_rows")
    rows = [row for row in told.states["default"].values() if row["application_number"] == trap.application_number]
    assert len(rows) == trap.expect["assets"]


def test_of_a_same_day_pair_in_force_only_the_invention_is_a_candidate(told: Told, city: CityTruth) -> None:
    trap = city.trap("same_day_pair_both_in_force")
    model = told.states["default"][trap.expect["pair"]]
    assert told.states["default"][trap.publication_number]["same_day_twin"] == trap.expect["pair"]
    assert (model["state"], model["same_day_twin"]) == ("out", trap.publication_number)
    assert city.trap("same_day_pair_given_up").expect["pair"] not in told.states["default"]


def month_traps(city: CityTruth) -> list[Trap]:
    return [trap for trap in city.traps if trap.expect.get("ledger_month") == "2025-11" and "ledger" in trap.expect]


def test_the_ledger_of_the_month_counts_and_strikes_as_each_trap_says(told: Told, city: CityTruth) -> None:
    by_patent = {row["application_number"]: row for row in told.ledger.values()}
    asked = month_traps(city)
    assert len(asked) >= 8
    for trap in asked:
        row, expect = by_patent[trap.application_number], trap.expect
        assert (row["counts"] == "yes") is (expect["ledger"] == "counts"), trap.trap
        assert row["strike"] == ("" if expect["ledger"] == "counts" else expect["ledger"]), trap.trap
        for field in ("size", "reconciled"):
            if field in expect:
                assert row[field] == expect[field], (trap.trap, field)
