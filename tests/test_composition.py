"""No class calls what only a class above it has: every `self.x` is a method or field of its own or of its
bases."""

from __future__ import annotations

import ast
import re
from collections import namedtuple
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from huntgroup import Result

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "huntgroup"
CYTHON_CLASS = re.compile(r"^cdef class (\w+)(?:\((\w+)\))?:$(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
METHOD = re.compile(r"^    (?:def|cpdef|cdef)\b[^\n=]*?\b(\w+)\(", re.MULTILINE)
FIELD = re.compile(r"^    cdef (?:public |readonly )?[\w.]+ \**(\w+) *$", re.MULTILINE)
COMMENT = re.compile(r'""".*?"""|#[^\n]*', re.DOTALL)
USED = re.compile(r"\bself\.(\w+)")


# What bases from elsewhere bring; an enum's members have a name and a value.
FOREIGN = {"NamedTuple": namedtuple("NamedTuple", ()), "IntEnum": Result.OK}


@dataclass
class Klass:
    """A class as its source tells: whose child it is, what it has, what it asks itself for."""

    bases: set[str] = field(default_factory=set)
    has: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)

    def add(self, other: Klass) -> None:
        self.bases |= other.bases
        self.has |= other.has
        self.uses |= other.uses


def cython_classes(text: str) -> dict[str, Klass]:
    """The extension types of one .pyx or .pxd file."""
    found = {}
    for name, base, body in CYTHON_CLASS.findall(text):
        plain = COMMENT.sub("", body)
        has = {*METHOD.findall(plain), *FIELD.findall(plain)}
        found[name] = Klass({base} if base else set(), has, set(USED.findall(plain)))
    return found


def python_classes(text: str) -> dict[str, Klass]:
    """The classes of one .py file; what is assigned to `self` is theirs."""
    found = {}
    for node in ast.parse(text).body:
        if not isinstance(node, ast.ClassDef):
            continue
        has, uses = set(), set()
        bases = {ast.unparse(base) for base in node.bases}
        is_record = bool(node.decorator_list) or "NamedTuple" in bases
        for inner in ast.walk(node):
            if isinstance(inner, ast.FunctionDef):
                has.add(inner.name)
            elif isinstance(inner, ast.AnnAssign) and isinstance(inner.target, ast.Name):
                # A mere annotation is a field of a record; of another class it is but a promise.
                has |= {inner.target.id} if is_record or inner.value else set()
            elif isinstance(inner, ast.Assign):
                has |= {target.id for target in inner.targets if isinstance(target, ast.Name)}
            if isinstance(inner, ast.Attribute) and getattr(inner.value, "id", None) == "self":
                (has if isinstance(inner.ctx, ast.Store) else uses).add(inner.attr)
        found[node.name] = Klass(bases, has, uses)
    return found


def classes(*patterns: str) -> dict[str, Klass]:
    found: dict[str, Klass] = {}
    for path in sorted(path for pattern in patterns for path in PACKAGE.glob(pattern)):
        if path.suffix in {".py", ".pyx", ".pxd"}:
            text = path.read_text(encoding="utf-8")
            for name, one in (python_classes if path.suffix == ".py" else cython_classes)(text).items():
                found.setdefault(name, Klass()).add(one)
    return found


ENGINE = classes("core/python/*.p[yx]*", "engine/*.py")
REFERENCE = classes("testing/reference/*.py")


def all_that(name: str, known: dict[str, Klass]) -> set[str]:
    """What a class has, its bases' included; what is every object's."""
    if name not in known:
        return set(dir(FOREIGN.get(name, object)))
    one = known[name]
    return one.has.union(*(all_that(base, known) for base in one.bases or {"object"}))


def test_the_classes_are_found() -> None:
    assert {"Store", "Configuration", "Commands", "RawReads", "Engine"} <= set(ENGINE)
    assert "agent_arg" in all_that("Commands", ENGINE)
    assert ENGINE["Commands"].bases == {"Administration"}
    assert "at_rest" in ENGINE["Store"].uses
    assert "ReferenceEngine" in REFERENCE


@pytest.mark.parametrize(
    ("name", "known"),
    [(name, known) for known in (ENGINE, REFERENCE) for name in sorted(known)],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_class_asks_itself_only_for_what_it_has(name: str, known: dict[str, Klass]) -> None:
    missing = known[name].uses - all_that(name, known)
    assert not missing, f"{name} uses {sorted(missing)}, which neither it nor a class below it has"
