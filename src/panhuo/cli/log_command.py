"""panhuo log: the append-only log of who did what; its signed heads, bundles and proofs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panhuo.cli.frame import Answer, command, home_to_write, now, say, show
from panhuo.cli.log_verify_command import verify
from panhuo.terms.errors import DomainError

if TYPE_CHECKING:
    from panhuo.adapters.files.home import Home
    from panhuo.adapters.proofs.keys import LogKey
    from panhuo.desk.history.models import LogHead

OUT = click.Path(path_type=Path)
MOST_SHOWN = 50


@click.group("log")
def log() -> None:
    """Show, hand out and verify the log of acts: who did what, when and why, in one tree whose head is signed.

    \b
    Example: panhuo log export --out log.zip
    panhuo log verify log.zip --head head-of-march.txt --key key.txt
    """


@contextmanager
def _log_of(home: Path, *, writes: bool) -> Iterator[Home]:
    from panhuo.desk.registry.opening import open_register

    place = home_to_write(home)
    with place.writing() if writes else nullcontext():
        open_register(place, write=writes)
        yield place


def _key(place: Home) -> LogKey:
    """The home's key; a new one only as long as no head was signed."""
    from panhuo.adapters.proofs.keys import log_key
    from panhuo.desk.history.models import LogHead

    return log_key(place.root, make=not LogHead.objects.exists())


def _head(place: Home) -> tuple[LogHead, LogKey]:
    from panhuo.desk.history.actions import sign_head

    key = _key(place)
    return sign_head(key, made_at=now()), key


@command("show")
@click.option("--subject", default="", metavar="S", help="of one thing only, such as case:PG000001")
@click.option("--last", type=click.IntRange(1, 10_000), default=MOST_SHOWN, show_default=True, help="so many at most")
def show_entries(*, home: Path, subject: str, last: int) -> Answer:
    """Show entries of the log, oldest first."""
    with _log_of(home, writes=False):
        from panhuo.desk.history.models import LoggedAction
        from panhuo.engine.proof import entry_code

        found = LoggedAction.objects.all()
        if subject:
            found = found.filter(subject=subject.strip())
        rows = list(found.order_by("-number")[:last])[::-1]
        count = found.count()
    entries = [
        {
            "number": row.number, "made_at": row.made_at, "day": row.day, "actor": row.actor, "role": row.role,
            "subject": row.subject, "act": row.act, "reason": row.reason, "before": row.before, "after": row.after,
            "data": row.data, "code": entry_code(row.number, bytes(row.leaf)),
        }
        for row in rows
    ]  # fmt: skip
    for row in rows:
        role = f"（{row.role}）" if row.role else ""
        reason = f"：{row.reason}" if row.reason else ""
        show(f"{row.number} {row.day} {row.actor}{role} {row.subject} {row.act}{reason}")
    return Answer(entries=entries, count=count)


@command("head")
@click.option("--out", type=OUT, help="write the signed head here, too")
@click.option("--key-out", type=OUT, help="write the public key here")
def head(*, home: Path, out: Path | None, key_out: Path | None) -> Answer:
    """Sign the head of the log and hand it out: who keeps it can tell later whether the log was changed.

    \b
    Example: panhuo log head --out head.txt --key-out key.txt
    """
    from panhuo.adapters.writers.atomic import whole_file

    with _log_of(home, writes=True) as place:
        made, key = _head(place)
    texts = ((out, made.note), (key_out, key.public.text()))
    for path, text in texts:
        if path is not None:
            with whole_file(path) as draft:
                draft.write_text(text, encoding="utf-8", newline="\n")
    show(made.note.rstrip("\n"))
    return Answer(size=made.size, head=made.note, key=key.public.text().strip(), fingerprint=key.public.fingerprint)


@command("export")
@click.option("--out", type=OUT, required=True, help="BUNDLE.zip, or a folder that is not there yet")
def export(*, home: Path, out: Path) -> Answer:
    """Write the whole log as a bundle: entries, signed head, earlier heads with their proofs, receipts, public key.

    The bundle is verified as soon as it is written; exit code 1 where the log in the register is not whole.
    """
    from panhuo.cli.log_verify_command import answer_of, verified

    with _log_of(home, writes=True) as place:
        made, key = _head(place)
    from panhuo.desk.history.handing_out import write_bundle

    with _log_of(home, writes=False):
        write_bundle(out, made, key.public)
    report = verified(out, key=key.public)
    say(f"{out}: {report.entries} entries.")
    answer = answer_of(report)
    answer["out"] = str(out)
    return answer


@command("prove")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--out", type=OUT, required=True, help="the proof (.json)")
def prove(*, home: Path, number: int, out: Path) -> Answer:
    """Write the proof of one entry (存证证明): the entry, its way to the signed head, a short code.

    \b
    Example: panhuo log prove 12 --out proof.json
    """
    from panhuo.adapters.proofs.single import verify_proof
    from panhuo.adapters.writers.atomic import whole_file

    with _log_of(home, writes=True) as place:
        made, key = _head(place)
        from panhuo.desk.history.handing_out import proof_of

        text = proof_of(number, made, key.public)
    report = verify_proof(text.encode(), key=key.public)
    if not report.is_whole:
        raise DomainError(
            f"Entry {number} cannot be proved: {report.findings[0].message} Export the log and verify the bundle.",
            code="not_provable",
        )
    with whole_file(out) as draft:
        draft.write_text(text, encoding="utf-8", newline="\n")
    show(f"{number} {report.code}")
    return Answer(number=number, code=report.code, size=made.size, out=str(out))


@command("anchor")
@click.option("--to", "to", required=True, metavar="FILE|URL", help="the witness")
@click.option(
    "--kind",
    type=click.Choice(["file", "json", "rfc3161"]),
    help="file: append-only file; json: an address that takes JSON; rfc3161: a time stamp authority "
    "[file for a path, json for an address]",
)
def anchor(*, home: Path, to: str, kind: str | None) -> Answer:
    """Hand the signed head to an outside witness and keep its receipt; bundles and proofs carry it.

    \b
    Example: panhuo log anchor --to https://tsa.example.org/stamp --kind rfc3161
    """
    from panhuo.adapters.proofs import witnesses
    from panhuo.desk.history.actions import keep_receipt

    is_address = to.lower().startswith(("http://", "https://"))
    chosen = kind or ("json" if is_address else "file")
    if (chosen == "file") == is_address:
        raise DomainError(f"{to} is no witness of the kind {chosen}. Name a file, or an address.", code="wrong_call")
    with _log_of(home, writes=True) as place:
        made, _ = _head(place)
        given: dict[str, Any]
        if chosen == "file":
            given = witnesses.to_file(made.note, Path(to))
        elif chosen == "json":
            given = witnesses.to_address(made.note, to)
        else:
            given = witnesses.to_stamp_authority(made.note, to)
        receipt = keep_receipt(made, given, made_at=now())
    say(f"{to} has the head of {made.size} entries.")
    return Answer(size=made.size, head=made.note, receipt=receipt.content)


for _one in (show_entries, head, export, prove, verify, anchor):
    log.add_command(_one)
