"""What the shells complete, as a shell asks for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("click")
pytest.importorskip("rich")

from huntgroup.cli import group, main

BASH = shutil.which("bash")


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """A folder with a command `huntgroup` and two files, from which the shell starts."""
    command = tmp_path / "bin" / "huntgroup"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m huntgroup "$@"\n')
    command.chmod(0o755)
    (tmp_path / "centre.toml").touch()
    return tmp_path


def script(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["completions", shell]) == 0
    return capsys.readouterr().out


@pytest.mark.skipif(BASH is None, reason="there is no bash here")
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("huntgroup ", list(group.COMMANDS)),
        ("huntgroup re", ["replay"]),
        ("huntgroup model ", ["check", "show"]),
        ("huntgroup replay --strat", ["--strategy"]),
        ("huntgroup replay --strategy longest", ["longest_idle"]),
        ("huntgroup completions ", ["bash", "zsh", "fish"]),
        ("huntgroup check cen", []),  # a file: bash completes it by itself
    ],
)
def test_bash_completes(
    beside: Path, capsys: pytest.CaptureFixture[str], line: str, expected: list[str]
) -> None:
    (beside / "huntgroup.bash").write_text(script("bash", capsys))
    words = line.split(" ")
    program = (
        # Outside of a line being completed there is nothing whose options could be set.
        "compopt() { printf 'by bash: %s %s\\n' \"$@\" >&2; }\n"
        "source huntgroup.bash && complete -p huntgroup >/dev/null || exit 9\n"
        f"COMP_WORDS=({' '.join(repr(word) for word in words)}); COMP_CWORD={len(words) - 1}\n"
        "_huntgroup_completion huntgroup && printf '%s\\n' \"${COMPREPLY[@]}\"\n"
    )
    assert BASH is not None
    done = subprocess.run(
        [BASH, "--norc", "-c", program],
        cwd=beside,
        env={**os.environ, "PATH": f"{beside / 'bin'}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == expected
    assert done.stderr == ("by bash: -o default\n" if not expected else "")


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_scripts_of_other_shells_ask_in_their_way(
    shell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = script(shell, capsys)
    assert f"_HUNTGROUP_COMPLETE={shell}_complete" in text
    program = shutil.which(shell)
    if program is not None:  # its own word on the syntax
        (tmp_path / "script").write_text(text)
        subprocess.run([program, "-n", str(tmp_path / "script")], check=True, timeout=60)


@pytest.mark.parametrize(
    ("shell", "line"),
    [("zsh", "plain\nreplay\nRoute a call log"), ("fish", "plain,replay\tRoute a call log")],
)
def test_what_they_are_answered_says_what_a_command_is_for(shell: str, line: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "huntgroup"],
        env={
            **os.environ,
            "_HUNTGROUP_COMPLETE": f"{shell}_complete",
            "COMP_WORDS": "huntgroup rep",
            "COMP_CWORD": "rep" if shell == "fish" else "1",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(line)


def test_completing_a_command_imports_none() -> None:
    program = (
        "import sys; from huntgroup.cli.group import huntgroup\n"
        "import click; ctx = click.Context(huntgroup)\n"
        "assert [one.value for one in huntgroup.shell_complete(ctx, 'ser')] == ['serve']\n"
        "assert not [name for name in sys.modules if name.startswith('huntgroup.service')]\n"
        "assert 'huntgroup.cli.serve' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
