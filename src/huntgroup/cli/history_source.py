"""Where a history comes from: the events of a journal, of a log of events, of a log of commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from huntgroup.cli.files import readable
from huntgroup.cli.progress import Tell
from huntgroup.errors import ConfigError, HuntgroupError
from huntgroup.history.lines import decoded, event_of

_AT_ONCE = 1_000
"""How many lines are read between two reports of progress."""


def told(
    source: Path,
    hear: Callable[[list[Any]], object],
    config: Path | None,
    model: str,
    seed: int,
    tell: Tell | None,
    whole: bool = True,
) -> int | None:
    """Calls `hear` with the events, in their order, some at a time. Returns the instant up to which they are
    complete, None if that is the instant of the last event. `whole`: a journal without its first records is
    refused. Raises ConfigError and others for a wrong source. O(events)."""
    if source.is_dir():
        return _of_journal(source, hear, tell, whole)
    with readable(source) as (path, _):
        return _of_lines(path, hear, lambda: _engine(config, model, seed), tell)


def _of_journal(folder: Path, hear: Callable[[list[Any]], object], tell: Tell | None, whole: bool) -> int:
    from huntgroup.engine.engine import Engine
    from huntgroup.journal.reading import copied

    with copied(folder) as store:
        last, done = store.next_seq - 1, 0
        first = next(iter(store.read(1)), None)
        if whole and first is not None and first.seq != 1:
            allowed = (
                "a journal with all its records: a snapshot has taken the place of the first (--from-seq)"
            )
            raise ConfigError("source", str(folder), allowed)

        def heard(events: list[Any]) -> None:
            nonlocal done
            hear(events)
            done += 1
            if tell is not None and done % _AT_ONCE == 0:
                tell(min(done, last), last)

        with Engine.open(store, told=heard) as engine:
            return engine.now_ns


def _engine(config: Path | None, model: str, seed: int) -> Any:
    from huntgroup.engine.engine import Engine

    return Engine(model, seed=seed) if config is None else Engine.from_config(str(config))


def _of_lines(
    path: Path, hear: Callable[[list[Any]], object], make: Callable[[], Any], tell: Tell | None
) -> int | None:
    engine, of, done = None, path.stat().st_size, 0
    events: list[Any] = []
    with open(path, "rb") as lines:
        for number, line in enumerate(lines, start=1):
            done += len(line)
            if not line.strip():
                continue
            found = decoded(line, number)
            if "query" in found:
                continue
            if "command" in found:
                engine = make() if engine is None else engine
                events += _carried_out(engine, line, found, number)
            elif (event := event_of(found, number)) is not None:
                events.append(event)
            if number % _AT_ONCE == 0:
                _heard(events, hear)
                if tell is not None:
                    tell(done, of)
    _heard(events, hear)
    return None if engine is None else int(engine.now_ns)


def _heard(events: list[Any], hear: Callable[[list[Any]], object]) -> None:
    hear(events)
    events.clear()


def _carried_out(engine: Any, line: bytes, found: dict[str, Any], number: int) -> Iterable[Any]:
    """The events that one command caused; for a refused one, only those of the time that passed."""
    from huntgroup.cli.lines import parsed
    from huntgroup.errors import Refused

    if "seq" in found and "at_ns" in found:
        raise ConfigError(
            f"line {number}", found["command"], "a command by name; for an exported journal, its folder"
        )
    try:
        name, needed, others = parsed(line)
        getattr(engine, name)(*needed, **others)
    except Refused:
        pass
    except (HuntgroupError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise ConfigError(f"line {number}", found, f"a command that can be read: {error}") from error
    return list(engine.poll())
