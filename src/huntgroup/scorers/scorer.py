"""Scorers of the user's own: what makes one agent better than another for an interaction.

    @hg.scorer
    def closest(agents, interaction, scores):
        for k in range(agents.count):
            scores[k] = -abs(agents.user0[k] - interaction.user0)

    engine.add_queue("field", strategy=closest)

One call for a decision; the higher score wins. docs/SCORERS.md is the guide.
"""

from __future__ import annotations

import ctypes
import inspect
from collections.abc import Callable, Iterable
from typing import Any, NoReturn, overload

import numpy as np

from huntgroup.errors import ConfigError
from huntgroup.limits import MAX_NAME_BYTES
from huntgroup.scorers import abi as scorer_abi
from huntgroup.scorers import numba as scorer_numba
from huntgroup.scorers.abi import get_include

__all__ = ["Scorer", "get_include", "python_scorer", "scorer", "scorer_from_pointer", "scorer_header"]

Function = Callable[[Any, Any, Any], None]
# The common class of library functions and callbacks; ctypes gives it no public name.
_C_FUNCTION: Any = scorer_abi.CALLBACK.__mro__[1]


class Scorer:
    """A scorer, good as `strategy=` of a queue. Made by `scorer`, `python_scorer`, `scorer_from_pointer`.

    `name` is what a digest knows it by; `address` that of its C function; `function` the Python function that
    it was made from, None for one from C; `last_error` the exception that a `python_scorer` raised last.
    Calling it runs `function` on whatever is given, as plain Python. It is never copied: an engine and its
    forks share it and keep it alive.
    """

    __slots__ = ("_alive", "address", "columns", "function", "interruption", "last_error", "name")

    def __init__(self, name: str, address: int, columns: int, function: Function | None, alive: object):
        self.name: str = name
        self.address: int = address
        self.columns: int = columns
        self.function: Function | None = function
        self.last_error: Exception | None = None
        self.interruption: BaseException | None = None
        self._alive = alive

    def __call__(self, agents: Any, interaction: Any, scores: Any) -> None:
        """Runs the function in plain Python: `scores[k]` for each of `agents.count`. Raises TypeError for a
        scorer that is a C function only."""
        if self.function is None:
            raise TypeError(f"scorer {self.name!r} is a C function: there is no Python to run")
        self.function(agents, interaction, scores)

    def python(self) -> Scorer:
        """The same scorer run by Python instead of compiled: the same decisions, for tests and debuggers."""
        if self.function is None:
            raise ConfigError("scorer", self.name, "a scorer made from a Python function")
        return python_scorer(self.function, name=self.name)

    def __repr__(self) -> str:
        return f"<Scorer {self.name!r}>"

    def __copy__(self) -> Scorer:
        return self

    def __deepcopy__(self, memo: object) -> Scorer:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"scorer {self.name!r} is a function of this process and cannot be pickled")


@overload
def scorer(function: Function, /) -> Scorer: ...
@overload
def scorer(*, name: str | None = None, boundscheck: bool = False) -> Callable[[Function], Scorer]: ...
def scorer(
    function: Function | None = None, /, *, name: str | None = None, boundscheck: bool = False
) -> Scorer | Callable[[Function], Scorer]:
    """Compiles a function (agents, interaction, scores) to a scorer, by Numba; a decorator.

    agents: `count` and columns of that length (`index`, `tier`, `load`, `capacity`, `proficiency`,
    `accepted`, `user0` to `user7`); interaction: `id`, `ref`, `waited_ns`, `queue`, `priority`, `user0` to
    `user7`; scores: float64[count] of NaN, to be filled. It runs without the GIL, so it may use what Numba
    compiles in nopython mode. `name`: by default the function's; `boundscheck`: an index out of bounds
    raises, which costs time, instead of reading or writing past the end. Raises HuntgroupError where Numba
    is not installed (the extra `huntgroup[scorer]`), ConfigError for a function that Numba cannot compile.
    Compiling takes a second or two.
    """
    if function is None:
        return lambda given: _compiled(given, name, boundscheck)
    return _compiled(function, name, boundscheck)


def _compiled(function: Any, name: str | None, boundscheck: bool) -> Scorer:
    # A function that its author has already compiled with Numba.
    plain = _checked_function(getattr(function, "py_func", function))
    called = _checked_name(name, plain)
    address, alive = scorer_numba.compiled(plain, called, boundscheck)
    return Scorer(called, address, scorer_numba.columns_read(plain), plain, alive)


