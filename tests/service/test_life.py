"""The life of the process: how it starts, what a hostile client costs, how it ends."""

from __future__ import annotations

import json
import signal
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from service.served import CENTRE, Served, eventually
from service.test_streams import SMALL
from websockets.exceptions import ConnectionClosed

from huntgroup.cli import main
from huntgroup.service.server import listening


def centre_file(folder: Path, more: str = "") -> str:
    path = folder / "centre.toml"
    path.write_text(CENTRE + more, encoding="utf-8")
    return str(path)


def drain(ws: Any) -> None:
    while True:
        ws.recv(timeout=20)


def test_the_made_up_centre_lives() -> None:
    with Served("--demo", "--speed", "60") as served:
        assert len(served.get("/v1/agents?limit=1000").json["items"]) == 60

        def all_of_it_happens() -> bool:
            metrics = served.get("/metrics").text
            return all(
                f'kind="{kind}"' in metrics
                for kind in ("accepted", "completed", "status_changed", "wrap_up_started", "held", "expired")
            )

        eventually(all_of_it_happens, 60)
        assert served.stop()[0] == 0


def test_an_answer_is_sent_at_once_and_waits_for_no_acknowledgement() -> None:
    with listening("127.0.0.1", 0) as made, socket.create_connection(made.getsockname()):
        made.setblocking(True)
        accepted, _ = made.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def test_a_signal_ends_it_in_order(tmp_path: Path) -> None:
    with Served(centre_file(tmp_path)) as served:
        with served.socket() as ws:
            call = served.done("enqueue", queue="sales")
            assert json.loads(ws.recv(timeout=20))["event"]["interaction"] == call
            streams: list[int] = []
            stream = threading.Thread(
                target=lambda: streams.append(len(served.get("/v1/events?from_seq=1").text))
            )
            stream.start()
            time.sleep(0.3)
            code, log = served.stop()
            with pytest.raises(ConnectionClosed) as closed:
                drain(ws)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012
        stream.join(10)
        assert streams
        assert streams[0] > 0
    assert code == 0
    assert "SIGTERM" in log
    assert "Traceback" not in log
    assert "Warning" not in log


def test_an_interrupt_ends_it_too(tmp_path: Path) -> None:
    with Served(centre_file(tmp_path)) as served:
        assert served.stop(signal.SIGINT)[0] == 0


def test_at_the_start_it_says_what_it_serves_and_that_nobody_is_kept_out(tmp_path: Path) -> None:
    with Served(centre_file(tmp_path)) as served:
        log = served.stop()[1]
    assert "3 agents, 3 queues" in log
    assert "NO TOKENS" in log


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What is said where it does not start."""
    assert main(["serve", *arguments]) == 2
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert said.startswith("huntgroup: ")
    return said


def test_without_tokens_only_the_loopback_is_listened_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "loopback" in refused(capsys, centre_file(tmp_path), "--host", "0.0.0.0", "--port", "0")


def test_mistakes_at_the_start_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "CENTRE" in refused(capsys)
    assert "CENTRE" in refused(capsys, "--demo", centre_file(tmp_path))
    assert "service.rate" in refused(capsys, centre_file(tmp_path, "\n[service]\nrate = 0\n"))
    assert "service.hue" in refused(capsys, centre_file(tmp_path, "\n[service]\nhue = 0\n"))
    assert "tokens" in refused(capsys, centre_file(tmp_path), "--tokens", str(tmp_path / "none.toml"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert "in use" in refused(capsys, centre_file(tmp_path), "--port", port)


def test_the_settings_of_the_file_hold(tmp_path: Path) -> None:
    with Served(centre_file(tmp_path, "\n[service]\nrate = 1\nburst = 5\n")) as served:
        statuses = [served.command("hold", interaction=5).status for _ in range(8)]
    assert statuses[:5] == [404] * 5
    assert statuses[-1] == 429


def closed_within(connection: socket.socket, seconds: float) -> bool:
    connection.settimeout(seconds)
    try:
        while connection.recv(4096):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


def test_who_sends_slowly_or_too_much_is_dropped_and_the_others_do_not_notice() -> None:
    with Served(program=SMALL) as served:
        where = ("127.0.0.1", served.port)
        nothing, slow, large, stalled = (socket.create_connection(where) for _ in range(4))
        slow.sendall(b"GET /healthz HTTP/1.1\r\nHost: local")
        stalled.sendall(b"POST /v1/commands HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n{")
        for line in (b"GET / HTTP/1.1\r\n", *(b"X-%d: %b\r\n" % (k, b"x" * 1000) for k in range(200))):
            try:
                large.sendall(line)
            except OSError:
                break
        assert served.get("/healthz").status == 200
        for connection in (nothing, slow, large, stalled):
            assert closed_within(connection, 10)
            connection.close()
        assert served.command("hold", interaction=5).status == 404


def test_garbage_on_the_wire_changes_nothing(tmp_path: Path) -> None:
    with Served(centre_file(tmp_path)) as served:
        before = served.get("/v1/agents").json["seq"]
        for garbage in (b"\x00" * 100, b"GET\r\n\r\n", b"POST /v1/commands HTTP/9.9\r\n\r\n", b"\xff" * 5000):
            with socket.create_connection(("127.0.0.1", served.port)) as connection:
                connection.sendall(garbage)
                connection.shutdown(socket.SHUT_WR)
                assert closed_within(connection, 15)
        assert served.get("/v1/agents").json["seq"] == before
        assert "Traceback" not in served.stop()[1]


DEAF = (
    SMALL.replace("rate=5, burst=60", "rate=1e6, burst=1e6")
    .replace("=40", "=10**6")
    .replace(
        "settings =",
        "from huntgroup.service import hub, streams; hub.MOST_BEHIND, streams.SLOW = 3000, 1; settings =",
    )
)


def test_a_reader_that_reads_nothing_is_dropped_and_the_others_go_on() -> None:
    with Served(program=DEAF) as served:
        quiet = {"close_timeout": 0.1, "ping_interval": None}
        with (
            served.socket("?kinds=queued", max_queue=1, **quiet),
            served.socket("?kinds=abandoned", **quiet) as other,
        ):
            lines = '{"command":"enqueue","queue":"sales"}\n' * 3_000
            for number in range(1, 8):
                assert served.ask("POST", "/v1/commands/batch", lines).status == 200
                served.done("abandon", interaction=number)
                assert json.loads(other.recv(timeout=20))["event"]["interaction"] == number
                if "huntgroup_sockets 1" in served.get("/metrics").text:
                    break
            eventually(lambda: "huntgroup_sockets 1" in served.get("/metrics").text, 30)
