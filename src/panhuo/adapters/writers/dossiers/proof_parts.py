"""What a printed dossier stands on: rules with their status, evidence with digests, the seal and how to verify it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from panhuo.adapters.writers.document import Block, Facts, Heading, Items, Paragraph, Role
from panhuo.adapters.writers.dossiers.told import Told, as_text, joined
from panhuo.adapters.writers.dossiers.value_parts import table
from panhuo.adapters.writers.dossiers.words import Words
from panhuo.engine.flows import Dossier, Verdict

MOST_TOLD = 20
_DIGEST = re.compile(r"[0-9a-f]{64}")
_TABLE = "table:"


def seal_of(dossier: Dossier) -> str:
    """The 64 digits of the seal, "" where the file holds no such thing."""
    return dossier.told.whole if _DIGEST.fullmatch(dossier.told.whole) else ""


def warnings(verdict: Verdict, words: Words) -> Iterator[Block]:
    """What stands above all else where a dossier is not as it should be."""
    if not verdict.is_sealed:
        yield Paragraph(words.say("broken"), Role.WARNING)
        yield Paragraph(words.say("changed_count", count=len(verdict.changed)), Role.STRONG)
        yield Items(tuple(as_text(one) for one in verdict.changed[:MOST_TOLD]))
    elif not verdict.is_reproduced:
        yield Paragraph(words.say("not_reproduced"), Role.WARNING)


def rules(content: Told, verdict: Verdict, words: Words) -> Iterator[Block]:
    """The pack and each rule that was read, with its value and status; an assumption is called one."""
    pack = content.part("pack")
    yield Heading(words.say("h_rules"))
    yield Facts(
        (
            (words.field("pack"), pack.text("name")),
            (words.field("pack_version"), pack.text("version")),
            (words.field("pack_day"), pack.text("day")),
            (words.field("pack_digest"), pack.text("digest")),
            (words.field("engine"), content.text("engine")),
        )
    )
    statuses = pack.part("statuses")
    rows = tuple(
        (words.rule(name), name, as_text(value), _status(name, statuses, verdict, words))
        for name, value in pack.part("reads").pairs.items()
    )
    yield from table(words, "rules", rows, widths=(28, 36, 20, 16))
    yield Paragraph(words.say("status_note"), Role.NOTE)


def _status(name: str, statuses: Told, verdict: Verdict, words: Words) -> str:
    """As it was sealed; a table's is not in the file and is that of the same table here, where it is the same."""
    found = statuses.code(name)
    if not found and name.startswith(_TABLE) and name not in verdict.rules:
        found = words.table_status(name.removeprefix(_TABLE))
    return words.of("value.status", found)


def evidence(content: Told, words: Words) -> Iterator[Block]:
    """What the inputs stand on, with digests."""
    yield Heading(words.say("h_evidence"))
    rows = tuple(
        (one.text("what"), _rest(one), one.text("sha256") if one.has("sha256") else one.text("version"))
        for one in content.parts("evidence")
    )
    if not rows:
        yield Paragraph(words.say("no_evidence"))
    yield from table(words, "evidence", rows, widths=(28, 22, 50))


def _rest(one: Told) -> str:
    told = [as_text(value) for name, value in one.pairs.items() if name not in ("what", "sha256", "version")]
    return joined(told)


def proof(dossier: Dossier, verdict: Verdict, words: Words) -> Iterator[Block]:
    """The seal in full, what verifying said when this was printed, and how anybody verifies it."""
    yield Heading(words.say("h_proof"))
    yield Paragraph(seal_of(dossier) or words.say("no_seal"), Role.CODE)
    yield Paragraph(said(verdict, words))
    yield Paragraph(words.say("how_to_verify"))
    yield Paragraph("panhuo dossier verify FILE.json", Role.CODE)
    yield Paragraph(words.say("seal_note"), Role.NOTE)
    changes = [*verdict.rules.items(), *verdict.figures.items()]
    rows = tuple((as_text(place), as_text(then), as_text(now)) for place, (then, now) in changes[:MOST_TOLD])
    yield from table(words, "differences", rows, widths=(40, 30, 30))
    if len(changes) > MOST_TOLD:
        yield Paragraph(words.say("rows_left_out", count=len(changes) - MOST_TOLD), Role.NOTE)
    if verdict.engine:
        yield Paragraph(words.say("other_engine", then=as_text(verdict.engine[0]), here=verdict.engine[1]), Role.NOTE)


def said(verdict: Verdict, words: Words) -> str:
    """The verdict in a sentence."""
    if not verdict.is_sealed:
        return words.say("said_broken")
    return words.say("said_whole" if verdict.is_reproduced else "said_not_reproduced")
