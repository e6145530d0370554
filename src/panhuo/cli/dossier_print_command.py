"""panhuo dossier print: a dossier on paper, as PDF, Word or a page, all three from one document."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo import __version__
from panhuo.cli.dossier_file import dossier_in, pack_here
from panhuo.cli.files_apart import check_apart
from panhuo.cli.frame import Answer, command, say, show, today
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.adapters.writers.document import Document
    from panhuo.engine.flows import Verdict
    from panhuo.rules import InForce

PDF, WORD, PAGE = ".pdf", ".docx", ".html"
SUFFIXES = (PDF, WORD, PAGE)


@command("print")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--out", "outs", type=click.Path(path_type=Path), multiple=True, required=True,
              help=".pdf, .docx or .html; several may be named")  # fmt: skip
@click.option("--pack", "pack_name", metavar="PACK", help="the pack of the dossier, where it stands in a folder")
@click.option("--even-broken", is_flag=True, help="print a dossier whose seal is broken, marked so on every page")
def print_dossier(*, home: Any, file: Path, outs: tuple[Path, ...], pack_name: str | None, even_broken: bool) -> Answer:
    """Print a dossier in Chinese with charts, after verifying it.

    A broken seal is refused: a warning can be torn off a print-out, the figures below it stay. --even-broken prints it
    all the same, with the warning at the top and in the head of every page; exit code 1, as when not every figure
    comes out again. PDF needs pango and a Chinese font (panhuo doctor); .docx and .html need neither.

    \b
    Example: panhuo dossier print case.dossier.json --out case.pdf --out case.docx
    """
    from panhuo.adapters.writers.atomic import check_place
    from panhuo.adapters.writers.dossiers import dossier_document
    from panhuo.engine.flows import verify

    _check_outs(file, outs)
    told = dossier_in(file)
    here = pack_here(told, pack_name)
    found = verify(told, here, engine=__version__)
    if not found.is_sealed and not even_broken:
        raise _broken(file, found)
    for out in outs:
        check_place(out)
    wording = _wording(here)
    missing = _write(outs, dossier_document(told, found, wording), wording)
    if missing:
        say(f"No font of this machine has {' '.join(missing)}: each stands as a box in the PDF. Install one that has.")
    for out in outs:
        show(f"写入 wrote {out}")
    answer = Answer(
        sealed=found.is_sealed,
        reproduced=found.is_reproduced,
        changed=list(found.changed),
        seal=told.told.whole,
        missing_glyphs=list(missing),
        out=[str(out) for out in outs],
    )
    answer.exit_code = 0 if found.is_sealed and found.is_reproduced else 1
    return answer


def _check_outs(file: Path, outs: tuple[Path, ...]) -> None:
    for out in outs:
        if out.suffix.lower() not in SUFFIXES:
            raise DomainError(
                f"{out} has none of the endings {', '.join(SUFFIXES)}. Name one of them.",
                code="unknown_suffix",
                file=str(out),
            )
    check_apart(outs, [file])
    if any(out.suffix.lower() == PDF for out in outs):
        from panhuo.adapters.writers.pdf import check_pdf

        check_pdf()


def _broken(file: Path, found: Verdict) -> DomainError:
    return DomainError(
        f"{file}: the seal is broken, {len(found.changed)} entries are not as they were sealed, first "
        f"{found.changed[0]:.80}. Ask for the file as it was sealed; --even-broken prints this one marked as broken.",
        code="broken_seal",
        file=str(file),
        changed=found.changed,
    )


def _wording(here: InForce | None) -> InForce:
    """The pack that the dossier names; ours where that is not here."""
    from panhuo.rules import load_pack

    return here or load_pack("national").at(today())


def _write(outs: tuple[Path, ...], document: Document, wording: InForce) -> tuple[str, ...]:
    """Write every file. Returns signs that the PDF has no glyph for."""
    missing: tuple[str, ...] = ()
    for out in outs:
        if out.suffix.lower() == PDF:
            from panhuo.adapters.writers.pdf import write_document_pdf

            missing = (*missing, *write_document_pdf(out, document))
        elif out.suffix.lower() == WORD:
            from panhuo.adapters.writers.document_word import write_document_word
            from panhuo.adapters.writers.word import letter_fonts

            write_document_word(out, document, letter_fonts(wording))
        else:
            from panhuo.adapters.writers.document_pages import write_document_page

            write_document_page(out, document)
    return tuple(dict.fromkeys(missing))
