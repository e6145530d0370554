"""Progress bars of a match: terms embedded, texts indexed, needs matched."""

from __future__ import annotations

from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

STAGES = {
    "mine": "looking for terms of the texts' own",
    "cut": "cutting texts into words",
    "terms": "embedding terms (kept for later)",
    "index": "indexing texts",
    "columns": "laying the search table out for questions",
    "match": "matching needs",
    "tell": "telling why",
}


class Bars:
    """One bar per stage, on a terminal only; gone when the work is done."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
            console=console, transient=True, disable=not console.is_terminal,
        )  # fmt: skip
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def tell(self, stage: str, done: int, total: int, **_more: Any) -> None:
        """Show how far a stage is; a total of 0 is not known."""
        task = self._tasks.get(stage)
        if task is None:
            task = self._tasks[stage] = self._progress.add_task(STAGES.get(stage, stage), total=total or None)
        self._progress.update(task, completed=done, total=total or None)
