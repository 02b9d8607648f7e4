"""What each role may do and see. The engine itself judges whom a supervisor may command and who may change
the configuration: it is told who asks. This module judges what the engine cannot know: which commands the
role of a token may give, and what it may read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from huntgroup.engine.engine import Engine
from huntgroup.errors import Result, UnknownAgent, refusal
from huntgroup.service.answers import Failure
from huntgroup.service.people import Person
from huntgroup.service.signatures import Signature
from huntgroup.shown import AgentView, InteractionView

Check = Callable[[Engine], None]

# Commands that an agent gives for itself.
_SELF = frozenset(
    (
        *("sign_in", "sign_out", "connect", "disconnect", "set_status", "set_ready", "set_external_presence"),
        *("queue_login", "queue_logout", "set_queue_logins", "stop_new", "resume_new", "dial"),
        *("connection_lost", "connection_restored"),
    )
)
# Commands that an agent gives for its own interactions.
_OWN = frozenset(
    (
        *("accept", "reject", "hold", "retrieve", "consult", "conference", "end_consult", "transfer", "end"),
        *("finish_wrap_up", "park", "resume", "extend_wrap_up", "put_back", "answered"),
    )
)
# Those in which `agent` names whose offer or wrap-up is meant: an agent may name itself only, which is the
# default.
_AS_ITSELF = frozenset(("accept", "reject", "finish_wrap_up", "extend_wrap_up"))
# Commands that a connector may give, besides those about interactions. The engine judges the devices.
_DEVICES = frozenset(
    ("connect", "disconnect", "set_external_presence", "connection_lost", "connection_restored")
)
_ENTRIES = frozenset(("enqueue", "direct", "dial"))


def forbidden(person: Person, what: str) -> Failure:
    return Failure(403, f"{person.role} {person.subject} may not {what}")


def authorise(
    person: Person, signature: Signature, arguments: dict[str, Any], was_offered: Callable[[int, str], bool]
) -> Check | None:
    """Checks that this person may give this command; raises Failure 403 if not. Adds `by` to the arguments if
    the command takes it. Returns a check to run right before the command, None if there is none: it needs the
    engine's state at that time."""
    name, role = signature.name, person.role
    if role == "administrator":
        _say_who(person, signature, arguments)
        return None
    takes = signature.takes
    if role == "supervisor":
        if name not in _ENTRIES and not takes & {"interaction", "agent", "agents"}:
            raise forbidden(person, name)
        _say_who(person, signature, arguments)
        if person.team is None or (signature.by and "interaction" not in takes):
            return None
        return _of_team(person, arguments)
    if role == "connector":
        if name in _DEVICES:
            _say_who(person, signature, arguments)
        elif name not in _ENTRIES and "interaction" not in takes:
            raise forbidden(person, name)
        return None
    if role == "agent":
        return _agent(person, signature, arguments, was_offered)
    raise forbidden(person, name)


def is_judged_by_name(person: Person) -> bool:
    """Does `authorise` judge this person's commands by their names alone, whatever their arguments are?"""
    return person.role in ("administrator", "connector") or (
        person.role == "supervisor" and person.team is None
    )


def _say_who(person: Person, signature: Signature, arguments: dict[str, Any]) -> None:
    if signature.by:
        arguments["by"] = person.by


def _agent(
    person: Person,
    signature: Signature,
    arguments: dict[str, Any],
    was_offered: Callable[[int, str], bool],
) -> Check | None:
    name, subject = signature.name, person.subject
    if name in _SELF:
        if arguments["agent"] != subject:
            raise forbidden(person, f"{name} for others")
        _say_who(person, signature, arguments)
        return None
    if name == "assign":
        # An agent picks a waiting interaction for itself; the engine judges whether it may.
        if arguments["agent"] != subject:
            raise forbidden(person, "assign to others")
        _say_who(person, signature, arguments)
        return lambda engine: seen_queue(person, engine, engine.interaction(arguments["interaction"]).queue)
    if name not in _OWN:
        raise forbidden(person, name)
    if name in _AS_ITSELF and arguments.setdefault("agent", subject) != subject:
        raise forbidden(person, f"{name} for others")
    _say_who(person, signature, arguments)
    call = arguments["interaction"]

    def own(engine: Engine) -> None:
        if not was_offered(call, subject) and not owns(engine, subject, call):
            raise hidden(call)

    return own


