"""An engine that checks itself after every command, and the few questions that the tests of routing ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# These methods only read: no step follows them, so nothing has to be verified.
READERS = frozenset(
    {
        "agent", "agent_id", "agent_index", "agent_of", "count", "digest", "directory", "estimated_wait",
        "explain", "fork", "interaction", "members", "monitor", "poll", "poll_array", "presence",
        "presence_of", "queue", "queues", "requirement", "skills", "verify", "waiting", "why_not",
    }
)  # fmt: skip

SECOND = 10**9


class Driven:
    """One engine. Every method of it is a method here; commands are followed by `verify()`."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine

    def __getattr__(self, name: str) -> Any:
        member = getattr(self.engine, name)
        if name in READERS or not callable(member):
            return member
        return self._checked(member)

    def _checked(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def command(*args: Any, **kwargs: Any) -> Any:
            try:
                return method(*args, **kwargs)
            finally:
                self.engine.verify()

        return command

    def fork(self) -> Driven:
        """An independent copy, driven likewise."""
        return Driven(self.engine.fork())

    # --- building -----------------------------------------------------------------------------------------

    def here(self, name: str, *queues: str, **settings: Any) -> None:
        """An agent who is signed in, with a phone, Ready, in these queues."""
        given: dict[str, Any] = {"devices": ["voice"], "signed_in": True, "status": "Ready"}
        self.add_agent(name, queues=list(queues), **{**given, **settings})

    # --- time and work ------------------------------------------------------------------------------------

    def after(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.engine.advance(by=seconds)
        self.engine.verify()

    def take(self, queue: str, agent: str, **settings: Any) -> int:
        """An interaction that this agent was offered and accepted."""
        call = int(self.enqueue(queue, **settings))
        assert self.offered_to(call) == agent
        self.accept(call)
        return call

    # --- looking ------------------------------------------------------------------------------------------

    def events(self, *kinds: str) -> list[Any]:
        """The events since the last look, only those of these kinds if any are given."""
        return [event for event in self.engine.poll() if not kinds or event.kind in kinds]

    def kinds(self, call: int) -> list[str]:
        """The kinds of the new events about this interaction."""
        return [event.kind for event in self.engine.poll() if event.interaction == call]

    def state(self, call: int) -> str:
        return str(self.engine.interaction(call).state)

    def states(self, calls: list[int]) -> list[str]:
        return [self.state(call) for call in calls]

    def offered_to(self, call: int) -> str | None:
        """The agent who is asked: None unless it is Offered to one agent."""
        view = self.engine.interaction(call)
        return view.agent if view.state == "Offered" else None

    def rules(self, agent: str, call: int) -> list[str]:
        """The rules that keep the interaction from the agent, in the engine's order."""
        return [entry.rule for entry in self.engine.why_not(agent, call)]

    def reasons(self, agent: str, call: int) -> list[tuple[str, float | None]]:
        """The same with the second at which each may change."""
        failed = self.engine.why_not(agent, call)
        return [(entry.rule, None if entry.when is None else entry.when / SECOND) for entry in failed]
