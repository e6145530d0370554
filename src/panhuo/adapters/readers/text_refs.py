"""Patent references as CNKI exports them: GB/T 7714 text, one reference a paragraph.

"[n]inventors. title[P]. place：CNnumber,YYYY-MM-DD." place is the province or the foreign country of the
applicant, whose name is not given. A reference may go on over several lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from panhuo.adapters.readers.encodings import NOW_ENCODED, open_text
from panhuo.adapters.readers.protocol import BATCH_ROWS, ReadOptions, RefusedFile, Sniff, Source
from panhuo.adapters.readers.tables_look import look
from panhuo.engine.records.raw import Cell, RawBatch, Reject
from panhuo.terms.kinds import RecordKind

_START = re.compile(r"^\s*[\[［【]\s*\d{1,6}\s*[\]］】]")
_REFERENCE = re.compile(
    r"^\s*[\[［【]\s*\d{1,6}\s*[\]］】]\s*(?P<inventors>.*?)\s*[.．]\s+(?P<title>.+?)\s*[\[［]\s*P\s*[\]］]\s*[.．]?\s*"
    r"(?:(?P<place>[^:：]{1,40}?)\s*[:：]\s*)?"
    r"(?P<number>(?:[A-Z]{2}\s?)?\d[\d.]{4,14}\s?[A-Z]?\d?)\s*[,，]\s*(?P<day>\d{4}-\d{1,2}-\d{1,2})\s*[.．]?\s*$",
    re.S,
)
_IS_PATENT = re.compile(r"[\[［]\s*P\s*[\]］]")
_PUBLICATION = re.compile(r"[A-Z]{2}\d+[A-Z]?\d?")
LONGEST = 20_000
"""Characters of one reference; more is no reference."""
FIELDS = ("inventors", "title", "region", "publication_number", "application_number", "publication_date")


class CnkiReferences:
    """Reader of CNKI reference text."""

    name = "cnki_refs"
    label = "知网专利题录（GB/T 7714 文本） / CNKI patent references"
    kinds: tuple[RecordKind, ...] = (RecordKind.PATENT,)
    looked_for = "references [1]…[P]. … 公开号,日期 in GB/T 7714 form"

    def sniff(self, source: Source) -> Sniff:
        """Certain where most of the first references are of patents."""
        seen = look(source)
        references = [text for text in _paragraphs(iter(seen.first_lines)) if _START.match(text[1])][:40]
        good = sum(bool(_REFERENCE.match(text)) for _, text in references)
        if not good:
            return Sniff(0, "no numbered references of patents")
        because = f"{good} of the first {len(references)} references are of patents; {seen.encoding}"
        return Sniff(95 if good * 2 > len(references) else 50, because)

    def read(self, source: Source, options: ReadOptions) -> Iterator[RawBatch | Reject]:
        """Patents with inventors, title, place, number and publication day."""
        del options
        seen = look(source)
        if seen.shape is None:
            raise seen.refusal or RefusedFile(f"{source.name} is no text.", file=source.name)
        rows: list[int] = []
        columns: dict[str, list[Cell]] = {name: [] for name in FIELDS}
        with open_text(source, seen.shape) as handle:
            lines = (line.translate(NOW_ENCODED) for line in handle) if seen.shape.has_private else iter(handle)
            for number, text in _paragraphs(lines):
                match = _REFERENCE.match(text) if len(text) <= LONGEST else None
                if match is None:
                    yield _reject(source, number, text)
                    continue
                rows.append(number)
                for name, cell in zip(FIELDS, _cells(match), strict=True):
                    columns[name].append(cell)
                if len(rows) == BATCH_ROWS:
                    yield RawBatch(RecordKind.PATENT, dict(columns), rows, separator=",")
                    rows, columns = [], {name: [] for name in FIELDS}
        if rows:
            yield RawBatch(RecordKind.PATENT, dict(columns), rows, separator=",")


def _cells(match: re.Match[str]) -> tuple[Cell, ...]:
    found = match.groupdict()
    inventors = [name.strip() for name in re.split(r"[,，;；]", found["inventors"] or "") if name.strip()]
    number = found["number"].replace(" ", "")
    published = bool(_PUBLICATION.fullmatch(number))
    return (
        inventors or None,
        found["title"] or None,
        (found["place"] or "").strip() or None,
        number if published else None,
        None if published else number,
        found["day"],
    )


def _reject(source: Source, number: int, text: str) -> Reject:
    if "\x00" in text:
        code, why = "nul_character", "The reference holds a zero character, as damaged files do."
    elif not _IS_PATENT.search(text):
        code, why = "not_a_patent", "The reference is of something else than a patent ([P] is missing)."
    else:
        code, why = "bad_reference", "The reference does not end in “place：number,YYYY-MM-DD.”."
    return Reject(number, "", text[:120].replace("\x00", "␀"), code, why, file=source.name)


def _paragraphs(lines: Iterator[str]) -> Iterator[tuple[int, str]]:
    """(line of its beginning, text) of each reference: up to a blank line or the next number in brackets."""
    begun, parts = 0, list[str]()
    for number, line in enumerate(lines, start=1):
        text = line.strip().strip("\ufeff")
        if parts and (not text or _START.match(text)):
            yield begun, "".join(parts)
            parts = []
        if text:
            begun = begun if parts else number
            parts.append(text)
            if len(parts) > 400:  # no reference is so long; keep memory bounded
                yield begun, "".join(parts)[: LONGEST + 1]
                parts = []
    if parts:
        yield begun, "".join(parts)
