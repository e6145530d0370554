"""panhuo log verify: needs no home and no database, only the file and what one kept oneself."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from panhuo.cli.frame import Answer, command, show
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.adapters.proofs.report import Report
    from panhuo.engine.proof.heads import Note, PublicKey

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@command("verify", needs_register=False)
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@click.option("--head", "heads", type=FILE, multiple=True, help="an earlier signed head that you kept; may be repeated")
@click.option("--key", "key_file", type=FILE, help="the log's public key, as you got it from the office")
@click.option("--tsa-root", type=FILE, help="PEM certificate of the time stamp authority's root")
def verify(*, home: Path, file: Path, heads: tuple[Path, ...], key_file: Path | None, tsa_root: Path | None) -> Answer:
    """Verify a bundle of the log, or the proof of one entry: exit code 0 whole, 1 something is wrong, 2 unreadable.

    Without --key the key is the one in the file: then it is shown only that the file agrees with itself. Without --head
    a log that was wholly rewritten by who has its key is not found out.

    \b
    Example: panhuo log verify log.zip --head head-of-march.txt --key key.txt
    """
    from panhuo.engine.proof.heads import read_key, read_notes

    del home
    key = read_key(_text(key_file)) if key_file else None
    earlier = [note for one in heads for note in read_notes(_text(one))]
    report = verified(file, key=key, earlier=earlier, tsa_roots=tsa_root.read_bytes() if tsa_root else None)
    return answer_of(report)


def verified(
    file: Path,
    *,
    key: PublicKey | None = None,
    earlier: list[Note] | None = None,
    tsa_roots: bytes | None = None,
) -> Report:
    """The report on a bundle or a proof; a JSON file is a proof. Raises: DomainError."""
    from panhuo.adapters.proofs.bundle_files import opened_bundle
    from panhuo.adapters.proofs.checking import verify_bundle
    from panhuo.adapters.proofs.single import LARGEST_PROOF, verify_proof

    if file.is_file():
        with file.open("rb") as handle:
            begin = handle.read(1)
            if begin == b"{":
                content = begin + handle.read(LARGEST_PROOF)
                return verify_proof(content, key=key, earlier=earlier or (), tsa_roots=tsa_roots)
    with opened_bundle(file) as files:
        return verify_bundle(files, key=key, earlier=earlier or (), tsa_roots=tsa_roots)


def answer_of(report: Report) -> Answer:
    """Say and answer what was found."""
    head = report.head
    known = "as you gave it" if report.is_key_given else "out of the file itself: compare its fingerprint"
    show(f"log {head.origin}, {head.size} entries, {head.hash}, signed {head.at:%Y-%m-%d %H:%M:%S} UTC")
    show(f"key {report.key.fingerprint}, {known}")
    if report.number is not None:
        show(f"entry {report.number}, code {report.code}")
    if report.earlier:
        show(f"agrees with earlier heads of {', '.join(map(str, sorted(set(report.earlier))))} entries")
    for one in report.receipts:
        stamped = f", {one.stamped_at:%Y-%m-%d %H:%M:%S} UTC" if one.stamped_at else ""
        show(f"witness {one.witness} ({one.kind}): {one.standing or one.problem}{stamped}")
    for found in report.findings:
        show(f"{found.fault}: {found.message}")
    show("whole" if report.is_whole else "NOT whole")
    answer = Answer(
        kind=report.kind,
        is_whole=report.is_whole,
        origin=head.origin,
        size=head.size,
        root=head.root.hex(),
        hash=head.hash,
        signed_at=head.at,
        fingerprint=report.key.fingerprint,
        is_key_given=report.is_key_given,
        entries=report.entries,
        number=report.number,
        code=report.code,
        earlier=sorted(set(report.earlier)),
        receipts=[asdict(one) for one in report.receipts],
        findings=[asdict(one) for one in report.findings],
    )
    answer.exit_code = 0 if report.is_whole else 1
    return answer


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise DomainError(f"{path} is no text in UTF-8.", code="bad_head", file=str(path)) from None
