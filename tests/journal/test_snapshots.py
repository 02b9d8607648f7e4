"""A snapshot is the state: what is made of it is as the original is, and goes the same way from there on."""

from __future__ import annotations

import os
import re
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from journaled import both, opened, play_all

import huntgroup as hg
from huntgroup.core.python import state_tables
from huntgroup.engine import keeping, snapshots
from huntgroup.engine.snapshots import Reader, restored, taken
from huntgroup.journal import MemoryStore, SqliteStore
from huntgroup.testing.compare import assert_same
from huntgroup.testing.forks import run_forks
from huntgroup.testing.play import play
from huntgroup.testing.scorers import scorers
from huntgroup.testing.workload import Workload

SECOND = 10**9
SOURCE = Path(__file__).parents[2] / "src" / "huntgroup" / "core" / "state" / "centre.pxd"


def bytes_of(engine: hg.Engine) -> bytes:
    """A snapshot of the engine, which goes on."""
    return taken(hg.Engine.fork(engine), {"seq": 0, "at_ns": 0}).tobytes()


def through_bytes(engine: hg.Engine, **more: Any) -> hg.Engine:
    """The engine as a snapshot of it brings it back."""
    known = {made.name: made for made in (*scorers(), *engine._scorers)}
    return restored(hg.Engine, Reader(bytes_of(engine), "a snapshot"), known.__getitem__, **more)


class Restoring(hg.Engine):
    """An engine whose forks have been written down and read back."""

    def fork(self) -> Any:
        made = through_bytes(self)
        made.__class__ = type(self)
        return made


@pytest.mark.parametrize("seed", range(4_000, 4_040 if os.environ.get("CI") else 4_012))
def test_what_is_read_back_goes_the_way_of_its_original(seed: int) -> None:
    assert run_forks(seed, 250, Restoring) > 3


@pytest.mark.parametrize("seed", range(40 if os.environ.get("CI") else 10))
def test_half_a_run_a_snapshot_and_the_other_half_on_both(seed: int) -> None:
    workload = Workload(seed + 8_000)
    engine = hg.Engine(**workload.settings)
    for _ in range(250):
        command = workload.next()
        assert play(engine, command) == play(workload.reference, command)
    engine.poll()
    data = bytes_of(engine)
    assert bytes_of(engine) == data, "an engine is written to the same bytes each time"
    assert bytes_of(through_bytes(engine)) == bytes_of(through_bytes(engine))
    second = through_bytes(engine)
    assert second.digest() == engine.digest()
    second.verify()
    assert_same(engine, second, range(200))
    for _ in range(250):
        command = workload.next()
        both(second, engine, command, play(workload.reference, command))
        assert [str(event) for event in second.poll()] == [str(event) for event in engine.poll()]
    assert second.digest() == engine.digest()
    assert_same(engine, second, range(200))
    second.verify()


def test_every_field_of_the_centre_is_written_made_again_or_of_a_step() -> None:
    """A new one has to be thought of: it would be lost."""
    body = SOURCE.read_text().split("ctypedef struct Centre:")[1].split("\n\n\n")[0]
    fields = re.findall(r"^    (?:const )?(\w+) \*?(\w+)(\[\d+\])?", body, re.MULTILINE)
    tables = {name for kind, name, _ in fields if kind == "Table"}
    assert tables == {*state_tables.WRITTEN, *state_tables.MADE_AGAIN, *state_tables.OF_A_STEP, "events"}
    others = {name for kind, name, _ in fields if kind != "Table"}
    beside = {
        "finished",
        "agent_channels",
        "skills",
        "status_time",
        "group_buckets",
        "group_bucket_count",
        "total",
    }
    follows = {
        *("given_ids", "ids", "wheel", "signatures", "signature_words", "text_count", "conditions", "policy"),
        "entered_key",
        *("statuses", "status_count", "outcomes", "goes_to", "listed", "agent_capacity"),
        *(
            "channel_width",
            "skill_count",
            "skill_width",
            "status_width",
            "sharers",
            "blocked_by",
            "blocking",
            "wrap_blocking",
            "interrupts",
        ),
        "wrap_blocked_by",
    }
    of_a_step = {
        *("judge_only", "live", "failed", "keep_events", "next_profile", "freed", "groups_dirty", "nobody"),
        *("by", "out_interaction", "refused_agent", "refused_channel", "list", "list_count", "user_in"),
        "user_count",
        "unsettled",
    }
    known = {*state_tables.SCALARS, *state_tables.BY_CHANNEL, *beside, *follows, *of_a_step}
    assert others == known, others ^ known


