"""A seeded stream of commands: the whole public face, valid and invalid, often at the instant of a timer. The
stream looks at a reference engine to find commands that are possible next, but the commands themselves are
plain values that can be played into any engine."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from huntgroup import Actor
from huntgroup.models import PresenceModel
from huntgroup.testing.centres import (
    LONGEST,
    MOMENT,
    SKILLS,
    random_agent,
    random_centre,
    random_model,
    random_relaxation,
    random_requirement,
    random_user,
)
from huntgroup.testing.changes import CHANGES, answer, arrival, reference
from huntgroup.testing.connections import CONNECTIONS, commander
from huntgroup.testing.mutations import successor
from huntgroup.testing.play import Command
from huntgroup.testing.queues import QUEUES
from huntgroup.testing.reference import ReferenceEngine, presence
from huntgroup.testing.reference.judge import find, status_row
from huntgroup.testing.reference.staffing import ROLES
from huntgroup.testing.reference.state import SECOND, Agent, Interaction
from huntgroup.testing.scenes import next_of_a_scene

STATES_FOR = {
    "accept": ("Offered",),
    "reject": ("Offered",),
    "abandon": ("Queued", "Offered", "Parked"),
    "request_callback": ("Queued",),
    "answered": ("Dialing",),
    "hold": ("Handling",),
    "retrieve": ("On Hold",),
    "consult": ("Handling", "On Hold"),
    "conference": ("Consulting",),
    "end_consult": ("Consulting", "In Conference"),
    "transfer": ("Handling", "On Hold", "Consulting", "In Conference", "Parked"),
    "end": ("Dialing", "Handling", "On Hold", "Consulting", "In Conference", "Parked"),
    "finish_wrap_up": ("Wrap Up",),
    "extend_wrap_up": ("Wrap Up",),
    "park": ("Handling", "On Hold"),
    "resume": ("Parked",),
    "update_interaction": ("Queued", "Offered"),
    "move": ("Queued", "Offered"),
    "assign": ("Queued", "Offered"),
    "withdraw": ("Offered",),
    "put_back": ("Dialing", "Handling", "On Hold"),
}
"""The states in which each command on an interaction may be accepted."""

TEAMS = (None, "north", "south")
ACTORS = (("Kim", "supervisor"), ("Ann", "administrator"), ("crm", "connector"), ("Bo", "agent"))
"""Actors who give commands and are no agents."""

PART_FOR = {
    "set_ready": "toggle",
    "set_external_presence": "external_presence",
    "stop_new": "stop_new",
    "resume_new": "stop_new",
}
"""The part that a presence model must have for the command to be accepted."""

WEIGHTS = {
    "enqueue": 12,
    "advance": 6,
    "accept": 16,
    "end": 9,
    "set_status": 10,
    "reject": 3,
    "abandon": 2,
    "request_callback": 1.5,
    "answered": 8,
    "hold": 1,
    "retrieve": 3,
    "consult": 6,
    "conference": 6,
    "end_consult": 2,
    "transfer": 5,
    "finish_wrap_up": 4,
    "extend_wrap_up": 1.5,
    "park": 3,
    "resume": 4,
    "direct": 2,
    "dial": 2,
    "sign_in": 2,
    "sign_out": 0.8,
    "connect": 1.5,
    "disconnect": 1,
    "connection_lost": 0.8,
    "update_model": 0.6,
    "connection_restored": 1,
    "set_ready": 3,
    "set_external_presence": 3,
    "queue_login": 2,
    "queue_logout": 0.5,
    "set_queue_logins": 0.5,
    "stop_new": 5,
    "resume_new": 2,
    "set_status_many": 0.8,
    "join": 1,
    "leave": 0.3,
    "set_capacity": 1.5,
    "set_skill": 1,
    "set_user": 2,
    "update_agent": 1,
    "update_queue": 0.5,
    "update_channel": 0.2,
    "add_agent": 0.3,
    "add_agents": 0.1,
    "add_channel": 0.05,
    "remove_agent": 0.2,
    "add_queue": 0.2,
    "remove_queue": 0.2,
    "update_interaction": 4,
    "move": 4,
    "assign": 4,
    "withdraw": 2.5,
    "put_back": 3,
}
"""How often each command is drawn, relative to the others."""

DRAWN = {**CONNECTIONS, **QUEUES}
"""The arguments of these commands are drawn in modules of their own."""

WEEK_NS = 7 * 86_400 * SECOND

TAKES_BY = frozenset(
    (
        *("sign_in", "sign_out", "connect", "disconnect", "set_ready", "set_external_presence", "stop_new"),
        *("resume_new", "set_skill", "set_user", "join", "leave", "set_capacity", "update_agent"),
        *("remove_agent", "add_agent", "add_agents", "add_channel", "add_queue", "update_queue"),
        *("remove_queue", "update_model", "connection_lost", "connection_restored", "update_channel"),
    )
)
"""Commands that may name who gives them, in addition to those of statuses and logins."""

DISTURBING = (
    "sign_out",
    "connection_lost",
    "disconnect",
    "queue_logout",
    "leave",
    "set_status",
    "set_status_many",
    "set_queue_logins",
    "set_skill",
    "update_queue",
    "add_agent",
    "add_agents",
    "remove_agent",
    "add_queue",
    "join",
)
"""Commands that keep agents from working: seldom drawn in a calm centre, where several agents are free at
most decisions."""


class Workload:
    """The stream of one seed. `reference` is the engine that it looks at; play each command into it.
    `settings` are those with which another engine has to be made."""

    def __init__(self, seed: int | Random) -> None:
        self.random: Random = seed if isinstance(seed, Random) else Random(seed)
        model = random_model(self.random)
        self.settings: dict[str, Any] = {
            "model": model,
            "seed": self.random.randrange(2**32),
            "keep_finished": self.random.choice((0, 1, 5, 40, 100_000, 100_000)),
        }
        # A generator of its own, so that the commands of a seed stay the same.
        start = Random(self.settings["seed"]).choice((None, None, 0, 1, WEEK_NS - 1, WEEK_NS, 5 * 10**17))
        if start is not None:
            self.settings["start"] = start
        # If time has not begun once the centre is built, it begins by a duration in two of three centres
        # (TOLD-9).
        self._begins = start is None and self.settings["seed"] % 3 > 0
        self.reference: ReferenceEngine = ReferenceEngine(**self.settings)
        self.calm: bool = self.random.random() < 0.6
        self.crowd: bool = self.random.random() < 0.05
        # How often time passes: where it passes slowly, much goes on at once.
        self.pace: float = self.random.choice((0.1, 0.3, 1.0))
        self.weights: dict[str, float] = {
            name: weight
            * (0.15 if self.calm and name in DISTURBING else 1)
            * (self.pace if name == "advance" else 1)
            for name, weight in WEIGHTS.items()
        }
        if model.wrap_up.fixed and not model.sign_in.required:
            self.weights["sign_out"] *= 8
        # How many may wait before arrivals become rare: without a bound a long run would only pile up waiting
        # interactions.
        self.patience = self.random.choice((3, 6, 10, 10, 25)) + (25 if self.crowd else 0)
        self.building: list[Command] = random_centre(self.random, model, self.calm, self.crowd)
        self._agents_added = sum(command.method == "add_agent" for command in self.building)
        self.queues_added: int = sum(command.method == "add_queue" for command in self.building)
        self._makers: dict[str, Callable[[], tuple[tuple[Any, ...], dict[str, Any]]]] = {
            name.removeprefix("_make_"): getattr(self, name)
            for name in dir(self)
            if name.startswith("_make_")
        }

    @property
    def model(self) -> PresenceModel:
        """The presence model as it is now."""
        return self.reference.centre.model

    def next(self) -> Command:
        """The next command; the ones before must have been played into the reference."""
        if self.building:
            return self.building.pop(0)
        if self._begins:
            self._begins = False
            return Command("advance", (), {"by": self.settings["seed"] % 2 * MOMENT})
        scene = next_of_a_scene(self)
        if scene is not None:
            return scene
        method = self._method()
        while self._is_pointless(method) and self.random.random() < 0.95:
            method = self._method()
        return self.make(method)

    def make(self, method: str) -> Command:
        """A command of this method; most of the time one that is possible now."""
        if method in STATES_FOR:
            number = self._interaction(method)
            args: tuple[Any, ...] = (number,)
            kwargs = self._details(method, self.reference.centre.live.get(number))
            if method in CHANGES:
                args, kwargs = CHANGES[method](self, number, self.reference.centre.live.get(number))
            elif method == "consult":
                # None is an external party.
                args = (number, self.agent() if self.random.random() < 0.8 else None)
        elif method in DRAWN:
            args, kwargs = DRAWN[method](self)
        else:
            args, kwargs = self._makers[method]()
        if method in TAKES_BY and self.random.random() < 0.3:
            kwargs = {**kwargs, **self.by()}
        if method == "extend_wrap_up":
            args = (number, self.random.choice((1e-9, 5, 5, 30, 3_162_240_000)))
        if method != "advance" and self.random.random() < 0.3 * self.pace:
            kwargs = {**kwargs, "at": self._instant()}
        return Command(method, args, kwargs)

    def _is_pointless(self, method: str) -> bool:
        """Is there nothing on which the command could act? Then it is seldom worth a refusal: most states are
        rare."""
        if method in STATES_FOR:
            # Most interactions that are ended are in an agent's hands; if parked ones were ended as often,
            # none would be resumed.
            found = self._in_state(method)
            parked = sum(i.state == "Parked" for i in found)
            if method in ("end", "abandon", "transfer") and parked and self.random.random() < 0.8:
                return len(found) == parked
            return not found or (method == "park" and self.random.random() < 0.5)
        if method == "enqueue":
            return len(self.reference.centre.waiting()) > self.patience
        if method == "add_channel":
            return len(self.reference.centre.channels) > 7
        if method == "remove_agent" and len(self.reference.centre.present_agents()) < 3:
            return True
        part = PART_FOR.get(method)
        return part is not None and getattr(self.model, part) is None

    def _method(self) -> str:
        return self.random.choices(list(self.weights), list(self.weights.values()))[0]

    # --- choices -------------------------------------------------------------------------------------------

    def _instant(self) -> int:
        """An instant: most often that of the next timer or one just beside it, sometimes one in the past."""
        now_ns = self.reference.centre.now_ns
        kind = self.random.random()
        deadline = self.reference.next_deadline
        if kind < 0.03:
            return max(0, now_ns - SECOND)
        # Opening hours may be days away; a jump there would end everything that waits.
        if kind < 0.4 and deadline is not None and deadline - now_ns < 120 * SECOND:
            return max(now_ns, deadline + self.random.choice((0, 0, 0, -1, 1)))
        if kind > 0.97:
            return now_ns + 1
        return now_ns + self.random.choice((0, 0, 0, 1, 2, 5)) * SECOND

    def _in_state(self, method: str) -> list[Interaction]:
        states = STATES_FOR[method]
        return [i for i in self.reference.centre.live.values() if i.state in states]

    def _interaction(self, method: str) -> int:
        fitting = self._in_state(method)
        if fitting and self.random.random() < 0.95:
            return self.random.choice(fitting).id
        return self.random.randint(0, self.reference.centre.last_interaction + 1)

    def agent(self) -> str | int:
        centre = self.reference.centre
        if self.random.random() < 0.02 or not centre.present_agents():
            return self.random.choice(("nobody", len(centre.agents), -1))
        agent = self.random.choice(centre.present_agents())
        return agent.name if self.random.random() < 0.8 else agent.index

    def agent_who(self, needs_it: Callable[[Agent], bool]) -> str | int:
        """Most often an agent for whom the command changes something."""
        needing = [agent.name for agent in self.reference.centre.present_agents() if needs_it(agent)]
        return self.random.choice(needing) if needing and self.random.random() < 0.8 else self.agent()

    def queue(self) -> str | int:
        centre = self.reference.centre
        if self.random.random() < 0.02 or not centre.present_queues():
            return self.random.choice(("nowhere", len(centre.queues), -1))
        queue = self.random.choice(centre.present_queues())
        return queue.name if self.random.random() < 0.8 else queue.index

    def queue_of(self, channel: int | None) -> str | int:
        """Most often a queue of this channel."""
        fitting = [queue.name for queue in self.reference.centre.present_queues() if queue.channel == channel]
        return self.random.choice(fitting) if fitting and self.random.random() < 0.9 else self.queue()

    def channel(self) -> str:
        if self.random.random() < 0.02:
            return "telegraph"
        return self.random.choice(self.reference.centre.channels).name

    def _status(self) -> str | int:
        if self.random.random() < 0.02:
            return self.random.choice(("Elsewhere", len(self.model.statuses), -1))
        rows = self.model.statuses
        choosable = [row for row in rows if row.selectable]
        receiving = [row for row in choosable if row.receives_queued is not False]
        return self.random.choice([*rows, *choosable, *receiving * 6]).name

    def by(self) -> dict[str, Any]:
        if self.random.random() > 0.4:
            return {}
        actors = [Actor(name, role, self.random.choice(TEAMS)) for name, role in ACTORS]
        return {"by": commander(self) if self.random.random() < 0.7 else self.random.choice(actors)}

    # --- what goes with each command on an interaction ------------------------------------------------------

    def _details(self, method: str, interaction: Interaction | None) -> dict[str, Any]:
        chance = self.random.random()
        centre = self.reference.centre
        if method in ("accept", "reject") and chance < 0.6 and centre.offers:
            return answer(self)
        consulted = interaction is not None and (interaction.external or interaction.leg is not None)
        if method == "transfer" and chance < (0.5 if consulted else 0.97):
            channel = None if interaction is None else interaction.channel
            return (
                {"queue": self.queue_of(channel)} if chance < 0.3 else {"agent": self._successor(interaction)}
            )
        if method in ("end", "abandon", "park", "resume", "extend_wrap_up") and chance < 0.25:
            said = {"reason": self.random.choice(("", "customer", "no answer"))}
            return {**self.by(), **(said if method in ("end", "abandon") else {})}
        if method == "request_callback" and chance < 0.6:
            return {"first": self.random.choice(("agent", "customer", "customer"))}
        ends_wrap_up = method in ("finish_wrap_up", "extend_wrap_up")
        return {"agent": self.agent()} if ends_wrap_up and chance < 0.3 else {}

    def _successor(self, interaction: Interaction | None) -> str | int:
        """The agent who takes over: often the consulted one, who may or may not have accepted."""
        leg = None if interaction is None or interaction.leg is None else interaction.leg
        agent = None if leg is None else self.reference.centre.live[leg].agent
        return self.agent() if agent is None or self.random.random() < 0.4 else agent

    # --- the other commands --------------------------------------------------------------------------------

    def _make_advance(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        if self.random.random() < 0.5:
            return (self._instant(),), {}
        return (), {"by": self.random.choice((0, MOMENT, 1, 2.5, 5, 5, 5, 10, 30))}

    def _make_enqueue(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        details: dict[str, Any] = {}
        if self.random.random() < 0.4:
            details["priority"] = self.random.choice((-1, 0, 1, 5, 5, 60, 1_000_000, -1_000_000, 1_000_001))
        if self.random.random() < 0.3:
            details["requires"] = random_requirement(self.random)
            details["relax"] = random_relaxation(self.random)
        if self.random.random() < 0.05:
            details["requires"] = "juggling"
        if self.random.random() < 0.25:
            details["preferred"] = self.agent()
        if self.random.random() < 0.4:
            details["user"] = random_user(self.random)
        return (self.queue(),), {**details, **reference(self), **arrival(self)}

    def _make_direct(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return self._agent_and_channel(), reference(self)

    def _agent_and_channel(self) -> tuple[Any, str]:
        """Often an agent and a channel for which the agent has a capability."""
        agent = self.agent()
        found = find(self.reference.centre.present_agents(), agent)
        rights = [] if found is None else [index for index, most in found.capacity.items() if most]
        if rights and self.random.random() < 0.8:
            return agent, self.reference.centre.channels[self.random.choice(rights)].name
        return agent, self.channel()

    def _make_dial(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        agent, channel = self._agent_and_channel()
        found = find(self.reference.centre.channels, channel)
        queue = self.queue() if found is None else self.queue_of(found.index)
        return (agent, channel), {
            **({"queue": queue} if self.random.random() < 0.6 else {}),
            **reference(self),
        }

    def ringing(self) -> str | int:
        """Often an agent with an open offer, which is lost when the agent goes away."""
        if self.random.random() < 0.5:
            return self.agent()
        rung = {offer.agent for offer in self.reference.centre.offers.values()}
        return self.agent_who(lambda agent: agent.index in rung)

    def _make_sign_out(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Often an agent at work, with one of the ways to leave the work behind."""
        present = self.reference.centre.present_agents()
        busy = [agent.name for agent in present if agent.held or agent.wrap_ups]
        agent = self.random.choice(busy) if busy and self.random.random() < 0.5 else self.ringing()
        ways = ("park", "park", "put_back", "put_back", "refuse")
        work = {"work": self.random.choice(ways)} if self.random.random() < 0.7 else {}
        return (agent,), {**work, **self.by()}

    def _make_remove_agent(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (self.ringing(),), {}

    def _make_stop_new(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Only an agent who holds an interaction has a use for it."""
        holding = [agent.name for agent in self.reference.centre.present_agents() if agent.held]
        return (self.random.choice(holding or [self.agent()]),), {}

    _make_resume_new = _make_stop_new

    def _make_update_model(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Most often a status of an agent who rings."""
        agents = self.reference.centre.present_agents()
        rung = {offer.agent for offer in self.reference.centre.offers.values()}
        used = sorted({agent.base for agent in agents if agent.index in rung or not rung})
        return (successor(self.random, self.model, used),), {}

    def _make_set_status(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Most often an agent who receives nothing becomes able to."""
        if self.random.random() < 0.4:
            return (self.ringing(), self._status()), self.by()
        needy = [row.name for row in self.model.statuses if row.selectable and row.needs_device is not None]
        if needy and self.random.random() < 0.3:
            return (self.agent_who(lambda agent: not agent.devices), self.random.choice(needy)), {}
        receiving = [row.name for row in self.model.statuses if row.selectable and row.receives_queued]
        if not receiving:
            return (self.agent(), self._status()), self.by()
        agent = self.agent_who(lambda agent: agent.base not in receiving)
        return (agent, self.random.choice(receiving)), {}

    def _make_set_status_many(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Most often agents who all may choose the status: one who may not refuses it for all."""
        centre, name = self.reference.centre, self._status()
        row = status_row(centre, name)
        present = centre.present_agents()
        if row is not None and self.random.random() < 0.7:
            standings = [(agent, presence.standing(centre, agent)) for agent in present]
            present = [agent for agent, now in standings if presence.selectable(centre, agent, row, now)]
        names = [agent.name for agent in present]
        chosen = self.random.sample(names, self.random.randint(0, len(names)))
        if self.random.random() < 0.05:
            chosen.append("nobody")
        return (chosen, name), self.by()

    def _make_set_ready(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (self.agent_who(lambda agent: not agent.toggle), self.random.random() < 0.9), {}

    def _make_set_external_presence(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        values = ("available", "available", "busy", "in_a_call", "do_not_disturb", "absent", "elsewhere")
        return (self.agent(), self.random.choice(values)), {}

    def _make_queue_login(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (self.agent(), self.queue()), self.by()

    def _make_queue_logout(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (*self._membership(),), self.by()

    def _membership(self) -> tuple[str | int, str | int]:
        """Often an agent who rings, and one of that agent's queues."""
        agent = self.ringing()
        found = find(self.reference.centre.present_agents(), agent)
        if found is None or not found.memberships or self.random.random() < 0.2:
            return agent, self.queue()
        return agent, self.reference.centre.queues[self.random.choice(list(found.memberships))].name

    def _make_set_queue_logins(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        names = [queue.name for queue in self.reference.centre.present_queues()]
        chosen = self.random.sample(names, self.random.randint(0, len(names)))
        return (self.agent(), {name: self.random.random() < 0.6 for name in chosen}), self.by()

    def _make_join(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        pools: dict[str, tuple[Any, ...]] = {
            "tier": (0, 1, 2, self.random.choice((2, 255))),
            "rank": (0, 1, 2, self.random.choice((2, 65_535))),
            "delay": (0, 5, 10, 20, self.random.choice((MOMENT, 5, LONGEST))),
            "limit": (None, None, 0, 1, 1, 2, self.random.choice((1, 65_535))),
        }
        details = {
            name: self.random.choice(pool) for name, pool in pools.items() if self.random.random() < 0.6
        }
        return (self.agent(), self.queue()), details

    def _make_leave(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (*self._membership(),), {}

    def _make_set_capacity(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Often for an agent who holds something, so that the capacity falls below the load."""
        most = self.random.choice((0, 1, 1, 1, 2, 4, 65_535))
        holding = [agent for agent in self.reference.centre.present_agents() if agent.held]
        if not holding or self.random.random() < 0.5:
            return (self.agent(), self.channel(), most), {}
        agent = self.random.choice(holding)
        channel = self.reference.centre.live[self.random.choice(agent.held)].channel
        return (agent.name, self.reference.centre.channels[channel].name, most), {}

    def _make_set_skill(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (self.agent(), self.random.choice(SKILLS), self.random.randint(0, 10)), {}

    def _make_set_user(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        column = self.random.choice((0, 0, 1, 2, 7)) if self.random.random() < 0.97 else 8
        return (self.agent(), column, self.random.choice((-3.0, 0.0, 0.5, 2, 48.1))), {}

    def _make_update_agent(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        settings = {
            "role": self.random.choice(ROLES),
            "units": self.random.choice((None, 0, 50, 100, 150, 2**31 - 1)),
            "busy_selectable": self.random.random() < 0.7,
            "wrap_up": self.random.choice((None, 0, 1e-9, 7, 3600)),
            "team": self.random.choice(TEAMS),
        }
        some = self.random.sample(sorted(settings), self.random.randint(0, 3))
        return (self.agent(),), {name: settings[name] for name in some}

    def _make_add_agent(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        centre = self.reference.centre
        self._agents_added += 1
        queues = [queue.name for queue in centre.present_queues()]
        shared = len(centre.channels) > 3
        names = {agent.name for agent in centre.present_agents()}
        # The name of a removed agent may be given again; now and then it is still in use.
        gone = sorted({agent.name for agent in centre.agents} - names) or sorted(names)
        again = bool(gone) and self.random.random() < 0.3
        name = self.random.choice(gone) if again else f"a{self._agents_added}"
        return (name,), random_agent(self.random, self.model, queues, shared, self.calm)

    def _make_add_agents(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """A few agents who are alike but for their skills and queues."""
        centre = self.reference.centre
        count = self.random.randint(1, 3)
        names = [f"a{self._agents_added + number + 1}" for number in range(count)]
        self._agents_added += count
        arguments = random_agent(
            self.random, self.model, [queue.name for queue in centre.present_queues()], False, self.calm
        )
        del arguments["skills"]
        if "user" in arguments:
            arguments["user"] = [arguments["user"]] * count
        if self.random.random() < 0.5:
            arguments["skills"] = [[self.random.randint(0, 10) for _ in SKILLS] for _ in names]
            arguments["skill_names"] = SKILLS
        chosen = arguments.pop("queues")
        if chosen and self.random.random() < 0.5:
            arguments["queues"] = chosen
        else:
            kept = [self.random.sample(chosen, self.random.randint(0, len(chosen))) for _ in names]
            arguments["queues"] = kept
        return (names,), arguments
