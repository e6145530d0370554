"""Which source is believed where two differ: every reader of ours has a rank on purpose."""

from __future__ import annotations

from datetime import date

import pytest

from panhuo.rules import load_pack
from panhuo.rules.sources import source_rank

RULES = load_pack("national").at(date(2025, 11, 30))


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("licence_ledger", "cnipa_xml"),
        ("product_filing", "cnipa_xml"),
        ("technology_contract", "patsnap_table"),
        ("cnipa_xml", "stock_inventory"),
        ("cnipa_xml_2006", "stock_inventory"),
        ("lens_csv", "stock_inventory"),
        ("cnki_refs", "stock_inventory"),
        ("patent_table", "stock_inventory"),
        ("stock_inventory", "something_new"),
        ("uspto_grant_xml", "patsnap_table"),
        ("patsnap_table", "google_patents_csv"),
        ("incopat_table", "lens_csv"),
        ("lens_csv", "patent_table"),
        ("cnki_refs", "patent_jsonl"),
        ("patent_table", "something_new"),
        ("something_new", "panhuo_table"),
    ],
)
def test_registers_go_before_offices_before_exports_before_what_anyone_fills_in(better: str, worse: str) -> None:
    assert source_rank(RULES, better) > source_rank(RULES, worse)


def test_the_last_row_takes_any_format() -> None:
    assert RULES.table("source_precedence")[-1]["reader"] == "*"
