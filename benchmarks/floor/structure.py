"""The floor of the lifecycle, compiled with `cc -O3` from floor.c, which shares no code with the package."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SOURCE = Path(__file__).with_name("floor.c")
NONE = 2**32 - 1
WORDS = np.ctypeslib.ndpointer(np.uint32, ndim=1, flags="C_CONTIGUOUS")


def built(source: Path) -> ctypes.CDLL | None:
    """The shared object of a C file, or None without a C compiler. For the same processors as a wheel."""
    compiler = os.environ.get("CC") or shutil.which("cc")
    if not compiler:
        return None
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "floor.so"
        flags = ["-O3", "-DNDEBUG", "-std=c11", "-fPIC", "-shared"]
        subprocess.run([compiler, *flags, str(source), "-o", str(made)], check=True)
        return ctypes.CDLL(str(made))


def compiled() -> ctypes.CDLL | None:
    """The floor of the lifecycle, or None without a C compiler."""
    library = built(SOURCE)
    if library is None:
        return None
    library.floor_create.restype = ctypes.c_void_p
    library.floor_create.argtypes = [ctypes.c_uint32, ctypes.c_uint32, ctypes.c_uint32, WORDS]
    library.floor_free.argtypes = [ctypes.c_void_p]
    library.floor_cycles.argtypes = [ctypes.c_void_p, ctypes.c_uint32, WORDS, WORDS, ctypes.c_uint32, WORDS]
    return library


class Floor:
    """One centre of the floor. `members`: the queues of each agent, uint32[N, m]."""

    def __init__(self, library: ctypes.CDLL, queues: int, members: NDArray[np.uint32], cycles: int) -> None:
        agents, width = members.shape
        self._library = library
        self._centre = library.floor_create(agents, queues, width, np.ascontiguousarray(members).ravel())
        if not self._centre:
            raise MemoryError("the floor")
        self.taken = np.full(cycles, NONE, np.uint32)
        self.done = 0

    def run(self, queue: NDArray[np.uint32], returns: NDArray[np.uint32]) -> None:
        """Cycles: the queue of each call, and the earlier call whose agent is ready again before it."""
        self._library.floor_cycles(self._centre, len(queue), queue, returns, self.done, self.taken)
        self.done += len(queue)

    def close(self) -> None:
        """Frees the memory."""
        self._library.floor_free(self._centre)
        self._centre = None
