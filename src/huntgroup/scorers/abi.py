"""The data that a scorer sees, read from the one file that declares it: include/huntgroup/scorer.h.

C compilers and cffi read that file as it is; Numba and ctypes get their layouts from the same text here. So
no field is declared in a second place.
"""

from __future__ import annotations

import ctypes
import re
from collections import namedtuple
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

with as_file(files("huntgroup") / "include" / "huntgroup" / "scorer.h") as _header:
    _INCLUDE = Path(_header).parent.parent
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_STRUCT = re.compile(r"struct\s+(\w+)\s*\{([^}]*)\}\s*;")
_FIELD = re.compile(r"(?:const\s+)?(\w+)\s*(\*?)\s*(\w+)")
_C_TYPES = {"int32_t": ctypes.c_int32, "int64_t": ctypes.c_int64, "double": ctypes.c_double}

INTERRUPTED = 3
"""The answer of a Python scorer that was interrupted; everywhere else it counts as any failure."""

CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
"""`hg_score_function` for ctypes."""


class Field(NamedTuple):
    """One field of a struct: its name, the C type of its value or of the values it points at, and whether it
    is a pointer."""

    name: str
    type: str
    is_column: bool


def get_include() -> str:
    """The folder to give a C compiler by -I, for `#include <huntgroup/scorer.h>`."""
    return str(_INCLUDE)


@cache
def header() -> str:
    """The text of scorer.h, usable as it is by `cffi.FFI().cdef`."""
    return (_INCLUDE / "huntgroup" / "scorer.h").read_text(encoding="utf-8")


@cache
def fields(struct: str) -> tuple[Field, ...]:
    """The fields of one struct of the header, in their order."""
    bodies = dict(_STRUCT.findall(_COMMENT.sub("", header())))
    declarations = [text for text in bodies[struct].split(";") if text.strip()]
    found = []
    for text in declarations:
        match = _FIELD.fullmatch(text.strip())
        if match is None or match[1] not in _C_TYPES:
            raise ValueError(f"scorer.h, struct {struct}: cannot read {text.strip()!r}")
        found.append(Field(match[3], match[1], bool(match[2])))
    return tuple(found)


@cache
def struct_of(name: str) -> type[ctypes.Structure]:
    """A struct of the header for ctypes; columns are addresses. It has the compiler's own alignment."""
    members = [(f.name, ctypes.c_void_p if f.is_column else _C_TYPES[f.type]) for f in fields(name)]
    return type(name, (ctypes.Structure,), {"_fields_": members})


@cache
def dtype_of(name: str) -> np.dtype[np.void]:
    """The same as a numpy dtype; columns are addresses as uint64."""
    struct = struct_of(name)
    kinds = ["u8" if f.is_column else element_dtype(f.type) for f in fields(name)]
    return np.dtype(
        {
            "names": [f.name for f in fields(name)],
            "formats": kinds,
            "offsets": [getattr(struct, f.name).offset for f in fields(name)],
            "itemsize": ctypes.sizeof(struct),
        }
    )


def element_dtype(type_name: str) -> np.dtype[Any]:
    """The numpy type of a C type of the header."""
    return np.dtype(_C_TYPES[type_name])


@cache
def columns() -> tuple[Field, ...]:
    """The columns of the agents, in the order of the bits that tell the core which ones to fill."""
    return tuple(field for field in fields("hg_score_agents") if field.is_column)


def every_column() -> int:
    """The bits of all columns."""
    return (1 << len(columns())) - 1


@cache
def agents_type() -> Any:
    """A named tuple of `count` and the columns: what a scorer in Python or Numba gets as `agents`."""
    return namedtuple("Agents", [field.name for field in fields("hg_score_agents")])


@cache
def interaction_type() -> Any:
    """A named tuple that a scorer in Python gets as `interaction`."""
    return namedtuple("Interaction", [field.name for field in fields("hg_score_interaction")])


def agents_at(address: int) -> Any:
    """The agents at an address, their columns copied: they may be kept. O(count x columns)."""
    struct: Any = struct_of("hg_score_agents").from_address(address)
    values: list[Any] = []
    for field in fields("hg_score_agents"):
        value = getattr(struct, field.name)
        if field.is_column:
            kind = _C_TYPES[field.type] * struct.count
            value = np.ctypeslib.as_array(kind.from_address(value)).copy()
        values.append(value)
    return agents_type()(*values)


def interaction_at(address: int) -> Any:
    """The interaction at an address, copied."""
    struct = struct_of("hg_score_interaction").from_address(address)
    return interaction_type()(*(getattr(struct, field.name) for field in fields("hg_score_interaction")))
