"""A scenario: read from TOML or built in Python, checked whole before anything runs."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from huntgroup.errors import CentreError, ConfigError, ScenarioError
from huntgroup.models.document import syntax_problem
from huntgroup.models.locate import Path as Place
from huntgroup.models.locate import key_lines
from huntgroup.models.reader import Report
from huntgroup.settings.config_file import MAX_FILE_BYTES
from huntgroup.sim.scenario.centre import CentrePlan
from huntgroup.sim.scenario.checks import check
from huntgroup.sim.scenario.keys import UNITS
from huntgroup.sim.scenario.reader import read_tables
from huntgroup.sim.scenario.schema import scenario_schema
from huntgroup.sim.scenario.tables import Tables

_ABOUT_OTHERS = ("shift", "transfer", "outbound", "trunks")


class Scenario:
    """A centre, who comes to it, and for how long: see docs/SIMULATION.md for the tables and their keys.

    Built from the same names as the file: `Scenario(centre={"queue": [...], "agent": [...]}, run={"days": 1},
    arrivals=[{"queue": "sales", "rate": 0.1}], service=[...], ...)`; `folder` is where the files lie that it
    names. Immutable. Raises ScenarioError with every mistake at once. O(tables + agents).
    """

    skills: tuple[str, ...]

    def __init__(self, *, folder: str | Path | None = None, **tables: Any) -> None:
        self._read(tables, None if folder is None else Path(folder), "scenario", {})

    @classmethod
    def load(cls, path: str | Path, *, folder: str | Path | None = None) -> Scenario:
        """The scenario in this TOML file; files that it names lie beside it, or in `folder`. Raises
        ScenarioError, which names lines, and OSError. O(file)."""
        source = Path(path)
        with source.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ConfigError(str(source), content[error.start : error.end], "UTF-8 text") from None
        try:
            document = tomllib.loads(text)
        except (ValueError, RecursionError) as error:
            raise ScenarioError(str(source), (syntax_problem(text, error),)) from None
        scenario = cls.__new__(cls)
        beside = source.parent if folder is None else Path(folder)
        scenario._read({"title": source.stem, **document}, beside, str(source), key_lines(text))
        return scenario

    @staticmethod
    def schema() -> dict[str, Any]:
        """The JSON Schema of a scenario, draft 2020-12. O(1)."""
        return scenario_schema()

    def _read(
        self, document: Mapping[str, Any], folder: Path | None, source: str, lines: Mapping[Place, int]
    ) -> None:
        report = Report(document)
        tables = read_tables(document, folder, report)
        title = document.get("title", "scenario")
        if not isinstance(title, str) or not title:
            report.add(("title",), title, "a text")
        centre, skills = self._centre(document, folder, report)
        check(tables, centre, skills, report)
        if not report.empty:
            raise ScenarioError(source, report.problems(lines))
        assert centre is not None
        self._document = document
        self.folder = folder
        self._source = source
        self.title: str = title
        self.centre = centre
        self.skills = tuple(skills)
        self.tables: Tables = tables

    @staticmethod
    def _centre(
        document: Mapping[str, Any], folder: Path | None, report: Report
    ) -> tuple[CentrePlan | None, Iterable[str]]:
        """The plan of the centre and the skills it mentions, having built it once: what the engine does not
        take is found here."""
        import huntgroup as hg

        if "centre" not in document:
            report.add(("centre",), None, "the path of a centre file, or its tables; it must be given")
            return None, ()
        try:
            centre = CentrePlan.read(document["centre"], folder)
            engine = centre.build(hg.Engine, 0, 0)
        except CentreError as error:
            for problem in error.problems:
                place = _place(document["centre"], problem.key)
                report.add(place, problem.value, problem.allowed)
            return None, ()
        except ConfigError as error:
            report.add(_place(document["centre"], error.field), error.value, error.allowed)
            return None, ()
        except OSError as error:
            report.add(("centre",), document["centre"], f"a file that can be read ({error})")
            return None, ()
        return centre, engine.skills() if hasattr(engine, "skills") else engine._skill_names

    # --- looks --------------------------------------------------------------------------------------------

    @property
    def unit_s(self) -> float:
        """The seconds of the scenario's unit of time."""
        return UNITS[self.tables.run.time_unit]

    @property
    def duration_s(self) -> float:
        """How long callers come, in seconds."""
        run = self.tables.run
        if run.days is not None:
            return run.days * 86_400.0
        assert run.duration is not None
        return run.duration * self.unit_s

    @property
    def warm_up_s(self) -> float:
        """From when on is counted, in seconds after the start."""
        return self.tables.run.warm_up * self.unit_s

    def changed(self, settings: Mapping[str, Any] | Iterable[str]) -> Scenario:
        """The same scenario with some settings changed: {"queue.sales.wrap_up": 15} or texts
        "queue.sales.wrap_up=15".

        A path is `queue.NAME.KEY` or `agent.NAME.KEY` of the centre, `run.KEY`, `trunks.KEY`, or
        `TABLE.NAME.KEY` of a list, where NAME is the entry's name or queue, or its number, from 1. Raises
        ConfigError, ScenarioError.
        """
        pairs = settings.items() if isinstance(settings, Mapping) else map(_setting, settings)
        document = copy.deepcopy(dict(self._document))
        centre = self.centre
        for path, value in pairs:
            parts = path.split(".")
            if parts[0] in ("queue", "agent") and len(parts) >= 3:
                centre = centre.changed(parts[0], ".".join(parts[1:-1]), {parts[-1]: value})
            elif parts[0] in ("run", "trunks") and len(parts) == 2:
                document.setdefault(parts[0], {})[parts[1]] = value
            elif len(parts) >= 3 and isinstance(document.get(parts[0]), list | tuple):
                _entry(document[parts[0]], path, ".".join(parts[1:-1]))[parts[-1]] = value
            else:
                raise ConfigError(
                    "set", path, "queue.NAME.KEY, agent.NAME.KEY, run.KEY, trunks.KEY or TABLE.NAME.KEY"
                )
        document["centre"] = centre
        return self._again(document)

    def _again(self, document: Mapping[str, Any]) -> Scenario:
        scenario = type(self).__new__(type(self))
        scenario._read(document, self.folder, self._source, {})
        return scenario

    def taught(self, agent: str, kind: str, what: str, level: int = 5) -> Scenario:
        """The same scenario with one more queue or skill (`kind`) for an agent. Raises ConfigError."""
        keys = dict(self.centre.plan.entries["agent"]).get(agent, {})
        if kind == "queue":
            more: dict[str, Any] = {"queues": [*keys.get("queues", ()), what]}
        else:
            more = {"skills": {**keys.get("skills", {}), what: level}}
        return self._again({**self._document, "centre": self.centre.changed("agent", agent, more)})

    def only(self, queue: str) -> Scenario:
        """The scenario of one queue, with its callers, services and patience, and no shifts. What goes to
        other queues (transfers, overflow) is left out. Raises ConfigError."""
        document = {
            key: value for key, value in self._document.items() if key not in _ABOUT_OTHERS and key != "group"
        }
        for name in ("arrivals", "service", "patience", "callback"):
            rows = [row for row in document.get(name, ()) if row.get("queue", queue) == queue]
            if name == "service":
                rows = [row for row in rows if "agent" not in row and "group" not in row]
            document[name] = rows
        return self._again({**document, "centre": self.centre.only(queue)})

    def staffed(self, queue: str, count: int, like: str | None = None) -> Scenario:
        """The same scenario with so many copies of one member of the queue as its agents: of `like`, or of
        the one whose skills most members have. Raises ConfigError."""
        return self._again({**self._document, "centre": self.centre.staffed(queue, count, like)})


