"""A durable engine answers and tells what one in memory does, and comes back as it was left."""

from __future__ import annotations

import ast
import logging
import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from journaled import opened, play_all

import huntgroup as hg
from huntgroup.engine import journal
from huntgroup.journal import Batch, Fenced, MemoryStore, SqliteStore
from huntgroup.journal.records import taken_apart
from huntgroup.testing.compare import assert_same

SECOND = 10**9


def centre(store: Any, **more: Any) -> hg.Engine:
    """One queue, two agents."""
    engine = hg.Engine.open(store, **more)
    if not engine.recovery or not engine.recovery.commands:
        engine.add_queue("sales", wrap_up=30, offer_timeout=20)
        for name in ("alice", "bob"):
            engine.add_agent(name, queues=["sales"], devices=["voice"], signed_in=True, status="Ready")
    return engine


@pytest.mark.parametrize("seed", range(60 if os.environ.get("CI") else 20))
def test_what_was_journaled_is_played_again_to_the_same_state(seed: int) -> None:
    store = MemoryStore()
    durable, plain = play_all(seed, store, 250)
    durable.sync()
    assert_same(plain, durable, range(200))
    if durable._texts == plain._texts:  # a text of a row is kept before the row is refused
        assert durable.digest() == plain.digest()
    again = opened(store)
    assert again.digest() == durable.digest()
    assert again.poll() == []
    again.verify()
    assert_same(durable, again, range(200))
    assert again.recovery is not None
    assert again.recovery.commands == store.next_seq - 1


