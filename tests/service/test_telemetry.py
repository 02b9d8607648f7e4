"""OpenTelemetry: a sample of the commands as spans, the figures by the names that Prometheus has, off
unless asked for."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from service.served import CENTRE, Served, eventually

import huntgroup as hg
from huntgroup.live.router import Router
from huntgroup.service import metrics
from huntgroup.service.people import LOCAL, Person
from huntgroup.service.service import Service
from huntgroup.settings.service_table import ServiceSettings

sdk = pytest.importorskip("opentelemetry.sdk.trace", reason="opentelemetry-sdk is not installed")

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


async def told(share: float, say: Any) -> tuple[list[Any], dict[str, Any], str]:
    """The spans and figures of what `say` does with a service, and its page for Prometheus."""
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
    from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio

    from huntgroup.service.telemetry import Telemetry

    spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
    tracers = sdk.TracerProvider(sampler=ParentBasedTraceIdRatio(share))
    tracers.add_span_processor(SimpleSpanProcessor(spans))
    engine = hg.Engine("agent_modes", clock=time.time_ns)
    async with Router(engine) as router:
        service = Service(router, ServiceSettings(), None)
        service.start()
        telemetry = Telemetry(service, tracers, MeterProvider([reader]))
        await telemetry.start()
        await say(service, telemetry)
        page = await metrics.page(service)
        found = await asyncio.to_thread(reader.get_metrics_data)
        await telemetry.stop()
        assert service.spans is None
        await service.stop()
    by_name = {
        one.name: one.data
        for resource in found.resource_metrics
        for scope in resource.scope_metrics
        for one in scope.metrics
    }
    return list(spans.get_finished_spans()), by_name, page


async def a_call(service: Service, _: Any) -> None:
    for members in (
        {"command": "add_queue", "name": "sales"},
        {"command": "add_agent", "name": "anna", "queues": ["sales"], "devices": ["voice"]},
        {"command": "sign_in", "agent": "anna"},
        {"command": "set_status", "agent": "anna", "status": "Ready"},
        {"command": "enqueue", "queue": "sales"},
        {"command": "accept", "interaction": 1},
        {"command": "accept", "interaction": 1},
    ):
        await service.carry_out(LOCAL, json.dumps(members).encode())


def test_a_span_says_which_command_and_what_came_of_it_and_names_nobody() -> None:
    spans, _, _ = asyncio.run(told(1.0, a_call))
    assert [span.name for span in spans] == [
        *("add_queue", "add_agent", "sign_in", "set_status", "enqueue", "accept", "accept")
    ]
    assert [span.attributes["http.response.status_code"] for span in spans] == [200] * 6 + [409]
    assert {span.attributes["huntgroup.role"] for span in spans} == {"administrator"}
    assert all(span.end_time >= span.start_time > 0 for span in spans)
    assert not any("anna" in str(span.attributes) + span.name for span in spans)


def test_only_the_share_that_was_asked_for_becomes_spans() -> None:
    async def many(service: Service, _: Any) -> None:
        for _ in range(400):
            await service.carry_out(LOCAL, b'{"command":"sign_in","agent":"nobody"}')

    none, _, _ = asyncio.run(told(0.0, many))
    some, _, _ = asyncio.run(told(0.25, many))
    assert none == []
    assert 50 < len(some) < 150


def test_the_figures_are_those_of_prometheus_by_the_same_names() -> None:
    _, figures, page = asyncio.run(told(0.0, a_call))
    assert set(figures) == set(re.findall(r"^# TYPE (\S+)", page, re.MULTILINE))
    for name, labels, value in re.findall(r"^(\w+?)(?:\{(.*)\})? (\S+)$", page, re.MULTILINE):
        if name not in figures:
            continue  # a part of a histogram
        wanted = dict(re.findall(r'(\w+)="([^"]*)"', labels))
        (point,) = [one for one in figures[name].data_points if dict(one.attributes) == wanted]
        assert point.value == pytest.approx(float(value), abs=1.0), (name, labels)
    (waited,) = figures["huntgroup_wait_seconds"].data_points
    assert (dict(waited.attributes), waited.count) == ({"queue": "sales"}, 1)
    commands = figures["huntgroup_command_seconds"].data_points
    assert sum(point.count for point in commands) == 7
    assert "anna" not in str(figures)


def test_a_command_belongs_to_the_trace_that_its_request_names() -> None:
    async def say(service: Service, telemetry: Any) -> None:
        async def request(sampled: int) -> None:
            told_by = f"00-{TRACE}-00f067aa0ba902b7-0{sampled}".encode()
            telemetry.under([(b"host", b"x"), (b"traceparent", told_by)])
            await service.carry_out(Person("crm", "connector"), b'{"command":"hold","interaction":1}')

        for sampled in (1, 0):
            await asyncio.create_task(request(sampled))
        await service.carry_out(LOCAL, b'{"command":"hold","interaction":1}')

    spans, _, _ = asyncio.run(told(0.0, say))
    (span,) = spans
    assert f"{span.context.trace_id:032x}" == TRACE
    assert f"{span.parent.span_id:016x}" == "00f067aa0ba902b7"


# --- the command line ---------------------------------------------------------------------------------------


@contextmanager
def collector() -> Iterator[tuple[str, dict[str, list[bytes]]]]:
    """Something on the loopback that takes what OTLP sends: its address, and bodies by path."""
    got: dict[str, list[bytes]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.setdefault(self.path, []).append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_serve_sends_by_otlp_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason="the exporter is not installed")
    (tmp_path / "centre.toml").write_text(CENTRE, encoding="utf-8")
    with collector() as (address, got):
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
        with Served(str(tmp_path / "centre.toml"), "--otel", "1") as served:
            served.done("enqueue", queue="sales")
            eventually(lambda: "/v1/traces" in got, 30)
            served.stop()
    assert any(b"enqueue" in body and b"huntgroup" in body for body in got["/v1/traces"])
    assert any(b"huntgroup_queue_waiting" in body for body in got["/v1/metrics"]), "sent at the end"


def test_without_the_option_nothing_of_it_is_imported(tmp_path: Path) -> None:
    program = (
        "import sys, huntgroup.service.server, huntgroup.cli.serve\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert done.stdout == "[]\n"


def test_without_the_extra_the_command_says_which_to_install(tmp_path: Path) -> None:
    (tmp_path / "centre.toml").write_text(CENTRE, encoding="utf-8")
    program = (
        "import sys; sys.modules['opentelemetry.exporter'] = None\n"
        "from huntgroup.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    words = ["serve", str(tmp_path / "centre.toml"), "--port", "0", "--otel", "0.1"]
    done = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install huntgroup[otel]" in done.stderr
