"""Says which rule a refused command broke, in one line, with the names involved.

The compiled core answers with a code only; the words are found afterwards, when nobody is in a hurry.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from huntgroup.errors import LimitExceeded, Refused, Result, refusal, shown
from huntgroup.layouts import INTERACTION_STATES
from huntgroup.limits import MAX_DELAYS, MAX_DEVICES, MAX_MEMBERSHIPS, MAX_PRIORITY
from huntgroup.settings.actors import ROLES, Actor
from huntgroup.settings.requirements import unknown_skill

_LOGINS = ("queue_login", "set_queue_logins")


def refused(engine: Any, result: Result, names: tuple[Any, ...]) -> Refused:
    """The exception of a refusal; its message is "method: what was wrong".

    `names` holds the method's name, then pairs (argument, value as the caller gave it). O(1), but for a bulk
    command O(its agents or queues).
    """
    case = Case(engine, str(names[0]), dict(names[1:]))
    if case.method in _LOGINS and result in (Result.NOT_SELECTABLE, Result.NO_DEVICE):
        # A login that sets a status is refused as the choice of that status would be.
        case.given["status"] = engine.model.queues.login_sets
    if result == Result.LIMIT_EXCEEDED:
        field, phrase, allowed = _limit_exceeded(case)
        return LimitExceeded(f"{case.method}: {phrase}", field, case.given.get(field), allowed)
    return refusal(result, f"{case.method}: {_PHRASES[result](case)}")


def find_index(value: Any, index: dict[str, int], names: list[str]) -> int | None:
    """The index of what exists by this name or index; None for anything else. O(1)."""
    if isinstance(value, str):
        return index.get(value)
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        return None
    number = int(value)
    return number if 0 <= number < len(names) and index.get(names[number]) == number else None


class Case:
    """One refused command: its arguments, and the engine to ask about them."""

    def __init__(self, engine: Any, method: str, given: dict[str, Any]) -> None:
        self.engine = engine
        self.method = method
        self.given = given

    # --- arguments ----------------------------------------------------------------------------------------

    def agent_index(self, value: Any) -> int | None:
        return find_index(value, self.engine._agent_index, self.engine._agent_ids)

    def queue_index(self, value: Any) -> int | None:
        return find_index(value, self.engine._queue_index, self.engine._queue_names)

    def named(self, argument: str) -> str:
        """The name behind an argument, quoted; the argument itself where nothing has that name or index."""
        value = self.given.get(argument)
        engine = self.engine
        tables = {
            "queue": (engine._queue_index, engine._queue_names),
            "channel": (engine._channel_index, engine._channel_names),
            "status": (engine._status_index, engine._status_names),
        }
        index, names = tables.get(argument, (engine._agent_index, engine._agent_ids))
        found = find_index(value, index, names)
        return shown(value) if found is None else shown(names[found])

    def who(self) -> int | None:
        """The agent it is about: the one given, the one of a bulk command, or the interaction's own."""
        if "agent" in self.given and self.given["agent"] is not None:
            return self.agent_index(self.given["agent"])
        if "interaction" in self.given:
            held_by = (self.interaction() or {}).get("agent", -1)
            return held_by if held_by >= 0 else None
        refused = int(self.engine._refused_agent())
        return refused if refused >= 0 else None

    def agent(self) -> str:
        """That agent, in words."""
        index = self.who()
        return "the agent" if index is None else f"agent {shown(self.engine._agent_ids[index])}"

    def state(self) -> dict[str, Any]:
        """What the engine knows of that agent; {} where there is none."""
        index = self.who()
        return {} if index is None else dict(self.engine._agent_state(index))

    def status_shown(self) -> str:
        """The status that people see of that agent, quoted."""
        state = self.state()
        return shown(self.engine._status_names[state["shown"]]) if state else "that status"

    def interaction(self) -> dict[str, Any] | None:
        """What the engine knows of the interaction that the command names."""
        number = self.given.get("interaction")
        if number is None:
            return None
        known: dict[str, Any] | None = self.engine._interaction_state(int(number))
        return known

    def channel(self) -> int | None:
        """The channel it is about: the one given, or the interaction's."""
        if "channel" in self.given:
            engine = self.engine
            return find_index(self.given["channel"], engine._channel_index, engine._channel_names)
        known = self.interaction()
        return None if known is None else int(known["channel"])


