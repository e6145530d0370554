"""A sealed dossier as a document in Chinese; document_pages, pdf and document_word write it."""

from __future__ import annotations

from collections.abc import Iterator

from panhuo.adapters.writers.document import (
    Block,
    Document,
    Facts,
    Figures,
    Heading,
    Items,
    Paragraph,
    Role,
    cleaned,
)
from panhuo.adapters.writers.dossiers.grade_parts import grades
from panhuo.adapters.writers.dossiers.proof_parts import evidence, proof, rules, said, seal_of, warnings
from panhuo.adapters.writers.dossiers.told import MOST_ROWS, Told, yuan
from panhuo.adapters.writers.dossiers.value_parts import methods, premises, security, uncertainty
from panhuo.adapters.writers.dossiers.words import Words
from panhuo.engine.flows import SYNTHETIC, Dossier, Verdict
from panhuo.rules import InForce

__all__ = ["dossier_document"]

_ENDS = ("low", "base", "high")
_SEAL_DIGITS = 16


def dossier_document(dossier: Dossier, verdict: Verdict, wording: InForce) -> Document:
    """The print-out of a dossier: figures as they were sealed, none computed anew.

    Args:
        verdict: of flows.verify; a seal that is broken heads the document and every page.
        wording: the pack whose words are printed; its rules decide no figure.
    Raises: DomainError code unknown_output where the pack lacks a text.
    """
    words = Words(wording)
    seal = seal_of(dossier)
    head = words.say("running_head" if verdict.is_sealed else "running_head_broken", seal=seal[:_SEAL_DIGITS])
    return cleaned(
        Document(
            words.say("title"),
            _subtitle(dossier, words),
            head,
            not verdict.is_sealed,
            seal or "broken",
            (words.say("page_first"), words.say("page_between"), words.say("page_last")),
            tuple(_in_print(_blocks(dossier, verdict, words), words)),
        )
    )


def _subtitle(dossier: Dossier, words: Words) -> tuple[str, ...]:
    inputs = Told(dossier.content).part("inputs")
    patents = inputs.parts("patents")
    first = patents[0] if patents else Told(None)
    name = first.text("title") if first.has("title") else first.text("number")
    more = words.say("and_more", count=len(patents)) if len(patents) > 1 else ""
    return f"{name}{more}", words.say("subtitle_day", day=inputs.text("base_date"))


def _blocks(dossier: Dossier, verdict: Verdict, words: Words) -> Iterator[Block]:
    content = Told(dossier.content)
    inputs, results = content.part("inputs"), content.part("results")
    yield from warnings(verdict, words)
    yield Paragraph(words.say("not_report"), Role.STRONG)
    if any(one.code("kind") == SYNTHETIC for one in content.parts("evidence")):
        yield Paragraph(words.say("synthetic"), Role.STRONG)
    if results.code("notice") not in ("", words.say("not_report")):
        yield Paragraph(words.say("notice_then", notice=results.text("notice")), Role.NOTE)
    yield Paragraph(words.say("seal_line", seal=seal_of(dossier) or words.say("no_seal")), Role.CODE)
    yield Paragraph(said(verdict, words), Role.NOTE)
    yield from _conclusion(results, words)
    yield from premises(inputs, results, words)
    yield from methods(inputs, results, words)
    yield from uncertainty(inputs, results, words)
    yield from security(inputs, results, words)
    yield from grades(results.parts("grades"), words)
    yield from rules(content, verdict, words)
    yield from evidence(content, words)
    yield from proof(dossier, verdict, words)


def _conclusion(results: Told, words: Words) -> Iterator[Block]:
    value, graded, held = results.part("value_cny"), results.parts("grades"), results.part("security")
    yield Heading(words.say("h_conclusion"))
    pairs = [(yuan(value.text(end)), words.say(f"value_{end}")) for end in _ENDS]
    too_long = held.pairs.get("outlives_debt") is False
    if held and not too_long:
        pairs.append((yuan(held.text("carries_cny")), words.field("carries_cny")))
    if len(graded) == 1:
        letter = graded[0].text("letter") if graded[0].has("letter") else words.say("unknown")
        pairs.append((letter, words.field("letter")))
    yield Figures(tuple(pairs))
    if too_long:
        yield Paragraph(words.say("debt_outlives"), Role.STRONG)
    yield Paragraph(words.say("range_note"), Role.NOTE)


def _in_print(blocks: Iterator[Block], words: Words) -> Iterator[Block]:
    """Headings of the first level with their Chinese number; what has more rows than can be read is cut and says so."""
    numerals = iter(words.say("numerals").split("|"))
    for block in blocks:
        if isinstance(block, Heading) and block.level == 1:
            yield Heading(words.say("numbered_heading", number=next(numerals), text=block.text))
        elif isinstance(block, Facts) and len(block.rows) > MOST_ROWS:
            yield Facts(block.rows[:MOST_ROWS])
            yield Paragraph(words.say("rows_left_out", count=len(block.rows) - MOST_ROWS), Role.NOTE)
        elif isinstance(block, Items) and len(block.texts) > MOST_ROWS:
            yield Items(block.texts[:MOST_ROWS])
            yield Paragraph(words.say("rows_left_out", count=len(block.texts) - MOST_ROWS), Role.NOTE)
        else:
            yield block
