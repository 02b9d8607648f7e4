"""The screen: queues above, agents below, a filter, and the keys at the foot."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.widgets import DataTable, Footer, Input, Static

from huntgroup.settings.durations import iso_instant
from huntgroup.tui import journal
from huntgroup.tui.mirror import Mirror

EVERY_S = 0.5
SHOWN = 500
"""How many agents the table has at most; the filter finds the others."""
ORDERS = ("name", "status", "time")
_COLOURS = {"grey": "bright_black", "orange": "dark_orange", "purple": "magenta"}
_PRESENCES = {"available": "green", "busy": "dark_orange", "absent": "red", "closed": "bright_black"}


class Top(App[None]):
    """Shows a service, or a journal, until the user quits."""

    source: str | Path
    token: str | None

    TITLE: str | None = "huntgroup"
    CSS: ClassVar[str] = """
    #head { height: 1; padding: 0 1; background: $panel; }
    #queues { height: auto; max-height: 40%; }
    #agents { height: 1fr; }
    #filter { display: none; height: 3; }
    #filter.open { display: block; }
    """
    BINDINGS: ClassVar[list[Any]] = [
        Binding("q", "quit", "Quit"),
        Binding("slash", "find", "Filter", key_display="/"),
        Binding("s", "sort", "Sort"),
        Binding("escape", "clear", "Clear the filter"),
        Binding("tab", "focus_next", "Next table"),
    ]

    def __init__(self, source: str | Path, token: str | None = None) -> None:
        """`source`: the address of a service, or the folder of a journal as a Path."""
        super().__init__()
        self.source, self.token = source, token
        self.mirror: Mirror = Mirror()
        self.order: str = ORDERS[0]
        self.wanted: str = ""
        self._changed = True

    def compose(self) -> ComposeResult:
        yield Static(id="head")
        yield DataTable(id="queues", cursor_type="row", zebra_stripes=True)
        yield Input(placeholder="name, status or queue", id="filter")
        yield DataTable(id="agents", cursor_type="row", zebra_stripes=True)
        yield Footer()

    def on_mount(self) -> None:
        self.query_one("#queues", DataTable).add_columns(
            "Queue", "Presence", "Waiting", "Longest", "In service", "Ready", "Level", "Estimate"
        )
        agents = self.query_one("#agents", DataTable)
        for label, width in (("Agent", 22), ("Status", 36), ("For", 8), ("Work", 26), ("Queues", None)):
            agents.add_column(label, width=width)
        self.query_one("#agents", DataTable).focus()
        source = self.source
        if isinstance(source, Path):
            follows = journal.follow(self.mirror, source, self._told)
        else:
            follows = self.mirror.follow(source, self.token, self._told)
        self.run_worker(follows, exclusive=True)
        self.set_interval(EVERY_S, self.draw)
        self.draw()

    def _told(self) -> None:
        self._changed = True

    # --- what is drawn --------------------------------------------------------------------------------------

    def draw(self) -> None:
        """The head and both tables, as things are now."""
        mirror = self.mirror
        waiting = sum(queue["waiting"] for queue in mirror.queues.values())
        told = f"{self.source}  {len(mirror.agents)} agents  {waiting} waiting  by {self.order}  "
        head = Text(told).append(*_state(mirror))
        self.query_one("#head", Static).update(head)
        queues = sorted(mirror.queues.values(), key=lambda queue: queue["index"])
        _fill(self.query_one("#queues", DataTable), [self._queue(queue) for queue in queues])
        agents = self._agents()
        rows = [self._agent(agent) for agent in agents[:SHOWN]]
        if len(agents) > SHOWN:
            rows.append([Text(f"... {len(agents) - SHOWN} more: / finds them", style="dim"), "", "", "", ""])
        _fill(self.query_one("#agents", DataTable), rows)

    def _queue(self, queue: dict[str, Any]) -> list[Any]:
        level = queue.get("metrics", {}).get("service_level")
        oldest = queue.get("oldest_at")
        return [
            Text(queue["name"]),
            Text(queue["presence"], style=_PRESENCES.get(queue["presence"], "")),
            str(queue["waiting"]),
            "-" if oldest is None else _duration(self.mirror.now_ns - oldest),
            str(queue["logged_in"]),
            str(queue["ready"]),
            "-" if level is None else f"{level:.0%}",
            "-" if queue.get("estimated_wait") is None else _duration(queue["estimated_wait"] * 1e9),
        ]

    def _agents(self) -> list[dict[str, Any]]:
        text = self.wanted.casefold()
        found = [
            agent
            for agent in self.mirror.agents.values()
            if not text
            or any(text in word.casefold() for word in (agent["name"], agent["status"], *agent["queues"]))
        ]
        if self.order == "name":
            return sorted(found, key=lambda agent: str(agent["name"]))
        if self.order == "status":
            return sorted(found, key=lambda agent: (agent["status"], agent["since"]))
        return sorted(found, key=lambda agent: int(agent["since"]))

    def _agent(self, agent: dict[str, Any]) -> list[Any]:
        colour = agent["colour"] or ""
        status = Text("\u25cf ", style=_COLOURS.get(colour, colour) if colour in _KNOWN else "").append(
            agent["status"], style="default"
        )
        if agent["mode_pending"]:
            status.append(" (Mode Pending)", style="dark_orange")
        held = [self.mirror.interactions.get(call) for call in agent["interactions"]]
        work = [f"{one['state']} {one['queue'] or 'direct'}" for one in held if one is not None]
        work += ["Wrap Up"] * len(agent["wrap_ups"])
        queues = [name for name, on in agent["queues"].items() if on]
        return [
            Text(agent["name"]),
            status,
            _duration(self.mirror.now_ns - agent["since"]),
            Text(", ".join(work)),
            Text(", ".join(queues)),
        ]

    # --- keys -----------------------------------------------------------------------------------------------

    def action_find(self) -> None:
        """Asks what to look for."""
        field = self.query_one("#filter", Input)
        field.add_class("open")
        field.focus()

    def action_clear(self) -> None:
        """Shows everybody again."""
        field = self.query_one("#filter", Input)
        field.value = self.wanted = ""
        field.remove_class("open")
        self.query_one("#agents", DataTable).focus()
        self.draw()

    def action_sort(self) -> None:
        """The next order."""
        self.order = ORDERS[(ORDERS.index(self.order) + 1) % len(ORDERS)]
        self.draw()

    def on_input_changed(self, event: Input.Changed) -> None:
        self.wanted = event.value
        self.draw()

    def on_input_submitted(self, _: Input.Submitted) -> None:
        self.query_one("#agents", DataTable).focus()


_KNOWN = frozenset(("green", "yellow", "orange", "red", "blue", "purple", "grey"))


def _state(mirror: Mirror) -> tuple[str, str]:
    """How up to date the screen is, and its style."""
    if mirror.progress is not None:
        return f"reading the journal, {mirror.progress:.0%}", "yellow"
    if mirror.left_at_ns is not None and not mirror.error:
        return f"as it was left at {iso_instant(mirror.left_at_ns)[:19]}Z", "yellow"
    state = f"{mirror.connection}: {mirror.error}" if mirror.error else mirror.connection
    return state, "green" if mirror.connection == "connected" else "bold red"


def _fill(table: DataTable[Any], rows: list[list[Any]]) -> None:
    """The rows of a table, with the cursor and the place where one was."""
    place, top = table.cursor_row, table.scroll_y
    table.clear()
    for row in rows:
        table.add_row(*row)
    if rows:
        table.move_cursor(row=min(place, len(rows) - 1), scroll=False)
        table.scroll_to(y=top, animate=False)


def _duration(spent_ns: float) -> str:
    whole = max(0, int(spent_ns // 1_000_000_000))
    hours, minutes, seconds = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
