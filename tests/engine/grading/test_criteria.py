"""The four criteria of SC-011: met, not met, or nobody can say."""

from __future__ import annotations

from datetime import date

from grading_register import event, graded, right

BEFORE = date(2024, 5, 6)


def test_that_nothing_is_recorded_never_speaks_against_a_patent() -> None:
    row = graded([right(1)])[1]
    names = ("advanced", "good_quality", "good_market", "ready_to_use")
    assert [row[f"criterion_{name}"] for name in names] == [None] * 4
    assert [row[f"criterion_{name}_evidence"] for name in names] == [""] * 4


def test_evidence_meets_each_criterion_and_is_named() -> None:
    found = graded(
        [
            right(1, awards=["中国专利金奖"]),
            right(2, filing_date=date(2012, 1, 1)),
            right(3, "G06F40/30"),
            right(4, family_count=2, family_members=["US11123456B2"]),
            right(5),
        ],
        [
            event(5, "product_filed", BEFORE),
            event(5, "licence_recorded", BEFORE),
            event(5, "pledge_registered", BEFORE),
        ],
    )
    said = {
        (n, name): row[f"criterion_{name}_evidence"]
        for n, row in found.items()
        for name in ("advanced", "good_quality", "good_market", "ready_to_use")
        if row[f"criterion_{name}"] is True
    }
    assert said == {
        (1, "advanced"): "national_award",
        (2, "good_quality"): "kept_over_ten_years",
        (3, "good_market"): "strategic_industry",
        (4, "good_market"): "granted_abroad",
        (5, "good_market"): "was_licensed;was_pledged",
        (5, "ready_to_use"): "in_use",
    }


def test_a_patent_among_the_best_quarter_of_its_peers_is_advanced() -> None:
    """Twelve peers with 0 to 11 citations: 9 of 11 others do worse than the tenth, 8 of 11 (0.727) than the ninth."""
    found = graded([right(n, cited_by_count=n - 1) for n in range(1, 13)])
    assert [n for n, row in found.items() if row["criterion_advanced"]] == [10, 11, 12]
    assert found[9]["criterion_advanced"] is None


def test_what_speaks_against_wins_and_both_are_told() -> None:
    found = graded(
        [right(1), right(2, filing_date=date(2012, 1, 1)), right(3, filing_date=date(2007, 11, 29)), right(4)],
        [
            event(1, "product_filed", BEFORE),
            event(1, "licence_recorded", BEFORE, terms="exclusive"),
            event(2, "invalidated_part", BEFORE),
            event(4, "product_filed", BEFORE),
        ],
        status={4: "expired_term"},
    )
    assert found[1]["criterion_ready_to_use"] is False
    assert found[1]["criterion_ready_to_use_evidence"] == "licensed_exclusively;in_use"
    assert found[2]["criterion_good_quality"] is False
    assert found[2]["criterion_good_quality_evidence"] == "partly_invalidated;kept_over_ten_years"
    assert found[3]["criterion_ready_to_use_evidence"] == "ends_soon"  # 23 months
    assert found[4]["criterion_ready_to_use_evidence"] == "not_in_force;in_use"


def test_a_readiness_level_speaks_for_or_against() -> None:
    stated = date(2025, 1, 1)
    offers = [{"asset_id": n, "stated_on": stated, "maturity": level} for n, level in ((1, 5), (2, 4))]
    found = graded([right(1), right(2)], offers=offers)
    assert [found[n]["criterion_ready_to_use"] for n in (1, 2)] == [True, False]
    assert [found[n]["criterion_ready_to_use_evidence"] for n in (1, 2)] == ["readiness_stated", "readiness_low"]
