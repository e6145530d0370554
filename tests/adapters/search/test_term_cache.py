"""Term vectors are made once, kept, and survive torn and spoilt files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching_fakes import CharacterTerms
from panhuo.adapters.search.term_cache import CachedTerms
from panhuo.engine.ports import Floats
from panhuo.terms.errors import DomainError

TERMS = ["余热", "锅炉", "污泥干化", "电池"]


def cached(path: Path) -> tuple[CachedTerms, CharacterTerms]:
    inner = CharacterTerms()
    return CachedTerms(inner, path), inner


def test_a_term_is_embedded_once_also_over_processes(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "terms.bin"
    first, inner = cached(path)
    one = first.encode(TERMS)
    assert sorted(inner.asked) == sorted(TERMS)
    second, inner = cached(path)
    two = second.encode([*TERMS, "新词"])
    assert inner.asked == ["新词"]
    assert np.array_equal(one, two[:4]), "read and just made give the same"


def test_vectors_come_in_the_order_asked_and_doubles_cost_nothing(tmp_path: Path) -> None:
    found, inner = cached(tmp_path / "terms.bin")
    rows = found.encode(["电池", "余热", "电池"])
    assert np.array_equal(rows[0], rows[2])
    assert not np.array_equal(rows[0], rows[1])
    assert sorted(inner.asked) == sorted(["余热", "电池"])
    assert found.encode([]).shape == (0, inner.dimensions)


def test_another_model_has_its_own_vectors(tmp_path: Path) -> None:
    path = tmp_path / "terms.bin"
    cached(path)[0].encode(TERMS)
    inner = CharacterTerms()
    inner.model = "other"
    CachedTerms(inner, path).encode(TERMS)
    assert len(inner.asked) == 4


@given(st.integers(0, 400), st.booleans())
def test_a_cut_or_spoilt_file_costs_time_only(
    tmp_path_factory: pytest.TempPathFactory, place: int, spoil: bool
) -> None:
    path = tmp_path_factory.mktemp("cache") / "terms.bin"
    found, _ = cached(path)
    whole = found.encode(TERMS)
    data = bytearray(path.read_bytes())
    place %= len(data)
    if spoil:
        data[place] ^= 0xFF
    else:
        del data[place:]
    path.write_bytes(bytes(data))
    again, inner = cached(path)
    assert np.array_equal(again.encode(TERMS), whole)
    assert len(inner.asked) >= 1, "what was spoilt was made again"
    third, inner = cached(path)
    assert np.array_equal(third.encode(TERMS), whole)
    assert inner.asked == [], "and stands whole afterwards"


def test_two_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "terms.bin"
    one, two = cached(path)[0], cached(path)[0]
    one.encode(["余热"])
    two.encode(["锅炉"])
    one.encode(["污泥"])
    last, inner = cached(path)
    last.encode(["余热", "锅炉", "污泥"])
    assert inner.asked == []


class Ill(CharacterTerms):
    """Gives one number for every axis of one term."""

    def __init__(self, term: str, number: float) -> None:
        super().__init__()
        self.term, self.number = term, number

    def encode(self, terms: Sequence[str]) -> Floats:
        found = super().encode(terms)
        found[[term == self.term for term in terms]] = self.number
        return found


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf"), 1e6])
def test_what_holds_no_numbers_is_refused_and_not_kept(tmp_path: Path, number: float) -> None:
    path = tmp_path / "terms.bin"
    with pytest.raises(DomainError, match="no numbers for '锅炉'") as caught:
        CachedTerms(Ill("锅炉", number), path).encode(TERMS)
    assert caught.value.code == "no_vector"
    well, inner = cached(path)
    assert np.isfinite(well.encode(TERMS)).all()
    assert sorted(inner.asked) == sorted(TERMS), "nothing of that batch was kept"


def test_a_vector_of_zeros_is_given_but_asked_for_again(tmp_path: Path) -> None:
    path = tmp_path / "terms.bin"
    assert not CachedTerms(Ill("锅炉", 0.0), path).encode(TERMS)[TERMS.index("锅炉")].any()
    well, inner = cached(path)
    assert well.encode(TERMS).any(axis=1).all()
    assert inner.asked == ["锅炉"]


@pytest.mark.parametrize("number", [float("nan"), 0.0])
def test_what_an_earlier_version_kept_and_says_nothing_is_not_read(tmp_path: Path, number: float) -> None:
    path = tmp_path / "terms.bin"
    found, inner = cached(path)
    found.encode(TERMS)
    rows = np.frombuffer(path.read_bytes(), found._record).copy()
    rows["vector"][1] = number
    rows["crc"] = [found._crc(row) for row in rows]
    path.write_bytes(rows.tobytes())
    again, inner = cached(path)
    assert np.array_equal(again.encode(TERMS), found.encode(TERMS))
    assert len(inner.asked) == 1
