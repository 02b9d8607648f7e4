"""The group of commands. A command's module is imported when it is called, so that `--help` stays quick."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module

import click
from click.shell_completion import CompletionItem

from huntgroup.cli.files import likely
from huntgroup.errors import (
    CorruptJournal,
    CorruptState,
    HuntgroupError,
    JournalFailed,
    JournalLocked,
    Refused,
    RequirementError,
    meant,
    shown,
)

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130

# Command -> (module, line of help). The help stands here so that listing the commands imports none of them.
COMMANDS = {
    "replay": ("replay", "Route a call log, or a generated week, and report on it."),
    "demo-log": ("demo_log", "Write the log of a generated centre."),
    "run": ("run", "Read commands as NDJSON, write events and refusals as NDJSON."),
    "check": ("check", "Check the files of centres: every mistake at once, with its line."),
    "schema": ("schema", "Print the JSON Schema of a kind of file."),
    "serve": ("serve", "Serve a centre over HTTP and WebSocket."),
    "top": ("top", "Follow queues and agents of a service, in the terminal."),
    "inspect": ("journal_inspect", "Say what is in a journal."),
    "verify": ("journal_verify", "Replay a journal and check all that it promises."),
    "export": ("journal_export", "Write the commands of a journal as NDJSON and Parquet."),
    "history": ("history", "Say what happened: figures by interval, tables as files."),
    "what-if": ("what_if", "Run recorded commands again under other settings, and compare."),
    "fit": ("fit", "Make a scenario of a call log: its average day, or a change of it."),
    "simulate": ("simulate", "Simulate a scenario: waits, service level, occupancy, with intervals."),
    "model": ("model", "Show a presence model, or check a model file."),
    "completions": ("completions", "Print what makes bash, zsh or fish complete this command."),
    "version": ("version", "Print the version."),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and loads each on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"huntgroup.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            raise click.UsageError(f"No such command {name!r}{meant(name, COMMANDS)}", ctx)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands that begin so, none of them imported."""
        found = [
            CompletionItem(name, help=text)
            for name, (_, text) in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return found + click.Command.shell_complete(self, ctx, incomplete)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from huntgroup.cli.version import version_line

        click.echo(version_line())
        ctx.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done; 1 refused, or a check failed; 2 bad input.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version and exit.",
)
def huntgroup() -> None:
    """A deterministic routing core for contact centres."""


def run_command_line(arguments: list[str] | None = None) -> int:
    """Run one command line and return its exit code; every foreseen error becomes one line on stderr."""
    try:
        code = _guarded(lambda: huntgroup.main(arguments, prog_name="huntgroup", standalone_mode=False))
        sys.stdout.flush()
    except BrokenPipeError:
        # The program that read the output has closed it. Without this, Python would report the error again
        # when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    return code


def _guarded(call: Callable[[], object]) -> int:
    try:
        code = call()
    except BrokenPipeError:
        raise
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.UsageError as error:
        where = f" (try: {error.ctx.command_path} --help)" if error.ctx is not None else ""
        return _say(f"{_in_one_line(error)}{where}", BAD_INPUT)
    except click.ClickException as error:
        return _say(_in_one_line(error), BAD_INPUT)
    except (click.Abort, KeyboardInterrupt):
        return _say("interrupted", INTERRUPTED)
    except (Refused, CorruptState, CorruptJournal, JournalLocked, JournalFailed) as error:
        return _say(f"{type(error).__name__}: {error}", FAILED)
    except RequirementError as error:
        # The error itself has three lines, with a caret; here one has to do.
        where = f"requirement {shown(error.value)}: column {error.column}"
        return _say(f"{where}: expected {error.expected}", BAD_INPUT)
    except HuntgroupError as error:
        # The mistakes of a file: a line for each.
        for problem in getattr(error, "problems", ()):
            _say(f"{getattr(error, 'source', 'file')}: {problem}", BAD_INPUT)
        return BAD_INPUT if hasattr(error, "problems") else _say(str(error), BAD_INPUT)
    except UnicodeError as error:
        return _say(f"not UTF-8: {error}", BAD_INPUT)
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        near = likely(os.fspath(error.filename)) if isinstance(error, FileNotFoundError) and name else ""
        return _say(f"{name}{error.strerror or error}{near}", BAD_INPUT)
    return code if isinstance(code, int) else DONE


def _in_one_line(error: click.ClickException) -> str:
    """click's message in one line; click puts each choice of a list on a line of its own."""
    return " ".join(error.format_message().split())


def _say(message: str, code: int) -> int:
    print(f"huntgroup: {message}", file=sys.stderr)
    return code
