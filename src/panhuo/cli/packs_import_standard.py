"""panhuo packs import-standard: an operator's licensed copy of a standard's indicators and weights as a pack."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click

from panhuo.cli.frame import Answer, Day, command, say, today
from panhuo.rules import Pack, load_pack
from panhuo.rules.pack import InForce
from panhuo.rules.standard_scheme import Fault, Scheme, Words, read_scheme, words_of
from panhuo.terms.errors import DomainError

OUTPUT = "standard_template"
MOST_TOLD = 40
MOST_TEXT = 500
PACK_NAME = re.compile(r"[a-z][a-z0-9_]{0,60}")


@command(
    "import-standard",
    epilog="Examples: panhuo packs import-standard --template scheme.xlsx; panhuo packs import-standard scheme.xlsx "
    '--as licensed_guide --called "GB/T 42748-2023" --licence "购自标准出版单位，供内部使用" --licensed-on 2026-03-01 '
    "--office 资产评估部主任 --to rules",
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--as", "name", metavar="NAME", help="name of the pack: small letters, digits and _")
@click.option("--called", metavar="TEXT", help="name of the scheme that is printed with a grade [--as]")
@click.option("--licence", metavar="TEXT", help="your statement of where the copy is from and that you may use it")
@click.option("--licensed-on", type=Day(), help="the day of the statement")
@click.option("--office", metavar="TEXT", help="office of the person who states it, no name")
@click.option("--since", type=Day(), help="first day for which the scheme grades [--licensed-on]")
@click.option(
    "--parent", default="national", show_default=True, help="the pack it stands on: a name or a folder in --to"
)
@click.option("--to", "folder", type=click.Path(path_type=Path), default=Path(), help="folder of your packs [.]")
@click.option("--template", type=click.Path(path_type=Path), help="write an empty sheet to fill, .xlsx or .csv")
def import_standard(
    *,
    home: Any,
    file: Path | None,
    name: str | None,
    called: str | None,
    licence: str | None,
    licensed_on: date | None,
    office: str | None,
    since: date | None,
    parent: str,
    folder: Path,
    template: Path | None,
) -> Answer:
    """Load your licensed copy of indicators and weights (GB/T 42748 or another scheme) as a pack.

    FILE is a workbook or CSV: a row for each indicator with its name or code, its parent, and a column of weights for
    each scene; or two sheets, the second with scene, indicator and weight. Nothing is written unless all is right.
    """
    if (file is None) == (template is None):
        raise DomainError("Name the FILE to load, or --template FILE to write: one of these.", code="wrong_call")
    if template is not None:
        return _template(template)
    assert file is not None  # noqa: S101 - one of the two is named
    asked = {"--as": name, "--licence": licence, "--office": office, "--licensed-on": licensed_on}
    lacking = [option for option, told in asked.items() if not told or not str(told).strip()]
    if lacking:
        raise DomainError(f"A licensed copy needs {', '.join(lacking)} as well.", code="wrong_call")
    _check_texts(name or "", (called or "", licence or "", office or ""))
    told_on = licensed_on or date.min
    above = load_pack(_parent(parent, folder))
    rules = above.at(since or told_on)
    scheme, faults = _read(file, above, rules)
    if scheme is None:
        return _refused(file, faults)
    statement = ((called or name or "").strip(), (licence or "").strip(), (office or "").strip())
    return _write(file, scheme, statement, (told_on, since or told_on), folder / str(name), above)


def _check_texts(name: str, texts: Sequence[str]) -> None:
    if not PACK_NAME.fullmatch(name):
        raise DomainError(f"{name!r} is no name for a pack: small letters, digits and _.", code="wrong_call")
    for text in texts:
        if len(text) > MOST_TEXT or any(not one.isprintable() for one in text):
            raise DomainError(f"A text is longer than {MOST_TEXT} characters or is not one line.", code="wrong_call")


def _parent(named: str, folder: Path) -> str | Path:
    """A pack beside the new one, else one of ours: as the new pack will find it."""
    beside = folder / named
    return beside if PACK_NAME.fullmatch(named) and (beside / "pack.yaml").is_file() else named


def _words(rules: InForce) -> Words:
    return words_of(rules.table("standard_words"))


def _read(file: Path, above: Pack, rules: InForce) -> tuple[Scheme | None, list[Fault]]:
    from panhuo.adapters.readers.standard_sheets import read_standard_sheets
    from panhuo.rules.scheme_pack import INDICATORS

    words = _words(rules)
    sheets, spoilt = read_standard_sheets(file, words)
    known = rules.table(INDICATORS) if INDICATORS in above.tables else ()
    scheme, faults = read_scheme(sheets, words, known)
    return (None if spoilt else scheme), [*spoilt, *faults]


def _refused(file: Path, faults: Sequence[Fault]) -> Answer:
    say(f"{file}: {len(faults)} cells are not right; nothing was written.")
    for fault in faults[:MOST_TOLD]:
        place = " ".join(
            part for part in (fault.sheet, fault.cell, f"({fault.heading})" if fault.heading else "") if part
        )
        say(f"  {place}: {fault.message}")
    if len(faults) > MOST_TOLD:
        say(f"  and {len(faults) - MOST_TOLD} more; --json tells all")
    answer = Answer(written=None, problems=[asdict(fault) for fault in faults])
    answer.exit_code = 2
    return answer


def _write(
    file: Path, scheme: Scheme, statement: tuple[str, str, str], days: tuple[date, date], folder: Path, above: Pack
) -> Answer:
    from panhuo.adapters.writers.pack_folder import write_pack
    from panhuo.rules.scheme_pack import Licence, scheme_files

    licence = Licence(*statement, *days, hashlib.sha256(file.read_bytes()).hexdigest())
    pack = write_pack(folder, scheme_files(scheme, licence, name=folder.name, parent=above))
    levels = Counter(one.level for one in scheme.indicators)
    shown = ", ".join(f"{levels[level]} on level {level}" for level in sorted(levels))
    say(f"{folder}: {len(scheme.indicators)} indicators ({shown}), scenes {', '.join(scheme.scenes)}")
    return Answer(
        written=str(folder),
        pack=pack.name,
        scheme=licence.scheme,
        indicators=len(scheme.indicators),
        levels={str(level): levels[level] for level in sorted(levels)},
        scenes=list(scheme.scenes),
        scored_by=dict(Counter(one.scorer for one in scheme.indicators if one.scorer)),
        digest=pack.digest,
        problems=[],
    )


def _template(out: Path) -> Answer:
    """An empty sheet whose headings are those that are read."""
    from panhuo.adapters.writers.layout import notes_of
    from panhuo.adapters.writers.tables import Column, check_target, write_rows

    check_target(out)
    rules = load_pack("national").at(today())
    told = [(row["kind"], row["value"], row["word"]) for row in rules.table("standard_words")]
    first = {(kind, value): word for kind, value, word in reversed(told)}
    scenes = dict.fromkeys(value for kind, value, _ in told if kind == "scene")
    columns = [
        Column(value, word, width=20)
        for (kind, value), word in reversed(first.items())
        if kind == "heading" and value not in ("scene", "weight")
    ]
    columns += [Column(f"weight.{scene}", f"{first['scene', scene]}权重", "float", 14) for scene in scenes]
    write_rows(out, columns, [], sheet_title="指标与权重", notes=notes_of(rules, OUTPUT))
    say(f"{out}: fill a row for each indicator and load it with panhuo packs import-standard")
    return Answer(written=str(out), columns=[column.heading for column in columns])
