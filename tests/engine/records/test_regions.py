"""Regions from what a source states and what an address says. Codes: GB/T 2260."""

from __future__ import annotations

from datetime import date

import pytest

from panhuo.engine.records.vocabulary import Vocabulary
from panhuo.rules import load_pack

WORDS = Vocabulary(load_pack("national").at(date(2025, 11, 30)))


@pytest.mark.parametrize(
    ("stated", "address", "code"),
    [
        ("广东;44", "广东省江门市蓬江区", "440703"),
        ("广东;44", "510000 广东省江门市蓬江区港口路1号", "440703"),
        ("广东;44", "广东省江门市某某开发区", "440700"),
        ("广东;44", "江门市蓬江区", "440703"),
        ("440703", "广东省江门市", "440703"),
        ("广东;44", "北京市海淀区", "440000"),
        ("440300", "广东省江门市蓬江区", "440300"),
        ("广东;44", "", "440000"),
        ("", "529000 广东省江门市蓬江区", "440703"),
        ("", "Somewhere 5", ""),
    ],
)
def test_an_address_narrows_a_stated_region_and_never_contradicts_it(stated: str, address: str, code: str) -> None:
    assert WORDS.region(stated, address) == code