# --- one phrase for each code -----------------------------------------------------------------------------


def _unknown_agent(case: Case) -> str:
    for argument in ("agent", "preferred", "by"):
        value = case.given.get(argument)
        if value is not None and not isinstance(value, Actor) and case.agent_index(value) is None:
            return f"no agent {shown(value)}"
    for value in case.given.get("agents", ()):
        if case.agent_index(value) is None:
            return f"no agent {shown(value)}"
    return "no agent is named"


def _not_selectable(case: Case) -> str:
    state, model = case.state(), case.engine.model
    signed_out = bool(state) and not state["signed_in"] and model.sign_in.required
    if "status" in case.given:
        why = "while it is signed out" if signed_out else f"while {case.status_shown()} is shown"
        return f"{case.agent()} cannot choose {case.named('status')} {why}"
    if "presence" in case.given:
        values = () if model.external_presence is None else model.external_presence.values
        allowed = ", ".join(name for name, _ in values) or "none in this model"
        return f"{case.agent()}: {shown(case.given['presence'])} is no messenger presence; allowed: {allowed}"
    return _FEATURES.get(case.method, _no_such_choice)(case, signed_out)


def _no_sign_out(case: Case, signed_out: bool) -> str:
    return f"{case.agent()} cannot sign out while {case.status_shown()} is shown"


def _no_toggle(case: Case, signed_out: bool) -> str:
    if case.engine.model.toggle is None:
        return f"{case.agent()}: the model {case.engine.model.name} has no Ready / Not Ready"
    return f"{case.agent()} is signed out"


def _no_stop_new(case: Case, signed_out: bool) -> str:
    rule = case.engine.model.stop_new
    if rule is None:
        return f"{case.agent()}: the model {case.engine.model.name} has no Stop New"
    return f"{case.agent()} handles none of the channels with Stop New: {', '.join(rule.channels)}"


def _no_such_choice(case: Case, signed_out: bool) -> str:
    return f"{case.agent()} has no such choice now"


_FEATURES: dict[str, Callable[[Case, bool], str]] = {
    "sign_out": _no_sign_out,
    "set_ready": _no_toggle,
    "stop_new": _no_stop_new,
    "resume_new": _no_stop_new,
}


def _no_device(case: Case) -> str:
    engine = case.engine
    status = find_index(case.given.get("status"), engine._status_index, engine._status_names)
    device = "a"
    if status is not None:
        row = engine.model.statuses[status]
        target = engine.model.statuses[engine._status_index[row.waits_for]] if row.waits_for else row
        device = f"a {target.needs_device}"
    return f"{case.agent()} has not connected {device} device, which {case.named('status')} needs"


def _capability_missing(case: Case) -> str:
    channel, state = case.channel(), case.state()
    if channel is None:
        return f"{case.agent()} has no capability for it"
    name = shown(case.engine._channel_names[channel])
    if case.method in ("connect", "disconnect"):
        return f"channel {name} needs no device"
    capability = case.engine._channels[channel].capability
    # A channel that shares another one's capability is not what the agent lacks: that other one is.
    whose = channel if capability < 0 else capability
    of = name if whose == channel else f"{shown(case.engine._channel_names[whose])}, which {name} needs"
    if state and state["capacity"][whose] > 0:
        return f"{case.agent()} has no capability for {of}: its device is not connected"
    return f"{case.agent()} has no capability for {of}"


def _stale_offer(case: Case) -> str:
    known = case.interaction()
    offer, agent = case.given.get("offer"), case.given.get("agent")
    which = "no open offer" if offer is None else f"no open offer {offer}"
    to = "" if agent is None else f" to agent {case.named('agent')}"
    state = "" if known is None else f"; it is {INTERACTION_STATES[known['state']]}"
    return f"interaction {case.given['interaction']} has {which}{to}{state}"