@pytest.mark.parametrize("seed", range(200, 210))
def test_digests_of_the_state_are_records_and_another_state_is_found_at_one(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "DIGEST_EVERY", 3)
    monkeypatch.setattr(journal, "DIGEST_ROWS", 0.25)
    store = MemoryStore()
    durable, _ = play_all(seed, store, 150)
    durable.sync()
    assert opened(store).digest() == durable.digest()
    digests = [
        (entry, row, document["digest"])
        for entry in store.read(1)
        for row, document in taken_apart(entry.data).documents()
        if "digest" in document
    ]
    assert len(digests) > 5
    entry, row, digest = digests[len(digests) // 2]
    other = MemoryStore()
    for one in store.read(1):
        data = one.data if one != entry else one.data.replace(digest.encode(), digest[::-1].encode())
        other.append(one.seq, Batch(one.count, one.at_ns, data))
    with pytest.raises(hg.CorruptJournal, match=f"record {entry.seq + row} cannot be played: the state is"):
        opened(other)


@pytest.mark.parametrize("driver", ["sqlite3", "apsw"])
def test_an_engine_comes_back_from_its_folder(tmp_path: Path, driver: str) -> None:
    with centre(SqliteStore(tmp_path, driver=driver), seed=5) as engine:
        call = engine.enqueue("sales", ref="call-1", at=SECOND)
        engine.accept(call, at=2 * SECOND)
        digest = engine.digest()
    with hg.Engine.open(tmp_path) as again:
        assert again.digest() == digest
        assert again.interaction(call).ref == "call-1"
        assert again.find("call-1") == [call]
        assert again.poll() == []
        again.end(call, at=3 * SECOND)
        assert again.poll()[0].kind == "ended"


def test_each_command_is_one_group_and_durable_when_it_returns() -> None:
    store = MemoryStore()
    engine = centre(store)
    before = len(list(store.read(1)))
    call = engine.enqueue("sales", at=SECOND)
    engine.accept(call)
    entries = list(store.read(1))
    assert len(entries) == before + 2
    assert opened(store).digest() == engine.digest()


def test_a_group_is_one_commit_and_shows_its_events_at_its_end() -> None:
    store = MemoryStore()
    engine = centre(store)
    engine.poll()
    before = store.next_seq
    with engine.group():
        call = engine.enqueue("sales", at=SECOND)
        engine.accept(call)
        assert store.next_seq == before
        assert engine.poll() == []
        assert engine.interaction(call).state == "Handling", "commands return at once"
        with pytest.raises(hg.HuntgroupError, match="group within a group"), engine.group():
            pass
    assert store.next_seq == before + 2
    assert [event.kind for event in engine.poll()][:2] == ["queued", "offered"]


def test_an_error_in_a_group_leaves_it_committed_as_far_as_it_came() -> None:
    store = MemoryStore()
    engine = centre(store)
    with pytest.raises(hg.UnknownInteraction), engine.group():
        engine.accept(engine.enqueue("sales", at=SECOND) + 50)
    assert opened(store).digest() == engine.digest()
    assert engine.poll()[-1].at_ns == SECOND


def test_a_group_in_memory_is_the_same_without_a_disk() -> None:
    engine = hg.Engine()
    engine.add_queue("sales")
    engine.poll()
    with engine.group():
        engine.enqueue("sales")
        assert engine.poll() == []
    assert [event.kind for event in engine.poll()] == ["queued"]
    engine.sync()
    assert engine.recovery is None


def test_timers_that_fired_are_played_again_also_where_the_command_was_refused() -> None:
    store = MemoryStore()
    engine = centre(store)
    engine.enqueue("sales", at=SECOND)
    with pytest.raises(hg.UnknownInteraction):
        engine.accept(99, at=60 * SECOND)
    assert [event.kind for event in engine.poll()].count("expired") == 2
    assert opened(store).digest() == engine.digest()


def test_time_at_which_nothing_fires_waits_for_the_next_group_or_for_sync() -> None:
    store = MemoryStore()
    engine = centre(store)
    engine.enqueue("sales", at=SECOND)
    before = store.next_seq
    for k in range(3):
        with pytest.raises(hg.UnknownInteraction):
            engine.accept(99, at=2 * SECOND + k)
    assert store.next_seq == before
    engine.sync()
    assert store.next_seq == before + 1
    assert opened(store).digest() == engine.digest()


def test_a_clock_is_the_host_s_and_time_goes_on_where_it_was() -> None:
    now = [1_000 * SECOND]
    store = MemoryStore()
    engine = centre(store, clock=lambda: now[0])
    call = engine.enqueue("sales")
    now[0] += 5 * SECOND
    assert engine.interaction(call).state == "Offered"
    now[0] += 60 * SECOND
    assert engine.poll()[-1].at_ns > 1_019 * SECOND
    digest = engine.digest()
    again = opened(store, clock=lambda: now[0])
    assert again.digest() == digest
    now[0] -= 10 * SECOND
    again.enqueue("sales")
    assert again.now_ns == 1_065 * SECOND


def test_changes_of_the_configuration_are_in_the_same_stream_with_every_kind_of_argument() -> None:
    store = MemoryStore()
    engine = hg.Engine.open(store, start=SECOND)
    engine.add_channel("video", blocks="all", units=50, interruptible_by=(name for name in ["voice"]))
    hours = hg.Hours({"mon": ("09:00", "17:00")}, tz="Europe/Berlin", exceptions={"2026-12-25": None})
    engine.add_queue("sales", hours=hours, relax=[(timedelta(seconds=30), "es >= 2"), (60, None)])
    engine.add_queue("backup", service_level=(20, 0.8), requires="es >= 1 and fr >= 2")
    engine.update_queue("sales", overflow=(120, "backup"))
    engine.add_agents(
        np.array(["a", "b", "c"]),
        skills=np.arange(6, dtype=np.uint8).reshape(3, 2),
        skill_names=("es", "fr"),
        queues=np.array([[0, 1], [1, -1], [0, -1]], np.int32),
        capacity={"voice": 1, "chat": np.array([1, 2, 3])},
        user=np.linspace(0, 1, 6).reshape(3, 2),
        devices={"voice"},
    )
    engine.remove_agent("b")
    handle = engine.requirement("fr >= 3")
    engine.enqueue("backup", requires=handle, user=[1.5, 2.5], at=2 * SECOND)
    again = opened(store)
    assert again.digest() == engine.digest()
    with pytest.raises(hg.UnknownAgent):
        again.agent("b")
    assert again.requirement("fr >= 3") == handle


def test_a_refused_change_of_the_configuration_leaves_no_record_but_the_time() -> None:
    store = MemoryStore()
    engine = centre(store)
    engine.enqueue("sales", at=SECOND)
    before = store.next_seq
    with pytest.raises(hg.ConfigError):
        engine.add_queue("sales")
    with pytest.raises(hg.IllegalTransition):
        engine.remove_queue("sales", at=2 * SECOND)
    with pytest.raises(hg.ConfigError, match="a value that a journal can keep"):
        engine.add_queue("other", group=object())
    engine.sync()
    assert store.next_seq <= before + 1
    assert opened(store).digest() == engine.digest()


def test_what_the_journal_has_wins_and_a_contradiction_names_both() -> None:
    store = MemoryStore()
    hg.Engine.open(store, model="queue_login", seed=7, keep_finished=50)
    assert hg.Engine.open(store).model.name == "queue_login"
    assert hg.Engine.open(store, model="queue_login", seed=7, keep_finished=50).recovery is not None
    for field, value in (("model", "agent_modes"), ("seed", 8), ("keep_finished", 51)):
        with pytest.raises(hg.ConfigError, match="which the journal has") as error:
            hg.Engine.open(store, **{field: value})
        assert error.value.field == field


def test_a_queue_whose_scorer_is_not_given_is_refused_by_the_scorer_s_name() -> None:
    store = MemoryStore()
    nearest = hg.python_scorer(lambda agents, interaction, scores: None, name="nearest")
    engine = hg.Engine.open(store)
    engine.add_queue("field", strategy=nearest)
    with pytest.raises(hg.ConfigError, match="nearest"):
        hg.Engine.open(store)
    assert hg.Engine.open(store, scorers={"nearest": nearest}).digest() == engine.digest()


class Failing(MemoryStore):
    """Fails from some append on."""

    def __init__(self, appends: int) -> None:
        super().__init__()
        self.appends = appends

    def append(self, expected_seq: int, batch: Batch) -> int | Fenced:
        self.appends -= 1
        if self.appends < 0:
            raise hg.JournalFailed("the disk is full")
        return super().append(expected_seq, batch)


def test_after_an_error_of_the_disk_nothing_is_accepted_or_shown_and_reading_goes_on() -> None:
    store = Failing(5)
    engine = centre(store)
    engine.enqueue("sales", at=SECOND)
    shown = engine.poll()
    digest = opened(MemoryStoreOf(store)).digest()
    with pytest.raises(hg.JournalFailed, match="full"):
        engine.enqueue("sales", at=2 * SECOND)
    for refused in (
        lambda: engine.enqueue("sales", at=3 * SECOND),
        lambda: engine.add_queue("other"),
        lambda: engine.advance(9 * SECOND),
        lambda: engine.apply(np.zeros(1, hg.COMMAND_DTYPE)),
        engine.sync,
    ):
        with pytest.raises(hg.JournalFailed, match="full"):
            refused()
    assert store.appends == -1, "nothing is tried twice"
    assert shown
    assert engine.poll() == []
    assert engine.queue("sales").waiting >= 0
    assert opened(MemoryStoreOf(store)).digest() == digest
    engine.close()


class MemoryStoreOf(MemoryStore):
    """Another store with the same content."""

    def __init__(self, other: MemoryStore) -> None:
        super().__init__()
        for entry in other.read(1):
            self.append(entry.seq, Batch(entry.count, entry.at_ns, entry.data))


def test_another_writer_stops_the_engine_at_once() -> None:
    store = MemoryStore()
    engine = centre(store)
    answers = iter([Fenced(9, 12)])
    store.append = lambda expected_seq, batch: next(answers)  # type: ignore[method-assign]
    with pytest.raises(hg.JournalFailed, match="another writer"):
        engine.enqueue("sales", at=SECOND)
    with pytest.raises(hg.JournalFailed, match="another writer"):
        engine.enqueue("sales", at=SECOND)


def test_a_journal_of_another_end_is_found_at_the_group_where_it_begins() -> None:
    store = MemoryStore()
    engine = centre(store)
    for k in range(5):
        engine.enqueue("sales", at=SECOND + k)
    entries = list(store.read(1))
    other = MemoryStore()
    for entry in entries:
        data = bytearray(entry.data)
        if entry is entries[-2]:
            data[20] ^= 1  # a byte of the CRC32C over what was decided in that group
        other.append(entry.seq, Batch(entry.count, entry.at_ns, bytes(data)))
    with pytest.raises(hg.CorruptJournal, match=f"group of record {entries[-2].seq} ends otherwise"):
        opened(other)


def test_after_close_commands_are_refused_and_reading_goes_on(tmp_path: Path) -> None:
    engine = centre(tmp_path)
    engine.close()
    with pytest.raises(hg.JournalFailed, match="closed"):
        engine.enqueue("sales")
    assert engine.queue("sales").waiting == 0
    engine.close()


def test_a_fork_is_in_memory(tmp_path: Path) -> None:
    with centre(tmp_path) as engine:
        fork = engine.fork()
        digest = engine.digest()
        fork.enqueue("sales", at=SECOND)
        assert engine.digest() == digest
    with hg.Engine.open(tmp_path) as again:
        assert again.digest() == digest


def test_reconcile_ends_what_the_connector_lost_and_names_what_it_has_unknown() -> None:
    engine = centre(MemoryStore())
    engine.add_queue("mail", channel="email")
    calls = [engine.enqueue("sales", ref=f"call-{k}", at=SECOND) for k in range(4)]
    number = engine.enqueue("sales", ref=17)
    nameless, mail = engine.enqueue("sales"), engine.enqueue("mail", ref="mail-1")
    back = engine.enqueue("sales", ref="back")
    engine.request_callback(back)
    engine.accept(calls[0])
    unknown = engine.reconcile(["new-2", "call-1", 18, "new-1"])
    assert unknown == ["new-2", 18, "new-1"]
    states = {call: engine.interaction(call).state for call in (*calls, number, nameless, mail, back)}
    assert states[calls[0]] == "Wrap Up"
    assert [states[call] for call in (calls[2], calls[3], number)] == ["Abandoned"] * 3
    assert states[calls[1]] in ("Offered", "Queued")
    assert states[nameless] == states[back] == states[mail] == "Queued"
    with pytest.raises(hg.ConfigError, match="live_refs"):
        engine.reconcile([1.5])  # type: ignore[list-item]
    engine.verify()


def test_every_table_of_names_of_the_engine_is_known_to_the_journal() -> None:
    """A new one has to be thought of: a row may speak of it by its number."""
    made = hg.Engine()
    tables = {
        name for name in dir(made) if name.startswith("_") and type(getattr(made, name)) in (dict, list)
    }
    defined = {"_skill_names", "_requirement_texts", "_relaxations", "_texts", "_actors"}
    follow = {  # these follow from the definitions, from calls, or from rows
        *("_agent_ids", "_agent_index", "_queue_index", "_queue_names", "_skill_index", "_channel_index"),
        *("_channel_names", "_channels", "_group_index", "_group_names", "_status_index", "_status_names"),
        *("_external_index", "_requirement_rows", "_hours", "_open_hours", "_overflow_names", "_refs"),
        *(
            "_scorers",
            "_told_statuses",
            "_text_handles",
            "_actor_rows",
            "_team_index",
            "_team_names",
            "__dict__",
            "__annotations__",
        ),
    }
    assert tables - follow <= defined, tables - follow - defined


def test_bytes_that_were_dropped_are_a_warning_of_the_logger(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    engine = centre(SqliteStore(tmp_path / "centre"))
    shutil.copytree(tmp_path / "centre", tmp_path / "killed")
    engine.close()
    wal = tmp_path / "killed" / "journal.db-wal"
    data = wal.read_bytes()
    wal.write_bytes(data[: len(data) - 1_000])
    with caplog.at_level(logging.WARNING, "huntgroup"), hg.Engine.open(tmp_path / "killed") as again:
        assert again.recovery is not None
        assert again.recovery.dropped_bytes > 1_000
    (record,) = caplog.records
    assert (record.name, record.levelname) == ("huntgroup", "WARNING")
    assert f"{again.recovery.dropped_bytes} bytes were dropped" in record.getMessage()


def test_nothing_that_is_read_back_is_made_by_pickle() -> None:
    package = Path(hg.__file__).parent
    for room in ("journal", "engine"):
        for path in (package / room).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                assert not {name.split(".")[0] for name in names} & {"pickle", "marshal", "shelve"}, path
