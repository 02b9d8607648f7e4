"""The command `huntgroup`.

Exit codes: 0 done; 1 refused, or a check failed; 2 bad input (a file, a value, a usage); 130 interrupted.
Errors are one line on stderr (a model's mistakes one line each), never a traceback. Needs the extra `cli`.
"""

from __future__ import annotations

import sys

NEEDED = ("click", "rich")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code. Without click and rich it says which extra to install."""
    try:
        from huntgroup.cli.group import run_command_line
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.partition(".")[0] not in NEEDED:
            raise
        print(
            f"huntgroup: the command line needs {missing.name}: pip install 'huntgroup[cli]'",
            file=sys.stderr,
        )
        return 2
    return run_command_line(arguments)
