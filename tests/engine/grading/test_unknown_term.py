"""A right whose term nobody tells, and a list without classes and years."""

from __future__ import annotations

from grading_register import Register, right, rules_of

from panhuo.engine.grading import grade

IN_FORCE = "granted_in_force"


def test_without_a_filing_date_the_remaining_term_cannot_be_said() -> None:
    rows = [right(1), right(2, filing_date=None)]
    with Register(assets=rows, status=[{"asset_id": n, "status": IN_FORCE} for n in (1, 2)]) as register:
        found = register.graded(rules_of())
    assert found[1]["score_legal_term"] is not None
    assert found[2]["score_legal_term"] is None
    assert found[2]["value_confidence"] < found[1]["value_confidence"]
    assert "ends_soon" not in (found[2]["criterion_ready_to_use_evidence"] or "")


def test_all_are_peers_where_a_list_is_one_field_without_classes_and_years() -> None:
    rows = [right(n, claims_count=n, ipc_main="", ipc_keys=[], filing_date=None) for n in range(1, 12)]
    status = [{"asset_id": n, "status": IN_FORCE} for n in range(1, 12)]
    with Register(assets=rows, status=status) as register:
        register.add_industries(rules_of())
        tables = [register.tables[name] for name in ("assets", "status", "events", "sei")]
        alone = {row["asset_id"]: row for row in register.rows(grade(*tables, rules_of()).unpacked())}
        among = {
            row["asset_id"]: row for row in register.rows(grade(*tables, rules_of(), all_are_peers=True).unpacked())
        }
    assert {row["claims_percentile"] for row in alone.values()} == {None}
    assert [among[n]["claims_percentile"] for n in (1, 6, 11)] == [0.0, 0.5, 1.0]
    assert among[11]["value_score"] > among[1]["value_score"]
