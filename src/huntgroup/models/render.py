"""A presence model as text for a terminal: the meaning of each status, when each is shown, and which may be
chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from huntgroup.models.fields import ModelFields
from huntgroup.models.parts import Derived, Status

_COLUMNS = ("status", "colour", "chosen", "queued", "direct", "features", "logged in", "reported as")


def render(model: ModelFields) -> str:
    """The whole model, lines ended by newlines. O(statuses + rules)."""
    rows = [_COLUMNS, *(_row(status) for status in model.statuses)]
    parts = [
        f"{model.title} ({model.name})",
        "",
        *_table(rows),
        "",
        "Shown instead of the status that was set, the first that fits:",
        *([f"  {_rule(rule)}" for rule in model.derived] or ["  nothing"]),
        "",
        "What may be chosen:",
        *(f"  {line}" for line in _choices(model)),
        "",
        *_rest(model),
    ]
    return "\n".join(line.rstrip() for line in parts) + "\n"


def _row(status: Status) -> tuple[str, ...]:
    receives = _answer(status.receives_queued)
    if status.receives_queued == "listed":
        receives = _names(status.queues) if status.queues else "listed: none"
    if status.needs_toggle:
        receives += " if ready"
    direct = status.receives_direct
    return (
        status.name,
        status.colour or "as set",
        _answer(status.selectable),
        receives,
        _answer(direct) if isinstance(direct, bool) else _names(direct),
        "as set" if status.features is None and not status.selectable else _answer(status.features),
        "as set" if status.logged_in is None and not status.selectable else _answer(status.logged_in),
        (status.reported_as or "as set").replace("{name}", status.name),
    )


def _answer(value: object) -> str:
    return "no" if value is False else "yes"


def _table(rows: Sequence[tuple[str, ...]]) -> Iterable[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    for number, row in enumerate(rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        if number == 0:
            yield "  ".join("-" * width for width in widths)


def _rule(rule: Derived) -> str:
    when = " and ".join(name.replace("_", " ") for name in rule.when) or "always"
    kinds = f", set to a status of kind {_names(rule.kinds, ' or ')}" if rule.kinds is not None else ""
    own = "; receives only what it receives itself" if rule.receives == "own" else ""
    return f"{rule.show}: {when}{kinds}{own}"


def _choices(model: ModelFields) -> Iterable[str]:
    chosen = [status for status in model.statuses if status.selectable and status.waits_for is None]
    everything = tuple(status.name for status in chosen)
    for status in model.statuses:
        if status.locked:
            yield f"while {status.name} is shown: nothing"
        if status.goes_to is not None:
            yield f"from {status.name}: {_names(status.goes_to) or 'nothing'}"
        if not status.may_sign_out:
            yield f"while {status.name} is shown: no signing out"
    yield f"otherwise: {_names(everything)}"
    for status in model.statuses:
        yield from _effects(status)


def _effects(status: Status) -> Iterable[str]:
    if status.needs_device is not None:
        yield f"{status.name} needs a connected {status.needs_device} device"
    if status.waits_as is not None:
        yield f"{status.name} chosen while busy shows as {status.waits_as} until the work ends"
    if status.duration is not None:
        yield f"{status.name} ends by itself after {status.duration} s"
    if status.queue_group is not None:
        yield f"{status.name} joins the queues of {status.queue_group} and logs out of all others"
    if status.after_accept is not None:
        yield f"{status.name} becomes {status.after_accept} when a queued interaction is accepted"
    if status.one_offer:
        yield f"{status.name} is offered one queued interaction at a time"
    if status.aliases:
        yield f"{status.name} is also written {_names(status.aliases)}"


def _rest(model: ModelFields) -> Iterable[str]:
    if not model.sign_in.required:
        yield "Signing in is not needed"
    sets = f"Signing in sets {model.default}" if model.sign_in.sets_default else "Signing in sets no status"
    yield f"{sets}; the default is {model.default}"
    yield f"Signed out shows {model.sign_in.signed_out_shows or 'the status that was set'}"
    if model.toggle is not None:
        yield f"Signing in puts the toggle to {'Ready' if model.toggle.default else 'Not Ready'}"
    if model.external_presence is not None:
        answers = _names(f"{value} {answer}" for value, answer in model.external_presence.values)
        yield f"Receives by messenger presence: {answers}"
        if model.external_presence.clears:
            clears = _names(model.external_presence.clears, " or ")
            yield f"Messenger presence {clears} ends a status that the engine set"
    for event, status in (
        ("A missed queued offer", model.on.missed_queued),
        ("A missed direct offer", model.on.missed_direct),
        ("A rejected queued interaction", model.on.rejected_queued),
        ("Too many misses in a row", model.no_answer),
    ):
        if status is not None:
            yield f"{event} sets {status}"
    if model.queues.status_sets_logins:
        yield "Choosing a status that counts as logged in logs in to every queue"
    if model.queues.login_sets is not None:
        yield f"Logging in to a queue while logged out sets {model.queues.login_sets}, for that queue alone"
    if model.queues.last_logout_sets is not None:
        yield f"Logging out of the last queue sets {model.queues.last_logout_sets}"
    if model.wrap_up.fixed:
        yield "A wrap-up cannot be cut short"
    if model.stop_new is not None:
        yield f"Stop New: while handling {_names(model.stop_new.channels, ' or ')}"
    if model.supervisor.sets is not None:
        yield f"A supervisor may set {_names(model.supervisor.sets) or 'nothing'}"
    if model.custom.kinds is not None:
        yield f"An administrator may add statuses of kind {_names(model.custom.kinds, ' or ') or 'none'}"
    if model.supervisor_needs_sign_in:
        yield "A supervisor acts for others only while signed in"
    for rule in model.channels:
        if rule.blocks is None:
            continue
        what = rule.blocks if isinstance(rule.blocks, str) else _names(rule.blocks) or "none"
        yield f"An interaction of {rule.name} blocks {what}"


def _names(names: Iterable[str], between: str = ", ") -> str:
    return between.join(names)
