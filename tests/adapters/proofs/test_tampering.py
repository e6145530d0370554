"""Whatever is done to a log is found out, named, and placed where that can be known."""

from __future__ import annotations

import json
from random import Random

import pytest
from made_logs import KEY, KINDS, STRENGTHS, Made, made_bundle, made_head, made_key, made_lines, tampered

from panhuo.adapters.proofs import bundle_files as names
from panhuo.adapters.proofs.checking import verify_bundle
from panhuo.adapters.proofs.report import Report
from panhuo.engine.proof import read_note, tree_hash
from panhuo.engine.proof.findings import Fault
from panhuo.terms.errors import DomainError

SIZE = 90
LINES = made_lines(SIZE)
HEAD = made_head(LINES)
SHA = tree_hash("sha256")


def attacked(kind: str, strength: str, chance: Random) -> tuple[Report, int, int]:
    """A tampered log under the eyes of somebody who kept the last exported head."""
    lines, first, last = tampered(LINES, kind, chance)
    if strength == "lines":
        bundle = made_bundle(lines, leaves=SHA.leaves(LINES), head=HEAD)
    elif strength == "leaves":
        bundle = made_bundle(lines, head=HEAD)
    else:
        more = made_lines(SIZE + 5)[len(lines) :] if kind != "truncated" else []
        bundle = made_bundle([*lines, *more])
    return verify_bundle(bundle, key=KEY.public, earlier=[read_note(HEAD)]), first, last


