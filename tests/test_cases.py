"""The decision tables under tests/cases: who is asked, in which order, played into both engines.

A file holds cases. A case begins with `== what it shows` and has lines `key: value` and one table:

    queue: settings of the queue, as name=value          at: second of the decision (100)
    interaction: settings of the interaction             before: so many are accepted and ended first
    rejoin: an agent who leaves and joins again          seed: the engine's seed (0)
    asked: who is asked for one interaction, each asked rejecting it, until nobody is left; a+b ring at once
    chosen: who is offered each of several interactions that arrive one after the other; - is nobody
    each: what comes of each of these: offered (default), held or ended

The columns of the table, all but the first optional: name; tier; capacity; skills (`spanish:4 billing:2`);
ready (the second in which the agent becomes Ready, `5 bulk` for those who do in one bulk change); load (how
many interactions are taken then and kept); handled (how many are accepted and ended then); busy (for how many
seconds one is handled from then on); out (`yes`: on a break again when it is decided). Rows are in the order
of joining and of the agents' indices.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import huntgroup as hg
from huntgroup.testing.reference import ReferenceEngine

ENGINES: dict[str, Any] = {"reference": ReferenceEngine, "core": hg.Engine}
HOUR = 3600


@dataclass
class Case:
    """One case as it was read."""

    title: str
    keys: dict[str, str] = field(default_factory=dict)
    agents: list[dict[str, str]] = field(default_factory=list)

    def number(self, key: str, default: int) -> int:
        return int(self.keys.get(key, default))

    def listed(self, key: str) -> list[str]:
        return [word.strip() for word in self.keys.get(key, "").split(",") if word.strip()]

    def settings(self, key: str) -> dict[str, Any]:
        """`a=1; b=some text` as keyword arguments."""
        pairs = (word.split("=", 1) for word in self.keys.get(key, "").split(";") if word.strip())
        return {name.strip(): _value(text.strip()) for name, text in pairs}


def _value(text: str) -> Any:
    return int(text) if text.lstrip("-").isdecimal() else text


def read_cases(path: Path) -> list[Case]:
    """The cases of one file, in order."""
    cases: list[Case] = []
    columns: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("== "):
            cases.append(Case(line[3:].strip()))
            columns = []
        elif "|" in line:
            cells = [cell.strip() for cell in line.split("|")]
            if not columns:
                columns = cells
            else:
                row = {name: cell for name, cell in zip(columns, cells, strict=True) if cell}
                cases[-1].agents.append(row)
        else:
            key, value = line.split(":", 1)
            cases[-1].keys[key.strip()] = value.strip()
    return cases


FILES = sorted((Path(__file__).parent / "cases").glob("*.txt"))
CASES = [pytest.param(case, id=f"{path.stem}: {case.title}") for path in FILES for case in read_cases(path)]


class Table:
    """A centre set up as the table says, verified after each command."""

    def __init__(self, engine_class: Any, case: Case) -> None:
        self.case = case
        self.engine = engine_class(model="agent_modes", seed=case.number("seed", 0))
        self.queue_settings = {"ask_again_after": HOUR, "offer_timeout": HOUR, **case.settings("queue")}
        self.channel = str(self.queue_settings.setdefault("channel", "voice"))
        self.engine.add_queue("q", **self.queue_settings)
        for row in case.agents:
            self._add(row)
        self._play_the_past()

    def do(self, method: str, *args: Any, **kwargs: Any) -> Any:
        answer = getattr(self.engine, method)(*args, **kwargs)
        self.engine.verify()
        return answer

    def _add(self, row: dict[str, str]) -> None:
        name = row["name"]
        skills = {skill: int(level) for skill, level in (x.split(":") for x in row.get("skills", "").split())}
        capacity = {self.channel: int(row.get("capacity", 1))}
        devices = ["voice"] if self.channel == "voice" else []
        self.do(
            "add_agent", name, skills=skills, capacity=capacity, devices=devices, signed_in=True,
            status="Break",
        )  # fmt: skip
        # What the past of one agent is made of comes over a queue of its own.
        self.do("add_queue", f"own {name}", channel=self.channel)
        self.do("join", name, f"own {name}")
        self.do("join", name, "q", tier=int(row.get("tier", 1)))

    def _play_the_past(self) -> None:
        moments: list[tuple[int, str, tuple[Any, ...]]] = []
        together: dict[int, list[str]] = {}
        for row in self.case.agents:
            at, _, bulk = row.get("ready", "0").partition(" ")
            if bulk:
                together.setdefault(int(at), []).append(row["name"])
            else:
                moments.append((int(at), "ready", (row,)))
            if "busy" in row:
                moments.append((int(at) + int(row["busy"]), "free", (row,)))
        moments += [(at, "bulk", tuple(names)) for at, names in together.items()]
        held: dict[str, int] = {}
        for at, what, given in sorted(moments, key=lambda moment: moment[0]):
            self.do("advance", at * 10**9)
            if what == "bulk":
                # Against the order of the indices: the outcome must not depend on it.
                self.do("set_status_many", list(reversed(given)), "Ready")
            elif what == "free":
                self.do("end", held[given[0]["name"]])
            else:
                self._become_ready(given[0], held)
        self.do("advance", self.case.number("at", 100) * 10**9)
        for row in self.case.agents:
            if row.get("out") == "yes":
                self.do("set_status", row["name"], "Break")
        for name in self.case.listed("rejoin"):
            self.do("leave", name, "q")
            self.do("join", name, "q")
        for _ in range(self.case.number("before", 0)):
            call = self.do("enqueue", "q")
            self.do("accept", call)
            self.do("end", call)

    def _become_ready(self, row: dict[str, str], held: dict[str, int]) -> None:
        name = row["name"]
        self.do("set_status", name, "Ready")
        for _ in range(int(row.get("handled", 0))):
            self.do("end", self._taken(name))
        for _ in range(int(row.get("load", 0))):
            self._taken(name)
        if "busy" in row:
            held[name] = self._taken(name)

    def _taken(self, name: str) -> int:
        call = int(self.do("enqueue", f"own {name}"))
        self.do("accept", call)
        return call

    def offered(self, call: int) -> list[str]:
        """To whom the interaction was newly offered, in the order of the offers."""
        events = self.engine.poll()
        return [event.agent for event in events if event.kind == "offered" and event.interaction == call]

    def asked(self) -> list[str]:
        """Who is asked for one interaction that everybody rejects."""
        self.engine.poll()
        call = self.do("enqueue", "q", **self.case.settings("interaction"))
        rounds: list[str] = []
        while agents := self.offered(call):
            rounds.append("+".join(agents))
            for name in agents:
                self.do("reject", call, agent=name)
        assert self.engine.interaction(call).state == "Queued"
        return rounds

    def chosen(self, count: int) -> list[str]:
        """Who is offered each of so many interactions."""
        answer: list[str] = []
        for _ in range(count):
            self.engine.poll()
            call = self.do("enqueue", "q", **self.case.settings("interaction"))
            agents = self.offered(call)
            answer.append("+".join(agents) or "-")
            if agents and self.case.keys.get("each", "offered") != "offered":
                self.do("accept", call, agent=agents[0])
                if self.case.keys["each"] == "ended":
                    self.do("end", call)
        return answer


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES)
@pytest.mark.rule("MATCH-11", "MATCH-12", "MATCH-13", "MATCH-15", "MATCH-16")
def test_decision_table(case: Case, engine: str) -> None:
    assert case.listed("asked") or case.listed("chosen"), f"{case.title}: nothing is expected"
    if expected := case.listed("asked"):
        assert Table(ENGINES[engine], case).asked() == expected
    if expected := case.listed("chosen"):
        assert Table(ENGINES[engine], case).chosen(len(expected)) == expected


def test_every_strategy_has_its_table() -> None:
    from huntgroup.settings.queues import STRATEGIES

    assert set(STRATEGIES) <= {path.stem for path in FILES}
