"""`huntgroup schema KIND`: the JSON Schema of a kind of file."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click

from huntgroup.cli.files import OneOf


def _centre() -> dict[str, Any]:
    from huntgroup.settings.centre_schema import centre_schema

    return centre_schema()


def _scenario() -> dict[str, Any]:
    from huntgroup.sim.scenario.schema import scenario_schema

    return scenario_schema()


def _model() -> dict[str, Any]:
    from huntgroup.models.json_schema import model_schema

    return model_schema()


def _mapping() -> dict[str, Any]:
    from huntgroup.sim.mapping_schema import mapping_schema

    return mapping_schema()


SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {
    "centre": _centre,
    "mapping": _mapping,
    "model": _model,
    "scenario": _scenario,
}


@click.command("schema")
@click.argument("kind", type=OneOf(list(SCHEMAS)))
def command(kind: str) -> None:
    """Print the JSON Schema (draft 2020-12) of the files of this KIND, for editors and for programs that
    write such files.

    Example: huntgroup schema centre > centre.schema.json
    """
    click.echo(json.dumps(SCHEMAS[kind](), indent=2, ensure_ascii=False))
