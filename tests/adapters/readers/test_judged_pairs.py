"""Needs, supply and judged pairs as files: what is taken, what is left with a reason, what is refused."""

from __future__ import annotations

import doctest
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from panhuo.adapters.readers import judged_pairs
from panhuo.adapters.readers.judged_pairs import KEPT_REJECTS, MAX_CHARACTERS, read_judged, read_judged_folder
from panhuo.adapters.readers.protocol import RefusedFile
from panhuo.engine.evaluation.trial import JudgedSet

NEEDS = [
    {"requirement_id": "N2", "title": "污泥干化", "content": "含水率高", "labelled": True},
    {"requirement_id": "N1", "title": "石灰窑供风", "content": "供风不均匀", "industry": "建材", "labelled": True},
]
SUPPLY = "achievement_id\ttitle_tokens\nT1\t石灰窑 供风 装置\nT2\t污泥 干化\nT3\t\nT4\t污泥 干化\n"
PAIRS = "pair_id\tachievement_id\trequirement_id\tlevel\torigin\nP1\tT2\tN2\t4\tx\nP2\tT3\tN1\t1\tx\nP3\tT1\tN1\t3\tx\n"


def written(
    folder: Path, *, needs: str | bytes | None = None, supply: str | bytes = SUPPLY, pairs: str | bytes = PAIRS
) -> Path:
    told = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in NEEDS) if needs is None else needs
    for name, content in zip(judged_pairs.FILE_NAMES, (told, supply, pairs), strict=True):
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def ids(judged: JudgedSet) -> list[tuple[str, str, int]]:
    rows = zip(judged.pairs.tolist(), judged.levels.tolist(), strict=True)
    return [(judged.needs[need].need_id, judged.texts[text].text_id, level) for (need, text), level in rows]


def test_the_example_in_the_source_is_right() -> None:
    assert doctest.testmod(judged_pairs).failed == 0


def test_pairs_come_by_need_and_text_and_titles_in_one_piece(tmp_path: Path) -> None:
    judged, rejects = read_judged_folder(written(tmp_path))
    assert rejects.count == 0
    assert ids(judged) == [("N1", "T1", 3), ("N1", "T3", 1), ("N2", "T2", 4)]
    assert [one.title for one in judged.texts] == ["石灰窑供风装置", "污泥干化", "", "污泥干化"]
    assert judged.needs[1].groups == {"industry": "建材"}


def test_lines_that_cannot_be_used_are_kept_with_their_reason(tmp_path: Path) -> None:
    lines = [json.dumps(one, ensure_ascii=False) for one in NEEDS]
    lines += ["{broken", "[1, 2]", '{"title": "x"}', json.dumps(NEEDS[0]), '{"requirement_id": "N9", "title": ["x"]}']
    supply = SUPPLY + "T1\t又一个\n\t无号\nT7\nT8\ta\tb\n"
    pairs = PAIRS + "P4\tT9\tN1\t2\tx\nP5\tT1\tN8\t2\tx\nP6\tT1\tN2\t5\tx\nP7\tT1\tN2\t\tx\nP8\tT1\tN1\t1\tx\nP9\tT1\n"
    judged, rejects = read_judged_folder(written(tmp_path, needs="\n".join(lines), supply=supply, pairs=pairs))
    assert dict(rejects.by_code) == {
        "not_json": 2,
        "no_id": 2,
        "repeated_id": 2,
        "bad_text": 1,
        "short_row": 2,
        "long_row": 1,
        "unknown_achievement": 1,
        "unknown_requirement": 1,
        "bad_level": 2,
        "repeated_pair": 1,
    }
    named = {(one.code, Path(one.file).name, one.row, one.value) for one in rejects.kept}
    assert ("unknown_achievement", "pairs.tsv", 5, "T9") in named
    assert ("not_json", "requirements.jsonl", 3, "{broken") in named
    assert ids(judged) == [("N1", "T1", 3), ("N1", "T3", 1), ("N2", "T2", 4)], "the first judgement of a pair counts"


