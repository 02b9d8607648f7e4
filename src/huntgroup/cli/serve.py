"""`huntgroup serve`: a centre as a service."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from huntgroup.cli.engine import described
from huntgroup.cli.progress import progress_bar
from huntgroup.engine.engine import Engine
from huntgroup.journal.reading import WatchedStore
from huntgroup.settings import config_file
from huntgroup.shown import Event

if TYPE_CHECKING:
    from huntgroup.service.people import Tokens

log: logging.Logger = logging.getLogger("huntgroup.service")


@click.command("serve")
@click.argument("centre", required=False, type=click.Path(path_type=Path))
@click.option(
    "--journal", type=click.Path(path_type=Path), help="A folder: what happens survives the process."
)
@click.option(
    "--snapshot-every",
    type=click.IntRange(1),
    metavar="GROUPS",
    help="With --journal: a snapshot after so many groups; what stands before the last but one is let go: "
    "the journal stays small and a start is quick. Without: everything is kept.",
)
@click.option("--tokens", type=click.Path(path_type=Path), help="Who may come in. Without: loopback only.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0: one that is free."
)
@click.option("--demo", is_flag=True, help="A made-up centre of 60 agents that lives in real time.")
@click.option(
    "--speed",
    type=click.FloatRange(0.1, 60),
    default=1.0,
    show_default=True,
    help="With --demo: how many times as fast.",
)
@click.option(
    "--otel",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="OpenTelemetry (extra otel): figures, and this share of the commands as spans, by OTLP to where the "
    "environment says (OTEL_EXPORTER_OTLP_ENDPOINT). Off unless given.",
)
def command(
    centre: Path | None,
    journal: Path | None,
    snapshot_every: int | None,
    tokens: Path | None,
    host: str,
    port: int,
    demo: bool,
    speed: float,
    otel: float | None,
) -> None:
    """Serve CENTRE, a centre's TOML file, over HTTP and WebSocket until SIGTERM. With --journal it is built
    once, and goes on from there.

    Example: huntgroup serve --demo, then open http://127.0.0.1:8080/
    """
    from huntgroup.history import Ledger
    from huntgroup.service import demo as made_up
    from huntgroup.service.figures import hearing
    from huntgroup.service.pages import Centre, Surroundings
    from huntgroup.service.people import Tokens
    from huntgroup.service.server import serve
    from huntgroup.service.telemetry import exporting
    from huntgroup.settings.service_table import ServiceSettings

    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    if speed != 1.0:
        # A faster clock looks to the router like one that jumps ahead again and again; do not log that.
        logging.getLogger("huntgroup.live").setLevel(logging.WARNING)
    if demo == (centre is not None or journal is not None):
        raise click.UsageError("either CENTRE, --journal or both, or --demo")
    if speed != 1.0 and not demo:
        raise click.UsageError("--speed: only with --demo")
    if snapshot_every is not None and journal is None:
        raise click.UsageError("--snapshot-every: only with --journal")
    people = None if tokens is None else Tokens(tokens)
    telemetry = None if otel is None else exporting(otel)
    clock = time.time_ns if speed == 1.0 else made_up.faster(speed)
    ledger = Ledger()
    engine = (
        made_up.centre(clock) if demo else _engine(centre, journal, snapshot_every, clock, hearing(ledger))
    )
    others = list(made_up.others(clock, speed)) if demo else []
    around = Surroundings()
    if demo:
        shown = (Centre("", engine.model.title), *(Centre(one.path, one.title) for one in others))
        around = Surroundings(speed, shown, made_up.VISITOR)
    settings = ServiceSettings() if centre is None else ServiceSettings.read(config_file.read(centre).service)
    try:
        _tell(engine, journal, people)
        asyncio.run(
            serve(
                engine,
                settings,
                people,
                host,
                port,
                told=lambda address: click.echo(f"huntgroup serves {address}"),
                life=(lambda router: made_up.Life(router, speed=speed)()) if demo else None,
                beside=others,
                around=around,
                centre=centre,
                ledger=ledger,
                telemetry=telemetry,
            )
        )
    finally:
        for one in (engine, *(other.engine for other in others)):
            one.close()


def _engine(
    centre: Path | None,
    journal: Path | None,
    snapshot_every: int | None,
    clock: Callable[[], int],
    hear: Callable[[list[Event]], None],
) -> Engine:
    """The engine of a centre: from its journal, where it has one."""
    if journal is not None:
        with progress_bar("playing the journal") as tell:
            store = WatchedStore(journal, tell)
            return Engine.open(store, clock=clock, config=centre, told=hear, snapshot_every=snapshot_every)
    assert centre is not None
    return Engine.from_config(centre, clock=clock)


def _tell(engine: Engine, journal: Path | None, people: Tokens | None) -> None:
    log.info("%s", described(engine, journal))
    if people is not None:
        log.info("who may come in: %s", people)
    else:
        log.warning("NO TOKENS: whoever reaches this address may do everything. Only on loopback.")
