"""`huntgroup fit LOG`"""

from __future__ import annotations

from pathlib import Path

import click

from huntgroup.cli.files import force_option, readable, written
from huntgroup.cli.progress import progress_bar


@click.command("fit")
@click.argument("log", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--mapping", help="What the columns mean: a built-in name or a TOML file.  [default: by the header]"
)
@click.option(
    "--days",
    default="mon,tue,wed,thu,fri",
    show_default=True,
    help="The weekdays whose average is made, with commas.",
)
@click.option("--everyone", is_flag=True, help="What if every agent were in every queue, with every skill?")
@click.option(
    "--fewer", type=click.IntRange(0), default=0, help="What if so many agents fewer were there in each hour?"
)
@click.option(
    "--callbacks",
    type=click.FloatRange(0, 1),
    default=0.0,
    help="What if this share of those who have waited a minute asked to be called back?",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="The file.  [default: standard output]"
)
@force_option
def command(
    log: Path,
    mapping: str | None,
    days: str,
    everyone: bool,
    fewer: int,
    callbacks: float,
    out: Path | None,
    force: bool,
) -> None:
    """Make a scenario of a LOG of interactions: the average of its weekdays, for `huntgroup simulate`.

    LOG is read as `huntgroup replay` reads it (see docs/LOGS.md). The scenario has the calls of each hour,
    talks, patience, agents with their queues, and how many of them were there in each hour.
    """
    from huntgroup.sim.fit import as_toml, typical_day
    from huntgroup.sim.log import read_log
    from huntgroup.sim.mapping_files import mapping_for

    with written(out, force=force, option="out", inputs=(log,)) as file:
        with readable(log) as (path, source):
            rules = mapping_for(path, source, mapping)
            with progress_bar(f"reading {source}") as tell:
                calls = read_log(path, rules, tell, source=source)
        names = [day.strip() for day in days.split(",")]
        text = as_toml(typical_day(calls, names, everyone=everyone, fewer=fewer, callbacks=callbacks))
        file.write(text)
    click.echo(text if out is None else f"{out}: the average of {days}", nl=out is not None)
