"""The examples of docs/ROUTER.md run as they stand there."""

from __future__ import annotations

import asyncio
import io
import re
import time
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import huntgroup as hg

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "ROUTER.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def test_the_first_example_shows_a_queue() -> None:
    told = io.StringIO()
    with redirect_stdout(told):
        exec(compile(EXAMPLES[0], "ROUTER.md", "exec"), {"__name__": "page"})
    assert "'name': 'sales'" in told.getvalue()


def test_the_example_of_sessions_queues_once() -> None:
    engine = hg.Engine(clock=time.time_ns)
    engine.add_queue("sales")
    names: dict[str, Any] = {}
    exec(compile(EXAMPLES[1], "ROUTER.md", "exec"), names)

    async def main() -> int:
        async with hg.live(engine) as router:
            call: int = await names["queued_once"](router)
            return call

    assert asyncio.run(main()) == 1
    assert len(engine.waiting("sales")) == 1
