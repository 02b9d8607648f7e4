"""Do the parts of a model fit together? Every name must refer to something that exists, every rule must be
able to act."""

from __future__ import annotations

from collections.abc import Iterable

from huntgroup.models.fields import ModelFields
from huntgroup.models.locate import Path
from huntgroup.models.parts import ASKED_OF, CONDITIONS, Status
from huntgroup.models.reader import Report

MAX_ASKED = 4
"""What rules may ask of single channels, each a bit of the conditions."""


def check(model: ModelFields, report: Report) -> None:
    """Adds every mistake between the parts to the report. O(statuses + names)."""
    names = _names(model, report)
    _references(model, names, report)
    _default(model, names, report)
    for index, status in enumerate(model.statuses):
        path: Path = ("status", index)
        _waiting(status, names, path, report)
        _needs(model, status, path, report)
    _external(model, report)
    _receives(model, report)
    _channels(model, report)
    _queues(model, names, report)


def _names(model: ModelFields, report: Report) -> dict[str, Status]:
    names: dict[str, Status] = {}
    for index, status in enumerate(model.statuses):
        if status.name in names:
            report.add(("status", index, "name"), status.name, "a name that no other status has")
        elif status.name:
            names[status.name] = status
    spellings = set(names)
    for index, status in enumerate(model.statuses):
        for alias in status.aliases:
            if alias in spellings:
                report.add(("status", index, "aliases"), alias, "spellings that no other status has")
            spellings.add(alias)
    return names


def _references(model: ModelFields, names: dict[str, Status], report: Report) -> None:
    known = "a status of this model: " + _listing(names)

    def refer(path: Path, name: str | None) -> None:
        if name and name not in names and not report.has(path):
            report.add(path, name, known)

    refer(("default",), model.default)
    refer(("sign_in", "signed_out_shows"), model.sign_in.signed_out_shows)
    engine_sets = (
        (("no_answer",), model.no_answer),
        (("on", "missed_queued"), model.on.missed_queued),
        (("on", "missed_direct"), model.on.missed_direct),
        (("on", "rejected_queued"), model.on.rejected_queued),
        (("queues", "login_sets"), model.queues.login_sets),
        (("queues", "last_logout_sets"), model.queues.last_logout_sets),
    )
    for path, name in engine_sets:
        refer(path, name)
    for name in model.supervisor.sets or ():
        refer(("supervisor", "sets"), name)
    for index, status in enumerate(model.statuses):
        for name in status.goes_to or ():
            refer(("status", index, "goes_to"), name)
        refer(("status", index, "waits_as"), status.waits_as)
        refer(("status", index, "waits_for"), status.waits_for)
        refer(("status", index, "after_accept"), status.after_accept)
    for path, set_by_engine in engine_sets:
        if set_by_engine in names and names[set_by_engine].waits_for is not None:
            report.add(path, set_by_engine, "a status that does not wait for another")
    kinds = dict.fromkeys(status.kind for status in model.statuses)
    known_kinds = "kinds that a status of this model has: " + _listing(kinds)
    for index, rule in enumerate(model.derived):
        refer(("derived", index, "show"), rule.show)
        if not kinds.keys() >= set(rule.kinds or ()):
            report.add(("derived", index, "kinds"), list(rule.kinds or ()), known_kinds)
    if not kinds.keys() >= set(model.custom.kinds or ()):
        report.add(("custom", "kinds"), list(model.custom.kinds or ()), known_kinds)


def _default(model: ModelFields, names: dict[str, Status], report: Report) -> None:
    default = names.get(model.default)
    if default is None:
        return
    if not default.selectable or default.waits_for is not None:
        choices = [name for name, status in names.items() if status.selectable and status.waits_for is None]
        report.add(("default",), model.default, "a selectable status: " + _listing(choices))
    if default.duration is not None:
        index = model.statuses.index(default)
        report.add(
            ("status", index, "duration"),
            default.duration,
            "none on the default status: a duration that runs out returns to it",
        )


