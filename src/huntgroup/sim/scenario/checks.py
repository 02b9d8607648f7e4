"""Do the parts of a scenario fit together? Every name must lead somewhere, every table be able to act."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from huntgroup.errors import RequirementError
from huntgroup.models.locate import Path as Place
from huntgroup.models.reader import Report
from huntgroup.settings.requirements import parse
from huntgroup.sim.scenario.centre import CentrePlan
from huntgroup.sim.scenario.tables import Arrivals, Outbound, Tables


def check(tables: Tables, centre: CentrePlan | None, skills: Iterable[str], report: Report) -> None:
    """Adds every mistake between the parts to the report. Without a centre names of queues and agents are not
    looked at. O(tables x names)."""
    _Checks(tables, centre, set(skills), report).all()


class _Checks:
    def __init__(self, tables: Tables, centre: CentrePlan | None, skills: set[str], report: Report) -> None:
        self.tables = tables
        self.report = report
        self.skills = skills
        self.queues = None if centre is None else dict.fromkeys(centre.queues)
        self.agents = None if centre is None else dict.fromkeys(centre.agents)
        self.statuses = None if centre is None else [status.name for status in centre.model.statuses]
        self.groups = dict.fromkeys(group.name for group in tables.group)

    def all(self) -> None:
        self.run()
        for name in ("group", "arrivals", "service", "patience", "shift", "transfer", "callback", "outbound"):
            seen: dict[Any, int] = {}
            for index, table in enumerate(getattr(self.tables, name)):
                getattr(self, name)(table, (name, index), seen)
        if self.tables.trunks is not None:
            for queue in self.tables.trunks.queues or ():
                self.refer("queue", queue, ("trunks", "queues"))

    def refer(self, kind: str, name: str | None, place: Place) -> None:
        """The name must be one of the centre's queues or agents, or of the scenario's groups."""
        known = {"queue": self.queues, "agent": self.agents, "group": self.groups}[kind]
        if name and known is not None and name not in known and not self.report.has(place):
            self.report.add(place, name, f"a {kind}: " + _listing(known))

    def once(self, seen: dict[Any, int], key: Any, place: Place, value: object, what: str) -> None:
        if key in seen:
            self.report.add(place, value, f"{what}; [[{place[0]}]] number {seen[key] + 1} has it already")
        else:
            seen[key] = int(place[1])

    # --- one for each table -------------------------------------------------------------------------------

    def run(self) -> None:
        run = self.tables.run
        if (run.duration is None) == (run.days is None) and not self.report.has(("run",)):
            given = None if run.duration is None else "both"
            self.report.add(("run", "duration"), given, "duration or days, one of them")

    def group(self, table: Any, place: Place, seen: dict[Any, int]) -> None:
        self.once(seen, table.name, (*place, "name"), table.name, "a name that no other group has")
        for agent in table.agents:
            self.refer("agent", agent, (*place, "agents"))

    def arrivals(self, table: Arrivals, place: Place, seen: dict[Any, int]) -> None:
        name = table.name or table.queue
        at = (*place, "name" if table.name else "queue")
        self.once(seen, name, at, name, "a name of its own (`name`, by default the queue's)")
        self.refer("queue", table.queue, (*place, "queue"))
        self.refer("agent", table.preferred, (*place, "preferred"))
        self.requirement(table.requires, (*place, "requires"))
        for share in table.mix:
            self.requirement(share.requires, (*place, "mix"))
        ways = [key for key in ("rate", "rates", "times", "log") if getattr(table, key) is not None]
        ways += ["bursts"] if table.bursts and not ways else []
        if len(ways) != 1:
            self.report.add(
                (*place, ways[1] if ways else "rate"),
                " and ".join(ways) or None,
                "one of rate, rates with every, times and log",
            )
        self.every(table, place)
        if table.busyness is not None and table.rate is None and table.rates is None:
            self.report.add((*place, "busyness"), table.busyness, "with rate or rates only")
        if table.mapping is not None and table.log is None:
            self.report.add((*place, "mapping"), table.mapping, "with log only")

    def every(self, table: Arrivals | Outbound, place: Place) -> None:
        if (table.rates is None) != (table.every is None) and not self.report.has((*place, "rates")):
            lacking = "every" if table.every is None else "rates"
            self.report.add((*place, lacking), None, "rates and every, both or neither")

    def requirement(self, text: str | None, place: Place) -> None:
        if not text or self.report.has(place):
            return
        try:
            named = parse(text).skills
        except RequirementError as error:
            self.report.add(place, text, f"{error.expected} at column {error.column}")
            return
        unknown = [skill for skill in named if skill not in self.skills]
        if unknown and self.agents is not None:
            self.report.add(place, unknown[0], "a skill that the centre mentions: " + _listing(self.skills))

    def service(self, table: Any, place: Place, seen: dict[Any, int]) -> None:
        for kind in ("queue", "agent", "group"):
            self.refer(kind, getattr(table, kind), (*place, kind))
        if table.agent is not None and table.group is not None:
            self.report.add((*place, "group"), table.group, "agent or group, not both")
        if table.speed is not None and table.agent is None and table.group is None:
            self.report.add((*place, "speed"), table.speed, "with agent or group only")
        for key in ("talk", "hold", "wrap_up", "ring", "missed", "speed"):
            if getattr(table, key) is not None:
                whom = (key, table.queue, table.agent, table.group)
                self.once(
                    seen, whom, (*place, key), "twice for the same", "once for each queue, agent, group"
                )

    def patience(self, table: Any, place: Place, seen: dict[Any, int]) -> None:
        self.refer("queue", table.queue, (*place, "queue"))
        for key in ("time", "balk", "announced", "redial"):
            if getattr(table, key) is not None:
                self.once(
                    seen, (key, table.queue), (*place, key), "twice for the same", "once for each queue"
                )
        if (
            table.announced
            and table.time is None
            and not any(one.time is not None for one in self.tables.patience)
        ):
            self.report.add((*place, "announced"), True, "with a patience (time) only")

    def shift(self, table: Any, place: Place, seen: dict[Any, int]) -> None:
        for agent in table.agents:
            self.refer("agent", agent, (*place, "agents"))
        self.refer("group", table.group, (*place, "group"))
        if bool(table.agents) == (table.group is not None):
            self.report.add((*place, "agents"), None, "agents, or group and count")
        if (table.group is None) != (table.count is None):
            self.report.add((*place, "count"), table.count, "group and count, both or neither")
        if table.begins == table.ends:
            self.report.add((*place, "to"), "the same as from", "another time than from; to may be 24:00")
        for one in table.breaks:
            if one.status is not None and self.statuses is not None and one.status not in self.statuses:
                self.report.add((*place, "breaks"), one.status, "a status: " + _listing(self.statuses))

    def transfer(self, table: Any, place: Place, seen: dict[Any, int]) -> None:
        self.refer("queue", table.queue, (*place, "queue"))
        self.refer("queue", table.target, (*place, "target"))
        shares = sum(one.share for one in self.tables.transfer if one.queue == table.queue)
        if shares > 1.0 + 1e-9:
            self.report.add((*place, "share"), table.share, "shares of one queue that sum to 1 at most")

    def callback(self, table: Any, place: Place, seen: dict[Any, int]) -> None:
        self.refer("queue", table.queue, (*place, "queue"))
        self.once(seen, table.queue, (*place, "queue"), table.queue, "one [[callback]] for each queue")

    def outbound(self, table: Outbound, place: Place, seen: dict[Any, int]) -> None:
        self.refer("queue", table.queue, (*place, "queue"))
        self.refer("group", table.group, (*place, "group"))
        for agent in table.agents:
            self.refer("agent", agent, (*place, "agents"))
        if bool(table.agents) == (table.group is not None):
            self.report.add((*place, "agents"), None, "agents or group")
        if (table.rate is None) == (table.rates is None):
            self.report.add((*place, "rate"), table.rate, "rate, or rates with every")
        self.every(table, place)


def _listing(names: Iterable[str]) -> str:
    """At most twenty names, so that a message stays readable."""
    listed = sorted(names)
    return ", ".join(listed[:20]) + (f" and {len(listed) - 20} more" if len(listed) > 20 else "")
