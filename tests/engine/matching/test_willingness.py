"""What an owner's own words say of his will to part with a right."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.matching.willingness import Willingness, willingness, willingness_words
from panhuo.engine.matching.words import normalise
from panhuo.rules import load_pack

WORDS = willingness_words(load_pack("national").at(date(2026, 11, 22)))
REFUSALS = (
    "不愿转化 无转化意愿 不愿 暂不转化 不转让 拒绝 不愿意转化 否 no 无意愿 unwilling 没有转化的打算 未同意 "
    "暂时不考虑转让 不太愿意 权利人明确拒绝 Ｎｏ 不願轉讓 对外转让不愿意 目前自用，不转让"
)
CONSENTS = (
    "愿意 愿意转化 是 同意 有意愿 yes Willing negotiable 视条件而定 面议 不限 无异议 不反对转让 愿意无偿许可 非常愿意 "
    "非独占 愿意。"
)
NEITHER = (
    "不确定 待定 是否愿意 考虑中 先放着 看情况再说 愿意但不转让 愿意许可，不转让 还是再等等 notebook 甲乙丙 未联系上 "
    "愿意，待定 12"
)
SILENT = ["", "-", "—", " ", "/", "……"]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        *((one, Willingness.UNWILLING) for one in [*REFUSALS.split(), "not willing", "refuse to license", "不 愿 意"]),
        *((one, Willingness.WILLING) for one in CONSENTS.split()),
        *((one, Willingness.UNCLEAR) for one in NEITHER.split()),
        *((one, Willingness.SILENT) for one in SILENT),
    ],
)
def test_a_cell_refuses_agrees_or_says_neither(told: str, said: Willingness) -> None:
    assert willingness(told, WORDS) is said


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"]), max_size=40))
def test_what_nobody_can_read_is_no_consent_and_no_refusal(told: str) -> None:
    said = willingness(told, WORDS)
    flat = normalise(told).replace(" ", "")
    if not any(word.replace(" ", "") in flat for word in (*WORDS.meanings, *WORDS.alone)):
        assert said in (Willingness.UNCLEAR, Willingness.SILENT)


@given(
    st.sampled_from(["不", "不太", "暂不", "无", "没有", "拒绝", "不想"]),
    st.sampled_from(["转让", "许可", "转化", "合作"]),
)
def test_a_negation_before_the_deed_always_refuses(negation: str, deed: str) -> None:
    assert willingness(negation + deed, WORDS) is Willingness.UNWILLING
    assert willingness(f"权利人{negation}{deed}", WORDS) is Willingness.UNWILLING
    assert willingness(f"愿意{deed}", WORDS) is Willingness.WILLING
