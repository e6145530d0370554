"""The count-rule linter: what it refuses, and the near misses that it lets pass.

Days, shares and weights: 国知发保字〔2021〕1号 (filings from 2021-07-01, grants from 2025-01-01, half of the official
fees before), 国知发保字〔2022〕7号 and JM-030 (main condition), 教科技〔2020〕1号 (universities).
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.rules import BadPack, load_pack
from panhuo.rules.checking import report_on
from panhuo.rules.programme_rules import VERDICTS, RuleKind
from rules.pack_files import MakePack, parameter
from rules.programme_rows import OVERRIDE, criteria, law, line, refused, table_files, verdict

FILING = {"counted": "filing", "amount_cny": "500"}
GRANT = {"counted": "grant", "share": "0.5", "pays_for": "official_fees"}


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2020-01-01", "2021-06-30", "accepted"),
        ("2020-01-01", "2021-07-01", "(a) 2021-07-01"),
        ("2020-01-01", "", "(a) 2021-07-01"),
        ("2021-07-01", "2021-07-01", "(a) 2021-07-01"),
        ("2026-01-01", "", "(a) 2026-01-01"),
    ],
)
def test_money_for_filings_ends_before_july_2021(since: str, until: str, expected: str) -> None:
    assert verdict({**FILING, "since": since, "until": until}) == expected
    assert verdict({"counted": "filing", "share": "0.01", "since": since, "until": until}) == expected
    assert verdict({"counted": "filing", "since": since, "until": until}) == expected, "a payment of untold amount"


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2022-01-01", "2024-12-31", "accepted"),
        ("2022-01-01", "2025-01-01", "(b) 2025-01-01"),
        ("2022-01-01", "", "(b) 2025-01-01"),
        ("2025-01-01", "", "(b) 2025-01-01"),
    ],
)
def test_money_for_grants_ends_with_2024(since: str, until: str, expected: str) -> None:
    assert verdict({**GRANT, "since": since, "until": until}) == expected
    assert verdict({**GRANT, "counted": "valid_patent", "since": since, "until": until}) == expected


@pytest.mark.parametrize(
    ("share", "pays_for", "amount", "expected"),
    [
        ("0.5", "official_fees", "", "accepted"),
        ("0.50", "official_fees", "", "accepted"),
        ("0.5000001", "official_fees", "", "(b) 2022-01-01"),
        ("1", "official_fees", "", "(b) 2022-01-01"),
        ("0.1", "", "", "(b) 2022-01-01"),
        ("0.1", "official_fees;service_fees", "", "(b) 2022-01-01"),
        ("0.1", "annual_fees", "", "(b) 2022-01-01"),
        ("0.1", "patent_agency_fees", "", "(b) 2022-01-01"),
        ("", "", "1000", "(b) 2022-01-01"),
    ],
)
def test_before_2025_a_grant_may_be_paid_up_to_half_of_the_official_fees(
    share: str, pays_for: str, amount: str, expected: str
) -> None:
    row = {"counted": "grant", "share": share, "pays_for": pays_for, "amount_cny": amount}
    assert verdict({**row, "since": "2022-01-01", "until": "2024-12-31"}) == expected


def test_annual_and_agency_fees_are_paid_for_no_count_on_no_day() -> None:
    paid = {"counted": "licence_recordal", "share": "0.2"}
    assert verdict({**paid, "pays_for": "annual_fees"}) == "(b) 2026-01-01"
    assert verdict({**paid, "pays_for": "service_fees;patent_agency_fees", "since": "2019-01-01"}) == "(b) 2019-01-01"
    assert verdict({**paid, "pays_for": "service_fees"}) == "accepted"


@pytest.mark.parametrize("until", ["2019-12-31", "2021-06-30", ""])
def test_a_university_pays_for_no_filing_on_any_day(until: str) -> None:
    row = {**FILING, "binds": "university", "since": "2019-01-01", "until": until}
    assert verdict(row).endswith("(d) 2019-01-01")
    assert not verdict({**row, "binds": "any", "until": "2019-12-31"}).startswith("(d)")
    assert verdict({**row, "counted": "money_received", "amount_cny": "", "share": "0.7"}) == "accepted"


@pytest.mark.parametrize("kind", sorted(VERDICTS))
@pytest.mark.parametrize(
    ("weight", "rest", "expected"),
    [
        ("0.50", "0.50", "accepted"),
        ("0.51", "0.49", "(c) 2026-01-01"),
        ("0.5001", "0.4999", "(c) 2026-01-01"),
        ("0", "1", "accepted"),
    ],
)
@pytest.mark.parametrize("counted", ["filing", "grant", "valid_patent"])
def test_half_of_a_verdict_may_hang_on_counts_and_no_more(
    kind: str, weight: str, rest: str, expected: str, counted: str
) -> None:
    count = {"kind": kind, "counted": counted, "weight": weight}
    assert verdict(count, {"kind": kind, "weight": rest}) == expected


def test_filings_and_grants_weigh_together() -> None:
    rows = [
        {"kind": "award", "counted": "filing", "weight": "0.3"},
        {"kind": "award", "counted": "grant", "weight": "0.3"},
        {"kind": "award", "counted": "money_received", "weight": "0.4"},
    ]
    told = refused(*rows)
    assert [one.criterion.counted for one in told] == ["filing", "grant"]
    assert "weigh 0.6 together, over 0.50" in told[0].offending


@pytest.mark.parametrize(
    ("condition", "expected"),
    [("sole", "(c) 2026-01-01"), ("main", "(c) 2026-01-01"), ("part", "accepted"), ("", "(c) 2026-01-01")],
)
def test_without_weights_the_condition_decides_and_what_is_untold_is_main(condition: str, expected: str) -> None:
    count = {"kind": "title", "counted": "grant", "condition": condition}
    assert verdict(count, {"kind": "title", "condition": "main"}) == expected
    assert verdict(count) == "(c) 2026-01-01", "with nothing beside it the count is the sole condition"


def test_weights_that_change_within_the_validity_are_judged_on_each_day() -> None:
    rows = [
        {"kind": "award", "counted": "grant", "weight": "0.4", "since": "2022-01-01"},
        {"kind": "award", "counted": "filing", "weight": "0.2", "since": "2023-03-01", "until": "2023-03-01"},
        {"kind": "award", "weight": "0.6", "since": "2022-01-01"},
    ]
    assert verdict(*rows) == "(c) 2023-03-01"
    assert verdict(rows[0], rows[2]) == "accepted"


@pytest.mark.parametrize(
    ("on", "expected"),
    [("2026-01-01", "accepted"), ("2025-06-01", "accepted"), ("2026-01-02", "(c) 2026-01-01")],
)
def test_a_written_override_covers_the_days_from_its_own_on(on: str, expected: str) -> None:
    row = {"kind": "award", "counted": "grant", **OVERRIDE, "override_on": on}
    assert verdict(row) == expected


def test_no_override_covers_money() -> None:
    assert verdict({**FILING, **OVERRIDE}) == "(a) 2026-01-01"
    assert verdict({**GRANT, **OVERRIDE}) == "(b) 2026-01-01"
    assert verdict({**FILING, **OVERRIDE, "binds": "university"}) == "(a) 2026-01-01, (d) 2026-01-01"
    assert verdict({"kind": "award", "counted": "grant", "amount_cny": "1", **OVERRIDE}) == "(b) 2026-01-01"


@pytest.mark.parametrize("kind", ["target", "statistic"])
@pytest.mark.parametrize("counted", ["filing", "grant", "valid_patent", "licence_or_transfer", "product_filing"])
def test_targets_and_statistics_may_count_anything(kind: str, counted: str) -> None:
    assert verdict({"kind": kind, "counted": counted, "since": "2020-01-01"}) == "accepted"


def test_a_target_that_names_an_amount_is_money_whatever_it_is_called() -> None:
    assert verdict({"kind": "target", **FILING}) == "(a) 2026-01-01"
    assert verdict({"kind": "target", "counted": "filing", "amount_cny": "0"}) == "accepted"


def test_money_for_conversion_is_accepted() -> None:
    """SZ-018: 5 % of the money received."""
    assert verdict({"share": "0.05", "pays_for": "money_received"}) == "accepted"
    assert verdict({"counted": "licence_recordal", "amount_cny": "2000"}) == "accepted"


day_of_rule = st.dates(date(2018, 1, 1), date(2028, 12, 31))
counts = st.sampled_from(["filing", "grant", "valid_patent", "licence_recordal", "product_filing", "expert_score"])


@st.composite
def rules(draw: st.DrawFn) -> dict[str, str]:
    since = draw(day_of_rule)
    until = draw(st.none() | st.dates(since, date(2029, 12, 31)))
    amount, share = draw(st.sampled_from([("500", ""), ("", "0.5"), ("", "0.51"), ("", "")]))
    return {
        "kind": draw(st.sampled_from(list(RuleKind))),
        "binds": draw(st.sampled_from(["any", "university"])),
        "counted": draw(counts),
        "amount_cny": amount,
        "share": share,
        "pays_for": draw(st.sampled_from(["", "official_fees", "service_fees"])),
        "condition": draw(st.sampled_from(["", "sole", "main", "part"])),
        "since": since.isoformat(),
        "until": until.isoformat() if until else "",
    }


@given(row=rules())
def test_what_is_no_money_and_no_verdict_is_never_refused(row: dict[str, str]) -> None:
    plain = {**row, "kind": "statistic", "amount_cny": "", "share": ""}
    assert verdict(plain) == "accepted"


@given(row=rules(), counted=st.sampled_from(["licence_recordal", "product_filing", "verified_use", "money_received"]))
def test_a_count_of_conversion_is_never_refused(row: dict[str, str], counted: str) -> None:
    assert verdict({**row, "counted": counted}) == "accepted"


@given(row=rules())
def test_money_for_filings_is_refused_exactly_where_the_validity_reaches_july_2021(row: dict[str, str]) -> None:
    paid = {**row, "kind": "payment", "counted": "filing", "binds": "any"}
    reaches = (paid["until"] or "9999-12-31") >= "2021-07-01"
    assert (verdict(paid) != "accepted") == reaches


@given(row=rules(), days=st.tuples(st.integers(0, 4000), st.integers(0, 4000)))
def test_a_rule_that_holds_on_fewer_days_is_refused_no_more(row: dict[str, str], days: tuple[int, int]) -> None:
    since = date.fromisoformat(row["since"])
    until = date.fromisoformat(row["until"] or "2029-12-31")
    first = min(since + timedelta(days[0]), until)
    last = max(first, until - timedelta(days[1]))
    shorter = {**row, "since": first.isoformat(), "until": last.isoformat()}
    letters = {one.clause.clause for one in refused(row)}
    assert {one.clause.clause for one in refused(shorter)} <= letters


@given(row=rules())
def test_the_day_told_lies_in_the_validity_and_the_day_before_it_was_not_refused(row: dict[str, str]) -> None:
    for one in refused(row):
        assert one.criterion.holds_on(one.day)
        before = one.day - timedelta(1)
        if before >= one.criterion.since:
            ended = refused({**row, "until": before.isoformat()})
            assert one.clause.clause not in {other.clause.clause for other in ended}


@given(weight=st.decimals(0, 1, places=3), less=st.decimals(0, 1, places=3))
def test_a_smaller_weight_is_never_refused_where_a_larger_one_is_not(weight: Decimal, less: Decimal) -> None:
    def judged(share: Decimal) -> str:
        count = {"kind": "talent", "counted": "filing", "weight": str(share)}
        return verdict(count, {"kind": "talent", "weight": str(1 - share)})

    smaller, larger = sorted((weight, less))
    assert (judged(larger) == "accepted") <= (judged(smaller) == "accepted")
    assert (judged(larger) == "accepted") == (larger <= Decimal("0.5"))


def test_a_pack_with_a_rule_that_pays_per_filing_does_not_load(make_pack: MakePack) -> None:
    folder = make_pack("child", parent="national", files=table_files(line(), line(rule="R2", **FILING)))
    with pytest.raises(BadPack) as caught:
        load_pack(folder)
    assert caught.value.fields == {"file": "tables/programme_rules.csv", "line": 3}
    for part in (
        "R2",
        "(a)",
        "2026-01-01",
        "国知发保字〔2021〕1号 (quoted)",
        "counted filing, amount_cny 500",
        "可改为",
    ):
        assert part in caught.value.message


def test_near_misses_load_and_have_no_problems(make_pack: MakePack) -> None:
    lines = [
        line(rule="ended", **FILING, since="2020-01-01", until="2021-06-30"),
        line(rule="half", **GRANT, since="2022-01-01", until="2024-12-31"),
        line(rule="target", kind="target", counted="filing"),
        line(rule="recordals", kind="target", counted="licence_recordal"),
        line(rule="award", kind="award", counted="grant", weight="0.50"),
        line(rule="award", kind="award", counted="money_received", weight="0.50"),
    ]
    folder = make_pack("child", parent="national", files=table_files(*lines))
    report = report_on(folder)
    assert (report.problems, report.notes) == ((), ())
    assert len(load_pack(folder).at(date(2026, 2, 1)).table("programme_rules")) == 4


def test_the_check_tells_every_refused_rule_with_its_line(make_pack: MakePack) -> None:
    lines = [
        line(rule="R1", **FILING),
        line(rule="R2", counted="grant"),
        line(rule="R3", kind="award", counted="grant"),
    ]
    report = report_on(make_pack("child", parent="national", files=table_files(*lines)))
    assert [(one.line, one.where.partition(", ")[2]) for one in report.problems] == [(2, "R1"), (3, "R2"), (4, "R3")]
    letters = [one.message.partition("(")[2][0] for one in report.problems]
    assert letters == ["a", "b", "c"]


def test_a_verdict_without_conversion_gets_a_note_and_loads(make_pack: MakePack) -> None:
    lines = [line(kind="talent", counted="expert_score", weight="1")]
    folder = make_pack("child", parent="national", files=table_files(*lines))
    report = report_on(folder)
    assert report.problems == ()
    assert [(one.file, one.line) for one in report.notes] == [("tables/programme_rules.csv", 2)]
    assert "JM-030" in report.notes[0].message
    assert load_pack(folder).name == "child"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"kind": "bonus"}, "kind 'bonus' is none of"),
        ({"binds": "everyone"}, "binds 'everyone' is none of"),
        ({"counted": "patents"}, "does not stand in counted_events"),
        ({"condition": "half"}, "condition 'half' is none of"),
        ({"weight": "1.1"}, "is no number from 0 to 1"),
        ({"share": "50%"}, "is no number from 0 to 1"),
        ({"amount_cny": "-1"}, "is no number of 0 or more"),
        ({"amount_cny": "NaN"}, "is no number of 0 or more"),
        ({"amount_cny": "1", "share": "0.1"}, "write two rules"),
        ({"pays_for": "fees"}, "does not stand in covered_costs"),
        ({"since": ""}, "has no first day"),
        ({"rule": ""}, "has no name"),
        ({"override_document": "x"}, "the override lacks override_office, override_on, override_reason"),
        ({**OVERRIDE, "override_on": "2026"}, "is no date"),
        ({"kind": "award", "weight": "0.4"}, "the weights sum to 0.4, not to 1"),
        ({"until": "2025-12-31", "counted": "grant"}, "since 2026-01-01 lies after until 2025-12-31"),
    ],
)
def test_a_row_that_cannot_be_judged_keeps_the_pack_from_loading(
    make_pack: MakePack, cells: dict[str, str], said: str
) -> None:
    folder = make_pack("child", parent="national", files=table_files(line(**cells)))
    with pytest.raises(BadPack) as caught:
        load_pack(folder)
    assert said in caught.value.message
    assert caught.value.fields["line"] == 2


def test_one_rule_may_not_be_two_things(make_pack: MakePack) -> None:
    rows = [line(kind="target", counted="filing"), line(counted="money_received")]
    with pytest.raises(BadPack, match="but target for any in line 2"):
        load_pack(make_pack("child", parent="national", files=table_files(*rows)))


def test_weights_of_some_rows_only_are_refused(make_pack: MakePack) -> None:
    rows = [line(kind="award", weight="1"), line(kind="award", counted="transfer")]
    with pytest.raises(BadPack, match="some rows have no weight"):
        load_pack(make_pack("child", parent="national", files=table_files(*rows)))


def test_a_criterion_that_ends_may_not_leave_a_count_as_the_main_one(make_pack: MakePack) -> None:
    """From July grants weigh 0.45 of the 0.50 that are left: nine tenths, and no row says so."""
    rows = [
        line(kind="award", weight="0.50", until="2026-06-30"),
        line(kind="award", weight="0.05", counted="licence_recordal"),
        line(kind="award", weight="0.45", counted="grant"),
    ]
    with pytest.raises(BadPack, match=r"R1: on 2026-07-01 the weights sum to 0\.50, not to 1"):
        load_pack(make_pack("region", parent="national", files=table_files(*rows)))
    rows.append(line(kind="award", weight="0.50", since="2026-07-01", counted="benefiting_msme"))
    assert load_pack(make_pack("whole", parent="national", files=table_files(*rows))).name == "whole"


def test_what_a_province_lowered_a_city_does_not_raise_again(make_pack: MakePack) -> None:
    name = "programmes.main_condition_weight"
    make_pack("province", parent="national", files={"parameters/p.yaml": parameter(name, "share", '"0.3"')})
    again = {"parameters/p.yaml": parameter(name, "share", '"0.4"')}
    with pytest.raises(BadPack, match=r"is 0\.4 on .*, above the 0\.3 of its parent"):
        load_pack(make_pack("city", parent="province", files=again))


@pytest.mark.parametrize("table", ["counted_events", "covered_costs", "count_rule_bases"])
def test_a_child_may_not_rewrite_the_law(make_pack: MakePack, table: str) -> None:
    source = load_pack("national").folders[0] / "tables"
    files = {f"tables/{table}.{suffix}": (source / f"{table}.{suffix}").read_bytes() for suffix in ("csv", "yaml")}
    with pytest.raises(BadPack, match="a child may not replace or extend it"):
        load_pack(make_pack("child", parent="national", files=files))


def test_a_child_may_lower_a_limit_and_not_raise_it(make_pack: MakePack) -> None:
    name = "programmes.main_condition_weight"
    rows = [line(kind="award", weight="0.6"), line(kind="award", counted="grant", weight="0.4")]
    stricter = {**table_files(*rows), "parameters/p.yaml": parameter(name, "share", '"0.3"')}
    with pytest.raises(BadPack, match=r"weigh 0\.4 together, over 0\.3"):
        load_pack(make_pack("stricter", parent="national", files=stricter))
    raised = {"parameters/p.yaml": parameter(name, "share", '"0.6"')}
    with pytest.raises(BadPack, match=r"is 0\.6 on .*, above the 0\.50 of its parent"):
        load_pack(make_pack("raised", parent="national", files=raised))
    assert load_pack(make_pack("plain", parent="national", files=table_files(*rows))).name == "plain"


def test_a_lower_limit_is_told_at_the_parents_row(make_pack: MakePack) -> None:
    rows = [line(kind="award", weight="0.6"), line(kind="award", counted="grant", weight="0.4")]
    make_pack("province", parent="national", files=table_files(*rows))
    lower = {"parameters/p.yaml": parameter("programmes.main_condition_weight", "share", '"0.3"')}
    with pytest.raises(BadPack) as caught:
        load_pack(make_pack("city", parent="province", files=lower))
    assert caught.value.fields == {"file": "province/tables/programme_rules.csv", "line": 3}


def test_rules_without_any_law_are_not_taken_for_lawful(make_pack: MakePack) -> None:
    with pytest.raises(BadPack, match="write parent: national"):
        load_pack(make_pack("alone", files=table_files(line(), sidecar=table_files()["tables/programme_rules.yaml"])))


def test_a_repealed_limit_allows_nothing(make_pack: MakePack) -> None:
    rows = [line(kind="award", weight="0.9"), line(kind="award", counted="grant", weight="0.1")]
    repealed = {
        **table_files(*rows),
        "parameters/p.yaml": parameter("programmes.main_condition_weight", "share", "null"),
    }
    with pytest.raises(BadPack, match=r"weigh 0\.1 together, over 0"):
        load_pack(make_pack("child", parent="national", files=repealed))


def test_the_plans_targets_that_count_rights_stand_in_our_packs() -> None:
    rows = load_pack("jiangmen").at(date(2025, 12, 31)).table("programme_rules")
    goals = {(row["rule"], row["counted"]): (row["goal_is"], row["goal"], row["status"]) for row in rows}
    assert goals["JM-060", "valid_patent"] == ("over", "51000", "quoted")
    assert goals["JM-060", "valid_invention"] == ("over", "5600", "quoted")
    assert goals["gd-recordals", "licence_or_transfer"] == ("at_least", "0.10", "quoted"), "from the province"
    assert criteria({"kind": "target", "counted": "valid_patent"})[0].is_count_of_rights
    assert {one.letter for one in law()[0]} == set("abcd")
