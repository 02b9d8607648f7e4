"""A whole system in one process, by one seed: an engine with its owner, its journal on a disk that can lose
its power, clients that repeat requests until they are answered, clocks that jump. Nothing in it waits, and
nothing depends on chance but the seed, so that a seed plays the same again."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import apsw
from power import Disk
from system_audit import Auditor, Broken
from system_bugs import Bug
from system_clients import AGENTS, Client, Request

import huntgroup as hg
from huntgroup.journal import SqliteStore
from huntgroup.live.owner import Job, Owner

START_NS = 1_800_000_000_000_000_000
SECOND = 1_000_000_000
TURNS = 40
LAST_CALLS = 200
REPLAY = "make simulate-system SEED={seed}"
ENDINGS = ("kill", "power cut", "power cut within a call", "error of the disk", "closed")


class World:
    """One seed. `run` plays it to its end and raises Broken if a promise was broken. `bug`: a fault that is
    planted into each life (see system_bugs)."""

    def __init__(self, seed: int, base: Path, bug: Bug | None = None) -> None:
        self.seed, self.base, self.bug = seed, base, bug
        self.random = Random(seed)
        self.auditor = Auditor()
        self.wall_ns, self.monotonic_ns = START_NS, 5
        self.lives = 0
        self.counts = dict.fromkeys((*ENDINGS, "floods", "jumps", "snapshots", "opened anew"), 0)
        self.clients = [Client(f"client {k}", self.random) for k in range(self.random.choice((1, 3, 6)))]
        self.alive = False
        self.image: dict[str, bytes] = {}
        self.cut_at: int | None = None
        self.fault_at: int | None = None

    # --- the disk -----------------------------------------------------------------------------------------

    def _before(self, what: str, number: int) -> None:
        if not self.alive:
            raise apsw.IOError("there is no power")
        if self.cut_at is not None and number >= self.cut_at and what != "read":
            self._loses_power()
            raise apsw.IOError("the power is cut")
        if self.fault_at is not None and number >= self.fault_at:
            self.fault_at = None
            raise apsw.IOError("a sector cannot be read or written")

    def _loses_power(self) -> None:
        self._dies(lambda platter: platter.left(self.random))

    def _dies(self, left: Any) -> None:
        """Everything in memory is gone; the disk is in the state `left`."""
        self.image = {
            Path(path).name: bytes(left(platter))
            for path, platter in self.disk.files.items()
            if Path(path).parent == self.disk.live
        }
        self.alive = False

    def _connect(self, path: str) -> Any:
        return self.disk.connect(path, "FULL" if self.bug is None else self.bug.synchronous)

    # --- one life of the process --------------------------------------------------------------------------

    def _begins(self) -> bool:
        """A process opens the disk that the process before left; returns whether it opened it completely."""
        folder = self.base / f"life{self.lives % 2}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, data in self.image.items():
            (folder / name).write_bytes(data)
        self.lives += 1
        self.alive = True
        self.disk = Disk(folder, self._before)
        self.engine: Any = None
        try:
            store: Any = SqliteStore(
                folder,
                connect=self._connect,
                checkpoint_bytes=self.random.choice((30_000, 100_000, 10**9)),
            )
            if self.bug is not None:
                self.bug.store(store)
            heard: list[hg.Event] = []
            self.engine = hg.Engine.open(
                store, clock=lambda: self.wall_ns, told=heard.extend, keep_finished=10**6
            )
            if not self.engine.queues():
                with self.engine.group():
                    self.engine.add_queue("sales", offer_timeout=20, wrap_up=5)
                    for name in AGENTS:
                        self.engine.add_agent(
                            name, queues=["sales"], devices=["voice"], signed_in=True, status="Ready"
                        )
            self.owner = Owner(self.engine, 10_000, 1_000_000, lambda: self.monotonic_ns)
            if self.bug is not None:
                self.bug.process(self.engine, self.owner)
            self.owner.start()
        except (hg.JournalFailed, apsw.IOError):
            if self.alive:
                self._dies(lambda platter: platter.current)
            return False
        finally:
            if not self.alive:
                self._is_let_go()
        self.auditor.hears_again(heard)
        self.engine.verify()
        return True

    def _is_let_go(self) -> None:
        """What a dead process still holds in this process: its connection and its lock."""
        self.disk.before = None
        if self.engine is not None:
            with suppress(hg.HuntgroupError):
                self.engine.close()
        for client in self.clients:
            client.process_died()

    def _lives(self) -> None:
        ending = self.random.choice(ENDINGS)
        turns = self.random.randrange(1, TURNS)
        if ending == "power cut within a call":
            self.cut_at = self.disk.calls + self.random.randrange(1, LAST_CALLS)
        elif ending == "error of the disk":
            self.fault_at = self.disk.calls + self.random.randrange(1, LAST_CALLS)
        for _ in range(turns):
            self._turn()
            if not self.alive or self.engine._journal_failure is not None:
                break
        self.counts[ending] += 1
        if ending == "closed" and self.alive:
            with suppress(hg.JournalFailed):
                self.engine.close()
        if self.alive:
            # A killed process leaves all its writes; a power cut takes those that were not synced.
            if ending.startswith("power cut"):
                self._loses_power()
            else:
                self._dies(lambda platter: platter.current)
        self.cut_at = self.fault_at = None
        self._is_let_go()

    def _turn(self) -> None:
        random = self.random
        self._time_passes()
        flood = random.random() < 0.04
        self.counts["floods"] += flood
        for client in self.clients:
            for request in client.asks(60 if flood else 3):
                self._send(client, request)
        self.owner.turn()
        if not self.alive:
            return
        self.auditor.sees(self.owner.ring)
        for client in self.clients:
            client.reads_answers(self.auditor)
        if random.random() < 0.03:
            self.counts["snapshots"] += 1
            with suppress(hg.JournalFailed, apsw.IOError):
                self.engine.snapshot()

    def _send(self, client: Client, request: Request) -> None:
        if self.random.random() < 0.05:
            return  # lost on its way
        answers = client.line(request)
        name, given = request.command
        job = Job(
            name, getattr(self.engine, name), given, {}, answers.append, ("", client.name), request.number
        )
        with suppress(hg.Overloaded, hg.RouterClosed):
            self.owner.submit(job)

    def _time_passes(self) -> None:
        random = self.random
        passed = random.choice((0, 0, SECOND // 10, SECOND, 25 * SECOND))
        self.monotonic_ns += passed
        self.wall_ns += passed
        if random.random() < 0.03:
            self.counts["jumps"] += 1
            self.wall_ns += random.choice((-3600, -2, 1, 3600)) * SECOND

    @property
    def simulated_seconds(self) -> float:
        """How much time has passed in the system."""
        return self.monotonic_ns / SECOND

    # --- the run ------------------------------------------------------------------------------------------

    def run(self, requests: int = 150) -> str:
        """Plays until every client has its answers; returns a digest of everything that was seen."""
        for client in self.clients:
            client.wants = requests // len(self.clients)
        while not all(client.done for client in self.clients):
            if self.lives > 500:
                raise Broken("the clients are never answered")
            if self.random.random() < 0.1:
                self.cut_at = self.random.randrange(1, LAST_CALLS)  # while it is opened
            if not self._begins():
                self.cut_at = self.fault_at = None
                continue
            self.cut_at = None
            self.counts["opened anew"] += 1
            self._lives()
        return self._ends()

    def _ends(self) -> str:
        self.bug = None
        while not self._begins():
            pass
        self.auditor.looks_at(self.engine, self.clients)
        digest = self.engine.digest()
        self.engine.close()
        return f"{digest} {self.auditor.digest(self.clients)}"


def played(seed: int, base: Path, bug: Bug | None = None, requests: int = 150) -> tuple[str, World]:
    """(a digest of the seed's run, its world). Raises Broken."""
    world = World(seed, base, bug)
    try:
        return world.run(requests), world
    except hg.CorruptJournal as error:
        raise Broken(f"a journal that was never damaged is refused: {error}") from error
    finally:
        world.disk.before = None
        shutil.rmtree(base, ignore_errors=True)
