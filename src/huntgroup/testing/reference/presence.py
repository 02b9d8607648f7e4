"""The meaning of an agent's status right now (section 3 of docs/SEMANTICS.md). Reads only, changes
nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from huntgroup.models import Status
from huntgroup.testing.reference.state import HANDLED, Agent, Centre, Channel, Membership, Queue


@dataclass(frozen=True, slots=True)
class Standing:
    """The meaning of an agent's status at one moment. A caller with several questions about the same moment
    derives it once and asks it; nobody keeps one. `base` is the row of the base status, `shown` that of the
    status people see, `deciding` that of the status that says what is received, `selected` that of the status
    chosen last."""

    signed_in: bool
    base: Status
    shown: Status
    deciding: Status
    selected: Status


def row(centre: Centre, name: str) -> Status:
    """The model's row of this name."""
    return centre.model.status(name)


def handled_channels(centre: Centre, agent: Agent) -> list[Channel]:
    """The channels of the interactions that the agent works on, without offers."""
    held = [centre.live[number] for number in agent.held]
    return [centre.channels[i.channel] for i in held if i.state in HANDLED and i.agent == agent.index]


def is_handling(centre: Centre, agent: Agent) -> bool:
    """Does the agent work on an interaction?"""
    return bool(handled_channels(centre, agent))


def is_busy(centre: Centre, agent: Agent) -> bool:
    """Does the agent work on an interaction, or on a wrap-up?"""
    return is_handling(centre, agent) or bool(agent.wrap_ups)


def counts_as_signed_in(centre: Centre, agent: Agent) -> bool:
    """ELIG-1: signed in and connected, where the model needs agents signed in."""
    return (agent.signed_in and agent.connected) or not centre.model.sign_in.required


def conditions(centre: Centre, agent: Agent) -> frozenset[str]:
    """The conditions of derived rules that hold."""
    # STATUS-4.
    handled = handled_channels(centre, agent)
    holding = set()
    if agent.signed_in:
        holding.add("signed_in")
    if agent.toggle:
        holding.add("toggle")
    if handled:
        holding.add("handling")
    # Every interaction that an agent holds is either handled by the agent or offered to it.
    if len(agent.held) > len(handled):
        holding.add("offered")
    # WRAP-6.
    if agent.wrap_ups:
        holding.add("wrap_up")
    if agent.stop_new:
        holding.add("stop_new")
    rule = centre.model.stop_new
    if rule is not None and handled and all(channel.name in rule.channels for channel in handled):
        holding.add("only_stop_new_channels")
    if agent.connected:
        holding.add("connected")
    if agent.after_accept:
        holding.add("after_accept")
    holding |= {f"handling {channel.name}" for channel in handled}
    holding |= {
        f"device {channel.name}" for channel in centre.channels if channel.capability in agent.devices
    }
    return frozenset(holding)


def standing(centre: Centre, agent: Agent, *, asked: bool = True) -> Standing:
    """The meaning of the agent's status now; without `asked`, the meaning that it would have if no offer were
    open."""
    # STATUS-2, STATUS-3.
    base, selected = row(centre, agent.base), row(centre, agent.selected)
    if not counts_as_signed_in(centre, agent):
        name = centre.model.sign_in.signed_out_shows
        return Standing(False, base, base if name is None else row(centre, name), base, selected)
    shown, deciding = base, base
    facts = conditions(centre, agent) - (frozenset() if asked else {"offered"})
    for rule in centre.model.derived:
        if rule.fits(base.kind, facts):
            shown = row(centre, rule.show)
            deciding = shown if rule.receives == "own" else base
            break
    if agent.pending is not None:
        waits_as = row(centre, agent.pending).waits_as
        if waits_as is not None:
            shown = row(centre, waits_as)
    return Standing(True, base, shown, deciding, selected)


def says(now: Standing, key: str) -> bool:
    """The value of `features` or `logged_in`: that of the status shown; if it leaves it out, of the base
    status; if nobody can choose that and it leaves it out too, of the selected one (STATUS-30)."""
    shown, base, selected = (getattr(status, key) for status in (now.shown, now.base, now.selected))
    if shown is not None or base is not None:
        return bool(base if shown is None else shown)
    return now.base.selectable or selected is not False


def features_enabled(now: Standing) -> bool:
    """May the agent dial and the like?"""
    return now.signed_in and says(now, "features")


def counts_as_logged_in(now: Standing) -> bool:
    """Signed in where needed, and in a status that counts as logged in. The queue's login is apart."""
    # PRES-1.
    return now.signed_in and says(now, "logged_in")


def base_counts_as_logged_in(now: Standing) -> bool:
    """Does the base status count as logged in, whatever is shown?"""
    return says(replace(now, shown=now.base), "logged_in")


def status_in(centre: Centre, now: Standing, membership: Membership) -> str | None:
    """The status shown of the agent in one queue (STATUS-32)."""
    if not now.signed_in:
        return now.shown.name
    if not base_counts_as_logged_in(now):
        return now.base.name
    queues = centre.model.queues
    if membership.logged_in:
        return queues.login_sets or now.shown.name
    return queues.last_logout_sets or centre.model.sign_in.signed_out_shows


def colour(now: Standing) -> str | None:
    """The colour of the status shown."""
    given = (status.colour for status in (now.shown, now.base, now.selected))
    return next((colour for colour in given if colour is not None), None)


def reported_as(now: Standing) -> str | None:
    """The name of the status shown in reports."""
    for status in (now.shown, now.base, now.selected):
        if status.reported_as is not None:
            return status.reported_as.replace("{name}", status.name)
    return None


def status_takes_queued(centre: Centre, agent: Agent, queue: Queue, now: Standing) -> bool:
    """ELIG-2: the status receives from this queue, and toggle and messenger presence allow it."""
    # STATUS-23.
    if not now.deciding.takes_queued(queue.name):
        return False
    if now.deciding.needs_toggle and not agent.toggle:
        return False
    external = centre.model.external_presence
    if external is None or agent.external is None:
        return True
    answer = external.answer(agent.external)
    return answer == "yes" or (answer == "setting" and agent.busy_selectable)


def status_takes_direct(channel: Channel, now: Standing) -> bool:
    """Does the status receive direct interactions of the channel?"""
    # STATUS-24.
    return now.signed_in and now.deciding.takes_direct(channel.name)


def selectable(centre: Centre, agent: Agent, status: Status, now: Standing) -> bool:
    """May the agent choose this status now, apart from a missing device? Permission is judged elsewhere."""
    # STATUS-6.
    target = status.waits_for or status.name
    goes_to = now.base.goes_to
    return (
        status.selectable
        and (status.waits_for is None or is_busy(centre, agent))
        and now.signed_in
        and not now.shown.locked
        and (goes_to is None or target in goes_to)
    )
