"""panhuo search: a word, a sentence or a whole need, against the patents that may be shown; now, on the screen."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.adapters.files.home import HomeBusy
from panhuo.adapters.search.spoilt_table import SpoiltTable
from panhuo.cli.filter_options import filter_options
from panhuo.cli.frame import Answer, Day, command, home_to_write, json_asked, say, show, tell, today
from panhuo.engine.matching.filters import Filters
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.cli.opened_search import OpenedSearch
    from panhuo.engine.matching.ranking import Match
    from panhuo.rules.labels import Labels

ASKED_SHOWN = 80
"""Characters of a question that are said back."""
OPEN_MARK, CLOSE_MARK = "【", "】"
PAPER = 160
"""Columns where the output is no terminal."""


@command("search")
@click.argument("text", required=False)
@click.option("--at", "at", type=Day(), help="the day to stand on [today]")
@click.option("--top", type=click.IntRange(1, 200), default=20, show_default=True, help="patents at most")
@click.option("--status", type=click.Choice(["offerable", "any"]), default="offerable", show_default=True,
              help="any: also rights of which nobody can say, marked on each line")  # fmt: skip
@filter_options
def search(
    *,
    home: Path,
    text: str | None,
    at: date | None,
    top: int,
    status: str,
    ipc: tuple[str, ...],
    region: tuple[str, ...],
    owner: tuple[str, ...],
) -> Answer:
    """Search the patents that may be offered, by a word, a sentence or a whole need.

    Without TEXT each line of standard input is one question; the table is opened once. With --json each question is
    answered by one JSON object on one line.

    \b
    Example: panhuo search 石灰窑供风 --region 四川省 --top 10
    Example: panhuo search --json < questions.txt
    """
    from panhuo.cli.match_progress import Bars
    from panhuo.cli.opened_search import OpenedSearch
    from panhuo.desk.registry.opening import open_register
    from panhuo.engine.matching.needs import need_rules
    from panhuo.rules import load_pack
    from panhuo.rules.labels import Labels

    if text is not None and not text.strip():
        raise DomainError(
            "The question is empty. Write a word, a sentence or a need: panhuo search 石灰窑供风; without TEXT, "
            "questions are read from standard input, one a line.",
            code="empty_question",
        )
    place = home_to_write(home)
    open_register(place, write=False)
    rules = load_pack(place.pack).at(at or today())
    filters, labels = Filters(ipc=ipc or (), region=region or (), owner=owner or ()), Labels(rules)

    def opened() -> OpenedSearch:
        with Bars() as bars:
            return OpenedSearch(place, rules, need_rules(rules), filters, bars, unknown_too=status == "any")

    session = _Session(opened, labels, top=top)
    try:
        if text is not None:
            answer = session.answer(text)
            if not json_asked():
                session.print(answer)
            return Answer(answer)
        count = 0
        for question in _questions():
            answer = session.answer(question)
            count += 1
            if json_asked():
                tell(answer)
            else:
                session.print(answer)
        if not count:
            say("No question was asked. Write one a line, or call: panhuo search TEXT.")
    finally:
        session.close()
    done = Answer(questions=count)
    done.is_told = True
    return done


def _questions() -> Iterator[str]:
    """Lines of standard input that hold anything, whatever bytes they are."""
    if sys.stdin.isatty():
        say("One question a line; Ctrl-D ends.")
        while True:
            try:
                line = input("> ")
            except EOFError:
                return
            if line.strip():
                yield line
    stream: Iterable[bytes] | Iterable[str] = getattr(sys.stdin, "buffer", sys.stdin)
    for told in stream:
        line = told.decode("utf-8", "replace") if isinstance(told, bytes) else told
        if line.strip():
            yield line.strip()


class _Session:
    """Questions to one opened search, opened again when the register has changed."""

    def __init__(self, opener: Any, labels: Labels, *, top: int) -> None:
        self._opener, self._labels, self._top = opener, labels, top
        self._opened: OpenedSearch = opener()

    def close(self) -> None:
        self._opened.close()

    def answer(self, text: str) -> dict[str, Any]:
        """All that is told of one question."""
        is_behind = self._follow()
        try:
            found = self._opened.ask(text, top=self._top)
        except SpoiltTable:  # made anew twice since it was opened
            self._open_anew()
            found = self._opened.ask(text, top=self._top)
        facts = self._opened.facts([one for match in found.matches for one in (match.asset_id, *match.with_it)])
        counts, offers = self._opened.counts, self._opened.offers
        return {
            "question": text[:ASKED_SHOWN],
            "at": self._opened.rules.day,
            "register": self._opened.version,
            "behind_register": is_behind,
            "searched": counts.meet,
            "left_out_by_filters": counts.may_be_shown - counts.meet,
            "left_out_by_gate": offers.left_out,
            "not_offerable": dict(offers.by_reason),
            "levels_by": self._opened.levels_by,
            "remarks": [str(remark) for remark in found.remarks],
            "matches": [self._line(match, facts) for match in found.matches],
        }

    def _follow(self) -> bool:
        """Open the register as it stands; whether that could not be done."""
        from panhuo.cli.opened_search import behind

        if not behind(self._opened):
            return False
        try:
            self._open_anew()
        except HomeBusy as busy:
            say(f"{busy.message} Until then answers stand on version {self._opened.version} of the register.")
            return True
        return False

    def _open_anew(self) -> None:
        fresh = self._opener()
        self._opened.close()
        self._opened = fresh

    def _line(self, match: Match, facts: Mapping[int, Mapping[str, Any]]) -> dict[str, Any]:
        from panhuo.cli.match_rows import sentences
        from panhuo.engine.matching.scoring import PARTS

        patent, offer = facts[match.asset_id], self._opened.offer(match.asset_id)
        reasons = {reason.code: reason.data for reason in match.reasons}
        shared = list(reasons.get("shared_words", {}).get("words", []))
        near = [[ours, theirs] for ours, theirs, _ in reasons.get("near_words", {}).get("pairs", [])]
        return {
            "rank": match.rank,
            "publication_number": patent["publication_number"],
            "application_number": patent["application_number"],
            "title": patent["shown_title"],
            "marked_title": marked(patent["shown_title"], [*shared, *(theirs for _, theirs in near)]),
            "owners": list(patent["owners"] or []),
            "owner_type": patent["owner_type"],
            "region_code": patent["region_code"],
            "ipc_main": patent["ipc_main"],
            "score": match.score.total,
            "text_score": match.text_score,
            "level": str(match.level),
            "probability": match.probability,
            **{f"score_{name}": match.score.part(name) for name in PARTS},
            "shared_words": shared,
            "near_words": near,
            "why": "；".join(sentences(match.reasons, ipc="", years=None)),
            "offer_state": offer["offer_state"],
            "offer_notes": [code for code in offer["notes"].split(";") if code],
            "status_note": [code for code in offer["bars"].split(";") if code],
            "same_family": [facts[one]["publication_number"] or "" for one in match.with_it],
            "more_of_team": match.more_of_team,
        }

    def print(self, answer: Mapping[str, Any]) -> None:
        """For people: a table, or why there is none."""
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        if not answer["matches"]:
            show(self._nothing(answer))
            return
        table = Table(box=None, pad_edge=False, title=None, header_style="bold")
        table.add_column("", justify="right", no_wrap=True)
        table.add_column("得分", no_wrap=True)
        table.add_column("相关程度", no_wrap=True)
        table.add_column("公开（公告）号", no_wrap=True)
        table.add_column("专利名称", ratio=4, overflow="fold")
        table.add_column("权利人", ratio=2, overflow="fold")
        table.add_column("推荐理由", ratio=5, overflow="fold")
        for line in answer["matches"]:
            notes = [self._labels.word("supply_bar", code) for code in line["status_note"]]
            cells = (
                str(line["rank"]),
                f"{line['score']:.3f}",
                self._labels.word("match_level", line["level"]),
                line["publication_number"] or line["application_number"],
                line["marked_title"],
                "、".join(line["owners"]),
                "；".join([line["why"], *notes]),
            )
            table.add_row(*(Text(cell) for cell in cells))
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else PAPER
        Console(file=sys.stdout, width=max(60, width), highlight=False).print(table)
        show(self._foot(answer))

    def _foot(self, answer: Mapping[str, Any]) -> str:
        remarks = [self._labels.word("need_remark", one) for one in answer["remarks"] if one != "no_target_figure"]
        told = f"{answer['at']}: {len(answer['matches'])} of {answer['searched']} patents{_left_out(answer)}."
        return f"{told} {'；'.join(remarks)}" if remarks else told

    def _nothing(self, answer: Mapping[str, Any]) -> str:
        remarks = answer["remarks"]
        asked = answer["question"]
        if not answer["searched"]:
            why = "no patent may be shown" if not answer["left_out_by_filters"] else "no patent meets the filters"
        elif "no_words" in remarks or "empty_text" in remarks:
            why = "the question holds no word that says anything; write what is sought in words"
        else:
            why = f"nothing among {answer['searched']} patents says anything of it; ask in other words"
        return f"{asked}: nothing found, {why}{_left_out(answer)}."


def _left_out(answer: Mapping[str, Any]) -> str:
    """What was not looked at, and why."""
    told = []
    if answer["left_out_by_filters"]:
        told.append(f"{answer['left_out_by_filters']} are left out by the filters")
    if answer["left_out_by_gate"]:
        reasons = ", ".join(f"{code} {number}" for code, number in answer["not_offerable"].items())
        told.append(f"{answer['left_out_by_gate']} may not be offered ({reasons})")
    return f"; {'; '.join(told)}" if told else ""


def marked(text: str, words: Iterable[str]) -> str:
    """The text with these words between marks, however they are written large or small; longest words first."""
    lower = text.lower()
    if len(lower) != len(text):
        return text
    hit = [False] * len(text)
    for word in words:
        place = lower.find(word.lower()) if word else -1
        while place >= 0:
            hit[place : place + len(word)] = [True] * len(word)
            place = lower.find(word.lower(), place + len(word))
    told = []
    for place, letter in enumerate(text):
        before = place > 0 and hit[place - 1]
        told.append(CLOSE_MARK if before and not hit[place] else OPEN_MARK if hit[place] and not before else "")
        told.append(letter)
    return "".join(told) + (CLOSE_MARK if hit and hit[-1] else "")
