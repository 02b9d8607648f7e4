"""Counts what a workload does, so that a test can say that nothing was left out. As a program (`python -m
huntgroup.testing.tally SEEDS COMMANDS`) it prints the table."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

import huntgroup
from huntgroup.models import PresenceModel
from huntgroup.shown import Event
from huntgroup.testing.centres import MODELS
from huntgroup.testing.play import Command, play
from huntgroup.testing.reference import eligibility
from huntgroup.testing.reference.judge import find
from huntgroup.testing.reference.state import HANDLED, Agent, Centre, Interaction
from huntgroup.testing.reference.strategies import STRATEGIES
from huntgroup.testing.rows import result_code
from huntgroup.testing.workload import WEIGHTS, Workload

UNREACHABLE: dict[str, set[str]] = {
    "result": {"INVALID_COMMAND"},
    "event": set(),
    "withdrawn": {"score_missing", "scorer_raised"},
}
"""Codes that no call of a method can bring about: a row that is no command, and the reason of a scorer's
failure, which is no withdrawal."""

RULES = (
    *("signed_out", "status", "pending", "stop_new", "wrap_up", "not_member", "not_logged_in", "delay"),
    *(
        "capability",
        "device",
        "capacity",
        "blocked",
        "units",
        "limit",
        "max_handled",
        "asked",
        "skills",
        "preferred",
        "closed",
        "callback",
    ),
)
"""The rules that `why_not` can name."""

MOMENTS = (
    "a custom status is chosen",
    "a status runs out",
    "an offer to one of several tiers",
    "an offer by a rank that differs",
    "an offer after a delay",
    "an offer under units",
    "an offer that interrupts",
    "an offer of a second at once",
    "an offer to the preferred agent",
    "an offer to one who declined before",
    "an offer of a callback",
    "an offer that rings several",
    "a queue's own relaxation",
    "an interaction's own relaxation",
    "a closed queue",
    "a queue is changed while somebody waits",
    "a queue is removed",
    "an agent is removed while ringing",
    "many statuses at once",
    "a transfer to a queue",
    "a transfer to an agent",
    "a transfer to the party consulted",
    "an external party",
    "a wrap-up on each of two interactions",
    "a name is used again",
    "one that rings is moved",
    "one that rings is assigned to another",
    "one that rings is updated",
    "an assign over what keeps the agent away",
    "a callback is put back",
    "a direct one is put back",
    "an arrival before now",
    "a request that is known already",
    "one that was moved in is answered",
    "a device beside another",
    "a device that goes and leaves another",
    "a ninth device",
    "a connection lost in mid-call",
    "a connection lost while ringing",
    "a connection that signing in restores",
    "a queue that comes to a group is joined",
    "a supervisor who would have to be signed in",
    "a model that lacks what somebody has",
    "a model that renames what somebody has",
    "a model that lacks what nobody has",
    "a model under agents at work",
    "a model while a status waits",
    "a model while a status is timed",
    "a model that withdraws an offer",
)
"""Situations that have to occur, in addition to those that commands, results and events show."""


def required() -> dict[str, set[str]]:
    """The things that have to be seen, by group."""
    groups = {
        "accepted": set(WEIGHTS),
        "refused": set(WEIGHTS) - {"advance", "add_agent", "add_agents", "add_channel", "add_queue"},
        "result": {member.name for member in huntgroup.Result} - UNREACHABLE["result"],
        "event": {member.name.lower() for member in huntgroup.EventKind} - UNREACHABLE["event"],
        "withdrawn": {reason for reason in huntgroup.engine.events.REASONS if reason}
        - UNREACHABLE["withdrawn"],
        "model": {*MODELS, "with a status of its own", "with another default"},
        "offers by strategy": set(STRATEGIES),
        "offers by channel": {"voice", "chat", "email", "video", "task"},
        "rule": set(RULES),
        "moment": set(MOMENTS),
    }
    return groups


class Tally:
    """How often each thing of each group was seen."""

    own_statuses: set[str]
    was_waiting: set[int | None]
    due_ns: list[int]
    consulted: set[int]
    names: set[str]
    rang: set[int]
    had: set[str]
    callbacks: set[int]

    def __init__(self) -> None:
        self.seen: dict[str, Counter[str]] = {group: Counter() for group in required()}
        self.commands: int = 0

    def missing(self, least: int = 1) -> list[str]:
        """The required things that were seen less often than this."""
        return [
            f"{group}: {name} ({self.seen[group][name]})"
            for group, names in required().items()
            for name in sorted(names)
            if self.seen[group][name] < least
        ]

    def table(self) -> str:
        """Every group with its counts, the rarest first."""
        lines = [f"{self.commands} commands"]
        for group, counts in self.seen.items():
            names = required()[group] | set(counts)
            lines.append(f"\n{group}")
            lines += [f"  {counts[name]:>9}  {name}" for name in sorted(names, key=lambda name: counts[name])]
        return "\n".join(lines)

    def run(self, seeds: Iterable[int], commands: int) -> None:
        """Play so many commands of each seed into the reference and count. O(commands)."""
        for seed in seeds:
            workload = Workload(seed)
            self.moved: set[int | None] = set()
            built_in = huntgroup.PresenceModel.load(workload.model.name)
            self._moment("model", workload.model.name)
            built_in_names = {row.name for row in built_in.statuses}
            self.own_statuses = {row.name for row in workload.model.statuses} - built_in_names
            if self.own_statuses:
                self._moment("model", "with a status of its own")
            if workload.model.default != built_in.default:
                self._moment("model", "with another default")
            for number in range(commands):
                command = workload.next()
                self._before(workload, command)
                outcome = play(workload.reference, command)
                self._after(workload, command, outcome, workload.reference.poll())
                if number % 20 == 0:
                    self._rules(workload)

    def _moment(self, group: str, name: str) -> None:
        self.seen[group][name] += 1

    def _before(self, workload: Workload, command: Command) -> None:
        centre = workload.reference.centre
        self.was_waiting = {i.queue for i in centre.waiting()}
        self.due_ns = [agent.duration_due_ns for agent in centre.agents if agent.duration_due_ns is not None]
        self.consulted = {i.id for i in centre.live.values() if i.leg is not None or i.external}
        self.names = {agent.name for agent in centre.agents if agent.removed}
        self.rang = {i.id for i in centre.live.values() if i.offers}
        self.had = {agent.base for agent in centre.present_agents()}
        self.model_was: PresenceModel = centre.model
        self.callbacks = {i.id for i in centre.live.values() if i.callback}

    def _after(
        self, workload: Workload, command: Command, outcome: tuple[str, Any], events: list[Event]
    ) -> None:
        self.commands += 1
        kind, refusal = outcome
        if command.method == "assign" and refusal == "NotReachable":
            self._moment("moment", "an assign over what keeps the agent away")
        if command.method == "connect" and refusal == "LimitExceeded":
            self._moment("moment", "a ninth device")
        if command.method == "update_model" and refusal == "IllegalTransition":
            self._moment("moment", "a model that lacks what somebody has")
        if refusal == "NotPermitted" and self._is_out(workload, command):
            self._moment("moment", "a supervisor who would have to be signed in")
        self.moved |= {event.interaction for event in events if event.kind == "moved"}
        self._moment("accepted" if kind == "ok" else "refused", command.method)
        if outcome != ("refused", "ConfigError"):
            self._moment("result", huntgroup.Result(result_code(outcome)).name)
        if any(due_ns <= workload.reference.centre.now_ns for due_ns in self.due_ns):
            self._moment("moment", "a status runs out")
        for event in events:
            self._moment("event", event.kind)
            if event.reason is not None:
                self._moment("withdrawn", event.reason)
            self._event(workload, event)
        if kind == "ok":
            self._command(workload, command, events)

    def _is_out(self, workload: Workload, command: Command) -> bool:
        """Is the command given by somebody who has a role only while signed in, and is signed out?"""
        centre = workload.reference.centre
        by = next((a for a in centre.agents if a.name == command.kwargs.get("by")), None)
        return (
            by is not None
            and not by.signed_in
            and by.role in ("supervisor", "administrator")
            and centre.model.supervisor_needs_sign_in
        )

    def _command(self, workload: Workload, command: Command, events: list[Event]) -> None:
        centre, method, given = workload.reference.centre, command.method, command.kwargs
        kinds = {event.kind for event in events}
        happened = {
            "a custom status is chosen": method == "set_status" and command.args[1] in self.own_statuses,
            "a queue is changed while somebody waits": method == "update_queue" and bool(self.was_waiting),
            "a queue is removed": method == "remove_queue",
            "an agent is removed while ringing": method == "remove_agent" and "withdrawn" in kinds,
            "many statuses at once": method == "set_status_many" and len(command.args[0]) > 2,
            "a transfer to a queue": method == "transfer" and "queue" in given,
            "a transfer to an agent": method == "transfer" and "agent" in given,
            "a transfer to the party consulted": method == "transfer"
            and not given.keys() & {"queue", "agent"}
            and command.args[0] in self.consulted,
            "an external party": method == "consult" and command.args[1] is None,
            "a wrap-up on each of two interactions": any(len(a.wrap_ups) > 1 for a in centre.agents),
            "one that rings is moved": method == "move" and "withdrawn" in kinds,
            "one that rings is assigned to another": method == "assign" and "withdrawn" in kinds,
            "one that rings is updated": method == "update_interaction" and command.args[0] in self.rang,
            "a callback is put back": method == "put_back" and command.args[0] in self.callbacks,
            "a direct one is put back": method == "put_back" and "abandoned" in kinds,
            "an arrival before now": method == "enqueue"
            and given.get("arrived_at", centre.now_ns) < centre.now_ns,
            "a request that is known already": method == "enqueue" and "queued" not in kinds,
            "one that was moved in is answered": method == "accept" and command.args[0] in self.moved,
            "a model that renames what somebody has": method == "update_model"
            and bool(self.had - centre.model.indices.keys()),
            "a model that lacks what nobody has": method == "update_model"
            and bool(self.model_was.indices.keys() - centre.model.spellings.keys()),
            "a model under agents at work": method == "update_model"
            and any(i.state in HANDLED for i in centre.live.values()),
            "a model while a status waits": method == "update_model"
            and any(agent.pending is not None for agent in centre.present_agents()),
            "a model while a status is timed": method == "update_model"
            and any(agent.duration_due_ns is not None for agent in centre.present_agents()),
            "a model that withdraws an offer": method == "update_model" and "withdrawn" in kinds,
            "a device beside another": method == "connect" and self._devices(centre, command) > 1,
            "a device that goes and leaves another": method == "disconnect"
            and "device_changed" in kinds
            and self._devices(centre, command) > 0,
            "a connection lost in mid-call": method == "connection_lost"
            and "connection_changed" in kinds
            and self._handles(centre, command),
            "a connection lost while ringing": method == "connection_lost" and "withdrawn" in kinds,
            "a connection that signing in restores": method == "sign_in" and "connection_changed" in kinds,
            "a queue that comes to a group is joined": method in ("add_queue", "update_queue")
            and "queue_login_changed" in kinds,
            "a name is used again": method == "add_agent" and command.args[0] in self.names,
        }
        for name, did in happened.items():
            if did:
                self._moment("moment", name)

    def _devices(self, centre: Centre, command: Command) -> int:
        """How many devices the agent of the command has connected on the channel on which it has the most."""
        agent = find(centre.present_agents(), command.args[0])
        return max((len(names) for names in agent.devices.values()), default=0) if agent else 0

    def _handles(self, centre: Centre, command: Command) -> bool:
        agent = find(centre.present_agents(), command.args[0])
        return agent is not None and any(centre.live[number].state in HANDLED for number in agent.held)

    def _event(self, workload: Workload, event: Event) -> None:
        centre = workload.reference.centre
        if event.kind == "presence_changed" and event.status_to == "closed":
            self._moment("moment", "a closed queue")
        interaction = centre.live.get(event.interaction or 0)
        if interaction is None:
            return
        if event.kind == "requirement_relaxed":
            if interaction.own_level:
                self._moment("moment", "an interaction's own relaxation")
            if interaction.queue_level:
                self._moment("moment", "a queue's own relaxation")
        agent = next((a for a in centre.present_agents() if a.name == event.agent), None)
        if event.kind == "offered" and agent is not None:
            self._offer(workload, interaction, agent, event)

    def _offer(self, workload: Workload, interaction: Interaction, agent: Agent, event: Event) -> None:
        centre = workload.reference.centre
        channel = centre.channels[interaction.channel]
        self._moment("offers by channel", channel.name)
        others = [centre.live[number] for number in agent.held if number != interaction.id]
        held = [centre.channels[other.channel] for other in others]
        happened = {
            "an offer under units": agent.units is not None and channel.units > 0,
            "an offer that interrupts": any(channel.name in one.interruptible_by for one in held),
            "an offer of a second at once": bool(held),
            "an offer to the preferred agent": interaction.preferred == agent.index,
            "an offer to one who declined before": agent.index in interaction.declined,
            "an offer of a callback": interaction.callback,
            "an offer that rings several": len(interaction.offers) > 1,
        }
        queue = next((q for q in centre.present_queues() if q.name == event.queue), None)
        if queue is not None and queue.index in agent.memberships:
            self._moment("offers by strategy", getattr(queue.strategy, "name", str(queue.strategy)))
            member = agent.memberships[queue.index]
            tiers = {a.memberships[queue.index].tier for a in centre.agents if queue.index in a.memberships}
            ranks = {membership.rank for membership in agent.memberships.values()}
            happened["an offer to one of several tiers"] = len(tiers) > 1
            happened["an offer by a rank that differs"] = len(ranks) > 1
            happened["an offer after a delay"] = member.delay_ns > 0
        for name, did in happened.items():
            if did:
                self._moment("moment", name)

    def _rules(self, workload: Workload) -> None:
        centre = workload.reference.centre
        for interaction in centre.waiting()[:4]:
            queue = centre.queue_of(interaction)
            assert queue is not None
            for agent in centre.present_agents():
                for failed in eligibility.failed_rules(centre, agent, interaction, queue):
                    self._moment("rule", failed.rule)


def main() -> None:
    """Print the table for so many seeds of so many commands."""
    seeds, commands = (int(argument) for argument in sys.argv[1:3])
    tally = Tally()
    tally.run(range(seeds), commands)
    print(tally.table())
    print("\nnever or too seldom:", *tally.missing(5), sep="\n  ")


if __name__ == "__main__":
    main()
