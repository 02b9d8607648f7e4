"""The public face of the compiled engine: building, reading, copying, and the ways in that must agree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import huntgroup as hg

SECOND = 1_000_000_000


def centre(**kwargs: Any) -> hg.Engine:
    """Two queues, an agent who is ready in both, and one who is signed out."""
    engine = hg.Engine(**kwargs)
    engine.add_queue("sales", requires="spanish >= 3", wrap_up=30, group="emea")
    engine.add_queue("backup", group="emea")
    engine.add_queue("lines", channel="chat", group="apac")
    engine.add_agent(
        "alice",
        skills={"spanish": 4},
        capacity={"voice": 1, "chat": 4},
        queues=["sales", "backup", "lines"],
        devices=["voice"],
        signed_in=True,
        status="Ready",
    )
    engine.add_agent("bob", queues=["backup"], role="supervisor")
    engine.verify()
    return engine


def blank_rows(count: int) -> Any:
    rows = np.full(count, -1, np.int8).astype(hg.COMMAND_DTYPE)
    for field in ("priority", "flag", "list_count"):
        rows[field] = 0
    return rows


# --- building ---------------------------------------------------------------------------------------------


def test_the_example_of_the_documentation_builds() -> None:
    engine = hg.Engine(model="agent_modes", seed=0)
    engine.add_channel("video", blocks="all", needs_device=True, units=50)
    engine.add_channel("task", capability="email", interruptible_by=["voice"])
    engine.add_queue(
        "sales", channel="voice", strategy="longest_idle", requires="spanish >= 3",
        offer_timeout=20, wrap_up=30, ask_again_after=10, preferred_wait=30, max_misses=None,
        callback_attempts=3, callback_retry=300,
        hours=hg.Hours({"thu": ("00:00", "17:00")}, tz="UTC", exceptions={"2026-12-25": None}),
        relax=[(30, "spanish >= 2"), (60, None)], overflow=(120, "backup"), max_waiting=500, max_wait=1800,
        seconds_per_priority=60, group="emea", service_level=(20, 0.80),
    )  # fmt: skip
    engine.add_queue("backup")
    engine.add_agent(
        "alice", skills={"spanish": 4}, capacity={"voice": 1, "chat": 4}, queues=["sales", "backup"],
        role="agent", units=100, devices=["voice"], signed_in=True, status="Ready",
    )  # fmt: skip
    engine.set_skill("alice", "billing", 5)
    engine.join("alice", "sales", tier=1, rank=1, delay=0)
    engine.set_capacity("alice", "chat", 6)
    engine.update_queue("sales", wrap_up=15)
    call = engine.enqueue("sales")
    assert engine.interaction(call).agent == "alice"
    engine.accept(call)
    engine.end(call)
    engine.finish_wrap_up(call)
    engine.leave("alice", "sales")
    engine.remove_queue("sales")
    engine.remove_agent("alice")
    engine.verify()


def test_every_adding_method_returns_the_index() -> None:
    engine = hg.Engine()
    assert [engine.channel_index(name) for name in ("voice", "chat", "email")] == [0, 1, 2]
    assert engine.add_channel("fax") == 3
    assert [engine.add_queue("a"), engine.add_queue("b", channel="fax")] == [0, 1]
    assert engine.add_agent("x") == 0
    assert engine.add_agents(["y", "z"]) == range(1, 3)
    assert engine.add_agents([]) == range(3, 3)


def test_many_agents_at_once_are_as_one_after_the_other() -> None:
    one, many = hg.Engine(), hg.Engine()
    for engine in (one, many):
        engine.add_queue("a", requires="spanish >= 2")
        engine.add_queue("b", channel="chat")
    names = [f"agent {k}" for k in range(20)]
    skills = np.arange(40, dtype=np.uint8).reshape(20, 2) % 11
    voice = np.arange(20) % 2
    queues = np.array([[0, 1] if k % 3 else [1, -1] for k in range(20)], np.int32)
    places: dict[str, Any] = {"devices": ["voice"], "signed_in": True, "status": "Ready"}
    for k, name in enumerate(names):
        one.add_agent(
            name,
            skills={"spanish": int(skills[k, 0]), "billing": int(skills[k, 1])},
            capacity={"voice": int(voice[k]), "chat": 2},
            queues=["a", "b"] if k % 3 else ["b"],
            **places,
        )
    many.add_agents(
        names,
        skills=skills,
        skill_names=["spanish", "billing"],
        capacity={"voice": voice, "chat": 2},
        queues=queues,
        **places,
    )
    assert [one.agent(name) for name in names] == [many.agent(name) for name in names]
    for name in ("a", "b"):
        assert one.queue(name) == many.queue(name)
    many.verify()


@pytest.mark.parametrize(
    "queues",
    [
        ["a", "b"],
        [["a", "b"], ["b", "a"], ("a", 1)],
        np.array([[0, 1], [1, 0], [0, 1]]),
        np.array([[0, 1, 0], [-1, 0, 1], [1, 1, 0]], np.int32),
    ],
)
def test_queues_of_many_agents_are_given_in_any_of_these_ways(queues: Any) -> None:
    engine = hg.Engine()
    engine.add_queue("a")
    engine.add_queue("b")
    engine.add_agents(["x", "y", "z"], queues=queues)
    assert [engine.agent(name).queues for name in ("x", "y", "z")] == [{"a": True, "b": True}] * 3
    assert engine.queue("a").members == 3
    engine.verify()


def test_a_name_is_free_again_once_its_agent_is_removed() -> None:
    engine = centre()
    engine.remove_agent("bob")
    assert engine.add_agent("bob", queues=["sales"]) == 2
    assert engine.agent("bob").index == 2
    assert [row.agent for row in engine.directory()] == ["alice", "bob"]
    assert engine.agent_id(1) == "bob"
    with pytest.raises(hg.UnknownAgent):
        engine.agent(1)


def test_a_blocking_channel_blocks_those_that_are_added_later() -> None:
    engine = hg.Engine()
    engine.add_channel("video", blocks="all")
    engine.add_channel("fax")
    engine.add_queue("screens", channel="video")
    engine.add_queue("papers", channel="fax")
    engine.add_agent("x", capacity={"video": 1, "fax": 3}, queues=["screens", "papers"], signed_in=True)
    engine.set_status("x", "Ready")
    paper = engine.enqueue("papers")
    assert engine.interaction(paper).agent == "x"
    screen = engine.enqueue("screens")
    assert engine.interaction(screen).agent == "x"  # fax blocks nothing
    more = engine.enqueue("papers")
    assert [entry.rule for entry in engine.why_not("x", more)] == ["blocked"]
    engine.verify()


def test_a_channel_may_share_the_capability_of_another() -> None:
    engine = hg.Engine()
    engine.add_channel("task", capability="email")
    engine.add_queue("tasks", channel="task")
    engine.add_queue("mails", channel="email")
    engine.add_agent("x", capacity={"email": 1}, queues=["tasks", "mails"], signed_in=True, status="Ready")
    task = engine.enqueue("tasks")
    assert engine.interaction(task).agent == "x"
    assert engine.agent("x").capabilities == {
        "voice": "absent", "chat": "absent", "email": "full", "task": "full",
    }  # fmt: skip
    assert [entry.rule for entry in engine.why_not("x", engine.enqueue("mails"))] == ["capacity"]


def test_an_overflow_target_may_come_later() -> None:
    engine = hg.Engine()
    engine.add_queue("sales", overflow=(10, "later"))
    engine.add_queue("later")
    call = engine.enqueue("sales")
    engine.advance(by=10)
    assert engine.interaction(call).queue == "later"


def test_the_example_file_of_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "centre.toml"
    path.write_text(
        """
        model = "agent_modes"
        seed = 7
        skills = ["french"]
        groups = ["emea"]
        [[channel]]
        name = "task"
        capability = "email"
        [[queue]]
        name = "sales"
        requires = "spanish >= 3"
        relax = [[30, "spanish >= 2"], [60, ""]]
        overflow = [120, "backup"]
        group = "emea"
        service_level = [20, 0.8]
        hours = { tz = "UTC", weekly = { thu = ["00:00", "24:00"] } }
        [[queue]]
        name = "backup"
        [[agent]]
        name = "alice"
        skills = { spanish = 4 }
        capacity = { voice = 1, chat = 4 }
        queues = ["sales", { queue = "backup", tier = 2, rank = 3, delay = 30, limit = 2 }]
        devices = ["voice"]
        signed_in = true
        status = "Ready"
        """,
        encoding="utf-8",
    )
    with hg.Engine.from_config(path) as engine:
        assert engine.skill_index("french") == 0
        assert engine.queue("sales").group == "emea"
        assert engine.channel_index("task") == 3
        call = engine.enqueue("backup")
        failed = engine.why_not("alice", call)
        assert [(entry.rule, entry.when) for entry in failed] == [("delay", 30 * SECOND)]
        assert [row.limit for row in engine.members("backup")] == [2]
        assert engine.interaction(engine.enqueue("sales")).agent == "alice"


# --- time -------------------------------------------------------------------------------------------------


def test_manual_time_starts_at_zero_and_takes_every_spelling() -> None:
    engine = centre()
    assert engine.now_ns == 0
    engine.advance(5 * SECOND)
    engine.advance(by=1.5)
    engine.advance(by=timedelta(milliseconds=500))
    assert engine.now_ns == 7 * SECOND
    engine.advance(datetime(1970, 1, 1, 0, 1, tzinfo=UTC))
    assert engine.now_ns == 60 * SECOND
    engine.set_status("alice", "Break", at=61 * SECOND)
    assert engine.agent("alice").since_ns == 61 * SECOND


def test_a_live_clock_that_steps_back_is_taken_to_stand_still() -> None:
    times = iter([100 * SECOND, 100 * SECOND, 100 * SECOND, *[90 * SECOND] * 100])
    engine = hg.Engine(clock=lambda: next(times))
    engine.add_queue("sales")
    engine.enqueue("sales")
    assert engine.now_ns == 100 * SECOND
    engine.advance(90 * SECOND)
    assert engine.now_ns == 100 * SECOND, "what the clock itself says is now"
    with pytest.raises(hg.TimeWentBack):
        engine.advance(80 * SECOND)


# --- events and rows --------------------------------------------------------------------------------------


@pytest.mark.rule("CMD-2")
def test_events_carry_names_and_arrays_carry_indices() -> None:
    engine, twin = centre(), centre()
    for one in (engine, twin):
        one.poll()
        one.accept(one.enqueue("sales"))
    events, rows = engine.poll(), twin.poll_array()
    assert [event.kind for event in events][:2] == ["queued", "offered"]
    assert [hg.EventKind(kind).name.lower() for kind in rows["kind"]] == [event.kind for event in events]
    assert [event.seq for event in events] == rows["seq"].tolist()
    offered = events[1]
    assert (offered.agent, offered.interaction, offered.queue, offered.offer) == ("alice", 1, "sales", 1)
    assert (offered.status_from, offered.reason, offered.other) == (None, None, None)
    changed = [event for event in events if event.kind == "status_changed"]
    assert (changed[0].status_from, changed[0].status_to) == ("Ready", "Offered")
    assert all(type(event.seq) is int and type(event.at_ns) is int for event in events)
    assert engine.poll() == []


def test_no_events_are_kept_where_none_are_wanted() -> None:
    engine = centre(events=False)
    engine.accept(engine.enqueue("sales"))
    assert engine.poll() == []
    assert len(engine.poll_array()) == 0


def test_a_batch_gives_what_the_methods_give() -> None:
    by_call, by_rows = centre(), centre()
    for engine in (by_call, by_rows):
        engine.poll()
    call = by_call.enqueue("sales", priority=2, at=SECOND)
    by_call.accept(call)
    with pytest.raises(hg.IllegalTransition):
        by_call.retrieve(call)
    by_call.end(call, at=3 * SECOND)
    rows = blank_rows(4)
    rows["command"] = [hg.Command.ENQUEUE, hg.Command.ACCEPT, hg.Command.RETRIEVE, hg.Command.END]
    rows["at_ns"] = [SECOND, -1, -1, 3 * SECOND]
    rows["queue"][0] = by_rows.queue_index("sales")
    rows["priority"][0] = 2
    rows["interaction"][1:] = -2
    events, results = by_rows.apply(rows)
    assert [hg.Result(code).name for code in results] == ["OK", "OK", "ILLEGAL_TRANSITION", "OK"]
    expected = by_call.poll_array()
    assert events.tobytes() == expected.tobytes()
    assert by_rows.named(events) == by_call.named(expected)
    assert by_rows.poll() == []
    assert by_call.digest() == by_rows.digest()


def test_a_requirement_is_compiled_once() -> None:
    engine = centre()
    handle = engine.requirement("spanish >= 4")
    assert engine.requirement(" spanish  >=4 ") == handle
    assert engine.requirement("") == engine.requirement(None) == 0
    engine.disconnect("alice", "voice")
    call = engine.enqueue("backup", requires=handle)
    engine.set_skill("alice", "spanish", 3)
    assert [entry.rule for entry in engine.why_not("alice", call)] == ["device", "skills"]


# --- reading ----------------------------------------------------------------------------------------------


def test_the_view_of_an_agent() -> None:
    engine = centre()
    view = engine.agent("alice")
    assert (view.name, view.index, view.status, view.profile) == ("alice", 0, "Ready", "Ready")
    assert (view.signed_in, view.features_enabled, view.pending, view.mode_pending) == (
        True,
        True,
        None,
        False,
    )
    assert view.capabilities == {"voice": "available", "chat": "available", "email": "absent"}
    assert view.queues == {"sales": True, "backup": True, "lines": True}
    assert view.skills == {"spanish": 4}
    assert view.ready("voice")
    assert not view.ready("email")
    assert "Break" in view.selectable
    assert "Waiting for Break" not in view.selectable
    engine.advance(by=10)
    call = engine.enqueue("sales")
    engine.accept(call)
    assert view.status == "Ready"  # a view is of its moment
    engine.set_status("alice", "Break")
    busy = engine.agent(0)
    assert (busy.status, busy.pending, busy.mode_pending) == ("Waiting for Break", "Break", True)
    assert busy.interactions == (call,)
    assert "Waiting for Break" in busy.selectable
    assert busy.capabilities["voice"] == "full"
    assert busy.time_in_status() == {"Ready": 10.0}


@pytest.mark.rule("NUM-4", "NUM-8", "PRES-3")
def test_the_view_of_a_queue() -> None:
    engine = centre()
    assert engine.queue("sales").presence == "available"
    calls = [engine.enqueue("sales") for _ in range(3)]
    engine.advance(by=5)
    engine.accept(calls[0])
    view = engine.queue("sales")
    assert (view.presence, view.logged_in, view.ready, view.waiting) == ("busy", 1, 0, 2)
    assert (view.oldest_wait, view.estimated_wait, view.channel, view.group) == (5, None, "voice", "emea")
    engine.advance(by=100)
    engine.end(calls[0])
    engine.finish_wrap_up(calls[0])
    engine.abandon(calls[2])
    view = engine.queue("sales")
    assert (view.waiting, view.oldest_wait, view.estimated_wait) == (0, 0, 100)
    assert view.metrics() == {
        "entered": 3, "offered": 3, "answered": 1, "abandoned": 1, "timed_out": 0, "overflowed": 0,
        "moved": 0, "callback_failed": 0, "short_abandons": 0, "refused_closed": 0,
        "refused_full": 0, "refused_unstaffed": 0, "mean_wait": 5.0, "service_level": 0.5,
        "mean_handling": 100.0,
    }  # fmt: skip


def test_the_view_of_an_interaction() -> None:
    engine = centre()
    first = engine.enqueue("sales", ref="case 7", priority=3, user=(1.5, 2.0))
    second = engine.enqueue("sales", ref=42)
    third = engine.enqueue("sales")
    engine.advance(by=4)
    view = engine.interaction(first)
    assert (view.state, view.channel, view.queue, view.agent) == ("Offered", "voice", "sales", "alice")
    assert (view.waited, view.ref, view.priority, view.offers) == (4, "case 7", 3, (1,))
    assert (view.user, view.leg, view.position) == ((1.5, 2.0), None, None)
    assert (engine.interaction(second).ref, engine.interaction(third).ref) == (42, None)
    assert [engine.interaction(call).position for call in (second, third)] == [1, 2]
    engine.accept(first)
    engine.advance(by=4)
    assert engine.interaction(first).waited == 4
    engine.end(first)
    engine.finish_wrap_up(first)
    assert engine.interaction(first).state == "Completed"
    assert engine.interaction(first).agent == "alice"
    assert engine.agent_of(second) == 0


@pytest.mark.rule("PRES-4")
def test_presence_of_queues_groups_and_the_centre() -> None:
    engine = centre()
    engine.enqueue("sales")
    engine.enqueue("sales")
    engine.advance(by=3)
    rows = engine.presence()
    assert rows.dtype == hg.PRESENCE_DTYPE
    assert [engine.queue_id(int(row["queue"])) for row in rows] == ["sales", "backup", "lines"]
    assert rows["waiting"].tolist() == [1, 0, 0]
    assert rows["oldest_wait_ns"].tolist() == [3 * SECOND, -1, -1]
    emea, total = engine.presence(group="emea"), engine.presence(total=True)
    assert (len(emea), len(total)) == (1, 1)
    assert (int(emea[0]["queue"]), int(emea[0]["group"])) == (-1, engine.group_index("emea"))
    for row, part in ((emea[0], rows[:2]), (total[0], rows)):
        for field in ("logged_in", "ready", "waiting"):
            assert int(row[field]) == int(part[field].sum())
        assert int(row["oldest_wait_ns"]) == 3 * SECOND


def test_the_presence_of_one_queue_is_told_without_a_view() -> None:
    engine = centre()
    for queue in ("sales", "backup", "lines", engine.queue_index("lines")):
        assert engine.presence_of(queue) == engine.queue(queue).presence
    engine.remove_queue("lines")
    for gone in ("lines", 2, 3, "nowhere"):
        with pytest.raises(hg.UnknownQueue, match=r"presence_of: no queue"):
            engine.presence_of(gone)


def test_counts_by_requirement_are_kept() -> None:
    engine = centre()
    assert engine.count("spanish >= 3") == (1, 1)
    assert engine.count("spanish >= 3", queue="backup") == (1, 1)
    assert engine.count("spanish >= 5") == (0, 0)
    handle = engine.requirement("spanish")
    engine.set_status("alice", "Break")
    assert engine.count(handle) == (1, 0)
    engine.set_skill("alice", "spanish", 0)
    assert engine.count(handle) == (0, 0)


def test_reasons() -> None:
    engine = centre()
    engine.set_status("alice", "Break")
    call = engine.enqueue("sales")
    assert [entry.rule for entry in engine.why_not("alice", call)] == ["status"]
    assert engine.why_not("bob", call)[0].rule == "signed_out"
    told = engine.explain(call)
    assert told["candidates"] == {"alice": "status"}
    assert told["by_rule"] == {"status": 1}
    assert told["winner"] is None
    engine.set_status("alice", "Ready")
    assert engine.explain(call)["winner"] == "alice"


def test_directory_and_monitor() -> None:
    engine = centre()
    directory, monitor = engine.directory(), engine.monitor()
    assert [row.agent for row in directory] == [row.agent for row in monitor] == ["alice", "bob"]
    assert [row.availability for row in monitor] == ["Available", "Not Available"]
    assert directory[0].capabilities == monitor[0].capabilities == engine.agent("alice").capabilities


def test_columns_are_read_only_windows() -> None:
    engine = centre()
    status = engine.columns["agents.status"]
    assert engine.status_id(int(status[0])) == "Ready"
    engine.set_status("alice", "Break")
    assert engine.status_id(int(status[0])) == "Break"
    with pytest.raises(ValueError, match="read-only"):
        status[0] = 0


def test_names_and_indices_answer_each_other() -> None:
    engine = centre()
    for what, names in {
        "agent": ["alice", "bob"],
        "queue": ["sales", "backup", "lines"],
        "channel": ["voice", "chat", "email"],
        "skill": ["spanish"],
        "group": ["emea", "apac"],
        "status": [status.name for status in engine.model.statuses],
    }.items():
        index, name = getattr(engine, f"{what}_index"), getattr(engine, f"{what}_id")
        assert [index(one) for one in names] == list(range(len(names)))
        assert [name(k) for k in range(len(names))] == names


# --- copies -----------------------------------------------------------------------------------------------


def test_a_fork_is_equal_and_independent() -> None:
    engine = centre(seed=3)
    engine.enqueue("sales", relax=[(10, "spanish")], ref="x", user=[1.0])
    copy = engine.fork()
    assert copy.digest() == engine.digest()
    assert copy.agent("alice") == engine.agent("alice")
    engine.poll()
    copy.poll()
    for one in (engine, copy):
        one.accept(1)
        one.enqueue("lines", relax=[(10, "spanish")])
    assert engine.poll() == copy.poll()
    assert copy.digest() == engine.digest()
    before = engine.digest()
    copy.set_status("alice", "Break")
    copy.add_queue("new", requires="german")
    copy.add_agent("carol", skills={"german": 2})
    copy.advance(by=60)
    copy.verify()
    assert engine.digest() == before
    engine.verify()


@pytest.mark.rule("EXPL-3")
def test_equal_histories_have_equal_digests() -> None:
    one, other = centre(), centre()
    assert one.digest() == other.digest()
    one.enqueue("backup")
    assert one.digest() != other.digest()
    other.enqueue("backup")
    other.poll()
    other.agent("alice")
    assert one.digest() == other.digest()


def test_a_refused_command_changes_nothing() -> None:
    engine = centre()
    before = engine.digest()
    with pytest.raises(hg.UnknownQueue):
        engine.enqueue("nowhere")
    assert engine.digest() == before
    assert engine.enqueue("backup") == 1  # a refused one takes no id
