"""`huntgroup demo-log PATH`"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TextIO

import click

from huntgroup.cli.engine import engine_class, engine_option
from huntgroup.cli.files import force_option, written
from huntgroup.cli.progress import progress_bar


@click.command("demo-log")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Another seed, another week."
)
@click.option("--interactions", type=click.IntRange(1, 5_000_000), default=50_000, show_default=True)
@click.option("--days", type=click.IntRange(1, 7), default=7, show_default=True, help="From Monday on.")
@force_option
@engine_option
@click.option("--json", "as_json", is_flag=True, help="Say what was written as one JSON object.")
def command(
    path: Path, seed: int, interactions: int, days: int, force: bool, engine: str, as_json: bool
) -> None:
    """Write the log of a generated centre to PATH, as CSV in huntgroup's own format.

    A week of a centre with voice, chat and email is generated from the seed and routed by the engine; the log
    says what became of each interaction. `huntgroup replay PATH` reads it.
    """
    with written(path, force=force, option="PATH") as file:
        rows = write_demo_log(file, seed, interactions, days, engine)
    told = {"path": str(path), "interactions": rows}
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else f"{path}: {rows:,} interactions")


def write_demo_log(file: TextIO, seed: int, interactions: int, days: int, engine: str) -> int:
    """Generate, route and write; returns the number of rows."""
    from huntgroup.sim.demo import demo_workload
    from huntgroup.sim.demo_log import write_log
    from huntgroup.sim.replay import replay

    workload = demo_workload(seed=seed, interactions=interactions, days=days)
    with progress_bar("generating a week") as tell:
        outcome = replay(workload, engine_class(engine), seed=seed, progress=tell, history=False)
    return write_log(file, outcome)
