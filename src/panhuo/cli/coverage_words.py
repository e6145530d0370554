"""Sentences about a coverage, in Chinese: what is covered, what is missing, what to ask and whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from panhuo.adapters.writers.match_pages import EvidenceView, Piece, RequirementView, pieces, shortened
from panhuo.cli.coverage_job import PatentTexts
from panhuo.cli.match_needs import Need
from panhuo.cli.match_rows import in_wan
from panhuo.engine.matching.coverage import Asked
from panhuo.engine.matching.findings import Coverage, Evidence, Finding, Lack, Question, State
from panhuo.engine.matching.needs import NeedParts
from panhuo.engine.matching.requirements import Requirement, RequirementKind
from panhuo.rules import InForce
from panhuo.rules.labels import Labels

QUOTED = 32
"""Characters of a requirement inside a sentence."""
SHOWN = 160
"""Characters of a piece of a patent or of a requirement in a table."""
TOGETHER = 3
"""Requirements named in one sentence."""
SILENT = (State.MISSING, State.NOT_OF_THE_TEXT)
"""Of these no evidence is shown: a scattered word is none."""
ALONE = ("figure_excluded", "budget_open", "date_open")
TEXTLESS = ("budget_open", "date_open")
NEAR = 4
WORDS = 3


class Sentences:
    """Texts of the pack tables output_notes and labels, looked up once."""

    def __init__(self, rules: InForce) -> None:
        self.labels = Labels(rules)
        self._texts = {row["output"]: row["text"] for row in rules.table("output_notes") if row["position"] == "1"}

    def say(self, name: str, **values: object) -> str:
        return self._texts[name].format(**values)

    def requirement_rows(
        self, need: Need, asked: Asked, coverage: Coverage, patent: PatentTexts
    ) -> list[RequirementView]:
        """Each requirement with state, highlighted words and what is to be said of its figures."""
        rows = []
        for one, finding in zip(asked.need.kept, coverage.findings, strict=True):
            evidence = finding.evidence if finding.state not in SILENT else ()
            rows.append(
                RequirementView(
                    self.labels.word("requirement_kind", one.kind),
                    finding.state.value,
                    self.labels.word("coverage_state", finding.state),
                    self._asked(need.said, one, finding),
                    [self._evidence(piece, patent) for piece in evidence],
                    self._notes(finding),
                )
            )
        return rows

    def requirement(self, said: NeedParts, one: Requirement, *, most: int = SHOWN) -> str:
        """A requirement in its own words; a budget told apart is its sum."""
        text = said.part(one.part)[one.start : one.end].replace("\n", " ")
        if one.kind is RequirementKind.BUDGET and not text:
            text = self.budget(said)
        return text if len(text) <= most else f"{text[: most - 1]}…"

    def budget(self, said: NeedParts) -> str:
        """50万元, 50至80万元; "" where none is told."""
        low, high = said.budget_low_cny, said.budget_high_cny
        if low is None:
            return ""
        return f"{in_wan(low)}万元" if high in (None, low) else f"{in_wan(low)}至{in_wan(high or low)}万元"

    def counts(self, coverage: Coverage) -> str:
        """One line: how many requirements stand in which state."""
        found = Counter(finding.state for finding in coverage.findings)
        if not coverage.findings:
            return ""
        return self.say("coverage_counts", **{state.value: found[state] for state in State})

    def lacks(self, need: Need, asked: Asked, coverage: Coverage, *, most: int) -> list[str]:
        """What would make it a match, what weighs most first."""
        said = self._grouped("lack", coverage.makes_match, need, asked, together=TOGETHER, quoted=QUOTED)[:most]
        return said or [self.say("lack_nothing")]

    def short_lacks(self, coverage: Coverage, numbers: Mapping[int, str]) -> list[str]:
        """The same in a few words for a page that numbers the requirements: place -> what it is called there."""
        groups: dict[str, list[Lack]] = {}
        for lack in coverage.makes_match:
            groups.setdefault(lack.code, []).append(lack)
        said = []
        for code, group in groups.items():
            named = list(dict.fromkeys(numbers[one.requirement] for one in group if one.requirement in numbers))
            others = sum(one.requirement not in numbers for one in group)
            if others and code not in TEXTLESS:
                named.append(self.say("others_too", count=others))
            figures = [f"{one.figures[0]} / {one.figures[-1]}" for one in group if len(one.figures) > 1]
            told = self.say("short_figures", figures="；".join(figures)) if code in ALONE and figures else ""
            said.append(self.say(f"short_{code}", numbers="、".join(named)) + told)
        return said or [self.say("lack_nothing")]

    def questions(
        self, need: Need, asked: Asked, coverage: Coverage, *, most: int, together: int = TOGETHER, quoted: int = QUOTED
    ) -> list[str]:
        """What to ask the contact of the owner; together and quoted bound how much a sentence names."""
        owner = [question for question in coverage.questions if question.to == "owner"]
        said = self._grouped("ask", owner, need, asked, together=together, quoted=quoted)[:most]
        return said or [self.say("ask_nothing")]

    def vague(self, asked: Asked) -> list[str]:
        """What to ask the firm where the need has no figure."""
        if not asked.need.vague:
            return []
        if not asked.need.quantities:
            return [self.say("ask_vague_generic")]
        named = "、".join(self.labels.word("quantity", code) for code in asked.need.quantities)
        return [self.say("ask_vague", quantities=named)]

    def contact(self, patent: PatentTexts) -> str:
        """Whom to ask: the contact that the owner named, else the owner's office; never who may be an inventor."""
        if patent.contact:
            return patent.contact
        if not patent.owners:
            return self.say("contact_none")
        return self.say(f"contact_{patent.withheld or 'owner'}", owner=patent.owners[0])

    def why(self, need: Need, asked: Asked, coverage: Coverage, *, most: int, quoted: int = QUOTED) -> list[str]:
        """The requirements that are covered best, with the words that show it."""
        held = [
            (one, finding)
            for one, finding in zip(asked.need.kept, coverage.findings, strict=True)
            if finding.state in (State.COVERED, State.PARTLY, State.CONFLICT) and finding.evidence
        ]
        order = (State.COVERED, State.PARTLY, State.CONFLICT)
        held.sort(key=lambda pair: (order.index(pair[1].state), -pair[1].share))
        lines = []
        for one, finding in held[:most]:
            words = "、".join([*finding.shared[:NEAR], *(f"{ours}≈{theirs}" for ours, theirs, _ in finding.near[:2])])
            state = self.labels.word("coverage_state", finding.state)
            lines.append(
                f"{state}：{self.requirement(need.said, one, most=quoted)}" + (f"（{words}）" if words else "")
            )
        return lines

    def _grouped(
        self,
        prefix: str,
        told: Sequence[Lack | Question],
        need: Need,
        asked: Asked,
        *,
        together: int,
        quoted: int,
    ) -> list[str]:
        """One sentence for all of one code, so that a call asks once; figures that exclude each other stand alone."""
        groups: dict[tuple[str, int], list[Lack | Question]] = {}
        for place, one in enumerate(told):
            alone = place if one.code in ALONE else 0
            groups.setdefault((one.code, alone), []).append(one)
        return [
            self._sentence(f"{prefix}_{code}", group[:together], need, asked, more=len(group) - together, quoted=quoted)
            for (code, _), group in groups.items()
        ]

    def _sentence(
        self, name: str, group: Sequence[Lack | Question], need: Need, asked: Asked, *, more: int, quoted: int
    ) -> str:
        told = group[0]
        texts = [
            self.requirement(need.said, asked.need.kept[one.requirement], most=quoted)
            for one in group
            if one.requirement is not None
        ]
        requirement = "；".join(texts) + (self.say("and_more", count=more) if more > 0 else "")
        figures = dict.fromkeys(shown for one in group for shown in one.figures)
        words = dict.fromkeys(word for one in group for word in one.words[:WORDS])
        return self.say(
            name,
            requirement=requirement,
            ours=told.figures[0] if told.figures else "",
            theirs=told.figures[-1] if told.figures else "",
            figures="、".join(figures),
            words="、".join(words) or requirement,
            budget=self.budget(need.said),
        )

    def _asked(self, said: NeedParts, one: Requirement, finding: Finding) -> list[Piece]:
        text = said.part(one.part)
        if one.start == one.end:
            return [Piece(self.requirement(said, one))]
        marks = finding.marks if finding.state not in SILENT else ()
        return shortened(pieces(text, one.start, one.end, marks), SHOWN)

    def _evidence(self, evidence: Evidence, patent: PatentTexts) -> EvidenceView:
        field = self.labels.word("patent_field", evidence.field)
        kind = "" if evidence.field == "title" else f" · {self.labels.word('feature_kind', evidence.kind)}"
        found = pieces(patent.texts[evidence.field], evidence.start, evidence.end, evidence.marks)
        return EvidenceView(field + kind, shortened(found, SHOWN))

    def _notes(self, finding: Finding) -> list[str]:
        notes = [
            self.say(
                f"figure_{pair.code}",
                ours=pair.ours,
                theirs=pair.theirs,
                field=self.labels.word("patent_field", pair.field),
            )
            for pair in finding.figures
        ]
        told = {pair.ours for pair in finding.figures}
        silent = [shown for shown in finding.open_figures if shown not in told]
        if silent:
            notes.append(self.say("figure_none", figures="、".join(silent)))
        if finding.denied:
            notes.append(self.say("denied_words", words="、".join(finding.denied)))
        if finding.state in SILENT:
            scattered = [*finding.shared, *(f"{ours}≈{theirs}" for ours, theirs, _ in finding.near)][:NEAR]
            return [*notes, self.say("scattered_words", words="、".join(scattered))] if scattered else notes
        if finding.near:
            notes.append(
                self.say(
                    "near_words_of", pairs="、".join(f"{ours}≈{theirs}" for ours, theirs, _ in finding.near[:NEAR])
                )
            )
        if finding.state is State.PARTLY and finding.unsaid:
            notes.append(self.say("unsaid_words", words="、".join(finding.unsaid)))
        return notes


def clipped(text: str, most: int) -> str:
    """A text in at most so many characters, on one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"
