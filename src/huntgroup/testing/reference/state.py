"""The state of the reference engine. Plain data; every rule that reads or changes it stands in another
module. Instants and durations are integer nanoseconds. Agents, queues, channels and skills are named by their
index."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from huntgroup import Scorer
from huntgroup.models import PresenceModel
from huntgroup.settings.hours import Hours
from huntgroup.shown import Event
from huntgroup.testing.reference.requirement import Requirement

QUEUED = "Queued"
OFFERED = "Offered"
DIALING = "Dialing"
HANDLING = "Handling"
ON_HOLD = "On Hold"
CONSULTING = "Consulting"
IN_CONFERENCE = "In Conference"
PARKED = "Parked"
WRAP_UP = "Wrap Up"
COMPLETED = "Completed"
ABANDONED = "Abandoned"

HANDLED = (DIALING, HANDLING, ON_HOLD, CONSULTING, IN_CONFERENCE)
"""The states in which an agent works on the interaction."""

TALKING = (HANDLING, ON_HOLD, CONSULTING, IN_CONFERENCE)
"""The handled states in which there is another party."""

CHANNEL, SLOT, NOTHING = "channel", "slot", "nothing"
"""What a running wrap-up occupies of its agent."""

SECOND = 1_000_000_000
DEFAULT_OFFER_TIMEOUT_NS = 20 * SECOND


@dataclass(slots=True)
class Channel:
    """A kind of interaction. `capability`: the channel whose device, capacity and load it uses."""

    index: int
    name: str
    blocks: str | tuple[str, ...]
    needs_device: bool
    units: int
    capability: int
    interruptible_by: tuple[str, ...]
    wrap_up_ns: int = 0
    wrap_up_unanswered: bool = False


@dataclass(slots=True)
class Membership:
    """An agent's place in a queue. `able_step` is the `own` part of the idle key."""

    queue: int
    tier: int
    rank: int
    delay_ns: int
    position: int
    limit: int | None = None
    logged_in: bool = True
    was_able: bool = False
    able_step: int = 0


@dataclass(slots=True)
class WrapUp:
    """After-contact work of one agent on one interaction. `handled_ns` is how long it was handled before,
    None where nobody answered."""

    interaction: int
    channel: int
    queue: int | None
    started_at_ns: int
    due_ns: int
    handled_ns: int | None
    holds: str


@dataclass(slots=True)
class Agent:
    """A person. `held` lists the interactions that count as load, open offers among them; `dialled_for` is
    the one whose customer is dialled first for this agent (CALL-6)."""

    index: int
    name: str
    role: str
    busy_selectable: bool
    units: int | None
    selected: str
    base: str
    toggle: bool
    external: str | None
    signed_in: bool = False
    team: str | None = None
    removed: bool = False
    pending: str | None = None
    pending_chosen: bool = False
    stop_new: bool = False
    duration_due_ns: int | None = None
    skills: dict[int, int] = field(default_factory=dict)
    capacity: dict[int, int] = field(default_factory=dict)
    devices: dict[int, set[str | None]] = field(default_factory=dict)
    memberships: dict[int, Membership] = field(default_factory=dict)
    load_step: dict[int, int] = field(default_factory=dict)
    held: list[int] = field(default_factory=list)
    wrap_ups: dict[int, WrapUp] = field(default_factory=dict)
    misses: int = 0
    rejects: int = 0
    accepted_count: int = 0
    busy_ns: int = 0
    ready_ns: int = 0
    status_ns: dict[str, int] = field(default_factory=dict)
    status_since_ns: int = 0
    user: list[float] = field(default_factory=lambda: [0.0] * 8)
    wrap_up_ns: int | None = None
    lowered: set[int] = field(default_factory=set)
    connected: bool = True
    after_accept: bool = False
    deciding: str = ""
    dialled_for: int | None = None


