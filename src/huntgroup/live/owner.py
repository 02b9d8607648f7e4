"""The owner of an engine: the inbox of jobs, and the turn that carries them out. It has no thread or task of
its own: a router calls `turn` from one place, and sleeps for `pause` between two turns."""

from __future__ import annotations

import copy
import inspect
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import nullcontext
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huntgroup.engine.sessions import Answer, Session, Sessions
from huntgroup.errors import ConfigError, HuntgroupError, JournalFailed, Lagged, Overloaded, RouterClosed
from huntgroup.live.clock import RouterClock
from huntgroup.live.ring import EventRing
from huntgroup.settings import arguments

log: logging.Logger = logging.getLogger("huntgroup.live")

GROUP = 1_000
"""How many commands one turn takes at most, so that other work of the same thread gets its turn too."""
LONGEST_PAUSE = 0.1
"""Seconds after which the clock is read again while a timer is pending: it may have jumped."""

# The methods of an engine that are not commands: `read` calls them, or only the owner does.
_READINGS = frozenset(
    (
        *("agent", "agent_id", "agent_index", "agent_of", "agent_settings", "channel_id", "channel_index"),
        *("channel_settings", "close", "configuration", "count", "difference", "digest", "directory"),
        *("estimated_wait", "explain", "find", "fork", "from_config", "group", "group_id", "group_index"),
        *("interaction", "members", "membership_settings", "monitor", "named", "open", "poll", "poll_array"),
        *("presence", "presence_of", "queue", "queue_id", "queue_index", "queue_settings", "queues"),
        *("restore", "skill_id", "skill_index", "skills", "snapshot", "status_id", "status_index", "sync"),
        *("text_of", "verify", "waiting", "wanted", "why_not"),
    )
)


@cache
def commands_of(kind: type) -> frozenset[str]:
    """The names of an engine's commands: every public method that does not only read."""
    names = (name for name in dir(kind) if not name.startswith("_") and name not in _READINGS)
    return frozenset(name for name in names if inspect.isroutine(getattr(kind, name)))


READS = "a reading"
"""The name of a job that is a reading: a function that is called with the engine."""


class Job:
    """A command (by its name) or a reading in the inbox. `reply` is called with its answer, on the owner's
    thread."""

    __slots__ = ("args", "call", "kwargs", "name", "reply", "request", "session")

    count: int = 1
    """How many commands it is."""
    name: str
    call: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    reply: Callable[[Answer], None]
    session: tuple[str, str] | None
    request: int | None

    def __init__(
        self,
        name: str,
        call: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        reply: Callable[[Answer], None],
        session: tuple[str, str] | None = None,
        request: int | None = None,
    ) -> None:
        self.name, self.call, self.args, self.kwargs, self.reply = name, call, args, kwargs, reply
        self.session, self.request = session, request


Row = tuple[str, Callable[..., Any], dict[str, Any], int | None]
"""One command of several: its name, the function, the arguments by name, the number of its request."""


class Jobs:
    """Commands that came together: one entry of the inbox. They are carried out in a row, in one group, and
    answered by one `Answer` whose value is the list of theirs."""

    __slots__ = ("count", "reply", "rows", "session")

    count: int
    rows: list[Row]
    reply: Callable[[Answer], None]
    session: tuple[str, str] | None

    def __init__(
        self, rows: list[Row], reply: Callable[[Answer], None], session: tuple[str, str] | None = None
    ) -> None:
        self.rows, self.reply, self.session, self.count = rows, reply, session, len(rows)


