"""A scorer compiled by Numba: a C function of the ABI of scorer.h around a function of the user's own.

A Numba callback that raises prints and returns zero, as if nothing were wrong. So the function is called
inside a try of the compiled code: it returns 1 after the last line, 2 after an exception, and touches neither
Python nor the GIL.
"""

from __future__ import annotations

import dis
from collections.abc import Callable
from importlib import import_module
from types import CodeType
from typing import Any

from huntgroup.errors import ConfigError, HuntgroupError
from huntgroup.scorers import abi as scorer_abi

_MISSING = (
    "Numba is not installed, which compiles scorers: pip install 'huntgroup[scorer]'. Without it there are "
    "huntgroup.python_scorer, for tests, and huntgroup.scorer_from_pointer, for C and cffi."
)


def compiled(function: Callable[..., None], name: str, boundscheck: bool) -> tuple[int, object]:
    """(address, the object that keeps it alive) of the compiled function. Raises HuntgroupError without
    Numba, ConfigError for a function that Numba cannot compile. Takes a second or two."""
    try:
        numba: Any = import_module("numba")
        import_module("numba.extending")
    except ImportError as error:
        raise HuntgroupError(f"scorer {name!r}: {_MISSING}") from error
    body = numba.njit(function, boundscheck=boundscheck, nogil=True)
    try:
        callback = _wrapped(numba, body)
    except numba.core.errors.NumbaError as error:
        reason = " ".join(str(error).split())
        raise ConfigError("scorer", name, f"what Numba compiles in nopython mode ({reason})") from error
    return callback.address, callback


def _wrapped(numba: Any, body: Any) -> Any:
    """A callback of the ABI that calls the compiled function with columns as arrays."""
    types = numba.types
    agents = numba.from_dtype(scorer_abi.dtype_of("hg_score_agents"))
    interaction = numba.from_dtype(scorer_abi.dtype_of("hg_score_interaction"))
    signature = types.int32(
        types.CPointer(agents), types.CPointer(interaction), types.CPointer(types.float64)
    )
    places: dict[str, Any] = {
        "body": body,
        "carray": numba.carray,
        "Agents": scorer_abi.agents_type(),
    }
    arguments = []
    for field in scorer_abi.fields("hg_score_agents"):
        if field.is_column:
            places[f"to_{field.type}"] = _pointer_to(numba, field.type)
            arguments.append(f"carray(to_{field.type}(given.{field.name}), given.count)")
        else:
            arguments.append(f"given.{field.name}")
    lines = [
        "def entry(agents, interaction, scores):",
        "    given = carray(agents, 1)[0]",
        "    try:",
        f"        body(Agents({', '.join(arguments)}),",
        "             carray(interaction, 1)[0], carray(scores, given.count))",
        "    except Exception:",
        "        return 2",
        "    return 1",
    ]
    exec("\n".join(lines), places)
    return numba.cfunc(signature)(places["entry"])


def _pointer_to(numba: Any, c_type: str) -> Any:
    """Compiled code that takes an address for a pointer to elements of this type."""
    pointer = numba.types.CPointer(numba.from_dtype(scorer_abi.element_dtype(c_type)))

    @numba.extending.intrinsic  # type: ignore[untyped-decorator]
    def cast(typing_context: Any, address: Any) -> Any:
        def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(pointer))

        return pointer(numba.types.uint64), codegen

    return cast


def columns_read(function: Callable[..., None]) -> int:
    """Bits of the columns that the function reads: the attributes that it takes of its first argument. If
    that argument is used in any other way, every column."""
    code = function.__code__
    known = [field.name for field in scorer_abi.columns()]
    if code.co_argcount != 3 or any(isinstance(part, CodeType) for part in code.co_consts):
        return scorer_abi.every_column()
    agents, bits = code.co_varnames[0], 0
    steps = [step for step in dis.get_instructions(code) if step.opname not in ("CACHE", "EXTENDED_ARG")]
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        # One instruction may load two variables; an attribute is taken of the last one.
        loaded = step.argval if isinstance(step.argval, tuple) else (step.argval,)
        if agents not in loaded or step.opcode not in dis.haslocal:
            continue
        is_last_only = loaded[-1] == agents and loaded.count(agents) == 1
        takes = following is not None and following.opname == "LOAD_ATTR"
        if not (step.opname.startswith("LOAD_FAST") and is_last_only and takes):
            return scorer_abi.every_column()
        assert following is not None
        if following.argval in known:
            bits |= 1 << known.index(following.argval)
    return bits
