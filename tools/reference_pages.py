"""Fills in docs/COMMANDS.md and docs/SETTINGS.md from methods, docstrings, defaults and docs/SEMANTICS.md.

    python tools/reference_pages.py           write them
    python tools/reference_pages.py --check   say which pages are out of date; exit 1 if one is

Arguments and costs are those of the methods, refusals in order and events those of the rules, settings with
their defaults and meanings those of the one place that checks them.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable

import page_blocks
from page_blocks import ROOT, replaced, table

import huntgroup as hg
from huntgroup.settings.queues import DEFAULTS, NewQueue, QueueSettings

SEMANTICS = ROOT / "docs" / "SEMANTICS.md"
COMMANDS = ROOT / "docs" / "COMMANDS.md"
SETTINGS = ROOT / "docs" / "SETTINGS.md"
NOTHING = "–"
HOW = ("by", "at", "self", "name", "kind")


# --- commands -----------------------------------------------------------------------------------------------


def rules() -> dict[str, tuple[str, str, str]]:
    """For each command the rule that defines it: (id, refusals, its own events)."""
    found = {}
    for line in SEMANTICS.read_text(encoding="utf-8").splitlines():
        row = re.fullmatch(r"\| \*\*((?:CMD|CHANGE)-\d+)\*\* \| ([a-z_, ]+) \| (.*?) \| (.*) \|", line)
        if row is not None:
            for name in row[2].split(", "):
                found[name] = (row[1], row[3], row[4])
    return found


def arguments(method: object) -> str:
    """The arguments of a method, without `self`."""
    signature = inspect.signature(method)  # type: ignore[arg-type]
    parameters = [p.replace(annotation=p.empty) for p in signature.parameters.values() if p.name != "self"]
    plain = signature.replace(parameters=parameters, return_annotation=signature.empty)
    return "`" + str(plain).strip("()").replace("/, ", "") + "`"


def raised(method: object) -> str:
    """The refusals that the docstring names."""
    text = " ".join((inspect.getdoc(method) or "").split())
    found = re.search(r"Raises (.*?)\.(?: |$)", text)
    return NOTHING if found is None else found[1]


def cost(method: object) -> str:
    """The last words of the docstring, from the first O(...) on."""
    text = " ".join((inspect.getdoc(method) or "").split())
    found = re.search(r"(?:Amortised )?O\(.*", text)
    return NOTHING if found is None else found[0].rstrip(".")


def command_rows() -> Iterable[tuple[str, ...]]:
    """One row for each command, in the order of its code."""
    known = rules()
    for command in hg.Command:
        name = command.name.lower()
        method = getattr(hg.Engine, name)
        rule, refused, events = known.get(name, (NOTHING, raised(method), NOTHING))
        yield f"`{name}`", arguments(method), refused, events, cost(method), rule


def commands_filled(page: str) -> str:
    """The page of commands with its table."""
    head = (
        "command",
        "arguments",
        "refused, in order (beside unknown names)",
        "own events, in order",
        "cost",
        "rule",
    )
    return replaced(page, "commands", table(head, command_rows()))


# --- settings -----------------------------------------------------------------------------------------------


def meanings(text: str, keys: Iterable[str]) -> dict[str, str]:
    """The description of each key in a docstring: `a, b: what they are`, up to the next one."""
    plain = " ".join(text.replace("`", "").split())
    names = "|".join(sorted(keys, key=len, reverse=True))
    starts = list(re.finditer(rf"(?:^|(?<=[.;:] ))((?:{names})(?:, (?:{names}))*): ", plain))
    found = {}
    for place, start in enumerate(starts):
        end = starts[place + 1].start() if place + 1 < len(starts) else len(plain)
        said = re.split(r"\. (?:Raises|O\()", plain[start.end() : end])[0]
        for key in start[1].split(", "):
            found[key] = said.strip().rstrip(".;")
    return found


def unit(annotation: str) -> str:
    """A duration in seconds."""
    return "s" if "Duration" in annotation else NOTHING


def queue_rows() -> Iterable[tuple[str, ...]]:
    """One row for each setting of a queue."""
    said = meanings(QueueSettings.__doc__ or "", DEFAULTS)
    said["channel"] = "the kind of its interactions; it never changes afterwards"
    annotations = {**QueueSettings.__annotations__, **NewQueue.__annotations__}
    for key, default in DEFAULTS.items():
        text = str(getattr(annotations[key], "__forward_arg__", annotations[key]))
        yield f"`{key}`", f"`{default!r}`", unit(text), said[key]


def argument_rows(method: object) -> Iterable[tuple[str, ...]]:
    """One row for each argument of a method that is a setting."""
    found = inspect.signature(method).parameters  # type: ignore[arg-type]
    parameters = [p for p in found.values() if p.name not in HOW]
    said = meanings(inspect.getdoc(method) or "", [p.name for p in parameters])
    for parameter in parameters:
        yield (
            f"`{parameter.name}`",
            f"`{parameter.default!r}`",
            unit(str(parameter.annotation)),
            said[parameter.name],
        )


def settings_filled(page: str) -> str:
    """The page of settings with its three tables."""
    head = ("key", "default", "unit", "what it changes")
    page = replaced(page, "queue", table(head, queue_rows()))
    page = replaced(page, "agent", table(head, argument_rows(hg.Engine.add_agent)))
    return replaced(page, "channel", table(head, argument_rows(hg.Engine.add_channel)))


def main() -> int:
    """Write the pages, or check them. Returns the exit code."""
    description = (__doc__ or "").partition("\n")[0]
    return page_blocks.refresh(description, [(COMMANDS, commands_filled), (SETTINGS, settings_filled)])


if __name__ == "__main__":
    sys.exit(main())
