"""A generator run in a process of its own, so that reading the next unit and storing this one overlap.

For large files only: a fork costs more than a small file takes. What the generator raises is raised here; a child
that dies says so; a parent that dies leaves a child that ends at its next word.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from types import FrameType
from typing import TypeVar

from panhuo.terms.errors import DomainError

LARGE_BYTES = 8_000_000
"""Files from this size on are read ahead."""
_T = TypeVar("_T")


class ReaderDied(DomainError):
    """The process that read the file ended without a word (killed, out of memory)."""

    code = "reader_died"


def read_ahead(make: Callable[[], Iterator[_T]]) -> Iterator[_T]:
    """The items of make(), computed in a forked child, two items ahead at most."""
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    child = context.Process(target=_produce, args=(make, sending, receiving), daemon=True)
    with _interrupts_held():
        child.start()
    sending.close()
    try:
        while True:
            try:
                word, item = receiving.recv()
            except EOFError:
                raise ReaderDied(
                    "The process that read the file ended without a word. What was acknowledged stands; call again."
                ) from None
            if word == "end":
                return
            if word == "raise":
                raise item
            yield item
    finally:
        receiving.close()
        child.terminate()
        child.join()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C waits for the end of the block: one that falls into a fork is printed by Python and forgotten."""
    if threading.current_thread() is not threading.main_thread():  # the others are not interrupted
        yield
        return
    held: list[tuple[int, FrameType | None]] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: held.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if held and callable(before):
        before(*held[0])


def _produce(make: Callable[[], Iterator[_T]], sending: Connection, receiving: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    receiving.close()
    gc.disable()
    try:
        try:
            for item in make():
                sending.send(("item", item))
        except (DomainError, OSError, MemoryError) as error:
            sending.send(("raise", error))
        else:
            sending.send(("end", None))
    except BrokenPipeError:  # nobody is left to hear it
        pass
    os._exit(0)
