"""While a snapshot is written and checked commands go on: each part of it lets others run."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from meanwhile import others_run, ticking

import huntgroup as hg
from huntgroup.core.python import state_tables
from huntgroup.core.python.digesting import feed
from huntgroup.engine import pieces
from huntgroup.engine.snapshots import Reader, restored, taken
from huntgroup.journal import Batch, Snapshot, SqliteStore
from huntgroup.journal.drivers import connect

AGENTS = 6_000


@pytest.fixture(scope="module")
def centre() -> Any:
    engine = hg.Engine("agent_modes")
    for k in range(20):
        engine.add_queue(f"queue{k}")
    engine.add_agents(
        [f"agent{k}" for k in range(AGENTS)],
        queues=(np.arange(AGENTS)[:, None] + np.arange(3)).astype(np.int32) % 20,
        devices=["voice"],
        signed_in=True,
        status="Ready",
    )
    for k in range(3_000):
        engine.enqueue(k % 20, ref=f"call-{k}")
    return engine


def written(engine: Any) -> Any:
    return taken(engine.fork(), {"seq": 0, "at_ns": 0})


def no_scorer(name: str) -> Any:
    raise KeyError(name)


PARTS: dict[str, Callable[[Any, Any], object]] = {
    "copying": lambda engine, data: engine.fork(),
    "taking out the rows": lambda engine, data: state_tables.dump(engine.fork()),
    "writing": lambda engine, data: written(engine),
    "reading": lambda engine, data: Reader(data, "here"),
    "restoring": lambda engine, data: restored(hg.Engine, Reader(data, "here"), no_scorer),
    "the names of a digest": lambda engine, data: list(pieces.in_order(engine._agent_index)),
    "the numbers of a digest": lambda engine, data: feed(engine, len),
    "a digest": lambda engine, data: engine.digest(),
    "letting go": lambda engine, data: pieces.let_go(engine.fork()),
}


@pytest.mark.parametrize("part", PARTS)
def test_others_run_during_each_part_of_a_snapshot(centre: Any, part: str) -> None:
    data = written(centre)
    with ticking() as ticker:
        assert others_run(ticker, lambda: PARTS[part](centre, data))


def test_what_holds_the_interpreter_is_found() -> None:
    """The control: one long call of C code that never lets go."""
    names = [f"agent{k}" for k in range(5_000)]
    with ticking() as ticker:
        assert not others_run(ticker, lambda: json.dumps(names), 50)


def test_long_work_gives_way_after_each_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    paused: list[float] = []
    monkeypatch.setattr(pieces, "sleep", paused.append)
    monkeypatch.setattr(pieces, "active_count", lambda: 2)
    assert [len(piece) for piece in pieces.pieces(range(5 * pieces.PIECE + 1))] == [pieces.PIECE] * 5 + [1]
    assert paused == [pieces.PAUSE] * 5
    monkeypatch.setattr(pieces, "active_count", lambda: 1)
    pieces.give_way()
    assert len(paused) == 5


@pytest.mark.parametrize("count", [0, 1, pieces.PIECE, 3 * pieces.PIECE + 7])
def test_keys_are_in_order_however_many(count: int) -> None:
    drawn = np.random.default_rng(count).permutation(count).tolist()
    letters = "aZ\u00e9\u4e2d\U0001f600"
    named = {f"{letters[k % 5]}{k % 97}{letters[k % 3]}{k}": k for k in drawn}
    numbered = {k * 10**12: str(k) for k in drawn}
    assert [one for piece in pieces.in_order(named) for one in piece] == sorted(named.items())
    assert [one for piece in pieces.in_order(numbered) for one in piece] == sorted(numbered.items())


def test_json_in_pieces_is_json() -> None:
    plain: dict[str, Any] = {"b": [[1, "\u00e9"], ["x", None]], "a": {"z": 1, "y": [True]}, "c": [], "d": [3]}
    parts = iter([[], plain["b"][:1], [], plain["b"][1:]])
    given: dict[str, Any] = {**plain, "b": parts, "c": iter([[], []])}
    assert b"".join(pieces.json_pieces(given)) == json.dumps(plain, sort_keys=True).encode()
    assert b"".join(pieces.json_pieces({"only": 1})) == b'{"only": 1}'


class Watched:
    """A connection that starts an append while the first piece of a snapshot is being written."""

    def __init__(self, path: str, driver: str) -> None:
        self.inner, self.ran, self.store = connect(path, driver), list[str](), None
        self.appender: threading.Thread | None = None

    def run(self, sql: str, values: Any = ()) -> Any:
        self.ran.append(sql)
        if sql.startswith("INSERT INTO pieces") and self.appender is None:
            store: Any = self.store
            late = (store.next_seq, Batch(1, 0, b"late"))
            self.appender = threading.Thread(target=store.append, args=late)
            self.appender.start()
            while store._no_append.is_set():
                pass
        return self.inner.run(sql, values)

    def close(self) -> None:
        self.inner.close()

    def abandon(self) -> None:
        self.inner.abandon()


@pytest.mark.parametrize("driver", ["sqlite3", "apsw"])
def test_an_append_goes_before_the_next_piece_of_a_snapshot(tmp_path: Path, driver: str) -> None:
    watched: list[Watched] = []

    def connected(path: str) -> Watched:
        watched.append(Watched(path, driver))
        return watched[-1]

    store = SqliteStore(tmp_path, connect=connected)
    found = watched[-1]
    found.store = store
    store.append(1, Batch(1, 0, b"first"))
    seq = store.next_seq
    store.put_snapshot(Snapshot(seq, 0, bytes(10 * 2**18)))
    assert found.appender is not None
    found.appender.join()
    of_interest = [sql for sql in found.ran if sql.startswith(("INSERT INTO pieces", "INSERT INTO log"))]
    assert [sql.split()[2] for sql in of_interest[:4]] == ["log", "pieces", "log", "pieces"]
    assert of_interest.count(of_interest[1]) == 10
    assert [entry.data for entry in store.read(1)] == [b"first", b"late"]
    snapshot = store.get_snapshot()
    assert snapshot is not None
    assert (snapshot.seq, bytes(snapshot.data)) == (seq, bytes(10 * 2**18))
    store.close()
