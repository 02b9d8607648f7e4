"""Reloads the configuration of a running service from its centre's file: reads it again, compares, and
applies all of it or nothing."""

from __future__ import annotations

import asyncio
import logging
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec

from huntgroup.engine.difference import Change, Difference
from huntgroup.engine.engine import Engine
from huntgroup.errors import HuntgroupError, ReconfigureError
from huntgroup.service.answers import Failure, failure_of
from huntgroup.service.people import Person
from huntgroup.service.service import Service
from huntgroup.settings import config_file
from huntgroup.settings.actors import Actor
from huntgroup.settings.service_table import ServiceSettings

log: logging.Logger = logging.getLogger("huntgroup.service")

BY_SIGNAL = Actor("SIGHUP", "administrator")


class ReloadQuery(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """`dry_run`: only tell what would change. `remove`: also what was added while it ran goes, where the file
    does not name it."""

    dry_run: bool = False
    remove: bool = False


class Reload:
    """The file of a service's centre, and the names that it had when it was last applied."""

    path: Path

    def __init__(self, service: Service, path: str | os.PathLike[str]) -> None:
        self._service, self.path = service, Path(path)
        self._earlier = config_file.read(path).named()
        # One reload at a time: each needs the names that the one before it applied.
        self._turn = asyncio.Lock()

    async def run(self, by: str | Actor, query: ReloadQuery) -> dict[str, Any]:
        """Reads the file again and changes the centre to what it says; with `dry_run` it only reports what
        would change. Raises what `Engine.reconfigure` raises, ConfigError for a wrong token file, Failure;
        then nothing has changed."""
        async with self._turn:
            wanted = await asyncio.to_thread(Engine.wanted, self.path)
            service, plan = self._service, wanted.plan
            settings = ServiceSettings.read(plan.service)
            tokens = None if service.tokens is None else await asyncio.to_thread(service.tokens.read_again)
            given: dict[str, Any] = {"earlier": self._earlier, "remove": query.remove, "by": by}
            if query.dry_run:
                found = await service.router.read(lambda engine: engine.difference(wanted, **given))
                if found.problems:
                    raise ReconfigureError(found.source, found.problems)
            else:
                service.check_open()
                answer = await service.router.command("reconfigure", {"path": wanted, **given})
                if answer.error is not None:
                    raise answer.error
                found = answer.value
                self._earlier = plan.named()
                if service.tokens is not None and tokens is not None:
                    service.tokens.take(tokens)
            more = _granted(service.settings, settings)
            if more and not query.dry_run:
                service.take(settings)
            return _told(found, more, not query.dry_run)

    async def by_signal(self) -> None:
        """Reloads as SIGHUP asks; the result is written to the log."""
        try:
            told = await self.run(BY_SIGNAL, ReloadQuery())
        except (HuntgroupError, Failure, OSError) as error:
            log.error("%s is not taken: %s", self.path, error)
            return
        for change in told["changes"]:
            log.info("%s", change["words"])
        for one in told["lost"]:
            log.info("lost: %s", one)
        for one in told["left"]:
            log.info("left as it is: %s", one)
        log.info("%s: %d changes, applied", self.path, len(told["changes"]))


async def reloaded(service: Service, person: Person, query: ReloadQuery) -> dict[str, Any]:
    """`POST /v1/config`. Raises Failure."""
    if service.reload is None:
        raise Failure(409, "this service has no centre's file", refused="ReconfigureError")
    service.check_open()
    try:
        told: dict[str, Any] = await service.reload.run(person.by, query)
    except HuntgroupError as error:
        raise failure_of(error) from error
    if not query.dry_run:
        log.info("%s by %s: %d changes, applied", service.reload.path, person.subject, len(told["changes"]))
    return told


def _granted(before: ServiceSettings, after: ServiceSettings) -> list[Change]:
    """The changes of the table `[service]`."""
    was, now = asdict(before), asdict(after)
    return [
        Change("service", "service", "changed", key, _plain(was[key]), _plain(now[key]))
        for key in now
        if was[key] != now[key]
    ]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _told(found: Difference, more: list[Change], applied: bool) -> dict[str, Any]:
    told = found.to_dict()
    told["changes"] += [change.to_dict() for change in more]
    return {**told, "applied": applied}
