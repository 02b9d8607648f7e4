"""Replications in several processes.

Each worker is a Python of its own that reads its work from a pipe, so that a program that simulates needs no
guard around its main part, and no thread of it is copied.
"""

from __future__ import annotations

import pickle
import struct
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, BinaryIO

from huntgroup.errors import HuntgroupError
from huntgroup.sim.run.fast import fits, replicate_fast
from huntgroup.sim.run.loop import replicate
from huntgroup.sim.run.prepared import Prepared
from huntgroup.sim.run.tallies import Tally, tally

_COMMAND = (sys.executable, "-c", "from huntgroup.sim.run.workers import work; work()")
_LENGTH = struct.Struct("<Q")


def run_here(
    prepared: Prepared, engine_class: Any, seed: int, numbers: list[int]
) -> Iterator[tuple[int, Tally]]:
    """(number, tally) of each replication, in this process."""
    for number in numbers:
        yield number, one_of(prepared, engine_class, seed, number)


def one_of(prepared: Prepared, engine_class: Any, seed: int, number: int) -> Tally:
    """One replication, on the compiled loop where that knows everything in the scenario."""
    import huntgroup as hg

    if engine_class is hg.Engine and fits(prepared):
        engine = prepared.engine(engine_class, seed, number)
        return tally(prepared, replicate_fast(prepared, engine, seed, number))
    return tally(prepared, replicate(prepared, engine_class, seed, number))


class Workers:
    """So many processes for the replications of one scenario; a context manager."""

    def __init__(self, prepared: Prepared, engine_class: Any, seed: int, processes: int) -> None:
        # The path goes ahead: what follows may name modules that are found by it alone.
        starts = (pickle.dumps(sys.path), pickle.dumps((prepared.scenario, engine_class, seed)))
        self._free: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        self._threads = ThreadPoolExecutor(processes)
        self._processes = [
            subprocess.Popen(_COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            for _ in range(processes)
        ]
        for process in self._processes:
            assert process.stdin is not None
            for start in starts:
                _write(process.stdin, start)
            self._free.put(process)

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *failed: object) -> None:
        if failed[0] is not None:
            for process in self._processes:
                process.kill()
        self._threads.shutdown(cancel_futures=True)
        for process in self._processes:
            assert process.stdin is not None
            assert process.stdout is not None
            with suppress(BrokenPipeError):
                process.stdin.close()
            process.stdout.close()
            process.wait()

    def run(self, numbers: list[int]) -> Iterator[tuple[int, Tally]]:
        """(number, tally) of each replication, in the order in which they are done."""
        pending: set[Future[tuple[int, Tally]]] = {
            self._threads.submit(self._one, number) for number in numbers
        }
        while pending:
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()

    def _one(self, number: int) -> tuple[int, Tally]:
        process = self._free.get()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            _write(process.stdin, pickle.dumps(number))
            answer = _read(process.stdout)
        except (BrokenPipeError, EOFError):
            raise HuntgroupError(f"a process of the simulation ended with code {process.wait()}") from None
        self._free.put(process)
        found = pickle.loads(answer)
        if isinstance(found, Exception):
            raise found
        return number, found


def work() -> None:
    """What a worker does: numbers of replications in, tallies out, until its input ends."""
    given, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    sys.path[:] = pickle.loads(_read(given))
    scenario, engine_class, seed = pickle.loads(_read(given))
    prepared = Prepared(scenario)
    while True:
        try:
            number = pickle.loads(_read(given))
        except EOFError:
            return
        try:
            answer: Any = one_of(prepared, engine_class, seed, number)
        except Exception as error:
            answer = error
        _write(answers, pickle.dumps(answer))


def _write(pipe: Any, content: bytes) -> None:
    pipe.write(_LENGTH.pack(len(content)) + content)
    pipe.flush()


def _read(pipe: BinaryIO | Any) -> bytes:
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    content: bytes = pipe.read(_LENGTH.unpack(head)[0])
    return content