def centre(store: Any, **more: Any) -> hg.Engine:
    engine = hg.Engine.open(store, **more)
    if not engine.queues():
        engine.add_queue("sales", wrap_up=30, offer_timeout=20, strategy="random")
        for name in ("alice", "bob"):
            engine.add_agent(name, queues=["sales"], devices=["voice"], signed_in=True, status="Ready")
    return engine


@pytest.mark.parametrize("driver", ["sqlite3", "apsw"])
def test_a_journal_goes_on_from_its_newest_snapshot(tmp_path: Path, driver: str) -> None:
    folder = tmp_path / "centre"
    with centre(SqliteStore(folder, driver=driver), seed=5) as engine:
        for round_ in range(4):
            for k in range(5):
                engine.enqueue("sales", ref=f"call-{round_}-{k}", at=(round_ * 10 + k) * SECOND)
            engine.snapshot()
            engine.enqueue("sales")
        store = engine._journal.store  # type: ignore[union-attr]
        assert len(store.snapshots()) == 2
        assert next(iter(store.read(1))).seq == store.snapshots()[0], "what is older has gone"
        digest, seq = engine.digest(), store.snapshots()[1]
    with hg.Engine.open(folder, seed=5, model="agent_modes") as again:
        assert again.recovery is not None
        assert (again.recovery.snapshot, again.recovery.groups) == (seq, 1)
        assert again.digest() == digest
        assert again.find("call-3-4") == [23]
        again.verify()
        with pytest.raises(hg.ConfigError, match="which the journal has"):
            again._contradicted(again._journal, hg.PresenceModel.load("queue_login"), 0, None)  # type: ignore


@pytest.mark.parametrize("seed", range(4_100, 4_112 if os.environ.get("CI") else 4_104))
def test_snapshots_are_taken_on_the_way_and_the_generator_s_centre_comes_back(seed: int) -> None:
    store = MemoryStore()
    durable, _ = play_all(seed, store, 300, snapshot_every=40)
    keeper = durable._keeper
    assert keeper is not None
    keeper.finished()
    durable.snapshot()
    durable.sync()
    assert len(store.snapshots()) == 2
    again = opened(store)
    assert again.digest() == durable.digest()
    assert again.recovery is not None
    assert again.recovery.snapshot is not None
    again.verify()


def test_commands_go_on_while_a_snapshot_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, going = keeping.taken, []

    def slowly(fork: hg.Engine, about: Any) -> Any:
        time.sleep(0.3)
        return real(fork, about)

    monkeypatch.setattr(keeping, "taken", slowly)
    with centre(tmp_path / "centre") as engine:
        engine.snapshot(wait=False)
        while engine._keeper.busy:  # type: ignore[union-attr]
            if len(going) < 200:  # fewer than the groups after which a digest is a record of its own
                going.append(engine.enqueue("sales"))
        engine._keeper.finished()  # type: ignore[union-attr]
        digest = engine.digest()
    assert len(going) > 5
    with hg.Engine.open(tmp_path / "centre") as again:
        assert again.digest() == digest
        assert again.recovery is not None
        assert (again.recovery.snapshot, again.recovery.commands) == (5, len(going))


def test_a_log_that_comes_to_another_state_is_not_trimmed() -> None:
    """The negative control of the check: a state that no record tells of."""
    store = MemoryStore()
    engine = centre(store)
    engine.snapshot()
    engine.enqueue("sales", at=SECOND)
    hg.Engine._refs.__get__(engine)[1] = "another"
    with pytest.raises(hg.CorruptJournal, match="does not come to the state"):
        engine.snapshot()
    assert store.snapshots() == [5]
    engine.enqueue("sales")


def test_a_snapshot_in_a_file_is_an_engine_in_memory(tmp_path: Path) -> None:
    engine = hg.Engine(model="duty_profiles", seed=9, start=SECOND)
    engine.add_queue("sales", hours=hg.Hours({"mon": ("09:00", "17:00")}, tz="Europe/Berlin"))
    engine.enqueue("sales", ref="a") if engine.queue("sales").presence != "closed" else None
    engine.snapshot(tmp_path / "state")
    again = hg.Engine.restore(tmp_path / "state")
    assert again.digest() == engine.digest()
    assert again.queue("sales").presence == engine.queue("sales").presence
    assert [file.name for file in tmp_path.iterdir()] == ["state"]
    for what, message in ((b"something else", "no snapshot"), (b"", "no snapshot")):
        (tmp_path / "other").write_bytes(what)
        with pytest.raises(hg.CorruptJournal, match=message):
            hg.Engine.restore(tmp_path / "other")
    with pytest.raises(hg.ConfigError, match="path"):
        hg.Engine.restore(tmp_path / "nothing")
    with pytest.raises(hg.ConfigError, match="path"):
        engine.snapshot(tmp_path / "no" / "folder")
    with pytest.raises(hg.ConfigError, match="without a journal"):
        engine.snapshot()


