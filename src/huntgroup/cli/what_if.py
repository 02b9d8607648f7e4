"""`huntgroup what-if COMMANDS --set QUEUE.SETTING=VALUE`"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from huntgroup.cli.lines import is_query, parsed
from huntgroup.cli.progress import progress_bar
from huntgroup.cli.run import opened
from huntgroup.errors import ConfigError

# These commands at the start of a stream build the centre; they are carried out before the recording begins.
_BUILDING = frozenset(
    ("add_channel", "add_queue", "update_queue", "add_agent", "join", "set_skill", "set_capacity")
)


@click.command("what-if")
@click.argument("commands", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--config", type=click.Path(path_type=Path), help="A centre's TOML file to start from.")
@click.option(
    "--model", default="agent_modes", show_default=True, help="A built-in presence model or a TOML file."
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="For all that is drawn.")
@click.option(
    "--set",
    "settings",
    metavar="QUEUE.SETTING=VALUE",
    multiple=True,
    required=True,
    help="A setting of a queue to change, its value as JSON or a text. May be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as one JSON object.")
def command(
    commands: Path | None,
    config: Path | None,
    model: str,
    seed: int,
    settings: tuple[str, ...],
    as_json: bool,
) -> None:
    """Run recorded COMMANDS again under other settings, and compare (see docs/WHAT_IF.md).

    COMMANDS is a file, or standard input, with one JSON object per line, as for `huntgroup run`; lines at its
    head that build the centre are carried out first. Example: huntgroup what-if day.ndjson --config
    centre.toml --set sales.wrap_up=15"""
    import huntgroup as hg
    from huntgroup.whatif import what_if

    changes = _changes(settings)
    engine = hg.Engine(model=model, seed=seed) if config is None else hg.Engine.from_config(config)
    stream: list[tuple[str, tuple[Any, ...], dict[str, Any], Any]] = []
    at: Any = None
    with opened(commands) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip() or is_query(line):
                continue
            try:
                name, needed, others = parsed(line)
            except ConfigError as error:
                raise ConfigError(f"line {number}: {error.field}", error.value, error.allowed) from None
            at = others.pop("at", at)
            if not stream and name in _BUILDING:
                try:
                    getattr(engine, name)(*needed, **others, at=at)
                except ConfigError as error:
                    raise ConfigError(f"line {number}: {error.field}", error.value, error.allowed) from None
                except TypeError as error:
                    raise ConfigError(f"line {number}", name, str(error)) from None
            else:
                stream.append((name, tuple(needed), others, at))
    with progress_bar("running it again") as tell:
        answer = what_if(engine, stream, changes, seed=seed, progress=tell)
    click.echo(json.dumps(answer.to_json(), indent=2, ensure_ascii=False) if as_json else str(answer))


def _changes(settings: tuple[str, ...]) -> dict[str | int, dict[str, Any]]:
    """{queue: {setting: value}} of texts "queue.setting=value"."""
    changes: dict[str | int, dict[str, Any]] = {}
    for text in settings:
        place, equals, value = text.partition("=")
        queue, dot, setting = place.rpartition(".")
        if not equals or not dot or not queue:
            raise ConfigError("set", text, "QUEUE.SETTING=VALUE, such as sales.wrap_up=15")
        try:
            read = json.loads(value)
        except ValueError:
            read = value
        changes.setdefault(queue, {})[setting] = read
    return changes
