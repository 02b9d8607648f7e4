"""`huntgroup top`: queues and agents of a service, live in the terminal, or as a journal was left."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from huntgroup.errors import ConfigError
from huntgroup.journal.sqlite import DATABASE


@click.command("top")
@click.argument("source", default="http://127.0.0.1:8080")
@click.option("--token", envvar="HUNTGROUP_TOKEN", help="A token of the service; or in HUNTGROUP_TOKEN.")
def command(source: str, token: str | None) -> None:
    """Follow the queues and agents of SOURCE: the address of a service, or the folder of a journal that
    nobody has open. Of a journal it shows the state in which it was left, and shows it anew when somebody has
    gone on with it; nothing is written there. Needs the extra `tui`.

    Example: huntgroup serve --demo, and in another terminal huntgroup top
    """
    from huntgroup.tui.app import Top

    followed = _followed(source)
    if not sys.stdout.isatty() or not sys.stdin.isatty():
        raise click.UsageError("it needs a terminal; programs read GET /v1/queues, or /v1/stream")
    Top(followed, token).run()


def _followed(source: str) -> str | Path:
    """The address of a service, or the folder of a journal. Raises ConfigError."""
    folder = Path(source)
    if "://" in source:
        return source
    if folder.is_dir():
        if not (folder / DATABASE).is_file():
            raise ConfigError("source", source, f"a folder with a {DATABASE}")
        return folder
    if folder.is_absolute() or source.startswith(".") or ("/" in source and ":" not in source):
        raise ConfigError("source", source, "the folder of a journal, or the address of a service")
    return f"http://{source}"
