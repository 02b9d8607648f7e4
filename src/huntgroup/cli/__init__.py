"""The command `huntgroup`.

Exit codes: 0 done; 1 refused, or a check failed; 2 bad input (a file, a value, a usage); 130 interrupted.
Errors are one line on stderr (a model's mistakes one line each), never a traceback. Needs the extra `cli`,
and `serve` the extra `service`.
"""

from __future__ import annotations

import sys

NEEDED = {
    "click": "cli",
    "rich": "cli",
    **dict.fromkeys(("starlette", "uvicorn", "msgspec", "jwt", "httptools", "websockets"), "service"),
    "textual": "tui",
}
"""Packages that a command may need, and the extra that brings each."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code. Without click and rich it says which extra to install."""
    try:
        from huntgroup.cli.group import run_command_line

        return run_command_line(arguments)
    except ModuleNotFoundError as missing:
        package = (missing.name or "").partition(".")[0]
        if package not in NEEDED:
            raise
        extra = NEEDED[package]
        what = {"cli": "the command line", "tui": "what is seen in the terminal"}.get(extra, "the service")
        print(f"huntgroup: {what} needs {package}: pip install 'huntgroup[{extra}]'", file=sys.stderr)
        return 2
