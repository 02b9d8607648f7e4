"""`huntgroup run`: commands in, events out, one JSON object per line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import click

from huntgroup.cli.engine import engine_class, engine_option
from huntgroup.errors import ConfigError, HuntgroupError, Refused, meant

_AGENT, _INTERACTION = ("agent",), ("interaction",)

# Every command and the arguments it cannot do without, in the order of the method. Others go by name.
COMMANDS: dict[str, tuple[str, ...]] = {
    "add_channel": ("name",),
    "add_queue": ("name",),
    "update_queue": ("queue",),
    "remove_queue": ("queue",),
    "add_agent": ("name",),
    "remove_agent": _AGENT,
    "set_skill": ("agent", "skill", "proficiency"),
    "set_capacity": ("agent", "channel", "capacity"),
    "set_user": ("agent", "column", "value"),
    "join": ("agent", "queue"),
    "leave": ("agent", "queue"),
    "sign_in": _AGENT,
    "sign_out": _AGENT,
    "connect": ("agent", "channel"),
    "disconnect": ("agent", "channel"),
    "set_status": ("agent", "status"),
    "set_status_many": ("agents", "status"),
    "set_ready": ("agent", "ready"),
    "set_external_presence": ("agent", "value"),
    "queue_login": ("agent", "queue"),
    "queue_logout": ("agent", "queue"),
    "set_queue_logins": ("agent", "logins"),
    "stop_new": _AGENT,
    "resume_new": _AGENT,
    "enqueue": ("queue",),
    "direct": ("agent", "channel"),
    "dial": ("agent", "channel"),
    "answered": _INTERACTION,
    "accept": _INTERACTION,
    "reject": _INTERACTION,
    "hold": _INTERACTION,
    "retrieve": _INTERACTION,
    "consult": ("interaction", "agent"),
    "conference": _INTERACTION,
    "end_consult": _INTERACTION,
    "transfer": _INTERACTION,
    "end": _INTERACTION,
    "finish_wrap_up": _INTERACTION,
    "abandon": _INTERACTION,
    "request_callback": _INTERACTION,
    "advance": (),
}

_CREATES = ("enqueue", "direct", "dial", "consult")

_MEMBERS = (*("agent", "interaction", "queue", "offer", "channel", "group", "other", "by", "value", "text"),)
"""What an event's line has beside its kind, where it applies."""

LONGEST_LINE = 1_000_000


@click.command("run")
@click.argument("commands", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--config", type=click.Path(path_type=Path), help="A centre's TOML file to start from.")
@click.option(
    "--model", default="agent_modes", show_default=True, help="A built-in presence model or a TOML file."
)
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help='For the strategy "random".'
)
@engine_option
@click.option(
    "--journal",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Make each command durable in this folder, and go on from what is there; --config builds a new one.",
)
@click.option("--keep-going", is_flag=True, help="Exit code 0 even where commands were refused.")
@click.pass_context
def command(
    ctx: click.Context,
    commands: Path | None,
    config: Path | None,
    model: str,
    seed: int,
    engine: str,
    journal: Path | None,
    keep_going: bool,
) -> None:
    """Read COMMANDS (a file, or standard input), one JSON object per line; write what happens, one per line.

    A command: {"command": "enqueue", "queue": "sales", "at": 1000000000}. Its other members are the
    arguments of the method of that name, an interaction being called "interaction"; "at" is in nanoseconds,
    never decreasing; without it the command takes place at the time of the one before.

    Out come {"event": KIND, ...} for each event, {"refused": RULE, "line": N, "message": ...} for a command
    that a rule forbids, {"error": ..., "line": N} for one that cannot be read, and {"result": ID, "line": N}
    after a command that makes an interaction. Exit code 1 if anything was refused, 2 if anything
    was in error.
    """
    kind = engine_class(engine)
    if journal is not None:
        chosen = model if _is_given(ctx, "model") else None
        machine = kind.open(journal, **({"config": config} if config else {"model": chosen, "seed": seed}))
        ctx.call_on_close(machine.close)
    else:
        machine = kind(model=model, seed=seed) if config is None else kind.from_config(str(config))
    worst = 0
    with opened(commands) as lines:
        for number, line in _numbered(lines):
            for answer in answers(machine, number, line):
                if "error" in answer:
                    worst = 2
                elif "refused" in answer and not keep_going:
                    worst = max(worst, 1)
                sys.stdout.write(written(answer) + "\n")
            # Whoever feeds us line by line waits for the answer before the next line.
            sys.stdout.flush()
    ctx.exit(worst)