def _queue_closed(case: Case) -> str:
    return f"queue {case.named('queue')} is outside its opening hours"


def _queue_full(case: Case) -> str:
    index = case.queue_index(case.given.get("queue"))
    waiting = "" if index is None else f" ({case.engine._queue_state(index)['waiting']} waiting)"
    return f"queue {case.named('queue')} is full{waiting}"


def _queue_unstaffed(case: Case) -> str:
    return f"queue {case.named('queue')} takes nobody in while no member serves there"


def _illegal_transition(case: Case) -> str:
    known = case.interaction()
    queue = case.queue_index(case.given.get("queue"))
    if known is not None and case.method == "move" and queue is not None and queue == known["queue"]:
        return f"interaction {known['id']} is in queue {case.named('queue')} already"
    if known is None:
        held = case.state().get("interactions", ())
        return f"{case.agent()} handles an interaction (holds {', '.join(map(str, held))})"
    text = f"interaction {known['id']} is {INTERACTION_STATES[known['state']]}"
    other = None if known["linked"] < 0 else case.engine._interaction_state(known["linked"])
    if other is not None:
        text += f", linked to interaction {other['id']}, which is {INTERACTION_STATES[other['state']]}"
    return f"{text}: not allowed in this state"


def _not_reachable(case: Case) -> str:
    if case.given.get("agent") is not None:
        return f"{case.agent()} cannot take it now; {case.status_shown()} is shown"
    if case.given.get("queue") is not None:
        return f"queue {case.named('queue')} is not of the channel of interaction {case.given['interaction']}"
    return f"interaction {case.given.get('interaction')} has no other party to go to"


def _features_off(case: Case) -> str:
    return f"{case.agent()} has its features switched off while {case.status_shown()} is shown"


def _wrap_up_fixed(case: Case) -> str:
    return f"{case.agent()} is in a wrap-up, which cannot be cut short in the model {case.engine.model.name}"


def _not_permitted(case: Case) -> str:
    by = case.given.get("by")
    if isinstance(by, Actor):
        who, role, team = f"{by.role} {shown(by.name)}", by.role, by.team
    else:
        state = case.engine._agent_state(case.agent_index(by))
        who, role = f"agent {case.named('by')}", ROLES[state["role"]]
        team = None if state["team"] < 0 else case.engine._texts[state["team"]]
    aims_at_agent = "agent" in case.given or "agents" in case.given
    if not aims_at_agent:
        return f"{who} may not do this, being no administrator"
    what = f"set {case.named('status')} for" if "status" in case.given else "act for"
    if role != "supervisor":
        why = "which the model lets nobody do" if role == "administrator" else "being no supervisor"
    elif team is not None and _team_of(case) != team:
        why = f"who is not of the team {shown(team)}"
    else:
        why = "which the model lets no supervisor do"
    return f"{who} may not {what} {case.agent()}, {why}"


def _team_of(case: Case) -> str | None:
    team = case.state().get("team", -1)
    return None if team < 0 else str(case.engine._texts[team])


def _time_went_back(case: Case) -> str:
    return f"the instant given has passed; the engine's time is {case.engine.now_ns} ns"


def _limit_exceeded(case: Case) -> tuple[str, str, str]:
    """(field, phrase, what is allowed)."""
    if case.method == "join":
        if len(case.state().get("memberships", ())) < MAX_MEMBERSHIPS:
            allowed = f"at most {MAX_DELAYS:,} different delays"
            return "delay", f"there are {MAX_DELAYS:,} different delays already, which is the limit", allowed
        allowed = f"at most {MAX_MEMBERSHIPS:,} memberships an agent"
        phrase = f"{case.agent()} has {MAX_MEMBERSHIPS:,} memberships already, which is the limit"
        return "queue", phrase, allowed
    if case.method == "connect":
        phrase = f"{case.agent()} has {MAX_DEVICES} devices for {case.named('channel')}, which is the limit"
        return "device", phrase, f"at most {MAX_DEVICES} devices for one channel"
    priority = case.given.get("priority")
    if priority is not None and not -MAX_PRIORITY <= priority <= MAX_PRIORITY:
        allowed = f"an integer from {-MAX_PRIORITY:,} to {MAX_PRIORITY:,}"
        return "priority", f"a priority of {shown(priority)} is beyond the limit of {MAX_PRIORITY:,}", allowed
    return "interactions", "there is no memory for one more interaction", "as many as memory holds"


