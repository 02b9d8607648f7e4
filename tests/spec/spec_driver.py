"""A thin driver between the tests of the five systems and an engine under test.

A test says `play.set_status("alice", "Break")`. The driver either calls the method of that name or, for the
third engine under test, sends the same command as one row of `apply`; then it lets the engine check its own
invariants. So one test proves a behaviour for every engine and for both ways in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from spec_rows import ROW_COMMANDS, play_as_row

import huntgroup as hg

# Methods that read, or that only exist as calls: no step follows them, so nothing has to be verified.
READERS = frozenset(
    {
        "agent", "agent_id", "agent_index", "agent_of", "count", "digest", "directory", "estimated_wait",
        "explain", "interaction", "monitor", "poll", "poll_array", "presence", "presence_of", "queue",
        "requirement", "verify", "why_not",
    }
)  # fmt: skip


class Play:
    """One engine under test. Every method of the engine is a method here; verified after each."""

    def __init__(self, engine: Any, *, as_rows: bool) -> None:
        self.engine = engine
        self.as_rows = as_rows
        self._interactions_made = 0
        self._unread: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        member = getattr(self.engine, name)
        if name in READERS or not callable(member):
            return member
        return self._checked(name, member)

    def _checked(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def command(*args: Any, **kwargs: Any) -> Any:
            try:
                if self.as_rows and name in ROW_COMMANDS:
                    events, answer = play_as_row(self.engine, name, self._interactions_made, *args, **kwargs)
                    self._unread.extend(events)
                else:
                    answer = method(*args, **kwargs)
                if name in ("enqueue", "direct", "dial") or (name == "consult" and answer is not None):
                    self._interactions_made += 1
                return answer
            finally:
                self.engine.verify()

        return command

    # --- time ---------------------------------------------------------------------------------------------

    def after(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.engine.advance(by=seconds)
        self.engine.verify()

    # --- events -------------------------------------------------------------------------------------------

    def events(self, *kinds: str) -> list[Any]:
        """The events since the last look, only those of the given kinds if any are given."""
        new = [*self._unread, *self.engine.poll()]
        self._unread = []
        new.sort(key=lambda event: event.seq)
        return [event for event in new if not kinds or event.kind in kinds]

    def kinds(self) -> list[str]:
        """The kinds of the events since the last look, in order."""
        return [event.kind for event in self.events()]

    # --- reading ------------------------------------------------------------------------------------------

    def status(self, agent: str) -> str:
        return str(self.engine.agent(agent).status)

    def state(self, call: int) -> str:
        return str(self.engine.interaction(call).state)

    def offered_to(self, call: int) -> str | None:
        """The agent who is asked to take it: None unless it is Offered."""
        view = self.engine.interaction(call)
        return view.agent if view.state == "Offered" else None

    def rules(self, agent: str, call: int) -> list[str]:
        """The rules that keep this agent from this interaction, in the engine's order."""
        return [entry.rule for entry in self.engine.why_not(agent, call)]

    def held(self, agent: str) -> list[int]:
        return sorted(self.engine.agent(agent).interactions)

    # --- wholes that many tests start from ----------------------------------------------------------------

    def take(self, queue: str, agent: str, **kwargs: Any) -> int:
        """An interaction of a queue that this agent has been offered and has accepted."""
        call = self.enqueue(queue, **kwargs)
        assert self.offered_to(call) == agent
        self.accept(call)
        assert self.state(call) == "Handling"
        return int(call)

    # --- refusals -----------------------------------------------------------------------------------------

    @contextmanager
    def refused(self, error: type[Exception], *words: str) -> Iterator[None]:
        """Within this context one command is refused with this error, whose message has these words; nothing
        changes. An entry that the queue itself refuses is told and counted, and changes nothing else."""
        before = self.engine.digest()
        kept = self.events()
        with pytest.raises(error) as caught:
            yield
        assert type(caught.value) is error
        if not self.as_rows:  # a row answers with a code; there is no message to read
            for word in words:
                assert word in str(caught.value)
        told = [event.kind for event in self.events()]
        entry = error in (hg.QueueClosed, hg.QueueFull) and (self.as_rows or told == ["entry_refused"])
        if not entry:
            assert told == []
            assert self.engine.digest() == before
        self._unread = kept
