"""What an agent's status means right now (section 3 of docs/SEMANTICS.md). Reads only, changes nothing."""

from __future__ import annotations

from huntgroup.models import Status
from huntgroup.testing.reference.state import HANDLED, Agent, Centre, Channel, Queue


def row(centre: Centre, name: str) -> Status:
    """The model's row of this name. O(statuses)."""
    return next(status for status in centre.model.statuses if status.name == name)


def handled_channels(centre: Centre, agent: Agent) -> list[Channel]:
    """The channels of the interactions that the agent works on, offers left out."""
    held = [centre.live[number] for number in agent.held]
    return [centre.channels[i.channel] for i in held if i.state in HANDLED and i.agent == agent.index]


def is_handling(centre: Centre, agent: Agent) -> bool:
    """Does the agent work on an interaction?"""
    return bool(handled_channels(centre, agent))


def is_busy(centre: Centre, agent: Agent) -> bool:
    """Does the agent work on an interaction, or on a wrap-up?"""
    return is_handling(centre, agent) or bool(agent.wrap_ups)


def counts_as_signed_in(centre: Centre, agent: Agent) -> bool:
    """Rule 1: signed in, where the model needs it."""
    return agent.signed_in or not centre.model.sign_in.required


def conditions(centre: Centre, agent: Agent) -> frozenset[str]:
    """The conditions of derived rules that hold."""
    handled = handled_channels(centre, agent)
    stop_new = centre.model.stop_new
    facts = {
        "signed_in": agent.signed_in,
        "toggle": agent.toggle,
        "handling": bool(handled),
        "offered": any(offer.agent == agent.index for offer in centre.offers.values()),
        "wrap_up": bool(agent.wrap_ups),
        "stop_new": agent.stop_new,
        "only_stop_new_channels": stop_new is not None
        and bool(handled)
        and all(channel.name in stop_new.channels for channel in handled),
    }
    return frozenset(name for name, holds in facts.items() if holds)


def shown_and_deciding(centre: Centre, agent: Agent) -> tuple[Status, Status]:
    """The row that people see, and the row that decides what is received."""
    base = row(centre, agent.base)
    if not counts_as_signed_in(centre, agent):
        name = centre.model.sign_in.signed_out_shows
        return (base if name is None else row(centre, name)), base
    shown, deciding = base, base
    facts = conditions(centre, agent)
    for rule in centre.model.derived:
        if rule.fits(base.kind, facts):
            shown = row(centre, rule.show)
            deciding = shown if rule.receives == "own" else base
            break
    if agent.pending is not None:
        waits_as = row(centre, agent.pending).waits_as
        if waits_as is not None:
            shown = row(centre, waits_as)
    return shown, deciding


def shown_status(centre: Centre, agent: Agent) -> str:
    """The status that people see."""
    return shown_and_deciding(centre, agent)[0].name


def features_enabled(centre: Centre, agent: Agent) -> bool:
    """May the agent dial and the like?"""
    shown, _ = shown_and_deciding(centre, agent)
    said = shown.features if shown.features is not None else row(centre, agent.base).features
    return counts_as_signed_in(centre, agent) and said is not False


def counts_as_logged_in(centre: Centre, agent: Agent) -> bool:
    """Signed in where needed, and in a status that counts as logged in. The queue's login is apart."""
    shown, _ = shown_and_deciding(centre, agent)
    said = shown.logged_in if shown.logged_in is not None else row(centre, agent.base).logged_in
    return counts_as_signed_in(centre, agent) and said is not False


def colour(centre: Centre, agent: Agent) -> str | None:
    """The colour of the status shown."""
    shown, _ = shown_and_deciding(centre, agent)
    return shown.colour if shown.colour is not None else row(centre, agent.base).colour


def reported_as(centre: Centre, agent: Agent) -> str | None:
    """How reports call the status shown."""
    shown, _ = shown_and_deciding(centre, agent)
    source = shown if shown.reported_as is not None else row(centre, agent.base)
    return None if source.reported_as is None else source.reported_as.replace("{name}", source.name)


def status_takes_queued(centre: Centre, agent: Agent, queue: Queue) -> bool:
    """Rule 2: the status receives from this queue, the toggle and the messenger presence allow it."""
    _, deciding = shown_and_deciding(centre, agent)
    if not deciding.takes_queued(queue.name):
        return False
    if deciding.needs_toggle and not agent.toggle:
        return False
    external = centre.model.external_presence
    if external is None or agent.external is None:
        return True
    answer = external.answer(agent.external)
    return answer == "yes" or (answer == "setting" and agent.busy_selectable)


def status_takes_direct(centre: Centre, agent: Agent, channel: Channel) -> bool:
    """Does the status receive direct interactions of the channel?"""
    _, deciding = shown_and_deciding(centre, agent)
    return counts_as_signed_in(centre, agent) and deciding.takes_direct(channel.name)


def selectable(centre: Centre, agent: Agent, status: Status) -> bool:
    """May the agent choose this status now, a missing device apart? Who may set it is another question."""
    shown, _ = shown_and_deciding(centre, agent)
    target = status.waits_for or status.name
    goes_to = row(centre, agent.base).goes_to
    return (
        status.selectable
        and (status.waits_for is None or is_busy(centre, agent))
        and counts_as_signed_in(centre, agent)
        and not shown.locked
        and (goes_to is None or target in goes_to)
    )
