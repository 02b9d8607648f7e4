"""`huntgroup top`, driven by keys and read from its screen."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from service.served import Served, token

import huntgroup as hg

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


def left(folder: Path) -> None:
    """A journal in which somebody talks, somebody waits, and one is on a break."""
    with hg.Engine.open(folder) as engine:
        engine.add_queue("sales")
        engine.add_queue("backup")
        for name, status in (("anna", "Ready"), ("ben", "Break")):
            engine.add_agent(
                name, queues=["sales"], devices=["voice"], signed_in=True, status=status, at=10 * 10**9
            )
        engine.accept(engine.enqueue("sales", at=20 * 10**9), at=22 * 10**9)
        engine.enqueue("sales", at=30 * 10**9)
        engine.advance(95 * 10**9)


def head(app: Any) -> str:
    return str(app.query_one("#head").render())


def test_it_shows_a_journal_as_it_was_left_and_writes_nothing(tmp_path: Path) -> None:
    left(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    async def goes() -> None:
        app = Top(tmp_path)
        async with app.run_test(size=(120, 40)) as pilot:
            await until(app, pilot, lambda: len(cells(app, "#agents")) == 2)
            assert "as it was left at 1970-01-01T00:01:35Z" in head(app)
            assert [row[:5] for row in cells(app, "#queues")] == [
                ["sales", "busy", "1", "1:05", "2"],
                ["backup", "absent", "0", "-", "0"],
            ]
            anna, ben = cells(app, "#agents")
            assert (anna[2], anna[3]) == ("1:13", "Handling sales")
            assert ben[1].endswith("Break")
            assert ben[4] == "sales"
            await pilot.pause(1.1)
            assert cells(app, "#agents")[0] == anna, "time stands still there"
            await pilot.press("q")

    asyncio.run(goes())
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_it_shows_a_journal_anew_when_somebody_has_gone_on_with_it(tmp_path: Path) -> None:
    left(tmp_path)

    async def goes() -> None:
        app = Top(tmp_path)
        async with app.run_test(size=(120, 40)) as pilot:
            await until(app, pilot, lambda: len(cells(app, "#agents")) == 2)
            with hg.Engine.open(tmp_path) as engine:
                engine.end(1, at=100 * 10**9)
                await until(app, pilot, lambda: "is open already" in head(app))
                assert "give its service's address" in head(app)
                assert len(cells(app, "#agents")) == 2, "what was known stays"
            await until(app, pilot, lambda: cells(app, "#agents")[0][3] == "Offered sales")
            assert "as it was left at 1970-01-01T00:01:40Z" in head(app)

    asyncio.run(goes())
