"""Journals that earlier versions wrote are played for ever. `python tests/journal/test_kept_journals.py NAME`
writes one of today.

Where a change of yours makes these tests fail: a journal says by numbers what it was decided and checked by.
Decisions that fall otherwise need another RULES (core/python/recording.pyx), another content of a checksum or
of a digest another CHECKED_BY or DIGESTED_BY (core/python/decided.pyx). A kind of event, a field or a column
more needs none.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import huntgroup as hg
from huntgroup.core.python import playing, recording
from huntgroup.core.python.decided import crc_of_decisions
from huntgroup.engine import journal
from huntgroup.journal import Batch, MemoryStore, SqliteStore
from huntgroup.journal.documents import packed
from huntgroup.journal.numbering import Numbering
from huntgroup.journal.records import taken_apart
from huntgroup.layouts import COMMAND_DTYPE, EVENT_DTYPE

KEPT = Path(__file__).parent / "kept"
RECORDS = 21


def write(folder: Path) -> None:
    """A morning of two queues, so small that it can be kept."""
    shutil.rmtree(folder, ignore_errors=True)
    journal.DIGEST_EVERY = 5
    journal.DIGEST_ROWS = 0
    with hg.Engine.open(SqliteStore(folder, driver="sqlite3"), model="queue_login", seed=11) as engine:
        engine.add_queue("sales", relax=[(30, "spanish >= 2")], requires="spanish >= 3", strategy="random")
        engine.add_queue("backup", hours=hg.Hours({"mon": ("09:00", "17:00")}, tz="Europe/Berlin"))
        for name in ("alice", "bob", "carol"):
            engine.add_agent(name, queues=["sales"], skills={"spanish": 3}, devices=["voice"], signed_in=True)
            engine.queue_login(name, "sales")
        engine.enqueue("sales", ref="call-1", at=10**9)
        with engine.group():
            engine.enqueue("sales", ref=17, priority=5, at=2 * 10**9)
            engine.enqueue("sales", requires="spanish >= 4", relax=[(5, None)])
        engine.accept(1, at=2 * 10**9 + 1)
        engine.abandon(2, at=3 * 10**9)
        engine.end(1, at=4 * 10**9)
        engine.advance(40 * 10**9)
        engine.enqueue("sales", ref="call-4")
        engine.snapshot(folder / "state")
    (folder / "lock").unlink()


def kept(name: str, folder: Path) -> MemoryStore:
    """The groups of a kept journal."""
    shutil.copytree(KEPT / name, folder)
    store = SqliteStore(folder)
    made = MemoryStore()
    for entry in store.read(1):
        made.append(entry.seq, Batch(entry.count, entry.at_ns, entry.data))
    store.close()
    return made


names = pytest.mark.parametrize("name", sorted(path.name for path in KEPT.iterdir()))


@names
def test_a_kept_journal_is_played_to_the_state_that_it_had(name: str, tmp_path: Path) -> None:
    shutil.copytree(KEPT / name, tmp_path / name)
    with hg.Engine.open(tmp_path / name, model="queue_login", seed=11) as engine:
        engine.verify()
        assert engine.recovery is not None
        assert engine.recovery.commands == RECORDS
        assert engine.now_ns == 40 * 10**9
        assert [engine.interaction(k).state for k in (1, 2, 3, 4)] == [
            *("Completed", "Abandoned", "Offered", "Offered")
        ]
        assert [engine.interaction(k).agent for k in (1, 3)] == ["alice", "carol"]
        assert engine.find("call-4") == [4]
        assert engine.interaction(2).ref == 17
        assert engine.queue("backup").presence == "closed"
        assert engine.enqueue("sales") == 5


@names
def test_a_kept_snapshot_is_read_to_the_state_that_it_had(name: str, tmp_path: Path) -> None:
    engine = hg.Engine.restore(KEPT / name / "state")
    engine.verify()
    shutil.copytree(KEPT / name, tmp_path / name)
    with hg.Engine.open(tmp_path / name) as played:
        assert engine.digest() == played.digest()
        assert engine.enqueue("sales") == played.enqueue("sales") == 5
        assert engine.digest() == played.digest()


def later(monkeypatch: pytest.MonkeyPatch, change: Callable[[np.ndarray[Any, Any]], Any]) -> None:
    """Makes what a replay hears of events what `change` makes of them: as a later version might tell them."""

    def drained(engine: Any, crc: int, heard: list[bytes] | None = None) -> int:
        events = engine._events()
        engine._forget_events(events)
        return crc_of_decisions(change(events), crc)

    for module in (playing, journal):
        monkeypatch.setattr(module, "drained", drained)


@names
def test_it_is_played_by_a_version_that_tells_a_kind_of_event_more(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, heard = kept(name, tmp_path / name), []

    def told_more(events: np.ndarray[Any, Any]) -> Any:
        more = np.zeros(2 * len(events), EVENT_DTYPE)
        more[::2], more[1::2] = events, events
        more["kind"][1::2] = 999
        more["seq"] = np.arange(len(more)) + 2 * len(heard)
        more["text"][::2], more["by"][::2], more["value"][::2] = 77, -77, 777
        heard.extend(events)
        return more

    later(monkeypatch, told_more)
    hg.Engine.open(store).verify()
    assert heard


@names
def test_another_decision_is_found_at_the_group_where_it_begins(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = kept(name, tmp_path / name)
    first = next(
        entry.seq
        for entry in store.read(1)
        if 14 in taken_apart(entry.data).rows["command"]  # the first that enters is offered
    )

    def other_agent(events: np.ndarray[Any, Any]) -> Any:
        other = events.copy()
        other["agent"][other["kind"] == hg.EventKind.OFFERED] ^= 1
        return other

    later(monkeypatch, other_agent)
    with pytest.raises(hg.CorruptJournal, match=f"group of record {first} ends otherwise"):
        hg.Engine.open(store)


@names
def test_another_seed_decides_otherwise_and_is_found(name: str, tmp_path: Path) -> None:
    made, other = kept(name, tmp_path / name), MemoryStore()
    for entry in made.read(1):
        data = entry.data
        if entry.seq == 1:
            assert b'"seed":11' in data
            data = data.replace(b'"seed":11', b'"seed":12')
        other.append(entry.seq, Batch(entry.count, entry.at_ns, data))
    with pytest.raises(hg.CorruptJournal, match="ends otherwise"):
        hg.Engine.open(other)


@names
def test_a_digest_or_checksum_of_another_definition_is_not_compared(name: str, tmp_path: Path) -> None:
    made = kept(name, tmp_path / name)

    def opened(digest: bytes, checked_by: int) -> None:
        other = MemoryStore()
        for entry in made.read(1):
            data = bytearray(entry.data.replace(b'"by":1}', digest))
            data[1] = checked_by
            data[20] ^= checked_by != 1
            other.append(entry.seq, Batch(entry.count, entry.at_ns, bytes(data)))
        hg.Engine.open(other)

    opened(b'"by":1}', 1)
    opened(b'"by":2}', 2)
    wrong = MemoryStore()
    for entry in made.read(1):
        at = entry.data.find(b'"digest":"')
        data = bytearray(entry.data)
        if at >= 0:
            data[at + 12] ^= 1
        wrong.append(entry.seq, Batch(entry.count, entry.at_ns, bytes(data)))
    with pytest.raises(hg.CorruptJournal, match="the state is another one"):
        hg.Engine.open(wrong)


@names
def test_records_of_other_rules_are_not_played_by_guess(name: str, tmp_path: Path) -> None:
    made, other = kept(name, tmp_path / name), MemoryStore()
    for entry in made.read(1):
        data = bytearray(entry.data)
        if entry.seq == 4:
            data[24] = recording.RULES + 1
        other.append(entry.seq, Batch(entry.count, entry.at_ns, bytes(data)))
    with pytest.raises(hg.CorruptJournal, match=f"record 4 .* rules {recording.RULES + 1}"):
        hg.Engine.open(other)


@names
def test_a_version_that_lays_out_and_numbers_anew_plays_it_and_goes_on(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another version wrote: rows with a field less, a field of its own, other numbers of codes."""
    today = Numbering.of_today()
    fields = [(field, COMMAND_DTYPE[field].str) for field in COMMAND_DTYPE.names or () if field != "pad2"]
    layout = np.dtype([*fields, ("forgotten", "<i8")])
    commands = {known: number + 3 for known, number in today.commands.items()}
    results = {known: number and number + 1 for known, number in today.results.items()}
    numbering = Numbering(layout, commands, results)
    made, other = kept(name, tmp_path / name), MemoryStore()
    for entry in made.read(1):
        other.append(entry.seq, Batch(entry.count, entry.at_ns, renumbered(entry.data, numbering)))
    with hg.Engine.open(other) as engine:
        digest = engine.digest()
        assert hg.Engine.open(made).digest() == digest
        engine.enqueue("sales")
        digest = engine.digest()
    assert hg.Engine.open(other).digest() == digest


def renumbered(data: bytes, numbering: Numbering) -> bytes:
    """A group as a version with this numbering would have written it."""
    found = taken_apart(data)
    rows = np.zeros(len(found.rows), numbering.layout)
    for field in found.rows.dtype.names or ():
        if field in (numbering.layout.names or ()):
            rows[field] = found.rows[field]
    by_number = {number: known for known, number in Numbering.of_today().commands.items()}
    texts = found.texts
    for k, code in enumerate(found.rows["command"].tolist()):
        if code != recording.TEXT_CODE:
            rows["command"][k] = numbering.commands[by_number[code]]
            continue
        document, side = found.document(k)
        if "begin" in document:
            document["begin"].update(numbering.plain())
            packed_anew = packed(document, [side])
            rows["list_start"][k], rows["list_count"][k] = len(texts), len(packed_anew)
            texts += packed_anew
    header = list(recording.HEADER.unpack_from(data))
    header[2], header[6] = numbering.layout.itemsize, len(texts)
    beside = found.numbers.tobytes() + found.values.tobytes()
    return recording.HEADER.pack(*header) + rows.tobytes() + beside + texts


if __name__ == "__main__":
    write(KEPT / sys.argv[1])
