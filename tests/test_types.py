"""What type checkers and readers of events rely on: enums with members, kinds that equal their names."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import numpy as np
import pytest

import huntgroup as hg
from huntgroup.testing.reference import ReferenceEngine


def test_a_kind_equals_the_name_that_an_event_carries_and_its_number_in_an_array() -> None:
    engine = hg.Engine("agent_modes")
    engine.add_queue("sales")
    engine.enqueue("sales")
    (queued,) = [event for event in engine.poll() if event.kind == hg.EventKind.QUEUED]
    assert queued.kind == "queued"
    assert hg.EventKind.QUEUED == "queued"
    assert queued.kind != hg.EventKind.OFFERED
    assert hg.EventKind.OFFERED != 10**6
    engine.enqueue("sales")
    events = engine.poll_array()
    assert int((events["kind"] == hg.EventKind.QUEUED).sum()) == 1
    assert {hg.EventKind.QUEUED: 1}[int(hg.EventKind.QUEUED)] == 1  # type: ignore[index]


def test_every_member_stands_in_the_source_where_type_checkers_look() -> None:
    for kind in (hg.Command, hg.EventKind, hg.Result):
        source = inspect.getsource(kind)
        for member in kind:
            assert f"    {member.name} = {member.value}\n" in source


def test_commands_of_rows_are_numbers_of_the_right_size() -> None:
    assert max(hg.Command) < np.iinfo(hg.COMMAND_DTYPE["command"]).max
    assert max(hg.EventKind) < np.iinfo(hg.EVENT_DTYPE["kind"]).max


STUBS = sorted(Path(hg.__file__).parent.rglob("core/python/*.pyi"))


def stubbed() -> dict[str, ast.FunctionDef]:
    """The public methods that the stubs of compiled classes declare, by name, overloads once."""
    classes = [
        node for stub in STUBS for node in ast.parse(stub.read_text()).body if isinstance(node, ast.ClassDef)
    ]
    methods = [node for kind in classes for node in kind.body if isinstance(node, ast.FunctionDef)]
    plain = [node for node in methods if not node.decorator_list and not node.name.startswith("_")]
    return {node.name: node for node in plain if hasattr(hg.Engine, node.name)}


def default(node: ast.expr | None) -> object:
    return inspect.Parameter.empty if node is None else ast.literal_eval(node)


@pytest.mark.parametrize("name", sorted(stubbed()))
def test_a_compiled_method_has_the_signature_that_its_stub_declares(name: str) -> None:
    found = inspect.signature(getattr(hg.Engine, name)).parameters
    declared = stubbed()[name].args
    positional = [*declared.posonlyargs, *declared.args][1:]
    defaults = [None] * (len(positional) - len(declared.defaults)) + list(declared.defaults)
    assert [p.name for p in found.values() if p.kind is p.POSITIONAL_OR_KEYWORD] == [
        a.arg for a in positional
    ]
    assert [p.name for p in found.values() if p.kind is p.KEYWORD_ONLY] == [
        a.arg for a in declared.kwonlyargs
    ]
    for arguments, values in ((positional, defaults), (declared.kwonlyargs, declared.kw_defaults)):
        for argument, value in zip(arguments, values, strict=True):
            if not (isinstance(value, ast.Constant) and value.value is Ellipsis):
                assert found[argument.arg].default == default(value), argument.arg


def test_every_command_of_a_row_is_a_method_with_a_signature() -> None:
    for command in hg.Command:
        assert "at" in inspect.signature(getattr(hg.Engine, command.name.lower())).parameters or (
            command is hg.Command.ADVANCE
        )


@pytest.mark.parametrize("name", [name for name in dir(ReferenceEngine) if hasattr(hg.Engine, name)])
def test_what_may_be_left_out_of_a_call_may_be_left_out_with_the_reference(name: str) -> None:
    method = getattr(ReferenceEngine, name)
    if name.startswith("_") or not callable(method):
        return
    needed, known = (
        {p.name for p in inspect.signature(getattr(engine, name)).parameters.values() if p.default is p.empty}
        for engine in (ReferenceEngine, hg.Engine)
    )
    assert len(needed) == len(known), (needed, known)