@dataclass(slots=True)
class Queue:
    """A queue, where interactions wait, and its presence as seen from outside. `overflow_target` is the queue
    that `overflow` names, once it exists."""

    index: int
    name: str
    channel: int
    strategy: str | Scorer
    requires: Requirement | None
    relax: tuple[tuple[int, Requirement | None], ...]
    offer_timeout_ns: int
    wrap_up_ns: int
    ask_again_ns: int
    preferred_wait_ns: int
    max_misses: int | None
    callback_attempts: int
    callback_retry_ns: int
    hours: Hours | None
    overflow: tuple[int, str] | None
    max_waiting: int | None
    when_closed: str
    accept_unstaffed: bool
    limits_run: str
    max_wait_ns: int | None
    credit_ns: int
    group: str | None
    service_level: tuple[int, float]
    short_abandon_ns: int
    max_rejects: int | None
    max_wait_unstaffed_ns: int | None
    max_handled: int | None
    delays: str
    wrap_up_holds: str
    overflow_target: int | None = None
    unstaffed_since_ns: int = 0
    removed: bool = False
    is_open: bool = True
    hours_due_ns: int | None = None
    next_position: int = 0
    last_offered_position: int = -1
    entered: int = 0
    answered: int = 0
    answered_in_target: int = 0
    abandoned: int = 0
    short_abandons: int = 0
    timed_out: int = 0
    overflowed: int = 0
    moved: int = 0
    callback_failed: int = 0
    refused: dict[str, int] = field(default_factory=lambda: {"closed": 0, "full": 0, "unstaffed": 0})
    answered_wait_ns: int = 0
    handling_ns: int = 0
    handling_count: int = 0
    recent_handling_ns: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Interaction:
    """One call, chat or email from arrival to the end of its wrap-up.

    `in_force` holds the queue's requirement and its own as they were last brought up to date; the levels
    count the steps of each that had passed then. `passed_over`: its overflow was due, and no queue took
    it. `shut`: it entered while its queue was closed, and waits for the opening.
    `decision`: how the latest one fell (`explained`). Up to `delays_done_ns` the timers of delays have fired
    for it, up to `waits_done_ns` those of who was asked, is preferred, or is to be called back. `since_ns`:
    when the state began; `handled_ns` and `on_hold_ns`: the time in those before it. `asked` has who was
    asked in vain and did not decline (OFFER-16), `recall` the agent whom it rings if nobody answers
    (OFFER-17). `customer` is "first" where the customer is dialled before an agent is asked, `dialled_for`
    the agent for whom, "there" from the answer on. `entry_is_open`: its entry into the queue is not counted
    yet (CHANGE-22); `accept_counted`, `answer_counted`: what the handling that goes on has counted of the
    agent and of the queue, which putting back takes back (CHANGE-17)."""

    id: int
    channel: int
    state: str
    queued_at_ns: int
    entered_at_ns: int
    queue: int | None = None
    agent: int | None = None
    priority: int = 0
    requires: Requirement | None = None
    relax: tuple[tuple[int, Requirement | None], ...] = ()
    queue_level: int = 0
    own_level: int = 0
    in_force: tuple[Requirement | None, Requirement | None] = (None, None)
    preferred: int | None = None
    ref: int | str | None = None
    user: tuple[float, ...] | None = None
    offers: list[int] = field(default_factory=list)
    offers_made: int = 0
    declined: dict[int, int] = field(default_factory=dict)
    asked: dict[int, int] = field(default_factory=dict)
    left_queues: set[int] = field(default_factory=set)
    passed_over: bool = False
    shut: bool = False
    delays_done_ns: int = 0
    waits_done_ns: int = 0
    callback: bool = False
    customer: str | None = None
    dialled_for: int | None = None
    callback_attempts: int = 0
    callback_not_before_ns: int | None = None
    leg: int | None = None
    parent: int | None = None
    external: bool = False
    handled_since_ns: int | None = None
    waited_ns: int | None = None
    since_ns: int = 0
    handled_ns: int = 0
    on_hold_ns: int = 0
    recall: int | None = None
    entry_is_open: bool = False
    accept_counted: bool = False
    answer_counted: bool = False
    answer_in_target: bool = False
    reason: str | None = None
    decision: Any = field(default=None, repr=False)

    def last_asked(self) -> dict[int, int]:
        """When each agent who declined it, or was asked in vain, was last asked (ELIG-7)."""
        agents = [*self.declined, *self.asked]
        return {agent: max(self.declined.get(agent, 0), self.asked.get(agent, 0)) for agent in agents}


@dataclass(slots=True)
class Offer:
    """One open offer. `displaced_step` is the agent's load key before it, `step` the key that it set.
    `assigned`: somebody chose the agent (CHANGE-14)."""

    id: int
    interaction: int
    agent: int
    queue: int | None
    capability: int
    due_ns: int
    step: int
    displaced_step: int
    assigned: bool = False


@dataclass(slots=True)
class Step:
    """What the step in progress has done so far: the causes of its matching."""

    gained: set[int] = field(default_factory=set)
    affected: set[int] = field(default_factory=set)
    entered: set[int] = field(default_factory=set)
    put_back: list[int] = field(default_factory=list)
    emits_presence: bool = True
    staffing: Staffing | None = None
    """The staffing that matching found last; None before that: still that of the end of the last step."""


Profile = tuple[str, str, int | None]
"""The status that an agent chose, the one that is in force, and when that ends."""


