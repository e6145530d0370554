"""The proof of one entry, and everything that is not one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_logs import KEY, made_head, made_key, made_lines, nodes_of

from panhuo.adapters.proofs.single import proof_text, verify_proof
from panhuo.engine.proof import consistency_path, inclusion_path, read_note, tree_hash
from panhuo.engine.proof.findings import Fault
from panhuo.terms.errors import DomainError

SIZE = 40
LINES = made_lines(SIZE)
SHA = tree_hash("sha256")
NODES = nodes_of(SHA, LINES)


def proof(number: int, *, earlier: tuple[int, ...] = (10,)) -> str:
    heads = {made_head(LINES[:size]): consistency_path(SHA, NODES, size, SIZE) for size in earlier}
    path = inclusion_path(SHA, NODES, number - 1, SIZE)
    return proof_text(LINES[number - 1], note=made_head(LINES), path=path, key=KEY.public, earlier=heads, receipts=[])


@given(st.integers(1, SIZE))
def test_every_entry_can_be_proved(number: int) -> None:
    report = verify_proof(proof(number).encode(), key=KEY.public, earlier=[read_note(made_head(LINES[:10]))])
    assert (report.findings, report.number, report.earlier) == ([], number, [10])
    assert report.code.startswith(f"{number}-")


def spoil(told: dict[str, Any], data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["entry", "number", "path", "code", "leaf", "head", "earlier"]))
    if kind == "entry":
        told["entry"] = told["entry"].replace("官员", "某人")
    elif kind == "number":
        told["number"] = data.draw(st.integers(1, 200).filter(lambda one: one != told["number"]))
    elif kind == "path":
        step = data.draw(st.integers(0, len(told["path"]) - 1))
        told["path"][step] = data.draw(st.sampled_from(["00" * 32, "zz", "", told["leaf"], told["path"][step][2:]]))
    elif kind in ("code", "leaf"):
        told[kind] = told[kind][:-1] + ("0" if told[kind][-1] != "0" else "1")
    elif kind == "head":
        told["head"] = made_head(made_lines(SIZE, seed=data.draw(st.integers(1, 99))))
    else:
        told["earlier"][0]["head"] = made_head(made_lines(10, seed=7))


@given(st.integers(1, SIZE), st.data())
def test_a_mutated_proof_is_refused(number: int, data: st.DataObject) -> None:
    told = json.loads(proof(number))
    spoil(told, data)
    assert not verify_proof(json.dumps(told).encode(), key=KEY.public).is_whole


@given(st.integers(0, 5_000), st.integers(1, 255))
def test_one_byte_changed_anywhere_is_refused_or_changes_nothing_that_is_said(place: int, turned: int) -> None:
    content = bytearray(proof(7).encode())
    place %= len(content)
    content[place] ^= turned
    try:
        report = verify_proof(bytes(content), key=KEY.public)
    except DomainError:
        pass
    else:
        before = json.loads(proof(7))
        try:
            after = json.loads(bytes(content))
        except ValueError:
            after = {}
        named = ("entry", "number", "leaf", "path", "head", "code")
        same = all(after.get(key) == before[key] for key in named)
        assert same or not report.is_whole


def test_another_key_and_a_head_that_it_does_not_cover_are_told() -> None:
    content = proof(3).encode()
    assert verify_proof(content, key=made_key(2).public).findings[0].fault == Fault.BAD_SIGNATURE
    uncovered = verify_proof(content, key=KEY.public, earlier=[read_note(made_head(LINES[:20]))])
    assert [one.fault for one in uncovered.findings] == [Fault.NOT_COVERED]
    rewritten = verify_proof(content, key=KEY.public, earlier=[read_note(made_head(made_lines(10, seed=1)))])
    assert [one.fault for one in rewritten.findings] == [Fault.REWRITTEN]


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b"[" * 100_000, b'{"format": "panhuo-log-proof/1"}'])
def test_what_is_no_proof_is_one_sentence(content: bytes) -> None:
    with pytest.raises(DomainError) as caught:
        verify_proof(content)
    assert caught.value.code == "bad_proof"


def test_a_proof_with_half_a_sign_is_one_sentence() -> None:
    told = json.loads(proof(3))
    for key in ("entry", "head", "key"):
        with pytest.raises(DomainError):
            verify_proof(json.dumps({**told, key: told[key] + "\ud800"}).encode())
