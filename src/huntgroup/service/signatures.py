"""The parameters of each command of an engine, read from the code's own types: from the stub file of the
compiled methods and from the annotations of the others."""

from __future__ import annotations

import ast
import collections.abc
import inspect
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from types import EllipsisType, NoneType, UnionType
from typing import Any, Literal, NamedTuple, Union, Unpack, get_args, get_origin, get_type_hints, is_typeddict

import msgspec

from huntgroup.engine.engine import Engine
from huntgroup.models import PresenceModel
from huntgroup.scorers.scorer import Scorer
from huntgroup.settings.hours import Hours

# Parameters that the service sets itself: the time of the command and who gives it.
_OWN = ("self", "at", "by")
# Not offered over HTTP: one takes matrices, the other the path of a file on the server.
_LEFT_OUT = ("add_agents", "update_model")
_NOT_ON_THE_WIRE = (timedelta, Hours, Scorer, PresenceModel, EllipsisType)


class Parameter(NamedTuple):
    """One member of a command's body: its name, its type for msgspec, and whether it must be there."""

    name: str
    kind: Any
    required: bool
    instant: bool


class Signature(NamedTuple):
    """The parameters of a command. `by`: the method has a parameter for who gives the command. `gives`: the
    type that it returns. `takes`: the names of the parameters."""

    name: str
    parameters: tuple[Parameter, ...]
    by: bool
    gives: Any
    doc: str
    takes: frozenset[str]


@cache
def signatures() -> dict[str, Signature]:
    """Every command that takes an instant (`at`), by name, in the order of the code."""
    found = {**_compiled(), **_in_python()}
    return {name: one for name, one in found.items() if name not in _LEFT_OUT and hasattr(Engine, name)}


def _compiled() -> dict[str, Signature]:
    stub = ast.parse((files("huntgroup.core.python") / "raw_reads.pyi").read_text(encoding="utf-8"))
    names: dict[str, Any] = {}
    plain: list[ast.stmt] = [node for node in stub.body if not isinstance(node, ast.ClassDef)]
    exec(compile(ast.Module(plain, []), "raw_reads.pyi", "exec"), names)
    found = {}
    for part in (node for node in stub.body if isinstance(node, ast.ClassDef)):
        for node in part.body:
            if isinstance(node, ast.FunctionDef) and "at" in [one.arg for one in node.args.kwonlyargs]:
                found[node.name] = _of_stub(node, names)
    return {name: one for name, one in found.items() if not name.startswith("_")}


def _of_stub(node: ast.FunctionDef, names: dict[str, Any]) -> Signature:
    def kind(annotation: ast.expr | None) -> Any:
        return Any if annotation is None else eval(ast.unparse(annotation), names)

    given = [*node.args.posonlyargs, *node.args.args]
    without = len(given) - len(node.args.defaults)
    rows = [(one.arg, kind(one.annotation), place < without) for place, one in enumerate(given)]
    rows += [
        (one.arg, kind(one.annotation), default is None)
        for one, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    ]
    if node.args.kwarg is not None:
        rows += _unpacked(kind(node.args.kwarg.annotation))
    return _signature(node.name, rows, kind(node.returns))


def _in_python() -> dict[str, Signature]:
    found = {}
    for name in dir(Engine):
        method = getattr(Engine, name)
        if name.startswith("_") or not inspect.isfunction(method):
            continue
        parameters = inspect.signature(method).parameters
        if "at" not in parameters:
            continue
        hints = get_type_hints(method)
        rows: list[tuple[str, Any, bool]] = []
        for one in parameters.values():
            if one.kind is one.VAR_KEYWORD:
                rows += _unpacked(hints[one.name])
            else:
                rows.append((one.name, hints.get(one.name, Any), one.default is one.empty))
        found[name] = _signature(name, rows, hints.get("return"))
    return found


def _unpacked(kind: Any) -> list[tuple[str, Any, bool]]:
    """The members of `**settings: Unpack[SomeTypedDict]`."""
    (members,) = get_args(kind) if get_origin(kind) is Unpack else (kind,)
    assert is_typeddict(members)
    return [(name, one, False) for name, one in get_type_hints(members).items()]


def _signature(name: str, rows: list[tuple[str, Any, bool]], gives: Any) -> Signature:
    parameters = tuple(
        Parameter(member, on_the_wire(kind), required, datetime in _parts(kind))
        for member, kind, required in rows
        if member not in _OWN
    )
    doc = inspect.getdoc(getattr(Engine, name, None)) or ""
    by, takes = any(row[0] == "by" for row in rows), frozenset(one.name for one in parameters)
    return Signature(name, parameters, by, on_the_wire(gives), doc, takes)


def _parts(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


def on_the_wire(kind: Any) -> Any:
    """The JSON counterpart of a Python type: durations are numbers, instants are texts or integer ns, all
    sequences are lists."""
    if kind is datetime:
        return str
    if kind is float:
        return float
    if kind in (None, NoneType):
        return None
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        parts = [on_the_wire(part) for part in inner if part not in _NOT_ON_THE_WIRE]
        return Any if Any in parts else Union[tuple(parts)]  # noqa: UP007
    if origin is Literal:
        return kind
    if origin is tuple:
        if inner[-1] is Ellipsis:
            return list[on_the_wire(inner[0])]  # type: ignore[misc]
        return tuple[tuple(on_the_wire(part) for part in inner)]  # type: ignore[misc]
    if origin in (frozenset, set, list, collections.abc.Iterable, collections.abc.Sequence):
        return list[on_the_wire(inner[0])]  # type: ignore[misc]
    if origin in (dict, collections.abc.Mapping):
        return dict[str, on_the_wire(inner[1])]  # type: ignore[misc]
    if kind is range:
        return list[int]
    return kind if kind in (str, int, bool, Any) else Any


def body_of(signature: Signature) -> type[msgspec.Struct]:
    """The body of a command as a structure that msgspec decodes, checks and describes."""
    fields: list[Any] = [(one.name, one.kind) for one in signature.parameters if one.required]
    fields += [
        (one.name, Union[one.kind, msgspec.UnsetType], msgspec.UNSET)  # noqa: UP007
        for one in signature.parameters
        if not one.required
    ]
    return msgspec.defstruct(
        signature.name,
        fields,
        kw_only=True,
        forbid_unknown_fields=True,
        tag_field="command",
        tag=signature.name,
        namespace={"__doc__": signature.doc},
    )