def _of_team(person: Person, arguments: dict[str, Any]) -> Check:
    """A check that the engine does not make: a supervisor of a team may name only interactions and queues
    that the team sees, and agents of the team."""

    def check(engine: Engine) -> None:
        if "interaction" in arguments:
            seen_interaction(person, engine, engine.interaction(arguments["interaction"]))
        elif "agent" in arguments and not sees_agent(person, engine.agent(arguments["agent"])):
            raise forbidden(person, "command agents of other teams")
        elif "queue" in arguments:
            seen_queue(person, engine, arguments["queue"])

    return check


# --- reading ------------------------------------------------------------------------------------------------


def hidden(interaction: int) -> Failure:
    """The answer for an interaction that the person may not see: the same as for one that does not exist."""
    return Failure(404, f"no interaction {interaction}", refused="UnknownInteraction")


def owns(engine: Engine, agent: str, interaction: int) -> bool:
    """Is this interaction handled by, offered to, in wrap-up at or parked at the agent? Raises
    UnknownInteraction."""
    view = engine.interaction(interaction)
    if view.agent == agent:
        return True
    try:
        own = engine.agent(agent)
    except UnknownAgent:
        return False
    return interaction in (*own.interactions, *own.wrap_ups, *own.parked)


def team_of(view: AgentView) -> str | None:
    return getattr(view, "team", None)


def sees_agent(person: Person, view: AgentView) -> bool:
    """May this person see this agent?"""
    if person.role == "agent":
        return view.name == person.subject
    if person.role == "supervisor":
        return person.team is None or team_of(view) == person.team
    return person.role in ("administrator", "connector")


def seen_agent(person: Person, view: AgentView) -> AgentView:
    """The view, if this person may see it. Raises UnknownAgent otherwise, as for one that does not exist."""
    if not sees_agent(person, view):
        raise refusal(Result.UNKNOWN_AGENT, f"no agent {view.name!r}")
    return view


def queues_of(person: Person, engine: Engine) -> frozenset[str] | None:
    """The queues that this person may see, None for all of them. O(memberships of the agent or the team)."""
    if person.role == "agent":
        try:
            return frozenset(engine.agent(person.subject).queues)
        except UnknownAgent:
            return frozenset()
    if person.role == "supervisor" and person.team is not None:
        return frozenset(
            queue for view in team_agents(engine, person.team) for queue in engine.agent(view).queues
        )
    return None


def team_agents(engine: Engine, team: str) -> list[str]:
    """The names of a team's agents. O(agents)."""
    return [name for name in engine._agent_index if team_of(engine.agent(name)) == team]


def seen_queue(person: Person, engine: Engine, queue: Any) -> None:
    """Raises UnknownQueue, as for one that does not exist, if this person may not see the queue."""
    if queue is None:
        return
    names = queues_of(person, engine)
    if names is not None and engine.queue(queue).name not in names:
        raise refusal(Result.UNKNOWN_QUEUE, f"no queue {queue!r}")


def seen_interaction(person: Person, engine: Engine, view: InteractionView) -> InteractionView:
    """The view, if this person may see it. Raises Failure 404 otherwise."""
    if person.role in ("administrator", "connector"):
        return view
    if person.role == "agent" and owns(engine, person.subject, view.id):
        return view
    if person.role == "supervisor":
        names = queues_of(person, engine)
        if names is None or view.queue in names:
            return view
        if view.agent is not None and sees_agent(person, engine.agent(view.agent)):
            return view
    raise hidden(view.id)
