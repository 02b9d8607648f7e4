"""`huntgroup top`, driven by keys and read from its screen."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from service.served import Served, token

textual = pytest.importorskip("textual")

from huntgroup.tui.app import Top  # noqa: E402


def cells(app: Any, name: str) -> list[list[str]]:
    table = app.query_one(name, textual.widgets.DataTable)
    return [[str(cell) for cell in table.get_row_at(place)] for place in range(table.row_count)]


async def until(app: Any, pilot: Any, holds: Any) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, (cells(app, "#queues"), cells(app, "#agents"))
        await pilot.pause(0.05)
        app.draw()


def test_it_shows_a_centre_and_finds_and_sorts(served: Served) -> None:
    async def goes() -> None:
        app = Top(f"http://{served.address}")
        async with app.run_test(size=(120, 40)) as pilot:
            await until(app, pilot, lambda: len(cells(app, "#agents")) == 3)
            assert [row[0] for row in cells(app, "#queues")] == ["sales", "backup", "night"]
            assert cells(app, "#queues")[2][1] == "closed"
            assert "connected" in str(app.query_one("#head").render())

            call = await asyncio.to_thread(served.done, "enqueue", queue="sales")
            await until(app, pilot, lambda: cells(app, "#agents")[0][3] == "Offered sales")
            await asyncio.to_thread(served.done, "accept", interaction=call)
            await until(app, pilot, lambda: "Busy" in cells(app, "#agents")[0][1])
            await asyncio.to_thread(served.done, "end", interaction=call)
            await until(app, pilot, lambda: cells(app, "#agents")[0][3] == "Wrap Up")

            await pilot.press("slash", *"ben")
            assert [row[0] for row in cells(app, "#agents")] == ["ben"]
            await pilot.press("escape")
            assert len(cells(app, "#agents")) == 3
            await pilot.press("s")
            assert app.order == "status"
            statuses = [row[1] for row in cells(app, "#agents")]
            assert statuses == sorted(statuses)
            await pilot.press("q")

    asyncio.run(goes())


def test_it_says_why_it_has_no_service(guarded: Served) -> None:
    async def goes() -> None:
        app = Top(guarded.address and f"http://{guarded.address}", "wrong")
        async with app.run_test() as pilot:
            await until(app, pilot, lambda: "token is not valid" in str(app.query_one("#head").render()))
        app = Top(f"http://{guarded.address}", token("sam"))
        async with app.run_test() as pilot:
            await until(app, pilot, lambda: len(cells(app, "#agents")) == 3)

    asyncio.run(goes())
