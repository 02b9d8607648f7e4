"""Exports to OpenTelemetry: a sample of the commands as spans, and the metrics of `metrics` under their
names. Off unless asked for. The standard environment variables say where to send them
(OTEL_EXPORTER_OTLP_ENDPOINT, ...).

Needs the extra `otel`. Nothing here carries the name of an agent or of a person.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from huntgroup.errors import ConfigError
from huntgroup.service import metrics
from huntgroup.service.service import COMMAND_BOUNDS, WAIT_BOUNDS, Service, Waits

PATIENCE = 5.0
"""Seconds that a collection of metrics waits for the service's event loop."""
FRESH = 0.5
"""Metrics not older than this many seconds are reused, because one collection asks for each metric
separately."""


class Telemetry:
    """Spans and metrics of one service. `tracers` and `meters` are providers of OpenTelemetry's SDK."""

    def __init__(self, service: Service, tracers: Any, meters: Any) -> None:
        self._service, self._tracers, self._meters = service, tracers, meters
        self._tracer = tracers.get_tracer("huntgroup")
        self._meter = meters.get_meter("huntgroup")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._known: tuple[float, dict[str, metrics.Family]] = (0.0, {})
        self._waits = Waits(service.figures)
        self._seconds = self._meter.create_histogram(
            "huntgroup_command_seconds",
            unit="s",
            description="How long commands took.",
            explicit_bucket_boundaries_advisory=COMMAND_BOUNDS,
        )
        self._waited = self._meter.create_histogram(
            "huntgroup_wait_seconds",
            unit="s",
            description="How long the answered had waited.",
            explicit_bucket_boundaries_advisory=WAIT_BOUNDS,
        )

    async def start(self) -> None:
        """Starts recording commands, and registers the metrics. They may be collected from any thread but
        that of the event loop."""
        self._loop = asyncio.get_running_loop()
        for family in await metrics.families(self._service):
            create = (
                self._meter.create_observable_counter
                if family.kind == "counter"
                else self._meter.create_observable_gauge
            )
            create(family.name, [partial(self._observed, family.name)], description=family.helps)
        self._service.spans = self

    async def stop(self) -> None:
        """Stops recording, and sends what has not been sent yet."""
        self._service.spans = None
        for provider in (self._meters, self._tracers):
            await asyncio.to_thread(provider.shutdown)

    def command(self, name: str, status: int, role: str, seconds: float) -> None:
        """Records a command that was answered. The sampler decides whether it becomes a span."""
        self._seconds.record(seconds, {"command": name, "status": str(status)})
        now_ns = time.time_ns()
        span = self._tracer.start_span(
            name,
            start_time=now_ns - int(seconds * 1e9),
            attributes={
                "huntgroup.command": name,
                "huntgroup.role": role,
                "http.response.status_code": status,
            },
        )
        if span.is_recording() and status >= 500:
            span.set_status(_error())
        span.end(now_ns)

    def under(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Makes the spans of this request part of the trace that its header `traceparent` names. Called in
        the task of the request."""
        told = {
            name.decode(): value.decode("latin-1") for name, value in headers if name.startswith(b"trace")
        }
        if told:
            from opentelemetry import context, propagate

            context.attach(propagate.extract(told))

    def _observed(self, name: str, _: Any) -> Iterable[Any]:
        from opentelemetry.metrics import Observation

        family = self._families().get(name)
        values = [] if family is None else family.values
        return [Observation(value, dict(labels)) for labels, value in values]

    def _families(self) -> Mapping[str, metrics.Family]:
        """Every metric by name, read in the event loop. Called in the thread of a metric reader."""
        told_at, known = self._known
        if time.monotonic() - told_at > FRESH:
            assert self._loop is not None
            known = asyncio.run_coroutine_threadsafe(self._collected(), self._loop).result(PATIENCE)
            self._known = time.monotonic(), known
        return known

    async def _collected(self) -> dict[str, metrics.Family]:
        for queue, waits in (await self._waits.fresh()).items():
            for seconds in waits:
                self._waited.record(seconds, {"queue": queue})
        return {family.name: family for family in await metrics.families(self._service)}


def exporting(share: float) -> Callable[[Service], Telemetry]:
    """A function that makes a service's telemetry, exported by OTLP over HTTP: spans for this share of the
    commands, metrics once per minute. Raises ConfigError if the extra is not installed."""
    try:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio
    except ImportError:
        raise ConfigError("otel", share, "OpenTelemetry: pip install huntgroup[otel]") from None

    def made(service: Service) -> Telemetry:
        resource = Resource.create({} if "OTEL_SERVICE_NAME" in os.environ else {"service.name": "huntgroup"})
        tracers = TracerProvider(sampler=ParentBasedTraceIdRatio(share), resource=resource)
        tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        reader = PeriodicExportingMetricReader(OTLPMetricExporter())
        return Telemetry(service, tracers, MeterProvider([reader], resource))

    return made


def _error() -> Any:
    from opentelemetry.trace import Status, StatusCode

    return Status(StatusCode.ERROR)
