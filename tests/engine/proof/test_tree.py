"""The tree against RFC 6962's own small trees, worked by hand, and proofs against every forgery we can think of."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panhuo.engine.proof import Frontier, check_consistency, check_inclusion, root_of, tree_hash
from panhuo.engine.proof.tree import STEP, Nodes, consistency_path, inclusion_path
from panhuo.engine.proof.tree_hash import HASHES, TreeHash
from panhuo.terms.errors import DomainError, OutOfRange

SHA = tree_hash("sha256")
INPUTS = [bytes.fromhex(one) for one in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
"""The eight entries with which implementers of RFC 6962 test."""
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def h(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def made(count: int, seed: int = 0, hash: TreeHash = SHA) -> list[bytes]:
    return hash.leaves(b"%d/%d" % (seed, number) for number in range(count))


def kept(hash: TreeHash, leaves: Sequence[bytes]) -> Nodes:
    """What a store gives: leaf hashes and the subtrees that append() said to keep."""
    stored = {(0, number): leaf for number, leaf in enumerate(leaves)}
    frontier = Frontier(hash, 0, [])
    for leaf in leaves:
        stored.update({(one.level, one.index): one.digest for one in frontier.append(leaf)})

    def nodes(level: int, first: int, count: int) -> list[bytes]:
        assert level % STEP == 0
        return [stored[level, first + one] for one in range(count)]

    return nodes


def test_the_tree_of_seven_is_put_together_as_rfc_6962_draws_it() -> None:
    a, b, c, d, e, f, g = (h(b"\0" + one) for one in INPUTS[:7])
    left = h(b"\1" + h(b"\1" + a + b) + h(b"\1" + c + d))
    right = h(b"\1" + h(b"\1" + e + f) + g)
    leaves = SHA.leaves(INPUTS[:7])
    assert root_of(SHA, leaves) == h(b"\1" + left + right)
    nodes = kept(SHA, leaves)
    assert inclusion_path(SHA, nodes, 0, 7) == [b, h(b"\1" + c + d), right]
    assert inclusion_path(SHA, nodes, 6, 7) == [h(b"\1" + e + f), left]
    assert consistency_path(SHA, nodes, 3, 7) == [c, d, h(b"\1" + a + b), right]
    assert consistency_path(SHA, nodes, 4, 7) == [right]
    assert consistency_path(SHA, nodes, 6, 7) == [h(b"\1" + e + f), g, left]


@pytest.mark.parametrize("size", sorted(ROOTS))
def test_roots_of_the_well_known_entries_are_the_published_ones(size: int) -> None:
    assert root_of(SHA, SHA.leaves(INPUTS[:size])).hex() == ROOTS[size]


def test_a_tree_without_entries_has_the_hash_of_nothing() -> None:
    assert root_of(SHA, []).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_sm3_is_the_one_of_the_standard() -> None:
    sm3 = tree_hash("sm3")
    assert sm3.new(b"abc").hexdigest() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm3.leaf(b"abc") == hashlib.new("sm3", b"\0abc").digest()


def test_a_machine_without_sm3_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(name: str, content: bytes) -> None:
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr(hashlib, "new", none)
    with pytest.raises(DomainError) as caught:
        tree_hash("sm3")
    assert caught.value.code == "no_sm3"


def test_another_hash_is_refused() -> None:
    with pytest.raises(DomainError) as caught:
        tree_hash("md5")
    assert caught.value.code == "unknown_hash"


@pytest.mark.parametrize("name", HASHES)
@pytest.mark.parametrize("size", [*range(1, 20), 255, 256, 257, 511, 700])
def test_growing_one_by_one_many_at_once_and_from_what_was_stored_give_one_root(name: str, size: int) -> None:
    hash = tree_hash(name)
    leaves = made(size, hash=hash)
    frontier = Frontier(hash, 0, [])
    for leaf in leaves:
        frontier = Frontier.read(hash, frontier.size, frontier.stored())
        frontier.append(leaf)
    halves = Frontier(hash, 0, [])
    halves.extend(leaves[: size // 3])
    halves.extend(leaves[size // 3 :])
    assert frontier.root() == root_of(hash, leaves) == halves.root()
    assert len(frontier.tops) == size.bit_count()


def test_a_frontier_of_another_size_is_refused() -> None:
    with pytest.raises(OutOfRange):
        Frontier.read(SHA, 3, b"\0" * 32)


def test_every_entry_of_every_small_tree_is_proved_and_every_head_is_consistent() -> None:
    leaves = made(70)
    nodes = kept(SHA, leaves)
    roots = [root_of(SHA, leaves[:size]) for size in range(71)]
    for size in range(1, 71):
        for number in range(size):
            path = inclusion_path(SHA, nodes, number, size)
            assert check_inclusion(SHA, leaf=leaves[number], number=number, size=size, path=path, root=roots[size])
        for old in range(size + 1):
            path = consistency_path(SHA, nodes, old, size)
            assert check_consistency(SHA, old_size=old, old_root=roots[old], size=size, root=roots[size], path=path), (
                old,
                size,
            )


LEAVES = made(600)
NODES = kept(SHA, LEAVES)
OTHER = made(600, seed=1)
OTHER_NODES = kept(SHA, OTHER)
sizes = st.integers(1, 600)


@given(sizes, st.data())
def test_proofs_from_kept_subtrees_hold_at_any_size(size: int, data: st.DataObject) -> None:
    number, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    root = root_of(SHA, LEAVES[:size])
    path = inclusion_path(SHA, NODES, number, size)
    assert check_inclusion(SHA, leaf=LEAVES[number], number=number, size=size, path=path, root=root)
    path = consistency_path(SHA, NODES, old, size)
    old_root = root_of(SHA, LEAVES[:old])
    assert check_consistency(SHA, old_size=old, old_root=old_root, size=size, root=root, path=path)


def spoilt(path: Sequence[bytes], data: st.DataObject) -> list[bytes]:
    """A path with one bit turned, one step lacking, doubled, added, or two exchanged."""
    found = list(path)
    kinds = ["added", *(["bit", "lacking", "doubled"] if found else []), *(["exchanged"] if len(found) > 1 else [])]
    kind = data.draw(st.sampled_from(kinds))
    at = data.draw(st.integers(0, max(len(found) - 1, 0)))
    if kind == "bit":
        bit = data.draw(st.integers(0, 255))
        found[at] = bytes(one ^ (1 << bit % 8 if place == bit // 8 else 0) for place, one in enumerate(found[at]))
    elif kind == "lacking":
        del found[at]
    elif kind == "doubled":
        found.insert(at, found[at])
    elif kind == "exchanged":
        other = (at + 1) % len(found)
        found[at], found[other] = found[other], found[at]
    else:
        found.insert(data.draw(st.integers(0, len(found))), data.draw(st.binary(min_size=32, max_size=32)))
    return found


@given(sizes, st.data())
def test_a_mutated_proof_of_an_entry_is_refused(size: int, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, size - 1))
    path = inclusion_path(SHA, NODES, number, size)
    root = root_of(SHA, LEAVES[:size])
    bad = spoilt(path, data)
    if bad != path:
        assert not check_inclusion(SHA, leaf=LEAVES[number], number=number, size=size, path=bad, root=root)


@given(sizes, st.data())
def test_a_mutated_proof_of_an_earlier_head_is_refused(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    path = consistency_path(SHA, NODES, old, size)
    bad = spoilt(path, data)
    if bad != path:
        old_root, root = root_of(SHA, LEAVES[:old]), root_of(SHA, LEAVES[:size])
        assert not check_consistency(SHA, old_size=old, old_root=old_root, size=size, root=root, path=bad)


@given(sizes, sizes, st.data())
def test_a_proof_under_a_wrong_number_or_another_logs_head_is_refused(
    size: int, wrong: int, data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, size - 1))
    path = inclusion_path(SHA, NODES, number, size)
    root, foreign = root_of(SHA, LEAVES[:size]), root_of(SHA, OTHER[:size])
    leaf = LEAVES[number]
    assert not check_inclusion(SHA, leaf=leaf, number=number, size=size, path=path, root=foreign)
    assert not check_inclusion(SHA, leaf=OTHER[number], number=number, size=size, path=path, root=root)
    if wrong - 1 != number:
        assert not check_inclusion(SHA, leaf=leaf, number=wrong - 1, size=size, path=path, root=root)


@given(sizes, st.data())
def test_a_head_of_another_log_is_consistent_with_none_of_ours(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    path = consistency_path(SHA, OTHER_NODES, old, size)
    mine, theirs = root_of(SHA, LEAVES[:old]), root_of(SHA, OTHER[:size])
    assert not check_consistency(SHA, old_size=old, old_root=mine, size=size, root=theirs, path=path)


def test_what_lies_outside_the_log_is_refused() -> None:
    with pytest.raises(OutOfRange):
        inclusion_path(SHA, NODES, 5, 5)
    with pytest.raises(OutOfRange):
        consistency_path(SHA, NODES, 6, 5)
    assert not check_inclusion(SHA, leaf=LEAVES[0], number=-1, size=1, path=[], root=LEAVES[0])
    assert not check_consistency(SHA, old_size=2, old_root=LEAVES[0], size=1, root=LEAVES[0], path=[])


def test_control_without_prefixes_a_node_would_pass_for_an_entry() -> None:
    """Why leaves and nodes begin with different bytes: the content of a node, logged as an entry, would be proved."""
    bare = TreeHash("bare", lambda content: hashlib.sha256(content[1:]))
    leaves = made(4, hash=bare)
    root = root_of(bare, leaves)
    forged = bare.leaf(leaves[0] + leaves[1])
    path = [bare.node(leaves[2], leaves[3])]
    assert check_inclusion(bare, leaf=forged, number=0, size=2, path=path, root=root)
    ours = made(4)
    forged = SHA.leaf(ours[0] + ours[1])
    path = [SHA.node(ours[2], ours[3])]
    assert not check_inclusion(SHA, leaf=forged, number=0, size=2, path=path, root=root_of(SHA, ours))
