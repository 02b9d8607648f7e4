"""Fills in the generated parts of docs/models/, INBOX.md, SUPERVISOR.md: tables, diagrams, what a day prints.

    python tools/model_pages.py           write them
    python tools/model_pages.py --check   say which pages are out of date; exit 1 if one is

The parts are called statuses, transitions and day; `page_blocks` says how a page marks them.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import partial

import page_blocks
from page_blocks import ROOT, replaced, table

import huntgroup as hg

PAGES = ROOT / "docs" / "models"
EXAMPLES = ROOT / "examples"
MODELS = ("duty_profiles", "presence_profiles", "queue_login", "console_status", "agent_modes")
# Page -> block -> example.
DAYS = {
    "INBOX": {"day": "inbox", "handover": "handover"},
    "SUPERVISOR": {"day": "supervisor"},
}

BASE = "*as the base*"
ANY = "any chosen status"
OUTSIDE = "[*]"
CONDITION_WORDS = {
    "handling": "handles something",
    "offered": "is offered something",
    "wrap_up": "wraps up",
    "stop_new": "stopped new ones",
    "only_stop_new_channels": "only chats",
    "toggle": "is Ready",
    "signed_in": "is signed in",
    "connected": "is connected",
    "after_accept": "by accepting it",
}
ASKED_WORDS = {"handling": "handles", "device": "has a device for"}


# --- the table of statuses ----------------------------------------------------------------------------------


def _yes(value: bool | None) -> str:
    if value is None:
        return BASE
    return "yes" if value else "no"


def _receives(model: hg.PresenceModel, status: hg.models.Status, own: str) -> str:
    """What a status receives. For one that is only shown, the base status may decide."""
    rules = [rule.receives for rule in model.derived if rule.show == status.name]
    if not rules or "base" not in rules:
        return own
    return BASE if "own" not in rules else f"{own}, or {BASE}"


def _queued(model: hg.PresenceModel, status: hg.models.Status) -> str:
    own = "listed queues" if status.receives_queued == "listed" else _yes(bool(status.receives_queued))
    if status.needs_toggle:
        own += ", while Ready"
    return _receives(model, status, own)


def _direct(model: hg.PresenceModel, status: hg.models.Status) -> str:
    direct = status.receives_direct
    own = _yes(direct) if isinstance(direct, bool) else ", ".join(direct)
    return _receives(model, status, own)


def _reported(status: hg.models.Status) -> str:
    return BASE if status.reported_as is None else status.reported_as.replace("{name}", status.name)


def status_table(model: hg.PresenceModel) -> str:
    """One row per status, in the order of the file."""
    head = ("Status", "Colour", "Selectable", "Queued", "Direct", "Features", "Logged in", "Reported as")
    derived = {rule.show for rule in model.derived}
    rows = []
    for status in model.statuses:
        # On a status that people choose or the engine sets, a key that is left out has its default: the
        # status is its own base.
        given = (lambda value: value) if status.name in derived else (lambda value: value is not False)
        rows.append(
            (
                status.name,
                status.colour or BASE,
                _yes(status.selectable),
                _queued(model, status),
                _direct(model, status),
                _yes(given(status.features)),
                _yes(given(status.logged_in)),
                _reported(status),
            )
        )
    return table(head, rows)


# --- the diagram --------------------------------------------------------------------------------------------


def _duration(seconds: float) -> str:
    return f"{seconds / 60:g} minutes" if seconds % 60 == 0 else f"{seconds:g} seconds"


def _condition(name: str) -> str:
    asked, _, channel = name.partition(" ")
    return f"{ASKED_WORDS[asked]} {channel}" if channel else CONDITION_WORDS[name]


def _when(rule: hg.models.Derived) -> str:
    words = []
    for condition in rule.when:
        word = _condition(condition.removeprefix("not "))
        if condition.startswith("not "):
            word = f"is not {word[3:]}" if word.startswith("is ") else f"not that it {word}"
        words.append(word)
    return ", ".join(words)


def _edges(model: hg.PresenceModel) -> Iterator[tuple[str, str, str]]:
    """(from, to, label). ANY stands for each status that people choose, OUTSIDE for signed out."""
    chosen = [s for s in model.statuses if s.selectable and s.waits_for is None]
    if model.sign_in.sets_default:
        yield OUTSIDE, model.default, "signing in"
    for status in chosen:
        for target in status.goes_to or ():
            yield status.name, target, "chosen"
        if status.duration is not None:
            yield status.name, model.default, f"after {_duration(status.duration)}"
        if status.after_accept is not None:
            yield status.name, status.after_accept, "a queued interaction is accepted"
        if status.waits_as is not None:
            yield ANY, status.waits_as, f"{status.name} chosen while busy"
            yield status.waits_as, status.name, "the work has ended"
    kinds = {status.kind for status in chosen}
    for rule in model.derived:
        if rule.kinds is None or kinds <= set(rule.kinds):
            yield ANY, rule.show, _when(rule)
        else:
            for status in chosen:
                if status.kind in rule.kinds:
                    yield status.name, rule.show, _when(rule)
    queued, direct = model.on.missed_queued, model.on.missed_direct
    if queued is not None:
        yield ANY, queued, "an offer is missed" if queued == direct else "a queued offer is missed"
    if direct is not None and direct != queued:
        yield ANY, direct, "a direct offer is missed"
    if model.queues.login_sets is not None:
        yield ANY, model.queues.login_sets, "logging in to one queue while logged out"
    if model.queues.last_logout_sets is not None:
        yield ANY, model.queues.last_logout_sets, "logging out of the last queue"
    if model.on.rejected_queued is not None:
        for status in chosen:
            if status.receives_queued:
                yield status.name, model.on.rejected_queued, "a queued interaction is rejected"
    if any(not status.may_sign_out for status in chosen):
        for status in chosen:
            if status.may_sign_out:
                yield status.name, OUTSIDE, "signing out"
    elif model.sign_in.required:
        yield ANY, OUTSIDE, "signing out"


def diagram(model: hg.PresenceModel) -> str:
    """A mermaid state diagram; statuses that people choose have a thick border."""
    ids = {status.name: f"s{index}" for index, status in enumerate(model.statuses)}
    ids |= {ANY: "any", OUTSIDE: "[*]"}
    edges = list(_edges(model))
    lines = ["stateDiagram-v2", "    classDef chosen stroke-width:4px"]
    lines += [f'    state "{status.name}" as {ids[status.name]}' for status in model.statuses]
    if any(ANY in edge for edge in edges):
        lines.append(f'    state "{ANY}" as {ids[ANY]}')
    # A colon ends the name of an edge in Mermaid, so a label may not contain one.
    lines += [f"    {ids[a]} --> {ids[b]} : {label.replace(':', ' ')}" for a, b, label in edges]
    thick = [ids[s.name] for s in model.statuses if s.selectable]
    lines.append(f"    class {', '.join(thick)} chosen")
    return "\n".join(["```mermaid", *lines, "```"])


# --- the pages ----------------------------------------------------------------------------------------------


def day_output(model: str) -> str:
    """The output of this model's example. Raises CalledProcessError if it fails."""
    command = [sys.executable, str(EXAMPLES / f"day_{model}.py")]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def filled(page: str, model: str, day: str | None = None) -> str:
    """The page of this model with everything generated; `day` saves running the example."""
    loaded = hg.PresenceModel.load(model)
    page = replaced(page, "statuses", status_table(loaded))
    page = replaced(page, "transitions", diagram(loaded))
    told = day_output(model) if day is None else day
    return replaced(page, "day", f"```text\n{told.rstrip()}\n```")


def day_filled(page: str, examples: dict[str, str]) -> str:
    """A page with the output of its examples, each in its block."""
    for name, example in examples.items():
        page = replaced(page, name, f"```text\n{day_output(example).rstrip()}\n```")
    return page


def main() -> int:
    """Write the pages, or check them. Returns the exit code."""
    description = (__doc__ or "").partition("\n")[0]
    models = [(PAGES / f"{model}.md", partial(filled, model=model)) for model in MODELS]
    days = [
        (ROOT / "docs" / f"{name}.md", partial(day_filled, examples=examples))
        for name, examples in DAYS.items()
    ]
    return page_blocks.refresh(description, [*models, *days])


if __name__ == "__main__":
    sys.exit(main())