def _waiting(status: Status, names: dict[str, Status], path: Path, report: Report) -> None:
    if status.waits_as is not None and status.waits_as in names:
        waiting = names[status.waits_as]
        if waiting.waits_for != status.name or waiting is status:
            answering = f'another status, with waits_for = "{status.name}"'
            report.add((*path, "waits_as"), status.waits_as, answering)
    if status.waits_for is not None and status.waits_for in names:
        target = names[status.waits_for]
        if target is status or target.waits_for is not None:
            report.add((*path, "waits_for"), status.waits_for, "another status, that does not wait itself")
        elif target.waits_as != status.name:
            report.add((*path, "waits_for"), status.waits_for, f'a status with waits_as = "{status.name}"')
    after = names.get(status.after_accept or "")
    if after is not None and after.waits_for is not None:
        report.add((*path, "after_accept"), status.after_accept, "a status that does not wait for another")


def _needs(model: ModelFields, status: Status, path: Path, report: Report) -> None:
    if status.selectable:
        for key in ("colour", "reported_as"):
            if getattr(status, key) is None:
                report.add((*path, key), None, "a text; it must be given on a status that can be selected")
    if status.queues and status.receives_queued != "listed":
        report.add((*path, "queues"), list(status.queues), 'none, unless receives_queued = "listed"')
    if status.needs_toggle and model.toggle is None:
        report.add((*path, "needs_toggle"), True, "false in a model without a table [toggle]")


def _external(model: ModelFields, report: Report) -> None:
    presence = model.external_presence
    if presence is None or report.has(("external_presence", "values")):
        return
    values = [value for value, _ in presence.values]
    known = "one of the values: " + _listing(values)
    if presence.default and presence.default not in values:
        report.add(("external_presence", "default"), presence.default, known)
    if not set(values).issuperset(presence.clears):
        report.add(("external_presence", "clears"), list(presence.clears), known)


def _receives(model: ModelFields, report: Report) -> None:
    wrong = any(report.has(("status", index, "receives_queued")) for index in range(len(model.statuses)))
    if model.statuses and not wrong and not any(status.receives_queued for status in model.statuses):
        allowed = "receives_queued on at least one status: nobody would be offered anything"
        report.add(("status",), "no status receives", allowed)


def _channels(model: ModelFields, report: Report) -> None:
    """Every channel that the model names is one that every engine has, or has a table of its own here."""
    known = f"channels: {_listing(model.channel_names)}, or one with a table [channels.NAME] in this model"

    def speak(path: Path, channels: Iterable[str]) -> None:
        strange = [channel for channel in channels if channel not in model.channel_names]
        if strange and not report.has(path):
            report.add(path, strange[0] if len(strange) == 1 else strange, known)

    for index, status in enumerate(model.statuses):
        if not isinstance(status.receives_direct, bool):
            speak(("status", index, "receives_direct"), status.receives_direct)
        if status.needs_device is not None:
            speak(("status", index, "needs_device"), (status.needs_device,))
    for index, rule in enumerate(model.derived):
        asked = [name.removeprefix("not ") for name in rule.when]
        speak(
            ("derived", index, "when"), [name.partition(" ")[2] for name in asked if name not in CONDITIONS]
        )
    if model.stop_new is not None:
        speak(("stop_new", "channels"), model.stop_new.channels)
    for channel in model.channels:
        if isinstance(channel.blocks, tuple):
            speak(("channels", channel.name, "blocks"), channel.blocks)
    if len(model.asked) > MAX_ASKED:
        allowed = f"at most {MAX_ASKED} different ones of {', '.join(ASKED_OF)} CHANNEL in all rules together"
        report.add(("derived",), list(model.asked), allowed)


def _queues(model: ModelFields, names: dict[str, Status], report: Report) -> None:
    for key, counts in (("login_sets", True), ("last_logout_sets", False)):
        name = getattr(model.queues, key)
        status = names.get(name or "")
        if status is None:
            continue
        if (status.logged_in is not False) != counts or not status.selectable:
            choice = "true" if counts else "false"
            report.add(("queues", key), name, f"a selectable status with logged_in = {choice}")


def _listing(names: Iterable[str]) -> str:
    """At most twenty names, so that a message stays readable."""
    listed = list(names)
    return ", ".join(listed[:20]) + (f" and {len(listed) - 20} more" if len(listed) > 20 else "")