def _setting(text: str) -> tuple[str, Any]:
    path, equals, value = text.partition("=")
    if not equals:
        raise ConfigError("set", text, "PATH=VALUE, such as queue.sales.wrap_up=15")
    try:
        return path.strip(), json.loads(value)
    except ValueError:
        return path.strip(), value


def _entry(rows: Any, path: str, name: str) -> Any:
    for number, row in enumerate(rows, start=1):
        if name in (row.get("name"), row.get("queue")) or name == str(number):
            return row
    known = [str(row.get("name", row.get("queue", number))) for number, row in enumerate(rows, start=1)]
    raise ConfigError("set", path, f"an entry that is there: {', '.join(known)}")


def _place(centre: Any, field: str) -> Place:
    """Where in the document an error of the centre lies: `queue.sales.wrap_up` has the place of its entry."""
    parts = field.split(".") if field else []
    if isinstance(centre, Mapping) and len(parts) >= 2 and isinstance(centre.get(parts[0]), list):
        for index, row in enumerate(centre[parts[0]]):
            name = row.get("name") if isinstance(row, Mapping) else None
            if isinstance(name, str) and field.startswith(f"{parts[0]}.{name}"):
                rest = field[len(parts[0]) + len(name) + 2 :]
                return ("centre", parts[0], index, rest) if rest else ("centre", parts[0], index)
    return ("centre", field) if field else ("centre",)
