"""The methods of a durable engine that are not commands. An engine in memory has them too, but writes no
journal."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from huntgroup.core.python.playing import begin_group, end_group
from huntgroup.engine.naming import Lookup
from huntgroup.engine.sessions import Answer, Session, Sessions
from huntgroup.engine.snapshots import write_snapshot
from huntgroup.errors import ConfigError, HuntgroupError
from huntgroup.journal.answers import plain_answer
from huntgroup.layouts import INTERACTION_STATES

if TYPE_CHECKING:
    from huntgroup.engine.journal import Recovery
    from huntgroup.engine.keeping import Keeper

WAITING = ("Queued", "Offered")
ENDED_BY_END = ("Handling", "On Hold", "Consulting", "In Conference")
ENDED_BY_ABANDON = ("Queued", "Offered", "Dialing")


class Group(AbstractContextManager[None]):
    """The commands of one commit. A class, as a generator would cost every command of a service more."""

    __slots__ = ("_engine",)

    def __init__(self, engine: Journaled) -> None:
        self._engine = engine

    def __enter__(self) -> None:
        begin_group(self._engine)

    def __exit__(self, *_: object) -> None:
        end_group(self._engine)


class Journaled(Lookup):
    """Groups, syncing, what was recovered. Not for use by itself."""

    _recovery: Recovery | None = None
    _keeper: Keeper | None = None
    _sessions: Sessions = Sessions()  # each engine gets its own

    def group(self) -> AbstractContextManager[None]:
        """Commands within are made durable together when the group is left, and `poll` shows nothing of them
        until then. An error inside leaves it committed as far as it came, and goes on. Not nested. In memory
        the same, without a disk. Raises HuntgroupError, JournalFailed. O(1), and what the commit costs."""
        self._check_made()
        return Group(self)

    def sync(self) -> None:
        """Everything before it is on disk when it returns; in memory there is nothing to do. Raises
        JournalFailed. O(what waits)."""
        self._check_made()
        if self._journal is not None:
            self._journal.sync()

    def snapshot(self, path: str | os.PathLike[str] | None = None, *, wait: bool = True) -> None:
        """Writes the whole state down: without a path into the journal, from which opening goes on then, with
        it to a file for `Engine.restore`.

        The engine is copied; a thread writes the copy while commands go on, if `wait` is False. Before a
        journal's snapshot counts, a second engine made from the one before comes by the log to the same
        state; two are kept, and the log from the older one on. Events that nobody has polled are not part of
        it. Raises ConfigError in memory without a path, HuntgroupError within a group, JournalFailed,
        CorruptJournal where the second engine comes to another state. O(state), and with `wait` what has
        happened since the one before.
        """
        self._check_made()
        if path is not None:
            engine: Any = self
            write_snapshot(path, engine.fork())
            return
        if self._journal is None or self._keeper is None:
            raise ConfigError("path", None, "a file: this engine is in memory, without a journal")
        if self._recorder is not None and self._recorder.grouped:
            raise HuntgroupError("a snapshot within a group")
        self._catch_up()
        self._journal.sync()
        self._keeper.begin()
        if wait:
            self._keeper.finished()

    @property
    def recovery(self) -> Recovery | None:
        """What opening the journal found; None for an engine in memory. O(1)."""
        self._check_made()
        return self._recovery

    # --- sessions -----------------------------------------------------------------------------------------

    @property
    def _journal_failure(self) -> str | None:
        """Why the journal takes nothing any more; None as long as it does, and where there is none."""
        return None if self._recorder is None else self._recorder.failure

    def _note_answer(self, key: tuple[str, str], request: int, answer: Answer) -> Session:
        """Keeps the answer to a request of the session, which is named by a subject and a name, and records
        it. Raises JournalFailed."""
        session = self._sessions.get(*key)
        session.record(request, answer)
        if self._journal is not None:
            arrays: list[bytes] = []
            self._journal.note(
                {"answer": [*key, request, plain_answer(answer.value, answer.error, arrays), *answer[2:]]},
                arrays,
            )
        return session

    def _use_session(self, key: tuple[str, str]) -> None:
        """The session is now the most recently used one. Raises JournalFailed."""
        if not self._sessions.is_latest(*key):
            self._sessions.get(*key)
            if self._journal is not None:
                self._journal.note({"session": [*key]}, [])

    # --- after a restart ----------------------------------------------------------------------------------

    def reconcile(self, live_refs: Iterable[int | str], channel: str | int = "voice") -> list[int | str]:
        """After a restart: ends what the connector does not have any more, and says what it has that is
        unknown here.

        `live_refs`: the references of the channel's interactions that are there. Those of the channel that
        have a reference which is not among them end as the caller would have ended them: abandoned, or
        completed where somebody talked. What is parked or waits to be called back is not the connector's to
        know and stays, and so does wrap-up. Returns the references that no live interaction has, in the order
        given. Raises ConfigError, UnknownChannel. O(interactions).
        """
        given = list(live_refs)
        for ref in given:
            if isinstance(ref, bool) or not isinstance(ref, int | str):
                raise ConfigError("live_refs", ref, "an int64 or a string of at most 128 bytes")
        known, wanted = {ref for ref in given if self.find(ref)}, self.channel_index(channel)
        there = set(given)
        lost = [
            (number, state["state"])
            for number in self._live_ids()
            if (state := self._interaction_state(number)) is not None
            and state["channel"] == wanted
            and state["ref"] is not None
            and not (state["callback"] and INTERACTION_STATES[state["state"]] in WAITING)
            and self._refs.get(number, state["ref"]) not in there
        ]
        self._end_lost(lost)
        return [ref for ref in given if ref not in known]

    def _end_lost(self, lost: list[tuple[int, Any]]) -> None:
        for number, state in lost:
            try:
                if INTERACTION_STATES[state] in ENDED_BY_END:
                    self.end(number, reason="lost")
                elif INTERACTION_STATES[state] in ENDED_BY_ABANDON:
                    self.abandon(number, reason="lost")
            except HuntgroupError:
                # What ended by another's end, as a consultation does, is over as well.
                now = self._interaction_state(number)
                if now is not None and not now["finished"] and now["state"] == state:
                    raise

    def close(self) -> None:
        """Commits what waits and closes the journal; in memory nothing is held open. Commands after it raise
        JournalFailed, reading goes on. Raises JournalFailed. O(what waits)."""
        if self._journal is not None:
            self._journal.close()