def _unknown_queue(case: Case) -> str:
    for value in (case.given.get("queue"), *case.given.get("queues", ())):
        if value is not None and case.queue_index(value) is None:
            return f"no queue {shown(value)}"
    index = case.queue_index(case.given.get("queue"))
    target = None if index is None else case.engine._overflow_names.get(index)
    if target is not None:
        return f"no queue {shown(target)}, to which queue {case.named('queue')} overflows"
    return "no queue is named"


def _unknown_skill(case: Case) -> str:
    if "skill" in case.given:
        return f"no configuration mentions the skill {shown(case.given['skill'])}"
    # Where the requirement names none, a step of relaxation does.
    texts = (case.given.get("requires"), case.engine._unknown_step)
    return unknown_skill(texts, case.engine._skill_index)


def _unknown_interaction(case: Case) -> str:
    return f"no interaction {shown(case.given.get('interaction'))}, or it finished too long ago"


def _not_member(case: Case) -> str:
    state = case.state()
    member_of = {membership[0] for membership in state.get("memberships", ())}
    for value in (case.given.get("queue"), *case.given.get("queues", ())):
        index = case.queue_index(value)
        if index is not None and index not in member_of:
            return f"{case.agent()} is no member of queue {shown(case.engine._queue_names[index])}"
    return f"{case.agent()} is no member of the queue"


def _at_capacity(case: Case) -> str:
    channel, state = case.channel(), case.state()
    if channel is None or not state:
        return f"{case.agent()} has no capacity left"
    name = shown(case.engine._channel_names[channel])
    return f"{case.agent()} holds {state['load'][channel]} of {state['capacity'][channel]} on {name}"


def _unknown_status(case: Case) -> str:
    return f"the model {case.engine.model.name} has no status {shown(case.given.get('status'))}"


def _unknown_channel(case: Case) -> str:
    return f"no channel {shown(case.given.get('channel'))}"


def _invalid_command(case: Case) -> str:
    return "no such command, or a field of it that cannot be"


_PHRASES: dict[Result, Callable[[Case], str]] = {
    Result.UNKNOWN_AGENT: _unknown_agent,
    Result.NOT_SELECTABLE: _not_selectable,
    Result.NO_DEVICE: _no_device,
    Result.CAPABILITY_MISSING: _capability_missing,
    Result.STALE_OFFER: _stale_offer,
    Result.QUEUE_CLOSED: _queue_closed,
    Result.QUEUE_FULL: _queue_full,
    Result.QUEUE_UNSTAFFED: _queue_unstaffed,
    Result.ILLEGAL_TRANSITION: _illegal_transition,
    Result.NOT_REACHABLE: _not_reachable,
    Result.FEATURES_OFF: _features_off,
    Result.WRAP_UP_FIXED: _wrap_up_fixed,
    Result.NOT_PERMITTED: _not_permitted,
    Result.TIME_WENT_BACK: _time_went_back,
    Result.UNKNOWN_QUEUE: _unknown_queue,
    Result.UNKNOWN_SKILL: _unknown_skill,
    Result.UNKNOWN_INTERACTION: _unknown_interaction,
    Result.NOT_MEMBER: _not_member,
    Result.AT_CAPACITY: _at_capacity,
    Result.UNKNOWN_STATUS: _unknown_status,
    Result.UNKNOWN_CHANNEL: _unknown_channel,
    Result.INVALID_COMMAND: _invalid_command,
}
