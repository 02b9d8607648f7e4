"""`huntgroup model show NAME` and `huntgroup model check FILE`"""

from __future__ import annotations

import json
from pathlib import Path

import click

from huntgroup.cli.check import plain_problem
from huntgroup.cli.files import readable
from huntgroup.cli.options import json_option
from huntgroup.errors import ModelError


@click.group("model", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Show a presence model, or check a model file."""


@command.command("show")
@click.argument("name", required=False)
@json_option
def show(name: str | None, as_json: bool) -> None:
    """Print a model for people to read: NAME is a built-in one, a TOML file, or - for standard input; without
    it, the built-in names.
    """
    from huntgroup.models import PresenceModel, built_in_names

    if name is None:
        titles = {built_in: PresenceModel.load(built_in).title for built_in in built_in_names()}
        lines = "\n".join(f"{built_in}: {title}" for built_in, title in titles.items())
        click.echo(json.dumps(titles, ensure_ascii=False) if as_json else lines)
        return
    if name == "-":
        with readable(Path(name)) as (path, source):
            model = PresenceModel.from_text(path.read_text(encoding="utf-8"), source)
    else:
        model = PresenceModel.load(name)
    click.echo(json.dumps(model.to_dict(), ensure_ascii=False) if as_json else model.text())


@command.command("check")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
@json_option
@click.pass_context
def check(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Check a model FILE, or - for standard input. Exit code 1 if it has mistakes; every one is told with its
    line.
    """
    from huntgroup.models import PresenceModel

    with readable(file) as (path, source):
        try:
            model = PresenceModel.load(path)
        except ModelError as error:
            if as_json:
                mistakes = [plain_problem(problem) for problem in error.problems]
                click.echo(json.dumps({"file": source, "mistakes": mistakes}, ensure_ascii=False))
            else:
                for problem in error.problems:
                    click.echo(f"huntgroup: {source}: {problem}", err=True)
            ctx.exit(1)
    found = {"file": source, "mistakes": [], "model": model.name, "statuses": len(model.statuses)}
    sound = f"{source}: {model.name} is sound, {len(model.statuses)} statuses"
    click.echo(json.dumps(found, ensure_ascii=False) if as_json else sound)
