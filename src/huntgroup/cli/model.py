"""`huntgroup model show NAME` and `huntgroup model check FILE`"""

from __future__ import annotations

from pathlib import Path

import click

from huntgroup.errors import ModelError


@click.group("model", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Show a presence model, or check a model file."""


@command.command("show")
@click.argument("name", required=False)
def show(name: str | None) -> None:
    """Print a model for people to read: NAME is a built-in one or a TOML file; without it, the built-in
    names.
    """
    from huntgroup.models import PresenceModel, built_in_names

    if name is None:
        for built_in in built_in_names():
            click.echo(f"{built_in}: {PresenceModel.load(built_in).title}")
        return
    click.echo(PresenceModel.load(name).text())


@command.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def check(ctx: click.Context, file: Path) -> None:
    """Check a model FILE. Exit code 1 if it has mistakes; every one is told with its line."""
    from huntgroup.models import PresenceModel

    try:
        model = PresenceModel.load(file)
    except ModelError as error:
        for problem in error.problems:
            click.echo(f"huntgroup: {file}: {problem}", err=True)
        ctx.exit(1)
    click.echo(f"{file}: {model.name} is sound, {len(model.statuses)} statuses")
