"""`huntgroup run`: commands in, events out, one JSON object per line."""

from __future__ import annotations

import os
import queue
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import IO, Any

import click

from huntgroup.cli.engine import described, engine_class, engine_option
from huntgroup.cli.lines import (
    LONGEST_LINE,
    UNREADABLE,
    Line,
    event_line,
    failure_line,
    understood,
    written,
)
from huntgroup.errors import ConfigError

AT_ONCE = 1_000
"""So many events are read at a time."""
LISTENING = 0.25
"""Seconds after which a wait for a line begins anew: a signal that came just before it, or to another thread,
does not end it."""


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
@click.option(
    "--live",
    is_flag=True,
    help="Time is that of the clock: timers fire while no line comes; no line has an at.",
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
    live: bool,
    keep_going: bool,
) -> None:
    """Read COMMANDS (a file, or standard input), one JSON object per line; write what happens, one per line.

    A command: {"command": "enqueue", "queue": "sales", "at": 1000000000}. Its other members are the
    arguments of the method of that name, an interaction being called "interaction"; "at" is in nanoseconds,
    never decreasing; without it the command takes place at the time of the one before. A query, such as
    {"query": "queue", "queue": "sales"}, changes nothing.

    Out come {"event": KIND, ...} for each event, {"refused": RULE, "line": N, "message": ...} for a command
    that a rule forbids, {"error": ..., "line": N} for one that cannot be read, and {"result": ..., "line": N}
    after a query, and after a command that makes an interaction. Exit code 1 if anything was refused, 2 if
    anything was in error.

    \b
    Example:
      printf '%s\\n' '{"command": "add_queue", "name": "sales"}' \\
        '{"command": "enqueue", "queue": "sales", "at": 1000000000}' \\
        '{"query": "queue", "queue": "sales"}' | huntgroup run
    """
    kind = engine_class(engine)
    clock: dict[str, Any] = {"clock": time.time_ns} if live else {}
    if live and not hasattr(kind, "group"):
        raise ConfigError("engine", engine, "with --live, an engine that a router can own")
    if journal is not None:
        chosen = model if _is_given(ctx, "model") else None
        begun = {"config": config} if config else {"model": chosen, "seed": seed}
        machine = kind.open(journal, **begun, **clock)
        ctx.call_on_close(machine.close)
    else:
        machine = (
            kind(model=model, seed=seed, **clock)
            if config is None
            else kind.from_config(str(config), **clock)
        )
    if (config is not None or journal is not None or live) and hasattr(machine, "_agent_index"):
        click.echo(f"huntgroup: {described(machine, journal)}", err=True)
    worst = 0
    for answer in live_answers(machine, opened_apart(commands)) if live else all_answers(machine, commands):
        if answer is None:
            # A program that feeds us line by line waits for the answer before it sends the next line.
            sys.stdout.flush()
            continue
        if "error" in answer:
            worst = 2
        elif "refused" in answer and not keep_going:
            worst = max(worst, 1)
        sys.stdout.write(written(answer) + "\n")
    ctx.exit(worst)


def _is_given(ctx: click.Context, name: str) -> bool:
    return ctx.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT


def all_answers(engine: Any, commands: Path | None) -> Iterator[dict[str, Any] | None]:
    """What every line causes, in order, and None behind each."""
    with opened(commands) as lines:
        for number, line in _numbered(lines):
            yield from answers(engine, number, line)
            yield None


def answers(engine: Any, number: int, line: bytes) -> Iterator[dict[str, Any]]:
    """Carry one line out; yields what it caused, in order. Never raises for what a line may contain."""
    try:
        told = understood(line)
        result = told.call(engine)
    except UNREADABLE as error:
        yield from map(event_line, engine.poll())
        yield failure_line(error, number)
        return
    yield from map(event_line, engine.poll())
    if told.reads or (told.told and result is not None):
        yield {"result": result, "line": number}


# --- live time ----------------------------------------------------------------------------------------------


def live_answers(engine: Any, lines: IO[bytes]) -> Iterator[dict[str, Any] | None]:
    """As `all_answers`, with time passing by the clock: events that timers cause are given when they happen.
    Ends after the last line."""
    from huntgroup.live.owner import Owner

    owner = Owner(engine, 1, 1_000_000)
    owner.subscribers = 1
    owner.start()
    seq = owner.ring.first_seq

    def news() -> Iterator[dict[str, Any]]:
        nonlocal seq
        while events := owner.ring.read(seq, AT_ONCE):
            seq += len(events)
            yield from map(event_line, events)

    yield from news()
    yield None
    waiting: queue.Queue[tuple[int, bytes] | None] = queue.Queue(1)
    Thread(target=_handed, args=(lines, waiting.put), name="huntgroup lines", daemon=True).start()
    try:
        while True:
            pause = owner.pause()
            try:
                found = waiting.get(timeout=LISTENING if pause is None else pause)
            except queue.Empty:
                owner.turn()
                yield from news()
                yield None
                continue
            if found is None:
                return
            number, line = found
            told, answer = _in_turn(owner, line)
            yield from news()
            if answer.error is not None:
                yield failure_line(answer.error, number)
            elif told is not None and (told.reads or (told.told and answer.value is not None)):
                yield {"result": answer.value, "line": number}
            yield None
    finally:
        owner.stop()


def _in_turn(owner: Any, line: bytes) -> tuple[Line | None, Any]:
    """Has the owner carry out a line; returns the parsed line and its answer."""
    from huntgroup.engine.sessions import Answer
    from huntgroup.live.owner import READS, Job

    try:
        told = understood(line)
        if told.timed:
            raise ConfigError("at", None, "no at with --live: time is that of the clock")
    except UNREADABLE as error:
        owner.turn()
        return None, Answer(error=error)
    answered: list[Any] = []
    owner.submit(Job(READS if told.reads else told.name, told.call, (owner.engine,), {}, answered.append))
    owner.turn()
    if answered[0].error is not None and not isinstance(answered[0].error, UNREADABLE):
        raise answered[0].error
    return told, answered[0]


def _handed(lines: IO[bytes], hand: Callable[[tuple[int, bytes] | None], object]) -> None:
    """Reads lines in a thread that may block, and gives each to `hand`; None at the end. Only this thread
    uses the file: another one that closed it would block until the next line."""
    try:
        with lines:
            for found in _numbered(lines):
                hand(found)
    finally:
        hand(None)


def _numbered(lines: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(iter(lambda: lines.readline(LONGEST_LINE + 2), b""), start=1):
        if line.strip():
            yield number, line


def opened(path: Path | None) -> IO[bytes]:
    """The file, or standard input for none or `-`."""
    if path is None or str(path) == "-":
        return sys.stdin.buffer
    return open(path, "rb")


def opened_apart(path: Path | None) -> IO[bytes]:
    """The same for a thread that may still wait for a line when the program ends."""
    if path is None or str(path) == "-":
        return os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    return open(path, "rb")
