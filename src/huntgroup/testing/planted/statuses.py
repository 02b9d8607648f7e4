"""Faults in the statuses of agents, and in what a status lets them receive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from huntgroup import Actor
from huntgroup.errors import NotPermitted, WrapUpFixed
from huntgroup.models import Status
from huntgroup.testing.planted.fault import fault
from huntgroup.testing.reference import eligibility, presence, status, step, work_commands
from huntgroup.testing.reference.agent_commands import AgentCommands
from huntgroup.testing.reference.judge import Judgement, find
from huntgroup.testing.reference.state import Agent, Centre, Queue, Step
from huntgroup.testing.reference.work_commands import WorkCommands


@fault(status, "missed", "MISS-3")
def missed_direct_call_sets_a_status(right: Any, centre: Centre, agent: Agent, queue: Queue | None) -> None:
    """A missed direct call does what the model says of a queue's; it should change no status of its own."""
    sets = centre.model.on.missed_queued
    if queue is None and sets is not None:
        status.set_by_engine(centre, agent, sets)
    else:
        right(centre, agent, queue)


@fault(AgentCommands, "sign_in", "STATUS-21")
def sign_in_zeroes_who_is_in(right: Any, engine: AgentCommands, agent: Any, **rest: Any) -> None:
    """Where nobody needs to sign in, signing in zeroes the agent's times and counts; it should change
    nothing."""
    right(engine, agent, **rest)
    found = find(engine.centre.present_agents(), agent)
    if not engine.centre.model.sign_in.required:
        found.accepted_count = found.busy_ns = found.ready_ns = 0
        found.status_ns = {}


@fault(eligibility, "is_held_back", "ELIG-6")
def two_offers_where_one_is_let_in(right: Any, centre: Centre, agent: Agent) -> bool:
    """In a status that takes one offer at a time an agent with two of voice is offered two; it should be
    one."""
    return False


@fault(status, "acted_by_itself", "MISS-4")
def row_of_misses_goes_on(right: Any, agent: Agent, by: Agent | Actor | None = None) -> None:
    """A row of misses goes on over what the agent does of its own; it should begin anew."""


@fault(step, "note_deciding", "MATCH-1", "MATCH-27")
def who_receives_more_has_not_gained(right: Any, centre: Centre, gained: set[int]) -> None:
    """Where work, or being asked, brings a status that receives more, nobody looks again; a match is left
    undone."""
    right(centre, set())


@fault(step, "serve_regained", "MATCH-1", "MATCH-28")
def who_receives_more_once_asked_is_not_served(right: Any, centre: Centre) -> bool:
    """Where being asked brings a status that receives more, matching does not go on; a match is left
    undone."""
    step.note_able(centre)
    step.note_deciding(centre, set())
    return False


@fault(presence, "says", "STATUS-30")
def waiting_status_says_all_is_well(right: Any, now: presence.Standing, key: str) -> bool:
    """What a status that waits leaves out of `features` and `logged_in` counts as said; the base status
    should say it."""
    if now.shown.waits_for is not None and getattr(now.shown, key) is None:
        return True
    return bool(right(now, key))


@fault(AgentCommands, "_judge_sign_out", "CMD-6", "STATUS-22")
def fixed_wrap_up_holds_who_needs_no_sign_in(
    right: Any, engine: AgentCommands, judgement: Judgement, agent: Agent, work: str, by_other: bool
) -> None:
    """A fixed wrap-up refuses to sign out in a model that needs no sign-in; it should not be asked."""
    right(engine, judgement, agent, work, by_other)
    model = engine.centre.model
    if model.wrap_up.fixed and agent.wrap_ups and not model.sign_in.required:
        judgement.breaks(WrapUpFixed, f"agent {agent.name} is in a wrap-up that cannot be cut short")


@fault(WorkCommands, "accept", "STATUS-17")
def accepting_joins_no_group(right: Any, engine: WorkCommands, *args: Any, **rest: Any) -> None:
    """The status that accepting brings neither joins its queue group nor sets logins; it should do as if it
    were chosen."""

    def enter_chosen(centre: Centre, agent: Agent, **_: Any) -> None:
        agent.pending = None
        status.begin_base(centre, agent)

    instead = SimpleNamespace(**{**vars(status), "enter_chosen": enter_chosen})
    with patch.object(work_commands, "status", instead):
        right(engine, *args, **rest)


@fault(AgentCommands, "_judge_status", "STATUS-8")
def supervisor_sets_by_the_waiting_name(
    right: Any,
    engine: AgentCommands,
    judgement: Judgement,
    agent: Agent,
    row: Status,
    by: Agent | Actor | None,
) -> None:
    """Whether a supervisor may set a status that waits goes by its own name; it should go by the one that it
    waits for."""
    right(engine, judgement, agent, row, None)
    sets = engine.centre.model.supervisor.sets
    if by is not None and by is not agent and sets is not None and row.name not in sets:
        judgement.breaks(NotPermitted, f"{by.name} cannot set {row.name} for others")


@fault(presence, "standing", "OFFER-18")
def being_asked_takes_the_offer_back(
    right: Any, centre: Centre, agent: Agent, *, asked: bool = True
) -> presence.Standing:
    """A status that receives nothing once an offer is open has that very offer withdrawn; it should stay."""
    found: presence.Standing = right(centre, agent)
    return found


@fault(WorkCommands, "dial", "MATCH-1", "MATCH-27")
def dialling_gains_nobody(right: Any, engine: WorkCommands, *args: Any, **rest: Any) -> int:
    """Who dials out of a wrap-up comes into a status that receives more, and nothing is offered; it should
    be."""
    note_deciding, whole_step = step.note_deciding, step.step

    @contextmanager
    def quiet(centre: Centre, by: Agent | Actor | None = None) -> Iterator[Step]:
        with (
            patch.object(step, "note_deciding", lambda centre, gained: note_deciding(centre, set())),
            whole_step(centre, by) as now,
        ):
            yield now
            now.gained.clear()

    with patch.object(work_commands, "step", quiet):
        return int(right(engine, *args, **rest))
