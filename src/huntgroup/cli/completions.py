"""`huntgroup completions SHELL`: prints the script with which a shell completes the command."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from huntgroup.cli.files import OneOf

VARIABLE = "_HUNTGROUP_COMPLETE"
"""The environment variable by which the shell asks the command for completions."""


@click.command("completions")
@click.argument("shell", type=OneOf(("bash", "zsh", "fish")))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the script that makes SHELL complete commands, options and files.

    \b
    bash: huntgroup completions bash > ~/.local/share/bash-completion/completions/huntgroup
    zsh:  huntgroup completions zsh > DIR/_huntgroup    (DIR: a folder of $fpath)
    fish: huntgroup completions fish > ~/.config/fish/completions/huntgroup.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None
    script = kind(ctx.find_root().command, {}, "huntgroup", VARIABLE)
    # Not `source()`, which asks the bash of this machine for its version; the script may be for another one.
    click.echo(script.source_template % script.source_vars())
