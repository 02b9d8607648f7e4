"""JSON Schemas of the kinds of files: what is shipped fits them, and they refuse what the readers refuse."""

from __future__ import annotations

import copy
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import huntgroup as hg
from huntgroup.cli.group import run_command_line
from huntgroup.cli.schema import SCHEMAS
from huntgroup.models import schema as tables
from huntgroup.models.json_schema import model_schema
from huntgroup.sim.mapping_files import built_in_mappings
from huntgroup.sim.mapping_reader import MappingReader
from huntgroup.sim.mapping_schema import mapping_schema

ROOT = Path(__file__).resolve().parent.parent
MAPPINGS = {
    name: Path(hg.__file__).parent.joinpath("sim", "mappings", f"{name}.toml") for name in built_in_mappings()
}
MODELS = sorted(Path(hg.__file__).parent.joinpath("models").glob("*.toml"))
VALUES: tuple[Any, ...] = (
    *(None, True, 0, 1, -1, 0.5, 86_401, 4_000_000_000, "", "x", " x", "x\n", "a" * 129, "listed", "own"),
    *([], ["x"], ["x", "x"], ["busy"], [1], ["voice", "chat"], {}, {"x": "yes"}, {"x": 1}, {"x": "maybe"}),
)


@pytest.mark.parametrize("kind", sorted(SCHEMAS))
def test_schema_prints_one_that_is_a_schema(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command_line(["schema", kind]) == 0
    Draft202012Validator.check_schema(json.loads(capsys.readouterr().out))


@pytest.mark.parametrize("kind", sorted(SCHEMAS))
def test_the_schema_that_the_documents_have_is_the_one_of_the_code(kind: str) -> None:
    text = (ROOT / "docs" / "schemas" / f"{kind}.schema.json").read_text(encoding="utf-8")
    assert json.loads(text) == SCHEMAS[kind](), "run tools/schemas.py"


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_model_that_is_shipped_fits_the_schema(path: Path) -> None:
    Draft202012Validator(model_schema()).validate(tomllib.loads(path.read_text(encoding="utf-8")))
    Draft202012Validator(model_schema()).validate(hg.PresenceModel.load(path).to_dict())


def places(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something stands in a document: the paths of all keys, of lists of tables the first."""
    found = []
    if isinstance(document, dict):
        for key, value in document.items():
            found += [(*path, key), *places(value, (*path, key))]
    elif isinstance(document, list) and document and isinstance(document[0], dict):
        found += places(document[0], (*path, 0))
    return found


def with_value(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(document)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    if value is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return changed


def test_what_the_schema_of_models_refuses_the_reader_refuses() -> None:
    judge = Draft202012Validator(model_schema())
    tried: set[tuple[Any, ...]] = set()
    for path in MODELS:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        fresh = [place for place in places(document) if place not in tried]
        tried.update(fresh)
        for place in fresh:
            for value in VALUES:
                changed = with_value(document, place, value)
                if not judge.is_valid(changed):
                    with pytest.raises(hg.ConfigError):
                        hg.PresenceModel.from_dict(changed, str(place))


def test_the_schema_of_models_refuses_every_value_of_a_wrong_kind() -> None:
    """What a reader says of one value by itself the schema says, too, but for what no pattern can say."""
    judge = Draft202012Validator(model_schema())
    document = tomllib.loads(MODELS[0].read_text(encoding="utf-8"))
    for keys, place in ((tables.STATUS, ("status", 0)), (tables.TOP, ()), (tables.TABLES["on"], ("on",))):
        for key, (kind, _) in keys.items():
            for value in VALUES[1:]:
                changed = copy.deepcopy(document)
                inner: Any = changed
                for part in place:
                    inner = inner[part]
                inner[key] = value
                try:
                    kind.convert(value)
                except ValueError:
                    assert not judge.is_valid(changed), (key, value)


def mapping(name: str) -> dict[str, Any]:
    return tomllib.loads(MAPPINGS[name].read_text(encoding="utf-8"))


def mapping_of_the_page() -> dict[str, Any]:
    """The example of docs/LOGS.md, which has every table."""
    page = (ROOT / "docs" / "LOGS.md").read_text(encoding="utf-8")
    return tomllib.loads(page.partition("```toml\n")[2].partition("```")[0])


@pytest.mark.parametrize("name", sorted(MAPPINGS))
def test_a_mapping_that_is_shipped_fits_the_schema(name: str) -> None:
    Draft202012Validator(mapping_schema()).validate(mapping(name))


def test_the_mapping_of_the_page_fits_the_schema_and_has_all_of_its_tables() -> None:
    document = mapping_of_the_page()
    Draft202012Validator(mapping_schema()).validate(document)
    assert set(document) == set(mapping_schema()["properties"])


def test_what_the_schema_of_mappings_refuses_the_reader_refuses() -> None:
    judge = Draft202012Validator(mapping_schema())
    values = (*VALUES, "answered", ";;", "\n", [20, 0.8], [20, 0.8, 1], [20, 1.5], 1e10, 1_000_001, -1)
    refused = 0
    for document in (mapping_of_the_page(), *map(mapping, MAPPINGS)):
        for place in places(document):
            for value in values:
                changed = with_value(document, place, value)
                if not judge.is_valid(changed):
                    refused += 1
                    with pytest.raises(hg.ConfigError):
                        MappingReader(changed).read("it", {})
    assert refused > 1_000


def test_an_unknown_key_of_a_mapping_is_refused_by_both() -> None:
    judge = Draft202012Validator(mapping_schema())
    document = mapping_of_the_page()
    free = ("outcomes", "priorities", "channel_names", "titles", "notes", "channels")
    for table in [
        (),
        *((name,) for name in document if isinstance(document[name], dict) and name not in free),
    ]:
        changed = with_value(document, (*table, "colour"), "red")
        assert not judge.is_valid(changed), table
        with pytest.raises(hg.ConfigError):
            MappingReader(changed).read("it", {})
