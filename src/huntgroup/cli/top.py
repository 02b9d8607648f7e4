"""`huntgroup top`: queues and agents of a service, live in the terminal."""

from __future__ import annotations

import sys

import click


@click.command("top")
@click.argument("address", default="http://127.0.0.1:8080")
@click.option("--token", envvar="HUNTGROUP_TOKEN", help="A token of the service; or in HUNTGROUP_TOKEN.")
def command(address: str, token: str | None) -> None:
    """Follow the queues and agents of the service at ADDRESS. Needs the extra `tui`.

    Example: huntgroup serve --demo, and in another terminal huntgroup top
    """
    from huntgroup.tui.app import Top

    if not sys.stdout.isatty() or not sys.stdin.isatty():
        raise click.UsageError("it needs a terminal; programs read GET /v1/queues, or /v1/stream")
    if "://" not in address:
        address = f"http://{address}"
    Top(address, token).run()
