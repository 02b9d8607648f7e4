"""The router for programs without asyncio: a thread owns the engine, any other may command it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeVar

from huntgroup.engine.sessions import Answer, checked_request
from huntgroup.errors import HuntgroupError, Lagged
from huntgroup.live.face import LOOKED_AT, Face, nobody
from huntgroup.live.owner import READS, Job
from huntgroup.live.ring import Place, Wanted
from huntgroup.shown import Event

if TYPE_CHECKING:
    from huntgroup.engine.engine import Engine

T = TypeVar("T")
log: logging.Logger = logging.getLogger("huntgroup.live")


class ThreadRouter(Face):
    """One thread owns an engine; any thread may command it and listen to it.

    Every command of the engine is a method of the same name here, with the same arguments and refusals. It
    raises Overloaded where the inbox is full and RouterClosed before the start and after the end; in both
    cases it was not taken.
    """

    def __init__(self, engine: Engine, inbox: int = 10_000, keep_events: int = 1_000_000) -> None:
        super().__init__(engine, inbox, keep_events)
        self._thread: threading.Thread | None = None
        self._knock = threading.Event()
        self._news = threading.Condition()
        self._over = False

    # --- life -----------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        if self._thread is not None:
            raise HuntgroupError("a router is started once: make another one for the same engine")
        self._owner.start()
        self._thread = threading.Thread(target=self._run, name="huntgroup router", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Accepts no more commands, finishes those that were accepted, and ends every subscription after its
        last event. The engine stays open. Calling it twice does no harm."""
        self._owner.shut()
        self._knock.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self) -> None:
        owner = self._owner
        try:
            while owner.is_open or owner.waiting:
                self._knock.wait(owner.pause())
                self._knock.clear()
                if owner.turn():
                    self._tell()
        finally:
            owner.stop()
            self._over = True
            self._tell()

    def _tell(self) -> None:
        """Wakes every subscriber that waits."""
        with self._news:
            self._news.notify_all()

    # --- commands and readings ------------------------------------------------------------------------------

    def _command(self, name: str, session: tuple[str, str] | None) -> Callable[..., Any]:
        """The command of this name, which waits for its answer."""
        method = getattr(self._owner.engine, name)

        def command(*args: Any, **kwargs: Any) -> Any:
            request = None if session is None else checked_request(kwargs.pop("request", None))
            return self._value(Job(name, method, args, kwargs, nobody, session, request))

        return self._named(command, name)

    def _value(self, job: Job) -> Any:
        """Gives a job to the owner and waits for its answer; returns its value."""
        if threading.current_thread() is self._thread:
            raise HuntgroupError("a reading cannot command, nor read: the router waits for it")
        answers: list[Answer] = []
        answered = threading.Lock()
        answered.acquire()
        job.reply = partial(_reply, answers, answered)
        self._owner.submit(job)
        self._knock.set()
        answered.acquire()
        if answers[0].error is not None:
            raise answers[0].error
        return answers[0].value

    def read(self, reading: Callable[[Engine], T]) -> T:
        """Calls `reading` with the engine between two commands, after time has passed, on the owner's thread;
        returns its result. `reading` must change nothing and must not keep a reference to anything of the
        engine. Raises what it raises, Overloaded, RouterClosed."""
        value: T = self._value(Job(READS, reading, (self._owner.engine,), {}, nobody))
        return value

    # --- events ---------------------------------------------------------------------------------------------

    def events(
        self,
        from_seq: int | None = None,
        queues: Iterable[str] | None = None,
        agents: Iterable[str] | None = None,
        kinds: Iterable[str] | None = None,
    ) -> Subscription:
        """The events from number `from_seq` on, or from now on, as an iterator that waits; all filters that
        are given must match. A reader that falls too far behind gets Lagged once, and goes on with the first
        event that is still kept. Ends with the router. Raises ConfigError."""
        return Subscription(self, Place(self._owner.ring, from_seq, Wanted(queues, agents, kinds)))

    def __iter__(self) -> Iterator[Event]:
        return self.events()

    def subscribe(
        self,
        callback: Callable[[Event | Lagged], object],
        from_seq: int | None = None,
        queues: Iterable[str] | None = None,
        agents: Iterable[str] | None = None,
        kinds: Iterable[str] | None = None,
    ) -> Subscription:
        """Calls a function with each event, on a thread of its own, so that it may give commands. If it falls
        too far behind, it is called with a Lagged in place of the events that were dropped. What it raises is
        logged. The subscription has `close()`. Raises ConfigError."""
        if not callable(callback):
            raise HuntgroupError("callback: not callable")
        subscription = self.events(from_seq, queues, agents, kinds)
        threading.Thread(
            target=subscription._serve, args=(callback,), name="huntgroup subscriber", daemon=True
        ).start()
        return subscription


class Subscription:
    """A reader of a router's events: `for event in router.events(): ...`."""

    def __init__(self, router: ThreadRouter, place: Place) -> None:
        self._router = router
        self._place = place
        self._ready: list[Event] = []
        self._open = True
        with router._news:
            router._owner.subscribers += 1

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Event:
        router = self._router
        while self._open:
            if self._ready:
                return self._ready.pop()
            over = router._over
            self._ready = self._place.read(LOOKED_AT)[::-1]
            if self._ready or self._place.is_behind():
                continue
            if over:
                self.close()
            with router._news:
                # Checked again under the lock; otherwise a notification in between would be missed.
                if not (self._place.is_behind() or self._ended()):
                    router._news.wait()
        raise StopIteration

    def _ended(self) -> bool:
        return self._router._over or not self._open

    def close(self) -> None:
        """Ends the subscription. It may be called twice, and from within the callback."""
        with self._router._news:
            if self._open:
                self._open = False
                self._router._owner.subscribers -= 1
                self._router._news.notify_all()

    def _serve(self, callback: Callable[[Event | Lagged], object]) -> None:
        while self._open:
            told: Event | Lagged
            try:
                told = next(self)
            except StopIteration:
                return
            except Lagged as lagged:
                told = lagged
            try:
                callback(told)
            except Exception:
                log.exception("a subscriber failed; it goes on with the next event")


def _reply(answers: list[Answer], answered: threading.Lock, answer: Answer) -> None:
    answers.append(answer)
    answered.release()
