"""`huntgroup check CENTRE.toml`: lists every mistake of a centre's file, or how it differs from a running
centre."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from huntgroup.cli.files import likely, readable
from huntgroup.errors import CentreError, ConfigError, Problem, shown

if TYPE_CHECKING:
    from huntgroup.engine.difference import Difference
    from huntgroup.engine.engine import Engine


@click.command("check")
@click.argument(
    "files", nargs=-1, required=True, metavar="CENTRE...", type=click.Path(path_type=Path, allow_dash=True)
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each file.")
@click.option(
    "--against", help="A service's address or a journal's folder: tell what the file says otherwise."
)
@click.option("--token", envvar="HUNTGROUP_TOKEN", help="An administrator's, or in HUNTGROUP_TOKEN.")
@click.pass_context
def command(
    ctx: click.Context, files: tuple[Path, ...], as_json: bool, against: str | None, token: str | None
) -> None:
    """Check the TOML files of centres by building each. Every mistake is told with its line, its key and
    what is allowed there. Exit code 1 if there is one, or if a centre that runs cannot become what the file
    says; 2 for a file that cannot be read. CENTRE may be - for standard input; a model's file is then named
    by its whole path.

    Example: huntgroup check centre.toml --against http://127.0.0.1:8080
    """
    if against is not None:
        ctx.exit(_compare(files, against, token, as_json))
    worst = 0
    for file in files:
        try:
            with readable(file) as (path, name):
                path.open("rb").close()
                problems, sizes = _checked(path)
        except OSError as error:
            why = f"{error.strerror}{likely(str(file)) if isinstance(error, FileNotFoundError) else ''}"
            told = json.dumps({"file": str(file), "error": why}, ensure_ascii=False)
            click.echo(told if as_json else f"huntgroup: {file}: {why}", err=not as_json)
            worst = 2
            continue
        worst = max(worst, int(bool(problems)))
        if as_json or problems:
            _tell_mistakes(name, problems, as_json, sizes)
        else:
            click.echo(
                f"{name} is sound: model {sizes['model']}, {sizes['queues']} queues, {sizes['agents']} agents"
            )
    ctx.exit(worst)


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


def plain_problem(problem: Problem) -> dict[str, object]:
    """A mistake as a plain value for JSON."""
    value = problem.value
    plain = value if value is None or isinstance(value, bool | int | float | str) else shown(value)
    return {"line": problem.line, "key": problem.key, "value": plain, "allowed": problem.allowed}


# --- against a centre that runs -----------------------------------------------------------------------------


def _compare(files: tuple[Path, ...], against: str, token: str | None, as_json: bool) -> int:
    """Prints how each file differs from the running centre; returns the exit code."""
    bad = False
    with _running(against, token) as engine:
        for file in files:
            with readable(file) as (path, name):
                path.open("rb").close()
                try:
                    found = engine.difference(path)
                except CentreError as error:
                    bad = True
                    _tell_mistakes(name, error.problems, as_json, {})
                    continue
            bad = bad or bool(found.problems)
            _tell(name, found, as_json)
    return int(bad)


def _tell_mistakes(file: str, problems: tuple[Problem, ...], as_json: bool, sizes: dict[str, object]) -> None:
    if as_json:
        mistakes = [plain_problem(one) for one in problems]
        click.echo(json.dumps({"file": file, "mistakes": mistakes, **sizes}, ensure_ascii=False))
        return
    for problem in problems:
        click.echo(f"huntgroup: {file}: {problem}", err=True)


def _tell(file: str, found: Difference, as_json: bool) -> None:
    if as_json:
        mistakes = [plain_problem(one) for one in found.problems]
        click.echo(json.dumps({"file": file, **found.to_dict(), "mistakes": mistakes}, ensure_ascii=False))
    else:
        click.echo(str(found))


@contextmanager
def _running(against: str, token: str | None) -> Iterator[Engine]:
    """The centre to compare with: an engine with a service's configuration but none of its interactions, or
    the engine of a journal that no other process has open."""
    from huntgroup import Engine
    from huntgroup.journal.reading import copied

    if "://" in against:
        with Engine._of_tables(_read(against, token)) as engine:
            yield engine
    else:
        with copied(Path(against)) as store, Engine.open(store) as engine:
            yield engine


def _read(address: str, token: str | None) -> dict[str, Any]:
    """Reads the configuration of the service at this address. Raises ConfigError."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    if not address.startswith(("http://", "https://")):
        raise ConfigError("against", address, "http://... or https://..., or a folder")
    try:
        request = urllib.request.Request(f"{address.rstrip('/')}/v1/config", headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            tables: dict[str, Any] = json.load(answer)
            return tables
    except urllib.error.HTTPError as error:
        raise ConfigError("against", address, f"a service that tells: it answers {error.code}") from error
    except (OSError, ValueError) as error:
        raise ConfigError("against", address, f"a service that can be reached ({error})") from error
