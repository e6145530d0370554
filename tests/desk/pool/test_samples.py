"""Samples of the pool's quality are drawn again by their seed; the agreement is what was judged."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from desk.people.made_people import NOW, RULES
from made_pool import inventor_of, made_patents, pooled_entry
from panhuo.engine.pool import agreement_share

WHEN = {"at": NOW, "rules": RULES}


@pytest.fixture
def pool(city: SimpleNamespace) -> SimpleNamespace:
    for asset in made_patents(city.college, list(range(101, 111))):
        inventor_of(asset, city.faming)
        pooled_entry(asset, city)
    return city


def drawn(actor: Any, seed: str, size: int = 4) -> Any:
    from panhuo.desk.pool.sample_actions import draw_quality_sample

    return draw_quality_sample(seed=seed, size=size, actor=actor, **WHEN)


def numbers(sample: Any) -> list[str]:
    return [one.entry.number for one in sample.entries.select_related("entry")]


def test_the_same_seed_draws_the_same_entries_and_another_others(pool: SimpleNamespace) -> None:
    first = drawn(pool.shiju, "2026-11")
    assert numbers(first) == numbers(drawn(pool.daxue, "2026-11"))
    assert (first.drawn_from, len(numbers(first))) == (10, 4)
    assert any(numbers(drawn(pool.shiju, f"s{one}")) != numbers(first) for one in range(5))


def test_only_what_is_in_the_pool_and_in_reach_is_drawn(pool: SimpleNamespace, refused: Any) -> None:
    from made_pool import filled_entry

    waits = filled_entry(pool.mine, pool.faming)
    assert waits.number not in numbers(drawn(pool.shiju, "x", 500))
    refused("nothing_to_draw", drawn, pool.waixiao, "x")
    refused("not_allowed", drawn, pool.faming, "x")
    refused("no_seed", drawn, pool.shiju, " ")
    refused("bad_size", drawn, pool.shiju, "x", 0)


def test_the_agreement_is_of_what_was_judged(pool: SimpleNamespace, refused: Any) -> None:
    from panhuo.desk.pool.sample_actions import judge_sampled

    first, second, *_ = drawn(pool.shiju, "2026").entries.all()
    judge_sampled(first.pk, found=4, note="", actor=pool.shiju, **WHEN)
    judge_sampled(second.pk, found=2, note="只有实验数据", actor=pool.shiju, **WHEN)
    refused("not_allowed", judge_sampled, first.pk, found=4, note="", actor=pool.faming, **WHEN)
    refused("not_in_list", judge_sampled, first.pk, found=9, note="", actor=pool.shiju, **WHEN)
    judged = first.sample.entries.exclude(found=None)
    assert agreement_share([(one.stated, one.found) for one in judged]) == 0.5