@dataclass(slots=True)
class Staffing:
    """How the queues are staffed at one moment: who serves where, the lowest tier in which somebody does, and
    which queues have as many interactions in hand as they may."""

    serving: set[tuple[int, int]] = field(default_factory=set)
    lowest: dict[int, int] = field(default_factory=dict)
    at_most: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Shown:
    """What was seen from outside at the end of the last step; the net events of the next one are found by
    comparison with it."""

    agents: dict[int, tuple[str, str | None, tuple[str, ...], tuple[bool, str | None, bool], Profile]] = (
        field(default_factory=dict)
    )
    ready: set[int] = field(default_factory=set)
    queues: dict[int, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    centre: str | None = None
    staffing: Staffing = field(default_factory=Staffing)


@dataclass(slots=True)
class Centre:
    """The whole state of one engine. `begun`: the start of time is settled (STEP-15)."""

    model: PresenceModel
    seed: int
    keep_finished: int
    keeps_events: bool
    now_ns: int = 0
    begun: bool = False
    step_number: int = 0
    channels: list[Channel] = field(default_factory=list)
    agents: list[Agent] = field(default_factory=list)
    queues: list[Queue] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    skills: list[str] = field(default_factory=list)
    requirements: list[Requirement | None] = field(default_factory=list)
    live: dict[int, Interaction] = field(default_factory=dict)
    finished: dict[int, Interaction] = field(default_factory=dict)
    offers: dict[int, Offer] = field(default_factory=dict)
    last_interaction: int = 0
    last_offer: int = 0
    last_event: int = 0
    events: list[Event] = field(default_factory=list)
    step: Step = field(default_factory=Step)
    shown: Shown = field(default_factory=Shown)
    by: str | None = None

    def present_agents(self) -> list[Agent]:
        """The agents that are not removed, by index. O(agents)."""
        return [agent for agent in self.agents if not agent.removed]

    def present_queues(self) -> list[Queue]:
        """The queues that are not removed, by index. O(queues)."""
        return [queue for queue in self.queues if not queue.removed]

    def waiting(self, queue: Queue | None = None) -> list[Interaction]:
        """The interactions that are Queued, in this queue or in all, by id. O(interactions)."""
        return [
            i for i in self.live.values() if i.state == QUEUED and (queue is None or i.queue == queue.index)
        ]

    def queue_of(self, interaction: Interaction) -> Queue | None:
        """The queue it waits in, or waited in last. O(1)."""
        return None if interaction.queue is None else self.queues[interaction.queue]


def enter(centre: Centre, interaction: Interaction, state: str) -> None:
    """The interaction is in this state from now on."""
    # STATE-13.
    handled_ns, on_hold_ns = times_spent(centre, interaction)
    interaction.handled_ns, interaction.on_hold_ns = handled_ns, on_hold_ns
    interaction.state, interaction.since_ns = state, centre.now_ns


def times_spent(centre: Centre, interaction: Interaction) -> tuple[int, int]:
    """How long agents have worked on it in all, and for how much of that it was on hold."""
    spent_ns = centre.now_ns - interaction.since_ns
    return (
        interaction.handled_ns + (spent_ns if interaction.state in HANDLED else 0),
        interaction.on_hold_ns + (spent_ns if interaction.state == ON_HOLD else 0),
    )


TELLS_WHERE = frozenset(
    ["answered", "parked", "held", "retrieved", "consulting", "conferenced", "consult_ended", "completed"]
)
"""Kinds of event that always name the interaction's agent and queue."""


def emit(
    centre: Centre,
    kind: str,
    *,
    agent: Agent | None = None,
    interaction: Interaction | int | None = None,
    queue: Queue | None = None,
    offer: int | None = None,
    status_from: str | int | None = None,
    status_to: str | int | None = None,
    reason: str | None = None,
    channel: Channel | None = None,
    group: str | None = None,
    other: int | None = None,
    value: int | float | None = None,
    text: str | None = None,
) -> None:
    """Append one event. O(1)."""
    # CMD-1, CMD-2.
    if kind in TELLS_WHERE and isinstance(interaction, Interaction):
        queue = centre.queue_of(interaction)
        agent = None if interaction.agent is None else centre.agents[interaction.agent]
    centre.last_event += 1
    if not centre.keeps_events:
        return
    centre.events.append(
        Event(
            centre.last_event,
            centre.now_ns,
            kind,
            None if agent is None else agent.name,
            interaction.id if isinstance(interaction, Interaction) else interaction,
            None if queue is None else queue.name,
            offer,
            status_from,
            status_to,
            reason,
            None if channel is None else channel.name,
            group,
            other,
            centre.by,
            value,
            text,
        )
    )


def tell_queued(centre: Centre, interaction: Interaction) -> None:
    """It waits from now on, with this priority and this preferred agent."""
    # TOLD-6.
    emit(
        centre,
        "queued",
        interaction=interaction,
        queue=centre.queue_of(interaction),
        value=None if interaction.priority == -1 else interaction.priority,
        other=interaction.preferred,
    )


def tell_arrival(centre: Centre, interaction: Interaction) -> None:
    """The details of its arrival: its reference, the instant from which it waits, the caller's own
    numbers."""
    # TOLD-7.
    ref = interaction.ref
    if ref is not None or interaction.queued_at_ns != centre.now_ns:
        emit(
            centre,
            "arrival_noted",
            interaction=interaction,
            status_to=0 if ref is None else 2 if isinstance(ref, str) else 1,
            other=interaction.queued_at_ns,
            value=None if isinstance(ref, str) or ref == -1 else ref,
            text=ref if isinstance(ref, str) else None,
        )
    for column, value in enumerate(interaction.user or ()):
        emit(centre, "user_changed", interaction=interaction, status_to=column, value=value)