def all_found(count: int, seed: int) -> dict[str, int]:
    chance, met = Random(seed), dict.fromkeys(KINDS, 0)
    for number in range(count):
        kind, strength = KINDS[number % 6], STRENGTHS[number // 6 % 3]
        report, first, last = attacked(kind, strength, chance)
        assert not report.is_whole, (kind, strength, first)
        if strength == "lines" and kind != "rewritten":
            found = report.findings[0]
            assert (found.fault.value, found.first, found.last) == (kind, first, last), (seed, number)
        if strength == "key":
            assert {one.fault for one in report.findings} & {Fault.REWRITTEN, Fault.TRUNCATED}, (seed, number)
        else:
            assert all(one.first is None or one.first <= last for one in report.findings), report.findings
        met[kind] += 1
    return met


def test_a_log_as_it_was_exported_is_whole() -> None:
    bundle = made_bundle(LINES, earlier=(1, 17, 64, 89))
    report = verify_bundle(bundle, key=KEY.public, earlier=[read_note(made_head(LINES[:40]))])
    assert report.findings == []
    assert (report.entries, report.earlier, report.is_key_given) == (SIZE, [1, 17, 40, 64, 89], True)


def test_360_tamperings_of_six_kinds_are_all_found_and_placed() -> None:
    assert set(all_found(360, seed=1).values()) == {60}


@pytest.mark.full
def test_10_000_tamperings_of_six_kinds_are_all_found_and_placed() -> None:
    met = all_found(10_002, seed=2)
    print(f"\n{sum(met.values())} tamperings, all found: {met}")
    assert set(met.values()) == {1_667}


def test_control_without_an_earlier_head_a_thief_of_the_key_is_not_found_out() -> None:
    """Why heads are handed to others: who has the key can write a log that agrees with itself."""
    bundle = made_bundle(made_lines(SIZE, seed=5))
    assert verify_bundle(bundle, key=KEY.public).is_whole
    told = verify_bundle(bundle, key=KEY.public, earlier=[read_note(HEAD)])
    assert [(one.fault, one.first, one.last) for one in told.findings] == [(Fault.REWRITTEN, 1, SIZE)]


def test_control_without_a_key_of_ones_own_a_bundle_only_agrees_with_itself() -> None:
    forger = made_key(9)
    bundle = made_bundle(LINES, key=forger)
    report = verify_bundle(bundle)
    assert (report.is_whole, report.is_key_given) == (True, False)
    assert verify_bundle(bundle, key=KEY.public).findings[0].fault == Fault.OTHER_LOG


def test_where_it_was_rewritten_is_narrowed_down_by_the_heads_that_still_agree() -> None:
    other = [*LINES[:50], *made_lines(SIZE, seed=3)[50:]]
    heads = [read_note(made_head(LINES[:size])) for size in (20, 40, 60, 80)]
    found = verify_bundle(made_bundle(other), key=KEY.public, earlier=heads).findings
    assert [(one.fault, one.first, one.last) for one in found] == [
        (Fault.REWRITTEN, 41, 60),
        (Fault.REWRITTEN, 41, 80),
    ]


def test_a_log_cut_off_and_signed_anew_is_told_from_a_head_that_covers_more() -> None:
    found = verify_bundle(made_bundle(LINES[:70]), key=KEY.public, earlier=[read_note(HEAD)]).findings
    assert [(one.fault, one.first, one.last) for one in found] == [(Fault.TRUNCATED, 71, SIZE)]


def test_a_head_with_one_letter_changed_is_refused() -> None:
    forged = HEAD.replace("\n90\n", "\n91\n")
    found = verify_bundle(made_bundle(LINES, head=forged), key=KEY.public).findings
    assert Fault.BAD_SIGNATURE in {one.fault for one in found}


def test_earlier_heads_and_proofs_in_the_bundle_are_not_taken_on_trust() -> None:
    bundle = made_bundle(LINES, earlier=(30,))
    bundle.files[names.head_name(30)] = made_head(made_lines(30, seed=4)).encode()
    faults = {one.fault for one in verify_bundle(bundle, key=KEY.public).findings}
    assert faults == {Fault.REWRITTEN, Fault.BAD_PROOF}
    bundle = made_bundle(LINES, earlier=(30,))
    proofs = json.loads(bundle.files[names.CONSISTENCY])
    proofs["30"][0] = "00" * 32
    bundle.files[names.CONSISTENCY] = json.dumps(proofs).encode()
    assert [one.fault for one in verify_bundle(bundle, key=KEY.public).findings] == [Fault.BAD_PROOF]


def test_a_log_on_sm3_is_verified_alike() -> None:
    sm3 = tree_hash("sm3")
    assert verify_bundle(made_bundle(LINES, earlier=(9,), hash=sm3), key=KEY.public).is_whole
    lines, first, _ = tampered(LINES, "edited", Random(3))
    bundle = made_bundle(lines, leaves=sm3.leaves(LINES), head=made_head(LINES, hash=sm3), hash=sm3)
    assert verify_bundle(bundle, key=KEY.public).findings[0].first == first


def test_numbers_that_the_log_itself_gave_wrongly_are_told() -> None:
    lines = [*LINES[:5], LINES[6], *LINES[6:]]
    found = verify_bundle(made_bundle(lines), key=KEY.public).findings
    assert [(one.fault, one.first) for one in found] == [(Fault.BAD_NUMBER, 6)]


@pytest.mark.parametrize("name", [names.MANIFEST, names.HEAD, names.KEY, names.CONSISTENCY, names.RECEIPTS])
@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b"{", b"[1]", b'{"format": "other"}', b"[" * 100_000])
def test_a_spoilt_file_of_a_bundle_is_a_sentence_or_a_finding(name: str, content: bytes | None) -> None:
    bundle = made_bundle(LINES, earlier=(30,))
    if content is None:
        del bundle.files[name]
    else:
        bundle.files[name] = content
    try:
        is_whole = verify_bundle(bundle).is_whole
    except DomainError:
        is_whole = False
    assert not is_whole


def test_an_empty_log_is_verified() -> None:
    assert verify_bundle(made_bundle([]), key=KEY.public).is_whole


def test_lines_that_are_cut_off_or_doubled_are_found() -> None:
    for spoilt in (lambda one: one[:-1], lambda one: one[:-20], lambda one: one + b"\n", lambda one: one * 2):
        bundle: Made = made_bundle(LINES)
        name = names.part_name(0)
        bundle.files[name] = spoilt(bundle.files[name])
        report = verify_bundle(bundle, key=KEY.public)
        is_same = report.entries == SIZE and spoilt(b"ab") == b"a"
        assert report.is_whole is is_same
