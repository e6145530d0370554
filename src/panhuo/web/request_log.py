"""What the site writes down of its own doing: JSON lines without names, addresses, queries or anything typed."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime

OURS = ("request_id", "method", "route", "status", "ms", "signed_in", "event", "job", "kind", "state", "tries")


class JsonLines(logging.Formatter):
    """One JSON object a line. Of an error its kind and where it happened: its message may hold what somebody typed."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "log": record.name,
        }
        line.update({name: getattr(record, name) for name in OURS if hasattr(record, name)})
        if hasattr(record, "stumbled"):
            line["error"], line["where"] = record.stumbled, getattr(record, "place", "")
        if not record.name.startswith("panhuo."):
            line["said"] = str(record.msg)  # the words of the library, without the values put into them
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["where"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])[-8:]
            ]
        return json.dumps(line, ensure_ascii=False, default=str)
