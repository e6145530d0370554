"""What the matcher finds of the demo city's planted needs, beside TF-IDF and BM25, as docs/demo-city.md shows it.

Run: make judge-planted, or python -m benchmarks.planted_needs 3000 for one size. The demo is run into out/ (not part of
the repository) unless it is there already, and its needs are matched as an officer would: by the command line, with the
twenty lines that it writes. The plain rankings sort all rights that passed the same gate, from the same parts of
the same needs, a family or same-day pair once.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from panhuo.cli import run
from panhuo.demo_city.term_bank import UNSEEN_FIELDS, Voice
from panhuo.engine.evaluation.baselines import bm25_scores, tfidf_scores
from panhuo.engine.pair_scorers import NeedText, SupplyText

SIZES = (3_000, 20_000)
DAY = date(2025, 11, 30)
WITHIN = (1, 10, 20)
HEAD = (
    "| patents | may be offered | voice | fields | needs | ranking | hit@1 | hit@10 | hit@20 | mean reciprocal rank "
    "| top line strong | decoys offered |"
)
Rows = Sequence[Mapping[str, Any]]
"""Planted needs as truth.json has them, or the lines of one need as the command writes them."""
Ranks = Mapping[str, int]
"""need_id -> rank of its answer, 0 where it is not found."""


def main() -> None:
    sizes = [int(one) for one in sys.argv[1:]] or SIZES
    print(HEAD)
    print("|---" * (HEAD.count("|") - 1) + "|")
    for patents in sizes:
        for line in table(patents, Path("out") / f"planted-{patents}-{bank_digest()}"):
            print(line)


def bank_digest() -> str:
    """Of the term bank: a city of another bank is another city."""
    folder = files("panhuo.demo_city").joinpath("term_bank")
    digest = blake2b(digest_size=4)
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".yaml"):
            digest.update(entry.read_bytes())
    return digest.hexdigest()


def table(patents: int, place: Path) -> list[str]:
    """Lines for each voice, all fields and the unseen ones apart, each ranking beside the others."""
    home, out = place / "home", place / "matches.jsonl"
    city = home / "city" / f"{patents}-2025"
    if not (home / "city" / "finished.json").is_file():
        _panhuo("demo", "--patents", str(patents), "--home", str(home))
    call = ("match", "--needs", str(city / "needs"), "--at", DAY.isoformat(), "--out", str(out), "--home", str(home))
    answer = _panhuo(*call)
    planted = json.loads((city / "truth" / "truth.json").read_text(encoding="utf-8"))["needs"]
    lines: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in out.read_text(encoding="utf-8-sig").splitlines():
        row = json.loads(line)
        lines[row["need_id"]].append(row)
    offered = read_offered(home)
    if len(offered.numbers) != answer["searched"]:
        sys.exit(f"{len(offered.numbers)} rights for the plain rankings, {answer['searched']} for the matcher")
    rankings = {
        "matcher": {need["need_id"]: rank_in(need["answer"], lines[need["need_id"]]) for need in planted},
        **plain_ranks(planted, read_needs_as_matched(city / "needs", home), offered),
    }
    found = []
    for voice in (Voice.ENGINEER, Voice.LAYMAN):
        for told, keys in (("all", None), ("unseen", UNSEEN_FIELDS)):
            asked = [need for need in planted if need["voice"] == voice and (keys is None or need["field"] in keys)]
            for name, ranks in rankings.items():
                beside = lists(asked, lines) if name == "matcher" else ["–", "–"]
                cells = [f"{patents:,}", f"{answer['offerable']:,}", voice.value, told, str(len(asked)), name]
                found.append(f"| {' | '.join([*cells, *figures(asked, ranks), *beside])} |")
    return found


def figures(needs: Rows, ranks: Ranks) -> list[str]:
    """hit@1, hit@10, hit@20 as shares, mean reciprocal rank of all that were ranked up to 20."""
    places = [ranks[need["need_id"]] for need in needs]
    hits = [sum(0 < place <= last for place in places) / len(places) for last in WITHIN]
    reciprocal = sum(1 / place for place in places if 0 < place <= WITHIN[-1]) / len(places)
    return [*(f"{hit:.3f}" for hit in hits), f"{reciprocal:.3f}"]


def lists(needs: Rows, lines: Mapping[str, Rows]) -> list[str]:
    """Share of needs with a strong top line; decoys offered."""
    told = [lines[need["need_id"]] for need in needs]
    strong = sum("weak_evidence" not in rows[0]["reason_codes"] for rows in told if rows)
    decoys = sum(rank_in(need["decoy"], lines[need["need_id"]]) > 0 for need in needs)
    return [f"{strong / len(needs):.3f}", f"{decoys} of {len(needs)}"]


def rank_in(number: str, rows: Rows) -> int:
    """Rank of a patent or a member of its family in a need's list; 0 where it is not there."""
    hits = (row["rank"] for row in rows if number in (row["publication_number"], *row["same_family"]))
    return min(hits, default=0)


@dataclass(frozen=True, slots=True)
class Offered:
    """Rights that passed the gate, in the order of their ids. groups: equal for members of a family or pair."""

    numbers: list[str]
    texts: list[SupplyText]
    groups: list[str]


