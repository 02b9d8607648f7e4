"""`huntgroup check CENTRE.toml`: every mistake of a centre's file."""

from __future__ import annotations

import json
from pathlib import Path

import click

from huntgroup.errors import CentreError, ConfigError, Problem, shown


@click.command("check")
@click.argument("files", nargs=-1, required=True, metavar="CENTRE...", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each file.")
@click.pass_context
def command(ctx: click.Context, files: tuple[Path, ...], as_json: bool) -> None:
    """Check the TOML files of centres by building each. Every mistake is told with its line, its key and
    what is allowed there. Exit code 1 if there is one.

    Example: huntgroup check centre.toml
    """
    bad = False
    for file in files:
        problems, sizes = _checked(file)
        bad = bad or bool(problems)
        if as_json:
            click.echo(
                json.dumps({"file": str(file), "mistakes": [_plain(one) for one in problems], **sizes})
            )
            continue
        for problem in problems:
            click.echo(f"huntgroup: {file}: {problem}", err=True)
        if not problems:
            click.echo(
                f"{file} is sound: model {sizes['model']}, {sizes['queues']} queues, {sizes['agents']} agents"
            )
    if bad:
        ctx.exit(1)


def _checked(file: Path) -> tuple[tuple[Problem, ...], dict[str, object]]:
    """The mistakes of a file, or else what it describes."""
    from huntgroup import Engine

    try:
        with Engine.from_config(file, events=False) as engine:
            queues, agents = len(engine._queue_index), len(engine._agent_index)
            return (), {"model": engine.model.name, "queues": queues, "agents": agents}
    except CentreError as error:
        return error.problems, {}
    except ConfigError as error:
        return (Problem(0, error.field, error.value, error.allowed),), {}


def _plain(problem: Problem) -> dict[str, object]:
    value = problem.value
    plain = value if value is None or isinstance(value, bool | int | float | str) else shown(value)
    return {"line": problem.line, "key": problem.key, "value": plain, "allowed": problem.allowed}