class Owner:
    """Owns the engine between `start` and `stop`. In that time the engine uses the router's clock."""

    def __init__(
        self,
        engine: Any,
        inbox: int,
        keep_events: int,
        monotonic: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        wall = getattr(engine, "_clock", None)
        if wall is None:
            raise ConfigError("engine", engine, "an engine with clock=, such as clock=time.time_ns")
        self.engine = engine
        self._room = arguments.integer("inbox", inbox, 1, 2**31 - 1)
        keep = arguments.integer("keep_events", keep_events, 1, 2**30)
        self._wall, self._monotonic = wall, monotonic
        self._clock: RouterClock | None = None
        self._inbox: deque[Job | Jobs] = deque()
        self._count = 0  # the commands and readings in it
        # Makes `shut` and `submit` exclude each other: every accepted job is carried out, and none is
        # accepted after `shut`.
        self._lock = threading.Lock()
        self._open = False
        self._group = engine.group
        self._applied: list[NDArray[np.void]] = []
        self._deadline_ns: int | None = None
        self.ring: EventRing = EventRing(keep, engine.named)
        self.subscribers = 0
        self.commands: frozenset[str] = commands_of(engine.__class__)

    # --- before and after -----------------------------------------------------------------------------------

    def start(self) -> None:
        """Takes over the engine. Events that were not polled yet become the first of the ring."""
        self._clock = RouterClock(self._wall, self._monotonic)
        self.engine._clock = self._clock
        self._clock.hold(self.engine.now_ns)
        try:
            self._deadline_ns = self.engine.next_deadline
        finally:
            self._clock.release()
        self._publish()
        if self.ring.first_seq == self.ring.next_seq:
            # The ring is empty, but the engine may have numbered events before.
            self.ring.first_seq = self.ring.next_seq = self.engine._next_seq()
        self._open = True

    def shut(self) -> None:
        """Accepts no more jobs. Any thread may call this, more than once."""
        with self._lock:
            self._open = False

    def stop(self) -> None:
        """Gives the engine back, after the last turn. Jobs that still wait, because a turn failed, get
        RouterClosed: they were not carried out."""
        self.shut()
        self.engine._clock = self._wall
        while self._inbox:
            self._inbox.popleft().reply(Answer(error=RouterClosed("the router failed")))
        self._count = 0

    @property
    def sessions(self) -> Sessions:
        """The engine's. O(1)."""
        sessions: Sessions = self.engine._sessions
        return sessions

    @property
    def is_open(self) -> bool:
        return self._open

    @property
    def waiting(self) -> int:
        """How many commands and readings wait. O(1)."""
        return self._count

    @property
    def waits_for_disk(self) -> bool:
        """Is a command answered only when it is on disk, so that it pays to gather several in a group?
        O(1)."""
        return self.engine._journal is not None

    @property
    def deadline_ns(self) -> int | None:
        """When the engine's next timer is due, as known after the last turn; None for never. O(1)."""
        return self._deadline_ns

    def check_open(self) -> None:
        """Raises RouterClosed before `start` and after `shut`. O(1)."""
        if not self._open:
            raise RouterClosed("the router is closed, or has not been started")

    # --- any thread -----------------------------------------------------------------------------------------

    def submit(self, job: Job | Jobs) -> None:
        """Puts a job into the inbox. Raises RouterClosed, Overloaded: then nothing of it was accepted. An
        empty inbox takes even more commands at once than it has room for. O(1)."""
        with self._lock:
            self.check_open()
            if self._count and self._count + job.count > self._room:
                raise Overloaded(f"{self._room} commands wait already")
            self._inbox.append(job)
            self._count += job.count

    # --- the owner's thread ---------------------------------------------------------------------------------

    def pause(self) -> float | None:
        """Seconds until the next turn is needed: 0 if a job waits, None if no timer is pending."""
        if self._inbox:
            return 0.0
        if self._deadline_ns is None:
            return None
        assert self._clock is not None
        return min(max(self._deadline_ns - self._clock(), 0) / 1e9, LONGEST_PAUSE)

    def _gathered(self) -> list[Job | Jobs]:
        """The jobs of the next turn, taken out of the inbox: at most `GROUP` commands, or one job that has
        more."""
        jobs: list[Job | Jobs] = []
        room = GROUP
        with self._lock:
            while self._inbox and (self._inbox[0].count <= room or not jobs):
                job = self._inbox.popleft()
                jobs.append(job)
                room -= job.count
                self._count -= job.count
        return jobs

    def turn(self, alone: Job | Jobs | None = None) -> bool:
        """One turn: lets time pass, carries out the waiting jobs as one group (or only `alone`, a job that is
        not in the inbox), publishes events, and answers. Returns whether events were published. If the engine
        is durable, nothing is published or answered before the whole group is durable."""
        clock = self._clock
        assert clock is not None
        jobs = self._gathered() if alone is None else [alone]
        now_ns = clock.hold(self.engine.now_ns)
        due = self._deadline_ns is not None and self._deadline_ns <= now_ns
        if not jobs and not due:
            clock.release()
            return False
        recorded: list[tuple[Session, int]] = []
        failed = self.engine._journal_failure is not None
        try:
            # An engine whose journal has failed refuses commands, but can still be read.
            with nullcontext() if failed else self._group():
                if due and not failed:
                    self.engine.advance()
                answers = [
                    self._answer(job, now_ns, recorded)
                    if isinstance(job, Job)
                    else Answer(self._answers(job, now_ns, recorded))
                    for job in jobs
                ]
                self._deadline_ns = None if failed else self.engine.next_deadline
            published = self._publish()
        except Exception as error:
            # The group is not durable: no caller and no subscriber may learn that any of it happened.
            log.error("the engine failed: %s: %s", type(error).__name__, error)
            for session, request in recorded:
                session.answers.pop(request, None)
            answers = [Answer(error=error)] * len(jobs)
            published, self._deadline_ns = False, None
        finally:
            clock.release()
        for job, answer in zip(jobs, answers, strict=True):
            job.reply(answer)
        return published

    def _answers(self, jobs: Jobs, now_ns: int, recorded: list[tuple[Session, int]]) -> list[Answer]:
        """The answers to commands that came together, in their order."""
        if jobs.session is not None:
            return [
                self._answer(Job(name, call, (), kwargs, jobs.reply, jobs.session, request), now_ns, recorded)
                for name, call, kwargs, request in jobs.rows
            ]
        next_seq, new = self.engine._next_seq, tuple.__new__
        found: list[Answer] = []
        seq: int = next_seq()
        for name, call, kwargs, _ in jobs.rows:
            try:
                value = call(**kwargs)
            except Exception as error:
                found.append(Answer(None, error))
                seq = next_seq()
                continue
            if name == "apply":
                self._applied.append(value[0])
            end_seq = next_seq()
            # As Answer(...), in less than half the time.
            found.append(new(Answer, (value, None, seq, end_seq)))
            seq = end_seq
        return found

    def _answer(self, job: Job, now_ns: int, recorded: list[tuple[Session, int]]) -> Answer:
        if job.session is None:
            return self._carried_out(job, now_ns)
        session = self.sessions.find(*job.session)
        try:
            request = (session or Session()).number(job.request)
        except HuntgroupError as stale:
            return Answer(error=stale)
        known = None if session is None else session.answers.get(request)
        if known is not None:
            self.engine._use_session(job.session)
            return known if known.error is None else known._replace(error=copy.copy(known.error))
        answer = self._carried_out(job, now_ns)
        if answer.error is not None:
            answer = answer._replace(error=answer.error.with_traceback(None))
        if not isinstance(answer.error, JournalFailed):
            recorded.append((self.engine._note_answer(job.session, request, answer), request))
        return answer

    def _carried_out(self, job: Job, now_ns: int) -> Answer:
        engine = self.engine
        try:
            if job.name is READS and engine.now_ns < now_ns and engine._journal_failure is None:
                engine.advance()
            first = engine._next_seq()
            value = job.call(*job.args, **job.kwargs)
        except Exception as error:
            return Answer(None, error, 0, 0)
        if job.name == "apply":
            self._applied.append(value[0])
        return Answer(value, None, first, engine._next_seq())

    def _publish(self) -> bool:
        """Moves the engine's new events into the ring; whether there were any."""
        try:
            rows = self.engine.poll_array()
        except Lagged as lagged:
            log.warning("events before number %d were dropped before the router read them", lagged.first_seq)
            rows = self.engine.poll_array()
        if self._applied:
            rows = np.concatenate([rows, *self._applied])
            rows = rows[np.argsort(rows["seq"], kind="stable")]
            self._applied = []
        self.ring.append(rows, self.subscribers > 0)
        return len(rows) > 0
