"""A progress bar on stderr, only where stderr is a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Tell = Callable[[int, int], None]
EVERY_S = 0.05
"""The bar is drawn no more often, however often it is told."""


@contextmanager
def progress_bar(title: str, *, wanted: bool = True) -> Iterator[Tell | None]:
    """Yields a function (done, of) to call now and then, or None where nobody watches."""
    if not wanted or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        line = bar.add_task(title, total=None)
        shown = 0.0

        def tell(done: int, of: int) -> None:
            nonlocal shown
            now = time.monotonic()
            if now - shown >= EVERY_S or done >= of:
                shown = now
                bar.update(line, completed=done, total=of)

        yield tell
