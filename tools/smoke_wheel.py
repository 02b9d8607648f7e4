"""Uses an installed huntgroup as its users do, with numpy and nothing else beside it."""

from __future__ import annotations

import subprocess
import sys
from importlib import resources
from pathlib import Path

import huntgroup as hg

MODELS = ["duty_profiles", "presence_profiles", "queue_login", "console_status", "agent_modes"]


def check_models() -> None:
    for name in MODELS:
        assert hg.PresenceModel.load(name).name == name


def check_one_call() -> None:
    engine = hg.Engine(model="agent_modes", seed=0)
    engine.add_queue("sales", channel="voice", requires="spanish >= 3", wrap_up=30)
    engine.add_agent(
        "alice", skills={"spanish": 4}, queues=["sales"], devices=["voice"], signed_in=True, status="Ready"
    )
    call = engine.enqueue("sales", at=0)
    assert engine.interaction(call).agent == "alice"
    engine.accept(call)
    engine.end(call)
    engine.advance(by=30)
    assert engine.interaction(call).state == "Completed"
    assert engine.agent("alice").ready("voice")
    engine.verify()


def check_header() -> None:
    header = resources.files("huntgroup") / "include/huntgroup/scorer.h"
    assert "(" in header.read_text(encoding="utf-8")


def check_command() -> None:
    """Without the extra the command names the extra, in one line and with an exit code of its own."""
    command = Path(sys.executable).parent / "huntgroup"
    done = subprocess.run([command, "--help"], capture_output=True, text=True, check=False)
    assert done.returncode != 0, done.stdout
    assert "huntgroup[cli]" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr, done.stderr


def main() -> None:
    assert "site-packages" in str(hg.__file__), hg.__file__
    check_models()
    check_one_call()
    check_header()
    check_command()


if __name__ == "__main__":
    main()