def read_offered(home: Path) -> Offered:
    """The rights that `panhuo match` of the day searches, with the texts that it indexes."""
    from panhuo.desk.listings.statements import owners_words

    from panhuo.adapters.files.home import existing_home
    from panhuo.adapters.search.texts import patent_texts
    from panhuo.adapters.tables.duck import open_tables
    from panhuo.desk.registry.export import current_projection
    from panhuo.desk.registry.opening import open_register
    from panhuo.desk.registry.parties import roster
    from panhuo.engine.matching.offerable import OfferState, offer_states
    from panhuo.engine.matching.willingness import in_codes, willingness_words
    from panhuo.engine.matching.words import word_rules
    from panhuo.engine.records.encumbrances import encumbrances
    from panhuo.engine.records.status import legal_status
    from panhuo.rules import load_pack

    place = existing_home(home)
    if place is None:
        sys.exit(f"{home} holds no installation")
    open_register(place, write=False)
    rules = load_pack(place.pack).at(DAY)
    projection = current_projection(place, rules)
    tables = open_tables(projection.paths())
    assets, events = tables["assets"], tables["events"]
    words = (said for (said,) in tables.rows(tables["offers"].select("willingness").distinct()))
    offers = in_codes(owners_words(tables, roster()), words, willingness_words(rules))
    status, held = legal_status(assets, events, DAY), encumbrances(assets, events, DAY)
    states = offer_states(assets, events, offers, status, held, rules, DAY)
    told = tables.rows(states.filter(states.offer_state == OfferState.OFFERABLE).select("asset_id"))
    ids = {asset_id for (asset_id,) in told}
    known = tables.rows(assets.select("asset_id", "publication_number", "family_key", "same_day_pair"))
    shown = {asset_id: (number, family, pair) for asset_id, number, family, pair in known if asset_id in ids}
    tables.close()
    found = Offered([], [], [])
    for block in patent_texts(projection.path("assets"), word_rules(rules).openings):
        for text in block:
            if text.asset_id in ids:
                number, family, pair = shown[text.asset_id]
                found.numbers.append(number)
                found.texts.append(SupplyText(str(text.asset_id), text.title, text.body))
                pair_key = f"p:{min(pair, text.asset_id)}" if pair is not None else f"a:{text.asset_id}"
                found.groups.append(f"f:{family}" if family else pair_key)
    return found


def read_needs_as_matched(path: Path, home: Path) -> dict[str, NeedText]:
    """Needs of the files by id, with the parts that the matcher reads."""
    from panhuo.adapters.files.home import existing_home
    from panhuo.cli.match_needs import read_needs
    from panhuo.engine.matching.needs import Part, need_rules
    from panhuo.rules import load_pack

    place = existing_home(home)
    rules = load_pack(place.pack if place else "national").at(DAY)
    found = {}
    for need in read_needs(path, rules, need_rules(rules)).needs:
        rest = [said for part, said in need.said.parts.items() if part is not Part.TITLE]
        found[need.need_id] = NeedText(need.need_id, need.said.part(Part.TITLE), "\n".join(rest))
    return found


def plain_ranks(planted: Rows, said: Mapping[str, NeedText], offered: Offered) -> dict[str, Ranks]:
    """Ranks by TF-IDF (characters) and BM25 (the matcher's words, without mined terms) among all that is offered."""
    from panhuo.adapters.search.cutter import lexicon
    from panhuo.rules import load_pack

    words = lexicon(load_pack("national").at(DAY))

    def cut(title: str, body: str) -> list[str]:
        told = words.indexed(title, body)
        return [*told.title, *told.body, *told.parts]

    needs = [said[need["need_id"]] for need in planted]
    pairs = np.indices((len(needs), len(offered.texts))).reshape(2, -1).T
    scores = {
        "tfidf": tfidf_scores(needs, offered.texts, pairs),
        "bm25": bm25_scores(needs, offered.texts, pairs, cut),
    }
    places = {number: row for row, number in enumerate(offered.numbers)}
    return {
        name: {
            need["need_id"]: rank_among(row, places[need["answer"]], offered.groups)
            for need, row in zip(planted, found.reshape(len(needs), -1), strict=True)
        }
        for name, found in scores.items()
    }


def rank_among(scores: np.ndarray, answer: int, groups: Sequence[str]) -> int:
    """Place of the answer's family when equal ones stand once, ties by the order of ids; 0 where it scores nothing."""
    if scores[answer] <= 0:
        return 0
    before = np.flatnonzero(
        (scores > scores[answer]) | ((scores == scores[answer]) & (np.arange(len(scores)) < answer))
    )
    return 1 + len({groups[row] for row in before.tolist()} - {groups[answer]})


def _panhuo(*arguments: str) -> dict[str, Any]:
    with redirect_stdout(StringIO()) as said:
        code = run([*arguments, "--json"])
    answer: dict[str, Any] = json.loads(said.getvalue())
    if code:
        sys.exit(f"panhuo {' '.join(arguments)}: {answer}")
    return answer


if __name__ == "__main__":
    main()
