"""Figures handed out as a workbook: exactly what the page shows, marked, and kept who took it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.http import FileResponse, HttpRequest

from panhuo.adapters.writers.columns import Column
from panhuo.adapters.writers.tables import write_rows
from panhuo.desk.people.disclosure_actions import new_watermark, record_export
from panhuo.web.access import account_of
from panhuo.web.visitor import visitor


def hand_out(
    request: HttpRequest, columns: Sequence[Column], rows: Iterable[Sequence[object]], *, what: str,
    chosen: Mapping[str, Any], title: str, notes: Sequence[str],
) -> FileResponse:  # fmt: skip
    """A workbook as an attachment. what: name of the list in the record of exports; chosen: the filter that the page
    has; title: of sheet and file; notes: on what the figures stand. Raises: DomainError not_allowed."""
    who, mark = visitor(request), new_watermark()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "figures.xlsx"
        written = write_rows(
            path, columns, rows, sheet_title=title[:31], head=(title, f"导出编号 {mark}"),
            notes=(*notes, f"导出编号 {mark}"),
        )  # fmt: skip
        body = path.read_bytes()
    record_export(
        what, of=None, chosen=chosen, rows=written, digest=hashlib.sha256(body).hexdigest(), watermark=mark,
        actor=account_of(request), at=who.at, rules=who.rules,
    )  # fmt: skip
    return FileResponse(BytesIO(body), as_attachment=True, filename=f"{title}-{mark}.xlsx")
