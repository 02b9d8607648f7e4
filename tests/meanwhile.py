"""Checks whether other threads run during some work: not how soon, only whether they can."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

AGAIN = 500


class Ticker(threading.Thread):
    """Counts for as long as it gets the interpreter."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.count, self.ended = 0, False

    def run(self) -> None:
        while not self.ended:
            self.count += 1
            time.sleep(0)


@contextmanager
def ticking() -> Iterator[Ticker]:
    """A ticker. Within this context no thread is asked to let another one run: the ticker counts only while a
    thread lets go of the interpreter by itself."""
    before = sys.getswitchinterval()
    ticker = Ticker()
    sys.setswitchinterval(1_000)
    try:
        ticker.start()
        yield ticker
    finally:
        ticker.ended = True
        sys.setswitchinterval(before)
        ticker.join()


def others_run(ticker: Ticker, work: Callable[[], object], again: int = AGAIN) -> bool:
    """Whether the ticker counts during this work. On a busy machine it may miss its turns, so the work is
    tried so many times; if no turn is offered, it never counts."""
    for _ in range(again):
        before = ticker.count
        work()
        if ticker.count > before:
            return True
    return False
