"""`huntgroup replay LOG` and `huntgroup replay --demo`"""

from __future__ import annotations

import json
import sys
from dataclasses import replace as changed
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TextIO

import click

from huntgroup.cli.demo_log import write_demo_log
from huntgroup.cli.engine import engine_class, engine_option
from huntgroup.cli.files import OneOf, force_option, readable, written
from huntgroup.cli.progress import progress_bar

if TYPE_CHECKING:
    from huntgroup.report.replay_report import ReplayReport
    from huntgroup.sim.outcome import ReplayOutcome

STRATEGIES = (
    "longest_idle",
    "least_occupied",
    "fewest_interactions",
    "round_robin",
    "linear",
    "random",
    "highest_proficiency",
)


@click.command("replay")
@click.argument("log", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--demo", is_flag=True, help="Replay a log that is generated on the spot.")
@click.option(
    "--mapping", help="What the columns mean: a built-in name or a TOML file.  [default: by the header]"
)
@click.option(
    "--model", default="agent_modes", show_default=True, help="A built-in presence model or a TOML file."
)
@click.option("--strategy", type=OneOf(STRATEGIES), default="longest_idle", show_default=True)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="For all that is drawn.")
@click.option(
    "--interactions", type=click.IntRange(1, 5_000_000), default=50_000, help="With --demo: how many."
)
@click.option("--days", type=click.IntRange(1, 7), default=7, help="With --demo: how many days.")
@engine_option
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.option(
    "--intervals",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write each agent's time in statuses, logged in and logged out by reason, as CSV.",
)
@click.option(
    "--minutes", type=click.Choice(["15", "30", "60"]), default="30", help="Length of those intervals."
)
@force_option
def command(
    log: Path | None,
    demo: bool,
    mapping: str | None,
    model: str,
    strategy: str,
    seed: int,
    interactions: int,
    days: int,
    engine: str,
    as_json: bool,
    intervals: Path | None,
    minutes: str,
    force: bool,
) -> None:
    """Route a LOG of interactions through the engine and report what a supervisor wants to know.

    Agents, their skills and shifts are derived from the log; its arrivals, priorities, service times and
    patience are fed through the engine in simulated time. LOG is a file, compressed or not, or - for standard
    input: CSV, JSON lines or an Asterisk queue_log; a mapping says what its columns mean (see docs/LOGS.md).
    --demo needs no file.
    """
    if demo == (log is not None):
        raise click.UsageError("give either a LOG or --demo", click.get_current_context())
    with written(intervals, force=force, option="intervals", inputs=(log,)) as file:
        if log is not None:
            with readable(log) as (path, source):
                report, outcome = _replay(path, source, mapping, model, strategy, seed, engine)
        else:
            with TemporaryDirectory(prefix="huntgroup-") as folder:
                path = Path(folder) / "demo.csv"
                with open(path, "w", encoding="utf-8", newline="") as demo_log:
                    write_demo_log(demo_log, seed, interactions, days, engine)
                report, outcome = _replay(path, str(path), "native", model, strategy, seed, engine)
            report = changed(report, title=f"A generated centre, seed {seed}")
        if intervals is not None:
            _write_intervals(file, outcome, int(minutes))
    _print(report, as_json)


def _replay(
    path: Path, source: str, mapping: str | None, model: str, strategy: str, seed: int, engine: str
) -> tuple[ReplayReport, ReplayOutcome]:
    from huntgroup.models import PresenceModel
    from huntgroup.report.replay_report import build
    from huntgroup.sim.derive import derive
    from huntgroup.sim.log import read_log
    from huntgroup.sim.mapping_files import mapping_for
    from huntgroup.sim.replay import replay

    presence_model = PresenceModel.load(model)
    chosen = mapping_for(path, source, mapping)
    with progress_bar("reading the log") as tell:
        log = read_log(path, chosen, tell, source=source)
    workload = derive(log, seed=seed, strategy=strategy)
    with progress_bar("routing") as tell:
        outcome = replay(workload, engine_class(engine), model=presence_model, seed=seed, progress=tell)
    return build(outcome, log), outcome


def _write_intervals(file: TextIO, outcome: ReplayOutcome, minutes: int) -> None:
    from huntgroup.report.status_intervals import status_intervals, write_csv

    if outcome.history is not None:
        write_csv(file, status_intervals(outcome.history, minutes=minutes, since=0, until=outcome.end_ns))


def _print(report: ReplayReport, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report.to_json(), indent=2, ensure_ascii=False))
    elif sys.stdout.isatty():
        from rich.console import Console

        from huntgroup.report.terminal import print_report

        print_report(Console(), report)
    else:
        click.echo(report.text(), nl=False)
