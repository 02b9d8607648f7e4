"""The service keeps to its own description: Schemathesis reads it and tries what it allows and forbids."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from service.served import Served, token

HERE = Path(__file__).resolve().parent


def test_every_check_of_schemathesis_holds(guarded: Served, tmp_path: Path) -> None:
    told = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli"),
            *("--config-file", str(HERE / "schemathesis.toml")),
            *("run", f"http://{guarded.address}/openapi.json"),
            *("--checks", "all", "--max-examples", "5", "--seed", "7", "--no-color"),
            *("-H", f"Authorization: Bearer {token('root')}"),
            # A stream has no end, and lines of JSON are no kind of body that it can make.
            *("--exclude-path", "/v1/events", "--exclude-path", "/v1/commands/batch"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-6000:] + told.stderr[-2000:]
    assert "Stateful" in told.stdout
    assert guarded.get("/readyz").status == 200