def python_scorer(function: Function, *, name: str | None = None) -> Scorer:
    """The scorer of a function (agents, interaction, scores) as Python runs it, under the GIL: for tests, for
    a debugger, and where Numba is not installed. It decides as the compiled one does.

    The columns are numpy arrays that it may keep. What it raises makes the decision fall back to longest
    idle, like every failure, and is kept as `last_error`; what is no `Exception` (KeyboardInterrupt,
    SystemExit) is raised by the command that asked, as soon as its step is complete. Microseconds per call
    and what the function takes. Raises ConfigError.
    """
    plain = _checked_function(getattr(function, "py_func", function))

    def entry(agents: int, interaction: int, scores: int) -> int:
        try:
            seen = scorer_abi.agents_at(agents)
            filled = np.full(seen.count, np.nan)
            plain(seen, scorer_abi.interaction_at(interaction), filled)
            ctypes.memmove(scores, filled.ctypes.data, filled.nbytes)
        except Exception as error:
            made.last_error = error
            return 2
        except BaseException as interruption:
            # Ctrl-C, for example. The step that asked goes on, and raises it when it is complete.
            made.interruption = interruption
            return scorer_abi.INTERRUPTED
        return 1

    callback = scorer_abi.CALLBACK(entry)
    address = ctypes.cast(callback, ctypes.c_void_p).value
    assert address is not None
    made = Scorer(_checked_name(name, plain), address, scorer_abi.every_column(), plain, callback)
    return made


def scorer_from_pointer(
    pointer: Any,
    *,
    name: str,
    reads: Iterable[str] | None = None,
    function: Function | None = None,
    keep: object = None,
) -> Scorer:
    """The scorer behind a pointer to a C function of the type `hg_score_function` (scorer.h).

    `pointer`: a function of a library that ctypes or cffi loaded, a callback of either, or an address;
    `reads`: the columns that it reads, all by default; the others, `index` apart, are NULL and take no time;
    `keep`: what must live for as long as the function can be called, beside the pointer itself, such as the
    library; `function`: the same in Python, where tests want to compare. The pointer's type cannot be
    checked. A callback of Python's takes the GIL by itself. Raises ConfigError.
    """
    address = _address_of(pointer)
    twin = None if function is None else _checked_function(function)
    checked = _name_of_text(name)
    return Scorer(checked, address, _columns_named(reads), twin, (pointer, keep))


def scorer_header() -> str:
    """The text of scorer.h, which declares the ABI: good as it is for `cffi.FFI().cdef`."""
    return scorer_abi.header()


# --- checks -----------------------------------------------------------------------------------------------


def _checked_function(function: Any) -> Function:
    """A function of three arguments in pure Python."""
    allowed = "a function (agents, interaction, scores)"
    if not inspect.isfunction(function):
        raise ConfigError("scorer", function, allowed)
    try:
        inspect.signature(function).bind(None, None, None)
    except TypeError:
        raise ConfigError("scorer", function, allowed) from None
    return function


def _checked_name(name: str | None, function: Function) -> str:
    return _name_of_text(getattr(function, "__name__", "scorer") if name is None else name)


def _name_of_text(name: Any) -> str:
    fits = isinstance(name, str) and name.isprintable() and name != ""
    if not fits or len(name.encode("utf-8", "replace")) > MAX_NAME_BYTES:
        raise ConfigError("name", name, f"a name of 1 to {MAX_NAME_BYTES} bytes without control characters")
    return str(name)


def _columns_named(reads: Iterable[str] | None) -> int:
    """The bits of the columns."""
    if reads is None:
        return scorer_abi.every_column()
    known = [field.name for field in scorer_abi.columns()]
    bits = 0
    for name in [reads] if isinstance(reads, str) else reads:
        if isinstance(reads, str) or name not in known:
            raise ConfigError("reads", reads, "some of the columns " + ", ".join(known))
        bits |= 1 << known.index(name)
    return bits


def _address_of(pointer: Any) -> int:
    allowed = "a pointer to a C function, of ctypes or cffi, or its address"
    address: int | None = None
    if isinstance(pointer, int) and not isinstance(pointer, bool):
        address = pointer
    elif isinstance(pointer, _C_FUNCTION):
        address = ctypes.cast(pointer, ctypes.c_void_p).value
    elif type(pointer).__module__.startswith("_cffi_backend"):
        address = _address_in_cffi(pointer, allowed)
    if not address or not 0 < address < 2**64:
        raise ConfigError("pointer", pointer, allowed)
    return address


def _address_in_cffi(pointer: Any, allowed: str) -> int:
    import cffi

    ffi = cffi.FFI()
    try:
        if ffi.typeof(pointer).kind != "function":
            raise TypeError
        return int(ffi.cast("uintptr_t", pointer))
    except TypeError:
        raise ConfigError("pointer", pointer, allowed) from None
