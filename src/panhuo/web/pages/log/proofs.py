"""What an audit administrator takes away: 存证证明 of an entry, signed head, public key, the whole log as a bundle."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST, require_safe

from panhuo.adapters.proofs.keys import LogKey, is_signed, log_key
from panhuo.desk.history.log_store import path_to
from panhuo.desk.history.models import LogHead
from panhuo.desk.people.log_actions import hand_out_bundle, hand_out_head, hand_out_proof, head_over
from panhuo.engine.proof import check_inclusion, entry_code, read_note, tree_hash
from panhuo.terms.roles import Right
from panhuo.web.access import needs, page
from panhuo.web.pages.log.act_words import act_words
from panhuo.web.pages.log.entries import READERS, entry_of
from panhuo.web.pages.people.organisations import acting
from panhuo.web.visitor import visitor

EXPORTERS = needs(Right.EXPORT_LOG)


@page(policy=READERS)
@require_safe
def proof(request: HttpRequest, number: int) -> HttpResponse:
    """The 存证证明 of an entry, to be printed: code, digest, path in the tree, signed head, how to verify it."""
    row = entry_of(number)
    head = head_over(number)
    told: dict[str, Any] = {
        "row": row,
        "act": act_words(row.act),
        "code": entry_code(row.number, bytes(row.leaf)),
        "digest": bytes(row.leaf).hex(),
        "may_export": visitor(request).holds(Right.EXPORT_LOG),
    }
    if head is not None:
        note, path = read_note(head.note), path_to(number, head.size)
        key = log_key(settings.SITE.home, make=False).public
        told |= {
            "head": head,
            "note": note.head,
            "root": note.head.root.hex(),
            "path": [one.hex() for one in path],
            "is_sound": is_signed(note, key)
            and check_inclusion(
                tree_hash(note.head.hash), leaf=bytes(row.leaf), number=number - 1, size=head.size, path=path,
                root=note.head.root,
            ),
            "fingerprint": key.fingerprint,
        }  # fmt: skip
    return render(request, "panhuo/log/proof.html", told)


@page(policy=EXPORTERS)
@require_POST
def sign(request: HttpRequest, number: int) -> HttpResponse:
    """Sign the log as it stands, so that the entry can be proved; back to its proof."""
    entry_of(number)
    hand_out_head(_key(), **acting(request))
    return redirect("log-proof", number)


@page(policy=EXPORTERS)
@require_POST
def proof_file(request: HttpRequest, number: int) -> HttpResponse:
    """The proof of an entry as a file that `panhuo log verify` reads without this site."""
    entry_of(number)
    text = hand_out_proof(number, _key(), **acting(request))
    return _file(text, f"panhuo-log-{number}.json", "application/json")


@page(policy=EXPORTERS)
@require_POST
def head_file(request: HttpRequest) -> HttpResponse:
    """The signed head of the log as it stands, as a file; who keeps it can tell later whether the log was changed."""
    head = hand_out_head(_key(), **acting(request))
    return _file(head.note, f"panhuo-log-head-{head.size}.txt", "text/plain; charset=utf-8")


@page(policy=EXPORTERS)
@require_POST
def key_file(request: HttpRequest) -> HttpResponse:
    """The public key of the log; everybody may have it."""
    return _file(_key().public.text(), "panhuo-log-key.txt", "text/plain; charset=utf-8")


@page(policy=EXPORTERS)
@require_POST
def bundle_file(request: HttpRequest) -> FileResponse:
    """The whole log as a bundle. It is made in a folder of its own that is gone when it was sent."""
    folder = Path(tempfile.mkdtemp(prefix="panhuo-log-"))
    try:
        day = f"{localtime(visitor(request).at):%Y%m%d-%H%M%S}"
        place = folder / f"panhuo-log-{day}.zip"
        hand_out_bundle(place, _key(), **acting(request))
        content = place.open("rb")
    finally:
        shutil.rmtree(folder)  # the open file stays readable until it is closed
    return FileResponse(content, as_attachment=True, filename=place.name, content_type="application/zip")


def _key() -> LogKey:
    """The home's key; a new one only as long as no head was signed."""
    return log_key(settings.SITE.home, make=not LogHead.objects.exists())


def _file(text: str, name: str, kind: str) -> HttpResponse:
    return HttpResponse(text, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
