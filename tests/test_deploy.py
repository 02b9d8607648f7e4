"""What stands in deploy/ names commands, options, extras and addresses that exist."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path

import click
import pytest

from huntgroup.cli.group import huntgroup as group

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"


def commands() -> list[list[str]]:
    """Every command line of ours in these files, as words from `huntgroup` on."""
    unit = (DEPLOY / "huntgroup.service").read_text(encoding="utf-8")
    lines = [shlex.split(line) for line in re.findall(r"^ExecStart\w*=(.*)$", unit, re.M)]
    image = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", "")
    lines += [json.loads(line) for line in re.findall(r"^CMD (.*)$", image, re.M)]
    assert len(lines) == 3
    return lines


@pytest.mark.parametrize("words", commands(), ids=lambda words: words[1])
def test_a_command_line_takes_what_it_is_given(words: list[str], tmp_path: Path) -> None:
    assert Path(words[0]).name == "huntgroup"
    name, *rest = words[1:]
    command = group.get_command(click.Context(group), name)
    assert command is not None
    context = command.make_context(name, list(rest))
    given = [one for one in rest if one.startswith("--")]
    known = {option for one in command.params for option in one.opts}
    assert set(given) <= known
    assert context.params


def test_the_extras_exist() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [
        extra
        for file in ("huntgroup.service", "Containerfile")
        for extras in re.findall(r"\[([\w,]+)\]", (DEPLOY / file).read_text(encoding="utf-8"))
        for extra in extras.split(",")
        if "," in extras
    ]
    assert named
    assert set(named) <= set(project["optional-dependencies"])


def test_the_proxy_names_faces_of_the_service() -> None:
    from huntgroup.service import openapi
    from huntgroup.service.bounds import MAX_BATCH_BODY

    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    source = Path(openapi.__file__).with_name("app.py").read_text(encoding="utf-8")
    paths = re.findall(r"location = (\S+)", text)
    assert len(paths) == 3
    for path in paths:
        assert f'"{path}"' in source
    size = re.search(r"client_max_body_size (\d+)m", text)
    assert size is not None
    assert int(size[1]) * 1024 * 1024 == MAX_BATCH_BODY