def written(answer: dict[str, Any]) -> str:
    """One answer as a line of JSON; half a surrogate pair, which no UTF-8 can have, as an escape."""
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return text if _is_utf8(text) else json.dumps(answer, separators=(",", ":"))


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_given(ctx: click.Context, name: str) -> bool:
    return ctx.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT


def answers(engine: Any, number: int, line: bytes) -> Iterator[dict[str, Any]]:
    """Carry one line out; yields what it caused, in order. Never raises for what a line may contain."""
    try:
        name, needed, others = parsed(line)
        result = getattr(engine, name)(*needed, **others)
    except Refused as refused:
        yield from events(engine)
        yield {"refused": type(refused).__name__, "line": number, "message": str(refused)}
        return
    except HuntgroupError as error:
        yield from events(engine)
        yield {"error": str(error), "line": number}
        return
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        # A wrong or missing argument of the method: Python's own message names it.
        yield from events(engine)
        yield {"error": str(error), "line": number}
        return
    yield from events(engine)
    if name in _CREATES and result is not None:
        yield {"result": result, "line": number}


def parsed(line: bytes) -> tuple[str, list[Any], dict[str, Any]]:
    """The method of one line, the arguments it cannot do without, and the others. Raises `ConfigError`."""
    if len(line) > LONGEST_LINE:
        raise ConfigError("line", f"{len(line)} bytes", f"at most {LONGEST_LINE} bytes")
    try:
        found = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ConfigError("line", line[error.start : error.start + 1], "UTF-8 text") from None
    except (json.JSONDecodeError, RecursionError) as error:
        raise ConfigError("line", line.decode("utf-8").strip()[:80], f"a JSON object ({error})") from None
    if not isinstance(found, dict):
        raise ConfigError("line", found, 'a JSON object such as {"command": "sign_in", "agent": "alice"}')
    name = found.pop("command", None)
    if not isinstance(name, str) or name not in COMMANDS:
        raise ConfigError("command", name, ", ".join(COMMANDS) + meant(name, COMMANDS))
    at = found.get("at")
    if "at" in found and type(at) is not int:
        raise ConfigError("at", at, "an integer, nanoseconds on the engine's clock")
    needed = []
    for argument in COMMANDS[name]:
        if argument not in found:
            raise ConfigError(argument, None, f"a value; {name} needs {', '.join(COMMANDS[name])}")
        needed.append(found.pop(argument))
    return name, needed, found


def events(engine: Any) -> Iterator[dict[str, Any]]:
    """The engine's new events, members that do not apply left out."""
    for event in engine.poll():
        found: dict[str, Any] = {"event": event.kind, "seq": event.seq, "at_ns": event.at_ns}
        for name in _MEMBERS:
            value = getattr(event, name, None)
            if value is not None:
                found[name] = value
        if event.status_from is not None or event.status_to is not None:
            found["from"], found["to"] = event.status_from, event.status_to
        if event.reason is not None:
            found["reason"] = event.reason
        yield found


def _numbered(lines: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(iter(lambda: lines.readline(LONGEST_LINE + 2), b""), start=1):
        if line.strip():
            yield number, line


def opened(path: Path | None) -> IO[bytes]:
    """The file, or standard input for none or `-`."""
    if path is None or str(path) == "-":
        return sys.stdin.buffer
    return open(path, "rb")
