"""Acts in a home until somebody kills the process: a portfolio statement's name goes up by one, and so does the log."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

from panhuo.adapters.files.home import open_home
from panhuo.desk.registry.opening import open_register

AT, NOW = date(2026, 11, 23), datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def main(home: Path, *, guard: str) -> None:
    place = open_home(home)
    open_register(place, write=guard != "second")
    from django.db import transaction

    from panhuo.desk.history import log_action
    from panhuo.desk.portfolios.models import Portfolio

    print("ready", flush=True)
    while True:
        with transaction.atomic():
            row = Portfolio.objects.create(number=f"T{Portfolio.objects.count():06d}", made_on=AT, made_at=NOW)
            if guard != "no_transaction":
                log_action(f"portfolio:{row.number}", "made", actor="li", at=AT, made_at=NOW)
        if guard == "no_transaction":
            log_action(f"portfolio:{row.number}", "made", actor="li", at=AT, made_at=NOW)


if __name__ == "__main__":
    main(Path(sys.argv[1]), guard=sys.argv[2])
