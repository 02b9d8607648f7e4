"""The bare structure, compiled with `cc -O3` from bare.c and the package's own headers, through ctypes."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
NONE = 2**32 - 1
WORDS = np.ctypeslib.ndpointer(np.uint32, ndim=1, flags="C_CONTIGUOUS")


def compiled() -> ctypes.CDLL | None:
    """The shared object, or None where there is no C compiler or no source tree."""
    compiler = os.environ.get("CC") or shutil.which("cc")
    native = ROOT / "native"
    if not compiler or not native.is_dir():
        return None
    sources = [Path(__file__).with_name("bare.c"), *(native / "src" / name for name in SOURCES)]
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "bare.so"
        flags = ["-O3", "-DNDEBUG", "-std=c11", "-fPIC", "-shared", "-fno-strict-aliasing"]
        command = [compiler, *flags, f"-I{native / 'include'}", *map(str, sources), "-o", str(made)]
        subprocess.run(command, check=True)
        library = ctypes.CDLL(str(made))
    library.bare_create.restype = ctypes.c_void_p
    library.bare_create.argtypes = [ctypes.c_uint32, ctypes.c_uint32, ctypes.c_uint32, WORDS]
    library.bare_free.argtypes = [ctypes.c_void_p]
    library.bare_cycles.argtypes = [ctypes.c_void_p, ctypes.c_uint32, WORDS, WORDS, ctypes.c_uint32, WORDS]
    return library


SOURCES = ("idle_ring.c", "idle_ring_storage.c", "hg_alloc.c")


class Bare:
    """One centre of the bare structure. `members`: the queues of each agent, uint32[N, m]."""

    def __init__(self, library: ctypes.CDLL, queues: int, members: NDArray[np.uint32], cycles: int) -> None:
        agents, width = members.shape
        self._library = library
        self._centre = library.bare_create(agents, queues, width, np.ascontiguousarray(members).ravel())
        if not self._centre:
            raise MemoryError("the bare structure")
        self.taken = np.full(cycles, NONE, np.uint32)
        self.done = 0

    def run(self, queue: NDArray[np.uint32], returns: NDArray[np.uint32]) -> None:
        """Cycles: the queue of each call, and the earlier call whose agent is ready again before it."""
        self._library.bare_cycles(self._centre, len(queue), queue, returns, self.done, self.taken)
        self.done += len(queue)

    def close(self) -> None:
        """Gives the memory back."""
        self._library.bare_free(self._centre)
        self._centre = None
