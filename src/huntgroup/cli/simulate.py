"""`huntgroup simulate SCENARIO.toml`"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from huntgroup.cli.files import STANDARD_INPUT, force_option, readable, written_folder
from huntgroup.cli.progress import progress_bar
from huntgroup.errors import ConfigError

if TYPE_CHECKING:
    from huntgroup.sim.run.result import SimulationResult

_SHOWN = (
    "offered",
    "answered",
    "abandoned_share",
    "service_level",
    "mean_wait",
    "speed_of_answer",
    "wait_p90",
)


@click.command("simulate")
@click.argument("scenario", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--replications", type=click.IntRange(1), default=20, show_default=True, help="How many runs.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="For all that is drawn.")
@click.option("--processes", type=click.IntRange(1, 1024), default=1, show_default=True)
@click.option(
    "--precision",
    "precisions",
    metavar="FIGURE=HALF_WIDTH",
    multiple=True,
    help="Go on until the figure's interval is so narrow, as queues.sales.service_level=0.005.",
)
@click.option("--max-replications", type=click.IntRange(2), help="The end of --precision. [default: 500]")
@click.option("--compare", type=click.Path(path_type=Path), help="Another scenario: what it changes.")
@click.option(
    "--set",
    "settings",
    metavar="PATH=VALUE",
    multiple=True,
    help="What if, as queue.sales.wrap_up=15 or run.days=5: compared with the scenario as it is.",
)
@click.option(
    "--staff",
    "targets",
    metavar="QUEUE=FIGURE:TARGET",
    multiple=True,
    help="The fewest agents for each interval, as sales=service_level:0.8.",
)
@click.option(
    "--like",
    metavar="AGENT",
    help="With --staff: of whom the agents are copies. [default: whose skills most of the queue have]",
)
@click.option(
    "--shifts",
    type=click.Path(path_type=Path),
    help="With --staff: a TOML file of shifts, of which the cheapest are found that cover it (extra plan).",
)
@click.option(
    "--skills",
    metavar="FIGURE",
    help="One more queue or skill for one agent: what each would change, as queues.sales.service_level.",
)
@click.option("--minutes", type=click.IntRange(1), default=30, show_default=True, help="Length of intervals.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="A folder for tables and report."
)
@force_option
@click.option("--json", "as_json", is_flag=True, help="Print the results as one JSON object.")
def command(
    scenario: Path | None,
    replications: int,
    seed: int,
    processes: int,
    precisions: tuple[str, ...],
    max_replications: int | None,
    compare: Path | None,
    settings: tuple[str, ...],
    targets: tuple[str, ...],
    like: str | None,
    shifts: Path | None,
    skills: str | None,
    minutes: int,
    out: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Simulate a SCENARIO: what its queues, callers and agents would do, with intervals of confidence.

    SCENARIO is a TOML file, or - for standard input (see docs/SIMULATION.md). Exits with 0, with 1 where a
    target or a precision was not reached, with 2 for bad input.
    """
    from huntgroup.sim import Scenario, ShiftKind, Target, plan_shifts, simulate, skill_values, staff

    if scenario is None:
        raise click.UsageError("give a SCENARIO", click.get_current_context())
    if compare is not None and settings:
        raise click.UsageError("give --compare or --set, not both", click.get_current_context())
    if shifts is not None and not targets:
        raise click.UsageError("give --staff with --shifts", click.get_current_context())
    if like is not None and not targets:
        raise click.UsageError("give --staff with --like", click.get_current_context())
    kinds = None if shifts is None else ShiftKind.load(shifts)
    with written_folder(out, force=force, option="out", inputs=(scenario, compare)) as folder:
        with readable(scenario) as (path, source):
            first = Scenario.load(path, folder=Path() if source == STANDARD_INPUT else None)
        wanted = dict(map(_precision, precisions)) or None
        other = Scenario.load(compare) if compare is not None else None
        if settings:
            other = first.changed(settings)

        def run(which: Scenario, title: str, count: int, precision: Any) -> SimulationResult:
            with progress_bar(title) as tell:
                return simulate(
                    which,
                    count,
                    seed,
                    processes,
                    tell or False,
                    precision=precision,
                    max_replications=max_replications if precision else None,
                )

        result = run(first, first.title, replications, wanted)
        answer = result.to_dict()
        difference = None
        if other is not None:
            difference = result.compare(run(other, other.title, result.replications, None))
            answer["compare"] = difference.to_dict()
        plans = []
        reached = result.reached
        for target in targets:
            with progress_bar(f"staffing {target}") as tell:
                plans.append(staff(first, Target.read(target), replications, seed, minutes, tell, like))
            reached = reached and plans[-1].reached
        if plans:
            answer["staff"] = [plan.to_dict() for plan in plans]
        rosters = [] if kinds is None else [plan_shifts(first, plan, kinds) for plan in plans]
        if rosters:
            answer["shifts"] = [roster.to_dict() for roster in rosters]
            reached = reached and all(roster.reached for roster in rosters)
        lessons = []
        if skills is not None:
            with progress_bar("skills") as tell:
                lessons = skill_values(first, skills, replications, seed, processes, progress=tell)
            answer["skills"] = [lesson.to_dict() for lesson in lessons]
        if folder is not None:
            result.save(folder, minutes)
            if difference is not None:
                difference.save(folder / "compare", minutes)
    if as_json:
        click.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    else:
        click.echo(_text(result, "means over replications"), nl=False)
        if difference is not None:
            click.echo("\n" + _text(difference, "what the other scenario changes"), nl=False)
        for plan in plans:
            click.echo(f"\n{plan}")
        for roster in rosters:
            click.echo(f"\n{roster}")
        if lessons:
            click.echo(f"\none lesson more, by what it does to {skills}")
            click.echo("\n".join(f"  {lesson}" for lesson in lessons))
    if not reached:
        raise click.exceptions.Exit(1)


def _precision(text: str) -> tuple[str, float]:
    path, _, half = text.rpartition("=")
    try:
        return path, float(half)
    except ValueError:
        raise ConfigError("precision", text, "FIGURE=HALF_WIDTH, such as total.mean_wait=0.5") from None


def _text(result: SimulationResult, what: str) -> str:
    """The figures as a table of plain text."""
    from huntgroup.report.table import Column, Table, plain_text

    rows = []
    for name, one in [*result.queues.items(), ("all", result.total)]:
        found = dict(one.figures())
        rows.append((name, *(_cell(found[figure]) for figure in _SHOWN)))
    columns = (Column("queue", "queue"), *(Column(figure.replace("_", " "), figure) for figure in _SHOWN))
    title = f"{result.scenario.title}: {what}, {result.replications} of them, seed {result.seed}"
    lines = [plain_text(Table(title, "queues", columns, tuple(rows)))]
    groups = [f"{name} {_cell(one.occupancy)}" for name, one in result.groups.items()]
    if groups:
        lines += ["", "occupancy: " + ", ".join(groups)]
    if result.refusals:
        told = ", ".join(f"{times} {rule}" for rule, times in result.refusals.items())
        lines += ["", f"refused by the engine: {told}"]
    return "\n".join(lines) + "\n"


def _cell(estimate: Any) -> str:
    if estimate.mean != estimate.mean:
        return "-"
    if estimate.low != estimate.low:
        return f"{estimate.mean:.4g}"
    return f"{estimate.mean:.4g} ±{estimate.half_width:.2g}"
