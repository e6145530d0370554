"""Progress bars of a backup and of a restore, on a terminal only."""

from __future__ import annotations

from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

STAGES = {
    "register": "copying the register",
    "files": "packing files",
    "check": "checking the seal",
    "unpack": "unpacking and checking files",
}


class Bars:
    """One bar per stage; gone when the work is done."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(),
            console=console, transient=True, disable=not console.is_terminal,
        )  # fmt: skip
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def tell(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is."""
        task = self._tasks.get(stage)
        if task is None:
            task = self._tasks[stage] = self._progress.add_task(STAGES[stage], total=total)
        self._progress.update(task, completed=done, total=total)