def test_columns_may_stand_in_any_order_with_crlf_and_a_byte_order_mark(tmp_path: Path) -> None:
    pairs = "\ufefflevel\trequirement_id\tachievement_id\r\n2\tN1\tT1\r\n\r\n"
    judged, rejects = read_judged_folder(written(tmp_path, pairs=pairs))
    assert ids(judged) == [("N1", "T1", 2)]
    assert rejects.count == 0


def test_gb18030_is_read_as_well(tmp_path: Path) -> None:
    judged, _ = read_judged_folder(written(tmp_path, supply=(SUPPLY + "T5\t锅炉 余热 回收 换热器\n").encode("gb18030")))
    assert judged.texts[-1].title == "锅炉余热回收换热器"


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ({"needs": ""}, "no_needs"),
        ({"needs": "石灰窑,供风\n" * 5}, "no_needs"),
        ({"supply": ""}, "no_supply"),
        ({"supply": "achievement_id,title_tokens\nT1,x\n"}, "no_supply"),
        ({"pairs": ""}, "no_pairs"),
        ({"pairs": "a\tb\n1\t2\n"}, "no_pairs"),
        ({"pairs": "achievement_id\trequirement_id\tlevel\n"}, "no_judged_pair"),
        ({"pairs": "achievement_id\trequirement_id\tlevel\nT9\tN9\t2\n"}, "no_judged_pair"),
        ({"supply": b"PK\x03\x04\xff\xfe\x00\x81\xff" * 40}, "unknown_encoding"),
        ({"supply": b"\x00" * 5000}, "no_supply"),
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, broken: dict[str, str | bytes], code: str) -> None:
    with pytest.raises(RefusedFile) as refused:
        read_judged_folder(written(tmp_path, **broken))  # type: ignore[arg-type]
    assert refused.value.code == code
    assert str(tmp_path) in refused.value.message


def test_files_that_are_not_there_are_named(tmp_path: Path) -> None:
    written(tmp_path)
    with pytest.raises(RefusedFile, match="does not exist"):
        read_judged(tmp_path / "none.jsonl", tmp_path / "achievements.tsv", tmp_path / "pairs.tsv")
    with pytest.raises(RefusedFile, match="is no file"):
        read_judged(tmp_path, tmp_path / "achievements.tsv", tmp_path / "pairs.tsv")
    with pytest.raises(RefusedFile, match=r"requirements\.jsonl, achievements\.tsv, pairs\.tsv"):
        read_judged_folder(tmp_path / "pairs.tsv")


def test_a_megabyte_is_cut_and_half_characters_go(tmp_path: Path) -> None:
    needs = [{**NEEDS[0], "content": "供风" * 500_000}, {**NEEDS[1], "title": "石灰\ud800窑", "requirement_id": 17}]
    pairs = "achievement_id\trequirement_id\tlevel\nT1\t17\t2\nT1\tN2\t1\n"
    text = "".join(json.dumps(one) + "\n" for one in needs)
    judged, _ = read_judged_folder(written(tmp_path, needs=text, pairs=pairs))
    assert len(judged.needs[0].content) == MAX_CHARACTERS
    assert (judged.needs[1].need_id, judged.needs[1].title) == ("17", "石灰窑")


def test_a_flood_of_bad_lines_is_counted_and_not_kept(tmp_path: Path) -> None:
    _, rejects = read_judged_folder(written(tmp_path, pairs=PAIRS + "P\tT1\tN77\t2\tx\n" * 3000))
    assert rejects.by_code["unknown_requirement"] == 3000
    assert len(rejects.kept) == KEPT_REJECTS


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2), st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path: Path, place: int, content: bytes) -> None:
    named = {("needs", "supply", "pairs")[place]: content}
    try:
        judged, _ = read_judged_folder(written(tmp_path, **named))  # type: ignore[arg-type]
    except RefusedFile:
        return
    assert len(judged.pairs) > 0