def test_a_snapshot_within_a_group_is_refused() -> None:
    engine = centre(MemoryStore())
    with pytest.raises(hg.HuntgroupError, match="within a group"), engine.group():
        engine.snapshot()


def test_sessions_and_their_answers_are_part_of_it() -> None:
    engine = centre(MemoryStore())
    from huntgroup.engine.sessions import Answer

    engine._note_answer(("me", "one"), 1, Answer(7, None, 3, 5))
    engine._note_answer(("me", "two"), 4, Answer(None, hg.UnknownAgent("no agent 'x'"), 5, 5))
    again = through_bytes(engine)
    assert again.digest() == engine.digest()
    found = again._sessions.find("me", "two")
    assert found is not None
    assert isinstance(found.answers[4].error, hg.UnknownAgent)


def test_a_damaged_snapshot_is_passed_over_and_said(tmp_path: Path) -> None:
    folder = tmp_path / "centre"
    with centre(SqliteStore(folder, driver="sqlite3")) as engine:
        for _ in range(2):
            engine.enqueue("sales")
            engine.snapshot()
        engine.enqueue("sales")
        first, second = engine._journal.store.snapshots()  # type: ignore[union-attr]
        digest = engine.digest()
    import sqlite3

    for name, damaged, used in (("one", [second], first), ("both", [first, second], None)):
        shutil.copytree(folder, tmp_path / name)
        with sqlite3.connect(tmp_path / name / "journal.db", isolation_level=None) as db:
            for seq in damaged:
                db.execute("UPDATE pieces SET data = zeroblob(length(data)) WHERE seq = ?", (seq,))
        db.close()
        if used is None:
            with pytest.raises(hg.CorruptJournal, match="no snapshot is whole"):
                hg.Engine.open(tmp_path / name)
            continue
        with hg.Engine.open(tmp_path / name) as again:
            assert again.digest() == digest
            assert again.recovery is not None
            assert again.recovery.snapshot == used
            assert "snapshot" in again.recovery.reasons[0]


def small() -> tuple[bytes, str]:
    engine = centre(MemoryStore(), keep_finished=3)
    for k in range(3):
        engine.enqueue("sales", ref=f"call-{k}", at=k * SECOND)
    return taken(
        engine.fork(), {"seq": 1, "at_ns": 0, "numbering": {}, "begun": {}}
    ).tobytes(), engine.digest()


def test_every_byte_of_a_snapshot_flipped_or_cut_is_a_clear_error() -> None:
    data, digest = small()
    assert restored(hg.Engine, Reader(data, "it"), {}.__getitem__).digest() == digest
    step = 1 if os.environ.get("CI") else 17
    tried = 0
    for k in range(0, len(data), step):
        wrong = bytearray(data)
        wrong[k] ^= 1 + k % 255
        for other in (bytes(wrong), data[:k]):
            with pytest.raises(hg.CorruptJournal):
                Reader(other, "it")
            tried += 1
    print(f"damage of a snapshot: tried {tried:,}, survived 0, refused {tried:,}, silent 0")


def test_a_snapshot_whose_checksum_was_made_to_fit_is_an_error_or_a_state() -> None:
    """Nothing but an error: what lies in it is checked before it is used."""
    import struct

    from huntgroup.core.python.checksums import crc32c

    data, _ = small()
    step = 3 if os.environ.get("CI") else 41
    refused = 0
    for k in range(32, len(data), step):
        for value in (0xFF, 0x7F, 1):
            wrong = bytearray(data)
            wrong[k] ^= value
            wrong[12:16] = struct.pack("<I", crc32c(wrong[16:]))
            try:
                engine = restored(hg.Engine, Reader(bytes(wrong), "it"), {}.__getitem__)
                engine.digest()
                engine.queues()
            except hg.HuntgroupError:
                refused += 1
    assert refused > 100


def test_rows_of_another_layout_are_read_by_the_names_of_their_fields(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As another version lays them out: a field more, in another order, wider rows."""
    engine = centre(MemoryStore())
    for k in range(3):
        engine.enqueue("sales", ref=f"call-{k}", at=k * SECOND)
    real = snapshots.dump

    def other(fork: hg.Engine) -> Any:
        numbers, rows, free = real(fork)
        for name in ("queues", "memberships", "agents"):
            names = list(rows[name].dtype.names)[::-1]
            layout = np.dtype(
                [("other", "<i4"), *((field, rows[name].dtype[field]) for field in names)], align=True
            )
            made = np.zeros(len(rows[name]), layout)
            for field in names:
                made[field] = rows[name][field]
            rows[name] = made
        return numbers, rows, free

    monkeypatch.setattr(snapshots, "dump", other)
    again = through_bytes(engine)
    assert again.digest() == engine.digest()
    again.verify()
